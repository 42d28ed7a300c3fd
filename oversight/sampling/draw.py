"""The draw: weighted sampling without replacement from a printed frame, which anybody can repeat by hand. Pure.

The lines of the frame are drawn one after the other. For the draw number *k* (from 1), let *W* be the sum of the
weights of the lines that are still in, and *r* the SHA-256 of the text ``seed:k`` (UTF-8), read as a whole number, most
significant byte first, modulo *W*. The line is the first, in the frame's order, up to which the weights of the lines
still in add up to more than *r*. It leaves the frame, and the next is drawn. Weights are whole numbers, so nothing
is rounded; as *W* is below 2⁶⁴, no line is favoured by more than 2⁻¹⁹² through the modulo.
"""

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import accumulate
from math import ceil

MOST_LINES = 20_000
MOST_SAMPLES = 500


def draw_lines(weights: Sequence[int], size: int, seed: str) -> list[int]:
    """Return the positions (from 0) of ``size`` lines in the order in which they are drawn; all, if there are fewer.

    Raises ValueError for a weight below 1.
    """
    if any(weight < 1 for weight in weights):
        raise ValueError("Expected weights from 1 up.")
    left = list(weights)
    drawn: list[int] = []
    for number in range(1, min(size, len(left)) + 1):
        sums = list(accumulate(left))
        rest = int.from_bytes(sha256(f"{seed}:{number}".encode()).digest(), "big") % sums[-1]
        place = bisect_right(sums, rest)
        drawn.append(place)
        left[place] = 0
    return drawn


def size_by_grades(size: int, factors: Sequence[Decimal]) -> int:
    """Return how many lines a plan of ``size`` draws: as many times the mean factor of the frame's lines, rounded up.

    >>> size_by_grades(10, [Decimal("0.5"), Decimal("0.5"), Decimal(2)])
    10
    """
    return min(ceil(size * sum(map(Fraction, factors)) / len(factors)), MOST_SAMPLES)


def print_frame(rows: Sequence[Sequence[str]]) -> str:
    """Return a frame as it is printed: a line a row, its fields parted by tabs, the last one the weight."""
    return "".join("\t".join(row) + "\n" for row in rows)


def digest_of(frame: str) -> str:
    """Return the SHA-256 of a printed frame, by which it is told from every other."""
    return sha256(frame.encode()).hexdigest()
