"""Properties of the fold over random histories, on both databases, held against the brute-force oracle.

`make campaign` runs the same checks over tens of thousands of histories; SUYUAN_CAMPAIGN gives another number, and
SUYUAN_CAMPAIGN_SEED where to begin.
"""

import os
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import oracle
from tests.oracle import Derived
from tests.trace.derived_rows import NOW, OPERATOR, capture, describe, read_derived, read_rows, unbalanced
from tests.trace.histories import History
from trace.capture import capture_events
from trace.derivation.rebuild import find_differences
from trace.epcis.event import Event
from trace.genealogy import read_closure
from trace.kit.auth import Principal
from trace.ledger import read_postings
from trace.models import Identifier, Party, Posting
from trace.movements import tally_movements
from trace.tally import tally

CAMPAIGN = int(os.environ.get("SUYUAN_CAMPAIGN", "20000"))
EXAMPLES = {"sqlite": 20, "postgresql": 5}

histories = st.builds(History, st.randoms(use_true_random=False), st.integers(2, 10))


@pytest.fixture
def examples(database_kind: str, session: Session) -> Callable[[Callable[..., None]], None]:
    """Runs a property over random histories, each in a transaction that is rolled back."""

    def run(check: Callable[[Session, History, random.Random], None]) -> None:
        @settings(
            max_examples=EXAMPLES[database_kind],
            deadline=None,
            derandomize=True,  # the campaign draws new ones
            phases=[Phase.generate],  # shrinking takes minutes of database work; the campaign makes histories small
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )
        @given(histories, st.integers(0, 2**32))
        def one(history: History, seed: int) -> None:
            try:
                check(session, history, random.Random(seed))
            finally:
                session.rollback()

        one()

    return run


def check_oracle(session: Session, history: History, _rng: random.Random) -> None:
    capture(session, history.events)
    expected = oracle.derive(history.events)
    assert list(describe(read_derived(session))) == list(describe(expected))
    check_readings(session, expected)


def check_order(session: Session, history: History, rng: random.Random) -> None:
    capture(session, history.events)
    rows = read_rows(session)
    session.rollback()
    for longest in (1, 4):
        shuffled = rng.sample(history.events, len(history.events))
        while shuffled:
            size = rng.randint(1, longest)
            capture(session, shuffled[:size])
            shuffled = shuffled[size:]
        assert read_rows(session) == rows
        assert find_differences(session) == 0
        session.rollback()


def check_repetition(session: Session, history: History, rng: random.Random) -> None:
    capture(session, history.events)
    rows = read_rows(session)
    again = capture(session, rng.sample(history.events, len(history.events)))
    assert set(again.fates) <= {"repeated"}  # no fate at all in an empty history
    assert read_rows(session) == rows


def check_conservation(session: Session, history: History, _rng: random.Random) -> None:
    capture(session, history.events)
    assert unbalanced(read_derived(session)) == []
    for figures in tally(read_postings(session, _batches(session))).values():
        assert figures.produced == figures.accounted


def check_that_places_stay(session: Session, history: History, rng: random.Random) -> None:
    """Adding evidence never clears a place, but for what says that the goods were not there at all.

    That is an error declaration (RULES 4), a packing step (RULES 12: another content at the time of the shipment), and
    whatever names the lot of a serial (RULES 2: it was of another batch).
    """
    events = rng.sample(history.events, len(history.events))
    late = next((event for event in events if not _says_it_was_not_there(event)), None)
    if late is None:
        return
    capture(session, [event for event in events if event is not late])
    before = _affected(session)
    capture(session, [late])
    after = _affected(session)
    for batch, places in before.items():
        assert places <= after[batch]


def check_firms(session: Session, history: History, rng: random.Random) -> None:
    """RULES 4, 5: what firms capture apart from each other counts once, and each declares its own in error."""
    firms = _firms(session)
    shared = history.shared(list(firms))
    expected = oracle.derive([event for event, _ in shared], [firm for _, firm in shared])
    rows = None
    for _ in range(2):
        savepoint = session.begin_nested()
        for event, firm in rng.sample(shared, len(shared)):
            capture(session, [event], OPERATOR if firm is None else firms[firm])
        assert list(describe(read_derived(session))) == list(describe(expected))
        rows = rows or read_rows(session)
        assert read_rows(session) == rows
        assert find_differences(session) == 0
        savepoint.rollback()


def _firms(session: Session) -> dict[int, Principal]:
    """Keys of three firms without a place, by the row number of the firm."""
    rows = [Party(uscc=f"9100000000000000{number:02}", name="Firm", registered_at=NOW) for number in range(3)]
    session.add_all(rows)
    session.flush()
    return {row.id: Principal("company", row.id, 100 + row.id, row.name) for row in rows}


def check_directions(session: Session, history: History, _rng: random.Random) -> None:
    capture(session, history.events)
    batches = _batches(session)
    forward = {batch: set(read_closure(session, [batch], "forward")[0]) for batch in batches}
    backward = {batch: set(read_closure(session, [batch], "backward")[0]) for batch in batches}
    pairs = {(here, there) for here, reached in forward.items() for there in reached}
    assert pairs == {(there, here) for here, reached in backward.items() for there in reached}


