"""The walk: which batches are reached, by what evidence, and the supply graph of the affected part (RULES 7, 20-21).

Pure, and the only user of networkx. The graphs hold what is affected and nothing else; parallel movements are summed
before they become an edge, because a DiGraph would overwrite them and lose units.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias

import networkx as nx

from trace.tally import Edge, Movement, Sum

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


def tiers(graph: Graph, makers: Collection[int]) -> dict[int, int]:
    """Return how many hand-overs lie between each place and the nearest of ``makers`` (0 for them).

    Where nobody recorded the making, the places that nothing arrives at count as makers. A place that cannot be
    reached from any of them is left out. Cycles (returns) do no harm: breadth first with a visited set.
    """
    starts = [place for place in makers if place in graph]
    if not starts:
        starts = [place for place in graph if graph.in_degree(place) == 0]
    level = dict.fromkeys(starts, 0)
    frontier: list[int] = list(level)
    while frontier:
        following: list[int] = []
        for place in frontier:
            for neighbour in graph.successors(place):
                if neighbour not in level:
                    level[neighbour] = level[place] + 1
                    following.append(neighbour)
        frontier = following
    return level


def find_evidence(sums: Iterable[Sum], seeds: Collection[int]) -> dict[int, Evidence]:
    """Return every affected place with its evidence: ``certain`` where a seed batch is named, else ``derived``.

    Every row counts, notes too: a place from which a shipment was voided, or that only stored or packed the goods,
    is a place that an event of the batch names. Dates prune nothing (RULES 7).
    """
    found: dict[int, Evidence] = {}
    for row in sums:
        evidence: Evidence = "certain" if row.batch in seeds else "derived"
        for place in (row.origin, row.destination):
            if place is not None and found.get(place) != "certain":
                found[place] = evidence
    return found
