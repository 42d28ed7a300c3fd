"""Check digits and check characters of GS1 keys (GS1 General Specifications §7.9)."""

from __future__ import annotations

CSET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_CSET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_VALUE_82 = {character: value for value, character in enumerate(CSET_82)}
# One prime for each of the up to 23 characters before the pair, the rightmost character taking the first.
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_ZERO = ord("0")


def check_digit(body: str) -> str:
    """The modulo-10 check digit of `body` (ASCII digits of any length, without check digit).

    Weights 3, 1, 3, … from the right (GS1 General Specifications §7.9.1).
    """
    codes = body.encode("ascii")
    heavy, light = codes[-1::-2], codes[-2::-2]
    total = 3 * (sum(heavy) - _ZERO * len(heavy)) + sum(light) - _ZERO * len(light)
    return str(-total % 10)


def has_check_digit(digits: str) -> bool:
    """Whether the last of `digits` (ASCII digits) is the check digit of those before it."""
    return check_digit(digits[:-1]) == digits[-1:]


def check_pair(body: str) -> str:
    """The two check characters of a Global Model Number (`body`: 1 to 23 characters of CSET 82).

    Prime weights from the right, modulo 1021, written in CSET 32 (GS1 General Specifications §7.9.5).
    """
    total = sum(_VALUE_82[character] * prime for character, prime in zip(reversed(body), _PRIMES, strict=False))
    high, low = divmod(total % 1021, 32)
    return _CSET_32[high] + _CSET_32[low]
