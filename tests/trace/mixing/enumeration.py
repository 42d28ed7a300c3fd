"""Bounds for mixed lots by brute force: every assignment of in-scope units to the movements of a small network.

All assignments are the rows of one table, those that some stock forbids are struck out, and what is left is asked
for its smallest and its largest (RULES 7). It shares no code with the product, and is right by being simple, not fast.
"""

import itertools
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np
from hypothesis import HealthCheck, Phase, settings
from numpy.typing import NDArray

from trace.mixing.flows import Arc, Flag, Mixed, Node, solve

DAY = 86_400_000_000
NEVER = float("inf")
SOLD: Node = ("sold", 0)
Table = NDArray[np.int64]
Bin = tuple[Node, int | None]
"""Stock that is counted apart: a whole node, or one lot there."""


@dataclass(frozen=True)
class Network:
    """The movements of one item, and what is in scope of them. ``known`` holds, of simulated ones, the true units."""

    arcs: tuple[Arc, ...]
    in_scope: frozenset[int]
    flags: tuple[Flag, ...] = ()
    tolerance: int = DAY
    known: Mapping[int, int] = field(default_factory=dict)

    def solve(self) -> Mixed:
        """The product's answer."""
        return solve(self.arcs, self.in_scope, self.flags, self.tolerance)

    def without(self, arc: Arc) -> "Network":
        """The same without one movement."""
        return replace(self, arcs=tuple(one for one in self.arcs if one is not arc))

    def size(self) -> int:
        """How many assignments there are."""
        size = 1
        for arc in unnamed_arcs(self):
            assert arc.quantity is not None
            size *= arc.quantity + 1
        return size


def tainted_since(network: Network) -> dict[int, float]:
    """From when on each lot may hold units of others: its first departure from a place that mixes lots."""
    since: dict[int, float] = {}
    for arc in network.arcs:
        if arc.lot is not None and arc.lot not in network.in_scope and any(_mixes(flag, arc) for flag in network.flags):
            since[arc.lot] = min(since.get(arc.lot, NEVER), -NEVER if arc.left is None else arc.left)
    return since


def _mixes(flag: Flag, arc: Arc) -> bool:
    if arc.tail != ("at", flag.place):
        return False
    return arc.left is None or (
        (flag.since is None or flag.since <= arc.left) and (flag.until is None or arc.left <= flag.until)
    )


def unnamed_arcs(network: Network) -> list[Arc]:
    """The movements of which nobody wrote down whether they carried units in scope."""
    since = tainted_since(network)

    def is_free(arc: Arc) -> bool:
        if arc.tail is None or arc.lot in network.in_scope:
            return False
        if arc.lot is None:
            return True
        if arc.lot not in since:
            return False
        return arc.tail[0] != "at" or arc.left is None or arc.left >= since[arc.lot] - network.tolerance

    return [arc for arc in network.arcs if is_free(arc)]


def free_arcs(network: Network, unrecorded: Collection[Node] = ()) -> list[Arc]:
    """Those of them that units in scope can have come to: what goes round in a circle does not come from nowhere.

    Units come from movements that name them and from ``unrecorded`` stocks.
    """
    unnamed = unnamed_arcs(network)
    pooled = pools(network)
    earliest: dict[Bin, float] = {(node, None): -NEVER for node in unrecorded}

    def arrive(arc: Arc) -> bool:
        if arc.head is None:
            return False
        stock = (arc.head, None if arc.head in pooled else arc.lot)
        came = _moment_of_arrival(network, arc)
        is_earlier = came < earliest.get(stock, NEVER) or stock not in earliest
        earliest[stock] = min(came, earliest.get(stock, NEVER))
        return is_earlier

    def is_reached(arc: Arc) -> bool:
        assert arc.tail is not None
        since = earliest.get((arc.tail, None if arc.tail in pooled else arc.lot))
        return since is not None and since <= _moment_of_departure(arc)

    for arc in network.arcs:
        if arc.lot in network.in_scope and arc.quantity:
            arrive(arc)
    while any(arrive(arc) for arc in unnamed if is_reached(arc)):
        pass
    return [arc for arc in unnamed if is_reached(arc)]


