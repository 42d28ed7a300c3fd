"""The sortable sheet of critical tracking events that 21 CFR 1.1455(c)(3)(ii) asks for, for a set of batches.

One row for each traceability lot in each event, with the key data elements of its kind: harvesting 1.1325(a), initial
packing 1.1330, first land-based receiving 1.1335, shipping 1.1340(a), receiving 1.1345(a), transformation 1.1350(a).
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from trace.answers import Number, describe_batches, exact_or_none, write_time
from trace.descriptions import Contact, Goods, read_contacts, read_goods
from trace.events.rows import microseconds
from trace.fold.entries import Entry
from trace.genealogy import Direction, read_closure
from trace.gs1 import read_identifier, to_element_string
from trace.identifiers import find_values
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.models import Posting
from trace.neighbours import Document, write_date, write_documents
from trace.readings import find_batch
from trace.sources.dates import read_dates
from trace.tracking_events import Part, Tracked, TrackingEvent, read_papers, read_tracked
from trace.visibility import own_places

SLICE = 5_000
"""Rows that are described at a time: what is known of their places, goods and papers is then let go."""

Directions = Literal["forward", "backward", "both"]


class TrackingRow(TypedDict):
    """One traceability lot in one critical tracking event.

    ``traceability_lot_code`` is the element string of GTIN and lot, or the identifier of another scheme. ``origin`` is
    where it was shipped from, or its immediate previous source; ``destination`` its immediate subsequent recipient, or
    where it was received, packed, landed or worked on; ``tlc_source`` where its code was assigned. ``date`` is the day
    at the place, or the month or year where no more was said; null is unknown. ``quantity`` null is unknown, ``uom``
    null is pieces. Inputs and outputs of one transformation share ``transformation``, or else their event.
    """

    event: TrackingEvent
    part: Part | None
    date: str | None
    time: str | None
    traceability_lot_code: str
    id: str
    gtin: str | None
    lot: str | None
    product: Goods | None
    quantity: Number | None
    uom: str | None
    origin: Contact | None
    destination: Contact | None
    tlc_source: Contact | None
    documents: list[Document]
    biz_step: str | None
    transformation: str | None
    event_id: str | None


def read_tracking_rows(
    session: Session,
    principal: Principal,
    batches: Sequence[str],
    direction: Directions = "forward",
    as_of: datetime | None = None,
) -> Iterator[TrackingRow]:
    """Yield the rows of ``batches`` and of everything made from them (``backward``: that they were made from), in the
    order of their events; a company's are those of its own places.

    What may be refused is, before the first row: BatchNotFound (404), TooManyRows (413).
    """
    seeds = [find_batch(session, principal, text).id for text in batches]
    own = own_places(session, principal)
    until = None if as_of is None else microseconds(as_of)
    ways: tuple[Direction, ...] = ("forward", "backward") if direction == "both" else (direction,)
    scope = {batch for way in ways for batch in read_closure(session, seeds, way, until)[0]}
    rows = read_tracked(session, scope, own, until)
    shown = {place for row in rows for place in (row.origin, row.destination)}
    return (row for some in chunked(rows, SLICE) for row in _describe(session, principal, some, own, shown, until))


def _describe(
    session: Session,
    principal: Principal,
    rows: Sequence[Tracked],
    own: Collection[int] | None,
    shown: Collection[int | None],
    until: int | None,
) -> Iterator[TrackingRow]:
    events = {row.event for row in rows}
    batches = describe_batches(session, {row.batch for row in rows})
    goods = read_goods(session, principal, {one["gtin"] for one in batches.values() if one["gtin"] is not None})
    sources = _read_code_sources(session, batches, until)
    if own is not None:  # where a code was assigned is for a company's eyes only if it deals with that place
        sources = {batch: place for batch, place in sources.items() if place in shown}
    places = {place for row in rows for place in (row.origin, row.destination)} | set(sources.values())
    contacts = read_contacts(session, principal, places - {None})  # type: ignore[arg-type]
    dates = read_dates(session, events)
    seen, papers = read_papers(session, principal, events)
    codes = {number: lot_code(one["id"], one["gtin"], one["lot"]) for number, one in batches.items()}
    joined = find_values(session, {row.transformation for row in rows if row.transformation is not None})
    for row in rows:
        batch = batches[row.batch]
        period = dates.get(row.event)
        yield {
            "event": row.kind,
            "part": row.part,
            "date": write_date(period),
            "time": write_time(row.moment) if period is not None and period.first == period.last else None,
            "traceability_lot_code": codes[row.batch],
            **batch,
            "product": goods[batch["gtin"]] if batch["gtin"] is not None else None,
            "quantity": exact_or_none(row.quantity),
            "uom": row.uom or None,
            "origin": contacts[row.origin] if row.origin is not None else None,
            "destination": contacts[row.destination] if row.destination is not None else None,
            "tlc_source": contacts[sources[row.batch]] if row.batch in sources else None,
            "documents": write_documents(papers.get(row.event, ())),
            "biz_step": row.biz_step,
            "transformation": one.uri if (one := joined.get(row.transformation or 0)) else None,
            "event_id": row.event_id if row.event in seen else None,
        }


def lot_code(uri: str, gtin: str | None, lot: str | None) -> str:
    """A traceability lot code as it stands on a label; an identifier of another scheme stands for itself."""
    return uri if gtin is None or lot is None else to_element_string(read_identifier(uri))


def _read_code_sources(session: Session, batches: Collection[int], until: int | None) -> dict[int, int]:
    """Return where each batch's code was assigned: where it was first made (21 CFR 1.1320)."""
    found: dict[int, int] = {}
    for some in chunked(sorted(batches)):
        query = select(Posting.batch_id, Posting.destination_id).where(
            Posting.batch_id.in_(some), Posting.entry.in_((Entry.MADE, Entry.YIELDED))
        )
        if until is not None:
            query = query.where(Posting.at <= until)
        for batch, place in session.execute(query.order_by(Posting.at, Posting.destination_id)):
            if place is not None:
                found.setdefault(batch, place)
    return found
