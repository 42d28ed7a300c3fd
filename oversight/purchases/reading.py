"""Purchase checks as they are answered: a firm its own and refusals of its goods, an office those of its area."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.gb2260 import bounds_of
from oversight.jurisdictions import office_of
from oversight.models import PurchaseCheck
from oversight.purchases.checking import Judged
from oversight.purchases.outcomes import OUTCOMES, Finding, Outcome
from recalls.clocks.working_days import CHINA
from trace.answers import BatchRef, describe_batches, describe_places, write_time
from trace.fold.entries import Entry
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.models import Event, Party, Posting, Product

_EARLIEST = date(1, 1, 2)
"""No day before it has all its moments in the calendar of UTC."""

NAMELESS: tuple[str | None, str | None] = (None, None)


class FindingRow(TypedDict):
    """Something found, with the record that shows it."""

    word: str
    record: str
    text_zh: str
    text_en: str


class CheckRow(TypedDict):
    """A check of one batch; ``event`` is the ID of the shipment or receipt, ``rules`` the policy's version."""

    id: int
    at: str
    by: str
    occasion: str
    outcome: str
    event: str | None
    party: str | None
    party_name: str | None
    place: str
    place_name: str | None
    supplier: str | None
    supplier_name: str | None
    batch: BatchRef
    product: str | None
    product_en: str | None
    findings: list[FindingRow]
    rules: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which checks: all that meet every condition that is given; days are those of China."""

    outcome: Outcome | None = None
    occasion: str | None = None
    party_id: int | None = None
    since: date | None = None
    until: date | None = None


def list_checks(
    session: Session, principal: Principal, wanted: Wanted, after: int | None, limit: int
) -> Sequence[PurchaseCheck]:
    """Return up to ``limit`` checks below the row number ``after``, the newest first."""
    query = select(PurchaseCheck).where(*_may_see(session, principal))
    for column, value in (
        (PurchaseCheck.outcome, wanted.outcome),
        (PurchaseCheck.occasion, wanted.occasion),
        (PurchaseCheck.party_id, wanted.party_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(PurchaseCheck.at >= datetime.combine(max(wanted.since, _EARLIEST), time(), CHINA))
    if wanted.until is not None:
        query = query.where(PurchaseCheck.at <= datetime.combine(max(wanted.until, _EARLIEST), time.max, CHINA))
    if after is not None:
        query = query.where(PurchaseCheck.id < after)
    return session.scalars(query.order_by(PurchaseCheck.id.desc()).limit(limit)).all()


def _may_see(session: Session, principal: Principal) -> list[ColumnElement[bool]]:
    if principal.role == "company":
        return [(PurchaseCheck.party_id == principal.party_id) | _refused_of(principal)]
    if principal.role == "auditor":
        return []
    first, above = bounds_of(office_of(session, principal).code)
    return [PurchaseCheck.region >= first, PurchaseCheck.region < above] if first else []


def _refused_of(principal: Principal) -> ColumnElement[bool]:
    """Goods of the firm's own that somebody refused: it has to take them back."""
    return (PurchaseCheck.supplier_id == principal.party_id) & (PurchaseCheck.occasion == "refused")


def count_refused(session: Session, principal: Principal, since: datetime) -> int:
    """Return how many deliveries of the firm were refused since a moment, and are still on the way."""
    open_ones = (Posting.event_id == PurchaseCheck.event_id, Posting.entry == Entry.SHIPPED, Posting.is_open)
    query = select(func.count(PurchaseCheck.event_id.distinct())).where(
        _refused_of(principal), PurchaseCheck.at >= since, select(Posting.id).where(*open_ones).exists()
    )
    return session.scalar(query) or 0


def checks_of_events(session: Session, event_ids: Collection[int]) -> dict[tuple[int, int], Outcome]:
    """Return the outcome of each received batch by the rows of the receipt's event and of the batch."""
    columns = (PurchaseCheck.event_id, PurchaseCheck.batch_id, PurchaseCheck.outcome)
    received = among(session, PurchaseCheck.event_id, event_ids) & (PurchaseCheck.occasion == "received")
    rows = session.execute(select(*columns).where(received))
    return {(event or 0, batch): cast(Outcome, outcome) for event, batch, outcome in rows}


