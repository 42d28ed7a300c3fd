"""What the record says about a batch: its balance and its trace, as far as a key may see them."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from trace.amounts import from_stored
from trace.answers import (
    BatchRef,
    FiguresRow,
    FindingRow,
    LinkRow,
    MovementRow,
    Place,
    PlaceFiguresRow,
    describe_batches,
    describe_places,
    write_figures,
    write_finding,
    write_movement,
    write_place_figures,
    write_time,
)
from trace.events.rows import microseconds
from trace.findings import Finding
from trace.fold.contents import Unit
from trace.fold.entries import ACCOUNTS, Entry
from trace.genealogy import Direction
from trace.gs1 import IdentifierError, Kind, read_identifier
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.kit.errors import Invalid, NotFound, TooLarge
from trace.ledger import read_postings
from trace.mixing.answers import PossibleRows, write_possible
from trace.models import Event, Identifier, Posting
from trace.postings import NOWHERE, Postings, distinct, which_of
from trace.record_findings import find_findings
from trace.supply_graph import Supply, documents_of, load
from trace.tally import table_places, tally, tally_places
from trace.visibility import may_see_batch, own_places, owns_product, seen_by
from trace.vocabulary import name_places
from trace.walk import Evidence

_ACCOUNTED = which_of(ACCOUNTS)

Stock = tuple[int, int, Unit]
"""(batch, place, unit of measure)."""


class BatchNotFound(NotFound):
    """Nothing that this key may see names such a batch."""


class Balance(TypedDict):
    """The tally of one batch (CONTRACT)."""

    batch: BatchRef
    figures: list[FiguresRow]
    locations: list[PlaceFiguresRow]
    findings: list[FindingRow]
    as_of: str | None


class TracedBatch(TypedDict):
    """A batch that the trace reaches; ``depth`` is its distance in transformations, null where it is only possible."""

    id: str
    gtin: str | None
    lot: str | None
    evidence: Evidence
    depth: int | None


class TracedPlace(TypedDict):
    """A place that the trace reaches; ``tier`` is its distance from the makers in hand-overs, null if not reached."""

    id: str
    gln: str | None
    name: str | None
    kind: str | None
    evidence: Evidence
    tier: int | None
    registered: bool


class Trace(TypedDict):
    """Where a batch went, or came from (CONTRACT)."""

    batches: list[TracedBatch]
    links: list[LinkRow]
    movements: list[MovementRow]
    locations: list[TracedPlace]
    possible: PossibleRows
    findings: list[FindingRow]
    as_of: str | None


def find_batch(session: Session, principal: Principal, text: str) -> Identifier:
    """Return the batch that ``text`` (a URI in any form) names.

    Raises BatchNotFound where nothing names it, or nothing that the key may see; Invalid (422) for an empty text.
    """
    try:
        uri = read_identifier(text).uri
    except IdentifierError as error:
        raise Invalid.field("/batch", str(error)) from error
    row = session.scalar(select(Identifier).where(Identifier.uri == uri))
    if row is None or not _is_batch(session, row) or not may_see_batch(session, principal, row):
        raise BatchNotFound(f"No batch {uri} is known.")
    return row


def _is_batch(session: Session, row: Identifier) -> bool:
    if row.kind == Kind.BATCH:
        return True
    return session.scalar(select(Posting.id).where(Posting.batch_id == row.id).limit(1)) is not None


def read_balance(session: Session, principal: Principal, text: str, as_of: datetime | None = None) -> Balance:
    """Return the tally of a batch up to ``as_of``, inclusive. A company that does not own the product sees the
    figures of its own places and the next ones only. Raises as `find_batch`.
    """
    batch = find_batch(session, principal, text)
    until = None if as_of is None else microseconds(as_of)
    whole = read_postings(session, [batch.id], until)
    places = own_places(session, principal)
    seen = whole if places is None else whole.at_places(places)
    counted = whole if owns_product(session, principal, batch.gtin) else seen
    figures = tally(counted.where(_ACCOUNTED[counted.entry]))
    described = name_places(session, principal, describe_places(session, seen.places))
    findings = seen_findings(session, principal, [batch.id], until)
    refs = describe_batches(session, [batch.id])
    return {
        "batch": refs[batch.id],
        "figures": [write_figures(uom, found) for (_, uom), found in sorted(figures.items())],
        "locations": place_rows(seen, described),
        "findings": [write_finding(finding, refs, described) for finding in findings],
        "as_of": write_time(as_of),
    }


def place_rows(postings: Postings, places: dict[int, Place]) -> list[PlaceFiguresRow]:
    """Return the figures of every place in ``postings``, with the last count beside them.

    Rows that only note that goods were there are left out where the place has figures in another unit.
    """
    found = tally_places(postings)
    moved = set(table_places(postings.where(_ACCOUNTED[postings.entry])).keys())
    busy = {place for place, _ in moved}
    counts = last_counts(postings)
    by_place: dict[tuple[int, Unit], tuple[Decimal, Decimal]] = {}
    for (_, place, uom), (counted, difference) in counts.items():
        before = by_place.get((place, uom), (Decimal(0), Decimal(0)))
        by_place[place, uom] = before[0] + counted, before[1] + difference
    shown = [key for key in found if key[0] in places and (key in moved or key in by_place or key[0] not in busy)]
    shown.sort(key=lambda key: (places[key[0]].id, key[1]))
    return [
        write_place_figures(places[place], uom, found[place, uom], by_place.get((place, uom))) for place, uom in shown
    ]


def last_counts(postings: Postings) -> dict[Stock, tuple[Decimal, Decimal]]:
    """Return the last reported count of each batch at each place, and its difference from the ledger at its moment.

    RULES 9: a count changes nothing.
    """
    counted = np.flatnonzero((postings.entry == Entry.COUNTED) & postings.known & (postings.destination != NOWHERE))
    last: dict[Stock, int] = {}
    for row in counted[np.lexsort((postings.event[counted], postings.at[counted]))].tolist():
        stock = (int(postings.batch[row]), int(postings.destination[row]), postings.units[postings.uom[row]])
        last[stock] = row
    found: dict[Stock, tuple[Decimal, Decimal]] = {}
    for (batch, place, uom), row in last.items():
        before = (postings.batch == batch) & (postings.at <= postings.at[row])
        stock_then = tally_places(postings.where(before).at_places([place]))[place, uom].on_hand
        counts = from_stored(int(postings.amount[row]), postings.scales[postings.uom[row]])
        found[batch, place, uom] = (counts, counts - stock_then)
    return found


def read_trace(
    session: Session,
    principal: Principal,
    text: str,
    direction: Direction = "forward",
    as_of: datetime | None = None,
) -> Trace:
    """Return everything that was made from a batch and where it all went (``backward``: that it was made from).

    A company sees its own places, and one step up and down. Raises as `find_batch`, and TraceTooLarge (413).
    """
    batch = find_batch(session, principal, text)
    until = None if as_of is None else microseconds(as_of)
    whole = load(session, [batch.id], direction, until)
    supply = seen_by(session, principal, whole)
    shown = set(whole.depth) if supply is whole else {batch.id, *distinct(supply.postings.batch).tolist()}
    maybe = {number for number, _ in supply.possible.batches} - shown
    links = whole.links if supply is whole else whole.links.within(shown | maybe)
    _require_answerable(len(shown | maybe), links.at_most, len(supply.movements))
    batches = describe_batches(session, shown | maybe)
    places = name_places(session, principal, describe_places(session, supply.places))
    documents = documents_of(supply, session)
    tiers = supply.tiers()
    read = whole.postings if supply is whole else None
    findings = [*seen_findings(session, principal, shown, until, read), *supply.possible.findings]
    movements = [
        write_movement(edge, movement, batches, places, documents.get(edge, ()))
        for edge, movement in supply.movements.items()
    ]
    return {
        "batches": _traced_batches(supply, batches),
        "links": [{"input": batches[one], "output": batches[other]} for one, other in links],
        "movements": sorted(movements, key=_movement_order),
        "locations": _traced_places(supply, places, tiers),
        "possible": write_possible(supply.possible, places, batches),
        "findings": [write_finding(finding, batches, places) for finding in findings],
        "as_of": write_time(as_of),
    }


MAX_ROWS = 500_000
"""Batches, links and movements of one trace: what is more is refused, never cut."""


class TraceTooLarge(TooLarge):
    """A trace of more rows than one answer can hold."""


def _require_answerable(batches: int, links: int, movements: int) -> None:
    if batches + links + movements > MAX_ROWS:
        raise TraceTooLarge(
            f"Expected a trace of at most {MAX_ROWS} batches, links and movements in all, got {batches} batches, "
            f"up to {links} links and {movements} movements: ask for a batch that is nearer, or for an earlier moment."
        )


def _movement_order(row: MovementRow) -> tuple[str, str, str, str]:
    return row["from_id"] or "", row["to_id"] or "", row["id"], row["uom"] or ""


def _traced_batches(supply: Supply, batches: dict[int, BatchRef]) -> list[TracedBatch]:
    rows: list[TracedBatch] = [
        {**ref, "evidence": batch_evidence(supply, number), "depth": supply.depth.get(number)}
        for number, ref in batches.items()
    ]
    return sorted(rows, key=lambda row: (row["depth"] is None, row["depth"] or 0, row["id"]))


def batch_evidence(supply: Supply, batch: int) -> Evidence:
    """Return why a batch is in the list."""
    if batch in supply.seeds:
        return "certain"
    return "derived" if batch in supply.depth else "possible"


def _traced_places(supply: Supply, places: dict[int, Place], tiers: dict[int, int]) -> list[TracedPlace]:
    rows: list[TracedPlace] = [
        {
            "id": place.id,
            "gln": place.gln,
            "name": place.name,
            "kind": place.kind,
            "evidence": supply.evidence[number],
            "tier": tiers.get(number),
            "registered": place.registered,
        }
        for number, place in places.items()
    ]
    return sorted(rows, key=lambda row: (row["tier"] is None, row["tier"] or 0, row["id"]))


def seen_findings(
    session: Session,
    principal: Principal,
    batches: Collection[int],
    until: int | None = None,
    postings: Postings | None = None,
) -> list[Finding]:
    """Return the findings in the records of ``batches`` that this key may see: a company those of its own places and
    of the events that name them, for they are computed over everybody's records.

    ``postings`` are those of ``batches`` up to ``until``, if they were read already.
    """
    found = find_findings(session, batches, until, postings)
    places = own_places(session, principal)
    if places is None:
        return found
    events = _events_at(session, batches, places)
    return [
        finding
        for finding in found
        if finding.place in places
        or (finding.event_id in events and finding.rule not in OF_ONE_PLACE)
        or (finding.event_id is None and finding.place is None)  # about the batch's identifier itself
    ]


OF_ONE_PLACE = frozenset({"negative_stock", "impossible_date", "count_differs"})
"""Rules whose findings tell about the stock of the place they are at, which is that firm's own business."""


def _events_at(session: Session, batches: Collection[int], places: set[int]) -> set[str]:
    found: set[str] = set()
    for some in chunked(sorted(batches)):
        rows = session.execute(
            select(Event.event_id, Posting.origin_id, Posting.destination_id)
            .join(Event, Event.id == Posting.event_id)
            .where(Posting.batch_id.in_(some))
        )
        found.update(uri for uri, origin, destination in rows if origin in places or destination in places)
    return found
