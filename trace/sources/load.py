"""What leads to a set of cases, or is reached from a source, read from the record: batches and all deliveries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from trace.amounts import from_stored
from trace.documents import SOURCE_DELIVERY
from trace.fold.contents import Unit
from trace.fold.entries import RECEIPTS, SHIPPED_SIGNS, Entry
from trace.fold.steps import Verb
from trace.genealogy import Direction, read_closure
from trace.kit.bulk import among
from trace.kit.db import chunked, dialect_of
from trace.kit.errors import TooLarge
from trace.ledger import read_postings
from trace.models import Event, EventDocument, EventReference, Posting, Reference
from trace.movements import Movement, tally_movements
from trace.postings import Chunk, Packed, pack, unpack
from trace.sources.dates import read_dates
from trace.sources.leading import MOVES, find_leading
from trace.sources.network import Consigned, Moved, Network, Stock

STOCK = frozenset({Entry.MADE, Entry.YIELDED, Entry.CONSUMED})

MAX_POSTINGS = 300_000


@dataclass(frozen=True, slots=True)
class Ends:
    """Where ways may end: of other batches than the ``whole`` ones only what may lead to ``places`` is read."""

    places: frozenset[int] = frozenset()
    whole: frozenset[int] = frozenset()


class TooManyMovements(TooLarge):
    """What leads to the cases, or is reached from the chosen source, is more than one answer can hold."""


def load_network(
    session: Session,
    batches: Collection[int],
    own: Collection[int] | None,
    mixing_places: Collection[int] = (),
    direction: Direction = "backward",
    network: Network | None = None,
    ends: Ends | None = None,
) -> Network:
    """Return the deliveries of ``batches``, of all they were made from (``forward``: that was made from them), of all
    that came to ``mixing_places`` from which any of them left (``forward``: left those that any came to), and of all
    that events say these came by. With ``network`` they are added to what it has; with ``ends`` (``backward``, all
    companies), deliveries that lead to none of them are left out.

    ``own`` are the places of the company that asks: it sees what they sent, got, made or used. Raises
    TooManyMovements (413). One query a level of genealogy and a few statements per 500 batches; no walk over movements.
    """
    network = network or Network(kept=None if own is None else frozenset(own))
    known: set[int] = set()
    mixed: set[int] = set()
    new = set(batches)
    while new:
        depth, _ = read_closure(session, new, direction)
        added = depth.keys() - known
        known |= added
        unread = added - network.batches.keys()
        if ends is None:
            for some in chunked(sorted(unread)):
                network.stated.update(_read_stated(session, some))
                _add(session, network, some, _read_rows(session, some), own)
        elif not _add_leading(session, network, unread, ends):
            return load_network(session, batches, own, mixing_places, direction)
        moved = [one for batch in added for one in network.batches[batch]]
        passed = {one.origin if direction == "backward" else one.destination for one in moved}
        reached = {place for place in mixing_places if place in passed} - mixed
        mixed |= reached
        new = (find_batches_at(session, reached) | _find_stated(session, network, moved, direction)) - known
    return network


def _find_stated(session: Session, network: Network, moved: Iterable[Consigned], direction: Direction) -> set[int]:
    """Return the batches that deliveries say they came by (``forward``: of which events say it of these)."""
    if direction == "backward":
        events = {event for one in moved for event in network.deliveries[one].departures}
        return find_batches_under(session, {paper for event in events for paper in network.stated.get(event, ())})
    found: set[int] = set()
    for some in chunked(sorted({document for one in moved for document in one.documents})):
        query = (
            select(Posting.batch_id)
            .join(EventReference, EventReference.event_id == Posting.event_id)
            .where(
                EventReference.identifier_id.in_(some),
                EventReference.reference == Reference.TRANSACTION,
                EventReference.kind == SOURCE_DELIVERY,
                Posting.entry.in_(MOVES),
            )
        )
        found.update(session.scalars(query.distinct()))
    return found


def find_batches_at(session: Session, places: Collection[int]) -> set[int]:
    """Return the batches that came to, left, were made or used at ``places``."""
    found: set[int] = set()
    for some in chunked(sorted(places)):
        for end in (Posting.origin_id, Posting.destination_id):
            query = select(Posting.batch_id).where(end.in_(some), Posting.entry.in_(MOVES | STOCK))
            found.update(session.scalars(query.distinct()))
    return found


def find_batches_under(session: Session, documents: Collection[int]) -> set[int]:
    """Return the batches that moved under ``documents``."""
    found: set[int] = set()
    for some in chunked(sorted(documents)):
        query = (
            select(Posting.batch_id)
            .join(EventDocument, EventDocument.event_id == Posting.event_id)
            .where(EventDocument.document_id.in_(some), Posting.entry.in_(MOVES))
        )
        found.update(session.scalars(query.distinct()))
    return found


def find_dealt_with(session: Session, places: Collection[int], own: Collection[int]) -> set[int]:
    """Return those of ``places`` from or to which anything ever went to or from the places of a company."""
    found: set[int] = set()
    for some in chunked(sorted(places)):
        for here, there in (
            (Posting.origin_id, Posting.destination_id),
            (Posting.destination_id, Posting.origin_id),
        ):
            query = select(here).where(here.in_(some), there.in_(own)).distinct()
            found.update(place for place in session.scalars(query) if place is not None)
    return found


def find_moved_under(session: Session, documents: Collection[int], own: Collection[int] | None) -> set[int]:
    """Return those of ``documents`` under which anything moved; for a company: from or to a place of its own."""
    found: set[int] = set()
    for some in chunked(sorted(documents)):
        query = (
            select(EventDocument.document_id)
            .join(Posting, Posting.event_id == EventDocument.event_id)
            .where(EventDocument.document_id.in_(some), Posting.entry.in_(MOVES))
        )
        if own is not None:
            query = query.where(or_(Posting.origin_id.in_(own), Posting.destination_id.in_(own)))
        found.update(session.scalars(query.distinct()))
    return found


# -- reading the ledger ------------------------------------------------------------------------------------------


def _add_leading(session: Session, network: Network, batches: Collection[int], ends: Ends) -> bool:
    """Read what of ``batches`` may lead to ``ends`` into the network.

    False where that cannot be told: some say which deliveries they came by, and these lead to them alone.
    """
    if any(_read_stated(session, some) for some in chunked(sorted(batches))):
        return False
    postings = read_postings(session, batches)
    kept = find_leading(postings, ends.places, _read_used(session, batches), ends.whole)
    number, event = postings.batch[kept], postings.event[kept]
    for some in chunked(sorted(batches)):
        events = np.unique(event[np.isin(number, some)]).tolist()
        rows = [row for part in chunked(events) for row in _read_rows(session, some, part)]
        _add(session, network, some, sorted(rows, key=lambda row: row.id), None)
    return True


def _read_used(session: Session, batches: Collection[int]) -> set[tuple[int, int]]:
    """Return where what ``batches`` were made from was used for them: (batch, place)."""
    made: set[int] = set()
    for some in chunked(sorted(batches)):
        query = select(Posting.transformation_id).where(Posting.batch_id.in_(some), Posting.entry == Entry.YIELDED)
        made.update(number for number in session.scalars(query) if number is not None)
    used: set[tuple[int, int]] = set()
    for some in chunked(sorted(made)):
        here = Posting.transformation_id.in_(some), Posting.entry == Entry.CONSUMED
        rows = session.execute(select(Posting.batch_id, Posting.origin_id).where(*here))
        used.update((batch, place) for batch, place in rows if place is not None)
    return used


def _add(
    session: Session,
    network: Network,
    batches: Collection[int],
    found: Sequence[Row[Any]],
    own: Collection[int] | None,
) -> None:
    """Take the postings ``found`` of ``batches``, 500 at most, into the network."""
    network.batches.update((batch, []) for batch in batches)
    rows = [row for row in found if own is None or row.origin_id in own or row.destination_id in own]
    network.postings += len(rows)
    if network.postings > MAX_POSTINGS:
        raise TooManyMovements(f"Expected at most {MAX_POSTINGS} movements on the ways of these cases, got more.")
    documents = _read_documents(session, {row.event_id for row in rows})
    openers = _openers(rows)
    papers: dict[int, set[int]] = {}
    for row in rows:
        papers.setdefault(openers[row.id], set()).update(documents.get(row.event_id, ()))
    parts: dict[Consigned, list[Row[Any]]] = {}
    for row in rows:
        if Entry(row.entry) in MOVES:
            key = Consigned(row.origin_id, row.destination_id, row.batch_id, tuple(sorted(papers[openers[row.id]])))
            parts.setdefault(key, []).append(row)
        else:
            place = row.origin_id if row.entry == Entry.CONSUMED else row.destination_id
            if place is not None:
                stock = Stock(Entry(row.entry), row.batch_id, place, row.transformation_id, row.event_id)
                network.stocks.append(stock)
    received = _told_by_receivers(session, {row.event_id for row in rows if row.entry == Entry.SELF_SHIPPED})
    for (key, some), amounts in zip(parts.items(), _add_up(list(parts.values())), strict=True):
        if amounts:
            network.deliveries[key] = _moved(some, amounts, received)
            network.batches[key.batch].append(key)


def _add_up(parts: Sequence[Sequence[Row[Any]]]) -> list[dict[Unit, Movement]]:
    """Return what moved in each delivery, by unit of measure; nothing where nothing of it is left."""
    packed: dict[tuple[int, Unit], list[Packed]] = {}
    for number, rows in enumerate(parts):
        for row in rows:
            one = Packed(row.event_id, row.origin_id, row.destination_id, row.amount, row.scale, 0, row.entry)
            packed.setdefault((number, row.uom), []).append(one)
    found: list[dict[Unit, Movement]] = [{} for _ in parts]
    # one tally over all of them, in which each delivery stands for a batch
    for (_, _, number, uom), movement in tally_movements(
        unpack([Chunk(*which, pack(some)) for which, some in packed.items()])
    ).items():
        found[number][uom] = movement
    for number, rows in enumerate(parts):
        for row in rows:
            if row.entry == Entry.SELF_SHIPPED:  # told by the sender and again by the receiver
                known = None if row.amount is None else from_stored(row.amount, row.scale)
                found[number][row.uom] = Movement(known, known)
    return found


def _told_by_receivers(session: Session, events: Collection[int]) -> set[int]:
    """Return those of ``events`` that tell of goods that came: from a place to itself, both ends look alike."""
    if not events:
        return set()
    verbs = (Verb.RECEIVE, Verb.ACCEPT)
    return set(session.scalars(select(Event.id).where(among(session, Event.id, events), Event.verb.in_(verbs))))


def _moved(rows: Iterable[Row[Any]], amounts: dict[Unit, Movement], received: Collection[int]) -> Moved:
    moved = Moved(amounts=amounts)
    for row in rows:
        entry = Entry(row.entry)
        if entry in RECEIPTS or entry is Entry.SELF_SHIPPED and row.event_id in received:
            moved.arrivals.add(row.event_id)
        elif SHIPPED_SIGNS.get(entry, 0) > 0 or entry is Entry.SELF_SHIPPED:
            moved.departures.add(row.event_id)
    return moved


def _openers(rows: Iterable[Row[Any]]) -> dict[int, int]:
    """Return, for each posting, the one that opened its consignment (itself, if it opened one)."""
    openers: dict[int, int] = {}
    arrived: dict[tuple[int, int, int | None], int] = {}
    diverted = []
    for row in rows:
        openers[row.id] = row.closes_id or row.id
        if row.entry == Entry.RECEIVED and row.closes_id is not None:
            arrived[row.event_id, row.batch_id, row.origin_id] = row.closes_id
        elif row.entry in (Entry.DIVERTED_OUT, Entry.DIVERTED_IN):
            diverted.append(row)
    for row in diverted:  # the receipt that took the goods elsewhere knows the line that they were on
        openers[row.id] = arrived.get((row.event_id, row.batch_id, row.origin_id), row.id)
    return openers


def _read_rows(session: Session, batches: Collection[int], events: Collection[int] | None = None) -> Sequence[Any]:
    columns = (
        *(Posting.id, Posting.event_id, Posting.batch_id, Posting.uom, Posting.entry, Posting.origin_id),
        *(Posting.destination_id, Posting.amount, Posting.scale, Posting.closes_id, Posting.transformation_id),
    )
    batch, entry = Posting.batch_id.in_(batches), Posting.entry.in_(MOVES | STOCK)
    if events is None:
        return session.execute(select(*columns).where(batch, entry).order_by(Posting.id).limit(MAX_POSTINGS + 1)).all()
    if dialect_of(session) == "sqlite":  # by the index of events, not through all of each batch
        batch = (Posting.batch_id + 0).in_(batches)
    return session.execute(select(*columns).where(batch, Posting.event_id.in_(events), entry)).all()


def _read_documents(session: Session, events: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for some in chunked(sorted(events)):
        query = select(EventDocument.event_id, EventDocument.document_id).where(EventDocument.event_id.in_(some))
        for event, document in session.execute(query):
            found.setdefault(event, set()).add(document)
    return found


def _read_stated(session: Session, batches: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    query = (
        select(EventReference.event_id, EventReference.identifier_id)
        .join(Posting, Posting.event_id == EventReference.event_id)
        .where(
            Posting.batch_id.in_(batches),
            EventReference.reference == Reference.TRANSACTION,
            EventReference.kind == SOURCE_DELIVERY,
        )
    )
    for event, document in session.execute(query.distinct()):
        found.setdefault(event, set()).add(document)
    return found


def load_dates(session: Session, network: Network, places: Collection[int] | None = None) -> None:
    """Read the dates of the deliveries that come to or leave ``places`` (``None``: of all)."""
    events: set[int] = set()
    for one, moved in network.deliveries.items():
        if places is None or one.origin in places or one.destination in places:
            events |= moved.departures | moved.arrivals
    network.dates.update(read_dates(session, events - network.dates.keys()))


def find_treated(
    session: Session,
    network: Network,
    events: Collection[int],
    batches: Collection[int],
    steps: Collection[str],
    dispositions: Collection[str],
) -> set[Stock]:
    """Return what went into or came out of transformations that removed the hazard.

    They are named by the business step or disposition of their events, by their events, or by batches that came out.
    """
    told = {stock.event for stock in network.stocks if stock.transformation is not None}
    found = told & set(events)
    for some in chunked(sorted(told) if steps or dispositions else []):
        here = or_(Event.biz_step.in_(steps), Event.disposition.in_(dispositions))
        found.update(session.scalars(select(Event.id).where(Event.id.in_(some), here)))
    return {
        stock
        for stock in network.stocks
        if stock.event in found or (stock.entry is Entry.YIELDED and stock.batch in batches)
    }
