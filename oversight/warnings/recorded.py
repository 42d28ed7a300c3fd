"""What captured events show to early warning: goods that consumers brought back, and serials sold in two places.

Both follow the time at which it happened: what is reported more than a week later counts in the base alone.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Exists, and_, exists, literal, select, text
from sqlalchemy.orm import Session, aliased

from oversight.warnings.observations import Observation
from trace.fold.entries import Entry
from trace.fold.steps import Verb
from trace.kit.bulk import among
from trace.models import Event, EventItem, Identifier, Location, Posting, Product, Void

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# written out, as its partial index is: a database compares the texts of conditions
_RETURNED = text(f"postings.entry = {Entry.RETURNED:d}")


def observe_returns(
    session: Session, since: datetime, until: datetime, products: Collection[int] | None = None
) -> list[Observation]:
    """Return what consumers brought back from ``since`` to before ``until``: a case is an event and a batch.

    The place that took the goods back is the source.
    """
    place, at = Posting.destination_id, Posting.at
    query = (
        select(at, Product.id, Posting.batch_id, Identifier.kind, place, Location.region, Event.event_id)
        .join(Identifier, Identifier.id == Posting.batch_id)
        .join(Product, Product.gtin == Identifier.gtin)
        .join(Event, Event.id == Posting.event_id)
        .outerjoin(Location, Location.id == place)
        .where(_RETURNED, _between(at, since, until))
        .distinct()
        .order_by(at, Event.event_id, Posting.batch_id)
    )
    if products is not None:
        query = query.where(among(session, Product.id, sorted(products)))
    rows = session.execute(query).all()
    return [_observation(*row) for row in rows]


def observe_copies(
    session: Session, since: datetime, until: datetime, products: Collection[int] | None = None
) -> list[Observation]:
    """Return the sales, from ``since`` to before ``until``, of serials that another place sold too.

    One number is on one item alone: such a serial was copied, or read wrongly, as far as was known at ``until``. A
    serial that ever came back is left out. The place that sold it is the source.
    """
    item, serial = aliased(EventItem), aliased(Identifier)
    place = Event.origin_id
    query = (
        select(Event.at, Product.id, item.batch_id, literal("batch"), place, Location.region, Event.event_id)
        .join(item, item.event_id == Event.id)
        .join(serial, serial.id == item.identifier_id)
        .join(Product, Product.gtin == serial.gtin)
        .outerjoin(Location, Location.id == place)
        .where(_between(Event.at, since, until), *_counted(Event, Verb.SELL))
        .where(item.is_class.is_(False), serial.kind == "instance")
        .where(_sold_elsewhere(item, place, until), ~_happened(item, Verb.TAKE_BACK))
        .distinct()
        .order_by(Event.at, Event.event_id, item.batch_id)
    )
    if products is not None:
        query = query.where(among(session, Product.id, sorted(products)))
    rows = session.execute(query).all()
    return [_observation(*row) for row in rows]


def _sold_elsewhere(item: Any, place: Any, until: datetime) -> ColumnElement[bool]:
    """Whether an event before ``until`` sells the same item at another place."""
    event = aliased(Event)
    found = _happened(item, Verb.SELL, event)
    return found.where(event.origin_id != place, event.at < _stored(until))


def _happened(item: Any, verb: Verb, event: Any = None) -> Exists:
    """Whether some event of a kind names the same item."""
    event, other = event or aliased(Event), aliased(EventItem)
    return exists().where(other.identifier_id == item.identifier_id, event.id == other.event_id, *_counted(event, verb))


def _counted(event: Any, verb: Verb) -> tuple[ColumnElement[bool], ...]:
    return event.verb == verb, event.declaration.is_(None), event.id.not_in(select(Void.event_id))


def _between(at: Any, since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(at >= _stored(since), at < _stored(until))


def _stored(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _observation(
    at: int, product: int, batch: int | None, kind: str, place: int | None, region: str | None, record: str
) -> Observation:
    """A posting of goods without a lot has the item itself in the batch's place."""
    return Observation(
        at=_EPOCH + at * _MICROSECOND,
        product_id=product,
        batch_id=batch if kind == "batch" else None,
        source=f"place:{place}",
        region=region,
        record=record,
        place_id=place,
    )
