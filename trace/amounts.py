"""Exact decimals as two integers, so that both databases add them without loss.

A quantity is ``amount`` × 10⁻ˢᶜᵃˡᵉ with at most 18 digits, which a 64-bit integer holds. Sums are taken per scale and
in two halves, so that no sum overflows either.
"""

import decimal
from decimal import Decimal
from functools import lru_cache

# Sums of 18-digit quantities of different scales need more than the 28 digits of the default context.
decimal.DefaultContext.prec = 100
decimal.setcontext(decimal.Context(prec=100))

MAX_DIGITS = 18
HALF = 10**9
"""Sums are taken of ``amount / HALF`` and ``amount % HALF``."""


class AmountError(ValueError):
    """A quantity that cannot be kept exactly."""


@lru_cache(maxsize=16_384)  # equal quantities are kept alike, however they are written
def to_stored(quantity: Decimal) -> tuple[int, int]:
    """Return (amount, scale) of a quantity, without trailing zeros.

    Raises AmountError for more than 18 digits, before or after the point taken together, and for what is not finite.
    """
    if not quantity.is_finite():
        raise AmountError(f"Cannot keep {quantity} as a quantity: expected a finite number.")
    sign, digits, exponent = quantity.as_tuple()
    assert isinstance(exponent, int)
    while exponent < 0 and digits and digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    if not any(digits):
        return 0, 0
    if len(digits) + max(exponent, 0) > MAX_DIGITS or -exponent > MAX_DIGITS:
        raise AmountError(f"Cannot keep {quantity} as a quantity: expected at most {MAX_DIGITS} digits.")
    amount = int("".join(map(str, digits))) * 10 ** max(exponent, 0)
    return (-amount if sign else amount), max(-exponent, 0)


def from_stored(amount: int, scale: int) -> Decimal:
    """Return the quantity of a stored (amount, scale), exactly."""
    return Decimal(amount).scaleb(-scale) if scale else Decimal(amount)
