"""An event as rows of the event tables: which identifiers it names, and what it says of each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trace.amounts import to_stored
from trace.epcis.event import Event, QuantityElement
from trace.epcis.event_hash import hash_uri
from trace.fold.steps import Reading, Verb, read_step
from trace.gs1 import Identifier, Kind, canonical_uri, read_identifier
from trace.kit import strict_json
from trace.models import Reference, Role
from trace.units import normalise_uom

DELIVERY_DOCUMENTS = frozenset({"desadv", "bol", "po", "rma", "inv", None})
"""Kinds of business transaction that tie a receipt to its shipment (RULES 16); a test report or a pedigree does not."""

MICROSECONDS = 1_000_000


def event_uri(event: Event) -> str:
    """The event's ID; without one its content hash is its ID (CBV 2.0 §8.9)."""
    return event.event_id or hash_uri(event.content_hash)


def microseconds(moment: datetime) -> int:
    """Return an instant as microseconds since 1970 UTC, exactly."""
    seconds = int(moment.timestamp() // 1)
    return seconds * MICROSECONDS + moment.microsecond


@dataclass(frozen=True, slots=True)
class EventItems:
    """The entries of an event's lists: role, identifier, the batch that the event names for it, and its quantity."""

    role: Role
    identifier: Identifier
    batch_uri: str | None
    element: QuantityElement | None


@dataclass(frozen=True, slots=True)
class ReadEvent:
    """An event with all its identifiers read."""

    event: Event
    uri: str
    step: Reading
    items: tuple[EventItems, ...]
    documents: tuple[tuple[str | None, Identifier], ...]
    references: tuple[tuple[Reference, str | None, Identifier], ...]
    transformation: Identifier | None
    read_point: Identifier | None
    biz_location: Identifier | None

    def identifiers(self) -> Iterator[Identifier]:
        """Everything that has to have a number before this event can be stored."""
        for item in self.items:
            yield item.identifier
            if item.batch_uri is not None:
                yield read_identifier(item.batch_uri)
            if item.identifier.gtin is not None:  # the item class exists wherever one of its goods does
                yield read_identifier(canonical_uri(item.identifier.gtin))
        for _, document in self.documents:
            yield document
        for _, _, identifier in self.references:
            yield identifier
        for one in (self.transformation, self.read_point, self.biz_location):
            if one is not None:
                yield one
        for place in (self.step.origin, self.step.destination, self.step.place):
            if place is not None:
                yield read_identifier(place)


def read_event(event: Event) -> ReadEvent:
    """Read every identifier of ``event`` and what it does."""
    step = read_step(event)
    return ReadEvent(
        event,
        event_uri(event),
        step,
        tuple(_items(event, step)),
        tuple((kind, read_identifier(text)) for kind, text in event.biz_transactions if kind in DELIVERY_DOCUMENTS),
        tuple(_references(event)),
        _read(event.transformation_id),
        _read(event.read_point),
        _read(event.biz_location),
    )


def _read(text: str | None) -> Identifier | None:
    return read_identifier(text) if text else None


def _references(event: Event) -> Iterator[tuple[Reference, str | None, Identifier]]:
    for kind, text in event.sources:
        yield Reference.SOURCE, kind, read_identifier(text)
    for kind, text in event.destinations:
        yield Reference.DESTINATION, kind, read_identifier(text)
    delivery: set[str] = set()
    for paper, text in event.biz_transactions:
        # one paper under two kinds: the delivery documents keep the first
        if paper not in DELIVERY_DOCUMENTS or text in delivery:
            yield Reference.TRANSACTION, paper, read_identifier(text)
        else:
            delivery.add(text)


def _items(event: Event, step: Reading) -> Iterator[EventItems]:
    made = event.lot if step.verb is Verb.MAKE else None
    yield from _listed(Role.ITEM, event.epcs, event.quantities, made)
    yield from _listed(Role.INPUT, event.input_epcs, event.input_quantities, None)
    yielded = event.lot if step.verb is Verb.TRANSFORM else None
    yield from _listed(Role.OUTPUT, event.output_epcs, event.output_quantities, yielded)
    if event.parent_id is not None:
        role = Role.PARENT if step.verb in (Verb.PACK, Verb.UNPACK) else Role.NAMED_PARENT
        yield EventItems(role, read_identifier(event.parent_id), None, None)


def _listed(
    role: Role, epcs: Iterable[str], elements: Iterable[QuantityElement], lot: str | None
) -> Iterator[EventItems]:
    for text in epcs:
        identifier = read_identifier(text)
        yield EventItems(role, identifier, _batch_of(identifier, lot), None)
    for element in elements:
        identifier = read_identifier(element.epc_class)
        yield EventItems(role, identifier, _batch_of(identifier, lot), element)


def _batch_of(identifier: Identifier, lot: str | None) -> str | None:
    """RULES 2: the batch in the link itself, else the lot in the instance/lot master data."""
    if identifier.batch_uri is not None:
        return identifier.batch_uri
    if lot and identifier.gtin is not None and identifier.kind in (Kind.INSTANCE, Kind.ITEM):
        return canonical_uri(identifier.gtin, lot)
    return None


def event_row(
    number: int,
    read: ReadEvent,
    numbers: Mapping[str, int],
    recorded: datetime,
    party: int | None,
    capture: str | None,
) -> dict[str, Any]:
    """Return the row of the events table."""
    event = read.event
    return {
        "id": number,
        "event_id": read.uri,
        "content_hash": event.content_hash,
        "has_event_id": event.event_id is not None,
        "declaration": declaration_text(event),
        "type": event.type,
        "at": microseconds(event.event_time),
        "time_zone_offset": event.time_zone_offset,
        "record_time": recorded,
        "action": event.action,
        "biz_step": event.biz_step,
        "disposition": event.disposition,
        "verb": int(read.step.verb),
        "rank": read.step.rank,
        "origin_id": numbers[read.step.origin] if read.step.origin else None,
        "destination_id": numbers[read.step.destination] if read.step.destination else None,
        "place_id": numbers[read.step.place] if read.step.place else None,
        "read_point_id": numbers[read.read_point.uri] if read.read_point else None,
        "biz_location_id": numbers[read.biz_location.uri] if read.biz_location else None,
        "transformation_id": numbers[read.transformation.uri] if read.transformation else None,
        "lot": event.lot,
        "production_date": event.production_date,
        "expiry_date": event.expiry_date,
        "captured_by": party,
        "capture_id": capture,
        "body": strict_json.dumps(event.body).decode(),
        "context": strict_json.dumps(list(event.context)).decode(),
    }


def declaration_text(event: Event) -> str | None:
    """What tells two error declarations of one event apart; ``None`` for an ordinary event."""
    declared = event.error_declaration
    if declared is None:
        return None
    corrections = " ".join(sorted(declared.corrective_event_ids))
    return f"{declared.declaration_time.isoformat()} {declared.reason or '-'} {corrections}".strip()


def item_rows(number: int, read: ReadEvent, numbers: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the event's lists, each with its identifier's ``kind`` for the fold."""
    for position, item in enumerate(read.items):
        quantity = item.element.quantity if item.element is not None else None
        amount, scale = (None, 0) if quantity is None else to_stored(quantity)
        yield {
            "event_id": number,
            "position": position,
            "role": int(item.role),
            "identifier_id": numbers[item.identifier.uri],
            "batch_id": numbers[item.batch_uri] if item.batch_uri is not None else None,
            "is_class": item.element is not None,
            "amount": amount,
            "scale": scale,
            "uom": (normalise_uom(item.element.uom) or "") if item.element is not None else "",
        }


def document_rows(number: int, read: ReadEvent, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the rows of the delivery documents that the event names, each once."""
    found: dict[int, str | None] = {}
    for kind, identifier in read.documents:
        found.setdefault(numbers[identifier.uri], kind)
    return [{"event_id": number, "document_id": document, "kind": kind} for document, kind in found.items()]


def reference_rows(number: int, read: ReadEvent, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the rows of the event's sources, destinations and further business transactions."""
    return [
        {
            "event_id": number,
            "position": position,
            "reference": int(reference),
            "kind": kind,
            "identifier_id": numbers[identifier.uri],
        }
        for position, (reference, kind, identifier) in enumerate(read.references)
    ]
