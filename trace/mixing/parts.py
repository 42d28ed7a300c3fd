"""A connected part of the flow of units: its pools step by step, as a network that can be asked (RULES 7). Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trace.mixing.arcs import Arc
from trace.mixing.bins import STOCK, Bin, Bins, left_at, totals
from trace.mixing.network import Network


@dataclass(frozen=True, slots=True)
class Group:
    """Bins that open arcs join, and those arcs."""

    bins: list[Bin]
    arcs: list[Arc]


@dataclass(slots=True)
class _Layout:
    """A network with what stands for what in it. Arcs between the same steps share an edge, each in a slot of its own.

    A line whose goods all arrived at once is no node: what went on it came off it, in one slot.
    """

    network: Network = field(default_factory=Network)
    first: dict[Bin, int] = field(default_factory=dict)
    rests: dict[Bin, int | None] = field(default_factory=dict)
    slots: dict[int, tuple[int, int]] = field(default_factory=dict)
    sizes: dict[int, dict[int, int]] = field(default_factory=dict)
    source: int = 0
    end: int = 0


LARGEST_PART = 150_000
"""Steps and open arcs of a part that is searched; of a larger one only outer bounds are given."""

LARGEST_SHARED = 3_000
"""Nodes of a network of which every edge is searched, where there are too many sums to search each."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part's network with a flow; from half of ``endless`` units on, a most is no limit.

    ``unrecorded`` is what each bin must have had without a record; never more than ``supply`` was in the part
    (``None``: nobody knows). A part that is too large is not searched.
    """

    group: Group
    layout: _Layout
    endless: int
    unrecorded: Mapping[Bin, int]
    supply: int | None
    is_searched: bool = True
    outer: dict[int, tuple[int, int | None]] = field(default_factory=dict)

    def bound(self, arcs: Iterable[int], rests: Iterable[Bin]) -> tuple[int, int | None]:
        """Return the least and the greatest sum of flow along ``arcs`` and of what stays in bins (``None``: no end)."""
        if not self.is_searched:
            return self._within_supply(arcs, rests)
        network = self.layout.network
        wanted: defaultdict[int, Counter[int]] = defaultdict(Counter)
        for number in arcs:
            edge, slot = self.layout.slots[number]
            wanted[edge][slot] += 1
        times: dict[int, int] = {}
        for which in rests:
            rest = self.layout.rests[which]
            if rest is not None:
                times[rest] = times.get(rest, 0) + 1
        split: list[int] = []
        for edge, slots in wanted.items():
            sizes = self.layout.sizes[edge]
            by_times: defaultdict[int, list[int]] = defaultdict(list)
            for slot, count in slots.items():
                by_times[count].append(slot)
            for count, some in by_times.items():
                if len(some) == len(sizes):
                    times[edge] = count
                else:
                    times[network.split(edge, sum(sizes[slot] for slot in some))] = count
                    split.append(edge)
        least, most = network.least(times), network.most(times)
        for edge in reversed(split):
            network.join(edge)
        return least, None if 2 * most >= self.endless else most

    def bound_loosely(self, arcs: Iterable[int], rests: Iterable[Bin]) -> tuple[int, int | None]:
        """Return limits that hold but may be wide: of a search for every shared edge at most, and not for each sum."""
        if not self.is_searched or self.size > LARGEST_SHARED:
            return self._within_supply(arcs, rests)
        least, most = self.bound((), rests)
        for number in arcs:
            edge, slot = self.layout.slots[number]
            if edge not in self.outer:
                times = {edge: 1}
                low, high = self.layout.network.least(times), self.layout.network.most(times)
                self.outer[edge] = (low, None if 2 * high >= self.endless else high)
            low, upper = self.outer[edge]
            sizes = self.layout.sizes[edge]
            least += max(0, low - sum(sizes.values()) + sizes[slot]) if len(sizes) > 1 else low
            most = None if most is None or upper is None else most + min(upper, sizes[slot])
        return least, most

    def _within_supply(self, arcs: Iterable[int], rests: Iterable[Bin]) -> tuple[int, int | None]:
        if self.supply is None:
            return 0, None
        slots = [self.layout.slots[number] for number in arcs]
        most = sum(min(self.layout.sizes[edge][slot], self.supply) for edge, slot in slots)
        return 0, most + sum(self.supply for _ in rests)

    @property
    def size(self) -> int:
        """How many nodes one search may have to look at."""
        return self.layout.network.size

    def used(self) -> set[int]:
        """Return the arcs that can carry anything."""
        if not self.is_searched:
            return set(self.layout.slots)
        used = self.layout.network.used()
        return {number for number, (edge, _) in self.layout.slots.items() if edge in used}


def build_part(bins: Bins, group: Group, in_scope: Collection[int]) -> Part:
    """Return the network of a group, with a first flow.

    Records that contradict themselves are settled first: by the least possible number of units in scope that nobody
    recorded and, where that does not do, by leaving open how many other units there were.
    """
    open_arcs = {arc.number for arc in group.arcs}
    if group.arcs and len(group.arcs) + sum(len(bins.steps[which]) for which in group.bins) > LARGEST_PART:
        return _leave_unsearched(bins, group, open_arcs, in_scope)
    unrecorded = _find_unrecorded(bins, group, open_arcs, in_scope)
    limits = {which: totals(bins.steps[which], unrecorded.get(which, 0))[1] for which in group.bins}
    part = _connect(bins, group, open_arcs, in_scope, unrecorded, limits)
    if part is None:
        part = _connect(bins, group, open_arcs, in_scope, unrecorded, _no_limits(bins, group))
    assert part is not None, "without upper limits there is always a flow"
    return part


def _leave_unsearched(bins: Bins, group: Group, open_arcs: Collection[int], in_scope: Collection[int]) -> Part:
    """Return a part of which only outer bounds are given: no more than ever was there by name can be anywhere."""
    layout = _Layout()
    layout.rests = dict.fromkeys(group.bins)
    layout.slots = {arc.number: (arc.number, 0) for arc in group.arcs}
    supply = _supply(bins, group, open_arcs, in_scope)
    layout.sizes = {arc.number: {0: arc.quantity if arc.quantity is not None else supply or 0} for arc in group.arcs}
    return Part(group, layout, 0, {}, supply, is_searched=False)


def _supply(bins: Bins, group: Group, open_arcs: Collection[int], in_scope: Collection[int]) -> int | None:
    """Return how many units in scope were in a group at most: those that names say came, or left."""
    if any(arc.lot in in_scope for arc in group.arcs):  # named, of an unknown quantity
        return None
    return sum(
        named(step.arrivals, open_arcs, in_scope) + named(step.departures, open_arcs, in_scope)
        for which in group.bins
        for step in bins.steps[which]
    )


def named(arcs: Iterable[Arc], open_arcs: Collection[int], in_scope: Collection[int]) -> int:
    """Return how many units in scope ``arcs`` carry for certain."""
    return sum(arc.quantity or 0 for arc in arcs if arc.lot in in_scope and arc.number not in open_arcs)


def _no_limits(bins: Bins, group: Group) -> Mapping[Bin, Sequence[int | None]]:
    return {which: [None] * len(bins.steps[which]) for which in group.bins}


def _endless(bins: Bins, group: Group, unrecorded: Iterable[int]) -> int:
    """Twice a number that no limited flow reaches, so that one less a few units still shows."""
    known = sum(unrecorded) + sum(arc.quantity or 0 for arc in group.arcs)
    edges = len(group.arcs)
    for which in group.bins:
        for step in bins.steps[which]:
            edges += 1
            known += sum(arc.quantity or 0 for arc in step.arrivals)
    return 2 * (known + 1) * (edges + 1)


def _lay_out(
    bins: Bins, group: Group, open_arcs: Collection[int], limits: Mapping[Bin, Sequence[int | None]], endless: int
) -> _Layout:
    """Lay the steps, the stock between them and the open arcs."""
    layout = _Layout()
    network = layout.network
    layout.source, layout.end = network.add_node(), network.add_node()
    passing: dict[int, int] = {}
    for which in group.bins:
        through = _passed_through(bins, which, open_arcs)
        if through is not None:
            arrival, departure = through
            passing[departure.number] = arrival.number
            layout.rests[which] = None
            continue
        nodes = [network.add_node() for _ in bins.steps[which]]
        layout.first[which] = nodes[0]
        for node, following, limit in zip(nodes, [*nodes[1:], layout.end], limits[which], strict=True):
            layout.rests[which] = network.add_edge(node, following, endless if limit is None else limit)
    onward = {arrival: departure for departure, arrival in passing.items()}
    arcs = {arc.number: arc for arc in group.arcs}
    members = set(group.bins)
    merged: dict[tuple[int, int], int] = {}
    for arc in group.arcs:
        if arc.number in passing:
            continue
        last = arc
        while last.number in onward:
            last = arcs[onward[last.number]]
        tail, head = bins.of(arc.tail, arc.lot), bins.of(last.head, last.lot)
        start = layout.first[tail] + bins.left_in[arc.number] if tail is not None and tail in members else layout.source
        finish = layout.first[head] + bins.came_in[last.number] if head is not None and head in members else layout.end
        size = endless if arc.quantity is None else arc.quantity
        ends = (start, finish)
        if ends in merged and arc.quantity is not None:
            edge = merged[ends]
            network.widen(edge, size)
        else:
            edge = network.add_edge(*ends, size)
            if arc.quantity is not None:
                merged[ends] = edge
        sizes = layout.sizes.setdefault(edge, {})
        slot = len(sizes)
        sizes[slot] = size
        layout.slots[arc.number] = (edge, slot)
        while arc.number in onward:
            arc = arcs[onward[arc.number]]
            layout.slots[arc.number] = (edge, slot)
    return layout


def _passed_through(bins: Bins, which: Bin, open_arcs: Collection[int]) -> tuple[Arc, Arc] | None:
    """Return the arrival and the departure of a line whose goods all arrived at once, of nobody knows which lot."""
    if which[0][0] == STOCK:
        return None
    (step,) = bins.steps[which]
    if len(step.arrivals) != 1 or len(step.departures) != 1:
        return None
    arrival, departure = step.arrivals[0], step.departures[0]
    if arrival.quantity is None or arrival.quantity != departure.quantity or arrival.tail == departure.head:
        return None
    return (arrival, departure) if arrival.number in open_arcs and departure.number in open_arcs else None


def _find_unrecorded(bins: Bins, group: Group, open_arcs: Collection[int], in_scope: Collection[int]) -> dict[Bin, int]:
    """Return the least number of units in scope that must have been in each bin without a record.

    The earliest departures by name are served first, unless there are too many to serve one by one. Every unit that
    comes is at hand; no stock is limited.
    """
    demands: dict[tuple[Bin, int], tuple[float, int]] = {}
    for which in group.bins:
        for index, step in enumerate(bins.steps[which]):
            if wanted := named(step.departures, open_arcs, in_scope):
                demands[which, index] = (max(left_at(arc) for arc in step.departures), wanted)
    if not demands:
        return {}
    network, first, source = _without_limits(bins, group, open_arcs, in_scope)
    target = network.add_node()
    ties = {
        (which, index): network.add_edge(first[which] + index, target, wanted)
        for (which, index), (_, wanted) in demands.items()
    }
    total = sum(wanted for _, wanted in demands.values())
    if network.push(source, target, total) == total:
        return {}
    short: dict[Bin, int] = {}
    if len(demands) * network.size > MOST_SERVED:
        for (which, _), tie in ties.items():
            if missing := network.room(tie):
                short[which] = short.get(which, 0) + missing
        return short
    network, first, source = _without_limits(bins, group, open_arcs, in_scope)
    for (which, index), (_, wanted) in sorted(demands.items(), key=lambda demand: (demand[1][0], *demand[0])):
        missing = wanted - network.push(source, first[which] + index, wanted)
        if missing:
            short[which] = short.get(which, 0) + missing
    return short


MOST_SERVED = 20_000_000
"""Departures by name times the nodes that serving one may look at."""


def _without_limits(
    bins: Bins, group: Group, open_arcs: Collection[int], in_scope: Collection[int]
) -> tuple[Network, Mapping[Bin, int], int]:
    """Return the network of a group in which no stock is limited, its bins' first nodes, and where units come from."""
    layout = _lay_out(bins, group, open_arcs, _no_limits(bins, group), _endless(bins, group, ()))
    for which, first in layout.first.items():
        for index, step in enumerate(bins.steps[which]):
            if units := named(step.arrivals, open_arcs, in_scope):
                layout.network.add_edge(layout.source, first + index, units)
    return layout.network, layout.first, layout.source


