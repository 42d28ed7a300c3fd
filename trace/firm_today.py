"""What a firm's desk shows first: what was registered and shipped today, and what it holds that must not be sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trace.answers import Place, describe_places
from trace.batch_list import ListedBatch, describe_rows
from trace.events.rows import microseconds
from trace.fold.steps import Verb
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.formats import BEIJING
from trace.models import Batch, Event, HeldBatch, Identifier, Posting, Product
from trace.visibility import own_places
from trace.vocabulary import name_places

SHOWN = 10
LOOKED_AT = 500
"""Of the firm's last so many events are today's shipments, and of so many held batches those that it has."""


@dataclass(frozen=True, slots=True)
class SentToday:
    """A shipment: when, and the numbers of the places between which it goes."""

    event_id: str
    at: datetime
    origin: int | None
    destination: int | None


@dataclass(frozen=True, slots=True)
class Today:
    """The newest of today's batches and shipments; ``more`` says that there were more batches.

    ``makes`` is whether the firm has products of its own at all.
    """

    makes: bool
    batches: list[ListedBatch]
    more: bool
    shipments: list[SentToday]
    places: dict[int, Place]


def read_today(session: Session, principal: Principal, now: datetime) -> Today:
    """Return what was registered, and what left, since midnight by Beijing's clock."""
    midnight = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    own = select(Product.gtin).where(Product.party_id == (principal.party_id or 0))
    columns = (Identifier.id, Identifier.uri, Identifier.gtin, Identifier.lot)
    rows = session.execute(
        select(*columns)
        .join(Batch, Batch.id == Identifier.id)
        .where(Batch.registered_at >= midnight, Batch.gtin.in_(own))
        .order_by(Batch.registered_at.desc(), Batch.id.desc())
        .limit(SHOWN + 1)
    ).all()
    batches = describe_rows(session, principal, (), rows[:SHOWN])
    shipments = _read_shipments(session, principal, midnight)
    ends = {end for one in shipments for end in (one.origin, one.destination) if end is not None}
    places = name_places(session, principal, describe_places(session, ends))
    makes = bool(rows) or session.scalar(own.limit(1)) is not None
    return Today(makes, batches, len(rows) > SHOWN, shipments, places)


def _read_shipments(session: Session, principal: Principal, since: datetime) -> list[SentToday]:
    last = (
        select(Event.id)
        .where(Event.captured_by == (principal.party_id or 0))
        .order_by(Event.id.desc())
        .limit(LOOKED_AT)
    )
    rows = session.execute(
        select(Event.event_id, Event.at, Event.origin_id, Event.destination_id)
        .where(among(session, Event.id, session.scalars(last).all()))
        .where(Event.verb == Verb.SHIP, Event.at >= microseconds(since), Event.declaration.is_(None))
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(SHOWN)
    )
    return [SentToday(uri, since + timedelta(microseconds=at - microseconds(since)), *ends) for uri, at, *ends in rows]


def held_in_stock(session: Session, principal: Principal) -> Sequence[ListedBatch]:
    """Return batches under a stop-sale or recall of which the firm has some now, among the `LOOKED_AT` newest."""
    places = own_places(session, principal) or set()
    here = or_(among(session, Posting.destination_id, places), among(session, Posting.origin_id, places))
    passed = select(Posting.id).where(Posting.batch_id == HeldBatch.batch_id, here).exists()
    columns = (Identifier.id, Identifier.uri, Identifier.gtin, Identifier.lot)
    held = select(HeldBatch.batch_id).where(passed)
    newest = select(*columns).where(Identifier.id.in_(held)).order_by(Identifier.id.desc()).limit(LOOKED_AT)
    rows = describe_rows(session, principal, places, session.execute(newest).all())
    return [row for row in rows if any(stock.quantity > 0 or not stock.complete for stock in row.stock)]
