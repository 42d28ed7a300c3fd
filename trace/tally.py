"""What each figure means (RULES 8): balances read off sums of postings, as pure functions.

Whatever is asked for, a batch at a place or five hundred batches in a country, is the same addition over the same
rows, so two answers cannot disagree.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from trace.fold.contents import Unit
from trace.fold.entries import ACCOUNTS, RECEIPTS, SHIPPED_SIGNS, Account, End, Entry

ZERO = Decimal(0)

PIECES: Unit = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """All postings of one batch, unit of measure, entry and pair of places, added up.

    ``unknown`` is how many of them had no quantity; they count 0 and make every figure a lower bound.
    """

    batch: int
    uom: Unit
    entry: Entry
    origin: int | None
    destination: int | None
    quantity: Decimal
    unknown: int


@dataclass(slots=True)
class Figures:
    """The tally of a set of batches in one unit of measure. ``complete`` is false where it is a lower bound."""

    produced: Decimal = ZERO
    on_hand: Decimal = ZERO
    in_transit: Decimal = ZERO
    sold: Decimal = ZERO
    consumed: Decimal = ZERO
    destroyed: Decimal = ZERO
    lost: Decimal = ZERO
    unaccounted: Decimal = ZERO
    complete: bool = True

    def add(self, row: Sum) -> None:
        """Take one row into the tally; notes move nothing."""
        accounts = ACCOUNTS.get(row.entry)
        if accounts is None:
            return
        if row.unknown:
            self.complete = False
        for account, quantity in ((accounts.debit, -row.quantity), (accounts.credit, row.quantity)):
            # what was made is the other side of the account it came from
            signed = -quantity if account is Account.MADE else quantity
            setattr(self, account.value, getattr(self, account.value) + signed)

    @property
    def accounted(self) -> Decimal:
        """The right side of the conservation line; always equal to ``produced``."""
        return (
            self.on_hand + self.in_transit + self.sold + self.consumed + self.destroyed + self.lost + self.unaccounted
        )


@dataclass(slots=True)
class PlaceFigures:
    """What happened at one place, in one unit of measure. ``in_transit`` is what is under way to it."""

    received: Decimal = ZERO
    on_hand: Decimal = ZERO
    in_transit: Decimal = ZERO
    shipped: Decimal = ZERO
    returned: Decimal = ZERO  # shipped back to where it came from; a part of ``shipped``
    sold: Decimal = ZERO
    produced: Decimal = ZERO
    consumed: Decimal = ZERO
    destroyed: Decimal = ZERO
    lost: Decimal = ZERO
    complete: bool = True


@dataclass(slots=True)
class Movement:
    """All consignments of a batch from one place to another, added up; ``None`` is unknown."""

    shipped: Decimal | None = ZERO
    received: Decimal | None = ZERO

    @property
    def is_empty(self) -> bool:
        """Nothing left and nothing arrived: a shipment that was voided whole."""
        return self.shipped == 0 and self.received == 0


Place = int | None
Edge = tuple[Place, Place, int, Unit]
"""(from, to, batch, unit of measure)."""


def tally(rows: Iterable[Sum]) -> dict[tuple[int, Unit], Figures]:
    """Return the figures of each batch and unit of measure.

    An unknown quantity comes without a unit: it makes the batch's figures in every unit lower bounds (RULES 8), and
    is no row of its own where the batch is counted in another.
    """
    found: dict[tuple[int, Unit], Figures] = {}
    units: dict[int, set[Unit]] = {}
    unmeasured: set[int] = set()
    for row in rows:
        found.setdefault((row.batch, row.uom), Figures()).add(row)
        units.setdefault(row.batch, set()).add(row.uom)
        if _is_unmeasured(row):
            unmeasured.add(row.batch)
    for batch in unmeasured:
        for uom in units[batch]:
            found[batch, uom].complete = False
        if len(units[batch]) > 1 and found[batch, PIECES] == Figures(complete=False):
            del found[batch, PIECES]
    return found


def _is_unmeasured(row: Sum) -> bool:
    return bool(row.unknown) and row.uom == PIECES and row.entry in ACCOUNTS


def add_figures(parts: Iterable[Figures]) -> Figures:
    """Add tallies of different batches in the same unit of measure."""
    total = Figures()
    for part in parts:
        for account in Account:
            setattr(total, account.value, getattr(total, account.value) + getattr(part, account.value))
        total.complete = total.complete and part.complete
    return total


@dataclass(slots=True)
class PlaceTally:
    """The figures of each place and unit of measure, over whatever batches were given."""

    figures: dict[tuple[int, Unit], PlaceFigures] = field(default_factory=dict)

    def at(self, place: Place, uom: Unit) -> PlaceFigures:
        """The figures of a place, made on first sight; an unknown place is nobody's stock."""
        if place is None:
            return PlaceFigures()
        return self.figures.setdefault((place, uom), PlaceFigures())


