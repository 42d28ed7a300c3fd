"""What the record says of each event at which goods were packed, sent, received or made into others.

One row for each event, batch, unit of measure and pair of places: the rows of a sheet of critical tracking events
(21 CFR 1.1310), and what stands behind the movements between neighbours.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlalchemy.orm import Session

from trace.amounts import from_stored
from trace.fold.contents import Unit
from trace.fold.entries import RECEIPTS, Entry
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.db import chunked
from trace.kit.errors import TooLarge
from trace.models import Event, EventDocument, Identifier, Posting
from trace.visibility import seen_events

TrackingEvent = Literal[
    "harvesting", "initial_packing", "first_land_based_receiving", "shipping", "receiving", "transformation"
]
"""The critical tracking events of 21 CFR 1.1325 to 1.1350 that events can tell; cooling has no word of its own."""

Part = Literal["used", "produced"]
"""The side of a transformation."""

LANDING = "urn:gdst:bizStep:landing"
FISHING = "urn:gdst:bizStep:fishingEvent"
HARVEST = "urn:gdst:bizStep:farmHarvest"
"""Steps of the Global Dialogue on Seafood Traceability, which the core vocabulary has no words for."""

_KINDS: dict[Entry, TrackingEvent] = {
    Entry.MADE: "initial_packing",
    Entry.SEEN: "first_land_based_receiving",
    Entry.SHIPPED: "shipping",
    Entry.CONSUMED: "transformation",
    Entry.YIELDED: "transformation",
    **dict.fromkeys(RECEIPTS, "receiving"),
}
_BY_STEP: dict[str, TrackingEvent] = {HARVEST: "harvesting", LANDING: "first_land_based_receiving"}

MAX_ROWS = 200_000
"""Rows of one answer: about 300 MB while they are put in order."""

FETCHED = 5_000
"""Rows that are read at a time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TooManyRows(TooLarge):
    """More tracking events than anybody can sort."""


class Tracked(NamedTuple):
    """An event as far as it moved one batch in one unit of measure; ``quantity`` ``None`` is unknown.

    ``origin`` is where the goods left, ``destination`` where they came to or were packed, landed or worked on.
    ``at`` is the event time in µs since 1970 UTC, ``event`` the event's number and ``event_id`` its ID.
    """

    at: int
    rank: int
    event_id: str
    part: Part | None
    uri: str
    uom: Unit
    kind: TrackingEvent
    origin: int | None
    destination: int | None
    quantity: Decimal | None
    batch: int
    event: int
    biz_step: str | None
    transformation: int | None

    @property
    def moment(self) -> datetime:
        """The event time."""
        return _EPOCH + timedelta(microseconds=self.at)


class _Said(NamedTuple):
    """What the rows of one event have in common."""

    at: int
    rank: int
    event_id: str
    biz_step: str | None
    transformation: int | None


class _Key(NamedTuple):
    """What the postings of one row have in common."""

    event: int
    batch: int
    uom: Unit
    kind: TrackingEvent
    part: Part | None
    origin: int | None
    destination: int | None


def read_tracked(
    session: Session, batches: Collection[int], own: Collection[int] | None = None, until: int | None = None
) -> list[Tracked]:
    """Return the tracking events of ``batches`` up to ``until`` (µs, inclusive) in a fixed order: by time, the rank of
    the step, event ID, used before produced, batch, unit of measure.

    ``own`` are the places of the company that asks: it gets the rows that leave or come to them. A shipment that was
    voided counts for what is left of it (RULES 17), and is left out where nothing is. Raises TooManyRows (413).
    Two statements per 500 batches.
    """
    found: dict[_Key, Decimal | None] = {}
    about: dict[int, _Said] = {}
    uris: dict[int, str] = {}
    for some in chunked(sorted(batches)):
        voided = _read_voided(session, some, until)
        for row in session.execute(_rows(session, some, own, until), execution_options={"yield_per": FETCHED}):
            key = _key(row)
            if key is None:
                continue
            quantity = None if row.amount is None else from_stored(row.amount, row.scale) - voided.get(row.id, 0)
            if quantity == 0 and row.id in voided:
                continue
            about[row.event_id] = _Said(row.at, row.rank, row.uri, row.biz_step, row.transformation_id)
            known = found.get(key, Decimal(0))
            found[key] = None if known is None or quantity is None else known + quantity
            if len(found) > MAX_ROWS:
                raise TooManyRows(f"Expected at most {MAX_ROWS} tracking events, got more: ask for fewer batches.")
    for some in chunked(sorted({key.batch for key in found})):
        named = session.execute(select(Identifier.id, Identifier.uri).where(Identifier.id.in_(some)))
        uris.update((number, uri) for number, uri in named)
    return sorted((_write(key, quantity, about[key.event], uris) for key, quantity in found.items()), key=_order)


