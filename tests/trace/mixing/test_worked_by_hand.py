"""Bounds for mixed lots (RULES 7), worked out by hand."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data import DATA
from tests.trace.mixing.enumeration import DAY, SOLD, Network, property_of
from trace.mixing.flows import Arc, Flag, Limits, Mixed

PATH = DATA / "scenarios" / "tally_cases.json"
CASES: list[dict[str, Any]] = json.loads(PATH.read_text("utf-8"))["commingling_bounds"] if PATH.exists() else []
A, X = 1, 7
"""A is in scope."""


def made(number: int, place: int, lot: int | None, quantity: int | None, day: int | None) -> Arc:
    return Arc(number, None, ("at", place), lot, quantity, None, None if day is None else day * DAY)


def moved(number: int, origin: int, to: int, lot: int | None, quantity: int | None, day: int | None) -> Arc:
    """From stock to stock; half a day on the road."""
    left = None if day is None else day * DAY
    return Arc(number, ("at", origin), ("at", to), lot, quantity, left, None if left is None else left + DAY // 2)


def gone(number: int, place: int, lot: int | None, quantity: int | None, day: int | None) -> Arc:
    return Arc(number, ("at", place), None, lot, quantity, None if day is None else day * DAY, None)


def network(*arcs: Arc, flags: tuple[Flag, ...] = (), tolerance: int = DAY) -> Network:
    return Network(arcs, frozenset({A}), flags, tolerance)


def limits(lower: int, expected: Fraction | int, upper: int | None) -> Limits:
    return Limits(lower, Fraction(expected), upper)


def bounds(mixed: Mixed, number: int) -> tuple[int, int | None]:
    found = mixed.arcs.get(number, limits(0, 0, 0))
    return found.lower, found.upper


@pytest.mark.skipif(not PATH.exists(), reason="test data missing: scenarios/tally_cases.json")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['scope_in']}-of-{case['scope_in'] + case['other_in']}")
def test_the_bounds_of_mixed_lots_are_those_worked_out_by_hand(case: dict[str, Any]) -> None:
    rows = case["rows"]
    inputs = [made(100, 1, A, case["scope_in"], 1), made(101, 1, X, case["other_in"], 1)]
    # what stays is what the last one takes: whoever came for the rest would get it
    takes = [gone(number, 1, None, row["qty"], 3 + number) for number, row in enumerate(rows)]
    mixed = network(*inputs, *takes).solve()
    for number, row in enumerate(rows):
        expected = Fraction(str(row["pro_rata"]))
        assert mixed.arcs[number] == limits(row["lower"], expected, row["upper"]), row["what"]
    assert sum(mixed.arcs[number].lower for number in range(len(rows))) == case["sum_lower"]
    assert sum(mixed.arcs[number].upper or 0 for number in range(len(rows))) == case["sum_upper"]
    # the units themselves are neither: all that were in scope went somewhere
    total = mixed.total(range(len(rows)))
    assert (total.lower, total.expected, total.upper) == (case["scope_in"], case["sum_pro_rata"], case["scope_in"])


@property_of(100)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 30))
def test_one_pool_follows_the_formula_of_the_rules(ours: int, others: int, quantity: int) -> None:
    quantity = min(quantity, ours + others)
    mixed = network(made(1, 1, A, ours, 1), made(2, 1, X, others, 1), gone(3, 1, None, quantity, 5)).solve()
    expected = Fraction(quantity * ours, ours + others) if quantity else Fraction(0)
    upper = min(quantity, ours)
    assert mixed.arcs.get(3, limits(0, 0, 0)) == limits(max(0, quantity - others), expected, upper)


def test_totals_over_branches_are_not_the_sums_of_their_bounds() -> None:
    branches = [moved(number, 1, number, None, 6, 3) for number in (11, 12, 13)]
    mixed = network(made(1, 1, A, 10, 1), made(2, 1, X, 10, 1), *branches).solve()
    assert [bounds(mixed, number) for number in (11, 12, 13)] == [(0, 6)] * 3
    total = mixed.total([11, 12, 13])
    assert (total.lower, total.upper) == (8, 10)  # 18 of 20 units left, 10 of them in scope


def test_a_chain_of_mixing_places_needs_the_whole_chain() -> None:
    mixed = network(
        made(1, 1, A, 5, 1),
        made(2, 1, X, 5, 1),
        moved(3, 1, 2, None, 8, 3),  # 3 to 5 in scope
        made(4, 2, X, 2, 1),
        moved(5, 2, 3, None, 9, 6),  # all but one of 10
        moved(6, 3, 4, None, 9, 9),
    ).solve()
    assert bounds(mixed, 3) == (3, 5)
    assert bounds(mixed, 5) == (2, 5)
    assert bounds(mixed, 6) == (2, 5)
    assert (mixed.places[4].lower, mixed.places[4].upper) == (2, 5)


def test_what_left_before_the_affected_goods_came_in_is_not_possible() -> None:
    mixed = network(
        made(1, 1, X, 10, 1), moved(2, 1, 2, None, 4, 2), made(3, 1, A, 5, 9), gone(4, 1, None, 4, 12)
    ).solve()
    assert bounds(mixed, 2) == (0, 0)
    assert 2 not in mixed.places
    assert bounds(mixed, 4) == (0, 4)


def test_what_left_on_the_same_day_is_possible() -> None:
    before = (made(1, 1, X, 10, 1), moved(2, 1, 2, None, 4, 9))
    later = Arc(3, None, ("at", 1), A, 5, None, 9 * DAY + DAY // 2)
    assert bounds(network(*before, later).solve(), 2) == (0, 4)
    assert bounds(network(*before, later, tolerance=0).solve(), 2) == (0, 0)


def test_an_unknown_date_counts_as_possible() -> None:
    others = made(1, 1, X, 10, 1)
    assert bounds(network(others, moved(2, 1, 2, None, 4, None), made(3, 1, A, 5, 9)).solve(), 2) == (0, 4)
    assert bounds(network(others, moved(2, 1, 2, None, 4, 2), made(3, 1, A, 5, None)).solve(), 2) == (0, 4)


def test_a_named_batch_keeps_its_units_whatever_its_dates() -> None:
    mixed = network(
        made(1, 1, X, 10, 1), moved(2, 1, 2, A, 4, 2), made(3, 1, A, 5, 30), moved(4, 1, 2, None, 8, 40)
    ).solve()
    assert bounds(mixed, 2) in ((0, 0), (4, 4))  # named: nothing is only possible here
    assert mixed.unrecorded == {("at", 1): 4}
    assert (mixed.places[2].lower, mixed.places[2].upper) == (4, 9)


def test_what_a_mixing_place_sends_under_another_lot_is_possible_while_the_flag_holds() -> None:
    story = (
        made(1, 1, A, 5, 1),
        made(2, 1, X, 9, 1),
        moved(3, 1, 2, X, 2, 4),
        moved(4, 1, 2, X, 2, 20),
        moved(5, 2, 3, X, 4, 30),
    )
    assert network(*story).solve().arcs == {}
    mixed = network(*story, flags=(Flag(1, since=10 * DAY),)).solve()
    assert [bounds(mixed, number) for number in (3, 4, 5)] == [(0, 0), (0, 2), (0, 2)]
    assert mixed.tainted == {X}
    mixed = network(*story, flags=(Flag(1, until=10 * DAY),)).solve()
    assert bounds(mixed, 3) == (0, 2)
    assert bounds(mixed, 5) == (0, 4)  # the lot is in doubt from there on
    assert network(*story, flags=(Flag(1, since=40 * DAY),)).solve().arcs == {}


def test_a_lot_stays_in_doubt_after_a_leg_that_names_none() -> None:
    mixed = network(
        made(1, 1, A, 5, 1),
        made(2, 1, X, 5, 1),
        Arc(3, ("at", 1), ("line", 3), X, 4, 5 * DAY, None, 2),
        Arc(4, ("line", 3), ("at", 2), None, 4, None, 6 * DAY),
        moved(5, 2, 3, X, 4, 9),
        flags=(Flag(1),),
    ).solve()
    assert [bounds(mixed, number) for number in (3, 4, 5)] == [(0, 4)] * 3


def test_goods_on_the_road_have_reached_the_place_that_they_go_to() -> None:
    mixed = network(
        made(1, 1, A, 5, 1),
        made(2, 1, X, 5, 1),
        Arc(3, ("at", 1), ("line", 3), None, 8, 5 * DAY, None, 2),
        Arc(4, ("line", 3), ("at", 2), None, 6, None, 6 * DAY),
        Arc(5, ("line", 3), ("line", 5), None, 1, None, None, 3),
    ).solve()
    assert bounds(mixed, 4) == (1, 5)
    # 7 of the 8 are with place 2 or under way to it, and one to place 3
    assert (mixed.places[2].lower, mixed.places[2].upper) == (2, 5)
    assert (mixed.places[3].lower, mixed.places[3].upper) == (0, 1)


def test_what_consumers_bring_back_was_sold_somewhere() -> None:
    mixed = network(
        made(1, 1, A, 5, 1),
        Arc(2, ("at", 1), SOLD, A, 5, 3 * DAY, None),
        made(3, 2, X, 3, 1),
        Arc(4, ("at", 2), SOLD, X, 3, 3 * DAY, None),
        Arc(5, SOLD, ("at", 3), None, 4, None, 9 * DAY),
    ).solve()
    assert (mixed.places[3].lower, mixed.places[3].upper) == (1, 4)


def test_units_that_no_record_explains_are_told() -> None:
    mixed = network(made(1, 1, A, 3, 1), moved(2, 1, 2, None, 2, 4), moved(3, 1, 3, A, 5, 9)).solve()
    assert mixed.unrecorded == {("at", 1): 2}


def test_a_reach_without_known_units_has_no_upper_limit() -> None:
    mixed = network(made(1, 1, A, None, 1), made(2, 1, X, 5, 1), moved(3, 1, 2, None, None, 4)).solve()
    assert bounds(mixed, 3) == (0, None)
    assert mixed.places[2].upper is None
    assert mixed.total([3]).upper is None


def test_lots_of_a_place_where_every_movement_names_its_lot_are_kept_apart() -> None:
    mixed = network(made(1, 1, A, 5, 1), moved(2, 1, 2, A, 5, 4), made(3, 2, X, 5, 1), moved(4, 2, 3, X, 5, 9)).solve()
    assert (mixed.arcs, mixed.tainted, mixed.unrecorded) == ({}, frozenset(), {})
