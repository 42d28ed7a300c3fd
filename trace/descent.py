"""The genealogy in memory (RULES 20-21): batches and transformations as the nodes of one graph, distances, links. Pure.

An edge goes from a batch to the transformation that used it up, or from a transformation to a batch that it made. So a
thousand inputs and a thousand outputs are two thousand edges; the million links between them are told one by one.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np

Link = tuple[int, int]
"""(input batch, output batch)."""

Nodes: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"

AT_ONCE = 100_000
"""About so many links are put together at a time."""


class _Ways(NamedTuple):
    """Every input on its way into a transformation, in order, and where in ``outputs`` those of that one stand."""

    inputs: Nodes
    first: Nodes
    counts: Nodes
    outputs: Nodes


def transformation_node(transformation: int) -> int:
    """Return the node of a transformation: a negative number, which no batch has.

    ``transformation`` is the number of its ID, or minus the number of its only event; the same text may be the ID of a
    transformation and of a batch, so the two keep apart here.
    """
    return -2 * transformation if transformation > 0 else 2 * transformation + 1


def measure_distances(seeds: Collection[int], here: Sequence[int], there: Sequence[int]) -> dict[int, int]:
    """Return the batches that edges lead to from ``seeds``, with the least number of transformations on the way.

    Edge by edge, ``here`` has the node it leaves and ``there`` the one it leads to. Edges in the order of a walk, as
    databases give them, are looked through once: whoever is met first is met by the shortest way. In any other order
    it takes more rounds. Cycles do no harm: a distance only ever gets shorter.
    """
    steps = dict.fromkeys(seeds, 0)
    endless = 2 * len(here) + 1
    again = True
    while again:
        shorter = unordered = False
        before = 0
        for node, following in zip(here, there, strict=True):
            step = steps.get(node, endless)
            if step < before:
                unordered = True
            before = step
            if step + 1 < steps.get(following, endless):
                steps[following] = step + 1
                shorter = True
        again = shorter and unordered
    return {node: step // 2 for node, step in steps.items() if node > 0}


class Links(Set[Link]):
    """The links that edges make: for each transformation, of every input with every output.

    Edge by edge, ``sources`` and ``targets`` are its ends the way of production. Links are put together when they are
    asked for, in order and a part at a time; in memory there are only the edges.
    """

    def __init__(self, sources: Sequence[int], targets: Sequence[int]) -> None:
        self._sources, self._targets = sources, targets

    @cached_property
    def _ways(self) -> _Ways:
        sources, targets = np.array(self._sources, np.int64), np.array(self._targets, np.int64)
        going_in, coming_out = targets < 0, sources < 0
        inputs, into = _distinct_pairs(sources[going_in], targets[going_in])
        nodes, outputs = _distinct_pairs(sources[coming_out], targets[coming_out])
        first = np.searchsorted(nodes, into)
        return _Ways(inputs, first, np.searchsorted(nodes, into, "right") - first, outputs)

    @cached_property
    def outputs(self) -> frozenset[int]:
        """The batches that were made."""
        return frozenset(target for target in self._targets if target > 0)

    @property
    def at_most(self) -> int:
        """No more links than this; fewer where batches were in several transformations together."""
        return int(self._ways.counts.sum())

    def within(self, batches: Set[int]) -> "Links":
        """Return the links between two of ``batches``."""
        ends = zip(self._sources, self._targets, strict=True)
        kept = [(source, target) for source, target in ends if max(source, target) in batches]
        return Links([source for source, _ in kept], [target for _, target in kept])

    def __iter__(self) -> Iterator[Link]:
        for inputs, outputs in self._parts():
            yield from zip(inputs.tolist(), outputs.tolist(), strict=True)

    def __len__(self) -> int:
        return sum(len(inputs) for inputs, _ in self._parts())

    def __contains__(self, link: object) -> bool:
        if not isinstance(link, tuple) or len(link) != 2:
            return False
        inputs, first, counts, outputs = self._ways
        mine = slice(*(int(np.searchsorted(inputs, link[0], side)) for side in ("left", "right")))
        ranges = zip(first[mine].tolist(), counts[mine].tolist(), strict=True)
        return any(link[1] in outputs[start : start + count] for start, count in ranges)

    def _parts(self) -> Iterator[tuple[Nodes, Nodes]]:
        """Yield inputs and outputs, as many whole inputs at a time as have about ``AT_ONCE`` links."""
        inputs, first, counts, outputs = self._ways
        ends = np.cumsum(counts)
        start = 0
        while start < len(inputs):
            before = ends[start] - counts[start]
            last = max(int(np.searchsorted(ends, before + AT_ONCE)), start)
            stop = int(np.searchsorted(inputs, inputs[min(last, len(inputs) - 1)], "right"))
            some = counts[start:stop]
            offsets = np.arange(some.sum()) - np.repeat(np.cumsum(some) - some, some)
            yield _distinct_pairs(
                np.repeat(inputs[start:stop], some), outputs[np.repeat(first[start:stop], some) + offsets]
            )
            start = stop

    @classmethod
    def _from_iterable(cls, links: Iterable[Link]) -> Set[Link]:  # type: ignore[override]
        return frozenset(links)


def _distinct_pairs(one: Nodes, other: Nodes) -> tuple[Nodes, Nodes]:
    order = np.lexsort((other, one))
    one, other = one[order], other[order]
    new = np.ones(len(one), bool)
    new[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    return one[new], other[new]
