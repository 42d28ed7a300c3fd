"""Samples for effectiveness checks: how many consignees, and which, so that anybody can draw them again. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Literal

Level = Literal["A", "B", "C", "D", "E"]

FIXED: dict[Level, Decimal] = {"A": Decimal(100), "C": Decimal(10), "D": Decimal(2), "E": Decimal(0)}
"""The share of each level in per cent (RECALLS, Reports); B is told with the draw."""

ABOVE, BELOW = Decimal(10), Decimal(100)
"""B is more than 10 and less than 100 per cent."""

PLACES = 4
"""Decimals of a share that are kept."""


class ShareRefused(ValueError):
    """A share that does not belong to its level."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One of those drawn from: ``digest`` is SHA-256 of ``seed:name`` in hexadecimal."""

    name: str
    digest: str
    chosen: bool


def share_of(level: Level, percent: Decimal | None) -> Decimal:
    """Return the share of a level in per cent. Raises ShareRefused: only B has one to be told, and needs it."""
    if level != "B":
        if percent is not None and percent != FIXED[level]:
            raise ShareRefused(f"Expected no percent with level {level}, which is {FIXED[level]}, got {percent}.")
        return FIXED[level]
    if percent is None or not ABOVE < percent < BELOW or percent != round(percent, PLACES):
        raise ShareRefused(
            f"Expected a percent above {ABOVE} and below {BELOW} with level B, of at most {PLACES} decimals, "
            f"got {'nothing' if percent is None else percent}."
        )
    return percent


def sample_size(count: int, percent: Decimal) -> int:
    """Return how many of ``count`` the share is, rounded up."""
    return ceil(Fraction(percent) * count / 100)


def draw(names: Iterable[str], percent: Decimal, seed: str) -> list[Drawn]:
    """Return all ``names`` in the order of SHA-256 of ``seed:name``; the first ⌈n · percent⌉ are chosen.

    The order in which names come makes no difference; a name that comes twice counts once.
    """
    ranked = sorted((hashlib.sha256(f"{seed}:{name}".encode()).hexdigest(), name) for name in set(names))
    size = sample_size(len(ranked), percent)
    return [Drawn(name, digest, position < size) for position, (digest, name) in enumerate(ranked)]
