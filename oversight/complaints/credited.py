"""What complaints and reports say in a quality-credit file: remedies that took a mediation, violations found true."""

import json
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.credit.entries import CreditEntry
from oversight.models import Matter, MatterStep
from recalls.clocks.working_days import CHINA

_TEXTS = {
    "complaint_upheld": ("经调解达成补偿的投诉：", "Complaint remedied by mediation alone: "),
    "report_upheld": ("查证属实的举报：", "Report found true: "),
}


def credit_entries(session: Session, party_id: int, until: datetime) -> list[CreditEntry]:
    """Return an entry for each complaint and report against a firm that stood as upheld at a moment.

    A complaint is one if the firm gave a remedy in mediation alone; what it settled when it was asked counts nothing,
    so that settling pays. A report is one if it was decided to be true. Taken up again, neither stands any more.
    """
    rows = session.execute(
        select(Matter.number, Matter.title, MatterStep)
        .join(MatterStep, MatterStep.matter_id == Matter.id)
        .where(Matter.party_id == party_id, Matter.kind.in_(("complaint", "report")), MatterStep.at <= until)
        .where(MatterStep.step.in_(("agree", "conclude", "reopen")))
        .order_by(MatterStep.id)
    )
    found: dict[str, CreditEntry] = {}
    for number, title, step in rows:
        word = _word(step)
        if word is None:
            found.pop(number, None)
            continue
        zh, en = _TEXTS[word]
        found[number] = CreditEntry(step.at.astimezone(CHINA).date(), word, number, zh + title, en + title)
    return list(found.values())


def _word(step: MatterStep) -> str | None:
    if step.step == "agree" and step.from_stage == "mediation":
        return "complaint_upheld"
    return "report_upheld" if step.step == "conclude" and json.loads(step.facts).get("upheld") else None
