"""What moved between places: the edges of the supply graph, read off columns of postings, as pure functions."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from trace.amounts import from_stored
from trace.fold.contents import Unit
from trace.fold.entries import RECEIPTS, SHIPPED_SIGNS
from trace.postings import NOWHERE, Flags, Integers, Postings, factorise, sum_by, which_of

ZERO = Decimal(0)

_MOVING = which_of((*SHIPPED_SIGNS, *RECEIPTS))
_TAKING_BACK = which_of(entry for entry, sign in SHIPPED_SIGNS.items() if sign < 0)


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


def tally_movements(postings: Postings) -> dict[Edge, Movement]:
    """Return the supply graph's edges: what was shipped and received from place to place, parallel ones summed."""
    moved = postings.where(_moves(postings))
    if len(moved) == 0:
        return {}
    ends, units = moved.ends, len(moved.units)
    batches, batch = factorise(moved.batch)
    pairs, pair = factorise(ends.origin * ends.places.size + ends.destination)
    keys, rows = factorise((pair * batches.size + batch) * units + moved.uom)
    sums = [moved.zeros(keys.size), moved.zeros(keys.size)]
    unknown = [np.zeros(keys.size, dtype=np.bool_), np.zeros(keys.size, dtype=np.bool_)]
    for entry, mine in moved.by_entry():
        side = 0 if entry in SHIPPED_SIGNS else 1
        sums[side] += SHIPPED_SIGNS.get(entry, 1) * sum_by(rows[mine], moved.amount[mine], keys.size)
        unknown[side][rows[mine][~moved.known[mine]]] = True
    kept = np.flatnonzero((sums[0] != 0) | (sums[1] != 0) | unknown[0] | unknown[1])
    pair_of = pairs[keys[kept] // (units * batches.size)]
    uoms = (keys[kept] % units).tolist()
    columns = (
        ends.places[pair_of // ends.places.size].tolist(),
        ends.places[pair_of % ends.places.size].tolist(),
        batches[keys[kept] // units % batches.size].tolist(),
    )
    return {
        (None if origin == NOWHERE else origin, None if to == NOWHERE else to, number, moved.units[uom]): Movement(
            None if lost else from_stored(shipped, moved.scales[uom]),
            None if gone else from_stored(received, moved.scales[uom]),
        )
        for origin, to, number, uom, shipped, received, lost, gone in zip(
            *columns,
            uoms,
            *(column[kept].tolist() for column in (*sums, *unknown)),
            strict=True,
        )
    }


def moved_between(postings: Postings) -> tuple[Integers, Integers]:
    """Return where anything moved from and to, as two columns of positions in ``postings.ends.places``.

    A pair of places may stand there several times, and `NOWHERE` as one of the two; nothing moved where a shipment was
    voided whole.
    """
    moves = _moves(postings)
    if _TAKING_BACK[postings.entry].any() or (moves & postings.known & (postings.amount == 0)).any():
        edges = [[NOWHERE if end is None else end for end in edge[:2]] for edge in tally_movements(postings)]
        pairs = np.searchsorted(postings.ends.places, np.array(edges, dtype=np.int64).reshape(-1, 2))
        return pairs[:, 0], pairs[:, 1]
    return postings.ends.origin[moves], postings.ends.destination[moves]


def _moves(postings: Postings) -> Flags:
    return _MOVING[postings.entry]
