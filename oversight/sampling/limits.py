"""What a test item must satisfy, and whether a result does. Pure; exact decimals, in the unit of the limit."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

LimitKind = Literal["max", "min", "range", "absent"]
LIMIT_KINDS: tuple[LimitKind, ...] = get_args(LimitKind)


@dataclass(frozen=True, slots=True)
class Limit:
    """``max``: at most ``upper``; ``min``: at least ``lower``; ``range``: both; ``absent``: not to be detected.

    Bounds themselves satisfy. Raises ValueError where a bound is missing, too many, or the wrong way round.
    """

    kind: LimitKind
    lower: Decimal | None = None
    upper: Decimal | None = None

    def __post_init__(self) -> None:
        wanted = {"max": (False, True), "min": (True, False), "range": (True, True), "absent": (False, False)}[
            self.kind
        ]
        given = (self.lower is not None, self.upper is not None)
        if given != wanted:
            raise ValueError(f"Expected for {self.kind} {_said(wanted)}, got {_said(given)}.")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueError(f"Expected lower up to upper, got {self.lower} and {self.upper}.")


def satisfies(limit: Limit, value: Decimal | None) -> bool:
    """Whether a result is within a limit; None is "not detected", which is below every upper bound."""
    if limit.kind == "absent":
        return value is None
    if value is None:
        return limit.lower is None
    return (limit.lower is None or value >= limit.lower) and (limit.upper is None or value <= limit.upper)


def _said(bounds: tuple[bool, bool]) -> str:
    return " and ".join(name for name, there in zip(("lower", "upper"), bounds, strict=True) if there) or "no bound"


def write_exact(value: Decimal) -> str:
    """Return a decimal as it is kept and printed: all its digits, no exponent, no zeros behind."""
    return format(value.normalize() + 0, "f")
