"""From postings to the arcs of the flow: what left which stock or line, and where it came in (RULES 7). Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
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
    """A posting: ``amount`` × 10⁻ˢᶜᵃˡᵉ or unknown, ``at`` in µs since 1970 UTC, ``closes`` another's number.

    It was not before ``earliest`` and not after ``latest``, which differ where only a part of the date is known;
    ``None``: nothing is.
    """

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
    earliest: int | None
    latest: int | None


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


def row_number(arc: int) -> int:
    """Return the number of the posting that an arc is of; the second arc of one posting has a number below 0."""
    return arc if arc > 0 else -arc - 1


def make_arcs(rows: Collection[Moved], uom: Unit, scale: int, no_lot: int | None, tolerance: int) -> list[Arc]:
    """Return the arcs of an item in one unit of measure, in whole units of 10⁻ˢᶜᵃˡᵉ; ``no_lot`` is its own class.

    An unknown quantity has no unit of measure, so it is one in every unit.
    """
    rows = [row for row in rows if row.uom == uom or (not row.uom and row.amount is None)]
    rows = [row._replace(amount=row.amount and row.amount * 10 ** (scale - row.scale), scale=scale) for row in rows]
    reconciled, settled = _pair_late_shipments(rows)
    roads = find_roads(rows, no_lot, reconciled, tolerance)
    arcs: list[Arc] = []
    for row in rows:
        lot = None if row.batch == no_lot else row.batch
        units = row.amount
        line = None if row.closes is None else roads.lines.get(row.closes)
        if row.entry is Entry.SHIPPED:
            arcs.append(
                Arc(row.number, at(row.origin), roads.lines[row.number], lot, units, row.latest, None, row.destination)
            )
        elif row.entry in (Entry.RECEIVED, Entry.RECEIVED_UNKNOWN):
            arcs.append(Arc(row.number, line, at(row.destination), lot, units, None, row.earliest))
        elif row.entry in UNSENT:
            left = None if units is None else units - reconciled.get(row.number, 0)
            if row.number in roads.drawn:
                road, taken = roads.drawn[row.number]
                arcs.append(Arc(-row.number - 1, road, at(row.destination), lot, taken, None, row.earliest))
                left = 0 if left is None or taken is None else left - taken
            arcs.append(Arc(row.number, at(row.origin), at(row.destination), lot, left, row.latest, row.earliest))
        elif row.entry is Entry.SETTLED:
            receipt = settled.get(row.number)
            head, came = (None, None) if receipt is None else (at(receipt.destination), receipt.earliest)
            arcs.append(Arc(row.number, line, head, lot, units, None, came))
        elif row.entry is Entry.VOIDED:
            arcs.append(Arc(row.number, line, at(row.origin), lot, units, None, row.earliest))
        elif row.entry is Entry.LOST_IN_TRANSIT:
            arcs.append(Arc(row.number, line, None, lot, units, None, row.earliest))
        elif row.entry in (Entry.MADE, Entry.YIELDED):
            arcs.append(Arc(row.number, None, at(row.destination), lot, units, None, row.earliest))
        elif row.entry is Entry.SOLD:
            arcs.append(Arc(row.number, at(row.origin), SOLD, lot, units, row.latest, row.earliest))
        elif row.entry is Entry.RETURNED:
            arcs.append(Arc(row.number, SOLD, at(row.destination), lot, units, row.latest, row.earliest))
        elif row.entry in GONE:
            arcs.append(Arc(row.number, at(row.origin), None, lot, units, row.latest, None))
    arcs = [arc for arc in arcs if arc.quantity != 0]
    if any(arc.tail == SOLD for arc in arcs):
        arcs.append(Arc(OTHERS_SOLD, None, SOLD, None, None, None, None))
    return arcs


@dataclass(frozen=True, slots=True)
class Roads:
    """The line that each shipment is on, and for receipts that nobody shipped under their name, what they draw of one.

    Shipments share a line where a receipt may have been of any of them.
    """

    lines: Mapping[int, Node]
    drawn: Mapping[int, tuple[Node, int | None]]


def find_roads(rows: Iterable[Moved], no_lot: int | None, reconciled: Mapping[int, int], tolerance: int) -> Roads:
    """Tie receipts to shipments of the same item under another name: a lot told at one end only is the same goods.

    Receipts are matched batch by batch (RULES 16), so one without the lot of its shipment closes nothing, and the
    other way round. Here it takes what is open on the way to its place, from its sender if it names one, before it
    counts as a departure that nobody recorded.
    """
    shipments: dict[int, Moved] = {}
    closed: defaultdict[int, int] = defaultdict(int)
    receipts: list[Moved] = []
    for row in rows:
        if row.entry is Entry.SHIPPED:
            shipments[row.number] = row
        elif row.entry in UNSENT:
            receipts.append(row)
        elif row.closes is not None and row.entry in _CLOSING:
            closed[row.closes] += row.amount or 0
    lines: dict[int, Node] = {number: (LINE, number) for number in shipments}
    toward: defaultdict[int | None, list[Moved]] = defaultdict(list)
    for row in sorted(shipments.values(), key=lambda one: (one.at, one.number)):
        if row.amount is None or row.amount > closed[row.number]:
            toward[row.destination].append(row)
    drawn: dict[int, tuple[Node, int | None]] = {}
    used: defaultdict[int, int] = defaultdict(int)
    for receipt in sorted(receipts, key=lambda one: (one.at, one.number)):
        ways = [
            row
            for row in toward.get(receipt.destination, ())
            if (row.batch == no_lot) != (receipt.batch == no_lot)
            and (receipt.origin is None or row.origin in (None, receipt.origin))
            and (row.earliest is None or receipt.latest is None or row.earliest <= receipt.latest + tolerance)
        ]
        wanted = None if receipt.amount is None else receipt.amount - reconciled.get(receipt.number, 0)
        taken = 0
        for row in ways:
            room = None if row.amount is None else row.amount - closed[row.number] - used[row.number]
            part = (room or 0) if wanted is None else wanted - taken if room is None else min(room, wanted - taken)
            used[row.number] += part
            taken += part
        if not ways or (wanted is not None and not taken):
            continue
        road = min(lines[row.number] for row in ways)
        shared = {lines[row.number] for row in ways}
        if len(shared) > 1:
            lines.update({number: road for number, line in lines.items() if line in shared})
        drawn[receipt.number] = (road, None if wanted is None else taken)
    return Roads(lines, {number: (_last(road, lines), taken) for number, (road, taken) in drawn.items()})


def _last(road: Node, lines: Mapping[int, Node]) -> Node:
    """The line that a road has become part of."""
    return lines[road[1]]


_CLOSING = frozenset({Entry.RECEIVED, Entry.RECEIVED_UNKNOWN, Entry.SETTLED, Entry.VOIDED, Entry.LOST_IN_TRANSIT})


def _pair_late_shipments(rows: Iterable[Moved]) -> tuple[Mapping[int, int], Mapping[int, Moved]]:
    """Pair what a shipment dated after its own receipt settles: how much of each receipt, and each settled row's one.

    The fold writes the two halves of a pair one after the other (`trace.fold.matching`).
    """
    numbered = {row.number: row for row in rows}
    halves: defaultdict[tuple[int, int, Unit], tuple[list[Moved], list[Moved]]] = defaultdict(lambda: ([], []))
    for row in sorted(numbered.values()):
        if row.entry in (Entry.SETTLED, Entry.RECONCILED):
            halves[row.event, row.batch, row.uom][row.entry is Entry.RECONCILED].append(row)
    shares: defaultdict[int, int] = defaultdict(int)
    receipts: dict[int, Moved] = {}
    for settled, reconciled in halves.values():
        for one, other in zip(settled, reconciled, strict=False):
            if other.closes is not None and other.closes in numbered and one.amount == other.amount:
                shares[other.closes] += other.amount or 0
                receipts[one.number] = numbered[other.closes]
    return shares, receipts
