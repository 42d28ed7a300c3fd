"""What a trace says of goods that no name tells: plain values, with nothing behind them (RULES 7)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from trace.amounts import from_stored
from trace.findings import Finding
from trace.fold.contents import Unit
from trace.mixing.arcs import Limits

PLACES_OF_EXPECTED = 6
"""Decimals of an expected figure; it is a plan, not a count."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Units in scope: proven, to plan with, and whom to warn for; no ``upper``: reach without a known limit."""

    lower: Decimal
    expected: Decimal
    upper: Decimal | None

    def __add__(self, other: "Amounts") -> "Amounts":
        """Both together; only for what cannot be the same units."""
        upper = None if self.upper is None or other.upper is None else self.upper + other.upper
        return Amounts(self.lower + other.lower, self.expected + other.expected, upper)


def amounts_of(limits: Limits, scale: int) -> Amounts:
    """Return limits in whole units of 10⁻ˢᶜᵃˡᵉ as decimals; the expected figure is rounded half-even."""
    lower = from_stored(limits.lower, scale)
    upper = None if limits.upper is None else from_stored(limits.upper, scale)
    millionths = round(limits.expected / 10**scale * 10**PLACES_OF_EXPECTED)
    expected = max(lower, Decimal(millionths).scaleb(-PLACES_OF_EXPECTED))
    return Amounts(lower, _plain(expected if upper is None else min(expected, upper)), upper)


def share_of(whole: Decimal | None, lower: Decimal, share: Fraction) -> Amounts:
    """Return the limits of goods that are in scope as a whole or not at all; ``whole`` ``None`` is unknown."""
    if whole is None:
        return Amounts(lower, lower, None)
    numerator, denominator = whole.as_integer_ratio()
    millionths = round(Fraction(numerator, denominator) * share * 10**PLACES_OF_EXPECTED)
    expected = min(whole, max(lower, Decimal(millionths).scaleb(-PLACES_OF_EXPECTED)))
    return Amounts(lower, _plain(expected), whole)


def _plain(amount: Decimal) -> Decimal:
    """Without zeros at the end, and without an exponent."""
    whole = amount.to_integral_value()
    return whole if whole == amount else amount.normalize()


@dataclass(frozen=True, slots=True)
class Possible:
    """Where goods may be although no name tells.

    ``places`` are the units that may have reached each place beyond those that are named there, or are under way to
    it; ``inbound`` those places to which all of them are still under way. ``batches`` were made from goods that may
    be in scope, or may hold some because a place mixes lots. ``totals`` count, by item, the units in scope that are
    no longer where the records name them.
    """

    places: Mapping[tuple[int, Unit], Amounts] = field(default_factory=dict)
    inbound: frozenset[tuple[int, Unit]] = frozenset()
    batches: Mapping[tuple[int, Unit], Amounts] = field(default_factory=dict)
    totals: Mapping[tuple[str, Unit], Amounts] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def where(self) -> set[int]:
        """The places."""
        return {place for place, _ in self.places}

    def at(self, places: Collection[int]) -> "Possible":
        """What the firm that keeps ``places`` may see of it: its own places."""
        mine = {key: amounts for key, amounts in self.places.items() if key[0] in places}
        findings = tuple(finding for finding in self.findings if finding.place in places)
        return Possible(mine, self.inbound & mine.keys(), findings=findings)


NOTHING = Possible()
