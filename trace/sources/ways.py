"""The ways on which goods, and what may be wrong with them, went from delivery to delivery (pure).

The definitions are those of FoodChain-Lab (`data/README.md`): a delivery leads to those that it is linked to, whatever
their dates say; where goods are mixed, every delivery that comes in leads to every one that goes out no earlier; what
is stopped passes nothing on. Links may lead through other steps than deliveries: a batch held at a place, a
transformation. Everything is linear in what is given: closures are breadth first with a visited set, and a place that
mixes m deliveries into n adds m + n edges in a chain by date, never m × n.
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Literal

from trace.sources.periods import Period

Kind = Literal["delivery", "place", "at", "batch", "of", "held", "joined", "anywhere", "mixed"]
Node = tuple[Kind, Hashable]
"""A delivery by its ID; a ``place`` or ``batch`` as a source, and ``at`` a place or ``of`` a batch as what is reached;
a batch ``held`` at a place, ``joined`` in a transformation, or ``anywhere``; ``mixed`` is a rung of a mixing chain."""

SINKS: frozenset[Kind] = frozenset({"at", "of"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """Goods from one place to another; an end or a date that nobody knows is ``None``."""

    id: Hashable
    origin: Hashable | None
    destination: Hashable | None
    departed: Period | None = None
    arrived: Period | None = None

    @property
    def node(self) -> Node:
        """The delivery as a step."""
        return ("delivery", self.id)

    @property
    def earliest_arrival(self) -> date | None:
        """If only the departure is known it serves for both."""
        known = self.arrived or self.departed
        return None if known is None else known.first

    @property
    def latest_departure(self) -> date | None:
        """If only the arrival is known it serves for both."""
        known = self.departed or self.arrived
        return None if known is None else known.last


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the search assumes beside the record.

    Places, or deliveries that arrive at one place, between which goods were mixed; places and deliveries that pass
    nothing on (a treatment removed the hazard); whether ``dates`` prune what was mixed. Same day and unknown count.
    """

    mixing_places: frozenset[Hashable] = frozenset()
    mixing_deliveries: frozenset[Hashable] = frozenset()
    stopped_places: frozenset[Hashable] = frozenset()
    stopped_deliveries: frozenset[Hashable] = frozenset()
    dates: bool = True


@dataclass(slots=True)
class Ways:
    """A directed graph of steps: ``nodes`` by number, and what is ``following`` each, by number."""

    numbers: dict[Node, int] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    following: list[list[int]] = field(default_factory=list)

    def number(self, node: Node) -> int:
        """The number of a step, made on first sight."""
        found = self.numbers.get(node)
        if found is None:
            found = self.numbers[node] = len(self.nodes)
            self.nodes.append(node)
            self.following.append([])
        return found

    def lead(self, start: Node, end: Node) -> None:
        """Let ``start`` lead to ``end``."""
        self.following[self.number(start)].append(self.number(end))

    def reached(self, starts: Iterable[Node], kind: Kind) -> set[Hashable]:
        """Return the IDs of what ``starts`` lead to, of one kind, without the starts themselves."""
        return self._closure(starts, kind, self.following)

    def leading(self, ends: Iterable[Node], kind: Kind) -> set[Hashable]:
        """Return the IDs of what leads to ``ends``, of one kind, without the ends themselves."""
        return self._closure(ends, kind, self.preceding())

    def preceding(self) -> list[list[int]]:
        """What leads to each step, by number."""
        found: list[list[int]] = [[] for _ in self.nodes]
        for number, some in enumerate(self.following):
            for other in some:
                found[other].append(number)
        return found

    def _closure(self, starts: Iterable[Node], kind: Kind, edges: Sequence[Sequence[int]]) -> set[Hashable]:
        first = [self.numbers[node] for node in starts if node in self.numbers]
        seen = set(first)
        waiting = deque(first)
        while waiting:
            for other in edges[waiting.popleft()]:
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        own = {self.nodes[number] for number in first}
        return {node[1] for node in (self.nodes[number] for number in seen) if node[0] == kind and node not in own}


