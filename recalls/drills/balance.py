"""The mass balance of a drill: what of a batch is accounted for, and what explains each unit that is not.

A receipt that was shorter than its shipment leaves units on the road that nobody awaits any more: the ledger keeps
them in transit (RULES 8), a mass balance asks where they are. So here they are not accounted for, but explained. All
else that the ledger cannot place (``unaccounted``) came or went by a posting, and that posting is the explanation.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from trace.amounts import from_stored
from trace.fold.contents import Unit
from trace.fold.entries import Entry
from trace.kit.bulk import among
from trace.models import Posting
from trace.postings import Postings, which_of

ZERO = Decimal(0)

Stock = tuple[int, int, Unit]
"""(batch, place, unit of measure)."""

PLACED = ("on_hand", "sold", "consumed", "destroyed", "lost")

WORDS: Mapping[str, tuple[str, str]] = {
    "short_receipt": (
        "{quantity} less received than shipped; no loss was reported.",
        "收货比发货少 {quantity}，且未报告损失。",
    ),
    "over_receipt": (
        "{quantity} more received than shipped; the count received stands.",
        "收货比发货多 {quantity}；以实收数量为准。",
    ),
    "receipt_without_shipment": (
        "{quantity} received; nobody recorded a shipment.",
        "收货 {quantity}，但没有任何发货记录。",
    ),
    "unknown_quantity": (
        "{quantity} received of a shipment whose quantity nobody recorded.",
        "收货 {quantity}，而发货数量没有记录。",
    ),
    "impossible_date": (
        "{quantity} shipped after they had been received, by the dates.",
        "按日期，有 {quantity} 在收货之后才发货。",
    ),
}
"""What explains a difference, by the rule of the finding that goes with it, in English and Chinese."""

_RULES = {
    Entry.OVER_RECEIVED: "over_receipt",
    Entry.NOT_SHIPPED: "receipt_without_shipment",
    Entry.RECEIVED_UNKNOWN: "unknown_quantity",
    Entry.SETTLED: "impossible_date",
}
_UNRECORDED = which_of(_RULES)


@dataclass(frozen=True, slots=True)
class Difference:
    """Units that explain why made and accounted for differ: above 0 missing, below 0 more than was recorded as made.

    ``events`` are the row numbers of the events behind it.
    """

    rule: str
    batch: int
    place: int
    uom: Unit
    quantity: Decimal
    events: tuple[int, ...]


def find_unrecorded(postings: Postings) -> list[Difference]:
    """Return what turned up or went without a record of it, by place and batch: together the ledger's unaccounted.

    A shipment that is dated after its own receipt takes back what the receipt had brought from nowhere.
    """
    sums: dict[Stock, dict[str, Decimal]] = {}
    events: dict[tuple[Stock, str], set[int]] = {}
    for row in np.flatnonzero(_UNRECORDED[postings.entry] & postings.known).tolist():
        entry = Entry(int(postings.entry[row]))
        code = int(postings.uom[row])
        stock = (int(postings.batch[row]), int(postings.destination[row]), postings.units[code])
        sign = 1 if entry is Entry.SETTLED else -1
        amount = from_stored(int(postings.amount[row]), postings.scales[code])
        rules = sums.setdefault(stock, {})
        rules[_RULES[entry]] = rules.get(_RULES[entry], ZERO) + sign * amount
        events.setdefault((stock, _RULES[entry]), set()).add(int(postings.event[row]))
    return [
        Difference(rule, *stock, quantity, tuple(sorted(events[stock, rule])))
        for stock, rules in sorted(sums.items())
        for rule, quantity in _settle(rules).items()
        if quantity
    ]


def _settle(rules: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Let what was settled later take away from the receipts that it settled."""
    left = dict(rules)
    for rule in ("receipt_without_shipment", "over_receipt"):
        settled = min(left.get("impossible_date", ZERO), -left.get(rule, ZERO))
        if settled > 0:
            left["impossible_date"] -= settled
            left[rule] += settled
    return left


def find_short_receipts(session: Session, batches: Collection[int], until: int) -> list[Difference]:
    """Return the shipments of which a part arrived by ``until`` (µs) and the rest is still on the road."""
    taken = aliased(Posting)
    rows = session.execute(
        select(
            *(Posting.id, Posting.batch_id, Posting.destination_id, Posting.uom, Posting.event_id),
            *(Posting.amount, Posting.scale, taken.entry, taken.amount, taken.scale),
        )
        .join(taken, (taken.batch_id == Posting.batch_id) & (taken.closes_id == Posting.id))
        .where(
            among(session, Posting.batch_id, batches),
            Posting.entry == Entry.SHIPPED,
            Posting.is_open,
            Posting.amount.is_not(None),
            Posting.destination_id.is_not(None),
            Posting.at <= until,
            taken.at <= until,
        )
        .order_by(Posting.id)
    )
    left: dict[int, Decimal] = {}
    named: dict[int, tuple[int, int, Unit, int]] = {}
    received: set[int] = set()
    for line, batch, place, uom, event, amount, scale, entry, part, part_scale in rows:
        assert amount is not None
        assert place is not None
        left[line] = left.get(line, from_stored(amount, scale)) - from_stored(part or 0, part_scale)
        named[line] = (batch, place, uom, event)
        if entry in (Entry.RECEIVED, Entry.SETTLED):
            received.add(line)
    return [
        Difference("short_receipt", batch, place, uom, left[line], (event,))
        for line, (batch, place, uom, event) in named.items()
        if line in received and left[line] > 0
    ]


def balance(total: Mapping[str, Any], differences: Iterable[Difference]) -> dict[str, Any]:
    """Return one row of an impact's totals as a mass balance, with the ``differences`` that belong to it.

    ``difference`` = produced − accounted = ``explained`` + ``unexplained``. The percentage is cut, never rounded up;
    it is ``None`` where nothing was made or a quantity is unknown.
    """
    explained = ZERO
    short = ZERO
    for one in differences:
        explained += one.quantity
        if one.rule == "short_receipt":
            short += one.quantity
    under_way = total["in_transit"] - short
    accounted = sum((total[figure] for figure in PLACED), under_way)
    difference = total["produced"] - accounted
    return {
        **{name: total[name] for name in ("id", "gtin", "uom", "derived", "produced", *PLACED)},
        "under_way": under_way,
        "accounted": accounted,
        "accounted_percent": percent(accounted, total["produced"]) if total["complete"] else None,
        "difference": difference,
        "explained": explained,
        "unexplained": difference - explained,
        "complete": total["complete"],
    }


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return ``part`` of ``whole`` in hundredths of a percent, cut: 99.999 % is not 100."""
    return None if whole == 0 else (part * 100 / whole).quantize(Decimal("0.01"), ROUND_FLOOR)
