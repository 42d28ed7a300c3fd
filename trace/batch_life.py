"""One batch as its page shows it: its life in time order, its ways between places, its kin, its events.

All of it as far as the key may see: a firm its own places and one step up and down (RULES on visibility).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from trace.amounts import from_stored
from trace.answers import BatchRef, Place, describe_batches, describe_places, exact
from trace.batch_list import seen_among
from trace.events.rows import microseconds
from trace.fold.contents import Unit
from trace.fold.entries import RECEIPTS, Entry
from trace.fold.steps import Verb
from trace.identifiers import find_values
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.ledger import read_postings
from trace.models import Event, GenealogyEdge
from trace.movements import Edge, Movement, tally_movements
from trace.own_stock import OwnAccount, account_of
from trace.postings import NOWHERE, Postings, distinct, which_of
from trace.readings import find_batch
from trace.visibility import own_places, owns_product, seen_events
from trace.vocabulary import name_places

Step = Literal["made", "shipped", "received", "sold", "returned", "used", "destroyed", "lost", "counted"]

_ENTRIES: dict[Step, tuple[Entry, ...]] = {
    "made": (Entry.MADE, Entry.YIELDED),
    "shipped": (Entry.SHIPPED,),
    "received": tuple(RECEIPTS),
    "sold": (Entry.SOLD,),
    "returned": (Entry.RETURNED,),
    "used": (Entry.CONSUMED,),
    "destroyed": (Entry.DESTROYED,),
    "lost": (Entry.LOST, Entry.LOST_IN_TRANSIT),
    "counted": (Entry.COUNTED,),
}
_OUTWARD = frozenset({"shipped", "sold", "used", "destroyed", "lost"})

MOST_MOVEMENTS = 200
MOST_KIN = 100
MOST_EVENTS = 100
"""Rows that a page shows; it says where there are more."""

_LOOKED_AT = 2_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LifeMoment:
    """What happened to a batch in one way, in one unit of measure: first and last time, how often, how much in all.

    ``quantity`` is ``None`` where some of it is unknown, and for counts, which are of stock and add up to nothing.
    ``places`` is how many places it happened at.
    """

    step: Step
    uom: Unit
    first: datetime
    last: datetime
    times: int
    quantity: Decimal | None
    places: int


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """An event that moves the batch; ``verb`` is the name of a `trace.fold.steps.Verb`, its ends are place numbers."""

    event_id: str
    at: datetime
    verb: str
    biz_step: str | None
    origin: int | None
    destination: int | None


@dataclass(frozen=True, slots=True)
class Life:
    """A batch's life, as far as somebody may see it. ``accounts`` is a firm's own, for a product that is another's;
    ``whole`` says that the figures of the balance are of all places. The lists are cut; ``more_…`` say by how many.
    ``places`` are those that movements and events name, by number. ``own`` are the identifiers of those places whose
    figures are whole: a firm's own, ``None`` for all; of its neighbours it sees what moved between them and itself."""

    whole: bool
    moments: list[LifeMoment]
    movements: list[tuple[Edge, Movement]]
    more_movements: int
    accounts: list[OwnAccount]
    made_from: list[BatchRef]
    made_into: list[BatchRef]
    events: list[SeenEvent]
    more_events: bool
    places: dict[int, Place]
    own: frozenset[str] | None


def read_life(session: Session, principal: Principal, batch: str, as_of: datetime | None = None) -> Life:
    """Return the life of a batch up to ``as_of``, inclusive. Raises as `find_batch`."""
    identifier = find_batch(session, principal, batch)
    number, until = identifier.id, None if as_of is None else microseconds(as_of)
    places = own_places(session, principal)
    postings = read_postings(session, [number], until)
    seen = postings if places is None else postings.at_places(places)
    whole = places is None or owns_product(session, principal, identifier.gtin)
    movements = _largest_movements(seen)
    events = _read_events(session, principal, seen)
    ends = {end for edge, _ in movements[:MOST_MOVEMENTS] for end in edge[:2]}
    ends |= {end for one in events for end in (one.origin, one.destination)}
    described = describe_places(session, {end for end in ends if end is not None})
    return Life(
        whole=whole,
        moments=moments_of(seen),
        movements=movements[:MOST_MOVEMENTS],
        more_movements=max(len(movements) - MOST_MOVEMENTS, 0),
        accounts=[] if whole else account_of(seen, places or set(), number),
        made_from=_read_kin(session, principal, number, until, "backward"),
        made_into=_read_kin(session, principal, number, until, "forward"),
        events=events[:MOST_EVENTS],
        more_events=len(events) > MOST_EVENTS,
        places=name_places(session, principal, described),
        own=None
        if places is None
        else frozenset(row.uri for row in find_values(session, places & seen.places).values()),
    )


def moments_of(postings: Postings) -> list[LifeMoment]:
    """Return what happened to the batches, in the order in which each way began (pure)."""
    found = []
    for step, entries in _ENTRIES.items():
        of_step = which_of(entries)[postings.entry]
        for code in range(len(postings.units)):
            rows = postings.where(of_step & (postings.uom == code))
            if len(rows):
                found.append(_moment(rows, step, code))
    return sorted(found, key=lambda one: one.first)


def _moment(rows: Postings, step: Step, code: int) -> LifeMoment:
    known = step != "counted" and bool(rows.known.all())
    ends = rows.origin if step in _OUTWARD else rows.destination
    return LifeMoment(
        step,
        rows.units[code],
        _moment_at(int(rows.at.min())),
        _moment_at(int(rows.at.max())),
        distinct(rows.event).size,
        exact(from_stored(int(rows.amount.sum()), rows.scales[code])) if known else None,
        len(set(ends.tolist()) - {NOWHERE}),
    )


def _moment_at(microseconds_since: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds_since)


def _largest_movements(seen: Postings) -> list[tuple[Edge, Movement]]:
    """Ways between places, those with most units first."""
    found = tally_movements(seen)
    return sorted(found.items(), key=lambda one: (-(one[1].shipped or one[1].received or 0), str(one[0])))


def _read_kin(
    session: Session,
    principal: Principal,
    batch: int,
    until: int | None,
    direction: Literal["forward", "backward"],
) -> list[BatchRef]:
    """The batches one transformation away, as far as they are seen; at most `MOST_KIN`."""
    near, far = aliased(GenealogyEdge), aliased(GenealogyEdge)
    if direction == "forward":
        query = select(far.target).join(near, far.source == near.target).where(near.source == batch)
    else:
        query = select(far.source).join(near, far.target == near.source).where(near.target == batch)
    if until is not None:
        query = query.where(near.at <= until, far.at <= until)
    numbers = set(session.scalars(query.distinct())) - {batch}
    seen = sorted(seen_among(session, principal, numbers))[:MOST_KIN]
    return sorted(describe_batches(session, seen).values(), key=lambda one: one["id"])


def _read_events(session: Session, principal: Principal, seen: Postings) -> list[SeenEvent]:
    """The newest events that move the batch, one more than a page shows; of a batch with very many, among its last."""
    newest = seen.event[np.argsort(-seen.at, kind="stable")[:_LOOKED_AT]]
    query = (
        select(Event.event_id, Event.at, Event.verb, Event.biz_step, Event.origin_id, Event.destination_id)
        .where(among(session, Event.id, distinct(newest).tolist()), seen_events(principal))
        .order_by(Event.at.desc(), Event.id.desc())
        .limit(MOST_EVENTS + 1)
    )
    return [
        SeenEvent(uri, _moment_at(at), Verb(verb).name, step, start, end)
        for uri, at, verb, step, start, end in session.execute(query)
    ]
