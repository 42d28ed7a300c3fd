"""When a batch was made and when it expires: as registered, else as its production events say."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.fold.entries import Entry
from trace.kit.db import chunked
from trace.models import Batch, Event, Posting, ProductionDay


def production_dates(session: Session, batches: Iterable[int]) -> dict[int, date]:
    """Return the production date of each batch for which one is known; where events say several, none is."""
    found: dict[int, date] = {}
    for some in chunked(sorted(set(batches))):
        recorded = select(ProductionDay.batch_id, ProductionDay.day).where(ProductionDay.batch_id.in_(some))
        found.update((batch, day) for batch, day in session.execute(recorded))
        registered = session.execute(
            select(Batch.id, Batch.produced_on).where(Batch.id.in_(some), Batch.produced_on.is_not(None))
        )
        found.update((batch, day) for batch, day in registered if day is not None)
    return found


def expiry_dates(session: Session, batches: Iterable[int]) -> dict[int, date]:
    """Return the last day of the shelf life of each batch for which one is known; where events say several, none is."""
    said: dict[int, set[date | None]] = {}
    registered: dict[int, date] = {}
    for some in chunked(sorted(set(batches))):
        made = select(Posting.batch_id, Event.expiry_date).join(Event, Event.id == Posting.event_id)
        told = made.where(
            Posting.batch_id.in_(some), Posting.entry.in_((Entry.MADE, Entry.YIELDED)), Event.expiry_date.is_not(None)
        )
        for batch, text in session.execute(told.distinct()):
            said.setdefault(batch, set()).add(read_day(text))
        rows = session.execute(
            select(Batch.id, Batch.expires_on).where(Batch.id.in_(some), Batch.expires_on.is_not(None))
        )
        registered.update((batch, day) for batch, day in rows if day is not None)
    told_once = {batch: day for batch, days in said.items() if len(days) == 1 for day in days if day is not None}
    return told_once | registered


def read_day(text: str | None) -> date | None:
    """Return the day that an ``ilmd`` date or date-time begins with, ``None`` where it is no date."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
