"""A firm's batches as a list: newest first, page by page, or whole as rows of a sheet.

The order is that of the numbers that identifiers have, so "newest" is what the record heard of last. Batches are looked
for in ranges of numbers that grow until enough were found: a page costs what its own range holds, not what the firm
ever had.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from trace.amounts import from_stored
from trace.answers import exact
from trace.fold.contents import Unit
from trace.gs1 import Kind, canonical_uri
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.errors import TooLarge
from trace.ledger import read_postings_here
from trace.models import Batch, HeldBatch, Hold, Identifier, Posting, Product, ProductionDay
from trace.own_stock import tally_own
from trace.visibility import own_places
from trace.vocabulary import find_names

FIRST_RANGE = 4_096
GROWTH = 4
BLOCK = 500
"""Batches that are described at a time where all are wanted."""

MOST_SEEN = 2_000
"""Batches that one page is looked for in, where the stock of each must be counted before it is shown."""

MOST_EXPORTED = 200_000

Ban = Literal["stop_sale", "recall"]


class TooManyBatches(TooLarge):
    """More batches than one sheet is made of."""


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """What is wanted; every condition that is given must hold.

    ``lot`` is what a lot begins with; ``text`` is either that or the digits of a product's bar code. ``place`` is the
    number of an own place that has some of it now.
    """

    gtin: str | None = None
    lot: str = ""
    text: str = ""
    produced_from: date | None = None
    produced_to: date | None = None
    held: bool = False
    place: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for at all."""
        return self != BatchFilter()


@dataclass(frozen=True, slots=True)
class StockHere:
    """What a firm (or the place that was asked about) has of a batch; ``complete`` false: a lower bound."""

    uom: Unit
    quantity: Decimal
    complete: bool


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """One batch of the list; without ``lot`` it is goods of which no lot is known. ``made`` is what was registered."""

    number: int
    uri: str
    gtin: str | None
    lot: str | None
    product: str | None
    product_en: str | None
    produced_on: date | None
    expires_on: date | None
    made: Decimal | None
    uom: Unit
    registered_at: datetime | None
    ban: Ban | None
    stock: tuple[StockHere, ...]


@dataclass(frozen=True, slots=True)
class BatchPage:
    """Some batches; ``before`` is the number that the next page stops short of, ``None`` on the last.

    ``looked_through`` says that the search stopped after so many batches, before the page was full.
    """

    rows: list[ListedBatch]
    before: int | None
    looked_through: int | None = None


def list_batches(
    session: Session, principal: Principal, wanted: BatchFilter, limit: int = 50, before: int | None = None
) -> BatchPage:
    """Return the firm's newest batches with a number below ``before``: those of its own products, and those that were
    ever at, or sent to or from, its places."""
    places = own_places(session, principal) or set()
    counted = _counted_at(places, wanted)
    found: list[ListedBatch] = []
    seen = 0
    size = limit + 1 if wanted.place is None else BLOCK
    for block in _find_blocks(session, principal, places, wanted, before, size):
        found += _fitting(describe_rows(session, principal, counted, block), wanted)
        if len(found) > limit:
            return BatchPage(found[:limit], found[limit - 1].number)
        seen += len(block)
        if seen >= MOST_SEEN:
            return BatchPage(found, block[-1].id, seen)
    return BatchPage(found, None)


def each_batch(session: Session, principal: Principal, wanted: BatchFilter) -> Iterator[ListedBatch]:
    """Yield all of them, newest first. Raises TooManyBatches (413) beyond `MOST_EXPORTED`."""
    places = own_places(session, principal) or set()
    counted = _counted_at(places, wanted)
    seen = 0
    for block in _find_blocks(session, principal, places, wanted, None, BLOCK):
        seen += len(block)
        if seen > MOST_EXPORTED:
            raise TooManyBatches(
                f"Expected at most {MOST_EXPORTED} batches in one sheet, got more: choose a product or days first."
            )
        yield from _fitting(describe_rows(session, principal, counted, block), wanted)


