"""Which batches and products stand out now: seven days held against twelve weeks of their product's past. Pure.

The base ends two weeks before the window begins: what goes wrong slowly does not become what is usual. A batch that
came to market lately has no past: a batch is held against the batch of its product that had most in each week.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from oversight.warnings.observations import Observation
from oversight.warnings.rates import BASE_WEEKS, LEAST_SOURCES, Rate, rate_week

WEEK = timedelta(weeks=1)
GAP = timedelta(weeks=2)
REACH = WEEK + GAP + BASE_WEEKS * WEEK
"""How far back the base begins."""

RELATED = 0.05
"""Other cases that would be this rare by themselves belong to the same trouble as a batch that stands out."""

Goods = tuple[int, int | None]
"""Rows of a product and of a batch; None: the product, whatever its batch."""

Told = tuple[int, int | None, str]
"""Rows of a product and of a batch, and the record: an event tells of each of its batches by itself."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """Goods of which more was observed than is usual: the cases of the window, the weeks of the base, and the rate."""

    goods: Goods
    cases: tuple[Observation, ...]
    base: tuple[int, ...]
    rate: Rate


def untold(observed: Sequence[Observation], told: Collection[Told]) -> list[Observation]:
    """Return what is not among ``told``; a case that was told before its batch was known stays told."""
    return [
        one
        for one in observed
        if (one.product_id, one.batch_id, one.record) not in told and (one.product_id, None, one.record) not in told
    ]


def window_of(observed: Sequence[Observation], now: datetime, told: Collection[Told] = ()) -> list[Observation]:
    """Return what was observed in the seven days up to ``now``, but for ``told``."""
    return untold([one for one in observed if now - WEEK < one.at <= now], told)


def may_stand_out(window: Sequence[Observation]) -> set[int]:
    """Return the products that enough sources speak of: no other needs its base read."""
    sources: dict[int, set[str]] = defaultdict(set)
    for one in window:
        sources[one.product_id].add(one.source)
    return {product for product, found in sources.items() if len(found) >= LEAST_SOURCES}


def find_unusual(window: Sequence[Observation], past: Sequence[Observation], now: datetime) -> list[Unusual]:
    """Return what stands out: a batch, or the product where its other cases are unusual too."""
    before: dict[int, dict[int | None, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for one in past:
        before[one.product_id][one.batch_id].append(one)
    products: dict[int, list[Observation]] = defaultdict(list)
    for one in sorted(window, key=lambda one: (one.at, one.record, one.batch_id or 0)):
        products[one.product_id].append(one)
    return [
        found
        for number in sorted(products)
        for found in _judge_product(number, products[number], before.get(number, {}), now)
    ]


def _judge_product(
    number: int, cases: Sequence[Observation], past: Mapping[int | None, Sequence[Observation]], now: datetime
) -> list[Unusual]:
    base = weeks_before([one for some in past.values() for one in some], now)
    batches: dict[int, list[Observation]] = defaultdict(list)
    for one in cases:
        if one.batch_id is not None:
            batches[one.batch_id].append(one)
    several = {batch: some for batch, some in sorted(batches.items()) if _sources(some) >= LEAST_SOURCES}
    most = _most_of_a_batch(past, now) if several else base
    judged = [_judge((number, batch), some, most) for batch, some in several.items()]
    found = [one for one in judged if one.rate.stands_out]
    told = {one.goods[1] for one in found}
    others = [one for one in cases if one.batch_id is None or one.batch_id not in told]
    whole = _judge((number, None), cases, base)
    scattered = len(found) != 1 or _judge((number, None), others, base).rate.tail <= RELATED
    return [whole] if scattered and whole.rate.stands_out else found


def _judge(goods: Goods, cases: Sequence[Observation], base: tuple[int, ...]) -> Unusual:
    count = len({one.counted_as for one in cases})
    return Unusual(goods, tuple(cases), base, rate_week(base, count, _sources(cases)))


def _sources(cases: Sequence[Observation]) -> int:
    return len({one.source for one in cases})


def _most_of_a_batch(past: Mapping[int | None, Sequence[Observation]], now: datetime) -> tuple[int, ...]:
    weeks = [weeks_before(some, now) for batch, some in past.items() if batch is not None]
    return tuple(max(week) for week in zip(*weeks, strict=True)) or (0,) * BASE_WEEKS


def weeks_before(past: Sequence[Observation], now: datetime) -> tuple[int, ...]:
    """Return the weekly counts of the base, the oldest first."""
    begin = now - REACH
    ends = [begin + week * WEEK for week in range(BASE_WEEKS + 1)]
    weeks: list[set[str]] = [set() for _ in range(BASE_WEEKS)]
    for one in past:
        if ends[0] < one.at <= ends[-1]:
            weeks[bisect_left(ends, one.at) - 1].add(one.counted_as)
    return tuple(len(week) for week in weeks)
