"""Changing the calendar: a day is entered or taken back, and everything that waits is due anew."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from recalls.clocks.calendar_days import find_day
from recalls.clocks.deadlines import move_waiting
from recalls.models import CalendarDay
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Invalid, NotFound

FIRST_YEAR, LAST_YEAR = 2000, 2100
TAKEN_BACK = "taken back"


class DayNotFound(NotFound):
    """The calendar says nothing about the day: the week decides."""


def set_day(
    session: Session,
    principal: Principal,
    day: date,
    working: bool,
    name_zh: str,
    name_en: str | None,
    source: str,
    now: datetime,
) -> tuple[CalendarDay, int]:
    """Enter a day that differs from the week; return it, and how many deadlines moved.

    What was said before stays on record. Raises Invalid for a day outside of 2000 to 2100.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid.field("/day", f"Expected a day of the years {FIRST_YEAR} to {LAST_YEAR}, got {day}.")
    lock_writes(session)
    before = find_day(session, day)
    said = (working, name_zh, name_en, source)
    if before is not None and (before.working, before.name_zh, before.name_en, before.source) == said:
        return before, 0
    row = _say(session, principal, day, now, *said)
    return row, move_waiting(session, now)


def clear_day(session: Session, principal: Principal, day: date, now: datetime) -> int:
    """Let the week decide about a day again; return how many deadlines moved. Raises DayNotFound."""
    lock_writes(session)
    before = find_day(session, day)
    if before is None:
        raise DayNotFound(f"The calendar says nothing about {day}.")
    _say(session, principal, day, now, None, before.name_zh, before.name_en, TAKEN_BACK)
    return move_waiting(session, now)


def _say(
    session: Session,
    principal: Principal,
    day: date,
    now: datetime,
    working: bool | None,
    name_zh: str,
    name_en: str | None,
    source: str,
) -> CalendarDay:
    row = CalendarDay(
        day=day,
        working=working,
        name_zh=name_zh,
        name_en=name_en,
        source=source,
        recorded_at=now,
        recorded_by=principal.key_id,
    )
    session.add(row)
    session.flush()
    return row
