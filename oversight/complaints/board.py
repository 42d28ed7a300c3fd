"""The dispatch board: what waits for somebody, what is one's own, what is late, and what was escalated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from oversight.complaints.flows import FLOWS
from oversight.gb2260 import bounds_of
from oversight.jurisdictions import Office, office_of
from oversight.matters.reading import MatterRow, Wanted, list_matters, may_see, write_matters
from oversight.models import Matter, MatterClock
from trace.kit.auth import Principal

Shelf = Literal["unassigned", "mine", "overdue", "running", "ended"]
"""``unassigned`` waits for somebody to handle it, ``mine`` is the asking person's, ``running`` is all that goes on."""

SHELVES: tuple[Shelf, ...] = get_args(Shelf)


@dataclass(frozen=True, slots=True)
class Board:
    """How many matters stand on each shelf of an office and those below it; ended ones are not counted."""

    unassigned: int
    mine: int
    overdue: int
    running: int


def list_shelf(
    session: Session,
    principal: Principal,
    shelf: Shelf,
    kind: str | None,
    within: str | None,
    after: int | None,
    limit: int,
    now: datetime,
) -> list[Matter]:
    """Return up to ``limit`` matters of a shelf below the row number ``after``, the newest first."""
    wanted = Wanted(
        kinds=[one for one in FLOWS if kind in (None, one)],
        within=within,
        handler_id=principal.key_id if shelf == "mine" else None,
        unassigned=shelf == "unassigned",
        waiting="ended" if shelf == "ended" else "overdue" if shelf == "overdue" else "open",
    )
    return list_matters(session, principal, wanted, after, limit, now)


def count_shelves(session: Session, principal: Principal, now: datetime) -> Board:
    """Return how many matters wait in the hands of one's office and of those below it."""
    first, above = bounds_of(office_of(session, principal).code)
    running: list[ColumnElement[bool]] = [Matter.kind.in_(FLOWS), Matter.ended_at.is_(None)]
    if first:
        running += [Matter.code >= first, Matter.code < above]
    late = select(MatterClock.matter_id).where(
        MatterClock.met_at.is_(None), MatterClock.dropped_at.is_(None), MatterClock.due_at < now
    )

    def count(*more: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(Matter).where(*running, *more)) or 0

    return Board(
        unassigned=count(Matter.handler_id.is_(None)),
        mine=count(Matter.handler_id == principal.key_id),
        overdue=count(Matter.id.in_(late)),
        running=count(),
    )


def list_own_late(
    session: Session, principal: Principal, soon: datetime, limit: int
) -> Sequence[tuple[Matter, datetime]]:
    """Return what somebody handles whose next limit ends before ``soon``, the most urgent first."""
    due = func.min(MatterClock.due_at)
    query = (
        select(Matter, due)
        .join(MatterClock, MatterClock.matter_id == Matter.id)
        .where(Matter.handler_id == principal.key_id, Matter.kind.in_(FLOWS), Matter.ended_at.is_(None))
        .where(MatterClock.met_at.is_(None), MatterClock.dropped_at.is_(None), MatterClock.due_at < soon)
        .group_by(Matter.id)
        .order_by(due)
        .limit(limit)
    )
    return [(matter, at) for matter, at in session.execute(query)]


def list_escalated(
    session: Session, principal: Principal, office: Office, now: datetime, limit: int
) -> Sequence[Matter]:
    """Return what offices below let pass, told by the worker and still not done."""
    late = select(MatterClock.matter_id).where(
        *(MatterClock.met_at.is_(None), MatterClock.dropped_at.is_(None)),
        *(MatterClock.due_at < now, MatterClock.told_at > MatterClock.due_at),
    )
    query = select(Matter).where(may_see(session, principal), Matter.kind.in_(FLOWS), Matter.ended_at.is_(None))
    query = query.where(Matter.code != office.code, Matter.id.in_(late)).order_by(Matter.id).limit(limit)
    return session.scalars(query).all()


def list_asked(session: Session, principal: Principal, now: datetime, limit: int) -> list[MatterRow]:
    """Return the complaints that a firm is asked to settle now."""
    wanted = Wanted(kinds=("complaint",), stage="with_firm", party_id=principal.party_id)
    return write_matters(session, principal, list_matters(session, principal, wanted, None, limit, now), now)
