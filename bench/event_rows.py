"""Events as rows of the tables, made by the hundred thousand without being captured: what searches are measured on.

A hundred firms with five places each ship to one another and receive; every event names a serial and a quantity of a
lot, every other one a despatch advice, one in ten has extensions and one in twenty a sensor's report.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from bench.documents import GTIN, gln, place
from trace.epcis.search_keys import search_key
from trace.fold.steps import Verb
from trace.kit.bulk import insert_tuples, stored_value
from trace.kit.db import Base, Database
from trace.models import (
    Event,
    EventDocument,
    EventField,
    EventItem,
    EventReference,
    FieldName,
    Identifier,
    Location,
    Party,
    Reference,
    Role,
)

FIRMS = 100
PLACES = 500
LOTS = 1_000
STEP_SECONDS = 30
START = datetime(2026, 1, 1, tzinfo=UTC)
STEPS = ("shipping", "receiving", "storing", "shipping", "receiving")
NAMESPACE = "https://ns.example.com/epcis/"
_CHUNK = 20_000
_PER_EVENT = 1_000_000  # numbers of identifiers: places, then lots, then a serial and a document for each event

_NAMES = (("extension", False, NAMESPACE, "batchColour", "example"), ("standard", False, "CEL", "sensor.value", ""))


def event_id(number: int) -> str:
    """The ID of an event."""
    return f"urn:uuid:{number:08x}-0000-4000-8000-000000000000"


def serial(number: int) -> str:
    """The instance that an event names, as a canonical URI."""
    return f"https://id.gs1.org/01/{GTIN}/21/S{number}"


def lot(number: int) -> str:
    """The lot of which an event names a quantity."""
    return f"https://id.gs1.org/01/{GTIN}/10/L{number % LOTS}"


def advice(number: int) -> str:
    """The despatch advice that every other event names."""
    return f"urn:epcglobal:cbv:bt:{gln(0)}:D{number}"


def event_time(number: int) -> datetime:
    """When an event happened."""
    return START + timedelta(seconds=STEP_SECONDS * number)


def places_of(number: int) -> tuple[int, int]:
    """Where an event's goods come from and go to; it is captured by the firm of the first."""
    return number % PLACES, (number * 7 + 3) % PLACES


def body(number: int) -> dict[str, Any]:
    """The event as its firm would have sent it."""
    origin, destination = places_of(number)
    found: dict[str, Any] = {
        "type": "ObjectEvent",
        "eventID": event_id(number),
        "eventTime": event_time(number).isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": STEPS[number % len(STEPS)],
        "disposition": "in_transit",
        "readPoint": {"id": place(origin)},
        "bizLocation": {"id": place(origin)},
        "epcList": [serial(number)],
        "quantityList": [{"epcClass": lot(number), "quantity": number % 50}],
        "sourceList": [{"type": "location", "source": place(origin)}],
        "destinationList": [{"type": "location", "destination": place(destination)}],
    }
    if number % 2 == 0:
        found["bizTransactionList"] = [{"type": "desadv", "bizTransaction": advice(number)}]
    if number % 10 == 0:
        found["example:batchColour"] = f"colour {number % 5_000}"
    if number % 20 == 0:
        report = {"type": "Temperature", "value": number % 1_000 / 10, "uom": "CEL"}
        found["sensorElementList"] = [{"sensorReport": [report]}]
    return found


