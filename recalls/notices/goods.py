"""What a notice says of the goods: the ledger's words about one recipient, as they were when it was written."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recalls.holdings import Holding
from trace.fold.contents import Unit
from trace.kit.strict_json import canonical_dumps, loads


@dataclass(frozen=True, slots=True)
class Goods:
    """One batch at one place of the recipient, in one unit of measure; ``complete`` false: at least so many."""

    place: int
    batch: int
    uom: Unit
    received: Decimal
    on_hand: Decimal
    in_transit: Decimal
    complete: bool


def goods_of(holdings: Iterable[Holding]) -> tuple[Goods, ...]:
    """Return what is told of a consignee's holdings."""
    return tuple(
        Goods(
            one.place,
            one.batch,
            one.uom,
            one.figures.received,
            one.figures.on_hand,
            one.figures.in_transit,
            one.figures.complete,
        )
        for one in holdings
    )


def write_goods(goods: Iterable[Goods]) -> str:
    """Return them as JSON for storing."""
    rows = [[one.place, one.batch, one.uom, one.received, one.on_hand, one.in_transit, one.complete] for one in goods]
    return canonical_dumps(rows).decode()


def read_goods(text: str) -> tuple[Goods, ...]:
    """Return stored ones."""
    rows: list[list[Any]] = loads(text.encode())
    return tuple(
        Goods(place, batch, uom, Decimal(received), Decimal(on_hand), Decimal(in_transit), complete)
        for place, batch, uom, received, on_hand, in_transit, complete in rows
    )


def batches_of(goods: Iterable[Goods]) -> frozenset[int]:
    """Return the batches that are told of."""
    return frozenset(one.batch for one in goods)
