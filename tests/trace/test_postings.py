"""Postings as columns: packed and read again, taken back, cut at a moment, and added without loss."""

from collections import Counter
from decimal import Decimal

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trace.fold.entries import ACCOUNTS, Entry
from trace.postings import Chunk, Packed, Postings, compact, factorise, pack, unpack
from trace.tally import tally, tally_places

numbers = st.integers(1, 4)
rows = st.builds(
    Packed,
    event=numbers,
    origin=st.none() | numbers,
    destination=st.none() | numbers,
    amount=st.none() | st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(0, 3),
    scale=st.integers(0, 3) | st.integers(0, 18),
    at=st.integers(0, 5),
    entry=st.sampled_from(sorted(int(entry) for entry in Entry)),
)
batches = st.dictionaries(
    st.tuples(st.integers(1, 3), st.sampled_from(["", "KGM"])), st.lists(rows, max_size=8), max_size=4
)


def rows_of(postings: Postings) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for row in range(len(postings)):
        uom = int(postings.uom[row])
        amount = Decimal(int(postings.amount[row])).scaleb(-postings.scales[uom]) if postings.known[row] else None
        columns = (postings.batch, postings.event, postings.origin, postings.destination, postings.at, postings.entry)
        found[(postings.units[uom], amount, *(int(column[row]) for column in columns))] += 1
    return found


def expected(given_rows: dict[tuple[int, str], list[Packed]]) -> Counter[tuple[object, ...]]:
    return Counter(
        (
            uom,
            None if row.amount is None else Decimal(row.amount).scaleb(-row.scale),
            batch,
            row.event,
            -1 if row.origin is None else row.origin,
            -1 if row.destination is None else row.destination,
            row.at,
            row.entry,
        )
        for (batch, uom), some in given_rows.items()
        for row in some
    )


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(batches)
def test_what_was_packed_is_read_again_exactly(given_rows: dict[tuple[int, str], list[Packed]]) -> None:
    assert rows_of(unpack([Chunk(*scope, pack(some)) for scope, some in given_rows.items()])) == expected(given_rows)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(batches, st.data())
def test_what_was_taken_back_is_gone_whether_it_was_put_together_or_not(
    given_rows: dict[tuple[int, str], list[Packed]], data: st.DataObject
) -> None:
    gone = {scope: data.draw(st.lists(rows, max_size=3)) for scope in given_rows}
    parts = {scope: [pack([*some, *gone[scope]]), pack(gone[scope], -1)] for scope, some in given_rows.items()}
    loose = [Chunk(*scope, part) for scope, some in parts.items() for part in some]
    merged = [Chunk(*scope, compact(some)) for scope, some in parts.items()]
    assert rows_of(unpack(loose)) == rows_of(unpack(merged)) == expected(given_rows)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(batches, st.integers(-1, 6))
def test_a_moment_cuts_off_what_came_later(given_rows: dict[tuple[int, str], list[Packed]], until: int) -> None:
    early = {scope: [row for row in some if row.at <= until] for scope, some in given_rows.items()}
    chunks = [Chunk(*scope, pack(some)) for scope, some in given_rows.items()]
    assert rows_of(unpack(chunks, until)) == expected(early)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(batches)
def test_figures_add_up_exactly_however_large_or_divided(given_rows: dict[tuple[int, str], list[Packed]]) -> None:
    figures = tally(unpack([Chunk(*scope, pack(some)) for scope, some in given_rows.items()]))
    for scope, some in given_rows.items():
        known = [row for row in some if row.amount is not None]
        made = sum(
            (Decimal(row.amount or 0).scaleb(-row.scale) for row in known if row.entry in (Entry.MADE, Entry.YIELDED)),
            Decimal(0),
        )
        if scope in figures:
            assert figures[scope].produced == made
            assert figures[scope].accounted == made
        else:  # an unknown amount without a unit is no row beside one that is counted
            assert made == 0


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(batches)
def test_every_place_that_is_named_has_figures(given_rows: dict[tuple[int, str], list[Packed]]) -> None:
    places = tally_places(unpack([Chunk(*scope, pack(some)) for scope, some in given_rows.items()]))
    named = {
        (place, uom)
        for (_, uom), some in given_rows.items()
        for row in some
        for place in (row.origin, row.destination)
        if place is not None
    }
    assert places.keys() == named


def test_only_entries_with_accounts_move_units() -> None:
    notes = [Packed(1, 1, 2, 5, 0, 0, entry) for entry in Entry if entry not in ACCOUNTS]
    (row,) = tally(unpack([Chunk(1, "", pack(notes))])).values()
    assert row.accounted == 0


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**62), 2**62)))
def test_numbers_are_told_apart_whether_close_together_or_not(some: list[int]) -> None:
    found, which = factorise(np.array(some, dtype=np.int64))
    assert found.tolist() == sorted(set(some))
    assert found[which].tolist() == some
