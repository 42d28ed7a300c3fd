"""Shipments and receipts of many batches matched at once: what is loaded, replayed and closed (RULES 14-18).

For each batch and unit of measure the replay starts at the earliest new (or removed) event. Events before it keep
their postings and take part only as open slots; events after it, as far as they can meet the new ones, are replayed.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.orm import Session

from trace.derivation.open_slots import Scope, add_open, find_met_by_shipments, load_tied
from trace.fold.contents import Unit
from trace.fold.entries import MOVEMENT_ENTRIES, Entry
from trace.fold.matching import Consignment, Matcher, NeedsAllSlots, Posted, Slot
from trace.fold.steps import Verb
from trace.kit.bulk import in_partitions, number_table
from trace.kit.db import chunked
from trace.models import Event, Posting

Row = RowMapping
Consignments = dict[Scope, list[Consignment]]


@dataclass(slots=True)
class Settlement:
    """The postings to write, each with its batch and unit of measure, those that were deleted for them, and the
    scopes that were looked at.
    """

    posted: list[tuple[Posted, int, Unit]] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    scopes: set[Scope] = field(default_factory=set)


@dataclass(slots=True)
class _Work:
    """One scope: what is replayed, from when on, and what it can meet."""

    replay: list[Consignment] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    since: int = 0
    later: set[int] = field(default_factory=set)

    @property
    def only_ships(self) -> bool:
        """Whether all that is new are plain shipments."""
        return not self.removed and all(one.verb is Verb.SHIP for one in self.replay)


def settle_movements(
    session: Session,
    new: Consignments,
    removed: Iterable[Row],
    consignments_of: Callable[[Collection[int]], Consignments],
    fresh: Collection[int] = (),
) -> Settlement:
    """Match ``new`` consignments, and again those of captured events that they (or ``removed`` postings) reach.

    ``removed`` are posting rows just deleted; ``consignments_of`` resolves captured events; ``fresh`` are identifiers
    that no captured event can have named. Deletes what is replayed and marks slots open or closed; the caller writes
    the returned postings.
    """
    works = _gather(new, removed)
    if not works:
        return Settlement()
    _find_later(session, works, fresh)
    later = {event for work in works.values() for event in work.later}
    deleted: list[Row] = []
    if later:
        resolved = consignments_of(later)
        for scope, work in works.items():
            work.replay += [one for one in resolved.get(scope, ()) if one.event in work.later]
        deleted = _remove_later(session, works)
    settlement = _replay(session, works, fresh)
    settlement.removed = deleted
    return settlement


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


def _find_later(session: Session, works: Mapping[Scope, _Work], fresh: Collection[int]) -> None:
    """Find the captured movements at or after each scope's start that can meet what changes there."""
    shipments = {scope: work for scope, work in works.items() if work.only_ships}
    met = find_met_by_shipments(session, _starts(shipments), _replayed(shipments), fresh)
    works = {scope: work for scope, work in works.items() if scope not in shipments or scope[0] in met}
    since = _starts(works)
    rows: dict[Scope, list[Row]] = {}
    if since:
        starts = number_table(session, batch_id=since.keys(), since=since.values())
        query = (
            select(Posting.__table__, Event.verb, Event.destination_id.label("event_destination_id"))
            .join(starts, (starts.c.batch_id == Posting.batch_id) & (Posting.at >= starts.c.since))
            .join(Event, Event.id == Posting.event_id)
            .where(in_partitions(session, Posting.batch_id, sorted(since)), Posting.entry.in_(MOVEMENT_ENTRIES))
        )
        for row in session.execute(query).mappings():
            rows.setdefault((row["batch_id"], row["uom"]), []).append(row)
    later = {
        scope: [row for row in found if row["at"] >= works[scope].since]
        for scope, found in rows.items()
        if scope in works
    }
    met_by = {scope: (works[scope], found) for scope, found in later.items() if found}
    sent_to = _destinations(session, met_by)
    adrift, carried = _taken_from(session, met_by)
    for scope, found in later.items():
        works[scope].later = _reach(works[scope], found, sent_to.get(scope, {}), scope in adrift, carried)


def _starts(works: Mapping[Scope, _Work]) -> dict[int, int]:
    since: dict[int, int] = {}
    for (batch, _), work in works.items():
        since[batch] = min(work.since, since.get(batch, work.since))
    return since


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


def _taken_from(
    session: Session, works: Mapping[Scope, tuple[_Work, Sequence[Row]]]
) -> tuple[set[Scope], dict[int, int]]:
    """Return the scopes with a shipment to nowhere in particular that is open, or was closed from there on; and the
    instance that each shipment closed from there on is of, by posting: what took it may have named none.
    """
    columns = select(Posting.id, Posting.batch_id, Posting.uom, Posting.destination_id, Posting.instance_id)
    shipped = columns.where(Posting.entry == Entry.SHIPPED)
    adrift: set[Scope] = set()
    carried: dict[int, int] = {}
    batches = sorted({batch for batch, _ in works})
    there = in_partitions(session, Posting.batch_id, batches)
    for some in chunked(batches):
        here = shipped.where(Posting.batch_id.in_(some), Posting.is_open, Posting.destination_id.is_(None))
        adrift.update((row.batch_id, row.uom) for row in session.execute(here))
    closed = {row["closes_id"] for work, rows in works.values() for row in (*work.removed, *rows)} - {None}
    for some in chunked(sorted(closed)):
        for row in session.execute(shipped.where(Posting.id.in_(some), there)):
            if row.destination_id is None:
                adrift.add((row.batch_id, row.uom))
            if row.instance_id is not None:
                carried[row.id] = row.instance_id
    return adrift, carried


