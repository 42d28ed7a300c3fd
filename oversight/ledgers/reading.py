"""A firm's ledgers read straight from the postings: lines newest first, and their sums.

Lines are looked for in periods that begin at the newest and grow as they go back, so a page costs what its own
period holds, not what the firm ever traded.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, TextClause, and_, func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from oversight.ledgers.lines import CONSUMERS, LINES, Line, Order, Side, Sum, add_lines
from recalls.clocks.working_days import CHINA
from trace.amounts import HALF, from_stored
from trace.events.rows import microseconds
from trace.fold.contents import Unit
from trace.fold.entries import Entry
from trace.kit.bulk import among
from trace.kit.errors import TooLarge
from trace.models import Identifier, Posting
from trace.models.postings import BROUGHT_BACK, CAME, WENT

FIRST_PERIOD = 24 * 3600 * 1_000_000
GROWTH = 8
BLOCK = 2_000
"""Events whose lines are read at a time where all are wanted."""

MOST_EXPORTED = 100_000
MOST_TOTALS = 5_000

_EARLIEST = microseconds(datetime.combine(date(1, 1, 2), time(), CHINA))
_LATEST = microseconds(datetime.combine(date(9999, 12, 31), time.max, CHINA))

_AMOUNTS = (
    func.sum(Posting.amount // HALF).label("high"),
    func.sum(Posting.amount % HALF).label("low"),
    func.count().label("rows"),
    func.count(Posting.amount).label("known"),
)


class TooManyLines(TooLarge):
    """More lines, or sums, than one answer is made of."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of a firm whose places are ``own``, as far as it is wanted.

    From one day in China to another; of one product (GTIN); with certain places of others.
    """

    side: Side
    own: frozenset[int]
    since: date | None = None
    until: date | None = None
    gtin: str | None = None
    others: frozenset[int] | None = None

    @property
    def first(self) -> int:
        """The first moment, in µs since 1970 UTC."""
        return _EARLIEST if self.since is None else microseconds(datetime.combine(self.since, time(), CHINA))

    @property
    def last(self) -> int:
        """The last moment."""
        return _LATEST if self.until is None else microseconds(datetime.combine(self.until, time.max, CHINA))

    def has(self, line: Line) -> bool:
        """Whether a line of one of its events is its own: an event may be about others' places too."""
        return (
            line.here in self.own
            and line.other not in self.own
            and (self.others is None or (line.other is not None and line.other in self.others))
        )


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of the lines of a product (a GTIN, or an identifier of another scheme) in one unit of measure.

    ``to_consumers`` is the part of it that went to consumers; not ``complete``: what is known of it.
    """

    product: str
    uom: Unit
    quantity: Decimal = Decimal(0)
    to_consumers: Decimal = Decimal(0)
    complete: bool = True


def read_lines(session: Session, ledger: Ledger, now: datetime, limit: int, after: Order | None = None) -> list[Line]:
    """Return the newest lines behind ``after``."""
    found: list[Line] = []
    for events in _find_events(session, ledger, now, limit, after):
        lines = _lines_of(session, ledger, events)
        found += lines if after is None else [line for line in lines if line.order > after]
        if len(found) >= limit:
            break
    return found[:limit]


def each_line(session: Session, ledger: Ledger, now: datetime) -> Iterator[Line]:
    """Yield all lines, newest first. Raises TooManyLines (413) beyond `MOST_EXPORTED`."""
    count = 0
    for events in _find_events(session, ledger, now, BLOCK):
        lines = _lines_of(session, ledger, events)
        count += len(lines)
        if count > MOST_EXPORTED:
            raise TooManyLines(
                f"Expected at most {MOST_EXPORTED} lines in one sheet, got more: choose days or a product first."
            )
        yield from lines


def read_totals(session: Session, ledger: Ledger) -> list[Total]:
    """Return the sums of all lines by product and unit of measure. Raises TooManyLines (413) beyond `MOST_TOTALS`."""
    sums: dict[tuple[str, Unit], Total] = {}
    within = Posting.at.between(ledger.first, ledger.last)
    for condition in _belonging(session, ledger):
        rows = session.execute(_sum_products(condition & within))
        for product, uom, entry, scale, high, low, count, known in rows:
            word, sign = LINES[ledger.side][Entry(entry)]
            amount = sign * from_stored(int(high or 0) * HALF + int(low or 0), scale)
            before = sums.get((product, uom), Total(product, uom))
            sums[product, uom] = Total(
                product,
                uom,
                before.quantity + amount,
                before.to_consumers + (amount if word in CONSUMERS else 0),
                before.complete and count == known,
            )
            if len(sums) > MOST_TOTALS:
                raise TooManyLines(f"Expected at most {MOST_TOTALS} sums, got more: choose days or a product first.")
    return [sums[key] for key in sorted(sums)]


# -- what the database is asked ------------------------------------------------------------------------------------


_WAYS: Mapping[Side, tuple[tuple[str, bool], ...]] = {
    "purchase": ((CAME, True),),
    "sale": ((WENT, False), (BROUGHT_BACK, True)),
}
"""The postings of each ledger as their indexes say it, and whether they come to a place of the firm or leave one."""


def _belonging(session: Session, ledger: Ledger) -> list[ColumnElement[bool]]:
    """The conditions for the postings of a ledger; each finds its own by an index."""
    found = []
    for entries, coming in _WAYS[ledger.side]:
        here, other = Posting.origin_id, Posting.destination_id
        if coming:
            here, other = other, here
        conditions: list[ColumnElement[bool] | TextClause] = [
            text(entries),
            among(session, here, ledger.own),
            or_(other.is_(None), ~among(session, other, ledger.own)),
        ]
        if ledger.others is not None:
            conditions.append(among(session, other, ledger.others))
        found.append(and_(*conditions, *_wanted_goods(ledger)))
    return found


def _wanted_goods(ledger: Ledger) -> list[ColumnElement[bool]]:
    if ledger.gtin is None:
        return []
    return [Posting.batch_id.in_(select(Identifier.id).where(Identifier.gtin == ledger.gtin))]


def _find_events(
    session: Session, ledger: Ledger, now: datetime, limit: int, after: Order | None = None
) -> Iterator[list[int]]:
    """Yield the events of a ledger, newest first, at most ``limit`` at a time; the one of ``after`` comes again."""
    high, newest = ledger.last, None if after is None else (-after[0], -after[1])
    if newest is not None:
        high = min(high, newest[0])
    belonging, width = _belonging(session, ledger), FIRST_PERIOD
    low = min(high, microseconds(now)) - width
    while high >= ledger.first and ledger.own:
        within: ColumnElement[bool] = Posting.at.between(max(low, ledger.first), high)
        if newest is not None:
            within &= tuple_(Posting.at, Posting.event_id) <= newest
        heads: set[tuple[int, int]] = set()
        for condition in belonging:
            heads.update(_select_heads(session, condition & within, limit))
        some = sorted(heads, reverse=True)[:limit]
        if some:
            yield [event for _at, event in some]
        if len(some) == limit:
            at, event = some[-1]
            high, newest = at, (at, event - 1)
        else:
            high, width = low - 1, width * GROWTH
            low = high - width


def _select_heads(session: Session, condition: ColumnElement[bool], limit: int) -> list[tuple[int, int]]:
    heads = select(Posting.at, Posting.event_id).where(condition).distinct()
    rows = session.execute(heads.order_by(Posting.at.desc(), Posting.event_id.desc()).limit(limit))
    return [(at, event) for at, event in rows]


def _lines_of(session: Session, ledger: Ledger, events: Collection[int]) -> list[Line]:
    """The lines of some events, in their order."""
    same = (
        *(Posting.at, Posting.event_id, Posting.batch_id, Posting.uom, Posting.entry),
        *(Posting.origin_id, Posting.destination_id, Posting.scale),
    )
    entries = Posting.entry.in_([int(entry) for entry in LINES[ledger.side]])
    mine = (among(session, Posting.event_id, events), entries, *_wanted_goods(ledger))
    rows = session.execute(select(*same, *_AMOUNTS).where(*mine).group_by(*same))
    return [line for line in add_lines(ledger.side, map(Sum._make, rows)) if ledger.has(line)]


def _sum_products(condition: ColumnElement[bool]) -> Select[str, Unit, int, int, int, int, int, int]:
    same = (Posting.batch_id, Posting.uom, Posting.entry, Posting.scale)
    sums = select(*same, *_AMOUNTS).where(condition).group_by(*same).subquery()
    product = func.coalesce(Identifier.gtin, Identifier.uri)
    columns = (product, sums.c.uom, sums.c.entry, sums.c.scale)
    amounts = (func.sum(column) for column in (sums.c.high, sums.c.low, sums.c.rows, sums.c.known))
    joined = select(*columns, *amounts).join(Identifier, Identifier.id == sums.c.batch_id)
    return joined.group_by(*columns)
