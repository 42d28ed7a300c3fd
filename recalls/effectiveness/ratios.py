"""How well a recall works: what was recovered, each unit once, and the five ratios of RULES 8. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor

from trace.fold.contents import Unit

ZERO = Decimal(0)

Item = tuple[str, Unit]
"""An item (its GTIN, or the identifier of a batch of another scheme) and a unit of measure: never mixed."""


@dataclass(frozen=True, slots=True)
class Said:
    """Totals to date that a place stated of one batch; ``None`` is not said. ``quarantined`` is a part of on hand."""

    on_hand: Decimal | None = None
    quarantined: Decimal | None = None
    returned: Decimal | None = None
    destroyed: Decimal | None = None
    corrected: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """One batch at one place in one unit of measure: what the ledger says, and what the place stated.

    ``maker``: the batch was made here. ``received`` is gross, ``shipped`` too; ``sent_back`` is what went back to where
    it came from, ``due_back`` what customers sent back to here and ``came_back`` the part of it that arrived.
    """

    maker: bool = False
    received: Decimal = ZERO
    in_transit: Decimal = ZERO
    shipped: Decimal = ZERO
    sold: Decimal = ZERO
    on_hand: Decimal = ZERO
    destroyed: Decimal = ZERO
    sent_back: Decimal = ZERO
    due_back: Decimal = ZERO
    came_back: Decimal = ZERO
    complete: bool = True
    said: Said = Said()


@dataclass(slots=True)
class Recovery:
    """Units of one item in one unit of measure; ``complete`` false: a quantity is not recorded, lower bounds.

    ``recovered`` is the sum of all that was taken off the market, each unit once; ``withheld`` never left its maker.
    ``quarantined`` to ``corrected`` are gross: what is sent back and destroyed there stands in two of them.
    """

    recovered: Decimal = ZERO
    withheld: Decimal = ZERO
    distributed: Decimal = ZERO
    reached: Decimal = ZERO
    on_hand: Decimal = ZERO
    quarantined: Decimal = ZERO
    returned: Decimal = ZERO
    destroyed: Decimal = ZERO
    corrected: Decimal = ZERO
    complete: bool = True

    def add(self, other: "Recovery") -> None:
        """Add the units of another place, batch or tier."""
        self.recovered += other.recovered
        self.withheld += other.withheld
        self.distributed += other.distributed
        self.reached += other.reached
        self.on_hand += other.on_hand
        self.quarantined += other.quarantined
        self.returned += other.returned
        self.destroyed += other.destroyed
        self.corrected += other.corrected
        self.complete = self.complete and other.complete


def recover(stock: Stock) -> Recovery:
    """Return what one place recovered of one batch.

    Taken off the market here is H = quarantined + returned + destroyed + corrected; what came back from customers, I,
    was counted there already. So H − I counts, at least 0. Goods that came back and are neither held nor in stock went
    out again: they count against it, since the customer's return was no recovery after all. Over all places the sum,
    with what was sold, lost or is still for sale, is never above what was distributed.
    """
    said = stock.said
    returned = max(said.returned or ZERO, stock.sent_back)
    destroyed = max(said.destroyed or ZERO, stock.destroyed)
    corrected = said.corrected or ZERO
    quarantined = _still_quarantined(stock)
    held = quarantined + returned + destroyed + corrected
    # returns on the road have arrived, unrecorded, as far as more is here than the ledger has here; in doubt they have
    here = max(said.on_hand or ZERO, quarantined) + corrected
    unrecorded = max(ZERO, here - stock.on_hand)
    back = stock.came_back + min(stock.due_back - stock.came_back, unrecorded)
    for_sale = max(ZERO, max(said.on_hand or ZERO, stock.on_hand + _unrecorded_supply(stock) - corrected) - quarantined)
    kept = max(ZERO, held - back)
    out_again = max(ZERO, back - held - for_sale)
    return Recovery(
        recovered=-out_again if stock.maker else kept - out_again,
        withheld=kept if stock.maker else ZERO,
        distributed=stock.shipped - stock.sent_back + stock.sold - out_again if stock.maker else ZERO,
        reached=ZERO if stock.maker else stock.received - stock.came_back + _coming(stock),
        on_hand=stock.on_hand if said.on_hand is None else said.on_hand,
        quarantined=quarantined,
        returned=returned,
        destroyed=destroyed,
        corrected=corrected,
        complete=stock.complete,
    )


def _unrecorded_supply(stock: Stock) -> Decimal:
    """Return what must have come, or been made, unrecorded, where the ledger's stock is below zero."""
    if stock.on_hand >= 0:
        return ZERO
    missing = stock.came_back - stock.on_hand
    return missing if stock.maker else min(missing, _coming(stock))


