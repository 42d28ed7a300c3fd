"""When a batch was made and when it expires: as registered, else as its production events say."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.fold.entries import Entry
from trace.kit.db import chunked
from trace.models import Batch, Event, Posting


def production_dates(session: Session, batches: Iterable[int]) -> dict[int, date]:
    """Return the production date of each batch for which one is known; of several events the earliest."""
    found: dict[int, date] = {}
    for some in chunked(sorted(set(batches))):
        made = session.execute(
            select(Posting.batch_id, Event.production_date)
            .join(Event, Event.id == Posting.event_id)
            .where(
                Posting.batch_id.in_(some),
                Posting.entry.in_((Entry.MADE, Entry.YIELDED)),
                Event.production_date.is_not(None),
            )
        )
        for batch, text in made:
            day = read_day(text)
            if day is not None:
                found[batch] = min(day, found.get(batch, day))
        registered = session.execute(
            select(Batch.id, Batch.produced_on).where(Batch.id.in_(some), Batch.produced_on.is_not(None))
        )
        found.update((batch, day) for batch, day in registered if day is not None)
    return found


def read_day(text: str | None) -> date | None:
    """Return the day that an ``ilmd`` date or date-time begins with, ``None`` where it is no date."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None
