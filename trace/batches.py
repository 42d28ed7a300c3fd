"""Batches: registered by their maker, with the event that makes their units; and what is known about one."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.amounts import from_stored, to_stored
from trace.answers import exact
from trace.batch_dates import production_dates
from trace.bodies import BatchIn
from trace.capture import AHEAD
from trace.field_types import zone_of
from trace.fold.entries import Entry
from trace.gs1 import canonical_uri, read_identifier
from trace.identifiers import intern_identifiers
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, FieldError, Invalid
from trace.kit.fields import parse_timestamp
from trace.master_data import LocationNotFound, ProductNotFound
from trace.models import Batch, Event, HeldBatch, Hold, Identifier, Location, Posting, Product
from trace.reports import capture_report
from trace.vocabulary import find_names

HOME_ZONE = "+08:00"
"""Where a production date without a time is taken to begin (Beijing; C)."""


class BatchAlreadyRegistered(Conflict):
    """The batch is registered with other content, or events made another amount of it."""


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
    lock_writes(session)
    gtin = body.commodity_code.gtin14
    _require_product(session, principal, gtin)
    place = _require_place(session, principal, body.location)
    _check_body(body, now)
    identifier = read_identifier(canonical_uri(gtin, body.lot))
    number = intern_identifiers(session, [identifier])[identifier.uri]
    amount, scale = to_stored(body.quantity)
    values = {
        "gtin": gtin,
        "lot": body.lot,
        "amount": amount,
        "scale": scale,
        "uom": body.uom or "",
        "produced_on": body.produced_on,
        "expires_on": body.expires_on,
        "location_id": place,
        "certificate": body.certificate,
    }
    row = session.get(Batch, number)
    if row is not None:
        for name, value in values.items():
            if getattr(row, name) != value:
                shown = "quantity" if name in ("amount", "scale") else name.removesuffix("_id")
                raise BatchAlreadyRegistered(f"Batch {identifier.uri} is registered with another {shown}.")
        return describe_batch(session, principal, row.id), False
    event = _existing_event(session, number, body)
    if event is None:
        uri = capture_report(session, principal, _commissioning(body, gtin, now), now).event_id
        event = session.scalar(select(Event.id).where(Event.event_id == uri))
    session.add(Batch(id=number, **values, event_id=event, registered_at=now))
    session.flush()
    return describe_batch(session, principal, number), True


def _require_product(session: Session, principal: Principal, gtin: str) -> None:
    product = session.scalar(select(Product).where(Product.gtin == gtin))
    if product is None:
        raise Invalid.field("/commodity_code", f"Expected a registered product, got {gtin}, which nobody registered.")
    if principal.role != "admin" and product.party_id != principal.party_id:
        detail = f"No product {gtin} of yours is known."
        raise ProductNotFound(detail, errors=[FieldError("/commodity_code", detail)])


def _require_place(session: Session, principal: Principal, uri: str) -> int:
    place = session.scalar(select(Location).join(Identifier, Identifier.id == Location.id).where(Identifier.uri == uri))
    if place is None:
        raise Invalid.field("/location", f"Expected a registered location, got {uri}, which nobody registered.")
    if principal.role != "admin" and place.party_id != principal.party_id:
        detail = f"No location {uri} of yours is known."
        raise LocationNotFound(detail, errors=[FieldError("/location", detail)])
    return place.id


def _check_body(body: BatchIn, now: datetime) -> None:
    if body.serials is not None and (len(body.serials) != body.quantity or body.uom):
        got = f"{len(body.serials)} serials for {body.quantity:f} {body.uom or 'pieces'}"
        raise Invalid.field("/serials", f"Expected one serial a piece, got {got}.")
    if body.produced_on and body.expires_on and body.expires_on < body.produced_on:
        detail = f"Expected a day not before produced_on ({body.produced_on}), got {body.expires_on}."
        raise Invalid.field("/expires_on", detail)
    if parse_timestamp(_made_at(body, now)) > now + AHEAD:
        pointer = "/at" if body.at else "/produced_on"
        raise Invalid.field(pointer, f"Expected a time not in the future, got {body.at or body.produced_on}.")


def _made_at(body: BatchIn, now: datetime) -> str:
    if body.at is not None:
        return body.at
    return now.isoformat() if body.produced_on is None else f"{body.produced_on.isoformat()}T00:00:00{HOME_ZONE}"


def _existing_event(session: Session, batch: int, body: BatchIn) -> int | None:
    """The first event that made units of the batch, if together they made exactly what is registered now."""
    made = session.execute(
        select(Posting.event_id, Posting.uom, Posting.amount, Posting.scale)
        .where(Posting.batch_id == batch, Posting.entry.in_((Entry.MADE, Entry.YIELDED)))
        .order_by(Posting.at, Posting.event_id)
    ).all()
    if not made:
        return None
    known = [from_stored(row.amount, row.scale) for row in made if row.amount is not None]
    units = {row.uom for row in made}
    if len(known) < len(made) or units != {body.uom or ""} or sum(known) != body.quantity:
        got = "an unknown amount" if len(known) < len(made) else f"{exact(sum(known, Decimal(0))):f}"
        unit = " and ".join(sorted(units)) or "pieces"
        raise BatchAlreadyRegistered(
            f"Captured events made {got} {unit} of batch {body.lot}, this registration says "
            f"{body.quantity:f} {body.uom or 'pieces'}. Correct the events, or register what they made."
        )
    first: int = made[0].event_id
    return first


def _commissioning(body: BatchIn, gtin: str, now: datetime) -> dict[str, Any]:
    moment = _made_at(body, now)
    ilmd = {
        "cbvmda:lotNumber": body.lot,
        "cbvmda:productionDate": body.produced_on and body.produced_on.isoformat(),
        "cbvmda:itemExpirationDate": body.expires_on and body.expires_on.isoformat(),
    }
    event: dict[str, Any] = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": moment,
        "eventTimeZoneOffset": zone_of(moment),
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "readPoint": {"id": body.location},
        "bizLocation": {"id": body.location},
        "ilmd": {name: value for name, value in ilmd.items() if value},
        **_certificate(body.certificate),
    }
    if body.serials is not None:
        event["epcList"] = [canonical_uri(gtin, serial=serial) for serial in body.serials]
    else:
        element = {"epcClass": canonical_uri(gtin, body.lot), "quantity": body.quantity}
        event["quantityList"] = [element | ({"uom": body.uom} if body.uom else {})]
    return event


def _certificate(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    # EPCIS 2.0 §7.4.1: certificationInfo is a URI
    is_uri = ":" in text and not any(character.isspace() for character in text)
    return {"certificationInfo" if is_uri else "suyuan:certificate": text}


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