def _moment_of_arrival(network: Network, arc: Arc) -> float:
    """An arrival counts as up to the tolerance earlier than recorded; on the road and sold nothing has a time."""
    if arc.head is None or arc.head[0] != "at":
        return 0
    return -NEVER if arc.came is None else arc.came - network.tolerance


def _moment_of_departure(arc: Arc) -> float:
    if arc.tail is None or arc.tail[0] != "at":
        return 0
    return NEVER if arc.left is None else arc.left


def pools(network: Network) -> set[Node]:
    """The nodes whose stock of the item, of any lot, is one."""
    touched = {node for arc in network.arcs if arc.lot is None for node in (arc.tail, arc.head) if node is not None}
    return touched | {("at", flag.place) for flag in network.flags}


def steps_of_bins(network: Network) -> dict[Bin, list[tuple[float, int, int]]]:
    """What happens to each stock, in order: (moment, −1 for an arrival or 1 for a departure, index of the movement)."""
    pooled = pools(network)
    bins: dict[Bin, list[tuple[float, int, int]]] = {}
    for index, arc in enumerate(network.arcs):
        if arc.head is not None:
            stock = (arc.head, None if arc.head in pooled else arc.lot)
            bins.setdefault(stock, []).append((_moment_of_arrival(network, arc), -1, index))
        if arc.tail is not None:
            stock = (arc.tail, None if arc.tail in pooled else arc.lot)
            bins.setdefault(stock, []).append((_moment_of_departure(arc), 1, index))
    return {stock: sorted(steps) for stock, steps in bins.items()}


def feasible(network: Network, unrecorded: Mapping[Node, int] | None = None, limited: bool = True) -> Table:
    """Every possible history, one a row: the in-scope units that each movement carried.

    ``unrecorded`` in-scope units were in the stock of these nodes from the start. Not ``limited``: however many other
    units left a stock, they had been there.
    """
    free = set(free_arcs(network, unrecorded or ()))
    choices = []
    for arc in network.arcs:
        assert arc.quantity is not None
        named = arc.quantity if arc.lot in network.in_scope else 0
        choices.append(np.arange(arc.quantity + 1) if arc in free else np.array([named]))
    table = np.stack([axis.ravel() for axis in np.meshgrid(*choices, indexing="ij")], axis=1)
    return strike_out(network, table, unrecorded or {}, limited)


def strike_out(network: Network, table: Table, unrecorded: Mapping[Node, int], limited: bool = True) -> Table:
    """Those rows that leave every stock, at every moment, with neither in-scope units nor others below 0."""
    for (node, lot), steps in steps_of_bins(network).items():
        if lot in network.in_scope:
            continue  # it names all that moves: nothing to find out
        table = table[_fits(network, table, steps, unrecorded.get(node, 0), limited)]
    return table


def _fits(
    network: Network, table: Table, steps: list[tuple[float, int, int]], extra: int, limited: bool
) -> NDArray[np.bool_]:
    """Which rows one stock allows. What leaves beyond the records had been there from the start, as others."""
    totals = totals_after(network, steps, extra)
    missing = max(0, -min(totals))
    stock = np.full(len(table), extra)
    fits = np.ones(len(table), dtype=np.bool_)
    for (_, sign, index), total in zip(steps, totals[1:], strict=True):
        stock = stock - sign * table[:, index]
        fits &= stock >= 0
        if limited:
            fits &= stock <= total + missing
    return fits


def totals_after(network: Network, steps: list[tuple[float, int, int]], extra: int = 0) -> list[int]:
    """How many units the records leave in a stock, at first and after each step."""
    quantities = [network.arcs[index].quantity or 0 for _, _, index in steps]
    changes = (-sign * quantity for (_, sign, _), quantity in zip(steps, quantities, strict=True))
    return list(itertools.accumulate(changes, initial=extra))


def is_complete(network: Network) -> bool:
    """Whether no stock ever gave out more than the records had brought it."""
    return all(min(totals_after(network, steps)) >= 0 for steps in steps_of_bins(network).values())


