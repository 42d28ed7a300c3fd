"""The walk: which batches are reached, by what evidence, and the supply graph of the affected part (RULES 7, 20-21).

Pure. The graph (networkx) holds what is affected and nothing else; parallel movements are summed before they become an
edge, because a DiGraph would overwrite them and lose units. What a recall of half a million movements asks for is read
off columns instead.
"""

from collections.abc import Collection, Mapping
from typing import Literal, TypeAlias

import networkx as nx
import numpy as np

from trace.movements import Edge, Movement
from trace.postings import NOWHERE, Integers, Postings, factorise, is_among

Graph: TypeAlias = "nx.DiGraph[int]"
"""Places and what moved between them."""

Evidence = Literal["certain", "derived"]
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


def tiers(origins: Integers, destinations: Integers, makers: Collection[int]) -> dict[int, int]:
    """Return how many hand-overs lie between each place and the nearest of ``makers`` (0 for them).

    The two columns are the pairs of places that anything moved between. Where nobody recorded the making, the places
    that nothing arrives at count as makers. A place that cannot be reached from any of them is left out. Cycles
    (returns) do no harm: breadth first, each place once.
    """
    places, which = factorise(np.concatenate((origins, destinations)))
    origin, destination = which[: origins.size], which[origins.size :]
    order = np.argsort(origin, kind="stable")
    destination = destination[order]
    first = np.searchsorted(origin[order], np.arange(places.size + 1))
    frontier = np.flatnonzero(is_among(places, makers))
    if frontier.size == 0:
        frontier = np.setdiff1d(np.arange(places.size), destination)
    level = np.full(places.size, -1)
    distance = 0
    while frontier.size:
        level[frontier] = distance
        distance += 1
        following = destination[_ranges(first[frontier], first[frontier + 1])]
        frontier = np.unique(following[level[following] < 0])
    reached = level >= 0
    return dict(zip(places[reached].tolist(), level[reached].tolist(), strict=True))


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
