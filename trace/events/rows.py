"""An event as rows of the event tables: which identifiers it names, and what it says of each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from trace.amounts import to_stored
from trace.derivation.fold_input import make_instance
from trace.epcis.event import TRANSFORMATION_EVENT, Event, QuantityElement
from trace.epcis.event_hash import hash_uri
from trace.fold.contents import Item
from trace.fold.event import FoldEvent
from trace.fold.order import OrderKey
from trace.fold.steps import Reading, Verb, read_step
from trace.gs1 import Identifier, Kind, canonical_uri, read_identifier
from trace.kit import strict_json
from trace.kit.bulk import Row
from trace.models import Reference, Role

DELIVERY_DOCUMENTS = frozenset({"desadv", "bol", "po", "rma", "inv", None})
"""Kinds of business transaction that tie a receipt to its shipment (RULES 16); a test report or a pedigree does not."""

MICROSECONDS = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Capture:
    """What the events of one capture have in common: its ID, who answers for it, and when, as the database keeps it."""

    id: str | None
    party: int | None
    recorded: Any
    _contexts: dict[int, tuple[tuple[Any, ...], str]] = field(default_factory=dict)

    def context(self, entries: tuple[Any, ...]) -> str:
        """Return an event's ``@context`` as it is kept; nearly always the document's own, which is written once."""
        known = self._contexts.get(id(entries))
        if known is None:
            # the entries stay with their text, so that no others can get their number
            known = self._contexts[id(entries)] = (entries, strict_json.dumps(list(entries)).decode())
        return known[1]


def event_uri(event: Event) -> str:
    """The event's ID; without one its content hash is its ID (CBV 2.0 §8.9)."""
    return event.event_id or hash_uri(event.content_hash)


def microseconds(moment: datetime) -> int:
    """Return an instant as microseconds since 1970 UTC, exactly."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * MICROSECONDS + since.microseconds


class EventItem(NamedTuple):
    """An entry of an event's lists: role, identifier, the batch that the event names for it, and its quantity."""

    role: Role
    identifier: Identifier
    batch_uri: str | None
    element: QuantityElement | None


class ReadEvent(NamedTuple):
    """An event with all its identifiers read."""

    event: Event
    uri: str
    step: Reading
    items: Sequence[EventItem]
    documents: Sequence[tuple[str | None, Identifier]]
    references: Sequence[tuple[Reference, str | None, Identifier]]
    transformation: Identifier | None
    read_point: Identifier | None
    biz_location: Identifier | None

    def identifiers(self) -> list[Identifier]:
        """Everything that has to have a number before this event can be stored."""
        found = [identifier for _, identifier, _, _ in self.items]
        found += [read_identifier(batch_uri) for _, _, batch_uri, _ in self.items if batch_uri is not None]
        # the item class exists wherever one of its goods does
        found += [_item_class(identifier.gtin) for _, identifier, _, _ in self.items if identifier.gtin is not None]
        found += [document for _, document in self.documents]
        found += [identifier for _, _, identifier in self.references]
        found += [one for one in (self.transformation, self.read_point, self.biz_location) if one is not None]
        places = dict.fromkeys((self.step.origin, self.step.destination, self.step.place))
        found += [read_identifier(place) for place in places if place is not None]
        return found


@lru_cache(maxsize=4_096)
def _item_class(gtin: str) -> Identifier:
    return read_identifier(canonical_uri(gtin))


def read_event(event: Event) -> ReadEvent:
    """Read every identifier of ``event`` and what it does."""
    step = read_step(event)
    return ReadEvent(
        event,
        event_uri(event),
        step,
        _items(event, step),
        [(kind, read_identifier(text)) for kind, text in event.biz_transactions if kind in DELIVERY_DOCUMENTS],
        _references(event),
        _read(event.transformation_id),
        _read(event.read_point),
        _read(event.biz_location),
    )


def _read(text: str | None) -> Identifier | None:
    return read_identifier(text) if text else None


def _references(event: Event) -> list[tuple[Reference, str | None, Identifier]]:
    found: list[tuple[Reference, str | None, Identifier]] = [
        (Reference.SOURCE, kind, read_identifier(text)) for kind, text in event.sources
    ]
    found += [(Reference.DESTINATION, kind, read_identifier(text)) for kind, text in event.destinations]
    delivery: set[str] = set()
    for paper, text in event.biz_transactions:
        # one paper under two kinds: the delivery documents keep the first
        if paper not in DELIVERY_DOCUMENTS or text in delivery:
            found.append((Reference.TRANSACTION, paper, read_identifier(text)))
        else:
            delivery.add(text)
    return found


def _items(event: Event, step: Reading) -> list[EventItem]:
    if event.type == TRANSFORMATION_EVENT:
        found = _listed(Role.INPUT, event.input_epcs, event.input_quantities, None)
        lot = event.lot if step.verb is Verb.TRANSFORM else None
        return found + _listed(Role.OUTPUT, event.output_epcs, event.output_quantities, lot)
    found = _listed(Role.ITEM, event.epcs, event.quantities, event.lot if step.verb is Verb.MAKE else None)
    if event.parent_id is not None:
        role = Role.PARENT if step.verb in (Verb.PACK, Verb.UNPACK) else Role.NAMED_PARENT
        found.append(EventItem(role, read_identifier(event.parent_id), None, None))
    return found


def _listed(role: Role, epcs: Iterable[str], elements: Iterable[QuantityElement], lot: str | None) -> list[EventItem]:
    found = [EventItem(role, one, _batch_of(one, lot), None) for one in map(read_identifier, epcs)]
    for element in elements:
        one = read_identifier(element.epc_class)
        found.append(EventItem(role, one, _batch_of(one, lot), element))
    return found


