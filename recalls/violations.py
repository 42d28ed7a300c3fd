"""Goods that moved although they were held (RULES 9): traced like all others, and reported."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trace.fold.entries import OPENERS, Entry
from trace.kit.db import chunked
from trace.models import Event, Posting

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Violation:
    """A shipment or sale of a held batch at or after the moment its hold began."""

    event_id: str
    batch: int
    place: int | None
    sold: bool


def microseconds(moment: datetime) -> int:
    """Return a moment as the ledger writes it: µs since 1970 UTC."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def find_violations(session: Session, held_since: Mapping[int, int], until: int) -> list[Violation]:
    """Return what left a place while it was held, in the order of events.

    ``held_since`` gives for each batch the moment (µs) from which it was held. A shipment back to where the goods had
    come from is no violation: that is what a recall asks for.
    """
    rows: list[_Row] = []
    for some in chunked(sorted(held_since)):
        columns = (Posting.batch_id, Posting.entry, Posting.origin_id, Posting.destination_id)
        query = (
            select(Posting.at, Event.event_id, *columns)
            .join(Event, Event.id == Posting.event_id)
            .where(
                Posting.batch_id.in_(some),
                Posting.entry.in_((Entry.SHIPPED, Entry.SOLD)),
                Posting.at >= min(held_since[batch] for batch in some),
                Posting.at <= until,
            )
        )
        for at, event, batch, entry, origin, destination in session.execute(query):
            if at >= held_since[batch]:
                rows.append((at, event, batch, entry, origin, destination))
    first = _first_movements(session, {batch for _, _, batch, *_ in rows})
    found = [
        Violation(event, batch, origin, entry == Entry.SOLD)
        for _, event, batch, entry, origin, destination in sorted(rows, key=lambda row: row[:4])
        if entry == Entry.SOLD or not _is_return(first, batch, origin, destination)
    ]
    return list(dict.fromkeys(found))


_Row = tuple[int, str, int, int, int | None, int | None]
_Way = tuple[int, int | None, int | None]


def _is_return(first: Mapping[_Way, int], batch: int, origin: int | None, destination: int | None) -> bool:
    came = first.get((batch, destination, origin))
    return came is not None and came < first.get((batch, origin, destination), came + 1)


def _first_movements(session: Session, batches: Iterable[int]) -> dict[_Way, int]:
    found: dict[_Way, int] = {}
    for some in chunked(sorted(batches)):
        query = (
            select(Posting.batch_id, Posting.origin_id, Posting.destination_id, func.min(Posting.at))
            .where(Posting.batch_id.in_(some), Posting.entry.in_(OPENERS))
            .group_by(Posting.batch_id, Posting.origin_id, Posting.destination_id)
        )
        found.update(((batch, origin, destination), at) for batch, origin, destination, at in session.execute(query))
    return found
