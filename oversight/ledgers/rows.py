"""The lines of a ledger as they are answered: with all that 食品安全法 (articles 50, 51, 53) has firms record."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.ledgers.keeping import keep_until
from oversight.ledgers.lines import CONSUMERS, Line, Side, Word
from oversight.ledgers.reading import Total
from oversight.purchases.outcomes import Outcome
from oversight.purchases.reading import checks_of_events
from recalls.clocks.working_days import CHINA
from trace.answers import Number, PlaceRef, describe_batches, exact, write_time
from trace.batch_dates import expiry_dates, production_dates
from trace.descriptions import Contact, Goods, read_contacts, read_goods
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.models import Batch, Event
from trace.neighbours import Document, write_date, write_documents
from trace.sources.dates import read_stated
from trace.sources.periods import Period
from trace.tracking_events import read_papers

AT_ONCE = 5_000
"""Lines that are described at a time: what is known of their places, goods and papers is then let go."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LedgerRow(TypedDict):
    """A line of a ledger.

    ``date`` is the day in China, or the month or year where the record says no more, null where nothing; ``time`` is
    the event time. ``quantity`` is what is known, not ``complete`` where a part is not, and negative where it takes
    back what was written before. ``certificate`` is that of inspection as registered with the batch. ``place`` is the
    firm's own; ``counterparty`` is null for consumers (``consumers``) and where nobody recorded the other end.
    ``check`` is what the purchase check of a receipt led to, null where there was none.
    ``event_id`` is null for an event that may not be read by itself. ``uom`` null is pieces.
    """

    date: str | None
    time: str
    word: Word
    id: str
    gtin: str | None
    lot: str | None
    product: Goods | None
    quantity: Number
    complete: bool
    uom: str | None
    produced_on: str | None
    expires_on: str | None
    certificate: str | None
    consumers: bool
    counterparty: Contact | None
    place: PlaceRef
    place_name: str | None
    documents: list[Document]
    keep_until: str | None
    check: Outcome | None
    event_id: str | None


class TotalRow(TypedDict):
    """The sum of all lines of a product in one unit; of a sale, ``to_consumers`` is the part that went to consumers.

    ``product`` is null for goods of another scheme than GS1, whose identifier is ``id``.
    """

    id: str
    product: Goods | None
    uom: str | None
    quantity: Number
    to_consumers: Number | None
    complete: bool


def write_lines(session: Session, principal: Principal, lines: Sequence[Line]) -> list[LedgerRow]:
    """Return lines as they are answered; a fixed number of statements for every `AT_ONCE`."""
    return list(each_row(session, principal, lines))


def each_row(session: Session, principal: Principal, lines: Iterable[Line]) -> Iterator[LedgerRow]:
    """Yield the same of lines that are never in memory as a whole."""
    rest = iter(lines)
    while some := list(islice(rest, AT_ONCE)):
        yield from _write(session, principal, some)


def _write(session: Session, principal: Principal, lines: Sequence[Line]) -> Iterator[LedgerRow]:
    numbers = {line.batch for line in lines}
    events = {line.event for line in lines}
    batches = describe_batches(session, numbers)
    goods = read_goods(session, principal, {one["gtin"] for one in batches.values() if one["gtin"] is not None})
    made, expiring = production_dates(session, numbers), expiry_dates(session, numbers)
    certificates = _read_certificates(session, numbers)
    places = {place for line in lines for place in (line.here, line.other) if place is not None}
    contacts = read_contacts(session, principal, places)
    stated = read_stated(session, events)
    checks = checks_of_events(session, events)
    seen, papers = read_papers(session, principal, events)
    named = session.execute(select(Event.id, Event.event_id).where(among(session, Event.id, seen)))
    ids = {number: event_id for number, event_id in named}  # noqa: C416  (a Result is no mapping)
    for line in lines:
        batch, here, expires = batches[line.batch], contacts[line.here], expiring.get(line.batch)
        written, last = _date(line, stated)
        keep = keep_until(last, expires)
        yield {
            "date": written,
            "time": write_time(_moment(line)) or "",
            "word": line.word,
            **batch,
            "product": None if batch["gtin"] is None else goods[batch["gtin"]],
            "quantity": exact(line.quantity),
            "complete": line.complete,
            "uom": line.uom or None,
            "produced_on": _iso(made.get(line.batch)),
            "expires_on": _iso(expires),
            "certificate": certificates.get(line.batch),
            "consumers": line.word in CONSUMERS,
            "counterparty": None if line.other is None else contacts[line.other],
            "place": {"id": here["id"], "gln": here["gln"]},
            "place_name": here["name"],
            "documents": write_documents(papers.get(line.event, ())),
            "keep_until": _iso(keep),
            "check": checks.get((line.event, line.batch)) if line.word == "received" else None,
            "event_id": ids.get(line.event),
        }


def _moment(line: Line) -> datetime:
    return _EPOCH + timedelta(microseconds=line.at)


def _date(line: Line, stated: Mapping[int, Period | None]) -> tuple[str | None, date]:
    """The date as exactly as it is known, and the last day that it may have been."""
    day = _moment(line).astimezone(CHINA).date()
    if line.event not in stated:
        return day.isoformat(), day
    period = stated[line.event]
    return write_date(period), day if period is None else period.last


def _read_certificates(session: Session, batches: Collection[int]) -> dict[int, str | None]:
    rows = session.execute(select(Batch.id, Batch.certificate).where(among(session, Batch.id, batches)))
    return {number: certificate for number, certificate in rows}  # noqa: C416  (a Result is no mapping)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def write_totals(session: Session, principal: Principal, side: Side, totals: Sequence[Total]) -> list[TotalRow]:
    """Return sums as they are answered."""
    goods = read_goods(session, principal, {one.product for one in totals if _is_gtin(one.product)})
    return [
        {
            "id": one.product,
            "product": goods.get(one.product),
            "uom": one.uom or None,
            "quantity": exact(one.quantity),
            "to_consumers": exact(one.to_consumers) if side == "sale" else None,
            "complete": one.complete,
        }
        for one in totals
    ]


def _is_gtin(product: str) -> bool:
    return product.isascii() and product.isdigit() and len(product) == 14
