"""What a firm should know of goods while it reports them: their names, the stock at the place, a recall; and with whom
it dealt before."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.answers import Place, describe_places
from trace.batch_list import Ban, StockHere, describe_rows, seen_among
from trace.deliveries import EPOCH, LOOKED_AT, list_open_deliveries
from trace.descriptions import Goods, read_goods
from trace.fold.contents import Unit
from trace.fold.steps import Verb
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.errors import NotFound
from trace.models import Event, Identifier, Product
from trace.visibility import own_places
from trace.vocabulary import name_places


class ReportNotFound(NotFound):
    """The firm reported no such event."""


@dataclass(frozen=True, slots=True)
class KnownGoods:
    """What is known of goods: ``stock`` is what a place has of the batch, empty where nothing is known there."""

    goods: Goods | None
    uom: Unit
    ban: Ban | None
    stock: tuple[StockHere, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Something that the firm itself reported."""

    event_id: str
    at: datetime
    verb: Verb


def read_known(
    session: Session, principal: Principal, gtins: Collection[str], batches: Collection[str], place: int | None
) -> Mapping[str, KnownGoods]:
    """Return what is known about batches, by canonical URI, and items, by GTIN; stock only at an own ``place``."""
    goods = read_goods(session, principal, gtins)
    uoms = {
        gtin: uom or ""
        for gtin, uom in session.execute(select(Product.gtin, Product.uom).where(among(session, Product.gtin, gtins)))
    }
    own = own_places(session, principal) or set()
    columns = (Identifier.id, Identifier.uri, Identifier.gtin, Identifier.lot)
    rows = session.execute(select(*columns).where(among(session, Identifier.uri, batches))).all()
    seen = seen_among(session, principal, [row.id for row in rows])
    here = {place} & own if place is not None else set()
    found = {gtin: KnownGoods(goods.get(gtin), uoms.get(gtin, ""), None, ()) for gtin in gtins}
    for batch in describe_rows(session, principal, here, rows):
        stock = batch.stock if batch.number in seen else ()
        uom = stock[0].uom if stock else uoms.get(batch.gtin or "", "")
        found[batch.uri] = KnownGoods(goods.get(batch.gtin or ""), uom, batch.ban, stock)
    return found


def list_partners(session: Session, principal: Principal) -> list[Place]:
    """Return the places of others that the firm's last reports, and open deliveries to it, name; by their names."""
    own = own_places(session, principal) or set()
    last = select(Event.origin_id, Event.destination_id).where(Event.captured_by == (principal.party_id or 0))
    rows = session.execute(last.order_by(Event.id.desc()).limit(LOOKED_AT))
    numbers = {end for row in rows for end in row if end is not None} - own
    partners = name_places(session, principal, describe_places(session, numbers)).values()
    senders = [one.origin for one in list_open_deliveries(session, principal).rows if one.origin is not None]
    by_id = {place.id: place for place in (*senders, *partners)}
    return sorted(by_id.values(), key=lambda place: (place.name or "", place.id))


def list_reports(session: Session, principal: Principal, limit: int) -> list[Report]:
    """Return what the firm reported last about goods, newest first."""
    last = (
        select(Event.id)
        .where(Event.captured_by == (principal.party_id or 0))
        .order_by(Event.id.desc())
        .limit(LOOKED_AT)
    )
    query = select(Event.event_id, Event.at, Event.verb).where(
        among(session, Event.id, session.scalars(last).all()), Event.declaration.is_(None), Event.verb != Verb.NOTHING
    )
    rows = session.execute(query.order_by(Event.id.desc()).limit(limit))
    return [Report(uri, EPOCH + timedelta(microseconds=at), Verb(verb)) for uri, at, verb in rows]


def require_report(session: Session, principal: Principal, event_id: str) -> Report:
    """Return an event that the firm itself reported. Raises ReportNotFound (404)."""
    query = select(Event.at, Event.verb).where(
        Event.event_id == event_id, Event.captured_by == (principal.party_id or 0), Event.declaration.is_(None)
    )
    row = session.execute(query).first()
    if row is None:
        raise ReportNotFound("No report of yours is known by this event.")
    return Report(event_id, EPOCH + timedelta(microseconds=row.at), Verb(row.verb))
