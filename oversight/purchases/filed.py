"""What purchase checks say in a firm's credit file: its goods refused, and what it took in against the rules."""

import json
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.models import PurchaseCheck
from recalls.clocks.working_days import CHINA

MOST = 20


class FiledRow(TypedDict):
    """A check: as ``supplier`` the firm's goods were refused, as ``buyer`` it took in what was not to be taken in."""

    on: str
    record: str
    side: Literal["supplier", "buyer"]
    text_zh: str
    text_en: str


def filed_checks(session: Session, party_id: int, until: datetime) -> list[FiledRow]:
    """Return the newest such checks of a firm up to a moment, each with what decided."""
    refused = (PurchaseCheck.supplier_id == party_id) & (PurchaseCheck.occasion == "refused")
    against = (PurchaseCheck.party_id == party_id) & (PurchaseCheck.occasion == "received")
    against &= PurchaseCheck.outcome == "reject"
    rows = session.scalars(
        select(PurchaseCheck)
        .where(refused | against, PurchaseCheck.at <= until)
        .order_by(PurchaseCheck.id.desc())
        .limit(MOST)
    )
    return [_write(one, party_id) for one in rows]


def _write(row: PurchaseCheck, party_id: int) -> FiledRow:
    found = json.loads(row.findings)
    return {
        "on": str(row.at.astimezone(CHINA).date()),
        "record": f"purchase-checks/{row.id}",
        "side": "supplier" if row.supplier_id == party_id else "buyer",
        "text_zh": found[0]["text_zh"] if found else row.reason or "",
        "text_en": found[0]["text_en"] if found else row.reason or "",
    }
