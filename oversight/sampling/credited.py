"""What sampling inspections say in a quality-credit file: final results, and how what was found was put right."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.credit.entries import CreditEntry
from oversight.matters.clocks import state_of
from oversight.models import Matter, MatterClock, MatterStep, Sample, TimeLimit
from recalls.clocks.working_days import CHINA

_TEXTS = {
    "sample_passed": ("监督抽查合格：", "Sample passed: "),
    "sample_failed": ("监督抽查不合格：", "Sample failed: "),
    "correction_done": ("抽查不合格已改正，复查合格：", "Corrected what a sample showed, checked: "),
    "correction_overdue": ("逾期未改正：", "Correction overdue: "),
}


def credit_entries(session: Session, party_id: int, until: datetime) -> list[CreditEntry]:
    """Return an entry for each final result of goods that a firm made or sold, and for its corrections.

    A correction is done when the re-check passed; it is overdue from the end of its limit on if it was not reported by
    then, even if it was later.
    """
    found = []
    made = select(Matter.id).where(Matter.party_id == party_id, Matter.kind == "sample")
    about = Sample.matter_id.in_(made.union(select(Sample.matter_id).where(Sample.seller_id == party_id)))
    decided = select(Matter.number, Matter.title, Sample.outcome, Sample.decided_at).join(
        Sample, Sample.matter_id == Matter.id
    )
    for number, title, outcome, at in session.execute(decided.where(about, Sample.decided_at <= until)):
        found.append(_entry(f"sample_{outcome}", number, title, at))
    own = (Matter.party_id == party_id) & (Matter.kind == "sample")
    done = select(Matter.number, Matter.title, MatterStep.at).join(MatterStep, MatterStep.matter_id == Matter.id)
    for number, title, at in session.execute(
        done.where(own, MatterStep.step == "recheck-pass", MatterStep.at <= until)
    ):
        found.append(_entry("correction_done", number, title, at))
    clocks = (
        select(MatterClock, Matter.number, Matter.title)
        .join(Matter, Matter.id == MatterClock.matter_id)
        .join(TimeLimit, TimeLimit.id == MatterClock.limit_id)
        .where(own, TimeLimit.word == "correct")
        .order_by(MatterClock.id)
    )
    ordered: Counter[str] = Counter()
    for clock, number, title in session.execute(clocks):
        ordered[number] += 1
        if state_of(clock, until) in ("overdue", "late"):
            found.append(_entry("correction_overdue", _nth(number, ordered[number]), title, clock.due_at))
    return found


def _nth(number: str, count: int) -> str:
    """The n-th correction that was ordered for one sample is a record of its own, as `CY2026-000001/2`."""
    return number if count == 1 else f"{number}/{count}"


def _entry(word: str, number: str, title: str, at: datetime | None) -> CreditEntry:
    assert at is not None
    zh, en = _TEXTS[word]
    return CreditEntry(at.astimezone(CHINA).date(), word, number, zh + title, en + title)
