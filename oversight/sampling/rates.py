"""Pass rates with their 95 % intervals. Pure."""

from decimal import Decimal, localcontext
from typing import NamedTuple

Z = Decimal("1.959963984540054")
"""The 97.5 % point of the normal distribution."""

_PLACES = Decimal("0.0001")


class Rate(NamedTuple):
    """A share, and the bounds of its Wilson interval, to four decimals."""

    share: Decimal
    lower: Decimal
    upper: Decimal


def wilson(passed: int, tested: int) -> Rate:
    """Return a share with its Wilson score interval at 95 % (E. B. Wilson, 1927). Raises ValueError for no tests."""
    if not 0 <= passed <= tested or tested == 0:
        raise ValueError(f"Expected 0 to {tested} of at least 1, got {passed}.")
    with localcontext() as exact:
        exact.prec = 40
        n, share, square = Decimal(tested), Decimal(passed) / tested, Z * Z
        middle = share + square / (2 * n)
        half = Z * (share * (1 - share) / n + square / (4 * n * n)).sqrt()
        whole = 1 + square / n
        lower, upper = (middle - half) / whole, (middle + half) / whole
        return Rate(*(one.quantize(_PLACES) + 0 for one in (share, max(lower, Decimal(0)), min(upper, Decimal(1)))))
