"""Measure how often quiet histories are signalled, and how soon planted outbreaks are (docs/early-warning.md)."""

from math import log
from random import Random

from oversight.warnings.rates import rate_week

SEED, QUIET, PLANTED, WEEKS = 20260302, 10_000, 1_000, 6


def main() -> None:
    random = Random(SEED)
    for mean in (0.2, 1.0, 4.0):
        print("steady", mean, sum(_alarm(random, mean, None) for _ in range(QUIET)))
    for mean, shape in ((1.0, 1.0), (4.0, 2.0)):
        print("unsteady", mean, shape, sum(_alarm(random, mean, shape) for _ in range(QUIET)))
    for extra in (4, 6, 8, 10):
        found = [_found_in(random, extra) for _ in range(PLANTED)]
        print("planted", extra, {week: found.count(week) for week in (*range(1, WEEKS + 1), None)})


def _alarm(random: Random, mean: float, shape: float | None) -> bool:
    *base, count = [_week(random, mean, shape) for _ in range(13)]
    return rate_week(base, count, count).stands_out


def _found_in(random: Random, extra: int) -> int | None:
    base = [_week(random, 1.0) for _ in range(12)]
    for week in range(1, WEEKS + 1):
        count = _week(random, 1.0) + extra
        if rate_week(base, count, count).stands_out:
            return week
        base = [*base[1:], count]
    return None


def _week(random: Random, mean: float, shape: float | None = None) -> int:
    rate = mean if shape is None else max(random.gammavariate(shape, mean / shape), 1e-9)
    at, count = -log(1 - random.random()) / rate, 0
    while at < 1:
        at, count = at - log(1 - random.random()) / rate, count + 1
    return count


if __name__ == "__main__":
    main()
