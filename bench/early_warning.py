"""Measure how often quiet products are signalled, and how soon planted outbreaks are (docs/early-warning.md).

The rule is run as the service runs it: after every observation, over the last seven days, without what was told before.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import log
from random import Random

from bench import tables
from oversight.warnings.observations import Observation
from oversight.warnings.unusual import REACH, WEEK, find_unusual, may_stand_out, window_of

SEED = 20260302
START = datetime(2026, 3, 2, tzinfo=UTC)
BEFORE = REACH // WEEK
HALF_A_YEAR, SIX_WEEKS = 26, 6
RATES = ((0.05, None), (0.2, None), (1.0, None), (4.0, None), (20.0, None), (1.0, 1.0), (4.0, 2.0))
EXTRA = (4, 6, 8, 10)


def main(args: list[str] | None = None) -> None:
    """Show false alarms a product and year, and on which day outbreaks are found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1_000)
    number = parser.parse_args(args).histories
    random = Random(SEED)
    rows = []
    for mean, shape in RATES:
        told = sum(len(alarms(quiet(random, mean, shape, HALF_A_YEAR))) for _ in range(number))
        kind = "steady" if shape is None else f"unsteady (gamma, shape {shape:g})"
        rows.append((f"{mean:g} a week, {kind}", f"{2 * told / number:.3f}"))
    tables.show(f"{number} products, half a year each", ("usual", "false alarms a product and year"), rows)
    outbreaks = []
    for extra in EXTRA:
        days = sorted(found_on(random, extra) for _ in range(number))
        weeks = [sum(day < 7 * week for day in days) / number for week in (1, 2, 6)]
        middle = "–" if days[number // 2] >= 7 * SIX_WEEKS else f"{days[number // 2]:.1f}"
        outbreaks.append((f"{extra} more a week", middle, *(f"{100 * share:.1f} %" for share in weeks)))
    tables.show(
        f"{number} outbreaks where 1 a week is usual",
        ("outbreak", "median day", "in 1 week", "in 2 weeks", "in 6 weeks"),
        outbreaks,
    )


def quiet(random: Random, mean: float, shape: float | None, weeks: int) -> list[float]:
    """Return the moments, in weeks, of what is observed in a base and so many weeks after it."""
    found = []
    for week in range(BEFORE + weeks):
        rate = mean if shape is None else max(random.gammavariate(shape, mean / shape), 1e-9)
        at = -log(1 - random.random()) / rate
        while at < 1:
            found.append(week + at)
            at -= log(1 - random.random()) / rate
    return found


def found_on(random: Random, extra: float) -> float:
    """Return the day after its beginning on which an outbreak is signalled; many if it is not."""
    usual = quiet(random, 1.0, None, SIX_WEEKS)
    more = [at for at in quiet(random, extra, None, SIX_WEEKS) if at >= BEFORE]
    raised = alarms(sorted(usual + more))
    return (raised[0] - BEFORE) * 7 if raised else float(7 * SIX_WEEKS)


def alarms(moments: Sequence[float]) -> list[float]:
    """Return when a product is signalled after its base, in weeks; each observation is a source of its own."""
    seen = [Observation(START + at * timedelta(weeks=1), 1, None, str(n), None, str(n)) for n, at in enumerate(moments)]
    raised: list[float] = []
    told: set[tuple[int, str]] = set()
    begin = 0
    for last, at in enumerate(moments):
        if at < BEFORE:
            continue
        now = seen[last].at
        while moments[begin] < at - 1:
            begin += 1
        window = window_of(seen[begin : last + 1], now, told)
        if may_stand_out(window) and find_unusual(window, seen[: begin + 1], now):
            raised.append(at)
            told |= {(1, one.record) for one in window}
    return raised


if __name__ == "__main__":
    main()
