"""What the figures of an impact mean, as pure functions over the tally (RULES 7-8)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from trace.fold.contents import Unit
from trace.fold.entries import RECEIPTS, Entry
from trace.tally import Figures, PlaceFigures, Sum, add_figures, tally

Status = Literal["inbound", "holding", "sold_through", "returned", "cleared"]

_COMING = RECEIPTS | {Entry.SHIPPED, Entry.DIVERTED_IN}
_ARRIVING = RECEIPTS | {Entry.MADE, Entry.YIELDED, Entry.RETURNED}


class ConservationBroken(RuntimeError):
    """The ledger lost or made units by itself: a defect of this program, never of the data."""


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What is known of how goods came to a place: whether any arrived, and whether every quantity is recorded."""

    any_arrived: bool = False
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Bounds:
    """In-scope units that reached a place or are under way to it; ``None`` where no limit is known."""

    lower: Decimal
    expected: Decimal | None
    upper: Decimal | None


def read_arrivals(rows: Iterable[Sum]) -> dict[tuple[int, Unit], Arrivals]:
    """Return the arrivals at each place by unit of measure."""
    found: dict[tuple[int, Unit], Arrivals] = {}
    for row in rows:
        if row.destination is None:
            continue
        before = found.get((row.destination, row.uom), Arrivals())
        found[(row.destination, row.uom)] = Arrivals(
            before.any_arrived or row.entry in _ARRIVING,
            before.counted and not (row.unknown and row.entry in _COMING),
        )
    return found


def place_status(figures: PlaceFigures, arrivals: Arrivals) -> Status:
    """Return where a place stands with the goods in scope (RULES 8, affected outlet).

    inbound: nothing arrived yet, units are under way. holding: some are there, or may be, because a quantity is not
    recorded. Of those that have none left — sold_through: some were sold to consumers; returned: all that came was
    shipped back to where it came from; cleared: neither.
    """
    if not arrivals.any_arrived and (figures.in_transit > 0 or not arrivals.counted):
        return "inbound"
    if figures.on_hand > 0 or not figures.complete:
        return "holding"
    if figures.sold > 0:
        return "sold_through"
    elsewhere = figures.produced or figures.consumed or figures.destroyed or figures.lost
    if figures.received > 0 and figures.returned >= figures.received and not elsewhere:
        return "returned"
    return "cleared"


def bounds(figures: PlaceFigures, arrivals: Arrivals) -> Bounds:
    """Return the bounds for a place: equal where every quantity is recorded, else a lower one alone (RULES 8)."""
    known = figures.received + figures.in_transit
    return Bounds(known, known, known) if arrivals.counted else Bounds(known, None, None)


TotalKey = tuple[str, Unit, bool]
"""(item, unit of measure, derived)."""


def total_figures(
    rows: Iterable[Sum], items: Mapping[int, str], depth: Mapping[int, int]
) -> dict[TotalKey, tuple[Figures, set[int]]]:
    """Return the tally by item, unit of measure and whether it was derived, with the batches it adds up.

    ``items`` names each batch's item. Raises ConservationBroken unless produced = the sum of where it is, per batch.
    """
    parts: dict[TotalKey, list[tuple[int, Figures]]] = {}
    for (batch, uom), figures in tally(rows).items():
        require_conservation(figures)
        parts.setdefault((items[batch], uom, depth[batch] > 0), []).append((batch, figures))
    return {
        key: (add_figures(figures for _, figures in some), {batch for batch, _ in some}) for key, some in parts.items()
    }


def require_conservation(figures: Figures) -> None:
    """Assert RULES 8: produced = on hand + in transit + sold + consumed + destroyed + lost + unaccounted."""
    if figures.produced != figures.accounted:
        raise ConservationBroken(f"Expected {figures.produced} units accounted for, got {figures.accounted}.")
