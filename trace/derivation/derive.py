"""Keeping the postings in step with the events: what an event touches is derived anew, and nothing else (RULES 6).

The work is done for many events at once: each step is a few statements over all of them.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import RowMapping, delete, func, select, text
from sqlalchemy.orm import Session

from trace.amounts import to_stored
from trace.derivation.check_index import PRODUCED, keep_check_index
from trace.derivation.consignments import Settlement, settle_movements
from trace.derivation.dependents import find_dependents, read_namings, split_namings
from trace.derivation.fold_input import load_events
from trace.derivation.genealogy_edges import remove_edges, write_edges
from trace.derivation.packing import pack_changes
from trace.derivation.resolving import resolve_events
from trace.fold.contents import Line, Unit
from trace.fold.entries import Entry
from trace.fold.event import FoldEvent
from trace.fold.matching import Consignment, Posted
from trace.fold.postings import Simple, post_event
from trace.fold.steps import MOVEMENTS
from trace.kit.bulk import Row, in_partitions, insert_tuples
from trace.kit.db import chunked, dialect_of
from trace.models import Posting
from trace.postings import Packed

Scope = tuple[int, Unit]
"""A batch and a unit of measure: what receipts and shipments are matched within."""


class Derived(NamedTuple):
    """The batches whose postings changed, and the events captured earlier whose postings were taken away on the way."""

    batches: set[int]
    replayed: set[int]


def derive(
    session: Session,
    changed: Collection[int],
    new_identifiers: Collection[int] = (),
    captured: Mapping[int, FoldEvent] = MappingProxyType({}),
) -> Derived:
    """Derive the postings of ``changed`` events (new, or voided just now) and of all that depend on them.

    ``new_identifiers`` are numbers given in this transaction, which no earlier event can have named; ``captured`` are
    those of ``changed`` that are new and effective, which need not be read back.
    """
    namings = read_namings(session, changed, captured)
    dirty = set(changed) | find_dependents(session, changed, new_identifiers, namings)
    known = dirty - captured.keys()
    events = {**captured, **load_events(session, known)}
    removed = _remove_postings(session, known)
    resolved = resolve_events(session, events)
    simple = [
        posting
        for event in events.values()
        for posting in post_event(event, resolved.lines[event.id], resolved.outputs[event.id])
    ]
    consignments = consignments_of(events.values(), resolved.lines)
    settlement = settle_movements(
        session, consignments, removed, lambda ids: _consignments(session, ids), new_identifiers
    )
    rows = _write(session, simple, settlement)
    taken = [*removed, *settlement.removed]
    gone = [tuple(row[name] for name in _COLUMNS) for row in taken]
    pack_changes(session, map(_packed, rows), map(_packed, gone), new_identifiers)
    produced = {posting.batch for posting in simple if posting.entry in PRODUCED}
    produced |= {row["batch_id"] for row in taken if row["entry"] in PRODUCED}
    keep_check_index(session, split_namings(namings), produced, new_identifiers, captured)
    batches = {posting.batch for posting in simple} | {batch for batch, _ in settlement.scopes}
    return Derived(batches | {row["batch_id"] for row in taken}, {row["event_id"] for row in taken})


def consignments_of(events: Iterable[FoldEvent], lines: Mapping[int, list[Line]]) -> dict[Scope, list[Consignment]]:
    """Return the movement events' lines by batch and unit of measure, in the order of the fold."""
    found: dict[Scope, list[Consignment]] = {}
    for event in sorted(events, key=lambda event: event.key):
        if event.verb not in MOVEMENTS:
            continue
        for line in lines[event.id]:
            found.setdefault((line.batch, line.uom), []).append(
                Consignment(
                    event.key,
                    event.id,
                    event.verb,
                    event.origin,
                    event.destination,
                    line.quantity,
                    line.instance,
                    event.documents,
                )
            )
    return found


def _consignments(session: Session, ids: Collection[int]) -> dict[Scope, list[Consignment]]:
    events = load_events(session, ids)
    return consignments_of(events.values(), resolve_events(session, events).lines)


def _remove_postings(session: Session, events: Collection[int]) -> list[RowMapping]:
    """Delete the postings of ``events`` and return them."""
    removed: list[RowMapping] = []
    for some in chunked(sorted(events)):
        rows = session.execute(select(Posting.__table__).where(Posting.event_id.in_(some))).mappings().all()
        if rows:
            there = in_partitions(session, Posting.batch_id, sorted({row["batch_id"] for row in rows}))
            session.execute(delete(Posting).where(Posting.event_id.in_(some), there))
            removed.extend(rows)
    remove_edges(session, removed)
    return removed


_COLUMNS = (
    "id",
    "event_id",
    "batch_id",
    "uom",
    "entry",
    "origin_id",
    "destination_id",
    "amount",
    "scale",
    "at",
    "instance_id",
    "closes_id",
    "is_open",
    "transformation_id",
)


def _write(session: Session, simple: list[Simple], settlement: Settlement) -> list[Row]:
    if not simple and not settlement.posted:
        return []
    number = _last_number(session, len(simple) + len(settlement.posted))
    rows: list[Row] = []
    for posting in simple:
        number += 1
        rows.append(_simple_row(number, posting))
    for posted, batch, uom in settlement.posted:
        number += 1
        if posted.slot is not None:
            posted.slot.posting = number
        rows.append(_movement_row(number, posted, batch, uom))
    insert_tuples(session, Posting, _COLUMNS, rows)
    write_edges(session, simple)
    return rows


def _packed(row: Row) -> tuple[Scope, Packed]:
    _, event, batch, uom, entry, origin, destination, amount, scale, at, *_ = row
    return (batch, uom), Packed(event, origin, destination, amount, scale, at, entry)


def _last_number(session: Session, count: int) -> int:
    """Return the number after which ``count`` are free: of a sequence, where each partition would have to be asked."""
    if dialect_of(session) == "sqlite":
        return session.scalar(select(func.max(Posting.id))) or 0
    reserve = "SELECT setval('posting_numbers', nextval('posting_numbers') + :count - 1) - :count"
    return session.execute(text(reserve), {"count": count}).scalar_one()


def _simple_row(number: int, posting: Simple) -> Row:
    event, entry, batch, uom, quantity, transformation = posting
    amount, scale = (None, 0) if quantity is None else to_stored(quantity)
    origin, destination = (None, event.place) if entry in _ARRIVALS else (event.place, None)
    return (
        *(number, event.id, batch, uom, int(entry), origin, destination, amount, scale, event.key.at),
        *(None, None, False, transformation),
    )


def _movement_row(number: int, posted: Posted, batch: int, uom: Unit) -> Row:
    amount, scale = (None, 0) if posted.quantity is None else to_stored(posted.quantity)
    source = posted.source
    return (
        *(number, source.event, batch, uom, int(posted.entry), posted.origin, posted.destination, amount, scale),
        *(source.key.at, source.instance, posted.closes.posting if posted.closes is not None else None),
        *(posted.slot is not None and posted.slot.is_open, None),
    )


_ARRIVALS = frozenset({Entry.MADE, Entry.YIELDED, Entry.RETURNED, Entry.COUNTED, Entry.SEEN})