def _connect(
    bins: Bins,
    group: Group,
    open_arcs: Collection[int],
    in_scope: Collection[int],
    unrecorded: Mapping[Bin, int],
    limits: Mapping[Bin, Sequence[int | None]],
) -> Part | None:
    """Return the network with a first flow; ``None`` if there is none."""
    endless = _endless(bins, group, unrecorded.values())
    layout = _lay_out(bins, group, open_arcs, limits, endless)
    network = layout.network
    comes, goes = network.add_node(), network.add_node()
    ties: list[int] = []
    supply = demand = 0
    for which, first in layout.first.items():
        for index, step in enumerate(bins.steps[which]):
            arrived = named(step.arrivals, open_arcs, in_scope) + (0 if index else unrecorded.get(which, 0))
            taken = named(step.departures, open_arcs, in_scope)
            if arrived > taken:
                ties.append(network.add_edge(comes, first + index, arrived - taken))
            elif taken > arrived:
                ties.append(network.add_edge(first + index, goes, taken - arrived))
            supply += max(0, arrived - taken)
            demand += max(0, taken - arrived)
    network.add_edge(layout.end, layout.source, endless)  # units of arrivals whose quantity nobody recorded
    ties.append(network.add_edge(layout.end, goes, max(0, supply - demand)))
    ties.append(network.add_edge(comes, layout.end, max(0, demand - supply)))
    if network.push(comes, goes, max(supply, demand)) < max(supply, demand):
        return None
    for tie in ties:
        network.close(tie)
    return Part(group, layout, endless, unrecorded, _supply(bins, group, open_arcs, in_scope))
