"""What time decides of a deadline: its state, and when somebody is to be reminded. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from recalls.clocks.working_days import Calendar, Unit, morning_before

State = Literal["open", "met", "late", "missed", "dropped"]
STATES: tuple[State, ...] = get_args(State)

DUE = "due"
"""The mark at which a duty that nobody met is told to the authority; all earlier ones are reminders."""


def state_of(due: datetime, met: datetime | None, dropped: datetime | None, now: datetime) -> State:
    """Return the state at ``now``; what happened only later does not count, so the past can be asked for.

    Met at the moment that it is due is in time. A duty that was overdue when its case ended stays missed.
    """
    if met is not None and met <= now:
        return "met" if met <= due else "late"
    if dropped is not None and dropped <= min(due, now):
        return "dropped"
    return "missed" if due < now else "open"


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment at which somebody is told about a deadline."""

    word: str
    at: datetime


def marks_of(started: datetime, due: datetime, unit: Unit, calendar: Calendar) -> list[Mark]:
    """Return the moments between ``started`` and ``due``, then ``due`` itself.

    Hours: half of the time, and two hours before. All others: the mornings of the third last and the last working day.
    """
    moments: dict[str, datetime | None]
    if unit == "h":
        moments = {"half": started + (due - started) / 2, "2h": due - timedelta(hours=2)}
    else:
        moments = {f"{number}wd": morning_before(started, due, number, calendar) for number in (3, 1)}
    kept: dict[datetime, str] = {}
    for word, at in moments.items():
        if at is not None and started < at < due:
            kept.setdefault(at, word)
    return [*(Mark(kept[at], at) for at in sorted(kept)), Mark(DUE, due)]
