"""A connected part of the flow of units: its pools step by step, as a network that can be asked (RULES 7). Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from trace.mixing.arcs import Arc
from trace.mixing.bins import Bin, Bins, left_at, totals
from trace.mixing.network import Network


@dataclass(frozen=True, slots=True)
class Part:
    """What a part knows: ``edges`` of the arcs that are open in it, ``rests`` what stays in each bin at the end.

    From half of ``endless`` units on, a most is no limit.
    ``unrecorded`` is what each bin must have had without a record.
    """

    network: Network
    edges: Mapping[int, int]
    rests: Mapping[Bin, int]
    endless: int
    unrecorded: Mapping[Bin, int]

    def least(self, edges: Collection[int]) -> int:
        """Return the least total of flow along ``edges``."""
        return self.network.least(edges)

    def most(self, edges: Collection[int]) -> int | None:
        """Return the greatest total of flow along ``edges``; ``None``: no limit is known."""
        found = self.network.most(edges)
        return None if 2 * found >= self.endless else found


def build_part(bins: Bins, members: Sequence[Bin], variable: Collection[Arc], in_scope: Collection[int]) -> Part:
    """Return the part of ``members`` that the ``variable`` arcs join.

    Records that contradict themselves are settled first: by the least possible number of units in scope that nobody
    recorded and, where that does not do, by leaving open how many other units there were.
    """
    open_arcs = {arc.number for arc in variable}
    unrecorded = _find_unrecorded(bins, members, variable, open_arcs, in_scope)
    limits = {which: totals(bins.steps[which], unrecorded.get(which, 0))[1] for which in members}
    part = _connect(bins, members, variable, open_arcs, in_scope, unrecorded, limits)
    if part is None:
        unlimited: dict[Bin, list[int | None]] = {which: [None] * len(bins.steps[which]) for which in members}
        part = _connect(bins, members, variable, open_arcs, in_scope, unrecorded, unlimited)
    assert part is not None, "without upper limits there is always a flow"
    return part


def named(arcs: Iterable[Arc], open_arcs: Collection[int], in_scope: Collection[int]) -> int:
    """Return how many units in scope ``arcs`` carry for certain."""
    return sum(arc.quantity or 0 for arc in arcs if arc.lot in in_scope and arc.number not in open_arcs)


def _endless(bins: Bins, members: Iterable[Bin], variable: Collection[Arc], unrecorded: Iterable[int]) -> int:
    """Twice a number that no limited flow reaches, so that one less a few units still shows."""
    known = sum(unrecorded) + sum(arc.quantity or 0 for arc in variable)
    edges = len(variable)
    for which in members:
        for step in bins.steps[which]:
            edges += 1
            known += sum(arc.quantity or 0 for arc in step.arrivals)
    return 2 * (known + 1) * (edges + 1)


def _lay_out(
    network: Network,
    bins: Bins,
    members: Sequence[Bin],
    variable: Collection[Arc],
    limits: Mapping[Bin, Sequence[int | None]],
    endless: int,
) -> tuple[dict[Bin, int], dict[int, int], dict[Bin, int], int, int]:
    """Lay the steps, the stock between them and the open arcs; return them with the source and the end."""
    source, end = network.add_node(), network.add_node()
    first: dict[Bin, int] = {}
    rests: dict[Bin, int] = {}
    for which in members:
        nodes = [network.add_node() for _ in bins.steps[which]]
        first[which] = nodes[0]
        for node, following, limit in zip(nodes, [*nodes[1:], end], limits[which], strict=True):
            rests[which] = network.add_edge(node, following, endless if limit is None else limit)
    edges: dict[int, int] = {}
    for arc in variable:
        tail, head = bins.of(arc.tail, arc.lot), bins.of(arc.head, arc.lot)
        edges[arc.number] = network.add_edge(
            source if tail not in first else first[tail] + bins.left_in[arc.number],
            end if head not in first else first[head] + bins.came_in[arc.number],
            endless if arc.quantity is None else arc.quantity,
        )
    return first, edges, rests, source, end


def _find_unrecorded(
    bins: Bins,
    members: Sequence[Bin],
    variable: Collection[Arc],
    open_arcs: Collection[int],
    in_scope: Collection[int],
) -> dict[Bin, int]:
    """Return the least number of units in scope that must have been in each bin without a record.

    The earliest departures by name are served first. Every unit that comes is at hand; no stock is limited.
    """
    demands = [
        (left_at(arc), arc.number, arc, which)
        for which in members
        for step in bins.steps[which]
        for arc in step.departures
        if arc.lot in in_scope and arc.number not in open_arcs and arc.quantity
    ]
    if not demands:
        return {}
    endless = _endless(bins, members, variable, ())
    network = Network()
    limits: dict[Bin, list[int | None]] = {which: [None] * len(bins.steps[which]) for which in members}
    first, _, _, source, _ = _lay_out(network, bins, members, variable, limits, endless)
    for which in members:
        for index, step in enumerate(bins.steps[which]):
            if units := named(step.arrivals, open_arcs, in_scope):
                network.add_edge(source, first[which] + index, units)
    short: dict[Bin, int] = {}
    for _, _, arc, which in sorted(demands, key=lambda demand: demand[:2]):
        wanted = arc.quantity or 0
        missing = wanted - network.push(source, first[which] + bins.left_in[arc.number], wanted)
        if missing:
            short[which] = short.get(which, 0) + missing
    return short


def _connect(
    bins: Bins,
    members: Sequence[Bin],
    variable: Collection[Arc],
    open_arcs: Collection[int],
    in_scope: Collection[int],
    unrecorded: Mapping[Bin, int],
    limits: Mapping[Bin, Sequence[int | None]],
) -> Part | None:
    """Return the network with a first flow; ``None`` if there is none."""
    endless = _endless(bins, members, variable, unrecorded.values())
    network = Network()
    first, edges, rests, source, end = _lay_out(network, bins, members, variable, limits, endless)
    comes, goes = network.add_node(), network.add_node()
    ties: list[int] = []
    supply = demand = 0
    for which in members:
        for index, step in enumerate(bins.steps[which]):
            arrived = named(step.arrivals, open_arcs, in_scope) + (0 if index else unrecorded.get(which, 0))
            taken = named(step.departures, open_arcs, in_scope)
            if arrived > taken:
                ties.append(network.add_edge(comes, first[which] + index, arrived - taken))
            elif taken > arrived:
                ties.append(network.add_edge(first[which] + index, goes, taken - arrived))
            supply += max(0, arrived - taken)
            demand += max(0, taken - arrived)
    network.add_edge(end, source, endless)  # units of arrivals whose quantity nobody recorded
    ties.append(network.add_edge(end, goes, max(0, supply - demand)))
    ties.append(network.add_edge(comes, end, max(0, demand - supply)))
    if network.push(comes, goes, max(supply, demand)) < max(supply, demand):
        return None
    for tie in ties:
        network.close(tie)
    return Part(network, edges, rests, endless, unrecorded)
