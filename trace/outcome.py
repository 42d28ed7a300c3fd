"""What one event did: the movements it made, and what a check finds in them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.amounts import from_stored
from trace.answers import (
    BatchRef,
    FindingRow,
    MovementRow,
    Place,
    describe_batches,
    describe_places,
    write_finding,
    write_movement,
)
from trace.findings import Finding, Row, check_row, make_finding
from trace.fold.contents import Unit
from trace.fold.entries import ACCOUNTS, Account, End, Entry
from trace.kit.bulk import in_partitions
from trace.ledger import postings_of, read_postings_at
from trace.models import Event, EventDocument, Identifier, Posting
from trace.movements import tally_movements
from trace.postings import Postings
from trace.tally import tally_places


@dataclass(frozen=True, slots=True)
class Outcome:
    """An event's ID, the movements it made, and what was found in it."""

    event_id: str
    movements: list[MovementRow]
    findings: list[FindingRow]


def read_outcome(session: Session, event_id: str, batches: Collection[int]) -> Outcome:
    """Return what the event did; its cost does not grow with what else happened to its batches elsewhere.

    ``batches`` are those that its capture wrote to; empty for an event that was there already.
    """
    number = session.scalar(select(Event.id).where(Event.event_id == event_id, Event.declaration.is_(None)))
    written = select(Posting).where(Posting.event_id == number)
    if batches:
        written = written.where(in_partitions(session, Posting.batch_id, sorted(batches)))
    lines = session.scalars(written.order_by(Posting.id)).all()
    rows = [
        Row(
            event_id,
            one.batch_id,
            one.uom,
            Entry(one.entry),
            one.origin_id,
            one.destination_id,
            None if one.amount is None else from_stored(one.amount, one.scale),
            one.at,
            one.is_open,
        )
        for one in lines
    ]
    postings = postings_of(lines)
    described = describe_batches(session, {row.batch for row in rows})
    places = describe_places(session, postings.places)
    made = _made(session, described)
    found = [finding for row in rows for finding in check_row(row, made)] + _overdrawn(session, rows)
    return Outcome(
        event_id,
        _movements(postings, described, places, _documents(session, number)),
        [write_finding(finding, described, places) for finding in dict.fromkeys(found)],
    )


def _documents(session: Session, number: int | None) -> list[str]:
    query = select(Identifier.uri).join(EventDocument, EventDocument.document_id == Identifier.id)
    return sorted(session.scalars(query.where(EventDocument.event_id == number)))


def _movements(
    postings: Postings, batches: dict[int, BatchRef], places: dict[int, Place], documents: list[str]
) -> list[MovementRow]:
    edges = tally_movements(postings)
    return [write_movement(edge, movement, batches, places, documents) for edge, movement in edges.items()]


def _made(session: Session, batches: dict[int, BatchRef]) -> set[int]:
    entries = (Entry.MADE, Entry.YIELDED)
    query = select(Posting.batch_id).where(Posting.batch_id.in_(batches), Posting.entry.in_(entries))
    return set(session.scalars(query.distinct()))


def _overdrawn(session: Session, rows: list[Row]) -> list[Finding]:
    """RULES 8: balances are signed; who sends more than he has is told."""
    left: dict[tuple[int, int, Unit], Row] = {}
    for row in rows:
        accounts = ACCOUNTS.get(row.entry)
        if accounts and accounts.debit is Account.ON_HAND and accounts.debit_end is End.FROM and row.origin is not None:
            left[row.origin, row.batch, row.uom] = row
    found = []
    for (place, batch, uom), row in left.items():
        figures = tally_places(read_postings_at(session, batch, place))
        stock = figures[place, uom].on_hand
        if stock < 0:
            found.append(make_finding("negative_stock", row.event_id, batch, place, quantity=f"{-stock:f}"))
    return found
