"""What was sent back to where it came from, batch by batch, read off columns of postings. Pure.

Whoever sent a batch first is the supplier, and what the other sent it is a return: the rule of the figure ``returned``
of `trace.tally`. Here each return is told with what of it is on its way and what has arrived.
"""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from trace.amounts import from_stored
from trace.fold.contents import Unit
from trace.fold.entries import RECEIPTS, SHIPPED_SIGNS
from trace.postings import NOWHERE, Integers, Postings, which_of

ZERO = Decimal(0)

Stock = tuple[int, int, Unit]
"""(place, batch, unit of measure)."""

_MOVING = which_of((*SHIPPED_SIGNS, *RECEIPTS))


@dataclass(slots=True)
class WayBack:
    """Returns of one batch at one place: those it sent, those on their way to it, and those that arrived.

    ``expected`` is all that its customers sent back to it, ``arrived`` the part of it that it received.
    """

    sent: Decimal = ZERO
    expected: Decimal = ZERO
    arrived: Decimal = ZERO


@dataclass(slots=True)
class _Way:
    """What moved from one place to another: its first moment, what was sent, what was received."""

    first: int
    shipped: int = 0
    received: int = 0


def find_ways_back(postings: Postings) -> dict[Stock, WayBack]:
    """Return the returns of every place and batch that has any, each in its own unit of measure.

    A return is no more than what had gone the other way. What was received back without a shipment is one as well.
    """
    ways = _read_ways(postings, _taken_both_ways(postings))
    found: dict[Stock, WayBack] = {}
    for (origin, to, batch, code), back in ways.items():
        out = ways.get((to, origin, batch, code))
        if out is None or not _went_first(to, out, origin, back):
            continue
        scale, uom = postings.scales[code], postings.units[code]
        most = max(out.shipped, out.received)
        sent = min(max(back.shipped, back.received), most)
        arrived = min(back.received, most)
        sender = found.setdefault((origin, batch, uom), WayBack())
        sender.sent += from_stored(sent, scale)
        supplier = found.setdefault((to, batch, uom), WayBack())
        supplier.expected += from_stored(sent, scale)
        supplier.arrived += from_stored(arrived, scale)
    return found


def find_suppliers(postings: Postings) -> dict[tuple[int, int], frozenset[int]]:
    """Return by (place, batch) from where the batch came there: those to whom its return is one."""
    ways = _read_ways(postings, _moves(postings))
    found: dict[tuple[int, int], set[int]] = {}
    for (origin, to, batch, code), way in ways.items():
        back = ways.get((to, origin, batch, code))
        if origin != to and (back is None or _went_first(origin, way, to, back)):
            found.setdefault((to, batch), set()).add(origin)
    return {stock: frozenset(suppliers) for stock, suppliers in found.items()}


def _went_first(origin: int, way: _Way, other: int, back: _Way) -> bool:
    """Whether the goods went this way before they came back; at one moment, the way that took more."""
    return (way.first, -way.shipped, origin) < (back.first, -back.shipped, other)


def _read_ways(postings: Postings, chosen: Integers) -> dict[tuple[int, int, int, int], _Way]:
    """Return the ways of the rows ``chosen``, by (from, to, batch, position of the unit of measure)."""
    ways: dict[tuple[int, int, int, int], _Way] = {}
    rows = zip(
        *(column[chosen].tolist() for column in (postings.origin, postings.destination, postings.batch, postings.uom)),
        *(column[chosen].tolist() for column in (postings.at, postings.entry, postings.amount)),
        strict=True,
    )
    for origin, to, batch, uom, at, entry, amount in rows:
        way = ways.setdefault((origin, to, batch, uom), _Way(at))
        way.first = min(way.first, at)
        if entry in SHIPPED_SIGNS:
            way.shipped += SHIPPED_SIGNS[entry] * amount
        else:
            way.received += amount
    return ways


def _taken_both_ways(postings: Postings) -> Integers:
    """Return the positions of the rows whose two places also stand the other way round: few, in most trades."""
    rows = _moves(postings)
    here, there = postings.ends.origin[rows], postings.ends.destination[rows]
    count = postings.ends.places.size
    chosen: Integers = rows[np.isin(here * count + there, there * count + here) & (here != there)]
    return chosen


def _moves(postings: Postings) -> Integers:
    """Return the positions of the rows that move goods between two known places."""
    return np.flatnonzero(_MOVING[postings.entry] & (postings.origin != NOWHERE) & (postings.destination != NOWHERE))
