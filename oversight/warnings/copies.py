"""What sales show to early warning: one serial sold in several places was copied, or read wrongly.

Serials that were ever sold in two places are noted as sales come in: a look asks for these few, not for all that was
sold. A note is a candidate alone; whether it is a copy is asked of the record as it is then.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Exists, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from oversight.models import CopiedItem
from oversight.warnings.observations import Observation
from oversight.warnings.recorded import between, is_of, observation, stored
from trace.fold.steps import Verb
from trace.kit.bulk import among
from trace.kit.db import insert_ignore
from trace.models import Event, EventItem, Identifier, Location, Product, Void


def find_copied(session: Session, after: int) -> tuple[set[int], int]:
    """Return the items sold in two places of which an event above a row number tells, and the newest event's number.

    Events are numbered in the order in which they are written: none comes to stand below one that was seen.
    """
    newest = session.scalar(select(func.max(Event.id))) or 0
    query = (
        select(EventItem.identifier_id)
        .join(Event, Event.id == EventItem.event_id)
        .join(Identifier, Identifier.id == EventItem.identifier_id)
        .where(EventItem.event_id > after, EventItem.event_id <= newest, *_counted(Event, Verb.SELL))
        .where(EventItem.is_class.is_(False), Identifier.kind == "instance")
        .where(_sold_elsewhere(EventItem.identifier_id, Event.origin_id))
    )
    return set(session.scalars(query)), newest


def note_copied(session: Session, items: Collection[int]) -> None:
    """Remember items that were sold in two places."""
    insert_ignore(session, CopiedItem.__table__, [{"item_id": one} for one in sorted(items)], ["item_id"])


def observe_copies(
    session: Session, since: datetime, until: datetime, products: Collection[int] | None = None
) -> list[Observation]:
    """Return the sales, from ``since`` to before ``until``, of serials that another place sold too.

    Such a serial was copied, or read wrongly, as far as was known at ``until``. One that ever came back is left out.
    The place that sold it is the source.
    """
    noted = session.scalars(select(CopiedItem.item_id)).all()
    # apart and distinct, so that a database starts from the few serials and not from all sales of the time
    sold = (
        select(EventItem.event_id, EventItem.identifier_id, EventItem.batch_id)
        .where(among(session, EventItem.identifier_id, noted), EventItem.is_class.is_(False))
        .distinct()
        .subquery()
    )
    item, place = sold.c, Event.origin_id
    query = (
        select(Event.at, Product.id, item.batch_id, literal("batch"), place, Location.region, Event.event_id)
        .join(sold, item.event_id == Event.id)
        .join(Identifier, Identifier.id == item.identifier_id)
        .join(Product, Product.gtin == Identifier.gtin)
        .outerjoin(Location, Location.id == place)
        .where(between(Event.at, since, until), *_counted(Event, Verb.SELL))
        .where(_sold_elsewhere(item.identifier_id, place, until), ~_happened(item.identifier_id, Verb.TAKE_BACK))
        .distinct()
        .order_by(Event.at, Event.event_id, item.batch_id)
    )
    if products is not None:
        query = query.where(is_of(session, products))
    rows = session.execute(query).all()
    return [observation(*row) for row in rows]


def _sold_elsewhere(item: Any, place: Any, until: datetime | None = None) -> ColumnElement[bool]:
    """Whether an event, one before ``until`` if that is given, sells the same item at another place."""
    event = aliased(Event)
    found = _happened(item, Verb.SELL, event).where(event.origin_id != place)
    return found if until is None else found.where(event.at < stored(until))


def _happened(item: Any, verb: Verb, event: Any = None) -> Exists:
    """Whether some event of a kind names the same item."""
    event, other = event or aliased(Event), aliased(EventItem)
    return exists().where(other.identifier_id == item, event.id == other.event_id, *_counted(event, verb))


def _counted(event: Any, verb: Verb) -> tuple[ColumnElement[bool], ...]:
    return event.verb == verb, event.declaration.is_(None), event.id.not_in(select(Void.event_id))