def _coming(stock: Stock) -> Decimal:
    """Return what is under way to the place for the first time: returns are no supply."""
    return max(ZERO, stock.in_transit - (stock.due_back - stock.came_back))


def _still_quarantined(stock: Stock) -> Decimal:
    """Return what is in quarantine now: an answer is of its day, and the ledger may know of units that left since.

    What the ledger has seen go beyond what was stated left the quarantine, unless the ledger's stock still covers it.
    """
    said = stock.said
    stated = said.quarantined or ZERO
    gone = max(ZERO, stock.sent_back - (said.returned or ZERO)) + max(ZERO, stock.destroyed - (said.destroyed or ZERO))
    return stated if gone == 0 else max(ZERO, stated - gone, min(stated, stock.on_hand))


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two exact figures; no ``denominator``: nobody said it. ``complete`` false: one of them is a lower bound."""

    numerator: Decimal
    denominator: Decimal | None
    complete: bool = True

    @property
    def value(self) -> Fraction | None:
        """Return the exact fraction; ``None`` is "n/a"."""
        if not self.denominator:
            return None
        return Fraction(self.numerator) / Fraction(self.denominator)

    @property
    def percent(self) -> Decimal | None:
        """Return it in per cent with two decimals, cut off: 99.999 % never looks like all."""
        value = self.value
        if value is None:
            return None
        return Decimal(floor(value * 10_000)) / 100

    @property
    def above_all(self) -> bool:
        """Whether it is more than 100 %: a finding (RULES 8)."""
        return self.value is not None and self.value > 1


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one consignee; ``stocks`` are its places' batches, each with its item."""

    tier: int | None
    places: int
    notified: bool
    responded: bool
    stocks: tuple[tuple[Item, Stock], ...] = ()
    checked: bool = False
    passed: bool = False


@dataclass(frozen=True, slots=True)
class ItemRatios:
    """What was recovered of one item: of what was planned, and of what was distributed."""

    recovery: Recovery
    of_planned: Ratio
    of_distributed: Ratio


@dataclass(frozen=True, slots=True)
class Effectiveness:
    """The five ratios, of all consignees or of one tier. Of a tier, distributed is what reached it."""

    consignees: int
    places: int
    notified: Ratio
    responded: Ratio
    checks: Ratio
    items: Mapping[Item, ItemRatios] = field(default_factory=dict)


def measure(consignees: Collection[Told], planned: Mapping[Item, Decimal | None]) -> Effectiveness:
    """Return the five ratios of RULES 8 over all consignees; ``planned`` may name items that nobody holds;
    ``None`` is unknown."""
    return _measure(consignees, planned, whole=True)


def measure_tiers(consignees: Iterable[Told]) -> dict[int | None, Effectiveness]:
    """Return the same per tier, nearest the makers first; a plan is made for all tiers together, so that is n/a."""
    tiers: dict[int | None, list[Told]] = {}
    for one in consignees:
        tiers.setdefault(one.tier, []).append(one)
    ordered = sorted(tiers, key=lambda tier: (tier is None, tier or 0))
    return {tier: _measure(tiers[tier], {}, whole=False) for tier in ordered}


def _measure(consignees: Collection[Told], planned: Mapping[Item, Decimal | None], whole: bool) -> Effectiveness:
    recoveries = {item: Recovery() for item in planned}
    for one in consignees:
        for item, stock in one.stocks:
            recoveries.setdefault(item, Recovery()).add(recover(stock))
    notified = sum(one.notified for one in consignees)
    checked = sum(one.checked for one in consignees)
    return Effectiveness(
        consignees=len(consignees),
        places=sum(one.places for one in consignees),
        notified=Ratio(Decimal(notified), Decimal(len(consignees))),
        responded=Ratio(Decimal(sum(one.responded for one in consignees)), Decimal(notified)),
        checks=Ratio(Decimal(sum(one.checked and one.passed for one in consignees)), Decimal(checked)),
        items={
            item: ItemRatios(
                recovery=one,
                of_planned=Ratio(one.recovered, planned.get(item), one.complete),
                of_distributed=Ratio(one.recovered, one.distributed if whole else one.reached, one.complete),
            )
            for item, one in sorted(recoveries.items())
        },
    )
