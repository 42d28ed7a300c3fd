"""Columns of many places fold, lose none, and open down to every single place."""

from hypothesis import given, settings
from hypothesis import strategies as st

from trace.picture.fold import MOST, Group, Spot, fold, members_of, open_group

kinds = st.sampled_from(["outlet", "warehouse", "plant", "other"])
regions = st.sampled_from(["", "320106", "320105", "320205", "110101", "440103"])
spots = st.lists(st.tuples(st.integers(0, 3), kinds, regions), max_size=300).map(
    lambda rows: [Spot(number, *row) for number, row in enumerate(rows)]
)
few = settings(max_examples=40, deadline=None)


@few
@given(spots)
def test_every_place_is_drawn_once_and_no_column_has_too_many(some: list[Spot]) -> None:
    drawn = fold(some)
    assert set(drawn) == {spot.number for spot in some}
    column_of = {spot.number: spot.column for spot in some}
    nodes = members_of(drawn)
    for column in set(column_of.values()):
        assert sum(column_of[members[0]] == column for members in nodes.values()) <= MOST


@few
@given(spots)
def test_a_group_opens_to_exactly_what_it_stands_for(some: list[Spot]) -> None:
    for group in {one for one in fold(some).values() if isinstance(one, Group)}:
        assert open_group(some, group.key) == set(group.members)


def spots_of(some: list[Spot], numbers: set[int]) -> list[Spot]:
    return [spot for spot in some if spot.number in numbers]


def test_many_places_that_nothing_tells_apart_open_down_to_single_ones() -> None:
    some = [Spot(number, 1, "outlet", "") for number in range(10_000)]
    focus, key, steps = {spot.number for spot in some}, "", 0
    while groups := [one for one in fold(spots_of(some, focus), within=key).values() if isinstance(one, Group)]:
        key, steps = groups[0].key, steps + 1
        focus = open_group(some, key)
        assert focus == set(groups[0].members)
    assert steps == 2  # 167 in each of 60, then 3
    assert len(focus) <= MOST


def test_a_key_that_names_no_group_opens_nothing() -> None:
    some = [Spot(number, 1, "outlet", "320106") for number in range(100)]
    for key in ("", "1", "1.outlet", "1.outlet.320106~x~1", "9.outlet.32", "1.outlet.32~999", "~", "1.a.b.c"):
        assert open_group(some, key) == set()
