"""What a check finds in the record of a set of batches: the few rows that need a look are read, and no others."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session, aliased

from trace.amounts import from_stored
from trace.derivation.fold_input import load_events, load_holders, packings_of
from trace.findings import Finding, Row, check_postings, make_finding
from trace.fold.contents import resolve_lines
from trace.fold.entries import Entry
from trace.fold.steps import Verb
from trace.kit.bulk import among
from trace.kit.db import Base
from trace.ledger import read_postings
from trace.models import Conflict, Correction, Event, EventItem, Identifier, Posting
from trace.postings import Postings, distinct, is_among
from trace.stock_checks import Suspects, find_suspects
from trace.unpermitted import find_in_postings

RARE = 10_000
"""Up to so many declarations with corrections, or conflicts, in all: they are read whole, not looked up by batch."""


def find_findings(
    session: Session, batches: Collection[int], until: int | None = None, postings: Postings | None = None
) -> list[Finding]:
    """Return what a check finds in the records of ``batches`` up to ``until`` (µs since 1970 UTC, inclusive).

    ``postings`` are theirs up to then, if they were read already.
    """
    if postings is None:
        postings = read_postings(session, batches, until)
    suspects = find_suspects(postings)
    return [
        *check_postings(_read_rows(session, postings, suspects, until), suspects.made, suspects.stocks),
        *_find_moves(session, postings),
        *find_in_postings(session, postings),
        *_find_missing_corrections(session, batches),
        *_find_conflicts(session, postings),
        *_find_bad_identifiers(session, batches, postings.places),
    ]


def _read_rows(session: Session, postings: Postings, suspects: Suspects, until: int | None) -> list[Row]:
    if suspects.rows.size == 0:
        return []
    events = distinct(postings.event[suspects.rows]).tolist()
    batches = distinct(postings.batch[suspects.rows]).tolist()
    still_open: ColumnElement[bool] = Posting.is_open.expression
    if until is not None:  # it was still open then
        closing = aliased(Posting)
        closes = (closing.batch_id == Posting.batch_id) & (closing.closes_id == Posting.id)
        still_open |= select(closing.id).where(closes, closing.at > until).exists()
    query = (
        select(
            Event.event_id,
            Posting.batch_id,
            Posting.uom,
            Posting.entry,
            Posting.origin_id,
            Posting.destination_id,
            Posting.amount,
            Posting.scale,
            Posting.at,
            still_open,
        )
        .join(Event, Event.id == Posting.event_id)
        .where(among(session, Posting.event_id, events), among(session, Posting.batch_id, batches))
    )
    return [
        Row(
            uri,
            batch,
            uom,
            Entry(entry),
            origin,
            to,
            None if amount is None else from_stored(amount, scale),
            at,
            opened,
        )
        for uri, batch, uom, entry, origin, to, amount, scale, at, opened in session.execute(query)
    ]


def _find_moves(session: Session, postings: Postings) -> list[Finding]:
    """RULES 11: packed into another container without being taken out of the first."""
    seen = postings.where(postings.entry == Entry.SEEN)
    named = dict(zip(seen.event.tolist(), seen.batch.tolist(), strict=True))
    if not named:
        return []
    packers = set(session.scalars(select(Event.id).where(among(session, Event.id, named), Event.verb == Verb.PACK)))
    if not packers:
        return []
    events = load_events(session, packers)
    _, moved = resolve_lines(packings_of(load_holders(session, events.values()).values()), [])
    return [
        make_finding("moved_between_containers", events[move.event].key.event_id, named[move.event])
        for move in moved
        if move.event in packers
    ]


def _find_missing_corrections(session: Session, batches: Collection[int]) -> list[Finding]:
    other = aliased(Event)
    same = (other.event_id == Correction.corrective_event_id) & other.declaration.is_(None)
    corrective = select(other.id).where(same).exists()
    query = (
        select(Event.event_id, EventItem.identifier_id, Correction.corrective_event_id)
        .join(EventItem, EventItem.event_id == Event.id)
        .join(Correction, Correction.event_id == Event.id)
        .where(~corrective)
    )
    if _are_rare(session, Correction):
        declared = session.scalars(select(Correction.event_id)).all()
        query = query.where(among(session, EventItem.event_id, declared))
    else:
        query = query.where(among(session, EventItem.identifier_id, batches))
    wanted = set(batches)
    return [
        make_finding("missing_corrective_event", uri, batch, event=missing)
        for uri, batch, missing in session.execute(query)
        if batch in wanted
    ]


def _are_rare(session: Session, model: type[Base]) -> bool:
    some = select(literal(1)).select_from(model).limit(RARE + 1).subquery()
    return (session.scalar(select(func.count()).select_from(some)) or 0) <= RARE


def _find_conflicts(session: Session, postings: Postings) -> list[Finding]:
    query = select(Event.id, Event.event_id).join(Conflict, Conflict.event_id == Event.id)
    if not _are_rare(session, Conflict):
        query = query.where(among(session, Conflict.event_id, distinct(postings.event).tolist()))
    uris = {number: uri for number, uri in session.execute(query)}  # noqa: C416  (a Result is no mapping)
    if not uris:
        return []
    mine = is_among(postings.event, uris)
    pairs = zip(postings.event[mine].tolist(), postings.batch[mine].tolist(), strict=True)
    return [make_finding("conflicting_event", uri, batch) for uri, batch in sorted({(uris[a], b) for a, b in pairs})]


def _find_bad_identifiers(session: Session, batches: Collection[int], places: Collection[int]) -> list[Finding]:
    wanted = {*batches, *places}
    query = select(Identifier.id, Identifier.uri, Identifier.problem).where(Identifier.problem.is_not(None))
    rows = session.execute(query.where(among(session, Identifier.id, wanted)))
    return [
        make_finding(problem, batch=number, identifier=uri)
        if number in batches
        else make_finding(problem, place=number, identifier=uri)
        for number, uri, problem in rows
        if problem is not None
    ]
