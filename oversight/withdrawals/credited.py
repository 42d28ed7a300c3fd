"""What stop-sale orders say in a quality-credit file: places that did not answer in time."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.credit.entries import CreditEntry
from oversight.models import Matter, WithdrawalTask
from recalls.clocks.working_days import CHINA


def credit_entries(session: Session, party_id: int, until: datetime) -> list[CreditEntry]:
    """Return an entry for each order to which a place of the firm said nothing before its limit."""
    rows = session.execute(
        select(WithdrawalTask, Matter)
        .join(Matter, Matter.id == WithdrawalTask.matter_id)
        .where(WithdrawalTask.party_id == party_id, WithdrawalTask.due_at < until)
        .order_by(WithdrawalTask.id)
    )
    found: dict[str, CreditEntry] = {}
    for task, matter in rows:
        answered, over = task.confirmed_at, matter.ended_at
        if (answered is not None and answered <= task.due_at) or (over is not None and over <= task.due_at):
            continue
        day = task.due_at.astimezone(CHINA).date()
        text = ("未按期确认下架：" + matter.title, f"Goods not confirmed off sale in time: {matter.title}")
        found.setdefault(matter.number, CreditEntry(day, "withdrawal_unanswered", matter.number, *text))
    return list(found.values())