def write_checks(session: Session, principal: Principal, rows: Sequence[PurchaseCheck]) -> list[CheckRow]:
    """Return checks as they are answered; to another firm than the receiver, who checked is the firm, and no person."""
    batches = describe_batches(session, {one.batch_id for one in rows})
    places = describe_places(session, {one.place_id for one in rows})
    firms = _parties(session, {number for one in rows for number in (one.party_id, one.supplier_id) if number})
    events = {one.event_id for one in rows if one.event_id is not None}
    named = dict(session.execute(select(Event.id, Event.event_id).where(among(session, Event.id, events))).all())
    products = name_products(session, batches.values())
    return [
        {
            "id": one.id,
            "at": write_time(one.at) or "",
            "by": _by(principal, one, firms),
            "occasion": one.occasion,
            "outcome": one.outcome,
            "event": named.get(one.event_id or 0),
            "party": _code(firms.get(one.party_id)),
            "party_name": _name(firms.get(one.party_id)),
            "place": places[one.place_id].id,
            "place_name": places[one.place_id].name,
            "supplier": _code(firms.get(one.supplier_id or 0)),
            "supplier_name": _name(firms.get(one.supplier_id or 0)),
            "batch": batches[one.batch_id],
            "product": products.get(batches[one.batch_id]["gtin"] or "", NAMELESS)[0],
            "product_en": products.get(batches[one.batch_id]["gtin"] or "", NAMELESS)[1],
            "findings": json.loads(one.findings),
            "rules": one.rules,
            "reason": one.reason,
        }
        for one in rows
    ]


def name_products(session: Session, batches: Collection[BatchRef]) -> Mapping[str, tuple[str, str | None]]:
    """Return the names of the registered products of batches, in Chinese and English, by GTIN-14."""
    gtins = {one["gtin"] for one in batches if one["gtin"] is not None}
    columns = (Product.gtin, Product.name, Product.name_en)
    rows = session.execute(select(*columns).where(among(session, Product.gtin, gtins)))
    return {gtin: (name, name_en) for gtin, name, name_en in rows}


class JudgedRow(TypedDict):
    """What would follow for a batch of a delivery."""

    batch: BatchRef
    product: str | None
    product_en: str | None
    outcome: str
    findings: list[FindingRow]


def write_judged(session: Session, judged: Sequence[Judged]) -> list[JudgedRow]:
    """Return what would follow, the gravest first."""
    batches = describe_batches(session, {one.came.batch_id for one in judged})
    products = name_products(session, batches.values())
    ordered = sorted(judged, key=lambda one: -OUTCOMES.index(one.outcome))
    return [
        {
            "batch": batches[one.came.batch_id],
            "product": products.get(batches[one.came.batch_id]["gtin"] or "", NAMELESS)[0],
            "product_en": products.get(batches[one.came.batch_id]["gtin"] or "", NAMELESS)[1],
            "outcome": one.outcome,
            "findings": [_write(finding) for finding in one.findings],
        }
        for one in ordered
    ]


def _write(finding: Finding) -> FindingRow:
    return {
        "word": finding.word,
        "record": finding.record,
        "text_zh": finding.text_zh,
        "text_en": finding.text_en,
    }


def _parties(session: Session, numbers: Collection[int]) -> dict[int, Any]:
    return {one.id: one for one in session.scalars(select(Party).where(among(session, Party.id, numbers)))}


def _by(principal: Principal, one: PurchaseCheck, firms: Mapping[int, Party]) -> str:
    theirs = principal.role == "company" and principal.party_id != one.party_id
    return firms[one.party_id].name if theirs else one.actor_name


def _code(party: Party | None) -> str | None:
    return None if party is None else party.uscc or party.gln


def _name(party: Party | None) -> str | None:
    return None if party is None else party.name
