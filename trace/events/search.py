"""Searching stored events: what a query asks, of what the key may see, page by page (EPCIS 2.0 §8.2.7, §12.6)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true, tuple_, union
from sqlalchemy.orm import Session

from trace.epcis.query_language import EVENT_TIME, RECORD_TIME, EventQuery
from trace.events.conditions import NOTHING, Clause, Rank, compile_condition, field_numbers
from trace.events.errors import QueryParameterException, QueryTooLargeException
from trace.kit.auth import Principal
from trace.kit.fields import row_number
from trace.models import Event, EventField
from trace.visibility import seen_events, ways_to_see_events

Position = list[str]
"""Where a page ended: three texts each for the last event shown and for the newest there was at the first page."""

MAX_PAGE = 8 * 1024 * 1024
"""Characters of captured events in a page."""

_BEFORE_KEYS, _AFTER_KEYS = "", "~"
_NEAR = 2_000


@dataclass(frozen=True, slots=True)
class Found:
    """A page of events; ``next`` is the position behind it, None on the last page."""

    events: list[Event]
    next: Position | None


@dataclass(frozen=True, slots=True)
class _Order:
    """The value by which events are ordered; those of one value are in the order of capture, or against it."""

    value: ColumnElement[Any]
    number: ColumnElement[int]
    descending: bool
    indexed: bool = True

    def columns(self, value: ColumnElement[Any], number: ColumnElement[int]) -> list[ColumnElement[Any]]:
        return [one.desc() if self.descending else one.asc() for one in (value, number)]

    def sorted(self) -> "_Order":
        """The same order, written so that no database takes it for a reason to walk through all events in it."""
        value, number = (func.coalesce(one, one) for one in (self.value, self.number))
        return _Order(value, number, self.descending)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Between which events a page lies: behind the last one shown, and none captured later than ``newest``."""

    last: tuple[Any, int] | None = None
    newest: int | None = None

    def conditions(self, order: _Order) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.last is not None:
            here = tuple_(order.value, order.number)
            last = tuple_(literal(self.last[0], order.value.type), literal(self.last[1]))
            found.append(here < last if order.descending else here > last)
        if self.newest is not None:
            found.append(order.number <= self.newest)
        return found


def search_events(
    session: Session, principal: Principal, query: EventQuery, limit: int, after: Position | None = None
) -> Found:
    """Return a page of at most ``limit`` of the events that ``query`` asks for and the key may see.

    The pages that begin with ``after`` None and go on with each page's `next` show every event that was there at the
    first page once, whatever is captured meanwhile. Raises QueryTooLargeException (413) beyond `maxEventCount`, and
    QueryParameterException (400) for a position that no page of this key ended with.
    """
    clauses = [compile_condition(session, principal, condition) for condition in query.conditions]
    order = _order(session, query)
    bounds = _Bounds()
    remaining = query.event_count_limit
    if after is None:
        _check_count(session, principal, clauses, query.max_event_count)
    else:
        last, newest = (_resolve(session, principal, after[start : start + 3]) for start in (0, 3))
        value = session.execute(select(order.value).where(Event.id == last)).scalar_one()
        bounds = _Bounds((value, last), newest)
        if remaining is not None:
            remaining = row_number(after[6]) if len(after) == 7 else 0
    size = limit if remaining is None else min(limit, remaining)
    numbers = _find(session, principal, clauses, order, bounds, size + 1)
    size = _fitting(session, numbers[:size])
    shown = _load(session, numbers[:size])
    if len(numbers) <= size or remaining == size:
        return Found(shown, None)
    first = after[3:6] if after is not None else _name(session, principal, _newest(session, principal))
    position = [*_name(session, principal, shown[-1]), *first]
    return Found(shown, position if remaining is None else [*position, str(remaining - size)])


def matching_after(
    session: Session, principal: Principal, query: EventQuery, last_id: int, up_to: int | None, limit: int
) -> list[Event]:
    """Return the first ``limit`` matching events, in order of capture, with numbers above ``last_id`` to ``up_to``.

    For subscriptions, which take events as they come: order and limits of the query say nothing here.
    """
    clauses = [compile_condition(session, principal, condition) for condition in query.conditions]
    bounds = _Bounds((last_id, last_id), up_to)
    return _load(session, _find(session, principal, clauses, _CAPTURE, bounds, limit))


_TABLE = Event.__table__.c
_NUMBER: ColumnElement[int] = _TABLE.id
_CAPTURE = _Order(_NUMBER, _NUMBER, False)


def _order(session: Session, query: EventQuery) -> _Order:
    descending = query.order_direction == "DESC"
    match query.order_by:
        case None:
            return _CAPTURE
        case str() as column:
            times = {EVENT_TIME: _TABLE.at, RECORD_TIME: _TABLE.record_time}
            return _Order(times[column], _NUMBER, descending)
        case field:
            # of several values the one that comes first counts; events without any come last
            best, none = (func.max, _BEFORE_KEYS) if descending else (func.min, _AFTER_KEYS)
            names = field_numbers(session, field)
            of_event = select(best(EventField.key)).where(
                EventField.event_id == Event.id, EventField.name_id.in_(names)
            )
            value = func.coalesce(of_event.correlate(Event).scalar_subquery(), none)
            return _Order(value, _NUMBER, descending, indexed=False)


