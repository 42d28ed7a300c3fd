"""The genealogy in memory (RULES 20-21): batches and transformations as the nodes of one graph, distances, links. Pure.

An edge goes from a batch to the transformation that used it up, or from a transformation to a batch that it made. So a
thousand inputs and a thousand outputs are two thousand edges; the million links between them are told one by one.
"""

from collections.abc import Collection, Iterable, Iterator, Set

Link = tuple[int, int]
"""(input batch, output batch)."""

Edge = tuple[int, int]
"""(batch, transformation's node) or (transformation's node, batch)."""


def transformation_node(transformation: int) -> int:
    """Return the node of a transformation: a negative number, which no batch has.

    ``transformation`` is the number of its ID, or minus the number of its only event; the same text may be the ID of a
    transformation and of a batch, so the two keep apart here.
    """
    return -2 * transformation if transformation > 0 else 2 * transformation + 1


def measure_distances(seeds: Collection[int], edges: Collection[Edge]) -> dict[int, int]:
    """Return the batches that ``edges`` lead to from ``seeds``, with the least number of transformations on the way.

    Edges that come in the order of a walk, as databases give them, settle everything the first time they are looked
    through; in any other order it takes more rounds. Cycles do no harm: a distance only ever gets shorter.
    """
    steps = dict.fromkeys(seeds, 0)
    farther = len(edges) * 2 + 1
    changed = True
    while changed:
        changed = False
        for here, there in edges:
            step = steps.get(here, farther) + 1
            if step < steps.get(there, farther):
                steps[there] = step
                changed = True
    return {node: step // 2 for node, step in steps.items() if node > 0}


class Links(Set[Link]):
    """The links that a set of edges makes: for each transformation, of every input with every output.

    ``edges`` go the way of production: input, transformation, output. Links are put together when they are asked for,
    in order; in memory there are only the edges.
    """

    def __init__(self, edges: Iterable[Edge]) -> None:
        self._next: dict[int, list[int]] = {}
        for here, there in edges:
            self._next.setdefault(here, []).append(there)

    def __iter__(self) -> Iterator[Link]:
        for batch in self._inputs():
            for made in sorted(self.made_from(batch)):
                yield batch, made

    def __len__(self) -> int:
        return sum(len(self.made_from(batch)) for batch in self._inputs())

    def __contains__(self, link: object) -> bool:
        return isinstance(link, tuple) and len(link) == 2 and link[1] in self.made_from(link[0])

    def made_from(self, batch: int) -> set[int]:
        """Return the outputs of all transformations that ``batch`` went into."""
        return {made for node in self._next.get(batch, ()) for made in self._next.get(node, ())}

    def _inputs(self) -> Iterable[int]:
        return sorted(node for node in self._next if node > 0)

    @classmethod
    def _from_iterable(cls, links: Iterable[Link]) -> Set[Link]:  # type: ignore[override]
        return frozenset(links)
