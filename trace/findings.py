"""What a check finds in the data: readings of the ledger, never errors raised (ARCHITECTURE 3).

The list of rule words with what they mean is docs/findings.md.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from trace.finding_words import Severity, say
from trace.fold.contents import Unit
from trace.fold.entries import ACCOUNTS, Account, End, Entry
from trace.stock_checks import SAME_DAY, Stock


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at. ``batch`` and ``place`` are identifier numbers, ``event_id`` the event behind it."""

    rule: str
    severity: Severity
    message: str
    event_id: str | None = None
    batch: int | None = None
    place: int | None = None
    message_zh: str = ""


def make_finding(
    rule: str,
    event_id: str | None = None,
    batch: int | None = None,
    place: int | None = None,
    variant: str = "",
    **values: str,
) -> Finding:
    """Return a finding of ``rule`` with the severity and the sentences of `trace.finding_words`, filled with values."""
    severity, english, chinese = say(rule, variant, values)
    return Finding(rule, severity, english, event_id, batch, place, chinese)


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


def check_postings(rows: Sequence[Row], made: Collection[int], stocks: Collection[Stock]) -> list[Finding]:
    """Return the findings of ``rows`` and of ``stocks``, in the order of events.

    ``made`` are the batches whose making is recorded; ``rows`` has every posting that changes or counts one of the
    stocks.
    """
    ordered = sorted(rows, key=lambda row: (row.at, row.event_id))
    found = [finding for row in ordered for finding in check_row(row, made)]
    found += _check_stock(ordered, stocks)
    return list(dict.fromkeys(found))


def check_row(row: Row, made: Collection[int]) -> Iterable[Finding]:
    """Yield the findings that one posting shows by itself; ``made`` are the batches whose making is recorded."""
    if row.quantity is None and row.entry in ACCOUNTS:
        yield _finding("unknown_quantity", row)
    if row.entry is Entry.OVER_RECEIVED:
        if row.is_open:
            yield _with_amount("over_receipt", row)
        else:
            yield _finding("impossible_date", row, "receipt")
    if row.entry is Entry.NOT_SHIPPED:
        if not row.is_open and row.quantity:
            yield _finding("impossible_date", row, "receipt")
            return
        yield _with_amount("receipt_without_shipment", row)
        if row.batch not in made:
            yield _finding("origin_not_recorded", row)
    simple = _SIMPLE.get(row.entry)
    if simple is not None:
        yield _finding(simple, row)


_SIMPLE: dict[Entry, str] = {
    Entry.SELF_SHIPPED: "self_shipment",
    Entry.REPEATED: "repeated_step",
    Entry.NOTHING_TO_VOID: "void_without_shipment",
    Entry.NOTHING_TO_LOSE: "loss_without_shipment",
    Entry.DIVERTED_IN: "diverted",
}


def _check_stock(rows: Sequence[Row], stocks: Collection[Stock]) -> Iterable[Finding]:
    by_stock: dict[Stock, list[tuple[int, Decimal, Row]]] = {}
    counts: dict[Stock, list[Row]] = {}
    for row in rows:
        if row.entry is Entry.COUNTED and row.destination is not None:
            counts.setdefault((row.batch, row.uom, row.destination), []).append(row)
        for place, change in _stock_changes(row):
            by_stock.setdefault((row.batch, row.uom, place), []).append((row.at, change, row))
    for stock, changes in by_stock.items():
        if stock not in stocks:
            continue
        yield from _check_one_stock(stock, changes)
    for stock, counted in counts.items():
        if stock not in stocks:
            continue
        yield from _check_counts(stock, counted, by_stock.get(stock, []))


def _stock_changes(row: Row) -> Iterable[tuple[int, Decimal]]:
    accounts = ACCOUNTS.get(row.entry)
    if accounts is None or row.quantity is None:
        return
    for account, end, sign in ((accounts.debit, accounts.debit_end, -1), (accounts.credit, accounts.credit_end, 1)):
        place = row.origin if end is End.FROM else row.destination
        if account is Account.ON_HAND and place is not None:
            yield place, sign * row.quantity


def _check_one_stock(stock: Stock, changes: Sequence[tuple[int, Decimal, Row]]) -> Iterable[Finding]:
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
                yield make_finding("negative_stock", row.event_id, batch, place, quantity=f"{-balance:f}")
            else:
                yield make_finding("impossible_date", row.event_id, batch, place)
            return


def _check_counts(
    stock: Stock, counted: Sequence[Row], changes: Sequence[tuple[int, Decimal, Row]]
) -> Iterable[Finding]:
    batch, _, place = stock
    for row in counted:
        expected = sum((change for at, change, _ in changes if at <= row.at), Decimal(0))
        if row.quantity is not None and row.quantity != expected:
            yield make_finding(
                "count_differs",
                row.event_id,
                batch,
                place,
                counted=f"{row.quantity:f}",
                expected=f"{expected:f}",
                difference=f"{row.quantity - expected:+f}",
            )


def _finding(rule: str, row: Row, variant: str = "", **values: str) -> Finding:
    place = row.destination if row.destination is not None else row.origin
    return make_finding(rule, row.event_id, row.batch, place, variant, **values)


def _with_amount(rule: str, row: Row) -> Finding:
    if row.quantity is None:
        return _finding(rule, row, "unknown")
    return _finding(rule, row, quantity=f"{row.quantity:f}")
