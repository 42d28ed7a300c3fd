"""Batches: one registered by its maker, and what is known about one."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.amounts import from_stored
from trace.answers import exact
from trace.batch_dates import production_dates
from trace.batch_registration import register_batches
from trace.bodies import BatchIn
from trace.gs1 import canonical_uri
from trace.kit.auth import Principal
from trace.models import Batch, Event, HeldBatch, Hold, Identifier, Product
from trace.vocabulary import find_names


@dataclass(frozen=True, slots=True)
class HoldOnBatch:
    """A stop-sale or recall that a batch is under; ``derived``: it was made from a batch that the hold names."""

    hold: Hold
    derived: bool


@dataclass(frozen=True, slots=True)
class KnownBatch:
    """What is known about a batch; ``row`` and ``event_id`` are ``None`` where nobody registered it."""

    identifier: Identifier
    row: Batch | None
    event_id: str | None
    product: Product | None
    product_name: str | None
    location: Identifier | None
    produced_on: date | None
    holds: list[HoldOnBatch]

    @property
    def quantity(self) -> Decimal | None:
        """What was registered as made."""
        return None if self.row is None else exact(from_stored(self.row.amount, self.row.scale))


def register_batch(session: Session, principal: Principal, body: BatchIn, now: datetime) -> tuple[KnownBatch, bool]:
    """Register a batch and capture the event that makes its units; returns it and whether it is new.

    Where captured events made exactly this amount already, no units are made twice and the first of those events is
    the batch's own. Raises Invalid (422) with pointers, ProductNotFound and LocationNotFound (404) for another
    firm's, BatchAlreadyRegistered (409) for other content.
    """
    [(number, new)] = register_batches(session, principal, [body], now)
    return describe_batch(session, principal, number), new


def describe_batch(session: Session, principal: Principal, number: int) -> KnownBatch:
    """Return what is known about the batch of this number; who may see it is for the caller to ask."""
    identifier = session.get(Identifier, number)
    assert identifier is not None
    row = session.get(Batch, number)
    product = session.scalar(select(Product).where(Product.gtin == identifier.gtin)) if identifier.gtin else None
    item = identifier.uri if identifier.gtin is None else canonical_uri(identifier.gtin)
    holds = session.execute(
        select(Hold, HeldBatch.derived)
        .join(HeldBatch, HeldBatch.hold_id == Hold.id)
        .where(HeldBatch.batch_id == number)
        .order_by(Hold.since, Hold.id)
    )
    return KnownBatch(
        identifier,
        row,
        session.scalar(select(Event.event_id).where(Event.id == row.event_id)) if row else None,
        product,
        product.name if product else find_names(session, principal, [item]).get(item),
        session.get(Identifier, row.location_id) if row else None,
        production_dates(session, [number]).get(number),
        [HoldOnBatch(hold, derived) for hold, derived in holds],
    )
