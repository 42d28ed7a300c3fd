"""What is known of a complaint beside its history: goods, outlet, figures; nothing of the citizen."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.models import Complaint, ComplaintCause, Matter
from trace.answers import describe_places
from trace.models import Product


class ComplaintRow(TypedDict):
    """A complaint as it is answered; ``claim`` in yuan, ``came_from`` the complaint that a report was made of."""

    number: str
    kind: str
    channel: str
    cause: str
    cause_zh: str
    cause_en: str
    region: str
    gtin: str | None
    lot: str | None
    serial: str | None
    product: str | None
    product_en: str | None
    outlet: str | None
    bought_on: str | None
    claim: Decimal | None
    came_from: str | None
    outcome: str | None
    satisfaction: int | None


def read_complaint(session: Session, matter: Matter) -> ComplaintRow:
    """Return what is known of a complaint."""
    row = session.get_one(Complaint, matter.id)
    cause = session.get_one(ComplaintCause, row.cause)
    product = None if row.product_id is None else session.get(Product, row.product_id)
    places = {} if matter.place_id is None else describe_places(session, [matter.place_id])
    outlet = None if matter.place_id is None else places[matter.place_id]
    came = None
    if row.came_from_id is not None:
        came = session.scalar(select(Matter.number).where(Matter.id == row.came_from_id))
    return {
        "number": matter.number,
        "kind": row.kind,
        "channel": row.channel,
        "cause": row.cause,
        "cause_zh": cause.text_zh,
        "cause_en": cause.text_en,
        "region": row.region,
        "gtin": row.gtin,
        "lot": row.lot,
        "serial": row.serial,
        "product": None if product is None else product.name,
        "product_en": None if product is None else product.name_en,
        "outlet": None if outlet is None else outlet.name or outlet.gln,
        "bought_on": None if row.bought_on is None else row.bought_on.isoformat(),
        "claim": None if row.claim_fen is None else Decimal(row.claim_fen) / 100,
        "came_from": came,
        "outcome": row.outcome,
        "satisfaction": row.satisfaction,
    }
