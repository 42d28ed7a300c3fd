"""Which postings are lines of a firm's ledgers, and how they add up to lines. Pure.

A purchase is a receipt: goods came to a place of the firm from a place that is not its own. A sale went from a place of
the firm to one that is not its own, or to consumers. What takes a sale back (a shipment voided, goods that arrived
elsewhere, a consumer's return) is a line of its own, with the sign −: nothing that was written is written over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from trace.amounts import HALF, from_stored
from trace.fold.contents import Unit
from trace.fold.entries import RECEIPTS, Entry

Side = Literal["purchase", "sale"]
Word = Literal["received", "shipped", "voided", "diverted", "sold", "returned"]

LINES: Mapping[Side, Mapping[Entry, tuple[Word, int]]] = {
    "purchase": dict.fromkeys(sorted(RECEIPTS), ("received", 1)),
    "sale": {
        Entry.SHIPPED: ("shipped", 1),
        Entry.VOIDED: ("voided", -1),
        Entry.DIVERTED_OUT: ("diverted", -1),
        Entry.DIVERTED_IN: ("diverted", 1),
        Entry.SOLD: ("sold", 1),
        Entry.RETURNED: ("returned", -1),
    },
}
"""What each kind of posting is called in a ledger, and how it counts."""

COMING = frozenset({*RECEIPTS, Entry.RETURNED})
"""Postings whose destination is the firm's own place; that of all others is their origin."""

CONSUMERS: frozenset[Word] = frozenset({"sold", "returned"})
"""Lines whose other side are consumers."""


class Sum(NamedTuple):
    """Postings of an event that differ in their amounts alone; the known sum to ``high`` × `HALF` + ``low``."""

    at: int
    event: int
    batch: int
    uom: Unit
    entry: int
    origin: int | None
    destination: int | None
    scale: int
    high: int | None
    low: int | None
    rows: int
    known: int

    @property
    def amount(self) -> Decimal:
        """The sum of what is known."""
        return from_stored(int(self.high or 0) * HALF + int(self.low or 0), self.scale)


@dataclass(frozen=True, slots=True)
class Line:
    """What an event moved of one batch in one unit between a place of the firm and one of somebody else.

    ``at`` is in µs since 1970 UTC, ``event`` the event's number; no ``other``: consumers, or nobody said. Not
    ``complete``: an amount is unknown, and ``quantity`` is what is known.
    """

    at: int
    event: int
    batch: int
    uom: Unit
    word: Word
    here: int
    other: int | None
    quantity: Decimal
    complete: bool

    @property
    def order(self) -> "Order":
        """What lines are sorted by: the newest first."""
        return -self.at, -self.event, self.batch, self.uom, self.word, self.here, self.other or 0


Order = tuple[int, int, int, str, str, int, int]


def add_lines(side: Side, sums: Iterable[Sum]) -> list[Line]:
    """Return the lines of a ledger in their order."""
    found: dict[tuple[int, int, int, Unit, Word, int, int | None], tuple[Decimal, bool]] = {}
    for one in sums:
        entry = Entry(one.entry)
        word, sign = LINES[side][entry]
        here, other = (one.destination, one.origin) if entry in COMING else (one.origin, one.destination)
        assert here is not None
        key = (one.at, one.event, one.batch, one.uom, word, here, other)
        quantity, complete = found.get(key, (Decimal(0), True))
        found[key] = quantity + sign * one.amount, complete and one.rows == one.known
    lines = (Line(*key, quantity, complete) for key, (quantity, complete) in found.items())
    return sorted(lines, key=lambda line: line.order)
