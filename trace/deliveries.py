"""What is on its way to a firm (or from it to its customers), and how the receiver confirms it.

A delivery is a shipment of which something has neither arrived nor been lost. It is read off the open postings of the
ledger, so it is whole whatever order events came in.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from trace.amounts import from_stored
from trace.answers import Place, describe_places
from trace.batch_list import ListedBatch, describe_rows
from trace.documents import printed_number
from trace.fold.contents import Unit
from trace.fold.entries import Entry
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.errors import NotFound
from trace.models import Event, EventDocument, EventItem, Identifier, Posting
from trace.visibility import own_places, seen_events
from trace.vocabulary import name_places

LOOKED_AT = 500
"""Of what a firm itself reported last, so many events are looked at for shipments that wait for their receipt."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_ON_THE_ROAD = (Posting.is_open, Posting.entry == Entry.SHIPPED)
_DOCUMENTS = ("desadv", "bol")
"""Kinds of paper that belong to one delivery; an order may have several."""


class DeliveryNotFound(NotFound):
    """No shipment by this event is, or was, on its way to a place of the firm's."""


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One batch of a delivery in one unit of measure.

    ``shipped`` is what the sender says, ``waiting`` what is still on the way of it; None: the sender does not say.
    """

    batch: ListedBatch
    uom: Unit
    shipped: Decimal | None
    waiting: Decimal | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A shipment with what is still on the way; ``lines`` is empty when all of it has arrived.

    ``document`` is the URI of the paper by which a receipt is tied to it, ``papers`` are the numbers as printed.
    ``boxes`` are the SSCCs that the sender names; ``begun`` says that a part has arrived, or was lost, already.
    """

    number: int
    event_id: str
    at: datetime
    origin: Place | None
    destination: Place
    document: str | None
    papers: tuple[str, ...]
    boxes: tuple[str, ...]
    lines: tuple[DeliveryLine, ...]
    begun: bool

    @property
    def state(self) -> str:
        """A text that is another one as soon as anything of the delivery arrives, is lost or taken back."""
        left = [f"{one.batch.uri} {one.uom} {one.waiting}" for one in self.lines]
        return hashlib.sha256("\n".join(left).encode()).hexdigest()[:32]

    @property
    def complete(self) -> bool:
        """Whether the sender says how many of everything."""
        return all(one.waiting is not None for one in self.lines)


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """Some deliveries, newest first; ``after`` is the key that the next page begins behind, None on the last."""

    rows: list[Delivery]
    after: tuple[int, int] | None


def list_open_deliveries(
    session: Session, principal: Principal, limit: int = 50, after: tuple[int, int] | None = None
) -> DeliveryPage:
    """Return what is on its way to the firm's own places, newest first."""
    there = among(session, Posting.destination_id, own_places(session, principal) or set())
    return _read_page(session, principal, there, limit, after)


def count_open_deliveries(session: Session, principal: Principal, most: int = 100) -> int:
    """Return how many deliveries wait to be confirmed, at most ``most``."""
    there = among(session, Posting.destination_id, own_places(session, principal) or set())
    return len(session.execute(_select_heads(there).limit(most)).all())


def list_unconfirmed(
    session: Session, principal: Principal, limit: int = 50, after: tuple[int, int] | None = None
) -> DeliveryPage:
    """Return what the firm sent to others and nobody has confirmed yet, among its `LOOKED_AT` last reports."""
    own = own_places(session, principal) or set()
    last = select(Event.id).where(Event.captured_by == (principal.party_id or 0))
    reported = session.scalars(last.order_by(Event.id.desc()).limit(LOOKED_AT)).all()
    sent = among(session, Posting.event_id, reported) & Posting.destination_id.is_not(None)
    return _read_page(session, principal, sent & ~among(session, Posting.destination_id, own), limit, after)


def find_delivery(session: Session, principal: Principal, event_id: str) -> Delivery:
    """Return the delivery of a shipment, also when all of it has arrived. Raises DeliveryNotFound (404)."""
    own = own_places(session, principal) or set()
    shipped = select(Posting.id).where(
        Posting.event_id == Event.id, Posting.entry == Entry.SHIPPED, among(session, Posting.destination_id, own)
    )
    named = select(Event.id).where(Event.event_id == event_id, Event.declaration.is_(None), seen_events(principal))
    number = session.scalar(named.where(shipped.exists()).order_by(Event.id).limit(1))
    if number is None:
        raise DeliveryNotFound("No delivery to a place of yours is known by this event.")
    return _describe(session, principal, [number], among(session, Posting.destination_id, own))[0]


def items_of(session: Session, delivery: Delivery) -> list[tuple[str, bool, Decimal | None, Unit]]:
    """Return what the sender listed: identifier, whether it is a class with a quantity, quantity, unit of measure."""
    rows = session.execute(
        select(Identifier.uri, EventItem.is_class, EventItem.amount, EventItem.scale, EventItem.uom)
        .join(Identifier, Identifier.id == EventItem.identifier_id)
        .where(EventItem.event_id == delivery.number)
        .order_by(EventItem.position)
    )
    return [(uri, kind, _amount(amount, scale), uom) for uri, kind, amount, scale, uom in rows]


# -- reading them --------------------------------------------------------------------------------------


def _select_heads(condition: ColumnElement[bool]) -> Select[int, int]:
    heads = select(Posting.at, Posting.event_id).where(*_ON_THE_ROAD, condition)
    return heads.group_by(Posting.at, Posting.event_id).order_by(Posting.at.desc(), Posting.event_id.desc())