def least_unrecorded(network: Network) -> int:
    """The fewest in-scope units that must have come without a record, for all that is named to have left."""
    nodes = sorted(pools(network))
    for total in itertools.count():
        for chosen in itertools.combinations_with_replacement(nodes, total):
            if len(feasible(network, {node: chosen.count(node) for node in chosen}, limited=False)):
                return total
    raise AssertionError


def carried(network: Network, table: Table, numbers: Collection[int]) -> Table:
    """For each history the in-scope units that these movements carried in all."""
    chosen = [index for index, arc in enumerate(network.arcs) if arc.number in numbers]
    return table[:, chosen].sum(axis=1)


def reached(network: Network, table: Table, place: int, unrecorded: Mapping[Node, int]) -> Table:
    """For each history the in-scope units that reached the place: all that came in, and what is under way to it."""
    came = carried(network, table, {arc.number for arc in network.arcs if arc.head == ("at", place)})
    lines = {arc.head for arc in network.arcs if arc.head is not None and arc.head[0] == "line" and arc.to == place}
    return came + left_on(network, table, lines, unrecorded)


def left_on(network: Network, table: Table, lines: Collection[Node], unrecorded: Mapping[Node, int]) -> Table:
    """For each history the in-scope units that are still on these lines."""
    rest = np.zeros(len(table), dtype=np.int64)
    for line in lines:
        units = np.full(len(table), unrecorded.get(line, 0), dtype=np.int64)
        for index, arc in enumerate(network.arcs):
            units = units + table[:, index] * ((arc.head == line) - (arc.tail == line))
        rest = rest + np.maximum(units, 0)
    return rest


def unnamed(network: Network, table: Table) -> Table:
    """For each history the in-scope units that are no longer in the stocks that the records name, less what came back.

    A stock is named where any movement of a lot in scope touches it.
    """
    named = {node for arc in network.arcs if arc.lot in network.in_scope for node in (arc.tail, arc.head)}
    named &= pools(network)
    units = np.zeros(len(table), dtype=np.int64)
    for index, arc in enumerate(network.arcs):
        if arc.lot not in network.in_scope:
            units = units + table[:, index] * ((arc.tail in named) - (arc.head in named))
    return units


def places(network: Network) -> set[int]:
    """Every place of the network."""
    ends = {node for arc in network.arcs for node in (arc.tail, arc.head) if node is not None and node[0] == "at"}
    return {place for _, place in ends} | {arc.to for arc in network.arcs if arc.to is not None}


def pro_rata(network: Network) -> dict[int, Fraction]:
    """What each movement carried if all units of a stock are alike; no two movements at one moment, no tolerance."""
    free = {arc.number for arc in free_arcs(network)}
    bins = steps_of_bins(network)
    stocks = {stock: (Fraction(0), 0) for stock in bins}
    shares: dict[int, Fraction] = {}
    steps: Iterable[tuple[float, int, int, Bin]] = (
        (moment if stock[0][0] == "at" else _moment(network.arcs[index], sign), sign, index, stock)
        for stock, steps in bins.items()
        for moment, sign, index in steps
    )
    sources = [arc for arc in network.arcs if arc.tail is None]
    shares.update({arc.number: Fraction(_named(network, arc)) for arc in sources})
    for _, sign, index, stock in sorted(steps, key=lambda step: (step[0], -step[1])):
        arc = network.arcs[index]
        quantity = arc.quantity or 0
        units, total = stocks[stock]
        if sign == 1:
            share = quantity * units / total if total else Fraction(0)
            shares[arc.number] = share if arc.number in free else Fraction(_named(network, arc))
        moved = shares[arc.number]
        stocks[stock] = (units - sign * moved, total - sign * quantity)
    return shares


def _named(network: Network, arc: Arc) -> int:
    return (arc.quantity or 0) if arc.lot in network.in_scope else 0


def _moment(arc: Arc, sign: int) -> float:
    """When goods came on the road (as they left stock) or left it (as they came into stock)."""
    known = arc.left if sign == -1 else arc.came
    assert known is not None
    return known


def property_of(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The settings of a property over that many seeds."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,  # the campaign draws new ones
        phases=[Phase.generate],  # a seed does not shrink; `smallest` makes the network small
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