def fill(database: Database, events: int) -> None:
    """Write firms, places and ``events`` events, and let the database take stock of them."""
    with database.write() as session:
        _write(session, Party, (_party(session, number) for number in range(1, FIRMS + 1)))
        _write(session, Identifier, (_identifier(n, place(n), "location", gln(n)) for n in range(PLACES)))
        _write(session, Identifier, (_identifier(PLACES + number, lot(number), "batch") for number in range(LOTS)))
        _write(session, Location, (_location(session, number) for number in range(PLACES)))
        _write(session, FieldName, (_field_name(number) for number in range(len(_NAMES))))
    for start in range(1, events + 1, _CHUNK):
        numbers = range(start, min(start + _CHUNK, events + 1))
        with database.write() as session:
            _write(session, Identifier, (row for number in numbers for row in _named(number)))
            _write(session, Event, (_event(session, number) for number in numbers))
            _write(session, EventItem, (row for number in numbers for row in _items(number)))
            _write(session, EventReference, (row for number in numbers for row in _references(number)))
            _write(session, EventDocument, (_document(number) for number in numbers if number % 2 == 0))
            _write(session, EventField, (row for number in numbers for row in _fields(number)))
    with database.writer.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _write(session: Session, model: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    found = list(rows)
    if found:
        insert_tuples(session, model, tuple(found[0]), [tuple(row.values()) for row in found])


def _party(session: Session, number: int) -> dict[str, Any]:
    registered = stored_value(session, Party.registered_at, START)
    return {"id": number, "gln": gln(900_000 + number), "name": f"Firm {number}", "registered_at": registered}


def _location(session: Session, number: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "gln": gln(number),
        "name": f"Place {number}",
        "party_id": number % FIRMS + 1,
        "kind": "other",
        "registered_at": stored_value(session, Location.registered_at, START),
    }


def _identifier(number: int, uri: str, kind: str, of_place: str | None = None) -> dict[str, Any]:
    return {"id": number + 1, "uri": uri, "kind": kind, "gln": of_place}


def _field_name(number: int) -> dict[str, Any]:
    scope, inner, namespace, local, prefix = _NAMES[number]
    row = {"id": number + 1, "scope": scope, "inner": inner, "namespace": namespace, "local": local}
    return row | {"prefix": prefix}


def _named(number: int) -> Iterator[dict[str, Any]]:
    yield _identifier(_PER_EVENT + 2 * number, serial(number), "instance")
    if number % 2 == 0:
        yield _identifier(_PER_EVENT + 2 * number + 1, advice(number), "document")


def _event(session: Session, number: int) -> dict[str, Any]:
    origin, destination = places_of(number)
    return {
        "id": number,
        "event_id": event_id(number),
        "content_hash": f"{number:064x}",
        "has_event_id": True,
        "type": "ObjectEvent",
        "at": int(event_time(number).timestamp()) * 1_000_000,
        "time_zone_offset": "+00:00",
        "record_time": stored_value(session, Event.record_time, event_time(number) + timedelta(hours=1)),
        "action": "OBSERVE",
        "biz_step": STEPS[number % len(STEPS)],
        "disposition": "in_transit",
        "verb": int(Verb.SHIP),
        "rank": 0,
        "origin_id": origin + 1,
        "destination_id": destination + 1,
        "place_id": origin + 1,
        "read_point_id": origin + 1,
        "biz_location_id": origin + 1,
        "captured_by": origin % FIRMS + 1,
        "body": json.dumps(body(number)),
        "context": "[]",
    }


def _items(number: int) -> Iterator[dict[str, Any]]:
    common = {"event_id": number, "scale": 0, "uom": ""}
    instance = {"role": int(Role.ITEM), "identifier_id": _PER_EVENT + 2 * number + 1, "is_class": False}
    yield {**common, "position": 0, **instance, "amount": None}
    amount = {"role": int(Role.ITEM), "identifier_id": PLACES + number % LOTS + 1, "is_class": True}
    yield {**common, "position": 1, **amount, "amount": number % 50}


def _references(number: int) -> Iterator[dict[str, Any]]:
    for position, (reference, where) in enumerate(zip(Reference, places_of(number), strict=False)):
        row = {"event_id": number, "position": position, "reference": int(reference), "kind": "location"}
        yield row | {"identifier_id": where + 1}


def _document(number: int) -> dict[str, Any]:
    return {"event_id": number, "document_id": _PER_EVENT + 2 * number + 2, "kind": "desadv"}


def _fields(number: int) -> Iterator[dict[str, Any]]:
    if number % 10 == 0:
        yield {"event_id": number, "position": 0, "name_id": 1, "key": f"scolour {number % 5_000}"}
    if number % 20 == 0:
        yield {"event_id": number, "position": 1, "name_id": 2, "key": _celsius(number % 1_000)}


def _celsius(tenths: int) -> str:
    return search_key(Decimal(tenths) / 10)
