"""What moved of one item in one unit of measure, as plain values: the arcs of the flow of units (RULES 7)."""

from dataclasses import dataclass
from fractions import Fraction

Node = tuple[str, int]
"""``("at", place)``: its stock; ``("line", posting of the shipment)``: goods on the road; ``("sold", 0)``."""

DAY = 86_400_000_000
"""Microseconds."""


@dataclass(frozen=True, slots=True)
class Arc:
    """One posting of the item: ``quantity`` units that left ``tail`` for ``head``.

    ``tail`` ``None`` is a source of units, ``head`` ``None`` takes them for good; ``lot`` ``None``: moved without a
    lot; ``quantity`` ``None``: unknown. ``left`` and ``came`` are microseconds since 1970 UTC, ``None`` where unknown.
    ``to`` is the place that goods put on a line are under way to. ``number`` is the caller's own.
    """

    number: int
    tail: Node | None
    head: Node | None
    lot: int | None
    quantity: int | None
    left: int | None
    came: int | None
    to: int | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """A place that mixes lots of the item, from ``since`` to ``until`` inclusive; ``None`` is without an end."""

    place: int
    since: int | None = None
    until: int | None = None

    def holds(self, left: int | None) -> bool:
        """Whether goods that left at that moment left while lots were mixed; an unknown moment counts (RULES 7)."""
        if left is None:
            return True
        return (self.since is None or self.since <= left) and (self.until is None or left <= self.until)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many units in scope: proven, to plan with, and whom to warn for; no ``upper``: no limit is known."""

    lower: int
    expected: Fraction
    upper: int | None


def clip(lower: int, expected: Fraction, upper: int | None) -> Limits:
    """Return limits whose expected figure lies between the other two."""
    inside = max(Fraction(lower), expected)
    return Limits(lower, inside if upper is None else min(inside, Fraction(upper)), upper)
