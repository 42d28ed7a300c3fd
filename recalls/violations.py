"""Goods that moved although they were held (RULES 9): traced like all others, and reported. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from trace.fold.entries import OPENERS, Entry
from trace.postings import NOWHERE, Flags, Integers, Postings, factorise, which_of

_OPENING = which_of(OPENERS)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Violation:
    """A shipment or sale of a held batch at or after the moment its hold began; ``event`` is the event's number."""

    at: int
    event: int
    batch: int
    place: int | None
    sold: bool


def microseconds(moment: datetime) -> int:
    """Return a moment as the ledger writes it: µs since 1970 UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def find_violations(postings: Postings, held_since: Mapping[int, int]) -> list[Violation]:
    """Return what left a place while it was held, in no order.

    ``held_since`` gives for each batch the moment (µs) from which it was held. A shipment back to where the goods had
    come from is no violation: that is what a recall asks for.
    """
    if not held_since:
        return []
    batches, which = factorise(postings.batch)
    never = np.iinfo(np.int64).max
    since = np.array([held_since.get(batch, never) for batch in batches.tolist()], dtype=np.int64)
    sold = postings.entry == Entry.SOLD
    left = np.flatnonzero((sold | (postings.entry == Entry.SHIPPED)) & (postings.at >= since[which]))
    if left.size == 0:
        return []
    left = left[sold[left] | ~_are_returns(postings, which, batches.size, left)]
    found = {
        Violation(
            int(postings.at[row]),
            int(postings.event[row]),
            int(postings.batch[row]),
            None if postings.origin[row] == NOWHERE else int(postings.origin[row]),
            bool(sold[row]),
        )
        for row in left.tolist()
    }
    return list(found)


def _are_returns(postings: Postings, batch: Integers, batches: int, left: Integers) -> Flags:
    """Return for each row of ``left`` whether the batch had first come the other way."""
    ends = postings.ends
    count = ends.places.size
    there = (ends.origin * count + ends.destination) * batches + batch
    back = (ends.destination * count + ends.origin) * batches + batch
    opened = np.flatnonzero(_OPENING[postings.entry])
    ways, which = factorise(there[opened])
    first = np.full(ways.size, np.iinfo(np.int64).max)
    np.minimum.at(first, which, postings.at[opened])

    def first_time(codes: Integers) -> Integers:
        position = np.minimum(np.searchsorted(ways, codes), ways.size - 1)
        return np.where(ways[position] == codes, first[position], np.iinfo(np.int64).max)

    return first_time(back[left]) < first_time(there[left])
