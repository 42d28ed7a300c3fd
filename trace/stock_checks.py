"""Which of many postings need a look: rows that show something by themselves, and stocks whose figures do not fit.

Pure. Half a million rows are sifted as columns; what is found is then read and told by `trace.findings`, which alone
knows the rules' words.
"""

from typing import NamedTuple

import numpy as np

from trace.fold.contents import Unit
from trace.fold.entries import ACCOUNTS, Account, End, Entry
from trace.postings import NOWHERE, Amounts, Integers, Postings, distinct, factorise, which_of

SAME_DAY = 24 * 3600 * 1_000_000
"""RULES 7: same day counts as possible; what arrives up to a day (µs) after it left is no finding."""

Stock = tuple[int, Unit, int]
"""(batch, unit of measure, place)."""

_TELLING = which_of(
    (
        Entry.OVER_RECEIVED,
        Entry.NOT_SHIPPED,
        Entry.SELF_SHIPPED,
        Entry.REPEATED,
        Entry.NOTHING_TO_VOID,
        Entry.NOTHING_TO_LOSE,
        Entry.DIVERTED_IN,
    )
)
"""Postings that show a finding by themselves; so does every unknown quantity."""

_ACCOUNTED = which_of(ACCOUNTS)


class Suspects(NamedTuple):
    """Positions of the ``rows`` to read, the ``stocks`` to go through, and the batches whose making is recorded."""

    rows: Integers
    stocks: frozenset[Stock]
    made: frozenset[int]


class _Changes(NamedTuple):
    """What each posting adds to a stock or takes from it: positions of the row and the place, the stock, how much."""

    row: Integers
    place: Integers
    stock: Integers
    change: Amounts


def find_suspects(postings: Postings) -> Suspects:
    """Return the rows and stocks that `trace.findings.check_postings` would find something in."""
    telling = _TELLING[postings.entry] | (~postings.known & _ACCOUNTED[postings.entry])
    made = postings.batch[(postings.entry == Entry.MADE) | (postings.entry == Entry.YIELDED)]
    code = _stock_codes(postings)
    changes = _changes(postings, code)
    counted = np.flatnonzero((postings.entry == Entry.COUNTED) & postings.known & (postings.destination != NOWHERE))
    odd = np.union1d(_negative(postings, changes), _miscounted(postings, changes, counted, code.at_end[counted]))
    rows = [np.flatnonzero(telling), changes.row[np.isin(changes.stock, odd)]]
    rows.append(counted[np.isin(code.at_end[counted], odd)])
    return Suspects(
        distinct(np.concatenate(rows)),
        frozenset(code.name(postings, one) for one in odd.tolist()),
        frozenset(distinct(made).tolist()),
    )


class _Codes(NamedTuple):
    """A number for the stock (batch, unit, place) at either end of each row."""

    batches: Integers
    at_start: Integers
    at_end: Integers

    def name(self, postings: Postings, code: int) -> Stock:
        units, count = len(postings.units), self.batches.size
        place = int(postings.ends.places[code // (units * count)])
        return int(self.batches[code // units % count]), postings.units[code % units], place


def _stock_codes(postings: Postings) -> _Codes:
    batches, batch = factorise(postings.batch)
    count, units = batches.size, len(postings.units)
    start = (postings.ends.origin * count + batch) * units + postings.uom
    end = (postings.ends.destination * count + batch) * units + postings.uom
    return _Codes(batches, start, end)


def _changes(postings: Postings, code: _Codes) -> _Changes:
    nothing = np.empty(0, np.int64)
    parts = [_Changes(nothing, nothing, nothing, postings.amount[:0])]
    for entry, mine in postings.by_entry():
        accounts = ACCOUNTS.get(entry)
        if accounts is None:
            continue
        sides = ((accounts.debit, accounts.debit_end, -1), (accounts.credit, accounts.credit_end, 1))
        for account, end, sign in sides:
            if account is not Account.ON_HAND:
                continue
            starts = end is End.FROM
            place = postings.origin if starts else postings.destination
            some = mine[postings.known[mine] & (place[mine] != NOWHERE)]
            which = (postings.ends.origin if starts else postings.ends.destination)[some]
            stock = (code.at_start if starts else code.at_end)[some]
            parts.append(_Changes(some, which, stock, sign * postings.amount[some]))
    return _Changes(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _negative(postings: Postings, changes: _Changes) -> Integers:
    """Return the stocks that fall below zero, where what comes in later the same day may have been there already."""
    leaving = np.zeros(postings.ends.places.size, dtype=np.bool_)
    leaving[changes.place[changes.change < 0]] = True
    mine = np.flatnonzero(leaving[changes.place])  # where nothing ever left, nothing is below zero
    if mine.size == 0:
        return mine
    mine = mine[np.argsort(changes.stock[mine], kind="stable")]
    stock, change = changes.stock[mine], changes.change[mine]
    arrives = change > 0
    at = postings.at[changes.row[mine]] - SAME_DAY * arrives
    first = np.flatnonzero(np.r_[True, stock[1:] != stock[:-1]])
    # enough came, and all of it before anything left: no need to go through it in order
    last_in = np.maximum.reduceat(np.where(arrives, at, _EVER[0]), first)
    first_out = np.minimum.reduceat(np.where(arrives, _EVER[1], at), first)
    doubtful = (np.add.reduceat(change, first) < 0) | (last_in > first_out)
    kept = np.repeat(doubtful, np.diff(np.r_[first, stock.size]))
    if not kept.any():
        return stock[:0]
    stock, change, at, arrives = stock[kept], change[kept], at[kept], arrives[kept]
    order = np.lexsort((~arrives, at, stock))
    running, first = _running(stock[order], change[order])
    return stock[order][first][np.minimum.reduceat(running, first) < 0]


_EVER = (np.iinfo(np.int64).min, np.iinfo(np.int64).max)


def _running(which: Integers, change: Amounts) -> tuple[Amounts, Integers]:
    """Return the running total within each group of equal neighbours in ``which``, and where the groups begin."""
    first = np.flatnonzero(np.r_[True, which[1:] != which[:-1]])
    running = np.cumsum(change)
    before = running[first] - change[first]
    return running - np.repeat(before, np.diff(np.r_[first, which.size])), first


def _miscounted(postings: Postings, changes: _Changes, counted: Integers, stock: Integers) -> Integers:
    """Return the stocks of which a reported count differs from the ledger at that moment."""
    if counted.size == 0:
        return counted
    mine = np.isin(changes.stock, stock)
    rows = np.concatenate((changes.row[mine], counted))
    which = np.concatenate((changes.stock[mine], stock))
    change = np.concatenate((changes.change[mine], np.zeros_like(postings.amount[counted])))
    is_count = np.concatenate((np.zeros(int(mine.sum()), np.bool_), np.ones(counted.size, np.bool_)))
    order = np.lexsort((is_count, postings.at[rows], which))
    running, _ = _running(which[order], change[order])
    wrong = is_count[order] & (running != postings.amount[rows[order]])
    return distinct(which[order][wrong])