def find_numbers_before(
    session: Session, principal: Principal, wanted: BatchFilter, limit: int, before: int | None = None
) -> list[int]:
    """Return the numbers of the newest batches alone, in descending order; the stock at a place is not looked at."""
    places = own_places(session, principal) or set()
    found: list[int] = []
    for block in _find_blocks(session, principal, places, wanted, before, limit):
        found += [row.id for row in block]
        if len(found) >= limit:
            break
    return found[:limit]


def seen_among(session: Session, principal: Principal, numbers: Collection[int]) -> set[int]:
    """Return those of ``numbers`` that `trace.visibility.may_see_batch` lets the key see, by one statement."""
    places = own_places(session, principal)
    if places is None or not numbers:
        return set(numbers)
    there = select(Posting.batch_id).where(
        among(session, Posting.batch_id, numbers),
        or_(*(among(session, end, places) for end in _ENDS)),
    )
    own = select(Product.gtin).where(Product.party_id == (principal.party_id or 0))
    made = select(Identifier.id).where(among(session, Identifier.id, numbers), Identifier.gtin.in_(own))
    return set(session.scalars(there.union(made)))


def _counted_at(places: set[int], wanted: BatchFilter) -> set[int]:
    return places if wanted.place is None else places & {wanted.place}


def _fitting(rows: Iterable[ListedBatch], wanted: BatchFilter) -> list[ListedBatch]:
    return [row for row in rows if wanted.place is None or any(_is_there(stock) for stock in row.stock)]


def _is_there(stock: StockHere) -> bool:
    return stock.quantity > 0 or not stock.complete


def _find_blocks(
    session: Session,
    principal: Principal,
    places: Collection[int],
    wanted: BatchFilter,
    before: int | None,
    size: int,
) -> Iterator[list[Any]]:
    """Yield rows (id, uri, gtin, lot) of at most ``size`` batches at a time, in descending order."""
    high = (session.scalar(select(func.max(Identifier.id))) or 0) + 1
    high = high if before is None else min(before, high)
    width = FIRST_RANGE
    while high > 0:
        low = max(high - width, 0)
        query = _select_batches(session, principal, places, wanted, low, high)
        rows = list(session.execute(query.order_by(Identifier.id.desc()).limit(size)))
        if rows:
            yield rows
        if len(rows) == size:
            high = rows[-1].id
        else:
            high, width = low, width * GROWTH


def _select_batches(
    session: Session, principal: Principal, places: Collection[int], wanted: BatchFilter, low: int, high: int
) -> Select[Any, Any, Any, Any]:
    there = places if wanted.place is None else set(places) & {wanted.place}
    within = (Posting.batch_id >= low, Posting.batch_id < high)
    ways = [select(Posting.batch_id).where(among(session, end, there), *within) for end in _ENDS]
    if wanted.place is None:
        own = select(Product.gtin).where(Product.party_id == (principal.party_id or 0))
        made = select(Identifier.id).where(Identifier.gtin.in_(own), Identifier.kind == Kind.BATCH)
        ways.append(made.where(Identifier.id >= low, Identifier.id < high))
    columns = (Identifier.id, Identifier.uri, Identifier.gtin, Identifier.lot)
    seen = ways[0].union(*ways[1:])
    return select(*columns).where(Identifier.id.in_(seen), *_conditions(wanted))


_ENDS = (Posting.destination_id, Posting.origin_id)


