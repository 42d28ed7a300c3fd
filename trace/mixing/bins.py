"""Whose stock is one: pools and bins, and their postings in order of time (RULES 7). Pure.

Where anything moved without a lot, or lots are mixed, all stock of the item at a node is one *pool*; elsewhere every
lot is a bin of its own. A bin's postings are cut into *steps*, arrivals first and then departures: within a step the
stock of units in scope and that of others only rise and then only fall, so what holds at its end holds throughout.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from trace.mixing.arcs import Arc, Flag, Node

Bin = tuple[Node, int | None]
"""A node and a lot; no lot: all its stock is one pool."""

STOCK = "at"


@dataclass(slots=True)
class Step:
    """Postings of a bin between which nothing has to be checked: ``arrivals``, and then ``departures``."""

    arrivals: list[Arc] = field(default_factory=list)
    departures: list[Arc] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bins:
    """The bins of a set of arcs; ``came_in`` and ``left_in`` say at which step of its bin each arc counts."""

    steps: Mapping[Bin, list[Step]]
    came_in: Mapping[int, int]
    left_in: Mapping[int, int]
    pools: frozenset[Node]

    def of(self, node: Node | None, lot: int | None) -> Bin | None:
        """The bin of a lot at a node."""
        if node is None:
            return None
        return (node, None if node in self.pools else lot)


def came_at(arc: Arc, tolerance: int) -> float:
    """Return from when on an arrival counts: up to ``tolerance`` before its record, from the start if unknown."""
    return -inf if arc.came is None else arc.came - tolerance


def left_at(arc: Arc) -> float:
    """Return when a departure counts: to the end if its date is unknown."""
    return inf if arc.left is None else arc.left


def sort_into_bins(arcs: Iterable[Arc], flags: Collection[Flag], tolerance: int) -> Bins:
    """Return the bins of ``arcs`` with their steps. Only stock is ordered by time; a line has one step."""
    arcs = list(arcs)
    pools: set[Node] = {(STOCK, flag.place) for flag in flags}
    for arc in arcs:
        if arc.lot is None:
            pools.update(node for node in (arc.tail, arc.head) if node is not None)
    arrivals: defaultdict[Bin, list[Arc]] = defaultdict(list)
    departures: defaultdict[Bin, list[Arc]] = defaultdict(list)
    for arc in arcs:
        if arc.tail is not None:
            departures[arc.tail, None if arc.tail in pools else arc.lot].append(arc)
        if arc.head is not None:
            arrivals[arc.head, None if arc.head in pools else arc.lot].append(arc)
    steps: dict[Bin, list[Step]] = {}
    came_in: dict[int, int] = {}
    left_in: dict[int, int] = {}
    for which in dict.fromkeys((*arrivals, *departures)):
        cut = _cut(which[0], arrivals.get(which, ()), departures.get(which, ()), tolerance)
        steps[which] = cut
        for index, step in enumerate(cut):
            for arc in step.arrivals:
                came_in[arc.number] = index
            for arc in step.departures:
                left_in[arc.number] = index
    return Bins(steps, came_in, left_in, frozenset(pools))


def _cut(node: Node, arrivals: Sequence[Arc], departures: Sequence[Arc], tolerance: int) -> list[Step]:
    if node[0] != STOCK:
        return [Step(list(arrivals), list(departures))]
    events = [(came_at(arc, tolerance), 0, arc.number, arc) for arc in arrivals]
    events += [(left_at(arc), 1, arc.number, arc) for arc in departures]
    events.sort(key=lambda event: event[:3])
    steps = [Step()]
    for _, leaves, _, arc in events:
        if leaves:
            steps[-1].departures.append(arc)
            continue
        if steps[-1].departures:
            steps.append(Step())
        steps[-1].arrivals.append(arc)
    return steps


def free_arcs(arcs: Iterable[Arc], in_scope: Collection[int], flags: Iterable[Flag], tolerance: int) -> list[Arc]:
    """Return the arcs that do not say whether their units are in scope.

    Those without a lot that do not come from a source, and those of a *tainted* lot: another lot that left a place
    while it mixed lots, from that moment on.
    """
    arcs = [arc for arc in arcs if arc.tail is not None and arc.lot not in in_scope]
    flagged: defaultdict[Node, list[Flag]] = defaultdict(list)
    for flag in flags:
        flagged[STOCK, flag.place].append(flag)
    since: dict[int, float] = {}
    for arc in arcs:
        mixes = flagged.get(arc.tail, ()) if arc.tail is not None else ()
        if arc.lot is not None and any(flag.holds(arc.left) for flag in mixes):
            moment = -inf if arc.left is None else arc.left - tolerance
            since[arc.lot] = min(moment, since.get(arc.lot, inf))
    return [arc for arc in arcs if arc.lot is None or _is_tainted(arc, since)]


def _is_tainted(arc: Arc, since: Mapping[int, float]) -> bool:
    if arc.lot is None or arc.tail is None or arc.lot not in since:
        return False
    return arc.tail[0] != STOCK or left_at(arc) >= since[arc.lot]


def totals(steps: Sequence[Step], unrecorded: int) -> tuple[int, list[int | None]]:
    """Return what a bin had from the start, and its whole stock at the end of each step; ``None``: no limit is known.

    ``unrecorded`` units in scope were there from the start, and so many others that the stock is never below 0. An
    arrival of an unknown quantity leaves the stock without a limit; a departure of one takes nothing for certain.
    """
    stock = unrecorded
    least = stock
    after: list[int | None] = []
    limited = True
    for step in steps:
        for arc in step.arrivals:
            if arc.quantity is None:
                limited = False
            else:
                stock += arc.quantity
        stock -= sum(arc.quantity or 0 for arc in step.departures)
        if limited:
            least = min(least, stock)
        after.append(stock if limited else None)
    missing = max(0, -least)
    return unrecorded + missing, [None if total is None else total + missing for total in after]
