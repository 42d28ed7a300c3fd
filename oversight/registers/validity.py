"""Validity of a licence or certificate on a day, and the days on which one may be relied on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

ValidityState = Literal["valid", "pending", "expired", "suspended", "revoked"]
VALIDITY_STATES: tuple[ValidityState, ...] = get_args(ValidityState)

Days = tuple[date, date | None]
"""From a day to a day, both inclusive; None: without end."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Validity:
    """When something is valid (days inclusive): apart from what was suspended, and up to the day of revocation."""

    valid_from: date
    valid_to: date | None
    suspended: Sequence[Days] = ()
    revoked_on: date | None = None


def state_on(validity: Validity, on: date) -> ValidityState:
    """Return how it stands on a day. What is final comes first: revoked, then pending or expired, then suspended."""
    if validity.revoked_on is not None and on >= validity.revoked_on:
        return "revoked"
    if on < validity.valid_from:
        return "pending"
    if validity.valid_to is not None and on > validity.valid_to:
        return "expired"
    return "suspended" if any(_within(days, on) for days in validity.suspended) else "valid"


def valid_days(validity: Validity) -> list[Days]:
    """Return the spans of days on which `state_on` is "valid", in order, none touching the next.

    >>> valid_days(Validity(date(2026, 1, 1), date(2026, 1, 9), [(date(2026, 1, 3), date(2026, 1, 4))]))
    [(datetime.date(2026, 1, 1), datetime.date(2026, 1, 2)), (datetime.date(2026, 1, 5), datetime.date(2026, 1, 9))]
    """
    last = validity.valid_to
    if validity.revoked_on is not None:
        if validity.revoked_on <= validity.valid_from:
            return []
        before = validity.revoked_on - _DAY
        last = before if last is None else min(last, before)
    found: list[Days] = []
    begin = validity.valid_from
    for first, until in sorted(validity.suspended, key=lambda days: days[0]):
        if first > begin:
            end = first - _DAY
            found.append((begin, end if last is None else min(end, last)))
        if until is None or until == date.max:
            return [days for days in found if _in_order(days)]
        begin = max(begin, until + _DAY)
    found.append((begin, last))
    return [days for days in found if _in_order(days)]


def _in_order(days: Days) -> bool:
    return days[1] is None or days[0] <= days[1]


def _within(days: Days, on: date) -> bool:
    return days[0] <= on and (days[1] is None or on <= days[1])
