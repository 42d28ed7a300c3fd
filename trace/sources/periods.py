"""When something happened, as exactly as is known: a day, a month, a year (pure)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

VOCABULARY = "urn:suyuan:voc:"
EVENT_DATE = "eventDate"
"""The extension (in ``VOCABULARY``) that says how much of an event's date is known, where ``eventTime`` says more."""

UNKNOWN = "XXXX-XX-XX"
"""A date of which nothing is known, as ISO 8601-2 (EDTF level 1) writes it: X for each unspecified digit."""

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class Period:
    """The days on which something may have happened, from ``first`` to ``last``."""

    first: date
    last: date

    def __or__(self, other: "Period") -> "Period":
        """Either of the two."""
        return Period(min(self.first, other.first), max(self.last, other.last))


def day_period(day: date) -> Period:
    """A day that is known."""
    return Period(day, day)


def read_period(text: str) -> Period:
    """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``. Raises ValueError for what is no date."""
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError(f"Expected a date as YYYY, YYYY-MM or YYYY-MM-DD, got {text!r}.")
    year, month, day = (None if part is None else int(part) for part in match.groups())
    assert year is not None
    try:
        if month is not None and day is not None:
            return day_period(date(year, month, day))
        first = date(year, 1 if month is None else month, 1)
        last_month = 12 if month is None else month
        return Period(first, date(first.year, last_month, monthrange(first.year, last_month)[1]))
    except ValueError as error:
        raise ValueError(f"Expected a date that exists, got {text!r}.") from error


def write_period(period: Period) -> str:
    """The shortest text that `read_period` reads as this period; its first day where it is no day, month or year."""
    first = period.first
    whole = first.isoformat()
    for text in (whole[:4], whole[:7]):
        if read_period(text) == period:
            return text
    return whole


def as_partial(period: Period) -> Period | None:
    """The day, month or year that holds all of a period; None where it goes beyond a year."""
    for length in (10, 7, 4):
        text = period.first.isoformat()[:length]
        if text == period.last.isoformat()[:length]:
            return read_period(text)
    return None


def read_unspecified(text: str) -> Period | None:
    """Read a date with unspecified parts (``2026-02-XX``, ``2026-XX-XX``); None where nothing of it is known."""
    return None if text == UNKNOWN else read_period(text.replace("-XX", ""))


def write_unspecified(period: Period | None) -> str:
    """Write a date as ISO 8601-2 does, X for each unspecified digit."""
    text = "" if period is None else write_period(period)
    return text + UNKNOWN[len(text) :]
