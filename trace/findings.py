"""What a check finds in the data: readings of the ledger, never errors raised (ARCHITECTURE 3).

The list of rule words with what they mean is docs/findings.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from trace.fold.contents import Unit
from trace.fold.entries import ACCOUNTS, Account, End, Entry

Severity = Literal["info", "warning", "error"]

SAME_DAY = 24 * 3600 * 1_000_000
"""RULES 7: same day counts as possible; what arrives up to a day (µs) after it left is no finding."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. ``batch`` and ``place`` are identifier numbers, ``event_id`` the event behind it."""

    rule: str
    severity: Severity
    message: str
    event_id: str | None = None
    batch: int | None = None
    place: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One posting as the checks read it; ``at`` in microseconds since 1970 UTC."""

    event_id: str
    batch: int
    uom: Unit
    entry: Entry
    origin: int | None
    destination: int | None
    quantity: Decimal | None
    at: int
    is_open: bool


def check_postings(rows: Sequence[Row]) -> list[Finding]:
    """Return the findings of the batches whose postings ``rows`` are, in the order of events."""
    ordered = sorted(rows, key=lambda row: (row.at, row.event_id))
    made = {row.batch for row in rows if row.entry in (Entry.MADE, Entry.YIELDED)}
    found = [finding for row in ordered for finding in _check_row(row, made)]
    found += _check_stock(ordered)
    return list(dict.fromkeys(found))


def _check_row(row: Row, made: set[int]) -> Iterable[Finding]:
    if row.quantity is None and row.entry in ACCOUNTS:
        yield _finding("unknown_quantity", "info", "A quantity is not recorded: every figure is a lower bound.", row)
    if row.entry is Entry.OVER_RECEIVED:
        if row.is_open:
            yield _finding(
                "over_receipt", "warning", f"{_amount(row)} more received than shipped; the count received stands.", row
            )
        else:
            yield _finding("impossible_date", "warning", "Received before it was shipped, by its dates.", row)
    if row.entry is Entry.NOT_SHIPPED:
        if not row.is_open and row.quantity:
            yield _finding("impossible_date", "warning", "Received before it was shipped, by its dates.", row)
            return
        yield _finding(
            "receipt_without_shipment", "warning", f"{_amount(row)} received; nobody recorded a shipment.", row
        )
        if row.batch not in made:
            yield _finding("origin_not_recorded", "info", "Nobody recorded the making of this batch.", row)
    simple = _SIMPLE.get(row.entry)
    if simple is not None:
        rule, severity, message = simple
        yield _finding(rule, severity, message, row)


_SIMPLE: dict[Entry, tuple[str, Severity, str]] = {
    Entry.SELF_SHIPPED: ("self_shipment", "info", "Shipped from a place to itself: nothing moved."),
    Entry.REPEATED: ("repeated_step", "info", "The same consignment was reported twice by two steps; counted once."),
    Entry.NOTHING_TO_VOID: ("void_without_shipment", "warning", "A shipment was voided that nobody recorded."),
    Entry.NOTHING_TO_LOSE: ("loss_without_shipment", "warning", "A loss on the way was reported without a shipment."),
    Entry.DIVERTED_IN: ("diverted", "info", "Received at another place than it was shipped to."),
}


def _check_stock(rows: Sequence[Row]) -> Iterable[Finding]:
    by_stock: dict[tuple[int, Unit, int], list[tuple[int, Decimal, Row]]] = {}
    counts: dict[tuple[int, Unit, int], list[Row]] = {}
    for row in rows:
        if row.entry is Entry.COUNTED and row.destination is not None:
            counts.setdefault((row.batch, row.uom, row.destination), []).append(row)
        for place, change in _stock_changes(row):
            by_stock.setdefault((row.batch, row.uom, place), []).append((row.at, change, row))
    for stock, changes in by_stock.items():
        yield from _check_one_stock(stock, changes)
    for stock, counted in counts.items():
        yield from _check_counts(stock, counted, by_stock.get(stock, []))


def _stock_changes(row: Row) -> Iterable[tuple[int, Decimal]]:
    accounts = ACCOUNTS.get(row.entry)
    if accounts is None or row.quantity is None:
        return
    for account, end, sign in ((accounts.debit, accounts.debit_end, -1), (accounts.credit, accounts.credit_end, 1)):
        place = row.origin if end is End.FROM else row.destination
        if account is Account.ON_HAND and place is not None:
            yield place, sign * row.quantity


def _check_one_stock(stock: tuple[int, Unit, int], changes: Sequence[tuple[int, Decimal, Row]]) -> Iterable[Finding]:
    batch, _, place = stock
    balance = sum((change for _, change, _ in changes), Decimal(0))
    # whatever comes in later the same day may already have been there
    timeline = sorted(
        (at - SAME_DAY if change > 0 else at, change < 0, index) for index, (at, change, _) in enumerate(changes)
    )
    running = Decimal(0)
    for _, _, index in timeline:
        _, change, row = changes[index]
        running += change
        if running < 0:
            if balance < 0:
                message = f"{-balance:f} more left this place than ever came in."
                yield Finding("negative_stock", "error", message, row.event_id, batch, place)
            else:
                message = "It left before it came in, by its dates."
                yield Finding("impossible_date", "warning", message, row.event_id, batch, place)
            return


def _check_counts(
    stock: tuple[int, Unit, int], counted: Sequence[Row], changes: Sequence[tuple[int, Decimal, Row]]
) -> Iterable[Finding]:
    batch, _, place = stock
    for row in counted:
        expected = sum((change for at, change, _ in changes if at <= row.at), Decimal(0))
        if row.quantity is not None and row.quantity != expected:
            message = f"Counted {row.quantity:f}, the ledger says {expected:f}: {row.quantity - expected:+f}."
            yield Finding("count_differs", "warning", message, row.event_id, batch, place)


def _finding(rule: str, severity: Severity, message: str, row: Row) -> Finding:
    place = row.destination if row.destination is not None else row.origin
    return Finding(rule, severity, message, row.event_id, row.batch, place)


def _amount(row: Row) -> str:
    return "An unknown amount" if row.quantity is None else f"{row.quantity:f}"
