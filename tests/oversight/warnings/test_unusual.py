"""What stands out: batches before products, nothing told twice, an order that does not matter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from oversight.warnings.observations import Observation
from oversight.warnings.unusual import GAP, REACH, WEEK, Unusual, find_unusual, may_stand_out, weeks_before, window_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def seen(days: float, batch: int | None = None, source: str | None = None, product: int = 1) -> Observation:
    """An observation so many days ago, each from a source of its own."""
    record = f"{days} {batch} {source} {product}"
    return Observation(NOW - days * DAY, product, batch, source or record, None, record)


def found(window: list[Observation], past: list[Observation] | None = None) -> list[Unusual]:
    return find_unusual(window, past or [], NOW)


def test_three_cases_of_goods_that_never_had_one_stand_out() -> None:
    [one] = found([seen(1, 7), seen(2, 7), seen(3, 7)])
    assert (one.goods, len(one.cases), one.base, one.rate.sources) == ((1, 7), 3, (0,) * 12, 3)
    assert found([seen(1, 7), seen(2, 7)]) == []


def test_one_citizen_who_complains_often_is_one_source() -> None:
    assert found([seen(day, 7, "citizen") for day in range(6)]) == []
    assert may_stand_out([seen(day, 7, "citizen") for day in range(6)]) == set()
    assert may_stand_out([seen(1), seen(2), seen(3), seen(1, product=2)]) == {1}


def test_one_citizen_who_complains_often_counts_once_among_others() -> None:
    """Four citizens a week are usual; one of them writes twelve letters, in this week or in one of the base."""
    past = [seen(21.5 + week * 7 + part) for week in range(12) for part in range(4)]
    letters = [replace(seen(day / 2), voice="citizen") for day in range(12)]
    assert found([*letters, seen(1), seen(2), seen(3)], past) == []
    earlier = [replace(one, at=one.at - 4 * WEEK) for one in letters]
    assert weeks_before([*past, *earlier], NOW) == (*(4,) * 10, 5, 4)


def test_cases_of_several_batches_are_a_matter_of_the_product() -> None:
    [one] = found([seen(1, 7), seen(2, 8), seen(3, 9), seen(4)])
    assert (one.goods, len(one.cases)) == ((1, None), 4)


def test_one_bad_batch_is_not_said_of_the_product() -> None:
    of_batch = [seen(day / 2, 7) for day in range(7)]
    assert [one.goods for one in found(of_batch)] == [(1, 7)]
    assert [one.goods for one in found([*of_batch, seen(1, 8)])] == [(1, 7)]
    usual = [seen(21.5 + day, 8 + day % 7) for day in range(80)]  # one a day, each day of another batch
    assert [one.goods for one in found([*of_batch, *(seen(day, 8 + day) for day in range(6))], usual)] == [(1, 7)]


def test_a_new_batch_is_held_against_what_batches_of_its_product_usually_have() -> None:
    """Four a week, always of the batch that is sold just then: the next one has no past, and nothing is unusual."""
    past = [seen(21.5 + week * 7 + part, 100 + week // 3) for week in range(12) for part in range(4)]
    assert found([seen(day, 7) for day in range(4)], past) == []
    [one] = found([seen(day / 3, 7) for day in range(14)], past)
    assert (one.goods, one.base) == ((1, 7), (4,) * 12)


def test_a_bad_batch_and_more_than_usual_of_others_are_one_matter_of_the_product() -> None:
    [one] = found([seen(1, 7), seen(2, 7), seen(3, 7), seen(1, 8), seen(2, 8)])
    assert (one.goods, len(one.cases)) == ((1, None), 5)
    [one] = found([seen(day, batch) for batch in (7, 8) for day in (1, 2, 3)])
    assert (one.goods, len(one.cases)) == ((1, None), 6)


def test_what_a_product_always_has_is_nothing_unusual() -> None:
    past = [seen(21.5 + day / 2) for day in range(160)]  # two a day
    window = [seen(day / 2) for day in range(14)]
    assert found(window, past) == []
    assert found([*window, *(seen(day / 5) for day in range(1, 40))], past) != []


def test_the_base_ends_two_weeks_before_the_window() -> None:
    edge, begin = ((NOW - moment) / DAY for moment in (NOW - WEEK - GAP, NOW - REACH))
    assert weeks_before([seen(edge), seen(edge - 1), seen(0)], NOW) == (0,) * 11 + (1,)
    assert weeks_before([seen(begin), seen(begin - 1)], NOW) == (1, *(0,) * 11)


def test_an_officer_is_told_of_a_case_once() -> None:
    cases = [seen(1, 7), seen(2, 7), seen(8, 7)]
    assert window_of(cases, NOW) == cases[:2]
    assert window_of(cases, NOW, {(1, 7, cases[0].record)}) == [cases[1]]
    assert window_of(cases, NOW, {(2, 7, cases[0].record)}) == cases[:2]


def test_of_an_event_with_two_batches_each_is_told_by_itself() -> None:
    cases = [Observation(NOW - DAY, 1, batch, "place:1", None, "event") for batch in (7, 8)]
    assert window_of(cases, NOW, {(1, 7, "event")}) == cases[1:]
    assert window_of(cases, NOW, {(1, None, "event")}) == []  # its batches became known later


cases = st.lists(
    st.builds(seen, st.floats(0, 6.9), st.sampled_from([None, 7, 8]), st.sampled_from(["a", "b", "c", "d"])),
    max_size=20,
)


@given(cases, st.randoms(use_true_random=False))
def test_the_order_in_which_cases_come_makes_no_difference(window: list[Observation], random: Random) -> None:
    mixed = list(window)
    random.shuffle(mixed)
    assert found(mixed) == found(window)


@given(cases)
def test_no_case_is_in_two_signals(window: list[Observation]) -> None:
    told = [id(case) for one in found(window) for case in one.cases]
    assert len(told) == len(set(told))
