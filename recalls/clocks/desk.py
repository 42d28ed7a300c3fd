"""Deadlines over all cases that a key may see, the first due first: what a desk works off."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import Session

from recalls.authority import may_run
from recalls.clocks.deadlines import DeadlineRow, write_deadline
from recalls.clocks.states import State
from recalls.models import Deadline, RecallCase
from trace.kit.auth import Principal

Position = tuple[datetime, int]
"""(due_at, row number) of the last row of a page."""

Found = tuple[Deadline, RecallCase]


class DeskRow(DeadlineRow):
    """A deadline with the case that it belongs to."""

    recall: str
    title: str
    title_en: str | None
    regime: str
    drill: bool


def list_deadlines(
    session: Session,
    principal: Principal,
    state: State | None,
    case: str | None,
    after: Position | None,
    limit: int,
    now: datetime,
) -> list[Found]:
    """Return up to ``limit`` deadlines of cases that the key may see, from after a position.

    Without ``state`` those that wait: open, or missed in a case that goes on.
    """
    seen: dict[int, bool] = {}
    found: list[Found] = []
    while True:
        query = (
            select(Deadline, RecallCase)
            .join(RecallCase, RecallCase.id == Deadline.case_id)
            .where(_waits(now) if state is None else _is(state, now))
            .order_by(Deadline.due_at, Deadline.id)
            .limit(limit)
        )
        if case is not None:
            query = query.where(RecallCase.number == case)
        if after is not None:
            query = query.where(tuple_(Deadline.due_at, Deadline.id) > after)
        rows = session.execute(query).all()
        for row, of_case in rows:
            if of_case.id not in seen:
                seen[of_case.id] = principal.role == "auditor" or may_run(session, principal, of_case)
            if seen[of_case.id]:
                found.append((row, of_case))
        if len(rows) < limit or len(found) >= limit:
            return found[:limit]
        after = (rows[-1][0].due_at, rows[-1][0].id)


def write_found(found: Found, now: datetime) -> DeskRow:
    """Return a deadline as a desk reads it."""
    row, case = found
    return {
        **write_deadline(row, now),
        "recall": case.number,
        "title": case.title,
        "title_en": case.title_en,
        "regime": case.regime,
        "drill": case.drill,
    }


def _waits(now: datetime) -> ColumnElement[bool]:
    return and_(or_(Deadline.met_at.is_(None), Deadline.met_at > now), Deadline.dropped_at.is_(None))


def _is(state: State, now: datetime) -> ColumnElement[bool]:
    """What `recalls.clocks.states.state_of` says, for a database."""
    met = and_(Deadline.met_at.is_not(None), Deadline.met_at <= now)
    unmet = or_(Deadline.met_at.is_(None), Deadline.met_at > now)
    dropped = and_(Deadline.dropped_at.is_not(None), Deadline.dropped_at <= now, Deadline.dropped_at <= Deadline.due_at)
    kept = or_(Deadline.dropped_at.is_(None), Deadline.dropped_at > now, Deadline.dropped_at > Deadline.due_at)
    return {
        "met": and_(met, Deadline.met_at <= Deadline.due_at),
        "late": and_(met, Deadline.met_at > Deadline.due_at),
        "dropped": and_(unmet, dropped),
        "missed": and_(unmet, kept, Deadline.due_at < now),
        "open": and_(unmet, kept, Deadline.due_at >= now),
    }[state]
