"""Clocks of matters: started and met by steps, by a dated table that an authority can change (docs/matters.md)."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.models import Matter, MatterClock, TimeLimit
from recalls.clocks.calendar_days import load_calendar
from recalls.clocks.working_days import CHINA, Unit, due_after
from trace.answers import write_time
from trace.kit.errors import Conflict

ClockState = Literal["open", "overdue", "met", "late", "dropped"]


class NotYetOver(Conflict):
    """The firm still has time to answer."""


class ClockRow(TypedDict):
    """A clock as it is answered; ``calendar_complete`` false: holidays of some year were not entered."""

    limit: str
    text_zh: str
    text_en: str
    in_charge: str
    source: str
    confirmed: bool
    started_at: str
    due_at: str
    calendar_complete: bool
    met_at: str | None
    state: ClockState


def run_clocks(session: Session, matter: Matter, step: str, now: datetime) -> None:
    """Settle the clocks that a step meets, start those that it starts, and drop all when the matter has ended."""
    waiting = [clock for clock in matter.clocks if clock.met_at is None and clock.dropped_at is None]
    met: list[MatterClock] = []
    for clock in waiting:
        if step in json.loads(clock.limit.met_by):
            clock.met_at, clock.met_by = now, step
            met.append(clock)
        elif matter.ended_at is not None:
            clock.dropped_at = now
    if matter.ended_at is not None:
        return
    limits = limits_in_force(session, matter.kind, now, step)
    if not limits:
        return
    calendar = load_calendar(session)
    for limit in limits:
        unit: Unit = limit.unit  # type: ignore[assignment]  # written by a migration or by a checked edit alone
        start = max((clock.due_at for clock in met), default=now) if limit.extends else now
        # a period that is extended ends at 24:00 of its last day, which is the day that the extension counts from
        last = start if unit == "h" or start == now else start - timedelta(microseconds=1)
        due = due_after(last, limit.amount, unit, calendar)
        matter.clocks.append(MatterClock(limit=limit, started_at=start, due_at=due.at, calendar_complete=due.complete))


def limits_in_force(session: Session, kind: str, at: datetime, starts: str | None = None) -> Sequence[TimeLimit]:
    """Return the limits for matters of a kind at a moment; if given, those that a step starts."""
    wanted = (TimeLimit.kind == kind) & (TimeLimit.valid_from <= at)
    wanted &= TimeLimit.valid_to.is_(None) | (TimeLimit.valid_to > at)
    if starts is not None:
        wanted &= TimeLimit.starts == starts
    return session.scalars(select(TimeLimit).where(wanted).order_by(TimeLimit.id)).all()


def state_of(clock: MatterClock, now: datetime) -> ClockState:
    """Return how a clock stands."""
    if clock.met_at is not None:
        return "met" if clock.met_at <= clock.due_at else "late"
    if clock.dropped_at is not None:
        return "dropped"
    return "open" if now <= clock.due_at else "overdue"


def require_over(matter: Matter, word: str, now: datetime) -> None:
    """Raise NotYetOver while the newest clock of a limit, the firm's to answer, still runs."""
    clock = next((one for one in reversed(matter.clocks) if one.limit.word == word), None)
    if clock is not None and state_of(clock, now) == "open":
        due = clock.due_at.astimezone(CHINA)
        raise NotYetOver(f"The firm has time to answer until {due:%Y-%m-%d %H:%M}; expected that to be over.")


def write_clock(clock: MatterClock, now: datetime) -> ClockRow:
    """Return a clock as it is answered."""
    limit = clock.limit
    return {
        "limit": limit.word,
        "text_zh": limit.text_zh,
        "text_en": limit.text_en,
        "in_charge": limit.in_charge,
        "source": limit.source,
        "confirmed": limit.confirmed,
        "started_at": write_time(clock.started_at) or "",
        "due_at": write_time(clock.due_at) or "",
        "calendar_complete": clock.calendar_complete,
        "met_at": None if clock.met_at is None else write_time(clock.met_at),
        "state": state_of(clock, now),
    }
