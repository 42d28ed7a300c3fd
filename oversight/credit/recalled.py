"""What recalls say in a quality-credit file: who set them going, how they were carried out, who answered too late."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.credit.entries import CreditEntry
from recalls.clocks.working_days import CHINA
from recalls.models import Deadline, Duty, Notice, RecallCase, ScopeLine, StageStep
from trace.models import Product

ORIGIN = {
    "ordered": ("recall_ordered", "责令召回", "Recall ordered"),
    "notified": ("recall_notified", "通知召回", "Recall after a notice"),
}
JUDGED = {
    "effective": ("recall_effective", "评估认为召回有效", "Recall assessed as effective"),
    "ineffective": ("recall_ineffective", "评估认为召回无效", "Recall assessed as ineffective"),
}
VOLUNTARY = ("recall_voluntary", "主动召回", "Recall by the firm itself")


def credit_entries(session: Session, party_id: int, until: datetime) -> list[CreditEntry]:
    """Return what recalls of the firm's own products, and notices to it, say of it up to a moment; drills do not."""
    cases = _cases(session, party_id, until)
    found = [entry for case in cases for entry in _of_case(case, until)]
    found += _missed(session, [case.id for case in cases], until)
    return found + _late(session, party_id, until)


def _cases(session: Session, party_id: int, until: datetime) -> Sequence[RecallCase]:
    own = select(ScopeLine.case_id).join(Product, Product.gtin == ScopeLine.gtin).where(Product.party_id == party_id)
    wanted = RecallCase.id.in_(own) & RecallCase.drill.is_(False) & (RecallCase.created_at <= until)
    return session.scalars(select(RecallCase).where(wanted).order_by(RecallCase.id)).all()


def _of_case(case: RecallCase, until: datetime) -> Iterable[CreditEntry]:
    taken: list[StageStep] = [step for step in case.steps if step.at <= until]
    held = next((step for step in taken if step.to_stage in ("ordered", "plan_filed")), None)
    if held is None or taken[-1].to_stage in ("cancelled", "closed_no_defect"):
        return
    ordered = any(step.to_stage == "ordered" for step in taken)
    word, zh, en = ORIGIN["ordered"] if ordered else ORIGIN.get(case.kind, VOLUNTARY)
    yield _entry(held.at, word, case, zh, en)
    judged = [step for step in taken if step.outcome is not None]
    if judged:
        word, zh, en = JUDGED[judged[-1].outcome or ""]
        yield _entry(judged[-1].at, word, case, zh, en)


def _missed(session: Session, cases: Sequence[int], until: datetime) -> list[CreditEntry]:
    """A recall may have missed several limits: each is a record of its own, by the number of its deadline."""
    rows = session.execute(
        select(Deadline, Duty, RecallCase)
        .join(Duty, Duty.id == Deadline.duty_id)
        .join(RecallCase, RecallCase.id == Deadline.case_id)
        .where(Deadline.case_id.in_(cases), Duty.in_charge == "firm", Deadline.due_at < until)
        .order_by(Deadline.id)
    )
    found = []
    for deadline, duty, case in rows:
        if not _in_time(deadline):
            said = ("未按期：" + duty.text_zh, "Late: " + duty.text_en)
            entry = _entry(deadline.due_at, "recall_limit_missed", case, *said)
            found.append(replace(entry, record=f"{case.number}/deadlines/{deadline.id}"))
    return found


def _in_time(deadline: Deadline) -> bool:
    settled = deadline.met_at or deadline.dropped_at
    return settled is not None and settled <= deadline.due_at


def _late(session: Session, party_id: int, until: datetime) -> list[CreditEntry]:
    """A notice that had to be escalated because nobody of the firm acknowledged it; one for each recall."""
    rows = session.execute(
        select(Notice, RecallCase)
        .join(RecallCase, RecallCase.id == Notice.case_id)
        .where(Notice.party_id == party_id, Notice.escalated_at <= until, RecallCase.drill.is_(False))
        .order_by(Notice.id)
    )
    found: dict[str, CreditEntry] = {}
    for notice, case in rows:
        if notice.escalated_at is not None:
            said = ("未按期确认召回通知", "Notice of a recall not acknowledged in time")
            found.setdefault(case.number, _entry(notice.escalated_at, "recall_answer_late", case, *said))
    return list(found.values())


def _entry(at: datetime, word: str, case: RecallCase, zh: str, en: str) -> CreditEntry:
    day: date = at.astimezone(CHINA).date()
    return CreditEntry(day, word, case.number, f"{zh}（{case.title}）", f"{en} ({case.title_en or case.title})")
