"""Reading the ledger: the postings of a set of batches as columns, as of any moment."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from trace.kit.bulk import among, select_among
from trace.models import PackedPostings, Posting
from trace.postings import Chunk, Packed, Postings, pack, unpack

WHOLE = 16 << 20
"""Bytes of packed postings, about 400,000 rows."""


def read_postings(session: Session, batches: Collection[int], until: int | None = None) -> Postings:
    """Return the postings of ``batches`` up to ``until`` (µs since 1970 UTC, inclusive; ``None`` for all).

    One statement, over the key that begins with the batch; its cost is that of the batches' own postings.
    """
    columns = ("batch_id", "uom", "rows")
    return unpack(select_among(session, PackedPostings, columns, "batch_id", batches), until)


def read_postings_at(session: Session, batch: int, place: int) -> Postings:
    """Return the postings of one batch that leave a place or come to it; its cost is that of these alone."""
    here = or_(Posting.origin_id == place, Posting.destination_id == place)
    return postings_of(session.execute(select(Posting.__table__).where(Posting.batch_id == batch, here)))


def read_postings_here(session: Session, batches: Collection[int], places: Collection[int]) -> Postings:
    """Return the postings of ``batches`` that leave one of ``places`` or come to one.

    As a rule the batches are read whole, which is fastest; beyond `WHOLE` bytes of them these rows alone are, so that
    a firm whose goods went all over a country needs no more memory for its own part than others.
    """
    packed = select(func.sum(func.length(PackedPostings.rows)))
    if (session.scalar(packed.where(among(session, PackedPostings.batch_id, batches))) or 0) <= WHOLE:
        return read_postings(session, batches).at_places(places)
    ends = (Posting.origin_id, Posting.destination_id)
    leaving, coming = (among(session, end, places) & among(session, Posting.batch_id, batches) for end in ends)
    rows = select(Posting.__table__)  # each way by its own index
    seen = {row.id: row for condition in (leaving, coming) for row in session.execute(rows.where(condition))}
    return postings_of(seen.values())


def postings_of(rows: Iterable[Any]) -> Postings:
    """Return rows of the table `Posting` as columns."""
    packed: dict[tuple[int, str], list[Packed]] = {}
    for row in rows:
        one = Packed(row.event_id, row.origin_id, row.destination_id, row.amount, row.scale, row.at, row.entry)
        packed.setdefault((row.batch_id, row.uom), []).append(one)
    return unpack([Chunk(*scope, pack(some)) for scope, some in packed.items()])
