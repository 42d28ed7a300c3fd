"""Who has a matter in hand is reminded before a limit ends, and the office above is told after it; each once."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from oversight.complaints.citizens import erase_by_term
from oversight.complaints.flows import ESCALATE, FLOWS, REMIND
from oversight.matters.messages import queue_message
from oversight.matters.steps import CLOCK, take_step
from oversight.models import Citizen, Matter, MatterClock
from trace.answers import write_time
from trace.kit.db import lock_writes
from trace.kit.jobs import Work

BEFORE = timedelta(days=2)
"""So long before a limit ends who handles the matter is reminded."""

AT_ONCE = 100
"""Clocks that one transaction looks after."""


def keep_limits(work: Work) -> bool:
    """Do one round of reminding and escalating, as a job of the worker; False if nothing was due."""
    now = work.clock()
    with work.database.read() as session:
        if not _due(session, now, 1):
            return False
    with work.database.write() as session:
        remind(session, now)
    return True


def forget_citizens(work: Work) -> bool:
    """Erase citizens whose term is over, as a job of the worker; False if there was none."""
    now = work.clock()
    with work.database.read() as session:
        over = select(Citizen.matter_id).join(Matter, Matter.id == Citizen.matter_id)
        over = over.where(Citizen.erase_on <= now.date(), Matter.ended_at.is_not(None)).limit(1)
        if session.scalar(over) is None:
            return False
    with work.database.write() as session:
        return erase_by_term(session, now) > 0


def remind(session: Session, now: datetime) -> int:
    """Put into each history that a limit is near, or that it passed; return how many. ``told_at`` remembers it."""
    lock_writes(session)
    told = 0
    for clock in _due(session, now, AT_ONCE):
        matter = session.get_one(Matter, clock.matter_id)
        step = ESCALATE if clock.due_at < now else REMIND
        clock.told_at = now
        if step in FLOWS[matter.kind].table[matter.stage]:
            facts = {"limit": clock.limit.word, "due_at": write_time(clock.due_at)}
            take_step(session, FLOWS[matter.kind], matter, CLOCK, step, now, facts=facts)
            queue_message(session, matter, step, "handler", now)
            told += 1
    session.flush()
    return told


def _due(session: Session, now: datetime, limit: int) -> list[MatterClock]:
    untold = MatterClock.told_at.is_(None)
    passed = and_(MatterClock.told_at < MatterClock.due_at, MatterClock.due_at < now)
    query = (
        select(MatterClock)
        .join(Matter, Matter.id == MatterClock.matter_id)
        .where(MatterClock.met_at.is_(None), MatterClock.dropped_at.is_(None), MatterClock.due_at < now + BEFORE)
        .where(or_(untold, passed), Matter.kind.in_(FLOWS))
        .order_by(MatterClock.due_at, MatterClock.id)
    )
    return list(session.scalars(query.limit(limit)))
