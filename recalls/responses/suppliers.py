"""Who supplied a place with a batch, and what was sent back to each of them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from trace.fold.contents import Unit
from trace.fold.entries import OPENERS
from trace.movements import Movement, tally_movements
from trace.postings import NOWHERE, Postings, factorise, which_of

Stock = tuple[int, int, Unit]
"""(place, batch, unit of measure)."""

_OPENING = which_of(OPENERS)


@dataclass(frozen=True, slots=True)
class Supplied:
    """Units that came from a supplier, or are on their way from it, and those sent back to it; ``None`` is unknown."""

    came: Decimal | None
    back: Decimal | None


def find_suppliers(postings: Postings) -> dict[Stock, dict[int, Supplied]]:
    """Return for each batch at each place the places that it came from.

    Of two places that sent a batch to each other, the one that did so first is the supplier: what a shop sends back
    to its distributor is no delivery.
    """
    first = _first_times(postings)
    moved = tally_movements(postings)
    found: dict[Stock, dict[int, Supplied]] = {}
    for (origin, place, batch, uom), movement in moved.items():
        if origin is None or place is None or origin == place or (origin, place, batch) not in first:
            continue
        back = first.get((place, origin, batch))
        if back is None or first[origin, place, batch] < back:
            returns = moved.get((place, origin, batch, uom), Movement())
            found.setdefault((place, batch, uom), {})[origin] = Supplied(_units(movement), _units(returns))
    return found


def _units(movement: Movement) -> Decimal | None:
    if movement.shipped is None or movement.received is None:
        return None
    return max(movement.shipped, movement.received)


def _first_times(postings: Postings) -> dict[tuple[int, int, int], int]:
    """Return when each batch first set out from one place for another, or came from there unannounced (µs)."""
    opened = postings.where(_OPENING[postings.entry] & (postings.origin != NOWHERE) & (postings.destination != NOWHERE))
    if len(opened) == 0:
        return {}
    count = opened.ends.places.size
    batches, batch = factorise(opened.batch)
    keys, which = factorise((opened.ends.origin * count + opened.ends.destination) * batches.size + batch)
    first = np.full(keys.size, np.iinfo(np.int64).max)
    np.minimum.at(first, which, opened.at)
    pair = keys // batches.size
    columns = (opened.ends.places[pair // count], opened.ends.places[pair % count], batches[keys % batches.size])
    return dict(zip(zip(*(column.tolist() for column in columns), strict=True), first.tolist(), strict=True))