def tally_places(rows: Iterable[Sum]) -> dict[tuple[int, Unit], PlaceFigures]:
    """Return the figures of every place that any row names, notes included: it was, or will be, there.

    An unknown quantity of a batch makes what the place has of it a lower bound in every unit, as in `tally`.
    """
    places = PlaceTally()
    units: dict[tuple[Place, int], set[Unit]] = {}
    unmeasured: set[tuple[Place, int]] = set()
    sent: dict[tuple[Place, Place, Unit], Decimal] = {}
    for row in rows:
        origin, destination = places.at(row.origin, row.uom), places.at(row.destination, row.uom)
        _add_to_stock(row, origin, destination)
        for place in (row.origin, row.destination):
            units.setdefault((place, row.batch), set()).add(row.uom)
            if _is_unmeasured(row):
                unmeasured.add((place, row.batch))
        if row.entry in SHIPPED_SIGNS:
            quantity = row.quantity * SHIPPED_SIGNS[row.entry]
            origin.shipped += quantity
            way = (row.origin, row.destination, row.uom)
            sent[way] = sent.get(way, ZERO) + quantity
        if row.entry in RECEIPTS:
            destination.received += row.quantity
    for (origin_id, destination_id, uom), quantity in sent.items():
        if (destination_id, origin_id, uom) in sent:
            places.at(origin_id, uom).returned += min(quantity, sent[(destination_id, origin_id, uom)])
    for place, batch in unmeasured:
        for uom in units[place, batch]:
            places.at(place, uom).complete = False
    return places.figures


def _add_to_stock(row: Sum, origin: PlaceFigures, destination: PlaceFigures) -> None:
    accounts = ACCOUNTS.get(row.entry)
    if accounts is None:
        return
    ends = {End.FROM: origin, End.TO: destination, End.BETWEEN: destination}
    sides = ((accounts.debit, accounts.debit_end, -row.quantity), (accounts.credit, accounts.credit_end, row.quantity))
    for account, end, quantity in sides:
        if account is Account.ON_HAND:
            ends[end].on_hand += quantity
            ends[end].complete = ends[end].complete and not row.unknown
        elif account is Account.IN_TRANSIT:
            destination.in_transit += quantity
            destination.complete = destination.complete and not row.unknown
    if row.entry in (Entry.MADE, Entry.YIELDED):
        destination.produced += row.quantity
    elif row.entry is Entry.SOLD:
        origin.sold += row.quantity
    elif row.entry is Entry.RETURNED:
        destination.sold -= row.quantity
    elif row.entry is Entry.CONSUMED:
        origin.consumed += row.quantity
    elif row.entry is Entry.DESTROYED:
        origin.destroyed += row.quantity
    elif row.entry is Entry.LOST:
        origin.lost += row.quantity


def tally_movements(rows: Iterable[Sum]) -> dict[Edge, Movement]:
    """Return the supply graph's edges: what was shipped and received from place to place, parallel ones summed."""
    edges: dict[Edge, Movement] = {}
    for row in rows:
        if row.entry not in SHIPPED_SIGNS and row.entry not in RECEIPTS:
            continue
        edge = edges.setdefault((row.origin, row.destination, row.batch, row.uom), Movement())
        if row.entry in SHIPPED_SIGNS:
            edge.shipped = _plus(edge.shipped, row.quantity * SHIPPED_SIGNS[row.entry], row.unknown)
        else:
            edge.received = _plus(edge.received, row.quantity, row.unknown)
    return {edge: movement for edge, movement in edges.items() if not movement.is_empty}


def _plus(known: Decimal | None, quantity: Decimal, unknown: int) -> Decimal | None:
    return None if known is None or unknown else known + quantity
