"""Reading the ledger: sums of postings for a set of batches, as of any moment."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from trace.amounts import HALF, from_stored
from trace.fold.contents import Unit
from trace.fold.entries import Entry
from trace.kit.db import chunked
from trace.models import Posting
from trace.tally import Sum


def read_sums(
    session: Session, batches: Collection[int], until: int | None = None, place: int | None = None
) -> list[Sum]:
    """Return the summed postings of ``batches`` up to ``until`` (µs since 1970 UTC, inclusive; ``None`` for all).

    ``place`` takes only those that leave it or come to it. One statement per 500 batches, over the index that begins
    with the batch.
    """
    sums: dict[tuple[int, Unit, int, int | None, int | None], tuple[Decimal, int]] = {}
    for some in chunked(sorted(batches)):
        for *which, scale, high, low, unknown in session.execute(_sums(some, until, place)):
            quantity = from_stored(int(high or 0) * HALF + int(low or 0), scale)
            key = (which[0], which[1], which[2], which[3], which[4])
            known, missing = sums.get(key, (Decimal(0), 0))
            sums[key] = (known + quantity, missing + unknown)
    return [
        Sum(batch, uom, Entry(entry), origin, destination, quantity, unknown)
        for (batch, uom, entry, origin, destination), (quantity, unknown) in sums.items()
    ]


def _sums(batches: Iterable[int], until: int | None, place: int | None) -> Select[*tuple[Any, ...]]:
    groups = (
        Posting.batch_id,
        Posting.uom,
        Posting.entry,
        Posting.origin_id,
        Posting.destination_id,
        Posting.scale,
    )
    query = (
        select(
            *groups,
            # two halves, so that no sum of 18-digit amounts overflows 64 bits
            func.sum(Posting.amount.op("/")(HALF)),
            func.sum(Posting.amount.op("%")(HALF)),
            func.count() - func.count(Posting.amount),
        )
        .where(Posting.batch_id.in_(batches))
        .group_by(*groups)
    )
    if place is not None:
        query = query.where(or_(Posting.origin_id == place, Posting.destination_id == place))
    return query if until is None else query.where(Posting.at <= until)


def places_of(sums: Iterable[Sum]) -> set[int]:
    """Return every place that the rows name."""
    return {place for row in sums for place in (row.origin, row.destination) if place is not None}
