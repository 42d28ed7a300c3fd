"""On which day each event happened, as exactly as its sender said."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.epcis.search_keys import TEXT
from trace.epcis.searchable import Scope
from trace.kit.db import chunked
from trace.models import Event, EventField, FieldName
from trace.sources.periods import EVENT_DATE, VOCABULARY, Period, day_period, read_unspecified

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_dates(session: Session, events: Collection[int]) -> dict[int, Period | None]:
    """Return the day of each event where it happened, or the period that it may have happened in; None: unknown."""
    found: dict[int, Period | None] = {}
    for some in chunked(sorted(events)):
        rows = session.execute(select(Event.id, Event.at, Event.time_zone_offset).where(Event.id.in_(some)))
        found.update((number, day_period(_day(at, offset))) for number, at, offset in rows)
    return found | read_stated(session, events)


def read_stated(session: Session, events: Collection[int]) -> dict[int, Period | None]:
    """Return, of those events whose sender said how much of the date is known, the period, or None: unknown."""
    found: dict[int, Period | None] = {}
    names = _names(session)
    if not names:
        return {}
    for some in chunked(sorted(events)):
        said = session.execute(
            select(EventField.event_id, EventField.key).where(
                EventField.event_id.in_(some), EventField.name_id.in_(names)
            )
        )
        for number, key in said:
            try:
                found[number] = read_unspecified(key.removeprefix(TEXT))
            except ValueError:
                continue  # another's extension of this name: the event time counts
    return found


def has_stated_dates(session: Session) -> bool:
    """Whether any sender ever said how much of a date is known."""
    return bool(_names(session))


def _names(session: Session) -> Sequence[int]:
    return session.scalars(
        select(FieldName.id).where(
            FieldName.local == EVENT_DATE, FieldName.namespace == VOCABULARY, FieldName.scope == str(Scope.EXTENSION)
        )
    ).all()


def _day(at: int, offset: str) -> date:
    """The date on the calendar of the place: ``at`` in µs since 1970 UTC, ``offset`` as ±hh:mm."""
    moment = _EPOCH + timedelta(microseconds=at)
    away = datetime.fromisoformat("1970-01-01T00:00:00" + offset).utcoffset()
    try:
        return (moment + (away or timedelta())).date()
    except OverflowError:  # the first and the last day that there is
        return moment.date()
