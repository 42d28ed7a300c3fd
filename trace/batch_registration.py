"""Registering batches, one or many at once: what may be registered, the event that makes the units, the row kept."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.amounts import from_stored, to_stored
from trace.answers import exact
from trace.bodies import BatchIn
from trace.capture import AHEAD, capture_events
from trace.epcis.event import BadEvent, Event
from trace.epcis.json_format import parse_event
from trace.field_types import zone_of
from trace.fold.entries import Entry
from trace.gs1 import canonical_uri, read_identifier
from trace.identifiers import find_numbers, intern_identifiers
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.db import insert_rows, lock_writes
from trace.kit.errors import Conflict, FieldError, Invalid, Problem
from trace.kit.fields import parse_timestamp
from trace.kit.formats import BEIJING
from trace.master_data import LocationNotFound, ProductNotFound
from trace.models import Batch, Identifier, Location, Posting, Product
from trace.models import Event as Stored
from trace.permits import KnownPermits, read_permits
from trace.reports import CONTEXT, raise_refusal

HOME_ZONE = "+08:00"
"""Where a production date without a time is taken to begin (Beijing; C)."""


class BatchAlreadyRegistered(Conflict):
    """The batch is registered with other content, or events made another amount of it."""


class Making(NamedTuple):
    """A posting that made units of a batch."""

    event_id: int
    uom: str
    amount: int | None
    scale: int


class Known(NamedTuple):
    """What the record says of the things that some batches name."""

    products: dict[str, int | None]
    """Owners by GTIN."""
    places: dict[str, tuple[int, int]]
    """Number and owner by URI."""
    batches: dict[str, Batch]
    makings: dict[str, list[Making]]
    permits: KnownPermits


class Checked(NamedTuple):
    """What became of a batch that is to be registered: refused, there with the same content, or new."""

    refused: Problem | None
    there: int | None
    event_id: int | None
    """Of a new one: the event by which its units are known already."""


def check_batches(session: Session, principal: Principal, bodies: Sequence[BatchIn], now: datetime) -> list[Checked]:
    """Say of each batch whether it may be registered, and write nothing. No batch may come twice.

    The reasons are those of `register_batches`.
    """
    known = _read_known(session, bodies)
    checked: list[Checked] = []
    for body in bodies:
        try:
            checked.append(_check(principal, body, known, now))
        except Problem as problem:
            checked.append(Checked(problem, None, None))
    return checked


def register_batches(
    session: Session, principal: Principal, bodies: Sequence[BatchIn], now: datetime
) -> list[tuple[int, bool]]:
    """Register batches, each with the event that makes its units; returns their numbers and whether they are new.

    Where captured events made exactly this amount already, no units are made twice and the first of those events is
    the batch's own. Raises Invalid (422) with pointers, ProductNotFound and LocationNotFound (404) for another
    firm's, BatchAlreadyRegistered (409) for other content, PermitMissing (422) where the firm of the place
    had no licence that such goods need: of the first batch that is refused.
    """
    lock_writes(session)
    checked = check_batches(session, principal, bodies, now)
    for one in checked:
        if one.refused is not None:
            raise one.refused
    making = [commissioning_event(body, now) for body in bodies]
    numbers = register_checked(session, principal, bodies, checked, making, now)
    return [
        (numbers[_uri(body)], True) if one.there is None else (one.there, False)
        for body, one in zip(bodies, checked, strict=True)
    ]


def register_checked(
    session: Session,
    principal: Principal,
    bodies: Sequence[BatchIn],
    checked: Sequence[Checked],
    making: Sequence[Event | BadEvent],
    now: datetime,
) -> dict[str, int]:
    """Register the new ones of batches that `check_batches` let pass in this transaction; returns numbers by URI.

    `making` are the events of `commissioning_event`, one a batch.
    """
    three = zip(bodies, checked, making, strict=True)
    new = [(body, one.event_id, event) for body, one, event in three if one.there is None]
    numbers = intern_identifiers(session, [read_identifier(_uri(body)) for body, _, _ in new])
    events = _make_units(session, principal, {_uri(body): event for body, known, event in new if known is None}, now)
    places = _read_places(session, {body.location for body, _, _ in new})
    insert_rows(
        session,
        Batch,
        [
            _values(body, places)
            | {
                "id": numbers[_uri(body)],
                "event_id": events[_uri(body)] if known is None else known,
                "registered_at": now,
            }
            for body, known, _ in new
        ],
    )
    return numbers


def _uri(body: BatchIn) -> str:
    return canonical_uri(body.commodity_code.gtin14, body.lot)


def _values(body: BatchIn, places: dict[str, tuple[int, int]]) -> dict[str, Any]:
    amount, scale = to_stored(body.quantity)
    return {
        "gtin": body.commodity_code.gtin14,
        "lot": body.lot,
        "amount": amount,
        "scale": scale,
        "uom": body.uom or "",
        "produced_on": body.produced_on,
        "expires_on": body.expires_on,
        "location_id": places[body.location][0],
        "certificate": body.certificate,
    }


# -- what is known -------------------------------------------------------------------------------------


def _read_known(session: Session, bodies: Sequence[BatchIn]) -> Known:
    gtins = sorted({body.commodity_code.gtin14 for body in bodies})
    products = session.execute(select(Product.gtin, Product.party_id).where(among(session, Product.gtin, gtins)))
    uris = {number: uri for uri, number in find_numbers(session, {_uri(body) for body in bodies}).items()}
    batches = session.scalars(select(Batch).where(among(session, Batch.id, list(uris))))
    makings: dict[str, list[Making]] = {}
    made = (
        select(Posting.batch_id, Posting.event_id, Posting.uom, Posting.amount, Posting.scale)
        .where(among(session, Posting.batch_id, list(uris)), Posting.entry.in_((Entry.MADE, Entry.YIELDED)))
        .order_by(Posting.at, Posting.event_id)
    )
    for row in session.execute(made) if uris else ():
        making = Making(row.event_id, row.uom, row.amount, row.scale)
        makings.setdefault(uris[row.batch_id], []).append(making)
    places = _read_places(session, {body.location for body in bodies})
    return Known(
        {row.gtin: row.party_id for row in products},
        places,
        {uris[one.id]: one for one in batches},
        makings,
        read_permits(session, gtins, {party for _, party in places.values()}),
    )


def _read_places(session: Session, uris: set[str]) -> dict[str, tuple[int, int]]:
    rows = session.execute(
        select(Identifier.uri, Location.id, Location.party_id)
        .join(Location, Location.id == Identifier.id)
        .where(among(session, Identifier.uri, sorted(uris)))
    )
    return {uri: (number, party) for uri, number, party in rows}


# -- what may be registered ----------------------------------------------------------------------------


def _check(principal: Principal, body: BatchIn, known: Known, now: datetime) -> Checked:
    gtin, uri = body.commodity_code.gtin14, _uri(body)
    if gtin not in known.products:
        raise Invalid.field("/commodity_code", f"Expected a registered product, got {gtin}, which nobody registered.")
    if principal.role != "admin" and known.products[gtin] != principal.party_id:
        detail = f"No product {gtin} of yours is known."
        raise ProductNotFound(detail, errors=[FieldError("/commodity_code", detail)])
    if body.location not in known.places:
        detail = f"Expected a registered location, got {body.location}, which nobody registered."
        raise Invalid.field("/location", detail)
    if principal.role != "admin" and known.places[body.location][1] != principal.party_id:
        detail = f"No location {body.location} of yours is known."
        raise LocationNotFound(detail, errors=[FieldError("/location", detail)])
    _check_body(body, now)
    row = known.batches.get(uri)
    if row is None:
        pointer = "/produced_on" if body.produced_on else "/commodity_code"
        known.permits.require(gtin, known.places[body.location][1], _made_on(body, now), pointer)
        return Checked(None, None, _existing_event(body, known.makings.get(uri, [])))
    for name, value in _values(body, known.places).items():
        if getattr(row, name) != value:
            shown = "quantity" if name in ("amount", "scale") else name.removesuffix("_id")
            raise BatchAlreadyRegistered(f"Batch {uri} is registered with another {shown}.")
    return Checked(None, row.id, row.event_id)


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


def _existing_event(body: BatchIn, made: Sequence[Making]) -> int | None:
    """The first event that made units of the batch, if together they made exactly what is registered now."""
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
    return made[0].event_id


# -- the event that makes the units --------------------------------------------------------------------


def _make_units(
    session: Session, principal: Principal, making: Mapping[str, Event | BadEvent], now: datetime
) -> dict[str, int]:
    """Capture the events; returns their numbers by the URI of the batch."""
    if not making:
        return {}
    raise_refusal(capture_events(session, list(making.values()), principal, now))
    uris = {str(event.event_id): uri for uri, event in making.items()}
    stored = select(Stored.event_id, Stored.id).where(among(session, Stored.event_id, list(uris)))
    return {uris[row.event_id]: row.id for row in session.execute(stored)}


def commissioning_event(body: BatchIn, now: datetime) -> Event | BadEvent:
    """Return the event by which a batch is made."""
    return parse_event(_commissioning(body, now), CONTEXT)


def _made_at(body: BatchIn, now: datetime) -> str:
    if body.at is not None:
        return body.at
    return now.isoformat() if body.produced_on is None else f"{body.produced_on.isoformat()}T00:00:00{HOME_ZONE}"


def _made_on(body: BatchIn, now: datetime) -> date:
    """The day on which a batch is made, in China."""
    return body.produced_on or parse_timestamp(_made_at(body, now)).astimezone(BEIJING).date()


def _commissioning(body: BatchIn, now: datetime) -> dict[str, Any]:
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
        gtin = body.commodity_code.gtin14
        event["epcList"] = [canonical_uri(gtin, serial=serial) for serial in body.serials]
    else:
        element = {"epcClass": _uri(body), "quantity": body.quantity}
        event["quantityList"] = [element | ({"uom": body.uom} if body.uom else {})]
    return event


def _certificate(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    # EPCIS 2.0 §7.4.1: certificationInfo is a URI
    is_uri = ":" in text and not any(character.isspace() for character in text)
    return {"certificationInfo" if is_uri else "suyuan:certificate": text}
