"""The calendar as it is kept: what was said about a day, the newest counts."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.clocks.working_days import Calendar
from recalls.models import CalendarDay


class DayRow(TypedDict):
    """Whether a day is worked; ``exception`` says that somebody entered it, else the week alone decides."""

    day: str
    working: bool
    exception: bool
    name_zh: str | None
    name_en: str | None
    source: str | None


class YearRow(TypedDict):
    """The days of a year that differ from the week; not ``complete`` where nobody has entered any."""

    year: int
    complete: bool
    days: list[DayRow]


def load_calendar(session: Session) -> Calendar:
    """Return the calendar with every day about which something was said, and not taken back."""
    exceptions: dict[date, bool] = {}
    for day, working in session.execute(select(CalendarDay.day, CalendarDay.working).order_by(CalendarDay.id)):
        if working is None:
            exceptions.pop(day, None)
        else:
            exceptions[day] = working
    return Calendar(exceptions)


def list_days(session: Session, year: int) -> Sequence[CalendarDay]:
    """Return the days of a year that differ from the week, in order."""
    return session.scalars(
        select(CalendarDay)
        .where(
            CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)),
            CalendarDay.id.in_(select(func.max(CalendarDay.id)).group_by(CalendarDay.day)),
            CalendarDay.working.is_not(None),
        )
        .order_by(CalendarDay.day)
    ).all()


def find_day(session: Session, day: date) -> CalendarDay | None:
    """Return what the calendar says of a day; None where the week decides."""
    row = session.scalar(select(CalendarDay).where(CalendarDay.day == day).order_by(CalendarDay.id.desc()).limit(1))
    return None if row is None or row.working is None else row


def read_day(session: Session, day: date) -> DayRow:
    """Return whether a day is worked, and who says so."""
    row = find_day(session, day)
    if row is not None:
        return write_day(row)
    working = Calendar({}).is_working(day)
    return {
        "day": day.isoformat(),
        "working": working,
        "exception": False,
        "name_zh": None,
        "name_en": None,
        "source": None,
    }


def read_year(session: Session, year: int) -> YearRow:
    """Return the calendar of a year."""
    days = [write_day(row) for row in list_days(session, year)]
    return {"year": year, "complete": bool(days), "days": days}


def write_day(row: CalendarDay) -> DayRow:
    """Return an entered day as it is answered."""
    return {
        "day": row.day.isoformat(),
        "working": bool(row.working),
        "exception": True,
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "source": row.source,
    }
