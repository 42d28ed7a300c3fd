"""The ways from a source to each case with the events behind them, ready to be drawn."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.answers import exact_or_none, write_time
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.models import Event
from trace.sources.chosen import Source, describe_with, source_of, write_source
from trace.sources.dates import read_dates
from trace.sources.network import Network
from trace.sources.paths import Path, Tree, find_paths, grow_tree, nearest
from trace.sources.periods import Period
from trace.sources.rows import CasePaths, Described, PathDates, PathEvent, PathsRow, PathStep
from trace.sources.scores import Explained, set_bits
from trace.sources.steps import Step, beginnings, index_stocks, tell_steps
from trace.sources.ways import Node
from trace.visibility import seen_events

MAX_STEPS = 20_000
"""In one answer; cases beyond are marked as truncated."""

MAX_EVENTS = 20
"""Behind one step."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def find_best(explained: Explained) -> Source | None:
    """Return the batch or place with the highest score; of equal ones the nearest to a case.

    The batch and the place of a case explain that case without telling anything: they are taken if nothing else is.
    """
    own = {node if node[0] != "at" else ("place", node[1]) for case in explained.cases for node in case.nodes}
    scores: dict[Node, float] = {}
    for kind in ("batch", "place"):
        for name, bits in explained.of_kind(kind).items():
            scores[kind, name] = explained.score(bits)
    best = max(scores.values(), default=None)
    ties = sorted((node for node, score in scores.items() if score == best), key=str)
    for candidates in ([node for node in ties if node not in own], ties):
        found = nearest(explained.ways, explained.cases, candidates)
        if found is not None:
            return source_of(found)
    return None


def read_paths(
    session: Session,
    principal: Principal,
    source: Source | None,
    network: Network,
    explained: Explained,
    per_case: int,
) -> PathsRow:
    """Return the strongest ways from the source (None: from the best one) to each case, ``per_case`` to one.

    Events that the key may not see are left out; so are their dates.
    """
    source = source or find_best(explained)
    if source is None:
        return {"source": None, "cases": [{"case": n, "truncated": False, "chains": []} for n in _all(explained)]}
    told, cut = _tell(network, explained, source, per_case)
    steps = [step for chains in told.values() for _, some in chains for step in some]
    events = _read_events(session, principal, {event for step in steps for event in step.events})
    dates = read_dates(session, events.keys())
    deliveries = {step.delivery for step in steps if step.delivery is not None}
    described = describe_with(
        session,
        principal,
        source,
        deliveries,
        {batch for step in steps for batch in (step.batch, step.used) if batch is not None},
        {place for step in steps for place in (step.origin, step.destination) if place is not None},
    )
    writer = _Writer(network, described, events, dates)
    return {
        "source": write_source(source, explained, described, network.by_document()),
        "cases": [writer.case(number, told.get(number, []), number in cut) for number in _all(explained)],
    }


def _all(explained: Explained) -> range:
    return range(len(explained.cases))


# -- the ways as steps -------------------------------------------------------------------------------------------

Told = dict[int, list[tuple[Path, list[Step]]]]
"""The ways to each case, with their steps."""


def _tell(network: Network, explained: Explained, source: Source, per_case: int) -> tuple[Told, set[int]]:
    """Return the ways, and the cases to which there are more."""
    starts = source.nodes(network.by_document())
    bits = 0
    for node in starts:
        bits |= explained.of(node)
    stocks = index_stocks(network)
    wanted = set(set_bits(bits))
    told: Told = {}
    cut: set[int] = set()
    room = MAX_STEPS
    for tree in _trees(network, explained, source, starts):
        for number in sorted(wanted - told.keys()):
            paths, more = find_paths(tree, explained.cases[number], per_case)
            if more:
                cut.add(number)
            chains = []
            for path in paths:
                steps = list(tell_steps(network, stocks, path.nodes))
                room -= len(steps)
                if room < 0:
                    cut.add(number)
                    break
                chains.append((path, steps))
            if paths:
                told[number] = chains
        if told.keys() == wanted:
            break
    return told, cut


