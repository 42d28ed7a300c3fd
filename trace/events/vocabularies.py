"""What the top-level resources of EPCIS list: types, EPCs, steps, places and dispositions of seen events.

For those who see everything the lists are read by an index, value after value, never from all rows. A company's are
read from the events it sees and no others: a value that only unseen events have is not there.
"""

from typing import Any

from sqlalchemy import ColumnElement, func, select, true, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from trace.epcis.query_language import EventQuery, QueryParameterError, read_query
from trace.events.errors import NoSuchResourceException
from trace.events.search import search_events
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.models import Event, EventItem, Identifier
from trace.visibility import ways_to_see_events

RESOURCES = {
    "eventTypes": "eventType",
    "epcs": "MATCH_anyEPC",
    "bizSteps": "EQ_bizStep",
    "bizLocations": "EQ_bizLocation",
    "readPoints": "EQ_readPoint",
    "dispositions": "EQ_disposition",
}
"""The query parameter that finds the events of each resource's values."""

_WORDS: dict[str, InstrumentedAttribute[Any]] = {
    "eventTypes": Event.type,
    "bizSteps": Event.biz_step,
    "dispositions": Event.disposition,
}
_PLACES: dict[str, InstrumentedAttribute[Any]] = {
    "bizLocations": Event.biz_location_id,
    "readPoints": Event.read_point_id,
}


def query_of(resource: str, value: str) -> EventQuery:
    """The query for the events of one value. Raises NoSuchResourceException (404) for what can be none."""
    try:
        return read_query({RESOURCES[resource]: [value]})
    except QueryParameterError as error:
        raise NoSuchResourceException(f"No {value[:100]!r} is known among {resource}.") from error


def has_value(session: Session, principal: Principal, resource: str, value: str) -> bool:
    """Whether an event that the key may see has the value."""
    return bool(search_events(session, principal, query_of(resource, value), 1).events)


def list_values(session: Session, principal: Principal, resource: str, limit: int, after: str | None) -> list[str]:
    """Return the first ``limit`` values behind ``after``, in the database's order of texts.

    Words of the CBV are bare, identifiers canonical URIs.
    """
    if resource in _WORDS:
        values = _distinct(session, principal, _WORDS[resource], after).c[0]
        return list(session.scalars(select(values).where(values.is_not(None)).order_by(values).limit(limit)))
    behind = Identifier.uri > (after or "")
    if resource in _PLACES:
        places = session.scalars(select(_distinct(session, principal, _PLACES[resource], None).c[0])).all()
        found: list[str] = []
        for some in chunked(places):
            found += session.scalars(select(Identifier.uri).where(Identifier.id.in_(some), behind))
        return sorted(found)[:limit]
    named = _is_epc(session, principal)
    return list(session.scalars(select(Identifier.uri).where(named, behind).order_by(Identifier.uri).limit(limit)))


def _distinct(session: Session, principal: Principal, column: InstrumentedAttribute[Any], after: str | None) -> Any:
    """The values of a column of seen events, each once, and perhaps null."""
    behind = true() if after is None else column > after
    if principal.role == "company":
        seen = (select(column).where(way, behind) for way in ways_to_see_events(session, principal))
        return union(*seen).subquery()
    # each value leads to the next one in the index
    found = select(func.min(column).label("value")).where(behind).cte("found", recursive=True)
    following = select(func.min(column)).where(column > found.c.value).scalar_subquery()
    return found.union_all(select(following).where(found.c.value.is_not(None)))


def _is_epc(session: Session, principal: Principal) -> ColumnElement[bool]:
    """Whether an identifier is listed as an instance."""
    listed = EventItem.is_class.is_(False)
    if principal.role == "company":
        seen = union(*(select(Event.id).where(way) for way in ways_to_see_events(session, principal)))
        return Identifier.id.in_(select(EventItem.identifier_id).where(listed, EventItem.event_id.in_(seen)))
    return select(EventItem.event_id).where(EventItem.identifier_id == Identifier.id, listed).exists()
