"""What purchase checks say in a firm's credit file: its goods refused, and what it took in against the rules."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased
from typing_extensions import TypedDict

from oversight.models import PurchaseCheck
from oversight.purchases.outcomes import Outcome, Word
from oversight.purchases.rules import read_policies
from recalls.clocks.working_days import CHINA
from trace.models import Event, Void

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
    against &= (PurchaseCheck.outcome == "reject") & ~_declared_in_error(until)
    rows = session.scalars(
        select(PurchaseCheck)
        .where(refused | against, PurchaseCheck.at <= until)
        .order_by(PurchaseCheck.id.desc())
        .limit(MOST)
    )
    policies = read_policies(session)
    return [_write(one, party_id, policies.up_to(one.rules).outcomes) for one in rows]


def _declared_in_error(until: datetime) -> ColumnElement[bool]:
    """That no receipt took place is known by then: neither did the firm take anything in."""
    event, said = aliased(Event), aliased(Event)
    declared = select(said.id).where(said.declaration.is_not(None), said.record_time > until)
    later = declared.where((said.event_id == event.event_id) | (said.content_hash == event.content_hash))
    void = select(Void.event_id).join(event, event.id == Void.event_id).where(~later.exists())
    return void.where(Void.event_id == PurchaseCheck.event_id).exists()


def _write(row: PurchaseCheck, party_id: int, outcomes: Mapping[Word, Outcome]) -> FiledRow:
    said = [] if row.outcome == "pass" else json.loads(row.findings)  # refused all the same: by its reason
    found = [one for one in said if outcomes.get(one["word"]) == row.outcome]
    return {
        "on": str(row.at.astimezone(CHINA).date()),
        "record": f"purchase-checks/{row.id}",
        "side": "supplier" if row.supplier_id == party_id else "buyer",
        "text_zh": found[0]["text_zh"] if found else row.reason or "",
        "text_en": found[0]["text_en"] if found else row.reason or "",
    }
