"""Units of the nodes of a picture and of what moved between them: sums over columns of postings. Pure.

No object is made for a movement: half a million are added up where they lie.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from trace.amounts import from_stored
from trace.fold.entries import RECEIPTS, SHIPPED_SIGNS
from trace.postings import NOWHERE, Amounts, Integers, Postings, factorise, is_among, sum_by, which_of
from trace.tally import PLACE_FIGURES, PlaceTable

_SENT = which_of(SHIPPED_SIGNS)
_CAME = which_of(RECEIPTS)


@dataclass(frozen=True, slots=True)
class NodeSum:
    """The figures of a node, exactly; ``named``: an event names a batch of the scope there. ``first`` is in µs."""

    figures: Mapping[str, Decimal]
    complete: bool
    named: bool
    first: int | None


@dataclass(frozen=True, slots=True)
class LinkSum:
    """What moved between two nodes, by their positions; ``times`` is how many events tell of it."""

    origin: int
    target: int
    shipped: Decimal
    received: Decimal
    complete: bool
    named: bool
    times: int


def sum_nodes(
    postings: Postings, table: PlaceTable, code: int, node_of: Mapping[int, int], size: int, seeds: Collection[int]
) -> list[NodeSum]:
    """Return the sums of the nodes 0 … ``size`` − 1 in the unit of measure ``code``; ``node_of`` is by place.

    ``table`` is that of all ``postings`` (`trace.tally.table_places`), so that a picture and an impact cannot disagree.
    """
    node_at = _node_at(table.number, node_of)
    rows = np.flatnonzero((table.uom == code) & (node_at >= 0))
    group, scale = node_at[rows], table.scales[code]
    figures = {name: sum_by(group, table.figures[name][rows], size) for name in PLACE_FIGURES}
    complete = np.ones(size, dtype=np.bool_)
    complete[group[~table.complete[rows] | ~table.counted[rows]]] = False
    named, first = np.zeros(size, dtype=np.bool_), np.full(size, np.iinfo(np.int64).max)
    of_end = _node_at(postings.ends.places, node_of)
    seeded = is_among(postings.batch, seeds)
    for ends in (postings.ends.origin, postings.ends.destination):
        nodes = of_end[ends]
        there = nodes >= 0
        named[nodes[there & seeded]] = True
        np.minimum.at(first, nodes[there], postings.at[there])
    columns = {name: column.tolist() for name, column in figures.items()}
    return [
        NodeSum(
            {name: from_stored(column[at], scale) for name, column in columns.items()},
            bool(complete[at]),
            bool(named[at]),
            int(first[at]) if first[at] < np.iinfo(np.int64).max else None,
        )
        for at in range(size)
    ]


def sum_links(
    postings: Postings,
    code: int,
    node_of: Mapping[int, int],
    size: int,
    seeds: Collection[int],
    focus: Collection[int] | None = None,
) -> list[LinkSum]:
    """Return what moved between nodes in a unit of measure, in the order of their ends.

    The nodes ``size`` and ``size`` + 1 are senders and receivers that are not recorded. ``focus``: only what leaves
    one of those places or comes to one.
    """
    moves = (_SENT[postings.entry] | _CAME[postings.entry]) & (postings.uom == code)
    if focus is not None:
        moves &= is_among(postings.origin, focus) | is_among(postings.destination, focus)
    rows = np.flatnonzero(moves)
    of_end = _node_at(postings.ends.places, node_of)
    begin, end = of_end[postings.ends.origin[rows]], of_end[postings.ends.destination[rows]]
    begin = np.where(postings.origin[rows] == NOWHERE, size, begin)
    end = np.where(postings.destination[rows] == NOWHERE, size + 1, end)
    shown = (begin >= 0) & (end >= 0)
    rows, keys = rows[shown], (begin * (size + 2) + end)[shown]
    pairs, pair = factorise(keys)
    entry, amount, known = postings.entry[rows], postings.amount[rows], postings.known[rows]
    sent, came = _SENT[entry], _CAME[entry]
    shipped = sum_by(pair, np.where(sent, amount * _SIGNS[entry], 0), pairs.size)
    received = sum_by(pair, np.where(came, amount, 0), pairs.size)
    complete, named = np.ones(pairs.size, dtype=np.bool_), np.zeros(pairs.size, dtype=np.bool_)
    complete[pair[~known]] = False
    named[pair[is_among(postings.batch[rows], seeds)]] = True
    times = _count_events(pair, postings.event[rows], pairs.size)
    scale = postings.scales[code] if postings.scales else 0
    found = zip(
        (pairs // (size + 2)).tolist(),
        (pairs % (size + 2)).tolist(),
        _decimals(shipped, scale),
        _decimals(received, scale),
        complete.tolist(),
        named.tolist(),
        times.tolist(),
        strict=True,
    )
    links = [LinkSum(*one) for one in found]
    return [one for one in links if one.shipped or one.received or not one.complete]


_SIGNS = np.array([SHIPPED_SIGNS.get(entry, 0) for entry in range(256)], dtype=np.int64)  # type: ignore[call-overload]


def neighbours(postings: Postings, places: Collection[int]) -> set[int]:
    """Return ``places`` and those that anything moved to from one of them, or from to one."""
    moves = _SENT[postings.entry] | _CAME[postings.entry]
    near = moves & (is_among(postings.origin, places) | is_among(postings.destination, places))
    found = {*postings.origin[near].tolist(), *postings.destination[near].tolist()}
    return (found | set(places)) - {NOWHERE}


def _node_at(numbers: Integers, node_of: Mapping[int, int]) -> Integers:
    """Return the node of each of ``numbers``, −1 for those without one."""
    return np.array([node_of.get(number, -1) for number in numbers.tolist()], dtype=np.int64)


def _count_events(pair: Integers, event: Integers, size: int) -> Integers:
    """Return how many different events there are for each pair."""
    order = np.lexsort((event, pair))
    ordered, events = pair[order], event[order]
    new = np.ones(order.size, dtype=np.bool_)
    new[1:] = (ordered[1:] != ordered[:-1]) | (events[1:] != events[:-1])
    return np.bincount(ordered[new], minlength=size)


def _decimals(column: Amounts, scale: int) -> Sequence[Decimal]:
    return [from_stored(amount, scale) for amount in column.tolist()]
