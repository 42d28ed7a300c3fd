"""Bounds on networks too large to enumerate, held against a linear programme that a library solves."""

import os
import random
from collections.abc import Collection
from dataclasses import dataclass

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trace.mixing.enumeration import Bin, Network, free_arcs, places, property_of, steps_of_bins, totals_after
from tests.trace.mixing.simulated import Habits, simulate

CAMPAIGN = int(os.environ.get("SUYUAN_CAMPAIGN", "20000"))
END = "end"

seeds = st.integers(0, 2**48)
larger = Habits(places=8, steps=100, most=20, no_lot=0.45)


@dataclass
class Programme:
    """The in-scope units as a flow through every stock at every moment; ``arcs`` and ``rests`` are edges in it."""

    graph: "nx.DiGraph[object]"
    arcs: dict[int, tuple[object, object]]
    rests: dict[Bin, tuple[object, object]]

    def limits(self, edges: Collection[tuple[object, object]]) -> tuple[int, int]:
        """The least and the greatest sum over these edges."""
        found = []
        for sign in (1, -1):
            nx.set_edge_attributes(self.graph, 0, "weight")
            for edge in edges:
                self.graph.edges[edge]["weight"] += sign
            cost, _ = nx.network_simplex(self.graph)
            found.append(sign * int(cost))
        return found[0], found[1]


def programme_of(one: Network) -> Programme:
    """Each stock is a row of nodes, one a step; what stays goes on to the next, at most the whole stock then."""
    graph: nx.DiGraph[object] = nx.DiGraph()
    needs: dict[object, int] = {}
    left: dict[int, object] = {}
    came: dict[int, object] = {}
    rests: dict[Bin, tuple[object, object]] = {}
    for stock, steps in steps_of_bins(one).items():
        if stock[1] in one.in_scope:
            continue
        totals = totals_after(one, steps)
        missing = max(0, -min(totals))
        nodes = [(stock, number) for number in range(len(steps))]
        for node, following, total in zip(nodes, [*nodes[1:], (stock, END)], totals[1:], strict=True):
            graph.add_edge(node, following, capacity=total + missing)
        graph.add_edge((stock, END), END)
        rests[stock] = (nodes[-1], (stock, END))
        for node, (_, sign, index) in zip(nodes, steps, strict=True):
            arc = one.arcs[index]
            (came if sign == -1 else left)[arc.number] = node
            if arc.lot in one.in_scope:
                needs[node] = sign * (arc.quantity or 0)
    arcs: dict[int, tuple[object, object]] = {}
    for arc in free_arcs(one):
        edge = (left[arc.number], came.get(arc.number, ("gone", arc.number)))
        graph.add_edge(*edge, capacity=arc.quantity)
        if arc.number not in came:
            graph.add_edge(edge[1], END)
        arcs[arc.number] = edge
    needs[END] = -sum(needs.values())
    graph.add_nodes_from((node, {"demand": need}) for node, need in needs.items())
    return Programme(graph, arcs, rests)


def check(one: Network) -> None:
    """Hold every movement without a name, and every place, against the programme."""
    programme, mixed = programme_of(one), one.solve()
    for number, edge in programme.arcs.items():
        found = mixed.arcs.get(number)
        assert programme.limits([edge]) == ((found.lower, found.upper) if found else (0, 0)), f"movement {number}"
    for place in places(one):
        found = mixed.places.get(place)
        if found is not None:
            least, most = programme.limits(edges_to(one, programme, place))
            named = named_at(one, place)
            assert (found.lower, found.upper) == (least + named, most + named), f"place {place}"


def edges_to(one: Network, programme: Programme, place: int) -> list[tuple[object, object]]:
    lines = {arc.head for arc in one.arcs if arc.head is not None and arc.head[0] == "line" and arc.to == place}
    arriving = [arc.number for arc in one.arcs if arc.head == ("at", place)]
    return [
        *(programme.arcs[number] for number in arriving if number in programme.arcs),
        *(edge for (node, _), edge in programme.rests.items() if node in lines),
    ]


def named_at(one: Network, place: int) -> int:
    """What came in by name, and what is under way by name on lines that only names touch."""
    named = sum(arc.quantity or 0 for arc in one.arcs if arc.lot in one.in_scope and arc.head == ("at", place))
    lines = {arc.head for arc in one.arcs if arc.head is not None and arc.head[0] == "line" and arc.to == place}
    for (node, lot), steps in steps_of_bins(one).items():
        if node in lines and lot in one.in_scope:
            named -= sum(sign * (one.arcs[index].quantity or 0) for _, sign, index in steps)
    return named


def run(seed: int) -> None:
    one = simulate(random.Random(seed), larger)
    try:
        check(one)
    except Exception as error:
        error.add_note(f"seed {seed}")
        raise


@property_of(8)
@given(seeds)
def test_bounds_are_those_of_the_linear_programme(seed: int) -> None:
    run(seed)


@pytest.mark.campaign
def test_campaign() -> None:
    first = int(os.environ.get("SUYUAN_CAMPAIGN_SEED", "0"))
    for seed in range(first, first + CAMPAIGN // 100):
        run(seed)
