"""What a place's status and bounds mean, figure by figure."""

from decimal import Decimal
from typing import Any

import pytest

from recalls.figures import Arrivals, ConservationBroken, bounds, place_status, read_arrivals, require_conservation
from trace.fold.entries import Entry
from trace.tally import Figures, PlaceFigures, Sum

CAME = Arrivals(any_arrived=True)


def place(complete: bool = True, **figures: int) -> PlaceFigures:
    return PlaceFigures(**{name: Decimal(value) for name, value in figures.items()}, complete=complete)


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
def test_the_status_of_a_place(figures: PlaceFigures, arrivals: Arrivals, status: str) -> None:
    assert place_status(figures, arrivals) == status


def test_bounds_are_equal_where_everything_is_counted_else_only_the_lower_one_is_known() -> None:
    figures = place(received=7, in_transit=3)
    known = bounds(figures, CAME)
    assert (known.lower, known.expected, known.upper) == (10, 10, 10)
    unknown = bounds(figures, Arrivals(True, counted=False))
    assert (unknown.lower, unknown.expected, unknown.upper) == (10, None, None)


def row(entry: Entry, origin: int | None, destination: int | None, unknown: int = 0) -> Sum:
    return Sum(1, "", entry, origin, destination, Decimal(5), unknown)


def test_what_arrives_is_told_from_what_is_under_way() -> None:
    rows: list[Any] = [row(Entry.SHIPPED, 1, 2), row(Entry.SHIPPED, 1, 3, unknown=1), row(Entry.RECEIVED, 1, 2)]
    assert read_arrivals(rows) == {(2, ""): Arrivals(True, True), (3, ""): Arrivals(False, False)}


def test_an_unknown_sale_says_nothing_against_what_arrived() -> None:
    assert read_arrivals([row(Entry.RECEIVED, 1, 2), row(Entry.SOLD, 2, None, unknown=1)])[(2, "")].counted


def test_units_that_are_nowhere_are_a_defect_of_the_program() -> None:
    require_conservation(Figures(produced=Decimal(3), sold=Decimal(2), unaccounted=Decimal(1)))
    with pytest.raises(ConservationBroken, match="Expected 3 units accounted for, got 2"):
        require_conservation(Figures(produced=Decimal(3), sold=Decimal(2)))