def build_ways(
    deliveries: Collection[Delivery],
    links: Iterable[tuple[Node, Node]],
    assumptions: Assumptions = Assumptions(),
    places: Mapping[Node, Hashable] | None = None,
) -> Ways:
    """Return the ways between ``deliveries``, by ``links`` and ``assumptions``.

    ``places`` says of steps that are no deliveries where they are, for what is stopped there.
    """
    at: dict[Node, Hashable] = {one.node: one.destination for one in deliveries if one.destination is not None}
    at.update(places or {})
    ways = Ways()
    for one in deliveries:
        ways.number(one.node)
    nothing_stops = not (assumptions.stopped_places or assumptions.stopped_deliveries)
    for start, end in chain(links, _ends(deliveries)):
        if nothing_stops or _passes(start, end, at, assumptions):
            ways.lead(start, end)
    _mix(ways, deliveries, assumptions)
    return ways


def _ends(deliveries: Iterable[Delivery]) -> Iterable[tuple[Node, Node]]:
    """A place leads to what leaves it and to what is found at it, a delivery to the place that it comes to."""
    places: dict[Hashable, None] = {}
    for one in deliveries:
        if one.origin is not None:
            places[one.origin] = None
            yield ("place", one.origin), one.node
        if one.destination is not None:
            places[one.destination] = None
            yield one.node, ("at", one.destination)
    for place in places:
        yield ("place", place), ("at", place)


def _passes(start: Node, end: Node, at: Mapping[Node, Hashable], assumptions: Assumptions) -> bool:
    kind, name = start
    if kind == "delivery" and name in assumptions.stopped_deliveries:
        return end[0] == "of"  # it is still goods of its batch
    place = name if kind == "place" else at.get(start)
    return place is None or place not in assumptions.stopped_places or end[0] in SINKS


def _mix(ways: Ways, deliveries: Collection[Delivery], assumptions: Assumptions) -> None:
    incoming: dict[Hashable, list[Delivery]] = {}
    outgoing: dict[Hashable, list[Delivery]] = {}
    flagged: dict[Hashable, list[Delivery]] = {}
    for one in deliveries:
        if one.origin is not None and one.origin in assumptions.mixing_places:
            outgoing.setdefault(one.origin, []).append(one)
        passes = one.destination not in assumptions.stopped_places and one.id not in assumptions.stopped_deliveries
        if one.destination is None or not passes:
            continue
        if one.destination in assumptions.mixing_places:
            incoming.setdefault(one.destination, []).append(one)
        if one.id in assumptions.mixing_deliveries:
            flagged.setdefault(one.destination, []).append(one)
    by_id = {one.id: one for one in deliveries} if flagged else {}
    shared = {  # before any mixing is added: what they lead to by links alone
        place: [by_id[name] for name in next_deliveries(ways, [one.node for one in some])]
        for place, some in flagged.items()
    }
    for place, some in incoming.items():
        _add_chain(ways, ("place", place), some, outgoing.get(place, ()), assumptions.dates)
    for place, some in flagged.items():
        _add_chain(ways, ("deliveries", place), some, shared[place], assumptions.dates)


def next_deliveries(ways: Ways, starts: Iterable[Node]) -> list[Hashable]:
    """The deliveries that ``starts`` lead to with no other delivery between."""
    found: dict[Hashable, None] = {}
    seen = {ways.number(node) for node in starts}
    waiting = deque(seen)
    while waiting:
        for other in ways.following[waiting.popleft()]:
            if other in seen and ways.nodes[other][0] != "delivery":
                continue
            if ways.nodes[other][0] == "delivery":
                found[ways.nodes[other][1]] = None
            else:
                seen.add(other)
                waiting.append(other)
    return list(found)


def _add_chain(
    ways: Ways, name: Hashable, incoming: Iterable[Delivery], outgoing: Iterable[Delivery], dates: bool
) -> None:
    """Let each of ``incoming`` lead to all of ``outgoing`` that may have left no earlier than it came."""
    rungs = sorted(outgoing, key=lambda one: one.latest_departure or date.max)
    if not rungs:
        return
    departures = [one.latest_departure or date.max for one in rungs]
    for rung, one in enumerate(rungs):
        ways.lead(("mixed", (name, rung)), one.node)
        if rung:
            ways.lead(("mixed", (name, rung - 1)), ("mixed", (name, rung)))
    for one in incoming:
        first = bisect_left(departures, one.earliest_arrival or date.min) if dates else 0
        if first < len(rungs):
            ways.lead(one.node, ("mixed", (name, first)))
