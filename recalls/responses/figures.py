"""What the figures of an answer mean, and how they are held against the ledger's. Pure.

An answer states totals to date for one batch at one place. Every unit that came there stands under one figure:

- ``on_hand``: still there as it came; ``quarantined`` is the part of it that is kept apart;
- ``returned``: sent back to the supplier; ``destroyed``;
- ``corrected``: made harmless (repaired, relabelled), wherever it is now: it counts here and nowhere else;
- ``sold`` to consumers, less what they brought back; ``shipped_on`` to others; ``lost``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal

from recalls.holdings import Holding

ZERO = Decimal(0)

PARTS = ("on_hand", "returned", "destroyed", "corrected", "sold", "shipped_on", "lost")
"""Figures of which every unit stands under one."""

FIGURES = ("on_hand", "quarantined", *PARTS[1:])

TOTALS_TO_DATE = ("returned", "destroyed", "corrected", "sold", "shipped_on", "lost")
"""Figures that only grow from one true answer to the next."""

_MAY_BE_CORRECTED = ("on_hand", "sold", "shipped_on")
"""The ledger does not know of corrections: it has corrected units on hand, or where they went afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The figures of one line of an answer; ``None`` is not said, never 0."""

    on_hand: Decimal | None = None
    quarantined: Decimal | None = None
    returned: Decimal | None = None
    destroyed: Decimal | None = None
    corrected: Decimal | None = None
    sold: Decimal | None = None
    shipped_on: Decimal | None = None
    lost: Decimal | None = None

    @property
    def said(self) -> Mapping[str, Decimal]:
        """Return the figures that were given."""
        given = ((name, getattr(self, name)) for name in FIGURES)
        return {name: value for name, value in given if value is not None}

    @property
    def sum(self) -> Decimal:
        """Return how many units are under a figure, each counted once."""
        return sum((value for name, value in self.said.items() if name in PARTS), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated(Counted):
    """What stands of a consignee's answers for one batch at one place: the figures of the newest that has a line of it.

    ``party_id`` is the firm that answered, ``None`` for a place whose firm nobody registered.
    """

    answered_at: datetime
    party_id: int | None
    response_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The same by the ledger. ``most`` units came, were made there or are on their way; ``None`` is unknown.

    ``consumed`` went into other products: no figure of an answer stands for it, the ledger knows it alone.
    Where a quantity is not recorded every figure is a lower bound (``complete`` false): nothing is held against it.
    """

    most: Decimal | None
    arrived: Decimal
    on_hand: Decimal
    returned: Decimal
    destroyed: Decimal
    sold: Decimal
    shipped_on: Decimal
    lost: Decimal
    complete: bool
    consumed: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that was stated as one thing and is another by the ledger."""

    figure: str
    stated: Decimal
    recorded: Decimal


def record_of(holding: Holding, sent_back: Decimal) -> Recorded:
    """Return what the ledger says of a stock, of which ``sent_back`` units went to where they had come from."""
    figures = holding.figures
    brought_in = max(ZERO, -figures.sold)  # consumers may bring back what another shop sold
    return Recorded(
        most=None if holding.most is None else holding.most + brought_in,
        arrived=figures.received + figures.produced + brought_in,
        on_hand=figures.on_hand,
        returned=sent_back,
        destroyed=figures.destroyed,
        sold=figures.sold + brought_in,
        shipped_on=max(ZERO, figures.shipped - sent_back),
        lost=figures.lost,
        complete=figures.complete,
        consumed=figures.consumed,
    )


def find_differences(stated: Counted, recorded: Recorded) -> Iterator[Difference]:
    """Yield each figure that does not fit the ledger's; what was not said fits everything."""
    if not recorded.complete:
        return
    corrected = stated.corrected or ZERO
    for name, value in stated.said.items():
        if name in ("quarantined", "corrected"):
            continue
        ledger: Decimal = getattr(recorded, name)
        slack = corrected if name in _MAY_BE_CORRECTED else ZERO
        if not value <= ledger <= value + slack:
            yield Difference(name, value, ledger)


def units_left_open(stated: Counted, recorded: Recorded) -> Decimal:
    """Return how many units that arrived and were not used up are under no figure; 0 where that is not known."""
    return max(ZERO, recorded.arrived - recorded.consumed - stated.sum) if recorded.complete else ZERO


def units_above(stated: Counted, recorded: Recorded) -> Decimal:
    """Return how many more units are stated than can be there; 0 where nobody knows how many can."""
    return ZERO if recorded.most is None else max(ZERO, stated.sum - recorded.most)


def find_fallen(earlier: Counted, later: Counted) -> Iterator[Difference]:
    """Yield each total to date that is lower than it was: a contradiction, and the newer stands."""
    for name in TOTALS_TO_DATE:
        before, now = getattr(earlier, name), getattr(later, name)
        if before is not None and now is not None and now < before:
            yield Difference(name, now, before)


def missing_units(stated: Decimal | None, recorded: Decimal) -> Decimal:
    """Return how many units the ledger does not show yet, and are captured with the answer; never less than 0."""
    return ZERO if stated is None else max(ZERO, stated - recorded)


assert {one.name for one in fields(Counted)} == set(FIGURES)
