"""The calendar as it is kept: what was said about a day, the newest counts."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from recalls.clocks.working_days import Calendar
from recalls.models import CalendarDay


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
