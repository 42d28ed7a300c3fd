"""Find whatever a code or a name means: a batch, a product, a firm, a place, a logistic unit, an event.

For officials, who see everything; a firm finds its own things in its own lists.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from trace.answers import BatchRef, describe_batches, describe_places
from trace.gs1 import IdentifierError, Kind, canonical_uri, read_identifier, read_scan
from trace.kit.auth import OFFICIALS, Principal
from trace.kit.errors import Forbidden
from trace.models import Event, EventItem, Identifier, Location, Party, Product

FoundKind = Literal["batch", "product", "firm", "place", "unit", "event", "other"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MOST = 20
"""Things of one kind that are told; who finds more has to say more."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that fits: what it is called, its code, and facts beside it.

    ``uri`` is its canonical identifier (an event's own ID; of a firm there is none); ``batches`` are those of a
    product, or those that an event names.
    """

    kind: FoundKind
    code: str
    uri: str | None = None
    name: str | None = None
    name_en: str | None = None
    firm: str | None = None
    region: str | None = None
    place_kind: str | None = None
    address: str | None = None
    at: datetime | None = None
    step: str | None = None
    batches: tuple[BatchRef, ...] = field(default=())


def find_anything(session: Session, principal: Principal, text: str, year: int) -> list[Found]:
    """Return what ``text`` (a code in any form, a scan, a part of a name, a lot) may mean, what is exact first.

    ``year`` is the present one, by which two-digit years of a scan are read. Raises Forbidden (403) for a firm.
    """
    if principal.role not in OFFICIALS:
        raise Forbidden("Searching the whole record is for officials; a firm searches its own lists.")
    text = text.strip()
    if not text:
        return []
    found: dict[tuple[FoundKind, str, datetime | None], Found] = {}
    for one in (*_exact(session, text, year), *_named(session, text)):
        found.setdefault((one.kind, one.uri or one.code, one.at), one)
    return list(found.values())


def _exact(session: Session, text: str, year: int) -> Iterator[Found]:
    uris, gtins = _codes_in(text, year)
    numbers = list(session.scalars(select(Identifier).where(Identifier.uri.in_(uris))))
    for row in numbers:
        yield from _identified(session, row)
    yield from _products(session, Product.gtin.in_(gtins))
    yield from _places(session, Location.gln == text)
    yield from _firms(session, or_(Party.gln == text, Party.uscc == text))
    for event in session.scalars(select(Event).where(Event.event_id == text).order_by(Event.id).limit(MOST)).all():
        yield _event(session, event)


def _codes_in(text: str, year: int) -> tuple[set[str], set[str]]:
    """The canonical identifiers and GTINs that a text may stand for."""
    uris, gtins = {text}, {text.zfill(14)} if text.isascii() and text.isdigit() and 8 <= len(text) <= 14 else set()
    try:
        uris.add(read_identifier(text).uri)
    except IdentifierError:
        return uris, gtins
    try:
        scan = read_scan(text, this_year=year)
    except IdentifierError:
        return uris, gtins
    if scan.gtin is not None:
        gtins.add(scan.gtin)
        if scan.lot is not None:
            uris.add(canonical_uri(scan.gtin, scan.lot))
    return uris, gtins


def _identified(session: Session, row: Identifier) -> Iterator[Found]:
    if row.kind == Kind.BATCH:
        yield Found("batch", row.lot or row.uri, row.uri, firm=None, batches=tuple(_refs(session, [row.id])))
    elif row.kind == Kind.ITEM:
        yield from _products(session, Product.gtin == row.gtin)
    elif row.kind in (Kind.LOCATION, Kind.PARTY):
        place = describe_places(session, [row.id])[row.id]
        yield Found(
            "place",
            place.gln or place.id,
            place.id,
            place.name,
            place.name_en,
            place.party_name,
            place.region,
            place.kind,
        )
    elif row.kind == Kind.SSCC:
        yield Found("unit", row.uri.rpartition("/")[2], row.uri)
    else:
        yield Found("other", row.uri, row.uri, batches=tuple(_refs(session, [row.id])))


def _named(session: Session, text: str) -> Iterator[Found]:
    def says(*columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return or_(*(column.contains(text, autoescape=True) for column in columns))

    yield from _firms(session, says(Party.name, Party.name_en))
    yield from _products(session, says(Product.name, Product.name_en))
    yield from _places(session, says(Location.name, Location.name_en))
    lots = select(Identifier).where(Identifier.kind == Kind.BATCH, Identifier.lot == text)
    for row in session.scalars(lots.order_by(Identifier.id.desc()).limit(MOST)):
        yield from _identified(session, row)


def _products(session: Session, condition: ColumnElement[bool]) -> Iterator[Found]:
    for row in session.scalars(select(Product).where(condition).order_by(Product.gtin).limit(MOST)).all():
        batches = select(Identifier.id).where(Identifier.gtin == row.gtin, Identifier.kind == Kind.BATCH)
        newest = session.scalars(batches.order_by(Identifier.id.desc()).limit(MOST)).all()
        firm = row.party.name if row.party else None
        yield Found(
            "product",
            row.gtin,
            canonical_uri(row.gtin, None),
            row.name,
            row.name_en,
            firm,
            batches=tuple(_refs(session, newest)),
        )


def _places(session: Session, condition: ColumnElement[bool]) -> Iterator[Found]:
    query = select(Location, Identifier.uri).join(Identifier, Identifier.id == Location.id).where(condition)
    for row, uri in session.execute(query.order_by(Location.id).limit(MOST)):
        yield Found(
            "place",
            row.gln or uri,
            uri,
            row.name,
            row.name_en,
            row.party.name,
            row.region,
            row.kind,
            row.address,
        )


def _firms(session: Session, condition: ColumnElement[bool]) -> Iterator[Found]:
    for row in session.scalars(select(Party).where(condition).order_by(Party.id).limit(MOST)):
        yield Found("firm", row.uscc or row.gln or str(row.id), None, row.name, row.name_en, address=row.address)


def _event(session: Session, event: Event) -> Found:
    items = select(EventItem.identifier_id).where(EventItem.event_id == event.id)
    batches = select(Identifier.id).where(Identifier.id.in_(items), Identifier.kind == Kind.BATCH)
    place = event.read_point_id or event.biz_location_id
    where = None if place is None else describe_places(session, [place])[place]
    return Found(
        "event",
        event.event_id,
        event.event_id,
        None if where is None else where.name or where.gln,
        None if where is None else where.name_en,
        at=EPOCH + timedelta(microseconds=event.at),
        step=event.biz_step,
        batches=tuple(_refs(session, session.scalars(batches.limit(MOST)).all())),
    )


def _refs(session: Session, numbers: Iterable[int]) -> list[BatchRef]:
    wanted = list(numbers)
    known = describe_batches(session, wanted)
    return [known[number] for number in wanted if number in known]
