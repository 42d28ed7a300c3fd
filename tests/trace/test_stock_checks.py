"""Sifting columns for what needs a look misses nothing that going through every row would find."""

from hypothesis import given
from hypothesis import strategies as st

from trace.amounts import from_stored
from trace.findings import Row, check_postings
from trace.fold.entries import Entry
from trace.postings import Chunk, Packed, Postings, pack, unpack
from trace.stock_checks import SAME_DAY, find_suspects

places = st.none() | st.integers(1, 2)
rows = st.builds(
    Packed,
    event=st.integers(1, 9),
    origin=places,
    destination=places,
    amount=st.none() | st.integers(0, 3) | st.integers(0, 3) | st.integers(0, 3),
    scale=st.sampled_from([0, 0, 1]),
    at=st.sampled_from([0, 1, SAME_DAY - 1, SAME_DAY, SAME_DAY + 1, 3 * SAME_DAY]),
    entry=st.sampled_from(
        [Entry.MADE, Entry.SHIPPED, Entry.RECEIVED, Entry.SOLD, Entry.COUNTED, Entry.COUNTED, *Entry]
    ).map(int),
)
scopes = st.tuples(st.integers(1, 2), st.sampled_from(["", "KGM"]))


def as_rows(postings: Postings, positions: list[int]) -> list[Row]:
    """Rows as the database gives them; an event stands for itself, an odd one's shipment is still open."""
    found = []
    for row in positions:
        uom = int(postings.uom[row])
        origin, destination = int(postings.origin[row]), int(postings.destination[row])
        found.append(
            Row(
                f"{postings.event[row]}:{row}",
                int(postings.batch[row]),
                postings.units[uom],
                Entry(int(postings.entry[row])),
                None if origin < 0 else origin,
                None if destination < 0 else destination,
                from_stored(int(postings.amount[row]), postings.scales[uom]) if postings.known[row] else None,
                int(postings.at[row]),
                bool(postings.event[row] % 2),
            )
        )
    return found


@given(st.dictionaries(scopes, st.lists(rows, max_size=10), max_size=3))
def test_what_is_sifted_out_is_all_that_there_is_to_find(given_rows: dict[tuple[int, str], list[Packed]]) -> None:
    postings = unpack([Chunk(*scope, pack(some)) for scope, some in given_rows.items()])
    suspects = find_suspects(postings)
    everything = as_rows(postings, list(range(len(postings))))
    stocks = {(row.batch, row.uom, place) for row in everything for place in (row.origin, row.destination) if place}
    found = check_postings(as_rows(postings, suspects.rows.tolist()), suspects.made, suspects.stocks)
    assert found == check_postings(everything, suspects.made, stocks)


def test_goods_that_came_before_they_left_need_no_look() -> None:
    chain = [
        Packed(1, None, 1, 10, 0, 0, Entry.MADE),
        Packed(2, 1, 2, 6, 0, SAME_DAY * 2, Entry.SHIPPED),
        Packed(3, 1, 2, 6, 0, SAME_DAY * 3, Entry.RECEIVED),
    ]
    suspects = find_suspects(unpack([Chunk(1, "", pack(chain))]))
    assert (suspects.rows.size, suspects.stocks, suspects.made) == (0, frozenset(), frozenset({1}))
