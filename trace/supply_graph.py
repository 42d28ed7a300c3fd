"""The supply graph of a set of batches: what is affected, by which evidence, with which units (ARCHITECTURE 4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from trace.amounts import from_stored
from trace.derivation.fold_input import load_events, load_holders, packings_of
from trace.findings import Finding, Row, check_postings, make_finding
from trace.fold.contents import resolve_lines
from trace.fold.entries import Entry
from trace.fold.steps import Verb
from trace.genealogy import Direction, Link, read_closure
from trace.kit.db import chunked
from trace.ledger import read_postings
from trace.models import Conflict, Correction, Event, EventDocument, EventItem, Identifier, Posting
from trace.movements import Edge, Movement, moved_between, tally_movements
from trace.postings import NOWHERE, Postings
from trace.walk import Evidence, Graph, build_supply_graph, find_evidence, tiers


@dataclass
class Supply:
    """Everything known about where a set of batches went: plain values, no database behind them.

    ``depth`` is each batch's distance from the seeds in transformations; ``until`` the moment it is as of (µs).
    """

    seeds: frozenset[int]
    depth: dict[int, int]
    links: set[Link]
    postings: Postings
    until: int | None

    @cached_property
    def movements(self) -> dict[Edge, Movement]:
        """What moved from place to place, by batch and unit of measure."""
        return tally_movements(self.postings)

    @cached_property
    def evidence(self) -> dict[int, Evidence]:
        """Every affected place, with the evidence for it."""
        return find_evidence(self.postings, self.seeds)

    @property
    def places(self) -> set[int]:
        """Every affected place."""
        return self.postings.places

    def graph(self) -> Graph:
        """The affected part of the supply graph."""
        return build_supply_graph(self.movements)

    def tiers(self) -> dict[int, int]:
        """Hand-overs between each place and the nearest maker."""
        postings = self.postings
        made = (postings.entry == Entry.MADE) | (postings.entry == Entry.YIELDED)
        makers = set(np.unique(postings.destination[made]).tolist()) - {NOWHERE}
        return tiers(*moved_between(postings), makers)


def load(
    session: Session, seeds: Collection[int], direction: Direction = "forward", until: int | None = None
) -> Supply:
    """Return the supply graph of ``seeds`` and of everything made from them (``backward``: that they were made from).

    One query a level of genealogy, then one statement over the ledger; no walk over movements.
    """
    depth, links = read_closure(session, seeds, direction, until)
    return Supply(frozenset(seeds), depth, links, read_postings(session, depth.keys(), until), until)


def narrow(supply: Supply, places: Collection[int]) -> Supply:
    """Return what firms at ``places`` may see of it: their own stock, and one step up and down."""
    return Supply(supply.seeds, supply.depth, supply.links, supply.postings.at_places(places), supply.until)


def find_findings(session: Session, batches: Collection[int], until: int | None = None) -> list[Finding]:
    """Return what a check finds in the records of ``batches``."""
    rows: list[Row] = []
    for some in chunked(sorted(batches)):
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
                Posting.is_open,
            )
            .join(Event, Event.id == Posting.event_id)
            .where(Posting.batch_id.in_(some))
        )
        if until is not None:
            query = query.where(Posting.at <= until)
        for uri, batch, uom, entry, origin, destination, amount, scale, at, is_open in session.execute(query):
            quantity = None if amount is None else from_stored(amount, scale)
            rows.append(Row(uri, batch, uom, Entry(entry), origin, destination, quantity, at, is_open))
    return [
        *check_postings(rows),
        *_find_moves(session, batches, until),
        *_find_missing_corrections(session, batches),
        *_find_conflicts(session, batches),
        *_find_bad_identifiers(session, batches, _places(rows)),
    ]


def _places(rows: Collection[Row]) -> set[int]:
    return {place for row in rows for place in (row.origin, row.destination) if place is not None}


def _find_moves(session: Session, batches: Collection[int], until: int | None) -> list[Finding]:
    """RULES 11: packed into another container without being taken out of the first."""
    packers: dict[int, int] = {}
    for some in chunked(sorted(batches)):
        query = (
            select(Posting.event_id, Posting.batch_id)
            .join(Event, Event.id == Posting.event_id)
            .where(Posting.batch_id.in_(some), Posting.entry == Entry.SEEN, Event.verb == Verb.PACK)
        )
        if until is not None:
            query = query.where(Posting.at <= until)
        packers.update((event, batch) for event, batch in session.execute(query))
    if not packers:
        return []
    events = load_events(session, packers)
    _, moved = resolve_lines(packings_of(load_holders(session, events.values()).values()), [])
    return [
        make_finding("moved_between_containers", events[move.event].key.event_id, packers[move.event])
        for move in moved
        if move.event in packers
    ]


def _find_missing_corrections(session: Session, batches: Collection[int]) -> list[Finding]:
    found: list[Finding] = []
    other = aliased(Event)
    same = (other.event_id == Correction.corrective_event_id) & other.declaration.is_(None)
    corrective = select(other.id).where(same).exists()
    for some in chunked(sorted(batches)):
        rows = session.execute(
            select(Event.event_id, EventItem.identifier_id, Correction.corrective_event_id)
            .join(EventItem, EventItem.event_id == Event.id)
            .join(Correction, Correction.event_id == Event.id)
            .where(EventItem.identifier_id.in_(some), ~corrective)
        )
        found += [make_finding("missing_corrective_event", uri, batch, event=missing) for uri, batch, missing in rows]
    return found


def _find_conflicts(session: Session, batches: Collection[int]) -> list[Finding]:
    found: dict[tuple[str, int], None] = {}
    for some in chunked(sorted(batches)):
        rows = session.execute(
            select(Event.event_id, Posting.batch_id)
            .join(Conflict, Conflict.event_id == Event.id)
            .join(Posting, Posting.event_id == Event.id)
            .where(Posting.batch_id.in_(some))
            .order_by(Event.event_id)
        )
        found.update(((uri, batch), None) for uri, batch in rows)
    return [make_finding("conflicting_event", uri, batch) for uri, batch in found]


def _find_bad_identifiers(session: Session, batches: Collection[int], places: Collection[int]) -> list[Finding]:
    found: list[Finding] = []
    for some in chunked(sorted({*batches, *places})):
        rows = session.execute(
            select(Identifier.id, Identifier.uri, Identifier.problem).where(
                Identifier.id.in_(some), Identifier.problem.is_not(None)
            )
        )
        found += [
            make_finding(problem, batch=number, identifier=uri)
            if number in batches
            else make_finding(problem, place=number, identifier=uri)
            for number, uri, problem in rows
            if problem is not None
        ]
    return found


def documents_of(supply: Supply, session: Session) -> Mapping[Edge, list[str]]:
    """Return the delivery documents behind each movement, as canonical identifiers."""
    found: dict[Edge, set[str]] = {}
    for some in chunked(sorted(supply.depth)):
        query = (
            select(Posting.origin_id, Posting.destination_id, Posting.batch_id, Posting.uom, Identifier.uri)
            .join(EventDocument, EventDocument.event_id == Posting.event_id)
            .join(Identifier, Identifier.id == EventDocument.document_id)
            .where(Posting.batch_id.in_(some))
            .distinct()
        )
        if supply.until is not None:
            query = query.where(Posting.at <= supply.until)
        for origin, destination, batch, uom, uri in session.execute(query):
            edge = (origin, destination, batch, uom)
            if edge in supply.movements:
                found.setdefault(edge, set()).add(uri)
    return {edge: sorted(uris) for edge, uris in found.items()}
