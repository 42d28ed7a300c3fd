"""The supply graph of a set of batches: what is affected, by which evidence, with which units (ARCHITECTURE 4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.fold.entries import Entry
from trace.genealogy import Direction, Links, read_closure
from trace.kit.config import date_tolerance_hours
from trace.kit.db import chunked
from trace.ledger import read_postings
from trace.mixing.possible import NOTHING, Possible
from trace.mixing.reach import find_possible
from trace.models import EventDocument, Identifier, Posting
from trace.movements import Edge, Movement, moved_between, tally_movements
from trace.postings import NOWHERE, Integers, Postings, distinct
from trace.walk import Evidence, Graph, build_supply_graph, find_evidence, tiers


@dataclass
class Supply:
    """Everything known about where a set of batches went: plain values, no database behind them.

    ``depth`` is each batch's distance from the seeds in transformations; ``until`` the moment it is as of (µs);
    ``possible`` where goods may be that no name tells.
    """

    seeds: frozenset[int]
    depth: dict[int, int]
    links: Links
    postings: Postings
    until: int | None
    possible: Possible = NOTHING

    @cached_property
    def movements(self) -> dict[Edge, Movement]:
        """What moved from place to place, by batch and unit of measure."""
        return tally_movements(self.postings)

    @cached_property
    def evidence(self) -> dict[int, Evidence]:
        """Every affected place, with the evidence for it."""
        named = find_evidence(self.postings, self.seeds)
        return {**dict.fromkeys(self.possible.where, "possible"), **named}

    @property
    def places(self) -> set[int]:
        """Every affected place."""
        return self.postings.places | self.possible.where

    def graph(self) -> Graph:
        """The affected part of the supply graph."""
        return build_supply_graph(self.movements)

    def tiers(self) -> dict[int, int]:
        """Hand-overs between each place and the nearest maker, for those that any lead to."""
        places = self.postings.ends.places
        return {place: tier for place, tier in zip(places.tolist(), self.levels.tolist(), strict=True) if tier >= 0}

    @cached_property
    def levels(self) -> Integers:
        """The same for every place of ``postings.ends``; −1 where none lead to it."""
        postings = self.postings
        made = (postings.entry == Entry.MADE) | (postings.entry == Entry.YIELDED)
        makers = set(postings.destination[made].tolist()) - {NOWHERE}
        return tiers(postings.ends.places, *moved_between(postings), makers)


def load(
    session: Session, seeds: Collection[int], direction: Direction = "forward", until: int | None = None
) -> Supply:
    """Return the supply graph of ``seeds`` and of everything made from them (``backward``: that they were made from).

    One statement over the genealogy, then one over the ledger; no walk over movements. Forward, where goods may be
    that moved without a lot or were mixed is found too (`trace.mixing`); what is named never depends on it.
    """
    depth, links = read_closure(session, seeds, direction, until)
    postings = read_postings(session, depth.keys(), until)
    possible = NOTHING
    if direction == "forward":
        tolerance = date_tolerance_hours() * 3_600_000_000
        possible = find_possible(session, depth.keys(), postings, until, tolerance)
    return Supply(frozenset(seeds), depth, links, postings, until, possible)


def load_recorded(session: Session, seeds: Collection[int], until: int | None) -> Supply:
    """Return the same, forward, for those of ``seeds`` of which anything was recorded up to ``until``.

    What nobody had told of at that moment was not in scope at that moment, even if its name is known by now.
    """
    whole = load(session, seeds, "forward", until)
    recorded = set(distinct(whole.postings.batch).tolist())
    depth = {batch: distance for batch, distance in whole.depth.items() if batch in recorded}
    return Supply(whole.seeds & recorded, depth, whole.links, whole.postings, until, whole.possible)


def narrow(supply: Supply, places: Collection[int]) -> Supply:
    """Return what firms at ``places`` may see of it: their own stock, and one step up and down."""
    seen = supply.postings.at_places(places)
    return Supply(supply.seeds, supply.depth, supply.links, seen, supply.until, supply.possible.at(places))


def documents_of(supply: Supply, session: Session) -> Mapping[Edge, list[str]]:
    """Return the delivery documents behind each movement, as canonical identifiers."""
    found: dict[Edge, set[str]] = {}
    for some in chunked(sorted({batch for _, _, batch, _ in supply.movements})):
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