def _read_page(
    session: Session,
    principal: Principal,
    condition: ColumnElement[bool],
    limit: int,
    after: tuple[int, int] | None,
) -> DeliveryPage:
    heads = _select_heads(condition)
    if after is not None:
        heads = heads.where(tuple_(Posting.at, Posting.event_id) < after)
    found = [(at, event) for at, event in session.execute(heads.limit(limit + 1))]
    shown = found[:limit]
    rows = _describe(session, principal, [event for _at, event in shown], condition)
    return DeliveryPage([row for row in rows if row.lines], shown[-1] if len(found) > limit else None)


def _describe(
    session: Session, principal: Principal, events: Sequence[int], condition: ColumnElement[bool]
) -> list[Delivery]:
    """The deliveries of these events, in their order; a fixed number of statements, however many."""
    shipped = select(Posting).where(among(session, Posting.event_id, events), Posting.entry == Entry.SHIPPED, condition)
    postings = session.scalars(shipped.order_by(Posting.id)).all()
    taken = _read_taken(session, [one.id for one in postings])
    ends = {end for one in postings for end in (one.origin_id, one.destination_id) if end is not None}
    places = name_places(session, principal, describe_places(session, ends))
    batches = _read_batches(session, principal, {one.batch_id for one in postings})
    named = session.execute(select(Event.id, Event.event_id).where(among(session, Event.id, events)))
    ids = {number: event_id for number, event_id in named}  # noqa: C416  (a Result is no mapping)
    papers, boxes = _read_papers(session, events), _read_boxes(session, events)
    by_event: dict[int, list[Posting]] = {}
    for one in postings:
        by_event.setdefault(one.event_id, []).append(one)
    found = []
    for number in events:
        mine = by_event[number]
        destination = mine[0].destination_id
        assert destination is not None
        kinds = papers.get(number, [])
        found.append(
            Delivery(
                number=number,
                event_id=ids[number],
                at=EPOCH + timedelta(microseconds=mine[0].at),
                origin=None if mine[0].origin_id is None else places[mine[0].origin_id],
                destination=places[destination],
                document=kinds[0] if kinds else None,
                papers=tuple(printed_number(uri) for uri in kinds),
                boxes=tuple(boxes.get(number, ())),
                lines=tuple(_sum_lines(mine, taken, batches)),
                begun=any(one.id in taken for one in mine),
            )
        )
    return found


def _read_taken(session: Session, openers: Collection[int]) -> dict[int, Decimal | None]:
    """What was taken of each posting; None: something of which the quantity is unknown."""
    query = select(Posting.closes_id, Posting.amount, Posting.scale)
    taken: dict[int, Decimal | None] = {}
    for opener, amount, scale in session.execute(query.where(among(session, Posting.closes_id, openers))):
        assert opener is not None
        before, now = taken.get(opener, Decimal(0)), _amount(amount, scale)
        taken[opener] = None if before is None or now is None else before + now
    return taken


def _sum_lines(
    postings: Iterable[Posting], taken: dict[int, Decimal | None], batches: dict[int, ListedBatch]
) -> list[DeliveryLine]:
    """One line for each batch and unit of measure of which something is on the way."""
    lines: dict[tuple[int, Unit], DeliveryLine] = {}
    for one in postings:
        if not one.is_open or (one.amount is None and one.id in taken):
            continue  # of an unknown quantity whatever came is taken for all of it
        shipped = _amount(one.amount, one.scale)
        gone = taken.get(one.id, Decimal(0))
        left = None if shipped is None or gone is None else shipped - gone
        before = lines.get((one.batch_id, one.uom))
        line = DeliveryLine(batches[one.batch_id], one.uom, shipped, left)
        if before is not None:
            line = replace(line, shipped=_add(before.shipped, line.shipped), waiting=_add(before.waiting, line.waiting))
        lines[one.batch_id, one.uom] = line
    return list(lines.values())


def _add(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def _amount(amount: int | None, scale: int) -> Decimal | None:
    return None if amount is None else from_stored(amount, scale)


def _read_batches(session: Session, principal: Principal, numbers: Collection[int]) -> dict[int, ListedBatch]:
    columns = (Identifier.id, Identifier.uri, Identifier.gtin, Identifier.lot)
    rows = session.execute(select(*columns).where(among(session, Identifier.id, numbers))).all()
    return {row.number: row for row in describe_rows(session, principal, (), rows)}


def _read_papers(session: Session, events: Collection[int]) -> dict[int, list[str]]:
    """The documents of each event, those of a single delivery first."""
    rows = session.execute(
        select(EventDocument.event_id, EventDocument.kind, Identifier.uri)
        .join(Identifier, Identifier.id == EventDocument.document_id)
        .where(among(session, EventDocument.event_id, events))
    )
    found: dict[int, list[tuple[bool, str]]] = {}
    for number, kind, uri in rows:
        found.setdefault(number, []).append((kind not in _DOCUMENTS, uri))
    return {number: [uri for _rank, uri in sorted(papers)] for number, papers in found.items()}


def _read_boxes(session: Session, events: Collection[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(EventItem.event_id, func.substr(Identifier.uri, -18))
        .join(Identifier, Identifier.id == EventItem.identifier_id)
        .where(among(session, EventItem.event_id, events), Identifier.kind == "sscc")
        .order_by(EventItem.event_id, EventItem.position)
    )
    found: dict[int, list[str]] = {}
    for number, sscc in rows:
        found.setdefault(number, []).append(sscc)
    return found
