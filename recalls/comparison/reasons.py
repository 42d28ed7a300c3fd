"""Why two impacts of a case differ: the events behind each change of a place, found in the record as it is now."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from recalls.comparison.changes import Change
from recalls.history import Version, case_at, versions_of
from recalls.impact import load_lines
from recalls.models import RecallCase
from recalls.scope import find_seeds
from recalls.violations import EPOCH, microseconds
from trace.answers import BatchRef, describe_batches
from trace.fold.entries import Entry
from trace.genealogy import read_closure
from trace.identifiers import find_numbers
from trace.kit.bulk import among
from trace.ledger import read_postings
from trace.models import Event, EventItem, Void
from trace.postings import Postings
from trace.supply_graph import Supply

Why = Literal["scope_extended", "moved_since", "recorded_late", "corrected", "master_data", "follows"]

SENTENCES: Mapping[Why, tuple[str, str]] = {
    "scope_extended": (
        "The batch is in the scope since its version {version}.",
        "该批次自召回范围第 {version} 版起列入。",
    ),
    "moved_since": ("It happened after the earlier impact.", "事件发生在前一次结果之后。"),
    "recorded_late": (
        "It had happened by then, but was recorded later.",
        "事件当时已经发生，但记录较晚。",
    ),
    "corrected": ("The event was declared in error since.", "该事件后来被声明为错误。"),
    "master_data": ("What is registered about the place is different.", "该地点的登记信息有变化。"),
    "follows": (
        "It follows from what changed elsewhere.",
        "由其他地点的变化引起。",
    ),
}

MOST_REASONS = 10
"""So many reasons are named for one place; how many more there are is counted."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a place differs: ``event`` is the event's number; ``version`` that of the scope which brought a batch in."""

    why: Why
    event: int | None = None
    batch: int | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is named in an answer."""

    uri: str
    at: datetime
    recorded: datetime


@dataclass(frozen=True, slots=True)
class Reasons:
    """The first reasons of each changed place, by its identifier, and how many there are in all.

    ``events`` and ``batches`` are those that the first reasons name.
    """

    first: Mapping[str, Sequence[Reason]]
    count: Mapping[str, int]
    events: Mapping[int, Told]
    batches: Mapping[int, BatchRef]


@dataclass(frozen=True, slots=True)
class Span:
    """What lies between two impacts of a case: their moments, and every scope in force in between, oldest first.

    ``known`` are the identifiers of the batches that the earlier impact has.
    """

    before: datetime
    after: datetime
    versions: Sequence[Version]
    known: Collection[str]


def span_of(case: RecallCase, before: datetime, after: datetime, known: Collection[str]) -> Span:
    """Return what lies between two moments of ``case``."""
    first, last = (case_at(case, moment).version for moment in (before, after))
    return Span(before, after, [one for one in versions_of(case) if first <= one[0] <= last], known)


def find_reasons(session: Session, span: Span, changes: Sequence[Change]) -> Reasons:
    """Return why the places of ``changes`` differ between two moments.

    The earlier impact is taken to know what had been recorded by the moment that it is as of. Of an event that was
    declared in error, the reason names the event itself.
    """
    numbers = find_numbers(session, {change.id for change in changes})
    places = set(numbers.values())
    supply = load_lines(session, span.versions[-1][2], span.after)
    gone = set(find_numbers(session, span.known).values()) - set(supply.depth)
    voided = _voided(session, span, set(supply.depth) | gone)
    here = supply.postings.at_places(places)
    newer = _newer_events(session, span, here)
    added = _added_batches(session, span, supply)
    of_batch = {**_makings(session, span, supply), **_undone(voided, gone)}
    at_place = _by_place(places, here, read_postings(session, gone, supply.until).at_places(places))
    renamed = {change.id for change in changes if change.names}
    first: dict[str, list[Reason]] = {}
    count: dict[str, int] = {}
    for uri in dict.fromkeys(change.id for change in changes):
        number = numbers.get(uri)
        mine = _of_place(at_place.get(number, ()), newer, added, of_batch)
        mine += [Reason("corrected", one.event) for one in voided if number in one.places and one.batches]
        if not mine:  # what was in a container the record no longer tells, once its event counts no more
            mine += [Reason("corrected", one.event) for one in voided if number in one.places]
        if uri in renamed:
            mine.append(Reason("master_data"))
        different = list(dict.fromkeys(mine)) or [Reason("follows")]
        first[uri], count[uri] = _first_of(different), len(different)
    events = {one.event for some in first.values() for one in some if one.event is not None}
    batches = {one.batch for some in first.values() for one in some if one.batch is not None}
    return Reasons(first, count, _tell(session, events), describe_batches(session, batches))


def _first_of(reasons: Sequence[Reason]) -> list[Reason]:
    """Return as many reasons as are named, in their order; the first of every kind is among them."""
    kinds = {one.why: one for one in reversed(reasons)}.values()
    others = (one for one in reasons if one not in kinds)
    chosen = {*kinds, *islice(others, MOST_REASONS - len(kinds))}
    return [one for one in reasons if one in chosen]


Pair = tuple[int, int]
"""(batch, event)."""


def _by_place(places: Set[int], *parts: Postings) -> dict[int | None, list[Pair]]:
    """Return the batches and events at each place, in order of time within each part."""
    found: dict[int | None, list[Pair]] = {}
    for postings in parts:
        order = np.lexsort((postings.event, postings.at))
        columns = (postings.origin, postings.destination, postings.batch, postings.event)
        for origin, destination, batch, event in zip(*(column[order].tolist() for column in columns), strict=True):
            for place in {origin, destination} & places:
                found.setdefault(place, []).append((batch, event))
    return found


def _of_place(
    pairs: Iterable[Pair],
    newer: Mapping[int, Why],
    added: Mapping[int, int],
    of_batch: Mapping[int, Reason],
) -> list[Reason]:
    found: list[Reason] = []
    seen: set[int] = set()
    for batch, event in pairs:
        first = batch not in seen
        seen.add(batch)
        if batch in added:
            if first:
                found.append(Reason("scope_extended", event, batch, added[batch]))
        elif event in newer:
            found.append(Reason(newer[event], event, batch))
        elif first and batch in of_batch:
            found.append(of_batch[batch])
    return found


def _newer_events(session: Session, span: Span, postings: Postings) -> dict[int, Why]:
    """Return those events of ``postings`` that the earlier impact did not know, and why it did not."""
    since = microseconds(span.before)
    query = select(Event.id, Event.at).where(
        among(session, Event.id, set(postings.event.tolist())),
        or_(Event.at > since, Event.record_time > span.before),
        Event.record_time <= span.after,
    )
    return {number: "moved_since" if at > since else "recorded_late" for number, at in session.execute(query)}


def _added_batches(session: Session, span: Span, supply: Supply) -> dict[int, int]:
    """Return the batches that only later lines of the scope lead to, with the first version that does."""
    found: dict[int, int] = {}
    if len(span.versions) > 1:
        for version, _, scope in span.versions:
            reached, _ = read_closure(session, find_seeds(session, scope), "forward", supply.until)
            found = {**dict.fromkeys(reached, version), **found}
    return {batch: version for batch, version in found.items() if version != span.versions[0][0]}


def _makings(session: Session, span: Span, supply: Supply) -> dict[int, Reason]:
    """Return for batches that were not known to be in scope the event that made them of such, if that is newer."""
    names = describe_batches(session, supply.depth)
    unknown = [number for number, name in names.items() if name["id"] not in span.known]
    postings = supply.postings
    yielded = postings.where(np.flatnonzero((postings.entry == Entry.YIELDED) & np.isin(postings.batch, unknown)))
    newer = _newer_events(session, span, yielded)
    pairs = zip(yielded.batch.tolist(), yielded.event.tolist(), strict=True)
    return {batch: Reason(newer[event], event, batch) for batch, event in pairs if event in newer}


@dataclass(frozen=True, slots=True)
class _Voided:
    """An event that counts no more: where it happened, and the batches of the case that it names.

    Without any it names a container, or a serial whose batch it does not say.
    """

    event: int
    places: frozenset[int]
    batches: frozenset[int]


def _voided(session: Session, span: Span, batches: Collection[int]) -> list[_Voided]:
    """Return the events about ``batches`` that the earlier impact knew and that were declared in error since."""
    said = session.execute(
        select(Event.event_id, Event.content_hash, Event.has_event_id).where(
            Event.declaration.is_not(None), Event.record_time > span.before, Event.record_time <= span.after
        )
    ).all()
    if not said:
        return []
    named = among(session, Event.event_id, {uri for uri, _, has_id in said if has_id})
    alike = among(session, Event.content_hash, {content for _, content, has_id in said if not has_id})
    targets = session.execute(
        select(Event.id, Event.origin_id, Event.destination_id, Event.place_id)
        .join(Void, Void.event_id == Event.id)
        .where(or_(named, alike), Event.declaration.is_(None), Event.record_time <= span.before)
        .order_by(Event.at, Event.id)
    )
    ends = {number: frozenset(end for end in some if end is not None) for number, *some in targets}
    items: dict[int, set[int]] = {}
    packed: set[int] = set()
    listed = select(EventItem.event_id, EventItem.identifier_id, EventItem.batch_id, EventItem.is_class)
    for event, item, batch, is_class in session.execute(listed.where(among(session, EventItem.event_id, set(ends)))):
        items.setdefault(event, set()).update(one for one in (item, batch) if one is not None and one in batches)
        if not is_class and batch is None:
            packed.add(event)
    concerned = (event for event in ends if items.get(event) or event in packed)
    return [_Voided(event, ends[event], frozenset(items[event])) for event in concerned]


def _undone(voided: Iterable[_Voided], gone: Collection[int]) -> dict[int, Reason]:
    """Return for batches that are in scope no longer the event by which they were, if it was declared in error."""
    found = ((batch, Reason("corrected", one.event, batch)) for one in voided for batch in one.batches)
    return {batch: reason for batch, reason in found if batch in gone}


def _tell(session: Session, events: Collection[int]) -> dict[int, Told]:
    columns = select(Event.id, Event.event_id, Event.at, Event.record_time)
    rows = session.execute(columns.where(among(session, Event.id, events)))
    return {number: Told(uri, EPOCH + timedelta(microseconds=at), recorded) for number, uri, at, recorded in rows}
