"""Which earlier captured events have to be derived anew because of newly captured (or voided) ones.

A packing step changes what later events on its containers moved; naming a serial's batch changes every event of that
serial (RULES 2, 12). Everything else touches only its own batch, which the matching looks after.
"""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from trace.fold.steps import PACKINGS, Verb
from trace.kit.db import chunked
from trace.models import Event, EventItem, Role


def find_dependents(session: Session, changed: Collection[int], new_identifiers: Collection[int]) -> set[int]:
    """Return the events whose goods may read differently because of ``changed``."""
    fresh = set(new_identifiers)
    containers: set[int] = set()
    serials: set[int] = set()
    since: int | None = None
    for some in chunked(sorted(changed)):
        rows = session.execute(
            select(EventItem.identifier_id, EventItem.batch_id, EventItem.is_class, Event.verb, Event.at)
            .join(Event, Event.id == EventItem.event_id)
            .where(
                EventItem.event_id.in_(some),
                Event.verb.in_(PACKINGS) | (Event.verb == Verb.MAKE) | EventItem.batch_id.is_not(None),
                ~EventItem.is_class,
            )
        )
        for identifier, batch, _, verb, at in rows:
            if identifier in fresh:
                continue
            if batch is not None:
                serials.add(identifier)
            if verb in PACKINGS or (verb == Verb.MAKE and batch is None):
                containers.add(identifier)
                since = at if since is None else min(since, at)
    found = _events_naming(session, serials | _holders(session, serials), None)
    if containers:
        # a child that is packed elsewhere leaves its former container, so its holders count too
        found |= _events_naming(session, containers | _holders(session, containers), since)
    return found - set(changed)


def _holders(session: Session, instances: Collection[int]) -> set[int]:
    """Return every container that ever held one of ``instances``, at any depth."""
    child, parent = aliased(EventItem), aliased(EventItem)
    holders: set[int] = set()
    wanted = set(instances)
    while wanted:
        found: set[int] = set()
        for some in chunked(sorted(wanted)):
            found.update(
                session.scalars(
                    select(parent.identifier_id)
                    .join(child, child.event_id == parent.event_id)
                    .where(child.identifier_id.in_(some), child.role == Role.ITEM, parent.role == Role.PARENT)
                    .distinct()
                )
            )
        wanted = found - holders
        holders |= found
    return holders


def _events_naming(session: Session, identifiers: Collection[int], since: int | None) -> set[int]:
    found: set[int] = set()
    for some in chunked(sorted(identifiers)):
        query = (
            select(EventItem.event_id)
            .join(Event, Event.id == EventItem.event_id)
            .where(EventItem.identifier_id.in_(some))
        )
        found.update(session.scalars(query if since is None else query.where(Event.at >= since)))
    return found
