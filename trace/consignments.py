"""Shipments and receipts of many batches matched at once: what is loaded, replayed and closed (RULES 14-18).

For each batch and unit of measure the replay starts at the earliest new (or removed) event. Events before it keep
their postings and take part only as open slots; events after it, as far as they can meet the new ones, are replayed.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, RowMapping, Select, column, delete, select, update, values
from sqlalchemy.orm import Session

from trace.amounts import from_stored
from trace.fold.contents import Unit
from trace.fold.entries import MOVEMENT_ENTRIES, OPENERS, Entry
from trace.fold.matching import Consignment, Matcher, NeedsAllSlots, Posted, Slot
from trace.fold.order import OrderKey
from trace.fold.steps import Verb
from trace.kit.db import chunked
from trace.models import Event, EventDocument, Posting

Scope = tuple[int, Unit]
Row = RowMapping
Consignments = dict[Scope, list[Consignment]]


@dataclass(slots=True)
class Settlement:
    """The postings to write, each with its batch and unit of measure, and the scopes that were looked at."""

    posted: list[tuple[Posted, int, Unit]] = field(default_factory=list)
    scopes: set[Scope] = field(default_factory=set)


@dataclass(slots=True)
class _Work:
    """One scope: what is replayed, from when on, and what it can meet."""

    replay: list[Consignment] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    since: int = 0
    later: set[int] = field(default_factory=set)


def settle_movements(
    session: Session,
    new: Consignments,
    removed: Iterable[Row],
    consignments_of: Callable[[Collection[int]], Consignments],
) -> Settlement:
    """Match ``new`` consignments, and again those of captured events that they (or ``removed`` postings) reach.

    ``removed`` are posting rows just deleted; ``consignments_of`` resolves captured events. Deletes what is replayed
    and marks slots open or closed; the caller writes the returned postings.
    """
    works = _gather(new, removed)
    if not works:
        return Settlement()
    _find_later(session, works)
    later = {event for work in works.values() for event in work.later}
    if later:
        resolved = consignments_of(later)
        for scope, work in works.items():
            work.replay += [one for one in resolved.get(scope, ()) if one.event in work.later]
        _remove_later(session, works)
    return _replay(session, works)


def _gather(new: Consignments, removed: Iterable[Row]) -> dict[Scope, _Work]:
    works: dict[Scope, _Work] = {}
    for scope, consignments in new.items():
        works.setdefault(scope, _Work()).replay = list(consignments)
    for row in removed:
        if row["entry"] in MOVEMENT_ENTRIES:
            works.setdefault((row["batch_id"], row["uom"]), _Work()).removed.append(row)
    for work in works.values():
        work.since = min([one.key.at for one in work.replay] + [row["at"] for row in work.removed])
    return works


def _find_later(session: Session, works: dict[Scope, _Work]) -> None:
    """Find the captured movements at or after each scope's start that can meet what changes there."""
    since: dict[int, int] = {}
    for (batch, _), work in works.items():
        since[batch] = min(work.since, since.get(batch, work.since))
    rows: dict[Scope, list[Row]] = {}
    for some in chunked(sorted(since.items())):
        starts = (
            values(column("batch_id", BigInteger), column("since", BigInteger), name="starts").data(list(some)).cte()
        )
        query = (
            select(Posting.__table__, Event.verb, Event.destination_id.label("event_destination_id"))
            .join(starts, (starts.c.batch_id == Posting.batch_id) & (Posting.at >= starts.c.since))
            .join(Event, Event.id == Posting.event_id)
            .where(Posting.entry.in_(MOVEMENT_ENTRIES))
        )
        for row in session.execute(query).mappings():
            rows.setdefault((row["batch_id"], row["uom"]), []).append(row)
    later = {
        scope: [row for row in found if row["at"] >= works[scope].since]
        for scope, found in rows.items()
        if scope in works
    }
    sent_to = _destinations(session, {scope: (works[scope], found) for scope, found in later.items() if found})
    for scope, found in later.items():
        works[scope].later = _reach(works[scope], found, sent_to.get(scope, {}))


def _destinations(
    session: Session, works: Mapping[Scope, tuple[_Work, Sequence[Row]]]
) -> dict[Scope, dict[int | None, set[int | None]]]:
    """Return where every instance that is replayed, or may be, was ever sent: it may be taken from that road."""
    wanted: set[int | None] = set()
    for work, rows in works.values():
        wanted |= {one.instance for one in work.replay}
        wanted |= {row["instance_id"] for row in (*work.removed, *rows)}
    sent_to: dict[Scope, dict[int | None, set[int | None]]] = {}
    for some in chunked(sorted(one for one in wanted if one is not None)):
        for batches in chunked(sorted({batch for batch, _ in works})):
            query = select(Posting.batch_id, Posting.uom, Posting.instance_id, Posting.destination_id).where(
                Posting.instance_id.in_(some), Posting.batch_id.in_(batches), Posting.entry == Entry.SHIPPED
            )
            for batch, uom, instance, place in session.execute(query):
                sent_to.setdefault((batch, uom), {}).setdefault(instance, set()).add(place)
    return sent_to


