"""What a place's status and bounds mean, figure by figure."""

from typing import NamedTuple

import numpy as np
import pytest

from recalls.figures import ConservationBroken, bounds, place_statuses, require_conservation
from trace.fold.entries import Entry
from trace.postings import Chunk, Packed, pack, unpack
from trace.tally import BATCH_FIGURES, PLACE_FIGURES, FigureTable, PlaceTable, table_places


class Arrivals(NamedTuple):
    any_arrived: bool = False
    counted: bool = True


CAME = Arrivals(any_arrived=True)


def place(complete: bool = True, **figures: int) -> tuple[bool, dict[str, int]]:
    return complete, figures


def table(one: tuple[bool, dict[str, int]], arrivals: Arrivals) -> PlaceTable:
    """The figures of one place, number 7."""
    complete, figures = one
    return PlaceTable(
        np.array([7]),
        np.array([0]),
        {name: np.array([figures.get(name, 0)]) for name in PLACE_FIGURES},
        np.array([complete]),
        ("",),
        (0,),
        np.array([arrivals.any_arrived]),
        np.array([arrivals.counted]),
    )


@pytest.mark.parametrize(
    ("figures", "arrivals", "status"),
    [
        (place(in_transit=10), Arrivals(), "inbound"),
        (place(complete=False), Arrivals(counted=False), "inbound"),
        (place(received=10, on_hand=10), CAME, "holding"),
        (place(received=10, on_hand=4, sold=6, in_transit=5), CAME, "holding"),
        (place(received=0, on_hand=0, complete=False), Arrivals(True, False), "holding"),
        (place(received=10, sold=10), CAME, "sold_through"),
        (place(received=10, sold=12, on_hand=-2), CAME, "sold_through"),
        (place(received=10, shipped=10, returned=10), CAME, "returned"),
        (place(received=10, shipped=10), CAME, "cleared"),
        (place(received=10, shipped=5, returned=5, destroyed=5), CAME, "cleared"),
        (place(received=10, destroyed=10), CAME, "cleared"),
        (place(produced=10, shipped=10), CAME, "cleared"),
        (place(produced=10, received=10, shipped=10, returned=10, destroyed=10), CAME, "cleared"),
        (place(produced=10, consumed=10), CAME, "cleared"),
        (place(), Arrivals(), "cleared"),
    ],
)
def test_the_status_of_a_place(figures: tuple[bool, dict[str, int]], arrivals: Arrivals, status: str) -> None:
    assert place_statuses(table(figures, arrivals)) == [status]


def test_bounds_are_equal_where_everything_is_counted_else_only_the_lower_one_is_known() -> None:
    figures = place(received=7, in_transit=3)
    known = bounds(table(figures, CAME))
    assert (known.lower.tolist(), known.upper.tolist(), known.limited.tolist()) == ([10], [10], [True])
    unknown = bounds(table(figures, Arrivals(True, counted=False)))
    assert (unknown.lower.tolist(), unknown.limited.tolist()) == ([10], [False])


def arrivals_of(*rows: tuple[Entry, int | None, int | None, int | None]) -> dict[int, Arrivals]:
    packed = pack(Packed(1, origin, to, amount, 0, 0, entry) for entry, origin, to, amount in rows)
    found = table_places(unpack([Chunk(1, "", packed)]))
    columns = (found.number.tolist(), found.arrived.tolist(), found.counted.tolist())
    return {number: Arrivals(arrived, counted) for number, arrived, counted in zip(*columns, strict=True)}


def test_what_arrives_is_told_from_what_is_under_way() -> None:
    found = arrivals_of((Entry.SHIPPED, 1, 2, 5), (Entry.SHIPPED, 1, 3, None), (Entry.RECEIVED, 1, 2, 5))
    assert (found[2], found[3]) == (Arrivals(True, True), Arrivals(False, False))


def test_an_unknown_sale_says_nothing_against_what_arrived() -> None:
    assert arrivals_of((Entry.RECEIVED, 1, 2, 5), (Entry.SOLD, 2, None, None))[2].counted


def totals(**figures: int) -> FigureTable:
    """The tally of one item."""
    columns = {name: np.array([figures.get(name, 0)]) for name in BATCH_FIGURES}
    return FigureTable(np.array([0]), np.array([0]), columns, np.array([True]), ("",), (0,))


def test_units_that_are_nowhere_are_a_defect_of_the_program() -> None:
    require_conservation(totals(produced=3, sold=2, unaccounted=1))
    with pytest.raises(ConservationBroken, match="Expected 3 units accounted for, got 2"):
        require_conservation(totals(produced=3, sold=2))
