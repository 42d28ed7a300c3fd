"""Reading what the flow of an item needs: its movements without a lot, and at pooled places those of all its lots.

Only places that affected goods can have reached in time are read, level by level. Every statement over the ledger
names its batches, so it is answered by the servers that own them (ARCHITECTURE 5.8).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import inf
from typing import Any

import numpy as np
from sqlalchemy import CompoundSelect, Text, cast, literal, null, or_, select, union
from sqlalchemy.orm import Session, aliased

from trace.fold.entries import RECEIPTS, Entry
from trace.gs1 import Kind
from trace.kit.bulk import among, among_named, listing
from trace.kit.db import ByteOrder, dialect_of
from trace.mixing.arcs import DAY, Flag
from trace.mixing.moves import ARRIVALS, Moved
from trace.models import Identifier, MixingPlace, PackedPostings, Posting
from trace.postings import NOWHERE, Postings, distinct
from trace.sources.dates import has_stated_dates, read_stated
from trace.sources.periods import Period

_ITEM = "https://id.gs1.org/01/"


@dataclass(frozen=True, slots=True)
class Item:
    """A trade item whose lots may be mixed; ``no_lot`` is the class under which it moved without a lot, if it did."""

    gtin: str
    no_lot: int | None


@dataclass(slots=True)
class Loaded:
    """What was read of an item."""

    rows: dict[int, Moved] = field(default_factory=dict)
    flags: list[Flag] = field(default_factory=list)


def find_items(session: Session, batches: Collection[int]) -> list[Item]:
    """Return the items of ``batches`` of which anything moved without a lot, or that any place mixes. One statement."""
    dialect = dialect_of(session)
    found: dict[str, int | None] = {}
    for gtin, number in session.execute(_items_query(dialect), {"batches": listing(dialect, batches)}):
        found[gtin] = number if number is not None else found.get(gtin)
    return [Item(gtin, number) for gtin, number in sorted(found.items())]


@lru_cache
def _items_query(dialect: str) -> CompoundSelect[Any]:
    """Made once: every recall asks it, and making a statement costs more than running this one."""
    named, item = aliased(Identifier), aliased(Identifier)
    mine = (
        select(named.gtin)
        .where(among_named(dialect, named.id, "batches"), named.gtin.is_not(None))
        .distinct()
        .subquery()
    )
    # asked for each item by itself, not joined: of the partition that has it, and of no other
    moved = select(PackedPostings.batch_id).where(PackedPostings.batch_id == item.id).limit(1).scalar_subquery()
    # by its own name: a look through all that has the GTIN would grow with the number of its lots
    name = cast(literal(_ITEM, Text) + mine.c.gtin, ByteOrder)
    without_lot = select(mine.c.gtin, item.id).join(item, item.uri == name)
    mixed = select(mine.c.gtin, null()).where(
        select(MixingPlace.id).where(or_(MixingPlace.gtin == mine.c.gtin, MixingPlace.gtin.is_(None))).exists()
    )
    return union(without_lot.where(moved.is_not(None)), mixed)


def lots_of(session: Session, gtin: str) -> set[int]:
    """Return every batch of an item that events named."""
    return set(
        session.scalars(select(Identifier.id).where(Identifier.gtin == gtin, Identifier.kind == str(Kind.BATCH)))
    )


def read_flags(session: Session, gtin: str, places: Collection[int], until: int | None, tolerance: int) -> list[Flag]:
    """Return the flags for a product on any of ``places``, as moments, both ends wider by the ``tolerance`` (µs).

    Only those recorded up to ``until``: what was answered as of then stays the answer as of then.
    """
    query = select(MixingPlace.location_id, MixingPlace.since, MixingPlace.until).where(
        among(session, MixingPlace.location_id, list(places)),
        or_(MixingPlace.gtin.is_(None), MixingPlace.gtin == gtin),
    )
    if until is not None:
        query = query.where(MixingPlace.recorded_at <= _EPOCH + timedelta(microseconds=until))
    rows = session.execute(query)
    return [
        Flag(
            place,
            None if since is None else _midnight(since) - tolerance,
            None if until is None else _midnight(until) + DAY - 1 + tolerance,
        )
        for place, since, until in rows
    ]


def _midnight(day: date) -> int:
    return (datetime.combine(day, time(), UTC) - _EPOCH) // timedelta(microseconds=1)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def load_item(session: Session, item: Item, named: Postings, until: int | None, tolerance: int) -> Loaded:
    """Return what the flow of ``item`` needs; ``named`` are the postings of its batches in scope.

    Where none of the goods moved on without a lot, and no place mixes them, nothing but a level is read.
    """
    loading = _Loading(session, item, set(distinct(named.batch).tolist()), until, tolerance)
    loading.is_dated = not has_stated_dates(session)
    for place, since in _first_arrivals(named, tolerance).items():
        loading.reach(place, since)
    loading.sellers = set(distinct(named.origin[named.entry == Entry.SOLD]).tolist()) - {NOWHERE}
    loading.tell_returns = bool(loading.sellers)
    loading.run()
    if not loading.is_dated:
        loading.found.rows = _with_stated_dates(session, loading.found.rows)
    return loading.found


def _with_stated_dates(session: Session, rows: Mapping[int, Moved]) -> dict[int, Moved]:
    """Return the rows with the bounds of their dates where the sender said how much of a date is known."""
    stated = read_stated(session, {row.event for row in rows.values()})
    found = dict(rows)
    for number, row in rows.items():
        if row.event in stated:
            period = stated[row.event]
            first, last = (None, None) if period is None else _anywhere(period)
            found[number] = row._replace(earliest=first, latest=last)
    return found


def _anywhere(period: Period) -> tuple[int, int]:
    """The first and the last moment of a period of days, whatever the zone."""
    return _midnight(period.first) - 14 * _HOUR, _midnight(period.last) + DAY + 12 * _HOUR


_HOUR = DAY // 24


def _first_arrivals(named: Postings, tolerance: int) -> dict[int, float]:
    """Return from when on each place that ``named`` names may have had units; a place that only sent some, always."""
    since: dict[int, float] = {}
    for places, moments in (
        (named.origin, None),
        (named.destination[_is(named, ARRIVALS)], named.at[_is(named, ARRIVALS)] - tolerance),
        # its receipt may have come without the lot
        (named.destination[_is(named, {Entry.SHIPPED})], named.at[_is(named, {Entry.SHIPPED})] - tolerance),
        (named.origin[_is(named, {Entry.VOIDED})], named.at[_is(named, {Entry.VOIDED})] - tolerance),
    ):
        if moments is None:
            since.update(dict.fromkeys(np.unique(places).tolist(), inf))
            continue
        numbers, which = np.unique(places, return_inverse=True)
        first = np.full(numbers.size, np.iinfo(np.int64).max)
        np.minimum.at(first, which, moments)
        for place, moment in zip(numbers.tolist(), first.tolist(), strict=True):
            since[place] = min(moment, since.get(place, inf))
    since.pop(NOWHERE, None)
    return {place: -inf if moment == inf else moment for place, moment in since.items()}


def _is(named: Postings, entries: Iterable[Entry]) -> "np.typing.NDArray[np.bool_]":
    return np.isin(named.entry, [int(entry) for entry in entries])


@dataclass(slots=True)
class _Loading:
    """The walk over places that affected goods reached, level by level."""

    session: Session
    item: Item
    in_scope: set[int]
    until: int | None
    tolerance: int
    found: Loaded = field(default_factory=Loaded)
    since: dict[int, float] = field(default_factory=dict)
    frontier: set[int] = field(default_factory=set)
    pooled: set[int] = field(default_factory=set)
    read: dict[int, set[int]] = field(default_factory=dict)
    leaving: dict[int, dict[int, Moved]] = field(default_factory=dict)
    tainted: set[int] = field(default_factory=set)
    again: set[int] = field(default_factory=set)
    lots: set[int] | None = None
    sellers: set[int] = field(default_factory=set)
    is_dated: bool = True
    """Every date is known; else dates prune nothing here, and the flow alone goes by what is known of them."""
    tell_returns: bool = False
    told_returns: bool = False

    def reach(self, place: int, since: float) -> None:
        """Units may be at ``place`` from then on."""
        since = since if self.is_dated else -inf
        if place not in self.since:
            self.frontier.add(place)
        if since < self.since.get(place, inf):
            self.since[place] = since
            self.again.add(place)

    def run(self) -> None:
        while self.frontier or self.again:
            level, self.frontier = self.frontier, set()
            if level:
                self._read_level(level)
            todo, self.again = self.again, set()
            for place in todo:
                self._pass_on(place)
            if self.tell_returns and not self.told_returns:
                self._follow_returns()
            follow = self.tainted - self.read.keys()
            if follow:  # where else a lot was that a mixing place sent on
                self._read(follow, set(self.since))
                self.again |= set(self.since)
            for lot in follow:
                self.read[lot] = set(self.since)

    def _read_level(self, level: set[int]) -> None:
        flags = read_flags(self.session, self.item.gtin, level, self.until, self.tolerance)
        self.found.flags += flags
        self.pooled |= {flag.place for flag in flags}
        if self.item.no_lot is not None:
            for row in self._read([self.item.no_lot], level):
                self.pooled |= {place for place in (row.origin, row.destination) if place in level} - {None}
        pooled = self.pooled & level
        if pooled:
            self.lots = lots_of(self.session, self.item.gtin) if self.lots is None else self.lots
            self._read(self.lots, pooled)
        if self.tainted:
            self._read(self.tainted, level - pooled)
            for lot in self.tainted:
                self.read.setdefault(lot, set()).update(level)

    def _read(self, batches: Collection[int], places: Collection[int]) -> list[Moved]:
        query = _moved_at(self.session, list(batches), list(places), self.until)
        rows = [Moved._make((*row[:4], Entry(row[4]), *row[5:], row.at, row.at)) for row in self.session.execute(query)]
        for row in rows:
            self.found.rows[row.number] = row
            if row.origin is not None:
                self.leaving.setdefault(row.origin, {})[row.number] = row
        return rows

    def _pass_on(self, place: int) -> None:
        """Follow what can have left ``place`` since units may be there."""
        since = self.since[place]
        flags = [flag for flag in self.found.flags if flag.place == place]
        kept = self.is_dated
        for row in self.leaving.get(place, {}).values():
            shipment = row if row.closes is None else self.found.rows.get(row.closes, row)
            if shipment.at < since:
                continue
            if row.batch != self.item.no_lot and row.batch not in self.tainted:
                arrives = row.entry in (Entry.RECEIVED, Entry.RECEIVED_UNKNOWN) or row.batch in self.in_scope
                if arrives or not any(flag.holds(shipment.at if kept else None) for flag in flags):
                    continue
                self.tainted.add(row.batch)
                self.again.add(place)
            if row.entry in _ARRIVING and row.destination is not None:
                self.reach(row.destination, row.at - self.tolerance)
            elif row.entry is Entry.VOIDED:
                self.reach(place, row.at - self.tolerance)
            elif row.entry is Entry.SOLD:
                self.tell_returns = True

    def _follow_returns(self) -> None:
        """What consumers gave back without a lot may have been sold anywhere."""
        self.told_returns = True
        if self.item.no_lot is None:
            return
        query = select(Posting.destination_id, Posting.at).where(
            Posting.batch_id == self.item.no_lot, Posting.entry == Entry.RETURNED
        )
        if self.until is not None:
            query = query.where(Posting.at <= self.until)
        returned = [(place, moment) for place, moment in self.session.execute(query) if place is not None]
        if returned and self.sellers:
            self._read(self.in_scope, self.sellers)
        for place, moment in returned:
            self.reach(place, moment - self.tolerance)


_ARRIVING = RECEIPTS | {Entry.SHIPPED}


def _moved_at(
    session: Session, batches: Collection[int], places: Collection[int], until: int | None
) -> "CompoundSelect[Any]":
    columns = (
        *(Posting.id, Posting.event_id, Posting.batch_id, Posting.uom, Posting.entry),
        *(Posting.origin_id, Posting.destination_id, Posting.amount, Posting.scale, Posting.at),
        *(Posting.closes_id, Posting.transformation_id),
    )
    moves = Posting.entry.not_in([int(entry) for entry in _NOTES])
    halves = [
        select(*columns).where(among(session, Posting.batch_id, batches), among(session, end, places), moves)
        for end in (Posting.origin_id, Posting.destination_id)
    ]
    if until is not None:
        halves = [half.where(Posting.at <= until) for half in halves]
    return union(*halves)


_NOTES = (Entry.SEEN, Entry.COUNTED, Entry.NAMED, Entry.REPEATED, Entry.SELF_SHIPPED)
