"""Goods of an order that turn up elsewhere, by late or new events, become tasks there too (a job of the worker)."""

from sqlalchemy import func, select

from oversight.matters.steps import CLOCK, note_step
from oversight.models import Matter, Withdrawal
from oversight.withdrawals.flow import WITHDRAWAL
from oversight.withdrawals.tasks import make_tasks
from trace.kit.db import lock_writes
from trace.kit.jobs import Work
from trace.models import Event

FOUND = "found-elsewhere"


def follow_orders(work: Work) -> bool:
    """Look once more for the goods of the order that was looked at longest ago, if any event came since."""
    with work.database.read() as session:
        newest = session.scalar(select(func.max(Event.id))) or 0
        number = session.scalar(
            select(Withdrawal.matter_id)
            .join(Matter, Matter.id == Withdrawal.matter_id)
            .where(Withdrawal.looked_to < newest, Matter.ended_at.is_(None))
            .order_by(Withdrawal.looked_to, Withdrawal.matter_id)
            .limit(1)
        )
    if number is None:
        return False
    with work.database.write() as session:
        lock_writes(session)
        matter, order = session.get_one(Matter, number), session.get_one(Withdrawal, number)
        now = work.clock()
        made = make_tasks(session, matter, order, now)
        if made:
            before = matter.stage
            matter.stage = WITHDRAWAL.first if before == "confirmed" else before
            note_step(matter, CLOCK, FOUND, before, matter.stage, now, None, {"places": made})
    return True
