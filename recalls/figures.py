"""What the figures of an impact mean, as pure functions over the tally (RULES 7-8)."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

from trace.fold.contents import Unit
from trace.postings import Amounts, Flags, Postings
from trace.tally import BATCH_FIGURES, FigureTable, PlaceTable, add_up, tally_batches

Status = Literal["inbound", "holding", "sold_through", "returned", "cleared"]

_STATUSES: tuple[Status, ...] = ("inbound", "holding", "sold_through", "returned")


class ConservationBroken(RuntimeError):
    """The ledger lost or made units by itself: a defect of this program, never of the data."""


class Bounds(NamedTuple):
    """In-scope units that reached each place or are under way to it; no ``upper`` where not ``limited``."""

    lower: Amounts
    upper: Amounts
    limited: Flags


def place_statuses(table: PlaceTable) -> list[Status]:
    """Return where each place stands with the goods in scope (RULES 8, affected outlet).

    inbound: nothing arrived yet, units are under way. holding: some are there, or may be, because a quantity is not
    recorded. Of those that have none left — sold_through: some were sold to consumers; returned: all that came was
    shipped back to where it came from; cleared: neither.
    """
    figures = table.figures
    elsewhere = np.any([figures[name] != 0 for name in ("produced", "consumed", "destroyed", "lost")], axis=0)
    received, returned = figures["received"], figures["returned"]
    chosen = np.select(
        (
            ~table.arrived & ((figures["in_transit"] > 0) | ~table.counted),
            (figures["on_hand"] > 0) | ~table.complete,
            figures["sold"] > 0,
            (received > 0) & (returned >= received) & ~elsewhere,
        ),
        range(len(_STATUSES)),
        default=len(_STATUSES),
    )
    return [(*_STATUSES, "cleared")[which] for which in chosen.tolist()]


def bounds(table: PlaceTable) -> Bounds:
    """Return the bounds for each place: equal where every quantity is recorded, else a lower one alone (RULES 8)."""
    known = table.figures["received"] + table.figures["in_transit"]
    return Bounds(known, known, table.counted)


TotalKey = tuple[str, Unit, bool]
"""(item, unit of measure, derived)."""


def total_figures(
    postings: Postings, items: Mapping[int, str], depth: Mapping[int, int]
) -> tuple[FigureTable, dict[TotalKey, set[int]]]:
    """Return the tally by item, unit of measure and whether it was derived, with the batches that each row adds up.

    ``items`` names each batch's item; the rows of the table are those of the dictionary, in its order. Raises
    ConservationBroken unless produced = the sum of where it is.
    """
    table = tally_batches(postings)
    batches: dict[TotalKey, set[int]] = {}
    groups: dict[TotalKey, int] = {}
    group = []
    for batch, uom in table.keys():  # noqa: SIM118  (a table is no mapping)
        key = (items[batch], uom, depth[batch] > 0)
        group.append(groups.setdefault(key, len(groups)))
        batches.setdefault(key, set()).add(batch)
    totals = add_up(table, np.array(group, dtype=np.int64), len(groups))
    require_conservation(totals)
    return totals, batches


def require_conservation(table: FigureTable) -> None:
    """Assert RULES 8: produced = on hand + in transit + sold + consumed + destroyed + lost + unaccounted."""
    made = table.figures["produced"]
    accounted = sum((table.figures[name] for name in BATCH_FIGURES if name != "produced"), np.zeros_like(made))
    broken = np.flatnonzero(made != accounted)
    if broken.size:
        got = f"{made[broken[0]]} units accounted for, got {accounted[broken[0]]}"
        raise ConservationBroken(f"Expected {got} (× 10⁻{table.scales[table.uom[broken[0]]]}).")