def _batch_of(identifier: Identifier, lot: str | None) -> str | None:
    """RULES 2: the batch in the link itself, else the lot in the instance/lot master data."""
    if identifier.batch_uri is not None:
        return identifier.batch_uri
    if lot and identifier.gtin is not None and identifier.kind in (Kind.INSTANCE, Kind.ITEM):
        return canonical_uri(identifier.gtin, lot)
    return None


EVENT_COLUMNS = (
    "id",
    "event_id",
    "content_hash",
    "has_event_id",
    "declaration",
    "type",
    "at",
    "time_zone_offset",
    "record_time",
    "action",
    "biz_step",
    "disposition",
    "verb",
    "rank",
    "origin_id",
    "destination_id",
    "place_id",
    "read_point_id",
    "biz_location_id",
    "transformation_id",
    "lot",
    "production_date",
    "expiry_date",
    "captured_by",
    "capture_id",
    "body",
    "context",
)


def event_row(fold: FoldEvent, read: ReadEvent, numbers: Mapping[str, int], capture: Capture) -> Row:
    """Return the row of the events table, in the order of ``EVENT_COLUMNS``."""
    event = read.event
    return (
        fold.id,
        read.uri,
        event.content_hash,
        event.event_id is not None,
        declaration_text(event),
        event.type,
        fold.key.at,
        event.time_zone_offset,
        capture.recorded,
        event.action,
        event.biz_step,
        event.disposition,
        int(fold.verb),
        fold.key.rank,
        fold.origin,
        fold.destination,
        fold.place,
        numbers[read.read_point.uri] if read.read_point is not None else None,
        numbers[read.biz_location.uri] if read.biz_location is not None else None,
        fold.transformation,
        event.lot,
        event.production_date,
        event.expiry_date,
        capture.party,
        capture.id,
        strict_json.dumps(event.body).decode(),
        capture.context(event.context),
    )


def declaration_text(event: Event) -> str | None:
    """What tells two error declarations of one event apart; ``None`` for an ordinary event."""
    declared = event.error_declaration
    if declared is None:
        return None
    corrections = " ".join(sorted(declared.corrective_event_ids))
    return f"{declared.declaration_time.isoformat()} {declared.reason or '-'} {corrections}".strip()


ITEM_COLUMNS = (
    "event_id",
    "position",
    "role",
    "identifier_id",
    "batch_id",
    "is_class",
    "amount",
    "scale",
    "uom",
)


def item_rows(number: int, read: ReadEvent, numbers: Mapping[str, int]) -> Iterator[Row]:
    """Yield the rows of the event's lists, in the order of ``ITEM_COLUMNS``."""
    for position, (role, identifier, batch_uri, element) in enumerate(read.items):
        batch = None if batch_uri is None else numbers[batch_uri]
        if element is None:
            yield number, position, int(role), numbers[identifier.uri], batch, False, None, 0, ""
        else:
            amount, scale = (None, 0) if element.quantity is None else to_stored(element.quantity)
            yield number, position, int(role), numbers[identifier.uri], batch, True, amount, scale, element.uom or ""


def fold_event(number: int, read: ReadEvent, numbers: Mapping[str, int]) -> FoldEvent:
    """Return the event as the fold takes it: what `trace.derivation.fold_input.load_events` would read back."""
    step = read.step
    items: list[Item] = []
    inputs: list[Item] = []
    outputs: list[Item] = []
    parent = None
    for role, identifier, batch_uri, element in read.items:
        own = numbers[identifier.uri]
        if role is Role.PARENT:
            parent = own
        elif role is not Role.NAMED_PARENT:
            batch = None if batch_uri is None else numbers[batch_uri]
            item = (
                make_instance(own, identifier.kind, batch)
                if element is None
                else Item(batch or own, None, element.quantity, element.uom or "")
            )
            (items if role is Role.ITEM else inputs if role is Role.INPUT else outputs).append(item)
    return FoldEvent(
        id=number,
        key=OrderKey(microseconds(read.event.event_time), step.rank, read.event.content_hash, read.uri),
        verb=step.verb,
        origin=numbers[step.origin] if step.origin else None,
        destination=numbers[step.destination] if step.destination else None,
        place=numbers[step.place] if step.place else None,
        parent=parent,
        transformation=numbers[read.transformation.uri] if read.transformation is not None else None,
        documents=frozenset([numbers[document.uri] for _, document in read.documents]),
        items=tuple(items),
        inputs=tuple(inputs),
        outputs=tuple(outputs),
    )


DOCUMENT_COLUMNS = ("event_id", "document_id", "kind")


def document_rows(number: int, read: ReadEvent, numbers: Mapping[str, int]) -> list[Row]:
    """Return the rows of the delivery documents that the event names, each once, in the order of the columns."""
    found: dict[int, str | None] = {}
    for kind, identifier in read.documents:
        found.setdefault(numbers[identifier.uri], kind)
    return [(number, document, kind) for document, kind in found.items()]


REFERENCE_COLUMNS = ("event_id", "position", "reference", "kind", "identifier_id")


def reference_rows(number: int, read: ReadEvent, numbers: Mapping[str, int]) -> list[Row]:
    """Return the rows of the event's sources, destinations and further business transactions."""
    return [
        (number, position, int(reference), kind, numbers[identifier.uri])
        for position, (reference, kind, identifier) in enumerate(read.references)
    ]
