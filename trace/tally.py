"""What each figure means (RULES 8): balances read off columns of postings, as pure functions.

Whatever is asked for, a batch at a place or five hundred batches in a country, is the same addition over the same
columns, so two answers cannot disagree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from trace.amounts import from_stored
from trace.fold.contents import Unit
from trace.fold.entries import ACCOUNTS, RECEIPTS, SHIPPED_SIGNS, Account, End, Entry
from trace.postings import NOWHERE, Amounts, Flags, Integers, Postings, factorise, sum_by, which_of

ZERO = Decimal(0)

PIECES: Unit = ""

BATCH_FIGURES = tuple(account.value for account in Account)

PLACE_FIGURES = (
    "received",
    "on_hand",
    "in_transit",  # under way to the place
    "shipped",
    "returned",  # shipped back to where the batch came from; a part of ``shipped``
    "sold",
    "produced",
    "consumed",
    "destroyed",
    "lost",
)


class _Part(NamedTuple):
    """How a posting counts in a figure of the place at one of its ends."""

    figure: str
    end: End
    sign: int


def _parts_of(entry: Entry) -> list[_Part]:
    found = []
    accounts = ACCOUNTS.get(entry)
    if accounts is not None:
        for account, end, sign in (
            (accounts.debit, accounts.debit_end, -1),
            (accounts.credit, accounts.credit_end, 1),
        ):
            if account is Account.ON_HAND:
                found.append(_Part("on_hand", end, sign))
            elif account is Account.IN_TRANSIT:
                found.append(_Part("in_transit", End.TO, sign))
    if entry in SHIPPED_SIGNS:
        found.append(_Part("shipped", End.FROM, SHIPPED_SIGNS[entry]))
    if entry in RECEIPTS:
        found.append(_Part("received", End.TO, 1))
    if entry in _OWN:
        found.append(_OWN[entry])
    return found


_OWN = {
    Entry.MADE: _Part("produced", End.TO, 1),
    Entry.YIELDED: _Part("produced", End.TO, 1),
    Entry.SOLD: _Part("sold", End.FROM, 1),
    Entry.RETURNED: _Part("sold", End.TO, -1),
    Entry.CONSUMED: _Part("consumed", End.FROM, 1),
    Entry.DESTROYED: _Part("destroyed", End.FROM, 1),
    Entry.LOST: _Part("lost", End.FROM, 1),
}

_PARTS: Mapping[Entry, list[_Part]] = {entry: _parts_of(entry) for entry in Entry}

_COMING = RECEIPTS | {Entry.SHIPPED, Entry.DIVERTED_IN}
_ARRIVING = RECEIPTS | {Entry.MADE, Entry.YIELDED, Entry.RETURNED}
_UNITS_MOVE = which_of(ACCOUNTS)
_UNANNOUNCED = which_of(RECEIPTS - {Entry.RECEIVED})
_OUTWARD = which_of(SHIPPED_SIGNS) | _UNANNOUNCED
_SIGNS = np.array([SHIPPED_SIGNS.get(entry, 0) for entry in range(256)], dtype=np.int64)  # type: ignore[call-overload]


@dataclass(frozen=True)
class FigureTable:
    """The figures of many batches, or places, in columns: one row for each number and unit of measure.

    Every column of ``figures`` is × 10⁻ˢᶜᵃˡᵉ, by the scale of the row's unit; ``complete`` is false where a figure is
    a lower bound.
    """

    number: Integers
    uom: Integers
    figures: Mapping[str, Amounts]
    complete: Flags
    units: tuple[Unit, ...]
    scales: tuple[int, ...]

    def __len__(self) -> int:
        return self.number.size

    def keys(self) -> Iterator[tuple[int, Unit]]:
        """Yield what each row is about."""
        units = self.units
        return ((number, units[uom]) for number, uom in zip(self.number.tolist(), self.uom.tolist(), strict=True))

    def decimals(self, figure: str) -> list[Decimal]:
        """Return one figure of every row, exactly."""
        scales = [self.scales[uom] for uom in self.uom.tolist()]
        return list(map(from_stored, self.figures[figure].tolist(), scales))


@dataclass(frozen=True)
class PlaceTable(FigureTable):
    """The same with what is known of how goods came: ``arrived`` any at all, ``counted`` every quantity recorded."""

    arrived: Flags
    counted: Flags


@dataclass(slots=True)
class Figures:
    """The tally of a set of batches in one unit of measure. ``complete`` is false where it is a lower bound."""

    produced: Decimal = ZERO
    on_hand: Decimal = ZERO
    in_transit: Decimal = ZERO
    sold: Decimal = ZERO
    consumed: Decimal = ZERO
    destroyed: Decimal = ZERO
    lost: Decimal = ZERO
    unaccounted: Decimal = ZERO
    complete: bool = True

    @property
    def accounted(self) -> Decimal:
        """The right side of the conservation line; always equal to ``produced``."""
        return (
            self.on_hand + self.in_transit + self.sold + self.consumed + self.destroyed + self.lost + self.unaccounted
        )


@dataclass(slots=True)
class PlaceFigures:
    """What happened at one place, in one unit of measure, as `PLACE_FIGURES`."""

    received: Decimal = ZERO
    on_hand: Decimal = ZERO
    in_transit: Decimal = ZERO
    shipped: Decimal = ZERO
    returned: Decimal = ZERO
    sold: Decimal = ZERO
    produced: Decimal = ZERO
    consumed: Decimal = ZERO
    destroyed: Decimal = ZERO
    lost: Decimal = ZERO
    complete: bool = True


def tally(postings: Postings) -> dict[tuple[int, Unit], Figures]:
    """Return the figures of each batch and unit of measure, as `tally_batches`."""
    table = tally_batches(postings)
    rows = zip(*(table.decimals(figure) for figure in BATCH_FIGURES), table.complete.tolist(), strict=True)
    names = (*BATCH_FIGURES, "complete")
    return {key: Figures(**dict(zip(names, row, strict=True))) for key, row in zip(table.keys(), rows, strict=True)}


def tally_batches(postings: Postings) -> FigureTable:
    """Return the figures of each batch and unit of measure.

    An unknown quantity comes without a unit: it makes the batch's figures in every unit lower bounds (RULES 8), and
    is no row of its own where the batch is counted in another.
    """
    units = len(postings.units)
    batches, which = factorise(postings.batch)
    key = which * units + postings.uom
    keys, rows = factorise(key)
    figures = {account: postings.zeros(keys.size) for account in Account}
    for entry, mine in postings.by_entry():
        accounts = ACCOUNTS.get(entry)
        if accounts is None:
            continue
        sums = sum_by(rows[mine], postings.amount[mine], keys.size)
        figures[accounts.debit] -= sums
        figures[accounts.credit] += sums
    figures[Account.MADE] = -figures[Account.MADE]  # what was made is the other side of the account it came from
    number, uom = batches[keys // max(units, 1)], keys % max(units, 1)
    complete = np.ones(keys.size, dtype=np.bool_)
    kept = np.ones(keys.size, dtype=np.bool_)
    unmeasured = _unknown(postings)
    if unmeasured.any():
        complete[rows[unmeasured]] = False
        pieces = unmeasured & (postings.uom == _code(postings, PIECES))
        complete &= ~np.isin(number, postings.batch[pieces])
        several = np.bincount(keys // units, minlength=batches.size)[keys // units] > 1
        nothing = np.all([column == 0 for column in figures.values()], axis=0)
        kept = ~(np.isin(number, postings.batch[pieces]) & (uom == _code(postings, PIECES)) & several & nothing)
    named = {account.value: column[kept] for account, column in figures.items()}
    return FigureTable(number[kept], uom[kept], named, complete[kept], postings.units, postings.scales)


def tally_places(postings: Postings) -> dict[tuple[int, Unit], PlaceFigures]:
    """Return the figures of every place and unit of measure, as `table_places`."""
    table = table_places(postings)
    columns = [table.decimals(figure) for figure in PLACE_FIGURES]
    rows = zip(*columns, table.complete.tolist(), strict=True)
    names = (*PLACE_FIGURES, "complete")
    return {
        key: PlaceFigures(**dict(zip(names, row, strict=True))) for key, row in zip(table.keys(), rows, strict=True)
    }


def table_places(postings: Postings) -> PlaceTable:
    """Return the figures of every place that any row names, notes included: it was, or will be, there.

    An unknown quantity of a batch makes what the place has of it a lower bound in every unit, as in `tally_batches`.
    """
    units = max(len(postings.units), 1)
    places = postings.ends.places
    origin = postings.ends.origin * units + postings.uom
    destination = postings.ends.destination * units + postings.uom
    keys, rows = factorise(np.concatenate((origin, destination)))
    at = {End.FROM: rows[: len(postings)], End.TO: rows[len(postings) :]}
    at[End.BETWEEN] = at[End.TO]
    figures = {figure: postings.zeros(keys.size) for figure in PLACE_FIGURES}
    arrived = np.zeros(keys.size, dtype=np.bool_)
    for entry, mine in postings.by_entry():
        sums: dict[End, Amounts] = {}
        for figure, end, sign in _PARTS[entry]:
            if end not in sums:
                sums[end] = sum_by(at[end][mine], postings.amount[mine], keys.size)
            figures[figure] += sign * sums[end]
        if entry in _ARRIVING:
            arrived[at[End.TO][mine]] = True
    complete = np.ones(keys.size, dtype=np.bool_)
    counted = np.ones(keys.size, dtype=np.bool_)
    _add_returned(postings, origin, keys, figures["returned"])
    if not postings.known.all():
        _mark_unknown(postings, at, keys, complete, counted)
    number, uom = places[keys // units], keys % units
    real = number != NOWHERE
    named = {figure: column[real] for figure, column in figures.items()}
    return PlaceTable(
        number[real],
        uom[real],
        named,
        complete[real],
        postings.units,
        postings.scales,
        arrived[real],
        counted[real],
    )


def _add_returned(postings: Postings, origin: Integers, keys: Integers, returned: Amounts) -> None:
    """Add what each place sent back to where the batch had come from: no more than had come that way."""
    rows = np.flatnonzero(_OUTWARD[postings.entry] & (postings.origin != NOWHERE) & (postings.destination != NOWHERE))
    rows = rows[_both_ways(postings.ends.origin[rows], postings.ends.destination[rows])] if rows.size else rows
    if rows.size == 0:
        return
    count = postings.ends.places.size
    here, there = postings.ends.origin[rows], postings.ends.destination[rows]
    pairs, pair = factorise(here * count + there)
    back = _find(pairs, there * count + here)
    batches, batch = factorise(postings.batch[rows])
    within = postings.uom[rows].astype(np.int64) * batches.size + batch
    size = max(len(postings.units), 1) * batches.size
    ways, which = factorise(pair * size + within)
    opposite = np.full(ways.size, -1)
    opposite[which] = np.where(back >= 0, _find(ways, back * size + within), -1)
    sent = sum_by(which, postings.amount[rows] * _SIGNS[postings.entry[rows]], ways.size)
    turned_up = np.where(_UNANNOUNCED[postings.entry[rows]], postings.amount[rows], 0)
    came = sent + sum_by(which, turned_up, ways.size)
    first = np.full(ways.size, np.iinfo(np.int64).max)
    np.minimum.at(first, which, postings.at[rows])
    start, place = np.zeros(ways.size, dtype=np.int64), np.zeros(ways.size, dtype=np.int64)
    start[which], place[which] = np.searchsorted(keys, origin[rows]), here
    # who sent the batch first is the supplier; at one moment, who sent more
    later = (first[opposite] < first) | (first[opposite] == first) & (
        (came[opposite] > came) | (came[opposite] == came) & (place[opposite] < place)
    )
    is_return = (opposite >= 0) & later.astype(np.bool_)
    np.add.at(returned, start[is_return], np.minimum(sent, came[opposite])[is_return])


def _find(ordered: Integers, wanted: Integers) -> Integers:
    """Return the position of each ``wanted`` number in ``ordered``, -1 where it is not there."""
    position = np.minimum(np.searchsorted(ordered, wanted), ordered.size - 1)
    return np.where(ordered[position] == wanted, position, -1)


def _both_ways(origin: Integers, destination: Integers) -> Flags:
    """Return the rows whose way may also have been taken backwards: all of those, and few others."""
    marks = min(1 << (16 * origin.size).bit_length(), _MOST_MARKS)
    mark = (np.minimum(origin, destination) * 1_000_003 + np.maximum(origin, destination)) & marks - 1
    forward = origin < destination
    seen = np.zeros((2, marks), dtype=np.bool_)
    seen[0, mark[forward]] = True
    seen[1, mark[~forward]] = True
    return (seen[0] & seen[1])[mark]


_MOST_MARKS = 2**20


def _mark_unknown(
    postings: Postings, at: Mapping[End, Integers], keys: Integers, complete: Flags, counted: Flags
) -> None:
    """Mark where a quantity that nobody recorded makes a figure a lower bound, or arrivals uncounted."""
    unknown = np.flatnonzero(_unknown(postings))
    units = max(len(postings.units), 1)
    unmeasured: set[tuple[int, int]] = set()
    for row in unknown.tolist():
        entry = Entry(int(postings.entry[row]))
        ends = {End.FROM: int(at[End.FROM][row]), End.TO: int(at[End.TO][row])}
        for figure, end, _ in _PARTS[entry]:
            if figure in ("on_hand", "in_transit"):
                complete[ends[End.TO if end is End.BETWEEN else end]] = False
        if entry in _COMING:
            counted[ends[End.TO]] = False
        if postings.units[postings.uom[row]] == PIECES:
            unmeasured |= {(int(keys[key]) // units, int(postings.batch[row])) for key in ends.values()}
    if not unmeasured:
        return
    place = {End.FROM: postings.ends.origin, End.TO: postings.ends.destination}
    batches = {batch for _, batch in unmeasured}
    for row in np.flatnonzero(np.isin(postings.batch, list(batches))).tolist():
        for end in (End.FROM, End.TO):
            if (int(place[end][row]), int(postings.batch[row])) in unmeasured:
                complete[at[end][row]] = False


def _unknown(postings: Postings) -> Flags:
    """Return the rows that move units of which nobody recorded how many."""
    return ~postings.known & _UNITS_MOVE[postings.entry]


def _code(postings: Postings, uom: Unit) -> int:
    return postings.units.index(uom) if uom in postings.units else NOWHERE


def add_up(table: FigureTable, group: Integers, count: int) -> FigureTable:
    """Return the figures of each group 0 … ``count`` − 1 of rows; all rows of a group are in one unit of measure."""
    uom = np.zeros(count, dtype=np.int64)
    uom[group] = table.uom
    complete = np.ones(count, dtype=np.bool_)
    complete[group[~table.complete]] = False
    figures = {name: sum_by(group, column, count) for name, column in table.figures.items()}
    return FigureTable(np.arange(count), uom, figures, complete, table.units, table.scales)
