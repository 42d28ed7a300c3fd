"""Events read back from the database as the fold takes them."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, select
from sqlalchemy.orm import Session, aliased

from trace.amounts import from_stored
from trace.fold.contents import Item, Packing, Request
from trace.fold.event import FoldEvent
from trace.fold.order import OrderKey
from trace.fold.steps import Verb
from trace.gs1 import Kind
from trace.kit.bulk import among
from trace.models import Event, EventDocument, EventItem, Identifier, Role, Void

Fields = Mapping[str, Any] | RowMapping
"""A row by the names of its columns: read from the database, or about to be written to it."""

GOODS = frozenset({Kind.BATCH, Kind.ITEM, Kind.INSTANCE, Kind.OTHER})
"""Kinds of identifier that are units of something; all others are containers, assets, places or papers."""


ONE = Decimal(1)


def is_effective() -> ColumnElement[bool]:
    """RULES 3: not voided, and not an error declaration itself."""
    return Event.declaration.is_(None) & ~select(Void.event_id).where(Void.event_id == Event.id).exists()


def load_events(session: Session, ids: Iterable[int]) -> dict[int, FoldEvent]:
    """Return the effective ones of ``ids``, by three statements."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    events = session.execute(_events().where(among(session, Event.id, wanted), is_effective())).mappings().all()
    items = session.execute(_items().where(among(session, EventItem.event_id, wanted))).mappings().all()
    documents = session.execute(
        select(EventDocument.event_id, EventDocument.document_id).where(among(session, EventDocument.event_id, wanted))
    )
    return {event.id: event for event in build_events(events, items, documents.mappings().all())}


def _events() -> Select[*tuple[Any, ...]]:
    return select(
        Event.id,
        Event.at,
        Event.rank,
        Event.content_hash,
        Event.event_id,
        Event.verb,
        Event.origin_id,
        Event.destination_id,
        Event.place_id,
        Event.transformation_id,
    )


def _items() -> Select[*tuple[Any, ...]]:
    return (
        select(
            EventItem.event_id,
            EventItem.role,
            EventItem.identifier_id,
            EventItem.batch_id,
            EventItem.is_class,
            EventItem.amount,
            EventItem.scale,
            EventItem.uom,
            Identifier.kind,
        )
        .join(Identifier, Identifier.id == EventItem.identifier_id)
        .order_by(EventItem.event_id, EventItem.position)
    )


def build_events(
    events: Iterable[Fields],
    items: Iterable[Fields],
    documents: Iterable[Fields],
) -> Iterator[FoldEvent]:
    """Put rows of the three event tables together (items in their order, each with its identifier's ``kind``)."""
    by_role: dict[tuple[int, int], list[Item]] = {}
    parents: dict[int, int] = {}
    for row in items:
        if row["role"] == Role.PARENT:
            parents[row["event_id"]] = row["identifier_id"]
        elif row["role"] != Role.NAMED_PARENT:
            by_role.setdefault((row["event_id"], row["role"]), []).append(_item(row))
    papers: dict[int, set[int]] = {}
    for row in documents:
        papers.setdefault(row["event_id"], set()).add(row["document_id"])
    for row in events:
        number = row["id"]
        yield FoldEvent(
            id=number,
            key=OrderKey(row["at"], row["rank"], row["content_hash"], row["event_id"]),
            verb=Verb(row["verb"]),
            origin=row["origin_id"],
            destination=row["destination_id"],
            place=row["place_id"],
            parent=parents.get(number),
            transformation=row["transformation_id"],
            documents=frozenset(papers.get(number, ())),
            items=tuple(by_role.get((number, Role.ITEM), ())),
            inputs=tuple(by_role.get((number, Role.INPUT), ())),
            outputs=tuple(by_role.get((number, Role.OUTPUT), ())),
        )


def _item(row: Fields) -> Item:
    number, batch = row["identifier_id"], row["batch_id"]
    if row["is_class"]:
        quantity = None if row["amount"] is None else from_stored(row["amount"], row["scale"])
        return Item(batch or number, None, quantity, row["uom"])
    return make_instance(number, row["kind"], batch)


def make_instance(number: int, kind: str, batch: int | None) -> Item:
    """Return an instance; ``batch`` is what its event says of it, or none yet: `with_batches` fills it in."""
    if kind == Kind.OTHER:
        batch = batch or number  # an instance of another scheme is its own batch (RULES 1)
    return Item(batch, number, ONE if kind in GOODS else None, "")


