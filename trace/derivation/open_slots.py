"""Captured movements as the matching takes them: what a replay is tied to, and open shipments oldest first.

Every statement here is answered from an index that begins with what is asked for, so its cost does not grow with what
else the batch has seen; and each names its batches, so that it is asked of the partitions that have them alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, select
from sqlalchemy.orm import Session

from trace.amounts import from_stored
from trace.fold.contents import Unit
from trace.fold.entries import MOVEMENT_ENTRIES, OPENERS, Entry
from trace.fold.matching import Consignment, Slot
from trace.fold.order import OrderKey
from trace.fold.steps import Verb
from trace.kit.bulk import in_partitions, number_table
from trace.kit.db import chunked
from trace.models import Event, EventDocument, Posting

Scope = tuple[int, Unit]
"""A batch and a unit of measure: what receipts and shipments are matched within."""

Row = RowMapping
Slots = dict[Scope, dict[int, Slot]]


def find_met_by_shipments(
    session: Session, since: Mapping[int, int], replayed: Collection[Consignment], fresh: Collection[int]
) -> set[int]:
    """Return the batches in which new shipments, at or after ``since[batch]``, may meet what is captured already.

    Plain shipments do not meet one another: it takes anything else that was matched, or a departure about the same
    consignment. ``fresh`` are identifiers that no captured event can have named.
    """
    met: set[int] = set()
    batches = sorted(since)
    if since:
        starts = number_table(session, batch_id=since.keys(), since=since.values())
        matched = select(Posting.id).where(
            Posting.batch_id == starts.c.batch_id,
            in_partitions(session, Posting.batch_id, batches),
            Posting.entry.in_(sorted(MOVEMENT_ENTRIES - {Entry.SHIPPED})),
            Posting.at >= starts.c.since,
        )
        met.update(session.scalars(select(starts.c.batch_id).where(matched.exists())))
    for tie in _ties(replayed, fresh):
        departures = select(Posting.batch_id).join(Event, Event.id == Posting.event_id).where(Event.verb == Verb.DEPART)
        met.update(session.scalars(departures.where(tie, in_partitions(session, Posting.batch_id, batches))))
    return met


def _ties(replayed: Collection[Consignment], fresh: Collection[int]) -> Iterable[ColumnElement[bool]]:
    """Yield conditions on postings that share an instance or a document with what is replayed."""
    instances = {one.instance for one in replayed if one.instance is not None}
    documents = {document for one in replayed for document in one.documents}
    for some in chunked(sorted(instances.difference(fresh))):
        yield Posting.instance_id.in_(some)
    for some in chunked(sorted(documents.difference(fresh))):
        events = select(EventDocument.event_id).where(EventDocument.document_id.in_(some))
        yield Posting.event_id.in_(events)


def load_tied(
    session: Session,
    scopes: Collection[Scope],
    replayed: Collection[Consignment],
    closed: Iterable[int],
    fresh: Collection[int],
) -> tuple[Slots, dict[Scope, list[Consignment]]]:
    """Load captured movements that share an instance or a document with what is replayed, or that were ``closed``.

    Returns those that can be closed, by posting, and all of them as the consignments that they came from.
    """
    rows: dict[int, Row] = {}
    batches = sorted({batch for batch, _ in scopes})
    for tie, some in product(_ties(replayed, fresh), chunked(batches)):
        query = _slot_rows().where(tie, Posting.batch_id.in_(some))
        rows.update((row["id"], row) for row in session.execute(query).mappings())
    rows.update((row["id"], row) for row in _rows_of(session, closed, batches))
    wanted = [row for row in rows.values() if (row["batch_id"], row["uom"]) in scopes]
    return _slots(session, wanted), _consignments_seen(session, wanted)


def add_open(
    session: Session, slots: Slots, scopes: Collection[Scope], replayed: Collection[Consignment], limit: int | None
) -> int | None:
    """Add open shipments that ``replayed`` may take from, oldest first, about ``limit`` of them (``None``: all).

    Returns the time (µs since 1970) before which none is missing, or ``None`` if none is missing at all.
    """
    found: set[int] = set()
    found_in: set[int] = set()
    known_until: int | None = None
    for batches, places in product(chunked(sorted({batch for batch, _ in scopes})), _destinations(replayed)):
        query = (
            select(Posting.id, Posting.at, Posting.batch_id)
            .where(Posting.batch_id.in_(batches), Posting.is_open, Posting.entry == Entry.SHIPPED, places)
            .order_by(Posting.at)
            .limit(limit)
        )
        rows = session.execute(query).all()
        if limit is not None and len(rows) == limit:
            # more may have the time of the last
            known_until = rows[-1].at if known_until is None else min(known_until, rows[-1].at)
        found.update(row.id for row in rows)
        found_in.update(row.batch_id for row in rows)
    opened = [row for row in _rows_of(session, found, sorted(found_in)) if _scope(row) in scopes]
    for scope, some in _slots(session, opened).items():
        known = slots.setdefault(scope, {})
        known.update((posting, slot) for posting, slot in some.items() if posting not in known)
    return known_until


def _destinations(replayed: Collection[Consignment]) -> list[ColumnElement[bool]]:
    """Return conditions on the destinations from which the units of ``replayed`` may be taken."""
    places = {one.destination for one in replayed}
    if None in places:
        return [Posting.id.is_not(None)]
    known = sorted(place for place in places if place is not None)
    return [*(Posting.destination_id.in_(some) for some in chunked(known)), Posting.destination_id.is_(None)]


def _rows_of(session: Session, postings: Iterable[int], batches: Collection[int]) -> list[Row]:
    rows: list[Row] = []
    for some in chunked(sorted(postings)):
        query = _slot_rows().where(Posting.id.in_(some), in_partitions(session, Posting.batch_id, batches))
        rows += session.execute(query).mappings()
    return rows


def _scope(row: Row) -> Scope:
    return row["batch_id"], row["uom"]


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


def _slots(session: Session, rows: Sequence[Row]) -> Slots:
    openers = [row for row in rows if row["entry"] in OPENERS]
    taken = _taken(session, [row["id"] for row in openers], sorted({row["batch_id"] for row in openers}))
    documents = _documents(session, {row["event_id"] for row in openers})
    slots: Slots = {}
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


def _taken(session: Session, ids: Sequence[int], batches: Collection[int]) -> dict[int, Decimal]:
    taken: dict[int, Decimal] = {}
    for some in chunked(ids):
        rows = session.execute(
            select(Posting.closes_id, Posting.amount, Posting.scale).where(
                Posting.closes_id.in_(some),
                in_partitions(session, Posting.batch_id, batches),
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
