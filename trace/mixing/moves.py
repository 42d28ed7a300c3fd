"""From postings to the arcs of the flow: what left which stock or line, and where it came in (RULES 7). Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from trace.fold.contents import Unit
from trace.fold.entries import Entry
from trace.mixing.arcs import Arc, Node
from trace.mixing.bins import STOCK

LINE = "line"
SOLD: Node = ("sold", 0)
OTHERS_SOLD = -1
"""The number of the arc that says: how many units were sold in all is not looked up."""

ARRIVALS = frozenset(
    {Entry.MADE, Entry.YIELDED, Entry.RECEIVED, Entry.OVER_RECEIVED, Entry.NOT_SHIPPED, Entry.RECEIVED_UNKNOWN}
    | {Entry.RETURNED}
)
"""Entries that put units into the stock of their destination."""

UNSENT = frozenset({Entry.OVER_RECEIVED, Entry.NOT_SHIPPED})
"""Receipts for which nobody recorded a departure: it was at that moment, if the sender is known."""

GONE = frozenset({Entry.CONSUMED, Entry.DESTROYED, Entry.LOST})


class Moved(NamedTuple):
    """A posting: ``amount`` × 10⁻ˢᶜᵃˡᵉ or unknown, ``at`` in µs since 1970 UTC, ``closes`` another's number."""

    number: int
    event: int
    batch: int
    uom: Unit
    entry: Entry
    origin: int | None
    destination: int | None
    amount: int | None
    scale: int
    at: int
    closes: int | None
    transformation: int | None


def at(place: int | None) -> Node | None:
    """The stock of a place; none where the place is not recorded."""
    return None if place is None else (STOCK, place)


def units_of(rows: Iterable[Moved]) -> set[Unit]:
    """Return the units of measure in which ``rows`` count: pieces too, unless all that has none is unknown."""
    found = {row.uom for row in rows if row.uom or row.amount is not None}
    return found or {""}


def scale_of(rows: Iterable[Moved], uom: Unit) -> int:
    """Return the decimals that the amounts in a unit of measure need."""
    return max((row.scale for row in rows if row.uom == uom), default=0)


def make_arcs(rows: Collection[Moved], uom: Unit, scale: int, no_lot: int | None) -> list[Arc]:
    """Return the arcs of an item in one unit of measure, in whole units of 10⁻ˢᶜᵃˡᵉ; ``no_lot`` is its own class.

    An unknown quantity has no unit of measure, so it is one in every unit.
    """
    rows = [row for row in rows if row.uom == uom or (not row.uom and row.amount is None)]
    reconciled, settled = _pair_late_shipments(rows)
    shipped = {row.number for row in rows if row.entry is Entry.SHIPPED}
    arcs: list[Arc] = []
    for row in rows:
        lot = None if row.batch == no_lot else row.batch
        units = None if row.amount is None else row.amount * 10 ** (scale - row.scale)
        line: Node | None = (LINE, row.closes) if row.closes in shipped and row.closes is not None else None
        if row.entry is Entry.SHIPPED:
            ends = (at(row.origin), (LINE, row.number))
            arcs.append(Arc(row.number, *ends, lot, units, row.at, None, row.destination))
        elif row.entry in (Entry.RECEIVED, Entry.RECEIVED_UNKNOWN):
            arcs.append(Arc(row.number, line, at(row.destination), lot, units, None, row.at))
        elif row.entry in UNSENT:
            if units is not None:
                units -= sum((one.amount or 0) * 10 ** (scale - one.scale) for one in reconciled.get(row.number, ()))
            arcs.append(Arc(row.number, at(row.origin), at(row.destination), lot, units, row.at, row.at))
        elif row.entry is Entry.SETTLED:
            receipt = settled.get(row.number)
            head, came = (None, None) if receipt is None else (at(receipt.destination), receipt.at)
            arcs.append(Arc(row.number, line, head, lot, units, None, came))
        elif row.entry is Entry.VOIDED:
            arcs.append(Arc(row.number, line, at(row.origin), lot, units, None, row.at))
        elif row.entry is Entry.LOST_IN_TRANSIT:
            arcs.append(Arc(row.number, line, None, lot, units, None, row.at))
        elif row.entry in (Entry.MADE, Entry.YIELDED):
            arcs.append(Arc(row.number, None, at(row.destination), lot, units, None, row.at))
        elif row.entry is Entry.SOLD:
            arcs.append(Arc(row.number, at(row.origin), SOLD, lot, units, row.at, row.at))
        elif row.entry is Entry.RETURNED:
            arcs.append(Arc(row.number, SOLD, at(row.destination), lot, units, row.at, row.at))
        elif row.entry in GONE:
            arcs.append(Arc(row.number, at(row.origin), None, lot, units, row.at, None))
    if any(arc.tail == SOLD for arc in arcs):
        arcs.append(Arc(OTHERS_SOLD, None, SOLD, None, None, None, None))
    return arcs


def _pair_late_shipments(rows: Iterable[Moved]) -> tuple[Mapping[int, list[Moved]], Mapping[int, Moved]]:
    """Pair what a shipment dated after its own receipt settles: the receipts' shares, and each settled row's receipt.

    The fold writes the two halves of a pair one after the other (`trace.fold.matching`).
    """
    numbered = {row.number: row for row in rows}
    halves: defaultdict[tuple[int, int, Unit], tuple[list[Moved], list[Moved]]] = defaultdict(lambda: ([], []))
    for row in sorted(numbered.values()):
        if row.entry in (Entry.SETTLED, Entry.RECONCILED):
            halves[row.event, row.batch, row.uom][row.entry is Entry.RECONCILED].append(row)
    shares: defaultdict[int, list[Moved]] = defaultdict(list)
    receipts: dict[int, Moved] = {}
    for settled, reconciled in halves.values():
        for one, other in zip(settled, reconciled, strict=False):
            if other.closes in numbered and one.amount == other.amount:
                shares[other.closes].append(other)
                receipts[one.number] = numbered[other.closes]
    return shares, receipts
