"""Which batches and products stand out now: seven days held against twelve weeks of their own past. Pure.

The base ends two weeks before the window begins: what goes wrong slowly does not become what is usual.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from oversight.warnings.observations import Observation
from oversight.warnings.rates import BASE_WEEKS, LEAST_SOURCES, Rate, rate_week

WEEK = timedelta(weeks=1)
GAP = timedelta(weeks=2)
REACH = WEEK + GAP + BASE_WEEKS * WEEK
"""How far back the base begins."""

Goods = tuple[int, int | None]
"""Rows of a product and of a batch; None: the product, whatever its batch."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """Goods of which more was observed than is usual: the cases of the window, the weeks of the base, and the rate."""

    goods: Goods
    cases: tuple[Observation, ...]
    base: tuple[int, ...]
    rate: Rate


def window_of(
    observed: Sequence[Observation], now: datetime, told: Collection[tuple[int, str]] = ()
) -> list[Observation]:
    """Return what was observed in the seven days up to ``now``, but for ``told`` (product, record)."""
    return [one for one in observed if now - WEEK < one.at <= now and (one.product_id, one.record) not in told]


def may_stand_out(window: Sequence[Observation]) -> set[int]:
    """Return the products that enough sources speak of: no other needs its base read."""
    sources: dict[int, set[str]] = defaultdict(set)
    for one in window:
        sources[one.product_id].add(one.source)
    return {product for product, found in sources.items() if len(found) >= LEAST_SOURCES}


def find_unusual(window: Sequence[Observation], past: Sequence[Observation], now: datetime) -> list[Unusual]:
    """Return what stands out: batches first; a product if it does so by cases that no such batch explains."""
    times: dict[Goods, list[datetime]] = defaultdict(list)
    for one in past:
        for goods in {(one.product_id, one.batch_id), (one.product_id, None)}:
            times[goods].append(one.at)
    batches: dict[Goods, list[Observation]] = defaultdict(list)
    products: dict[Goods, list[Observation]] = defaultdict(list)
    for one in sorted(window, key=lambda one: (one.at, one.record)):
        if one.batch_id is not None:
            batches[one.product_id, one.batch_id].append(one)
    found = _judge_all(batches, times, now)
    explained = {unusual.goods for unusual in found}
    for one in sorted(window, key=lambda one: (one.at, one.record)):
        if one.batch_id is None or (one.product_id, one.batch_id) not in explained:
            products[one.product_id, None].append(one)
    found += _judge_all(products, times, now)
    return sorted(found, key=lambda one: (one.goods[0], one.goods[1] or 0))


def _judge_all(
    cases: Mapping[Goods, Sequence[Observation]], times: Mapping[Goods, Sequence[datetime]], now: datetime
) -> list[Unusual]:
    found = []
    for goods, some in cases.items():
        base = weeks_before(times.get(goods, ()), now)
        rate = rate_week(base, len(some), len({one.source for one in some}))
        if rate.stands_out:
            found.append(Unusual(goods, tuple(some), base, rate))
    return found


def weeks_before(times: Sequence[datetime], now: datetime) -> tuple[int, ...]:
    """Return the weekly counts of the base, the oldest first."""
    begin = now - REACH
    ordered = sorted(times)
    edges = [bisect_right(ordered, begin + week * WEEK) for week in range(BASE_WEEKS + 1)]
    return tuple(later - earlier for earlier, later in pairwise(edges))
