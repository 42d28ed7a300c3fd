"""Measure how often quiet products are signalled, and how soon planted outbreaks are (docs/early-warning.md).

The rule is run as the service runs it: after every observation and every six hours between them, over the last seven
days, without what was told before.
"""

import argparse
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log
from random import Random

from bench import tables
from oversight.warnings.observations import Observation
from oversight.warnings.unusual import REACH, WEEK, find_unusual, may_stand_out, window_of

SEED = 20260302
START = datetime(2026, 3, 2, tzinfo=UTC)
BEFORE = REACH // WEEK
BETWEEN = 1 / 28
HALF_A_YEAR, SIX_WEEKS = 26, 6
EXTRA = (4, 6, 8, 10)
BAD = -1
"""The batch of an outbreak."""


@dataclass(frozen=True, slots=True)
class Usual:
    """So many a week; with a ``shape`` each week has a rate of its own, which varies as a gamma law does.

    They are of ``lots`` batches at once, each of which is sold for so many weeks (``sold``) before a new one follows;
    with none, nobody knows the batch.
    """

    mean: float
    shape: float | None = None
    lots: int = 0
    sold: float = 1.0

    def __str__(self) -> str:
        """Return it in words."""
        steady = "steady" if self.shape is None else f"unsteady (gamma, shape {self.shape:g})"
        at_once = f", {self.lots} lots at once, each {self.sold:g} weeks" if self.lots else ""
        return f"{self.mean:g} a week, {steady}{at_once}"


USUAL = (
    *(Usual(mean) for mean in (0.05, 0.2, 1.0, 4.0, 20.0)),
    *(Usual(1.0, 1.0), Usual(4.0, 2.0)),
    *(Usual(1.0, None, 1, 4), Usual(4.0, None, 1, 4), Usual(4.0, None, 5, 12), Usual(20.0, None, 10, 4)),
)
ONE, SEVERAL = Usual(1.0), Usual(4.0, None, 5, 12)

Moment = tuple[float, int | None]
"""When something was observed, in weeks, and of which batch."""


def main(args: list[str] | None = None) -> None:
    """Show false alarms a product and year, and on which day outbreaks are found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1_000)
    number = parser.parse_args(args).histories
    random = Random(SEED)
    rows = []
    for usual in USUAL:
        told = sum(len(alarms(quiet(random, usual, HALF_A_YEAR))) for _ in range(number))
        rows.append((str(usual), f"{2 * told / number:.3f}"))
    tables.show(f"{number} products, half a year each", ("usual", "false alarms a product and year"), rows)
    for usual in (ONE, SEVERAL):
        outbreaks = []
        for extra in EXTRA:
            days = sorted(found_on(random, extra, usual) for _ in range(number))
            weeks = [sum(day < 7 * week for day in days) / number for week in (1, 2, 6)]
            middle = "–" if days[number // 2] >= 7 * SIX_WEEKS else f"{days[number // 2]:.1f}"
            outbreaks.append((f"{extra} more a week", middle, *(f"{100 * share:.1f} %" for share in weeks)))
        tables.show(
            f"{number} outbreaks of one batch where usual is {usual}",
            ("outbreak", "median day", "in 1 week", "in 2 weeks", "in 6 weeks"),
            outbreaks,
        )
    random, rows = Random(SEED), []
    for mean in (0.2, 1.0, 4.0):
        new = ([one for one in quiet(random, Usual(mean), HALF_A_YEAR) if one[0] >= BEFORE] for _ in range(number))
        rows.append((f"{mean:g} a week from the first day", f"{sum(len(alarms(one)) for one in new) / number:.3f}"))
    tables.show(f"{number} new products", ("usual", "false alarms in the first half year"), rows)


def quiet(random: Random, usual: Usual, weeks: int) -> list[Moment]:
    """Return what is observed in a base and so many weeks after it."""
    found: list[Moment] = []
    for week in range(BEFORE + weeks):
        rate = (
            usual.mean if usual.shape is None else max(random.gammavariate(usual.shape, usual.mean / usual.shape), 1e-9)
        )
        at = -log(1 - random.random()) / rate
        while at < 1:
            found.append((week + at, _batch(random, usual, week + at)))
            at -= log(1 - random.random()) / rate
    return found


def _batch(random: Random, usual: Usual, at: float) -> int | None:
    """One of those sold at a moment; they follow each other in turn."""
    if not usual.lots:
        return None
    place = random.randrange(usual.lots)
    return int(at / usual.sold + place / usual.lots) * usual.lots + place


def found_on(random: Random, extra: float, usual: Usual = ONE) -> float:
    """Return the day after its beginning on which an outbreak is signalled; many if it is not."""
    normal = quiet(random, usual, SIX_WEEKS)
    bad = BAD if usual.lots else None
    more = [(at, bad) for at, _ in quiet(random, Usual(extra), SIX_WEEKS) if at >= BEFORE]
    raised = alarms(sorted(normal + more, key=lambda one: one[0]))
    return (raised[0] - BEFORE) * 7 if raised else float(7 * SIX_WEEKS)


def alarms(moments: Sequence[Moment]) -> list[float]:
    """Return when a product is signalled after its base, in weeks; each observation is a source of its own."""
    times = [START + at * WEEK for at, _ in moments]
    seen = [
        Observation(at, 1, batch, str(n), None, str(n))
        for n, (at, (_, batch)) in enumerate(zip(times, moments, strict=True))
    ]
    raised: list[float] = []
    told: set[tuple[int, int | None, str]] = set()
    for now in _looks(times):
        begin, end = bisect_right(times, now - WEEK), bisect_right(times, now)
        window = window_of(seen[begin:end], now, told)
        if may_stand_out(window) and (
            found := find_unusual(window, seen[bisect_left(times, now - REACH) : begin], now)
        ):
            raised += [(now - START) / WEEK] * len(found)
            told |= {(1, case.batch_id, case.record) for one in found for case in one.cases}
    return raised


def _looks(times: Sequence[datetime]) -> list[datetime]:
    first = START + BEFORE * WEEK
    number = int((times[-1] - first) / (BETWEEN * WEEK)) if times else 0
    return sorted([*(at for at in times if at >= first), *(first + n * BETWEEN * WEEK for n in range(number + 1))])


if __name__ == "__main__":
    main()
