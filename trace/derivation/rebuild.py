"""Everything derived, derived anew from the events (ARCHITECTURE 1): it must change nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trace.derivation.derive import derive
from trace.events.store import find_copied, read_names, void_events
from trace.holds import spread_all_holds
from trace.kit.db import chunked, lock_writes
from trace.models import (
    Content,
    Event,
    GenealogyEdge,
    HeldBatch,
    PackedPostings,
    Posting,
    ProductionDay,
    SerialBatch,
    Void,
)
from trace.postings import Chunk, unpack

CHUNK = 5_000

DERIVED = (Posting, PackedPostings, GenealogyEdge, Void, HeldBatch, SerialBatch, ProductionDay, Content)
"""Every table that holds nothing but what follows from the events and the holds."""


def rebuild(session: Session, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Derive all that is derived anew; return the number of events read."""
    lock_writes(session)
    for model in DERIVED:
        session.execute(delete(model))
    order = (Event.at, Event.rank, Event.content_hash, Event.event_id)
    ids = list(session.scalars(select(Event.id).order_by(*order)))
    copied = find_copied(session)
    for some in chunked(ids, CHUNK):
        void_events(session, read_names(session, some), copied)
        copied = set()
    done = 0
    for some in chunked(ids, CHUNK):
        derive(session, some)
        done += len(some)
        progress(done, len(ids))
    spread_all_holds(session)
    return len(ids)


def find_differences(session: Session, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Return how many derived rows differ from what a rebuild makes; the caller rolls the session back."""
    before = Counter(_derived(session))
    rebuild(session, progress)
    after = Counter(_derived(session))
    return sum(((before - after) + (after - before)).values())


def _derived(session: Session) -> Iterator[tuple[Any, ...]]:
    """Yield every derived row without its surrogate key."""
    closed = Posting.__table__.alias("closed")
    rows = session.execute(
        select(
            Posting.event_id,
            Posting.batch_id,
            Posting.uom,
            Posting.entry,
            Posting.origin_id,
            Posting.destination_id,
            Posting.amount,
            Posting.scale,
            Posting.at,
            Posting.instance_id,
            Posting.is_open,
            Posting.transformation_id,
            closed.c.event_id,
            closed.c.entry,
            closed.c.instance_id,
        ).outerjoin(closed, (closed.c.batch_id == Posting.batch_id) & (closed.c.id == Posting.closes_id))
    )
    yield from (("posting", *row) for row in rows)
    yield from _packed(session)
    edges = session.execute(
        select(GenealogyEdge.source, GenealogyEdge.target, GenealogyEdge.event_id, GenealogyEdge.at)
    )
    yield from (("genealogy", *row) for row in edges)
    yield from (("void", number) for number in session.scalars(select(Void.event_id)))
    held = session.execute(select(HeldBatch.hold_id, HeldBatch.batch_id, HeldBatch.derived))
    yield from (("held", *row) for row in held)
    for name, columns in (
        ("serial", (SerialBatch.serial_id, SerialBatch.batch_id)),
        ("day", (ProductionDay.batch_id, ProductionDay.day)),
        ("content", (Content.unit_id, Content.batch_id)),
    ):
        yield from ((name, *row) for row in session.execute(select(*columns)))


def _packed(session: Session) -> Iterator[tuple[Any, ...]]:
    """Yield the packed postings one by one."""
    rows = session.execute(select(PackedPostings.batch_id, PackedPostings.uom, PackedPostings.rows))
    by_batch: dict[tuple[int, str], list[Chunk]] = {}
    for batch, uom, packed in rows:
        by_batch.setdefault((batch, uom), []).append(Chunk(batch, uom, packed))
    for (batch, uom), chunks in by_batch.items():
        one = unpack(chunks)
        columns = (one.event, one.entry, one.origin, one.destination, one.amount, one.known, one.at)
        rows_of = zip(*(column.tolist() for column in columns), strict=True)
        yield from (("packed", batch, uom, one.scales[0], *row) for row in rows_of)
