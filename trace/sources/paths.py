"""The strongest ways from a source to each case (pure): one tree of ways, never an enumeration of paths.

A way is the stronger the less of it is assumed: first the one with the fewest mixing places and moves that nobody
recorded, then the one with the fewest deliveries.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from trace.sources.scores import Case
from trace.sources.ways import SINKS, Kind, Node, Ways

MAX_NODES = 400
"""Of one way; the part nearest to the case is kept."""

MAX_ARRIVALS = 50
"""Arrivals at one case that are looked at, the strongest first."""

ASSUMED: frozenset[Kind] = frozenset({"mixed", "anywhere"})

_FAR = (1 << 60, 0)
_START = -1


class Path(NamedTuple):
    """The steps from the source to a case, with what is assumed and all deliveries counted; ``cut`` says that the
    first steps are left out.
    """

    nodes: list[Node]
    assumptions: int
    deliveries: int
    cut: bool


@dataclass
class Tree:
    """The strongest way to each step by its number: (assumptions, deliveries), and the step before it."""

    ways: Ways
    cost: list[tuple[int, int]]
    before: list[int]

    def reaches(self, number: int) -> bool:
        """Whether any way leads there."""
        return self.cost[number] < _FAR

    @cached_property
    def sinks(self) -> dict[int, list[int]]:
        """The steps that are reached and lead to each sink: where goods are found."""
        kinds = [node[0] in SINKS for node in self.ways.nodes]
        found: dict[int, list[int]] = {}
        for number, following in enumerate(self.ways.following):
            if self.reaches(number):
                for other in following:
                    if kinds[other]:
                        found.setdefault(other, []).append(number)
        return found


def grow_tree(ways: Ways, starts: Iterable[Node]) -> Tree:
    """Return the strongest ways from ``starts`` to everything that they reach (Dijkstra 1959)."""
    cost = [_FAR] * len(ways.nodes)
    before = [_START] * len(ways.nodes)
    weights = [(0, int(node[0] == "delivery")) for node in ways.nodes]
    assumed = [node[0] in ASSUMED for node in ways.nodes]
    waiting = [(weights[number], number) for number in {ways.numbers[node] for node in starts if node in ways.numbers}]
    for known, number in waiting:
        cost[number] = known
    heapify(waiting)
    while waiting:
        known, number = heappop(waiting)
        if known > cost[number]:
            continue
        for other in ways.following[number]:
            more = known[0] + (assumed[other] and not assumed[number]), known[1] + weights[other][1]
            if more < cost[other]:
                cost[other], before[other] = more, number
                heappush(waiting, (more, other))
    return Tree(ways, cost, before)


def find_paths(tree: Tree, case: Case, most: int) -> tuple[list[Path], bool]:
    """Return the strongest ways to a case, ``most`` of them, and whether there are more.

    Each ends where goods first came to the case: a way that goes on from one arrival to the next is no other.
    """
    arrivals = _arrivals(tree, case)
    paths: list[Path] = []
    for number in sorted(arrivals, key=lambda one: (tree.cost[one], one))[:MAX_ARRIVALS]:
        path = _path(tree, number, arrivals)
        if path is None:
            continue
        if len(paths) == most:
            return paths, True
        paths.append(path)
    return paths, len(arrivals) > MAX_ARRIVALS


def _arrivals(tree: Tree, case: Case) -> set[int]:
    found: set[int] = set()
    for node in case.nodes:
        number = tree.ways.numbers.get(node)
        if number is None:
            continue
        if node[0] in SINKS:
            found.update(tree.sinks.get(number, ()))
        elif tree.reaches(number):
            found.add(number)
    return found


def _path(tree: Tree, end: int, arrivals: Collection[int]) -> Path | None:
    """The way to ``end``; None if it leads through another of ``arrivals``."""
    numbers = [end]
    while tree.before[numbers[-1]] != _START and len(numbers) < MAX_NODES:
        number = tree.before[numbers[-1]]
        if number in arrivals:
            return None
        numbers.append(number)
    nodes = [tree.ways.nodes[number] for number in reversed(numbers)]
    return Path(nodes, *tree.cost[end], tree.before[numbers[-1]] != _START)


def nearest(ways: Ways, cases: Sequence[Case], candidates: Collection[Node]) -> Node | None:
    """Return the candidate with the fewest steps to any case; of several, that which is first in the order given."""
    preceding = ways.preceding()
    level = list({ways.numbers[node] for case in cases for node in case.nodes if node in ways.numbers})
    seen: set[int] = set(level)
    wanted = {ways.numbers[node]: rank for rank, node in enumerate(candidates)}
    while level:
        found = [wanted[number] for number in level if number in wanted]
        if found:
            return list(candidates)[min(found)]
        level = list({other for number in level for other in preceding[number]} - seen)
        seen.update(level)
    return None