def _conditions(wanted: BatchFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.gtin is not None:
        yield Identifier.gtin == wanted.gtin
    if wanted.lot:
        yield _begins_with(wanted.lot)
    if wanted.text:
        code = wanted.text.zfill(14)
        yield or_(_begins_with(wanted.text), Identifier.gtin == code) if len(code) == 14 else _begins_with(wanted.text)
    if wanted.held:
        yield select(HeldBatch.batch_id).where(HeldBatch.batch_id == Identifier.id).exists()
    if wanted.produced_from is not None or wanted.produced_to is not None:
        first, last = wanted.produced_from or date.min, wanted.produced_to or date.max
        registered = select(Batch.id).where(Batch.id == Identifier.id, Batch.produced_on.between(first, last))
        told = select(ProductionDay.batch_id).where(
            ProductionDay.batch_id == Identifier.id, ProductionDay.day.between(first, last)
        )
        unregistered = ~select(Batch.id).where(Batch.id == Identifier.id, Batch.produced_on.is_not(None)).exists()
        yield or_(registered.exists(), told.exists() & unregistered)


def describe_rows(
    session: Session, principal: Principal, places: Collection[int], rows: Collection[Any]
) -> list[ListedBatch]:
    """Describe batches (rows of id, uri, gtin, lot) in their order; a fixed number of statements, however many."""
    numbers = [row.id for row in rows]
    registered = {row.id: row for row in session.scalars(select(Batch).where(among(session, Batch.id, numbers)))}
    told = session.execute(
        select(ProductionDay.batch_id, ProductionDay.day).where(among(session, ProductionDay.batch_id, numbers))
    )
    days = {number: day for number, day in told}  # noqa: C416  (a Result is no mapping)
    names = _name_goods(session, principal, {row.gtin for row in rows if row.gtin is not None})
    bans = _find_bans(session, numbers)
    stock = _count_stock(session, numbers, places) if places else {}
    found = []
    for row in rows:
        batch = registered.get(row.id)
        name, name_en = names.get(row.gtin, (None, None))
        found.append(
            ListedBatch(
                number=row.id,
                uri=row.uri,
                gtin=row.gtin,
                lot=row.lot,
                product=name,
                product_en=name_en,
                produced_on=(batch.produced_on if batch else None) or days.get(row.id),
                expires_on=batch.expires_on if batch else None,
                made=exact(from_stored(batch.amount, batch.scale)) if batch else None,
                uom=batch.uom if batch else "",
                registered_at=batch.registered_at if batch else None,
                ban=bans.get(row.id),
                stock=tuple(stock.get(row.id, ())),
            )
        )
    return found


def _begins_with(lot: str) -> ColumnElement[bool]:
    return func.substr(Identifier.lot, 1, len(lot)) == lot  # LIKE minds the case on one database alone


def _name_goods(session: Session, principal: Principal, gtins: Collection[str]) -> dict[str, tuple[str, str | None]]:
    columns = (Product.gtin, Product.name, Product.name_en)
    rows = session.execute(select(*columns).where(among(session, Product.gtin, gtins)))
    found = {gtin: (name, name_en) for gtin, name, name_en in rows}
    unnamed = {canonical_uri(gtin): gtin for gtin in gtins if gtin not in found}
    told = find_names(session, principal, unnamed) if unnamed else {}
    return found | {unnamed[uri]: (name, None) for uri, name in told.items()}


def _find_bans(session: Session, numbers: Collection[int]) -> dict[int, Ban]:
    rows = session.execute(
        select(HeldBatch.batch_id, Hold.kind)
        .join(Hold, Hold.id == HeldBatch.hold_id)
        .where(among(session, HeldBatch.batch_id, numbers))
    )
    found: dict[int, Ban] = {}
    for number, kind in rows:
        found[number] = "recall" if "recall" in (kind, found.get(number)) else "stop_sale"
    return found


def _count_stock(session: Session, numbers: Collection[int], places: Collection[int]) -> dict[int, list[StockHere]]:
    found: dict[int, list[StockHere]] = {}
    for (number, uom), figures in sorted(tally_own(read_postings_here(session, numbers, places), places).items()):
        found.setdefault(number, []).append(StockHere(uom, exact(figures.on_hand), figures.complete))
    return found