def _reach(work: _Work, rows: Sequence[Row], sent_to: Mapping[int | None, set[int | None]]) -> set[int]:
    """Return the events among ``rows`` that what changes can meet: by destination, or by instance.

    A shipment to nowhere in particular may be received anywhere, and a void that names no destination takes from any
    road, so these tie all destinations together. Plain
    shipments do not meet one another: where nothing else has happened there is nothing to replay.
    """
    only_new_shipments = not work.removed and all(one.verb is Verb.SHIP for one in work.replay)
    if only_new_shipments and all(row["entry"] == Entry.SHIPPED and row["verb"] == Verb.SHIP for row in rows):
        return set()
    places = {one.destination for one in work.replay} | {row["destination_id"] for row in work.removed}
    instances = {one.instance for one in work.replay} | {row["instance_id"] for row in work.removed}
    instances.discard(None)
    reached: set[int] = set()
    left = list(rows)
    while left:
        for instance in instances:
            places |= sent_to.get(instance, set())
        everywhere = None in places or any(None in _destinations_of(row) for row in left)
        met = {
            row["event_id"]
            for row in left
            if everywhere or _destinations_of(row) & places or row["instance_id"] in instances
        }
        if not met:
            break
        reached |= met
        places |= {place for row in left if row["event_id"] in met for place in _destinations_of(row)}
        instances |= {row["instance_id"] for row in left if row["event_id"] in met} - {None}
        left = [row for row in left if row["event_id"] not in met]
    return reached


def _destinations_of(row: Row) -> set[int | None]:
    """Where the units of a row went, and where its event says that they went."""
    return {row["destination_id"], row["event_destination_id"]}


def _remove_later(session: Session, works: Mapping[Scope, _Work]) -> None:
    by_event: dict[int, set[Scope]] = {}
    for scope, work in works.items():
        for event in work.later:
            by_event.setdefault(event, set()).add(scope)
    doomed: list[int] = []
    for some in chunked(sorted(by_event)):
        query = select(Posting.__table__).where(Posting.event_id.in_(some), Posting.entry.in_(MOVEMENT_ENTRIES))
        for row in session.execute(query).mappings():
            scope = (row["batch_id"], row["uom"])
            if scope in by_event[row["event_id"]]:
                works[scope].removed.append(row)
                doomed.append(row["id"])
    for some in chunked(doomed):
        session.execute(delete(Posting).where(Posting.id.in_(some)))


def _replay(session: Session, works: dict[Scope, _Work]) -> Settlement:
    tied, seen = _tied_slots(session, works)
    settlement = Settlement(scopes=set(works))
    slots: list[Slot] = []
    unsure: dict[Scope, _Work] = {}
    for scope, work in works.items():
        matcher = Matcher(list(tied.get(scope, {}).values()), seen.get(scope, []), complete=False)
        before = {id(slot): slot.open for slot in matcher.slots}
        try:
            posted = matcher.replay(work.replay)
        except NeedsAllSlots:
            for slot in matcher.slots:
                slot.open = before.get(id(slot), slot.open)
            unsure[scope] = work
            continue
        slots += matcher.slots
        settlement.posted += [(one, *scope) for one in posted]
    if unsure:
        _add_open_slots(session, unsure, tied)
        for scope, work in unsure.items():
            matcher = Matcher(list(tied.get(scope, {}).values()), seen.get(scope, []))
            settlement.posted += [(one, *scope) for one in matcher.replay(work.replay)]
            slots += matcher.slots
    _mark_open(session, [slot for slot in slots if slot.posting is not None])
    return settlement


def _slot_rows() -> Select[*tuple[Any, ...]]:
    return select(
        Posting.id,
        Posting.batch_id,
        Posting.uom,
        Posting.entry,
        Posting.origin_id,
        Posting.destination_id,
        Posting.amount,
        Posting.scale,
        Posting.instance_id,
        Posting.event_id,
        Posting.at,
        Event.rank,
        Event.content_hash,
        Event.event_id.label("event_uri"),
        Event.verb,
        Event.origin_id.label("event_origin_id"),
        Event.destination_id.label("event_destination_id"),
    ).join(Event, Event.id == Posting.event_id)


def _tied_slots(
    session: Session, works: Mapping[Scope, _Work]
) -> tuple[dict[Scope, dict[int, Slot]], dict[Scope, list[Consignment]]]:
    """Load captured movements that share an instance or a document with what is replayed, or that were closed by it."""
    batches = {batch for batch, _ in works}
    instances = {one.instance for work in works.values() for one in work.replay if one.instance is not None}
    documents = {document for work in works.values() for one in work.replay for document in one.documents}
    closed = {row["closes_id"] for work in works.values() for row in work.removed} - {None}
    rows: dict[int, Row] = {}
    some: Sequence[Any]
    for some in chunked(sorted(batches)):
        for ids in chunked(sorted(instances)):
            query = _slot_rows().where(Posting.instance_id.in_(ids), Posting.batch_id.in_(some))
            rows.update((row["id"], row) for row in session.execute(query).mappings())
        for ids in chunked(sorted(documents)):
            events = select(EventDocument.event_id).where(EventDocument.document_id.in_(ids))
            query = _slot_rows().where(Posting.event_id.in_(events), Posting.batch_id.in_(some))
            rows.update((row["id"], row) for row in session.execute(query).mappings())
    for some in chunked(sorted(closed)):
        query = _slot_rows().where(Posting.id.in_(some))
        rows.update((row["id"], row) for row in session.execute(query).mappings())
    wanted = [row for row in rows.values() if (row["batch_id"], row["uom"]) in works]
    return _slots(session, wanted), _consignments_seen(session, wanted)