def test_the_ledger_is_what_the_oracle_works_out_by_hand(examples: Callable[..., None]) -> None:
    examples(check_oracle)


def test_any_order_and_any_split_into_documents_gives_the_same_rows(examples: Callable[..., None]) -> None:
    examples(check_order)


def test_capturing_twice_changes_nothing(examples: Callable[..., None]) -> None:
    examples(check_repetition)


def test_what_was_made_is_where_it_is(examples: Callable[..., None]) -> None:
    examples(check_conservation)


def test_adding_an_event_never_removes_an_affected_place(examples: Callable[..., None]) -> None:
    examples(check_that_places_stay)


def test_what_firms_capture_apart_counts_once_in_any_order(examples: Callable[..., None]) -> None:
    examples(check_firms)


def test_forward_and_backward_agree(examples: Callable[..., None]) -> None:
    examples(check_directions)


def test_an_event_that_is_refused_leaves_no_trace(session: Session) -> None:
    history = History(random.Random(1), 8)
    capture(session, history.events)
    rows = read_rows(session)
    other = next(event for event in History(random.Random(2), 8).events if event.event_id == "urn:example:event:1")
    captured = capture_events(session, [other], OPERATOR, NOW)
    assert captured.fates == ["refused"]
    assert read_rows(session) == rows


@pytest.mark.campaign
def test_campaign(session: Session) -> None:
    first = int(os.environ.get("SUYUAN_CAMPAIGN_SEED", "0"))
    checks = (
        *(check_oracle, check_order, check_repetition, check_conservation),
        *(check_that_places_stay, check_directions, check_firms),
    )
    for seed in range(first, first + CAMPAIGN):
        rng = random.Random(seed)
        history = History(rng, rng.randint(2, 12))
        for check in checks:
            try:
                check(session, history, random.Random(seed))
            except Exception as error:
                error.add_note(f"{check.__name__}, seed {seed}: {_smallest(session, check, history, seed)}")
                raise
            finally:
                session.rollback()


def _smallest(session: Session, check: Callable[..., None], history: History, seed: int) -> list[dict[str, Any]]:
    """Leave out events as long as the check still fails."""
    bodies = list(history.bodies)
    index = 0
    while index < len(bodies):
        fewer = bodies[:index] + bodies[index + 1 :]
        if fewer and _fails(session, check, History.of(fewer), seed):
            bodies, index = fewer, 0
        else:
            index += 1
    return bodies


def _fails(session: Session, check: Callable[..., None], history: History, seed: int) -> bool:
    session.rollback()
    try:
        check(session, history, random.Random(seed))
    except Exception:  # noqa: BLE001  (whatever it is, the history shows it)
        return True
    finally:
        session.rollback()
    return False


def check_readings(session: Session, expected: Derived) -> None:
    """The sums that balances and traces are read from say what the oracle says."""
    rows = session.execute(select(Identifier.id, Identifier.uri))
    uris: dict[int | None, str] = {number: uri for number, uri in rows}  # noqa: C416  (a Result is no mapping)
    sums = read_postings(session, _batches(session))
    totals: dict[tuple[str, str, str], Decimal] = {}
    for (batch, uom, figure, _), amount in expected.figures.items():
        totals[batch, uom, figure] = totals.get((batch, uom, figure), Decimal(0)) + amount
    for (batch, uom), figures in tally(sums).items():
        for figure in ("produced", "on_hand", "in_transit", "sold", "consumed", "destroyed", "lost", "unaccounted"):
            assert getattr(figures, figure) == totals.pop((uris[batch], uom, figure), Decimal(0)), figure
    assert not any(totals.values())
    edges = {
        (uris.get(origin), uris.get(destination), uris[batch], uom): (one.shipped, one.received)
        for (origin, destination, batch, uom), one in tally_movements(sums).items()
    }
    assert edges == {
        edge: (None if row[2] else row[0], None if row[3] else row[1]) for edge, row in expected.edges.items()
    }


def _batches(session: Session) -> set[int]:
    return set(session.scalars(select(Posting.batch_id).distinct()))


def _affected(session: Session) -> dict[int, set[int]]:
    """The places of each batch and of everything made from it."""
    named: dict[int, set[int]] = {}
    for batch, origin, destination in session.execute(
        select(Posting.batch_id, Posting.origin_id, Posting.destination_id)
    ):
        named.setdefault(batch, set()).update({origin, destination} - {None})
    return {
        batch: {place for reached in read_closure(session, [batch], "forward")[0] for place in named.get(reached, ())}
        for batch in named
    }


def _says_it_was_not_there(event: Event) -> bool:
    names_lots = any("/10/" in text for text in _texts(event)) or event.lot is not None
    packs = event.type == "AggregationEvent" or (event.action == "ADD" and any("/00/" in text for text in event.epcs))
    return event.error_declaration is not None or packs or names_lots


def _texts(event: Event) -> Sequence[str]:
    return (*event.epcs, *event.input_epcs, *event.output_epcs)