def _trees(network: Network, explained: Explained, source: Source, starts: Collection[Node]) -> Iterable[Tree]:
    """Yield the ways from where a batch began, then, for what these do not reach, from wherever it was."""
    if source.batch is not None:
        yield grow_tree(explained.ways, beginnings(network, source.batch))
    yield grow_tree(explained.ways, starts)


# -- reading and writing -----------------------------------------------------------------------------------------


def _read_events(session: Session, principal: Principal, numbers: Collection[int]) -> dict[int, Any]:
    """Return those of the events that the key may see."""
    found: dict[int, Any] = {}
    columns = Event.id, Event.event_id, Event.at, Event.type, Event.biz_step, Event.disposition
    for some in chunked(sorted(numbers)):
        rows = session.execute(select(*columns).where(Event.id.in_(some), seen_events(principal)))
        found.update((row.id, row) for row in rows)
    return found


class _Writer:
    """Writes ways by what was read of their batches, places, documents and events."""

    def __init__(
        self,
        network: Network,
        described: Described,
        events: Mapping[int, Any],
        dates: Mapping[int, Period | None],
    ) -> None:
        self.network, self.described, self.events, self.dates = network, described, events, dates

    def case(self, number: int, told: Sequence[tuple[Path, Sequence[Step]]], cut: bool) -> CasePaths:
        return {
            "case": number,
            "truncated": cut,
            "chains": [
                {
                    "assumptions": path.assumptions,
                    "deliveries": path.deliveries,
                    "truncated": path.cut,
                    "steps": [self._step(step) for step in steps],
                }
                for path, steps in told
            ],
        }

    def _step(self, step: Step) -> PathStep:
        seen = sorted(step.events & self.events.keys(), key=lambda event: (self.events[event].at, event))
        departed, arrived = self._dates(step, seen)
        amounts = {} if step.delivery is None else self.network.deliveries[step.delivery].amounts
        papers = () if step.delivery is None else step.delivery.documents
        row = {
            "kind": step.kind,
            "from": None if step.origin is None else self.described.place(step.origin),
            "to": None if step.destination is None else self.described.place(step.destination),
            "batch": self.described.batches[step.batch],
            "used": None if step.used is None else self.described.batches[step.used],
            "documents": sorted(self.described.documents[document] for document in papers),
            "departed": departed,
            "arrived": arrived,
            "quantities": [
                {
                    "uom": uom or None,
                    "shipped": exact_or_none(amount.shipped),
                    "received": exact_or_none(amount.received),
                }
                for uom, amount in sorted(amounts.items())
            ],
            "events": [self._event(event) for event in seen[:MAX_EVENTS]],
            "events_total": len(seen),
        }
        return cast(PathStep, row)

    def _dates(self, step: Step, seen: Sequence[int]) -> tuple[PathDates | None, PathDates | None]:
        """When it left and came; what did not move has one date for both."""
        if step.delivery is None:
            when = self._period(seen)
            return when, when
        moved = self.network.deliveries[step.delivery]
        return (
            self._period([event for event in seen if event in moved.departures]),
            self._period([event for event in seen if event in moved.arrivals]),
        )

    def _period(self, events: Iterable[int]) -> PathDates | None:
        known = [self.dates.get(event) for event in events]
        days = [period for period in known if period is not None]
        if not days or len(days) < len(known):
            return None
        return {
            "first": min(period.first for period in days).isoformat(),
            "last": max(period.last for period in days).isoformat(),
        }

    def _event(self, number: int) -> PathEvent:
        row = self.events[number]
        return {
            "event_id": row.event_id,
            "event_time": write_time(_EPOCH + timedelta(microseconds=row.at)) or "",
            "type": row.type,
            "biz_step": row.biz_step,
            "disposition": row.disposition,
        }
