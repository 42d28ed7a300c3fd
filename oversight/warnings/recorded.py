"""What captured events show to early warning: goods that consumers brought back.

It follows the time at which it happened: what is reported more than a week later counts in the base alone.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select, text
from sqlalchemy.orm import Session

from oversight.warnings.observations import Observation
from trace.fold.entries import Entry
from trace.kit.bulk import among
from trace.models import Event, Identifier, Location, Posting, Product

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
    # apart and distinct, so that a database starts from the few postings of returns and not from products' many items
    back = (
        select(Posting.at, Posting.batch_id, Posting.destination_id, Posting.event_id)
        .where(_RETURNED, between(Posting.at, since, until))
        .distinct()
        .subquery()
    )
    place = back.c.destination_id
    query = (
        select(back.c.at, Product.id, back.c.batch_id, Identifier.kind, place, Location.region, Event.event_id)
        .join_from(back, Identifier, Identifier.id == back.c.batch_id)
        .join(Product, Product.gtin == Identifier.gtin)
        .join(Event, Event.id == back.c.event_id)
        .outerjoin(Location, Location.id == place)
        .order_by(back.c.at, Event.event_id, back.c.batch_id)
    )
    if products is not None:
        query = query.where(is_of(session, products))
    rows = session.execute(query).all()
    return [observation(*row) for row in rows]


def is_of(session: Session, products: Collection[int]) -> ColumnElement[bool]:
    """Whether it is one of these products."""
    # a sum: to use the index of a column, SQLite would try every number of the list for each row
    return among(session, Product.id + 0, sorted(products))


def between(at: Any, since: datetime, until: datetime) -> ColumnElement[bool]:
    """Whether a time of the record lies in a span."""
    return and_(at >= stored(since), at < stored(until))


def stored(moment: datetime) -> int:
    """A moment as the record keeps it."""
    return (moment - _EPOCH) // _MICROSECOND


def observation(
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