def _add_open_slots(session: Session, works: Mapping[Scope, _Work], tied: dict[Scope, dict[int, Slot]]) -> None:
    rows: list[Row] = []
    for some in chunked(sorted({batch for batch, _ in works})):
        query = _slot_rows().where(Posting.batch_id.in_(some), Posting.is_open, Posting.entry == Entry.SHIPPED)
        places = {one.destination for work in works.values() for one in work.replay}
        if None not in places and len(places) <= 100:
            query = query.where(Posting.destination_id.in_(places) | Posting.destination_id.is_(None))
        rows += [
            row
            for row in session.execute(query).mappings()
            if (row["batch_id"], row["uom"]) in works and row["id"] not in tied.get((row["batch_id"], row["uom"]), {})
        ]
    for scope, slots in _slots(session, rows).items():
        tied.setdefault(scope, {}).update(slots)


def _slots(session: Session, rows: Sequence[Row]) -> dict[Scope, dict[int, Slot]]:
    openers = [row for row in rows if row["entry"] in OPENERS]
    taken = _taken(session, [row["id"] for row in openers])
    documents = _documents(session, {row["event_id"] for row in openers})
    slots: dict[Scope, dict[int, Slot]] = {}
    for row in openers:
        quantity = None if row["amount"] is None else from_stored(row["amount"], row["scale"])
        slots.setdefault((row["batch_id"], row["uom"]), {})[row["id"]] = Slot(
            Entry(row["entry"]),
            OrderKey(row["at"], row["rank"], row["content_hash"], row["event_uri"]),
            row["event_id"],
            Verb(row["verb"]),
            row["origin_id"],
            row["destination_id"],
            quantity,
            Decimal(0) if quantity is None else quantity - taken.get(row["id"], Decimal(0)),
            row["instance_id"],
            documents.get(row["event_id"], frozenset()),
            row["id"],
        )
    return slots


def _taken(session: Session, ids: Sequence[int]) -> dict[int, Decimal]:
    taken: dict[int, Decimal] = {}
    for some in chunked(ids):
        rows = session.execute(
            select(Posting.closes_id, Posting.amount, Posting.scale).where(
                Posting.closes_id.in_(some),
                Posting.amount.is_not(None),
                Posting.entry != Entry.RECEIVED_UNKNOWN,
            )
        )
        for slot, amount, scale in rows:
            assert slot is not None
            assert amount is not None
            taken[slot] = taken.get(slot, Decimal(0)) + from_stored(amount, scale)
    return taken


def _documents(session: Session, events: Iterable[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    for some in chunked(sorted(events)):
        rows = session.execute(
            select(EventDocument.event_id, EventDocument.document_id).where(EventDocument.event_id.in_(some))
        )
        for event, document in rows:
            found.setdefault(event, set()).add(document)
    return {event: frozenset(documents) for event, documents in found.items()}


_OWN_LINES = frozenset(
    {
        Entry.SHIPPED,
        Entry.RECEIVED,
        Entry.OVER_RECEIVED,
        Entry.NOT_SHIPPED,
        Entry.RECEIVED_UNKNOWN,
        Entry.REPEATED,
    }
)


def _consignments_seen(session: Session, rows: Sequence[Row]) -> dict[Scope, list[Consignment]]:
    """Put captured postings together again into the consignments they came from, for RULES 14."""
    documents = _documents(session, {row["event_id"] for row in rows})
    lines: dict[tuple[Scope, int, int | None], list[Row]] = {}
    for row in rows:
        if row["entry"] in _OWN_LINES:
            key = ((row["batch_id"], row["uom"]), row["event_id"], row["instance_id"])
            lines.setdefault(key, []).append(row)
    seen: dict[Scope, list[Consignment]] = {}
    for (scope, event, instance), parts in lines.items():
        row = parts[0]
        known = [from_stored(part["amount"], part["scale"]) for part in parts if part["amount"] is not None]
        seen.setdefault(scope, []).append(
            Consignment(
                OrderKey(row["at"], row["rank"], row["content_hash"], row["event_uri"]),
                event,
                Verb(row["verb"]),
                row["event_origin_id"],
                row["event_destination_id"],
                sum(known, Decimal(0)) if known else None,
                instance,
                documents.get(event, frozenset()),
            )
        )
    return seen


def _mark_open(session: Session, slots: Sequence[Slot]) -> None:
    for state in (True, False):
        ids = [slot.posting for slot in slots if slot.posting is not None and slot.is_open is state]
        for some in chunked(ids):
            session.execute(
                update(Posting).where(Posting.id.in_(some), Posting.is_open.is_(not state)).values(is_open=state)
            )
