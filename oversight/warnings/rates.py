"""Whether a week has more than usual: the upper tail of a count against the twelve weeks before it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, fsum, lgamma, log, log1p
from typing import Literal

BASE_WEEKS = 12
LEAST_SOURCES = 3
THRESHOLD = 0.001
NEGLIGIBLE = 1e-17

Law = Literal["poisson", "negative_binomial"]


@dataclass(frozen=True, slots=True)
class Rate:
    """A week's ``count`` held against its base: ``tail`` is the chance of that count or more, were all as usual.

    ``mean`` and ``variance`` are those of the base, per week.
    """

    count: int
    sources: int
    mean: float
    variance: float
    law: Law
    tail: float

    @property
    def stands_out(self) -> bool:
        """Whether the count is unusual, and comes from sources that do not depend on one of them."""
        return self.tail <= THRESHOLD and self.sources >= LEAST_SOURCES


def rate_week(base: Sequence[int], count: int, sources: int) -> Rate:
    """Hold a week's count against the weekly counts before it. Raises ValueError for a base of another length.

    One observation is added to the base: twelve weeks without any do not show that none ever comes.
    """
    if len(base) != BASE_WEEKS:
        raise ValueError(f"Expected {BASE_WEEKS} weekly counts, got {len(base)}.")
    mean = (sum(base) + 1) / BASE_WEEKS
    plain = sum(base) / BASE_WEEKS
    variance = fsum((one - plain) ** 2 for one in base) / (BASE_WEEKS - 1)
    if variance > mean:
        tail = negative_binomial_tail(count, mean, variance)
        return Rate(count, sources, mean, variance, "negative_binomial", tail)
    return Rate(count, sources, mean, variance, "poisson", poisson_tail(count, mean))


def poisson_tail(count: int, mean: float) -> float:
    """Return the chance of ``count`` or more of a Poisson law, summed from its terms."""
    return _sum_up(lambda n: exp(n * log(mean) - mean - lgamma(n + 1)), count, mean, mean, 0.0)


def negative_binomial_tail(count: int, mean: float, variance: float) -> float:
    """Return the chance of ``count`` or more of the negative binomial law with this mean and this larger variance."""
    size = mean * mean / (variance - mean)
    share = mean / (size + mean)

    def chance(n: int) -> float:
        ways = lgamma(n + size) - lgamma(size) - lgamma(n + 1)
        return exp(ways + size * log1p(-share) + n * log(share))

    return _sum_up(chance, count, mean, size * share, share)


def _sum_up(chance: Callable[[int], float], count: int, mean: float, constant: float, slope: float) -> float:
    """Sum terms from ``count`` up, each (constant + slope × n) / (n + 1) of the one before.

    It stops where what follows, once terms fall, is too little to be seen in the sum. Below the mean the first term may
    be too small for a number while those that follow are not: there what lies below is taken from one.
    """
    if count < mean:
        return 1.0 - fsum(chance(n) for n in range(count))
    first = chance(count)
    terms, term, at, total = [first], first, count, first
    while term > 0:
        ratio = (constant + slope * at) / (at + 1)
        term, at = term * ratio, at + 1
        if ratio < 1 and term * max(1.0, 1 / (1 - ratio)) < NEGLIGIBLE * total:
            break
        terms.append(term)
        total += term
    return min(1.0, fsum(terms))
