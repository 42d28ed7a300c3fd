"""Which earlier captured events have to be derived anew because of newly captured (or voided) ones.

A packing step changes what later events on its containers moved; naming a serial's batch changes every event of that
serial (RULES 2, 12). Everything else touches only its own batch, which the matching looks after.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from trace.fold.event import FoldEvent
from trace.fold.steps import PACKINGS, Verb
from trace.kit.db import chunked
from trace.models import Event, EventItem, Role


@dataclass(frozen=True, slots=True)
class Naming:
    """An instance that an event names, with the batch that the event says it is of."""

    identifier: int
    batch: int | None
    verb: int
    at: int

    @property
    def packs(self) -> bool:
        """Whether the event may change what is inside the instance, or where it is inside."""
        return self.verb in PACKINGS or (self.verb == Verb.MAKE and self.batch is None)


class Named(NamedTuple):
    """The serials of which events say the batch, and the instances that events pack, unpack or make anew."""

    serials: set[int]
    containers: set[int]


def read_namings(session: Session, changed: Collection[int], captured: Mapping[int, FoldEvent]) -> list[Naming]:
    """Return what matters of the instances that ``changed`` events name; ``captured`` need not be read back."""
    read = _read_namings(session, set(changed) - captured.keys())
    return [*read, *(naming for event in captured.values() for naming in _namings(event))]


def split_namings(namings: Iterable[Naming]) -> Named:
    """Return the serials and the containers among them."""
    named = Named(set(), set())
    for naming in namings:
        if naming.batch is not None:
            named.serials.add(naming.identifier)
        if naming.packs:
            named.containers.add(naming.identifier)
    return named


def find_dependents(
    session: Session, changed: Collection[int], new_identifiers: Collection[int], namings: Iterable[Naming]
) -> set[int]:
    """Return the events whose goods may read differently because of ``changed``, which have these ``namings``."""
    fresh = set(new_identifiers)
    older = [naming for naming in namings if naming.identifier not in fresh]
    serials, containers = split_namings(older)
    found = _events_naming(session, serials | find_holders(session, serials), None)
    if containers:
        since = min(naming.at for naming in older if naming.packs)
        # a child that is packed elsewhere leaves its former container, so its holders count too
        found |= _events_naming(session, containers | find_holders(session, containers), since)
    return found - set(changed)


def _namings(event: FoldEvent) -> Iterator[Naming]:
    for item in (*event.items, *event.inputs, *event.outputs):
        if item.instance is not None:
            # an instance that is its own batch (RULES 1) was not said to be of one
            batch = None if item.batch == item.instance else item.batch
            yield Naming(item.instance, batch, event.verb, event.key.at)
    if event.parent is not None:
        yield Naming(event.parent, None, event.verb, event.key.at)


def _read_namings(session: Session, events: Collection[int]) -> list[Naming]:
    namings: list[Naming] = []
    for some in chunked(sorted(events)):
        rows = session.execute(
            select(EventItem.identifier_id, EventItem.batch_id, Event.verb, Event.at)
            .join(Event, Event.id == EventItem.event_id)
            .where(
                EventItem.event_id.in_(some),
                Event.verb.in_(PACKINGS) | (Event.verb == Verb.MAKE) | EventItem.batch_id.is_not(None),
                ~EventItem.is_class,
            )
        )
        namings += [Naming(*row) for row in rows]
    return namings


def find_holders(session: Session, instances: Collection[int]) -> set[int]:
    """Return every container that ever held one of ``instances``, at any depth."""
    child, parent = aliased(EventItem), aliased(EventItem)
    holders: set[int] = set()
    wanted = set(instances)
    while wanted:
        found: set[int] = set()
        for some in chunked(sorted(wanted)):
            # each packing once, however many of its children are asked about
            packings = select(child.event_id).where(child.identifier_id.in_(some), child.role == Role.ITEM)
            holding = parent.event_id.in_(packings.distinct()) & (parent.role == Role.PARENT)
            found.update(session.scalars(select(parent.identifier_id).where(holding).distinct()))
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
