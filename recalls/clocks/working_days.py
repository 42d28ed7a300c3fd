"""When a period ends: working days, days, weeks, months and hours, counted from a moment (docs/deadlines.md). Pure.

The rule is that of the Civil Code of China, articles 200 to 204: of a period in days, months or years the day of the
trigger does not count, it ends at 24:00 of its last day, and a last day that is a day off moves to the next day that
is none; a period in hours begins at the moment itself. Working days are counted in the same way, days off left out.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from itertools import islice
from typing import Literal, get_args

Unit = Literal["h", "d", "wd", "week", "month"]
UNITS: tuple[Unit, ...] = get_args(Unit)

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone in which days begin and end: one for all of China, without summer time since 1991."""

MORNING = time(9)
"""When a day's work begins, for messages that are sent on a working day."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that differ from the week: True is worked (a make-up Saturday), False is off (a holiday)."""

    exceptions: Mapping[date, bool]

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is worked; Saturdays and Sundays are off unless the calendar says otherwise."""
        return self.exceptions.get(day, day.weekday() < 5)

    def covers(self, first: date, last: date) -> bool:
        """Whether somebody entered a day of every year from ``first`` to ``last``."""
        return set(range(first.year, last.year + 1)) <= {day.year for day in self.exceptions}


@dataclass(frozen=True, slots=True)
class Due:
    """When a period ends; not ``complete`` where the calendar of a year was needed and nobody has entered it."""

    at: datetime
    complete: bool = True


def add_working_days(start: datetime, number: int, calendar: Calendar) -> Due:
    """Return the end (24:00) of the ``number``-th working day after the day of ``start``; 0 is the end of that day."""
    first = day = start.astimezone(CHINA).date()
    for _ in range(number):
        day = _next_working(day + _DAY, calendar)
    return Due(_end_of(day), number == 0 or calendar.covers(first, day))


def due_after(start: datetime, amount: int, unit: Unit, calendar: Calendar) -> Due:
    """Return when ``amount`` units after ``start`` are over, in the zone of China.

    A week is seven days to the end of the last and is not carried over a day off: no law of China counts in weeks.
    """
    if unit == "h":
        return Due(start + timedelta(hours=amount))
    if unit == "wd" or amount == 0:
        return add_working_days(start, amount, calendar)
    first = start.astimezone(CHINA).date()
    if unit == "week":
        return Due(_end_of(first + 7 * amount * _DAY))
    last = first + amount * _DAY if unit == "d" else add_months(first, amount)
    carried = _next_working(last, calendar)
    return Due(_end_of(carried), calendar.covers(last, carried))


def morning_before(start: datetime, due: datetime, number: int, calendar: Calendar) -> datetime | None:
    """Return the morning of the ``number``-th last working day before ``due``; 1 is the last one.

    None where that day is before the day of ``start``.
    """
    first = start.astimezone(CHINA).date()
    last = (due - timedelta(microseconds=1)).astimezone(CHINA).date()
    days = (last - offset * _DAY for offset in range((last - first).days + 1))
    found = next(islice(filter(calendar.is_working, days), number - 1, None), None)
    return None if found is None else datetime.combine(found, MORNING, CHINA)


def _next_working(day: date, calendar: Calendar) -> date:
    while not calendar.is_working(day):
        day += _DAY
    return day


def add_months(day: date, number: int) -> date:
    """Return the corresponding day so many months later; where there is none, the last of the month (Civil Code 202).

    Fewer than none are earlier. Raises ValueError outside of the years 1 to 9999.
    """
    months = day.year * 12 + day.month - 1 + number
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _end_of(day: date) -> datetime:
    return datetime.combine(day + _DAY, time(), CHINA)