def _find(
    session: Session,
    principal: Principal,
    clauses: Sequence[Clause],
    order: _Order,
    bounds: _Bounds,
    limit: int,
) -> list[int]:
    """The numbers of the first ``limit`` events in order.

    It begins with the condition that finds the fewest. Where that may be many, a firm begins with the ways in which it
    may see events; who sees all asks the next few events in order first, for what many meet is found among them.
    """
    if any(clause is NOTHING for clause in clauses):
        return []
    first = min((clause for clause in clauses if clause.events is not None), key=lambda one: one.rank, default=None)
    everything = principal.role != "company"
    holds = [clause.holds for clause in clauses]
    if first is None or first.rank is Rank.MANY:
        if holds and order.indexed and everything:
            few = _part(true(), bounds.conditions(order), order, _NEAR).subquery("next_few")
            near = _part(Event.id.in_(select(few.c.id)), holds, order, limit)
            found = session.scalars(_merge([near], order, limit)).all()
            if len(found) == limit:
                return list(found)
            order = order.sorted() if _is_sparse(clauses, order) else order
        first = first if everything else None
    if first is not None and first.events is not None:
        ways = [and_(Event.id.in_(first.events), seen_events(principal))]
        holds = [clause.holds for clause in clauses if clause is not first]
        order = order.sorted()
    else:
        ways = ways_to_see_events(session, principal)
        order = order if everything or order is _CAPTURE else order.sorted()
    parts = [_part(way, [*holds, *bounds.conditions(order)], order, limit) for way in ways]
    return list(session.scalars(_merge(parts, order, limit)))


def _is_sparse(clauses: Sequence[Clause], order: _Order) -> bool:
    """Whether the index of a condition finds the events rather than a walk in order, which met too few of them.

    For the order of capture there may be one that has them in this order; then no sorting is needed.
    """
    known = [clause.in_order for clause in clauses if clause.in_order is not None]
    return bool(known) and (not any(known) if order is _CAPTURE else any(known))


def _part(
    way: ColumnElement[bool], conditions: Sequence[ColumnElement[bool]], order: _Order, limit: int
) -> Select[Any]:
    """The first events, in order, that one way of seeing them finds."""
    columns = select(_NUMBER.label("id"), order.value.label("value")).where(way, *conditions)
    return columns.order_by(*order.columns(order.value, order.number)).limit(limit)


def _merge(parts: Sequence[Select[Any]], order: _Order, limit: int) -> Select[Any]:
    """The numbers of the first events of all parts, each once."""
    if len(parts) == 1:
        return select(parts[0].subquery().c.id)
    merged = union(*(select(part.subquery()) for part in parts)).subquery()
    return select(merged.c.id).order_by(*order.columns(merged.c.value, merged.c.id)).limit(limit)


def _check_count(session: Session, principal: Principal, clauses: Sequence[Clause], most: int | None) -> None:
    if most is None:
        return
    if len(_find(session, principal, clauses, _CAPTURE, _Bounds(), most + 1)) > most:
        raise QueryTooLargeException(f"The result has more than {most} events, which maxEventCount allows.")


def _fitting(session: Session, numbers: Sequence[int]) -> int:
    """How many of these events, one at least, go into a page (EPCIS 2.0 §12.6 lets a server give fewer)."""
    rows = session.execute(select(Event.id, func.length(Event.body)).where(Event.id.in_(numbers)))
    lengths = {number: length for number, length in rows}  # noqa: C416  (a Result is no mapping)
    total = 0
    for count, number in enumerate(numbers):
        total += lengths[number]
        if count and total > MAX_PAGE:
            return count
    return len(numbers)


def _load(session: Session, numbers: Sequence[int]) -> list[Event]:
    """The events of these numbers, in this order."""
    events = {event.id: event for event in session.scalars(select(Event).where(Event.id.in_(numbers)))}
    return [events[number] for number in numbers]


def _newest(session: Session, principal: Principal) -> Event:
    ways = ways_to_see_events(session, principal)
    newest = union(*(select(func.max(_NUMBER)).where(way) for way in ways)).subquery()
    return session.scalars(select(Event).where(Event.id == select(func.max(newest.c[0])).scalar_subquery())).one()


def _name(session: Session, principal: Principal, event: Event) -> Position:
    """Name an event without its number, which would tell how many events others captured.

    An ID can stand for several events (declarations, copies of other firms): the hash tells those of other content
    apart, the place among those that the key may see the others.
    """
    twins = _twins(session, principal, event.event_id, _digest(event.content_hash, event.declaration))
    return [event.event_id, _digest(event.content_hash, event.declaration), str(twins.index(event.id))]


def _resolve(session: Session, principal: Principal, name: Position) -> int:
    """Return the number of a named event."""
    if len(name) == 3:
        for at, number in enumerate(_twins(session, principal, name[0], name[1])):
            if name[2] == str(at):
                return number
    raise QueryParameterException("nextPageToken: Expected one whose events this key may see. Ask for the first page.")


def _twins(session: Session, principal: Principal, event_id: str, digest: str) -> list[int]:
    same = Event.event_id == event_id
    # written twice, because ordinary events and declarations each have an index of their own
    named = or_(and_(same, Event.declaration.is_(None)), and_(same, Event.declaration.is_not(None)))
    rows = session.execute(
        select(Event.id, Event.content_hash, Event.declaration).where(named, seen_events(principal)).order_by(Event.id)
    )
    return [number for number, content_hash, declared in rows if _digest(content_hash, declared) == digest]


def _digest(content_hash: str, declaration: str | None) -> str:
    return hashlib.sha256(f"{content_hash} {declaration or ''}".encode()).hexdigest()[:32]