def serial_batches(session: Session, serials: Iterable[int]) -> dict[int, int]:
    """Return the batch of each serial: what its commissioning said, else its item class (RULES 2)."""
    wanted = sorted(set(serials))
    if not wanted:
        return {}
    item = aliased(Identifier)
    classes = session.execute(
        select(Identifier.id, item.id)
        .join(item, (item.gtin == Identifier.gtin) & (item.kind == str(Kind.ITEM)))
        .where(among(session, Identifier.id, wanted), Identifier.kind == str(Kind.INSTANCE))
    )
    return {serial: number for serial, number in classes} | named_batches(session, wanted)  # noqa: C416  (a Result is no mapping)


def named_batches(session: Session, serials: Iterable[int]) -> dict[int, int]:
    """Return the batch of each serial of which an event says it: the first of them all."""
    wanted = sorted(set(serials))
    if not wanted:
        return {}
    batches: dict[int, tuple[OrderKey, int, int]] = {}
    named = session.execute(
        select(
            EventItem.identifier_id,
            EventItem.batch_id,
            Event.at,
            Event.rank,
            Event.content_hash,
            Event.event_id,
            EventItem.position,
        )
        .join(Event, Event.id == EventItem.event_id)
        .where(among(session, EventItem.identifier_id, wanted), EventItem.batch_id.is_not(None), is_effective())
    )
    for serial, batch, at, rank, content_hash, event_id, position in named:
        assert batch is not None
        # an event that names two lots for one serial: the first it lists
        first = (OrderKey(at, rank, content_hash, event_id), position, batch)
        batches[serial] = min(first, batches.get(serial, first))
    return {serial: batch for serial, (_, _, batch) in batches.items()}


def load_packings(
    session: Session, requests: Iterable[Request], known: Mapping[int, FoldEvent]
) -> dict[int, FoldEvent]:
    """Return every effective packing step that the contents of what ``requests`` name can depend on.

    Down through containers in containers, a few statements per level of nesting: what was packed into a container, and
    where else that was packed. Serials of goods are looked at too: a case with a serial of its own holds others.
    ``known`` are events that need not be read.
    """
    loaded: dict[int, FoldEvent] = {}
    opened: set[int] = set()
    wanted = {
        item.instance for request in requests if request.opens for item in request.items if item.instance is not None
    }
    while wanted:
        opened |= wanted
        fillings = _load_unknown(session, _packing_steps(session, wanted, _FILLS), known)
        children = {item.instance for step in fillings.values() for item in step.items if item.instance is not None}
        elsewhere = _packing_steps(session, children, _MOVES) - fillings.keys() - loaded.keys()
        loaded.update(fillings)
        loaded.update(_load_unknown(session, elsewhere, known))
        wanted = children - opened
    return loaded


def _load_unknown(session: Session, ids: set[int], known: Mapping[int, FoldEvent]) -> dict[int, FoldEvent]:
    return {number: known[number] for number in ids & known.keys()} | load_events(session, ids - known.keys())


def load_holders(session: Session, events: Iterable[FoldEvent]) -> dict[int, FoldEvent]:
    """Return every effective packing step of the containers that ever held an item of ``events``."""
    items = {item.instance for event in events for item in event.items if item.instance is not None}
    steps = load_events(session, _packing_steps(session, items, _MOVES))
    holders = {step.parent for step in steps.values() if step.parent is not None}
    return steps | load_events(session, _packing_steps(session, holders, _FILLS) - steps.keys())


_FILLS = (EventItem.role == Role.PARENT) | (
    (Event.verb == Verb.MAKE) & EventItem.batch_id.is_(None) & ~EventItem.is_class
)
_MOVES = (EventItem.role == Role.ITEM) & Event.verb.in_((Verb.PACK, Verb.UNPACK))


def _packing_steps(session: Session, instances: Iterable[int], which: ColumnElement[bool]) -> set[int]:
    wanted = sorted(instances)
    if not wanted:
        return set()
    return set(
        session.scalars(
            select(EventItem.event_id)
            .join(Event, Event.id == EventItem.event_id)
            .where(among(session, EventItem.identifier_id, wanted), which)
        )
    )


def with_batches(event: FoldEvent, batches: Mapping[int, int]) -> FoldEvent:
    """Return ``event`` with the batch of every serial that it does not name itself."""
    if not batches:
        return event

    def name(item: Item) -> Item:
        if item.batch is not None or item.instance is None or item.instance not in batches:
            return item
        return item._replace(batch=batches[item.instance])

    def named(items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(map(name, items))

    return event._replace(items=named(event.items), inputs=named(event.inputs), outputs=named(event.outputs))


def packings_of(events: Iterable[FoldEvent]) -> list[Packing]:
    """Return the packing steps of ``events``."""
    return [packing for event in events for packing in event.packings]


def unnamed_serials(events: Iterable[FoldEvent]) -> set[int]:
    """Return instances whose event does not say of which batch they are."""
    return {
        item.instance
        for event in events
        for item in (*event.items, *event.inputs, *event.outputs)
        if item.batch is None and item.instance is not None
    }