def _read_voided(session: Session, batches: Collection[int], until: int | None) -> dict[int, Decimal]:
    """Return how much of each shipment was voided, by the posting that opened it."""
    query = select(Posting.closes_id, Posting.amount, Posting.scale).where(
        Posting.batch_id.in_(batches), Posting.entry == Entry.VOIDED
    )
    if until is not None:
        query = query.where(Posting.at <= until)
    found: dict[int, Decimal] = {}
    for opener, amount, scale in session.execute(query):
        if opener is not None:
            found[opener] = found.get(opener, Decimal(0)) + from_stored(amount or 0, scale)
    return found


def _rows(session: Session, batches: Collection[int], own: Collection[int] | None, until: int | None) -> Any:
    columns = (
        *(Posting.id, Posting.event_id, Posting.batch_id, Posting.uom, Posting.entry, Posting.origin_id),
        *(Posting.destination_id, Posting.amount, Posting.scale, Posting.transformation_id),
        *(Event.event_id.label("uri"), Event.at, Event.rank, Event.biz_step),
    )
    landed = and_(Posting.entry == Entry.SEEN, Event.biz_step == LANDING)
    others = Posting.entry.in_(sorted(_KINDS.keys() - {Entry.SEEN}))
    query = (
        select(*columns)
        .join(Event, Event.id == Posting.event_id)
        .where(Posting.batch_id.in_(batches), or_(others, landed))
    )
    if until is not None:
        query = query.where(Posting.at <= until)
    return query if own is None else query.where(_touches(session, own))


def _touches(session: Session, places: Collection[int]) -> ColumnElement[bool]:
    """The condition for postings that leave one of ``places`` or come to one."""
    return or_(among(session, Posting.origin_id, places), among(session, Posting.destination_id, places))


def _key(row: Row[Any]) -> _Key | None:
    """Which row of the sheet a posting belongs to; None for a catch at sea, which no tracking event covers."""
    entry = Entry(row.entry)
    kind = _KINDS[entry]
    if entry is Entry.MADE:
        if row.biz_step == FISHING:
            return None
        kind = _BY_STEP.get(row.biz_step or "", kind)
    part: Part | None = {Entry.CONSUMED: "used", Entry.YIELDED: "produced"}.get(entry)  # type: ignore[assignment]
    moves = kind in ("shipping", "receiving")
    origin = row.origin_id if moves else None
    destination = row.destination_id if moves else row.destination_id or row.origin_id
    return _Key(row.event_id, row.batch_id, row.uom, kind, part, origin, destination)


def _write(key: _Key, quantity: Decimal | None, said: _Said, uris: dict[int, str]) -> Tracked:
    return Tracked(
        at=said.at,
        rank=said.rank,
        event_id=said.event_id,
        part=key.part,
        uri=uris[key.batch],
        uom=key.uom,
        kind=key.kind,
        origin=key.origin,
        destination=key.destination,
        quantity=quantity,
        batch=key.batch,
        event=key.event,
        biz_step=said.biz_step,
        transformation=said.transformation if key.kind == "transformation" else None,
    )


def _order(row: Tracked) -> tuple[Any, ...]:
    part = 0 if row.part == "used" else 1
    return row.at, row.rank, row.event_id, part, row.uri, row.uom, row.kind, row.origin or 0, row.destination or 0


def read_papers(
    session: Session, principal: Principal, events: Iterable[int]
) -> tuple[set[int], dict[int, list[tuple[str | None, str]]]]:
    """Return those of ``events`` that the key may see by themselves, and the documents that these name.

    A document is (its type, its canonical identifier).
    """
    wanted = sorted(set(events))
    seen: set[int] = set()
    papers: dict[int, list[tuple[str | None, str]]] = {}
    for some in chunked(wanted):
        seen.update(session.scalars(select(Event.id).where(Event.id.in_(some), seen_events(principal))))
        rows = session.execute(
            select(EventDocument.event_id, EventDocument.kind, Identifier.uri)
            .join(Identifier, Identifier.id == EventDocument.document_id)
            .where(EventDocument.event_id.in_(some))
            .order_by(EventDocument.event_id, Identifier.uri)
        )
        for event, kind, uri in rows:
            if event in seen:
                papers.setdefault(event, []).append((kind, uri))
    return seen, papers
