"""Recalls abroad, entered by hand: of goods that are registered here each is a signal by itself."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field
from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.jurisdictions import nearest_office, office_of
from oversight.matters.reading import may_see
from oversight.matters.steps import CLOCK, Actor, actor_of
from oversight.models import ForeignRecall, Matter
from oversight.registers.entries import home_day
from oversight.warnings.observations import Observation
from oversight.warnings.raising import open_signal
from trace.answers import write_time
from trace.field_types import GtinText, LotText
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Forbidden, Invalid
from trace.kit.fields import Day, InputModel, Text
from trace.models import Identifier, Product

MOST_LOTS = 100


class ForeignRecallIn(InputModel):
    """Who recalled what abroad: country (ISO 3166-1, two letters), authority, its number, and the goods by bar code."""

    country: Annotated[str, Field(pattern="^[A-Z]{2}$")]
    authority: Text
    reference: Annotated[Text, AfterValidator(str.strip)]
    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2000)] | None = None
    published_on: Day
    gtin: GtinText
    lots: Annotated[list[LotText], Field(max_length=MOST_LOTS)] = Field(default_factory=list)
    title: Text
    hazard: Text


class ForeignRecallRow(TypedDict):
    """One as it is answered; ``signal`` is None where nobody registered the product, or another office has it."""

    id: int
    entered_at: str
    entered_by: str
    country: str
    authority: str
    reference: str
    url: str | None
    published_on: str
    gtin: str
    product: str | None
    lots: list[str]
    title: str
    hazard: str
    signal: str | None


class OfficialsAlone(Forbidden):
    """Recalls abroad are entered by an authority."""


class EnteredAlready(Conflict):
    """This recall of this product is entered."""


_REGISTERED = (
    select(ForeignRecall, Product)
    .join(Product, Product.gtin == ForeignRecall.gtin)
    .where(ForeignRecall.signal_id.is_(None))
)


def enter_foreign_recall(session: Session, principal: Principal, new: ForeignRecallIn, now: datetime) -> ForeignRecall:
    """Enter a recall abroad; goods that are known here are signalled at once.

    Raises Invalid (422) at /published_on for a day to come, EnteredAlready (409), OfficialsAlone (403).
    """
    actor = actor_of(session, principal)
    if actor.right != "authority":
        raise OfficialsAlone(f"Expected an official to enter a recall abroad, got {actor.right}.")
    if new.published_on > home_day(now):
        raise Invalid.field("/published_on", f"Expected a day up to {home_day(now)}, got {new.published_on}.")
    lock_writes(session)
    same = (ForeignRecall.country == new.country) & (ForeignRecall.reference == new.reference)
    if session.scalar(select(ForeignRecall.id).where(same, ForeignRecall.gtin == new.gtin)) is not None:
        raise EnteredAlready(f"Recall {new.reference} of {new.gtin} in {new.country} is entered already.")
    product = session.scalar(select(Product).where(Product.gtin == new.gtin))
    row = ForeignRecall(
        entered_at=now,
        actor_id=principal.key_id,
        actor_name=principal.name,
        code=office_of(session, principal).code,
        product_id=None if product is None else product.id,
        lots=json.dumps(new.lots, ensure_ascii=False),
        **new.model_dump(exclude={"lots"}),
    )
    session.add(row)
    session.flush()
    if product is not None:
        _raise(session, actor, row, product, now)
    return row


def follow_registrations(session: Session, now: datetime) -> list[Matter]:
    """Signal recalls abroad whose product was registered after they had been entered."""
    rows = session.execute(_REGISTERED.order_by(ForeignRecall.id)).all()
    return [_raise(session, CLOCK, row, product, now) for row, product in rows]


def has_registered(session: Session) -> bool:
    """Whether there is such a recall abroad."""
    return session.execute(_REGISTERED.limit(1)).first() is not None


def _raise(session: Session, actor: Actor, row: ForeignRecall, product: Product, now: datetime) -> Matter:
    """Signal the product, or the batch if it is about a single one; every lot that is known here is a case."""
    lots = set(json.loads(row.lots))
    ours = (Identifier.gtin == product.gtin) & (Identifier.kind == "batch")
    known = session.scalars(select(Identifier.id).where(ours, Identifier.lot.in_(sorted(lots)))).all()
    batches: list[int | None] = [*sorted(known)] or [None]
    source, record = f"abroad:{row.country}", f"{row.country} {row.reference}"
    cases = [Observation(now, product.id, batch, source, None, record) for batch in batches]
    goods = (product.id, batches[0] if len(known) == len(lots) == 1 else None)
    matter = open_signal(session, actor, "foreign", goods, cases, now, code=nearest_office(session, row.code))
    row.product_id, row.signal_id = product.id, matter.id
    session.flush()
    return matter


def list_foreign_recalls(session: Session, after: int | None, limit: int) -> Sequence[ForeignRecall]:
    """Return up to ``limit`` recalls below the row number ``after``, the newest first."""
    query = select(ForeignRecall).order_by(ForeignRecall.id.desc()).limit(limit)
    return session.scalars(query if after is None else query.where(ForeignRecall.id < after)).all()


def write_foreign_recalls(
    session: Session, principal: Principal, rows: Sequence[ForeignRecall]
) -> list[ForeignRecallRow]:
    """Return them as they are answered, with the signals that somebody may see."""
    products = {one.product_id for one in rows if one.product_id is not None}
    names = dict(session.execute(select(Product.id, Product.name).where(Product.id.in_(products))).all())
    signals = {one.signal_id for one in rows if one.signal_id is not None}
    seen = Matter.id.in_(signals) & may_see(session, principal)
    numbers = dict(session.execute(select(Matter.id, Matter.number).where(seen)).all())
    return [
        {
            "id": one.id,
            "entered_at": write_time(one.entered_at) or "",
            "entered_by": one.actor_name,
            "country": one.country,
            "authority": one.authority,
            "reference": one.reference,
            "url": one.url,
            "published_on": one.published_on.isoformat(),
            "gtin": one.gtin,
            "product": names.get(one.product_id or 0),
            "lots": json.loads(one.lots),
            "title": one.title,
            "hazard": one.hazard,
            "signal": numbers.get(one.signal_id or 0),
        }
        for one in rows
    ]
