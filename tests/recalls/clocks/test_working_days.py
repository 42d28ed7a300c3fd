"""Periods: what counts, where they end, and that days off only ever put them off."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalls.clocks.working_days import CHINA, UNITS, Calendar, Due, Unit, add_working_days, due_after, morning_before

DAY = timedelta(days=1)
WEEK = Calendar({})
SPRING = Calendar(
    {date(2026, 2, day): False for day in range(15, 24)} | {date(2026, 2, 14): True, date(2026, 2, 28): True}
)
"""The Spring Festival of 2026 with its two make-up Saturdays."""

days = st.dates(date(2025, 12, 1), date(2026, 4, 30))
calendars = st.dictionaries(days, st.booleans(), max_size=40).map(Calendar)
starts = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 1), timezones=st.just(UTC))
numbers = st.integers(0, 40)


def ends(day: str) -> datetime:
    """24:00 of a day in China."""
    return datetime.fromisoformat(day).replace(tzinfo=CHINA) + DAY


def last_day(due: Due) -> date:
    """The day at whose end a period is over."""
    return due.at.astimezone(CHINA).date() - DAY


@pytest.mark.parametrize(
    ("start", "number", "last"),
    [
        ("2026-02-12T10:00+08:00", 1, "2026-02-13"),
        ("2026-02-12T10:00+08:00", 2, "2026-02-14"),  # a Saturday that is worked
        ("2026-02-12T10:00+08:00", 3, "2026-02-24"),  # nine days off
        ("2026-02-10T23:59+08:00", 10, "2026-03-02"),  # two make-up Saturdays count
        ("2026-02-16T08:00+08:00", 1, "2026-02-24"),  # it began on a holiday
        ("2026-02-12T17:00+00:00", 1, "2026-02-14"),  # in China it is the 13th already
        ("2026-02-12T10:00+08:00", 0, "2026-02-12"),
    ],
)
def test_the_spring_festival_of_2026_is_crossed(start: str, number: int, last: str) -> None:
    assert add_working_days(datetime.fromisoformat(start), number, SPRING).at == ends(last)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-02-14T10:30+08:00", 24, "h", "2026-02-15T10:30+08:00"),  # hours know no holiday
        ("2026-02-12T10:00+08:00", 0, "d", "2026-02-13T00:00+08:00"),  # at once: the end of the day
        ("2026-02-12T10:00+08:00", 1, "d", "2026-02-14T00:00+08:00"),
        ("2026-02-12T10:00+08:00", 3, "d", "2026-02-25T00:00+08:00"),  # the 15th is off, and so on to the 23rd
        ("2026-02-12T10:00+08:00", 4, "week", "2026-03-13T00:00+08:00"),
        ("2026-01-18T10:00+08:00", 4, "week", "2026-02-16T00:00+08:00"),  # weeks are not carried over
        ("2025-11-30T10:00+08:00", 3, "month", "2026-03-01T00:00+08:00"),  # no 30th of February: the 28th, worked
        ("2026-01-20T10:00+08:00", 1, "month", "2026-02-25T00:00+08:00"),
        ("2026-12-31T10:00+08:00", 60, "month", "2032-01-01T00:00+08:00"),
    ],
)
def test_other_units_end_as_the_civil_code_says(start: str, amount: int, unit: Unit, due: str) -> None:
    assert due_after(datetime.fromisoformat(start), amount, unit, SPRING).at == datetime.fromisoformat(due)


@given(starts, numbers, calendars)
def test_so_many_working_days_lie_between_and_the_last_is_one(start: datetime, number: int, calendar: Calendar) -> None:
    last = last_day(add_working_days(start, number, calendar))
    first = start.astimezone(CHINA).date()
    between = [first + offset * DAY for offset in range(1, (last - first).days + 1)]
    assert sum(map(calendar.is_working, between)) == number
    assert number == 0 or calendar.is_working(last)


@given(starts, st.timedeltas(timedelta(0), timedelta(days=20)), numbers, st.integers(0, 5), calendars)
def test_later_or_longer_is_never_due_earlier(
    start: datetime, later: timedelta, number: int, more: int, calendar: Calendar
) -> None:
    due = add_working_days(start, number, calendar).at
    assert start < due
    assert due <= add_working_days(start + later, number, calendar).at
    assert due <= add_working_days(start, number + more, calendar).at


@given(starts, st.integers(1, 20), st.sampled_from(UNITS), calendars, days)
def test_a_holiday_never_brings_a_limit_forward_and_a_make_up_day_never_puts_it_off(
    start: datetime, amount: int, unit: Unit, calendar: Calendar, day: date
) -> None:
    due = due_after(start, amount, unit, calendar).at
    off = Calendar({**calendar.exceptions, day: False})
    worked = Calendar({**calendar.exceptions, day: True})
    assert due_after(start, amount, unit, worked).at <= due <= due_after(start, amount, unit, off).at
    if unit in ("h", "week"):
        assert due_after(start, amount, unit, off).at == due


@given(starts, st.integers(1, 40), st.integers(1, 5), calendars)
def test_the_morning_before_is_that_of_a_working_day(
    start: datetime, amount: int, number: int, calendar: Calendar
) -> None:
    due = add_working_days(start, amount, calendar)
    morning = morning_before(start, due.at, number, calendar)
    if morning is None:
        assert number > amount
        return
    assert calendar.is_working(morning.date())
    left = [morning.date() + offset * DAY for offset in range((last_day(due) - morning.date()).days + 1)]
    assert sum(map(calendar.is_working, left)) == number


def test_the_first_days_that_there_are_have_no_days_before() -> None:
    start = datetime(1, 1, 1, tzinfo=UTC)
    assert morning_before(start, add_working_days(start, 2, WEEK).at, 3, WEEK) is not None  # the first is a Monday
    assert morning_before(start, add_working_days(start, 2, WEEK).at, 4, WEEK) is None


def test_a_year_that_nobody_entered_is_said() -> None:
    december = datetime(2026, 12, 30, tzinfo=CHINA)
    assert add_working_days(december, 1, SPRING).complete
    assert not add_working_days(december, 2, SPRING).complete  # the first of January is a holiday as yet unknown
    assert not due_after(december, 1, "month", SPRING).complete
    assert due_after(december, 72, "h", SPRING).complete
    assert due_after(december, 4, "week", SPRING).complete
    assert not add_working_days(december, 1, WEEK).complete
