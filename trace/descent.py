"""The genealogy in memory (RULES 20-21): batches and transformations as the nodes of one graph, distances, links. Pure.

An edge goes from a batch to the transformation that used it up, or from a transformation to a batch that it made. So a
thousand inputs and a thousand outputs are two thousand edges; the million links between them are told one by one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from functools import cached_property

Link = tuple[int, int]
"""(input batch, output batch)."""


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
    asked for, in order; in memory there are only the edges.
    """

    def __init__(self, sources: Sequence[int], targets: Sequence[int]) -> None:
        self._sources, self._targets = sources, targets

    @cached_property
    def _following(self) -> dict[int, list[int]]:
        following: dict[int, list[int]] = {}
        for source, target in zip(self._sources, self._targets, strict=True):
            following.setdefault(source, []).append(target)
        return following

    def __iter__(self) -> Iterator[Link]:
        for batch in self._inputs():
            for made in sorted(self.made_from(batch)):
                yield batch, made

    def __len__(self) -> int:
        return sum(len(self.made_from(batch)) for batch in self._inputs())

    def __contains__(self, link: object) -> bool:
        return isinstance(link, tuple) and len(link) == 2 and link[1] in self.made_from(link[0])

    @property
    def at_most(self) -> int:
        """No more links than this; fewer where batches were in several transformations together."""
        inputs: Counter[int] = Counter()
        for node, following in self._following.items():
            if node > 0:
                inputs.update(set(following))
        return sum(count * len(set(self._following.get(node, ()))) for node, count in inputs.items())

    def within(self, batches: Set[int]) -> "Links":
        """Return the links between two of ``batches``."""
        ends = zip(self._sources, self._targets, strict=True)
        kept = [(source, target) for source, target in ends if max(source, target) in batches]
        return Links([source for source, _ in kept], [target for _, target in kept])

    def made_from(self, batch: int) -> set[int]:
        """Return the outputs of all transformations that ``batch`` went into."""
        nodes = self._following.get(batch, ()) if batch > 0 else ()
        return {made for node in nodes for made in self._following.get(node, ())}

    def _inputs(self) -> Iterable[int]:
        return sorted(node for node in self._following if node > 0)

    @classmethod
    def _from_iterable(cls, links: Iterable[Link]) -> Set[Link]:  # type: ignore[override]
        return frozenset(links)
