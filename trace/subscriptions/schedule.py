"""When a scheduled subscription is due (EPCIS 2.0 §8.2.5.3): six fields, all of which the time must match, in UTC."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

LIMITS: dict[str, tuple[int, int]] = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
"""The fields with their least and greatest value; day of the week 1 is Monday."""

# What is left out is any value, as the standard has it; but where nothing finer is given either it is the first one:
# `{"hour": "1", "minute": "5"}` is 01:05:00 each day, not sixty times (openapi.json, subscriptions).
_FINER: dict[str, tuple[str, ...]] = {
    "second": (),
    "minute": ("second",),
    "hour": ("second", "minute"),
    "dayOfMonth": ("second", "minute", "hour", "dayOfWeek"),
}
_ELEMENT = re.compile(r"(\d{1,2})|\[(\d{1,2})-(\d{1,2})\]|(\d{1,2})/(\d{1,2})", re.ASCII)
_LONGEST = 200  # characters of one field: all 60 values need 170
_DAYS = 40 * 366  # 29 February on a given weekday comes at least every 40 years (1900 and 2100 are no leap years)


class ScheduleError(ValueError):
    """A schedule that cannot be kept; ``field`` is where, empty for the whole."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Schedule:
    """The values that each field may have, in ascending order."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]


def read_schedule(fields: Mapping[str, Any]) -> Schedule:
    """Read the ``schedule`` of a subscription: ``{"hour": "1", "minute": "[0-10],30"}``.

    An element is a number, a range ``[1-5]`` or, beyond the standard's text but in its examples, steps ``0/30``.
    Raises ScheduleError for anything else, an empty schedule, and one that no day fulfils.
    """
    unknown = sorted(set(fields) - set(LIMITS))
    if unknown:
        raise ScheduleError(str(unknown[0]), f"Expected one of {', '.join(LIMITS)}, got {unknown[0]!r}.")
    if not fields:
        raise ScheduleError("", f"Expected at least one of {', '.join(LIMITS)}, got none.")
    values = {name: _values(name, fields) for name in LIMITS}
    schedule = Schedule(
        tuple(sorted(values["second"])),
        tuple(sorted(values["minute"])),
        tuple(sorted(values["hour"])),
        values["dayOfMonth"],
        values["month"],
        values["dayOfWeek"],
    )
    if _first_day(schedule, date(2000, 1, 1)) is None:
        raise ScheduleError("", "Expected a schedule that some day fulfils, got one that none does.")
    return schedule


def next_after(schedule: Schedule, moment: datetime) -> datetime:
    """Return the first second that fulfils the schedule and is later than ``moment``, in UTC."""
    start = (moment.astimezone(UTC) + timedelta(seconds=1)).replace(microsecond=0)
    if _matches(schedule, start.date()):
        later = _next_time(schedule, start.time())
        if later is not None:
            return datetime.combine(start.date(), later, UTC)
    day = _first_day(schedule, start.date() + timedelta(days=1))
    assert day is not None, "read_schedule refuses what never comes"
    return datetime.combine(day, time(schedule.hours[0], schedule.minutes[0], schedule.seconds[0]), UTC)


def _values(name: str, fields: Mapping[str, Any]) -> frozenset[int]:
    low, high = LIMITS[name]
    if name not in fields:
        first = name in _FINER and not any(finer in fields for finer in _FINER[name])
        return frozenset((low,)) if first else frozenset(range(low, high + 1))
    value = fields[name]
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise ScheduleError(name, f"Expected a text of at most {_LONGEST} characters, got {_shorten(value)}.")
    return frozenset(number for element in text.split(",") for number in _element(name, element))


def _element(name: str, text: str) -> Iterable[int]:
    low, high = LIMITS[name]
    match = _ELEMENT.fullmatch(text)
    if match is None:
        raise ScheduleError(
            name,
            f"Expected numbers from {low} to {high}, ranges [a-b] or steps a/b, with commas, got {_shorten(text)}.",
        )
    number, first, last, start, step = (None if group is None else int(group) for group in match.groups())
    found = range(0)
    if number is not None:
        found = range(number, number + 1)
    elif first is not None and last is not None:
        found = range(first, last + 1)
    elif start is not None and step:
        found = range(start, high + 1, step)
    if not found or found[0] < low or found[-1] > high:
        raise ScheduleError(name, f"Expected values from {low} to {high}, the lesser one first, got {_shorten(text)}.")
    return found


def _next_time(schedule: Schedule, moment: time) -> time | None:
    """The first time of day of the schedule that is not before ``moment``."""
    for hour in schedule.hours:
        if hour < moment.hour:
            continue
        for minute in schedule.minutes:
            if (hour, minute) < (moment.hour, moment.minute):
                continue
            for second in schedule.seconds:
                if (hour, minute, second) >= (moment.hour, moment.minute, moment.second):
                    return time(hour, minute, second)
    return None


def _matches(schedule: Schedule, day: date) -> bool:
    return day.month in schedule.months and day.day in schedule.days and day.isoweekday() in schedule.weekdays


def _first_day(schedule: Schedule, start: date) -> date | None:
    for number in range(_DAYS):
        day = start + timedelta(days=number)
        if _matches(schedule, day):
            return day
    return None


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
