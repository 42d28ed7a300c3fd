"""The walk: which batches are reached, by what evidence, and the supply graph of the affected part (RULES 7, 20-21).

Pure. The graph (networkx) holds what is affected and nothing else; parallel movements are summed before they become an
edge, because a DiGraph would overwrite them and lose units. What a recall of half a million movements asks for is read
off columns instead.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias, TypeVar

import networkx as nx
import numpy as np

from trace.movements import Edge, Movement
from trace.postings import NOWHERE, Integers, Postings, distinct, is_among

Graph: TypeAlias = "nx.DiGraph[int]"
"""Places and what moved between them."""

Evidence = Literal["certain", "derived", "possible"]
"""Strongest first; RULES 7."""


def build_supply_graph(movements: Mapping[Edge, Movement]) -> Graph:
    """Return the graph of places; an edge carries ``batches``, the movements it sums by (batch, unit of measure).

    Amounts of different batches or units are never added here: they mean nothing together. A movement of which one end
    is not recorded makes its other end a node and no edge.
    """
    graph: Graph = nx.DiGraph()
    for (origin, destination, batch, uom), movement in movements.items():
        if origin is None or destination is None:
            graph.add_nodes_from(place for place in (origin, destination) if place is not None)
            continue
        if not graph.has_edge(origin, destination):
            graph.add_edge(origin, destination, batches={})
        graph.edges[origin, destination]["batches"][(batch, uom)] = movement
    return graph


Name = TypeVar("Name", str, int)


def leading_to(links: Iterable[tuple[Name, Name]], ends: Iterable[Name]) -> set[Name]:
    """Return ``ends`` and everything from which links lead to one of them. Cycles do no harm."""
    graph = nx.DiGraph((target, origin) for origin, target in links)
    wanted = set(ends)
    starts = [end for end in wanted if end in graph]
    return wanted.union(*nx.bfs_layers(graph, starts)) if starts else wanted


def layers(names: Iterable[Name], links: Iterable[tuple[Name, Name]]) -> dict[Name, int]:
    """Return for each name the length of the longest way to it; names that lie on a cycle together are one step."""
    graph = nx.DiGraph(links)
    graph.add_nodes_from(names)
    whole = nx.condensation(graph)
    depth: dict[int, int] = {}
    for group in nx.topological_sort(whole):
        depth[group] = max((depth[before] + 1 for before in whole.predecessors(group)), default=0)
    return {name: depth[group] for name, group in whole.graph["mapping"].items()}


def tiers(places: Integers, origins: Integers, destinations: Integers, makers: Collection[int]) -> Integers:
    """Return how many hand-overs lie between each of ``places`` and the nearest of ``makers`` (0 for them).

    The two columns are positions in ``places``: what anything moved between, a pair of places maybe several times.
    Where nobody recorded the making, the places that nothing arrives at count as makers. A place that cannot be
    reached from any of them has −1. Cycles (returns) do no harm: breadth first, each place once.
    """
    level = np.full(places.size, -1)
    trades = np.zeros(places.size, dtype=np.bool_)
    trades[origins] = trades[destinations] = True
    trades[places == NOWHERE] = False
    both = trades[origins] & trades[destinations]
    origins, destinations = origins[both], destinations[both]
    starts = trades & is_among(places, makers)
    if not starts.any():
        starts = trades.copy()
        starts[destinations] = False
    level[starts] = 0
    distance = 0
    while distance < _SHALLOW:  # trade is shallow: a look at every movement is cheaper than sorting them
        reached = destinations[level[origins] == distance]
        reached = reached[level[reached] < 0]
        if reached.size == 0:
            break
        distance += 1
        level[reached] = distance
    else:
        _go_on(level, origins, destinations, distance)
    return level


_SHALLOW = 12


def _go_on(level: Integers, origins: Integers, destinations: Integers, distance: int) -> None:
    """Go on breadth first from the places at ``distance``, however far it leads."""
    order = np.argsort(origins, kind="stable")
    following = destinations[order]
    first = np.searchsorted(origins[order], np.arange(level.size + 1))
    frontier = np.flatnonzero(level == distance)
    while frontier.size:
        distance += 1
        reached = following[_ranges(first[frontier], first[frontier + 1])]
        frontier = distinct(reached[level[reached] < 0])
        level[frontier] = distance


def _ranges(begin: Integers, end: Integers) -> Integers:
    """Return the numbers of all half-open ranges, one range after the other."""
    lengths = end - begin
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(begin - before, lengths)


def find_evidence(postings: Postings, seeds: Collection[int]) -> dict[int, Evidence]:
    """Return every affected place with its evidence: ``certain`` where a seed batch is named, else ``derived``.

    Every row counts, notes too: a place from which a shipment was voided, or that only stored or packed the goods,
    is a place that an event of the batch names. Dates prune nothing (RULES 7).
    """
    ends = postings.ends
    named = is_among(postings.batch, seeds)
    certain = np.zeros(ends.places.size, dtype=np.bool_)
    certain[ends.origin[named]] = True
    certain[ends.destination[named]] = True
    return {
        place: "certain" if sure else "derived"
        for place, sure in zip(ends.places.tolist(), certain.tolist(), strict=True)
        if place != NOWHERE
    }