def _reach(
    work: _Work,
    rows: Sequence[Row],
    sent_to: Mapping[int | None, set[int | None]],
    adrift: bool,
    carried: Mapping[int, int],
) -> set[int]:
    """Return the events among ``rows`` that what changes can meet: by destination, or by instance.

    A shipment to nowhere in particular may be received anywhere (``adrift``: there is an earlier one), and a void that
    names no destination takes from any road, so these tie all destinations together. Plain
    shipments do not meet one another: where nothing else has happened there is nothing to replay.
    """
    if work.only_ships and all(row["entry"] == Entry.SHIPPED and row["verb"] == Verb.SHIP for row in rows):
        return set()
    places = {one.destination for one in work.replay} | {row["destination_id"] for row in work.removed}
    instances = {one.instance for one in work.replay} | _instances_of(work.removed, carried)
    instances.discard(None)
    reached: set[int] = set()
    left = list(rows)
    while left:
        for instance in instances:
            places |= sent_to.get(instance, set())
        everywhere = adrift or None in places or any(None in _destinations_of(row) for row in left)
        met = {
            row["event_id"]
            for row in left
            if everywhere or _destinations_of(row) & places or row["instance_id"] in instances
        }
        if not met:
            break
        reached |= met
        places |= {place for row in left if row["event_id"] in met for place in _destinations_of(row)}
        instances |= _instances_of([row for row in left if row["event_id"] in met], carried) - {None}
        left = [row for row in left if row["event_id"] not in met]
    return reached


def _instances_of(rows: Iterable[Row], carried: Mapping[int, int]) -> set[int | None]:
    """The instances that rows name, and those of the shipments that they took from."""
    return {one for row in rows for one in (row["instance_id"], carried.get(row["closes_id"]))}


def _destinations_of(row: Row) -> set[int | None]:
    """Where the units of a row went, and where its event says that they went."""
    return {row["destination_id"], row["event_destination_id"]}


def _remove_later(session: Session, works: Mapping[Scope, _Work]) -> list[Row]:
    by_event: dict[int, set[Scope]] = {}
    for scope, work in works.items():
        for event in work.later:
            by_event.setdefault(event, set()).add(scope)
    doomed: list[Row] = []
    there = in_partitions(session, Posting.batch_id, sorted({batch for batch, _ in works}))
    for some in chunked(sorted(by_event)):
        query = select(Posting.__table__).where(Posting.event_id.in_(some), there, Posting.entry.in_(MOVEMENT_ENTRIES))
        for row in session.execute(query).mappings():
            scope = (row["batch_id"], row["uom"])
            if scope in by_event[row["event_id"]]:
                works[scope].removed.append(row)
                doomed.append(row)
    for some in chunked([row["id"] for row in doomed]):
        session.execute(delete(Posting).where(Posting.id.in_(some), there))
    return doomed


def _replay(session: Session, works: Mapping[Scope, _Work], fresh: Collection[int]) -> Settlement:
    closed = {row["closes_id"] for work in works.values() for row in work.removed} - {None}
    tied, seen = load_tied(session, works.keys(), _replayed(works), closed, fresh)
    settlement = Settlement(scopes=set(works))
    slots: list[Slot] = []
    left = dict(works)
    # Most consignments name their shipment; of the others, most are covered by the oldest on the road.
    for limit in (0, 2 * sum(len(work.replay) for work in works.values()) + 100, None):
        known_until = 0 if limit == 0 else add_open(session, tied, left.keys(), _replayed(left), limit)
        for scope, work in list(left.items()):
            matcher = Matcher(list(tied.get(scope, {}).values()), seen.get(scope, []), known_until)
            before = [(slot, slot.open) for slot in matcher.slots]
            try:
                posted = matcher.replay(work.replay)
            except NeedsAllSlots:
                for slot, units in before:
                    slot.open = units
                continue
            del left[scope]
            slots += matcher.slots
            settlement.posted += [(one, *scope) for one in posted]
        if not left:
            break
    _mark_open(session, [slot for slot in slots if slot.posting is not None], sorted({batch for batch, _ in works}))
    return settlement


def _replayed(works: Mapping[Scope, _Work]) -> list[Consignment]:
    return [one for work in works.values() for one in work.replay]


def _mark_open(session: Session, slots: Sequence[Slot], batches: Collection[int]) -> None:
    there = in_partitions(session, Posting.batch_id, batches)
    for state in (True, False):
        ids = [slot.posting for slot in slots if slot.posting is not None and slot.is_open is state]
        for some in chunked(ids):
            session.execute(
                update(Posting).where(Posting.id.in_(some), there, Posting.is_open.is_(not state)).values(is_open=state)
            )
