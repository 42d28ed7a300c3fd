"""Small networks of every kind, and FoodChain-Lab's definition of a trace read word by word (data/README.md)."""

from collections.abc import Collection, Iterable
from typing import Any

from hypothesis import strategies as st

from trace.sources.periods import read_period
from trace.sources.ways import Assumptions, Delivery

PLACES = "ABCD"
PERIODS = st.sampled_from([None, *(read_period(one) for one in ("2026", "2026-01", "2026-01-01", "2026-01-02"))])


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Delivery], list[tuple[int, int]], Assumptions]:
    place = st.sampled_from(PLACES)
    count = draw(st.integers(1, 8))
    some = [Delivery(number, draw(place), draw(place), draw(PERIODS), draw(PERIODS)) for number in range(count)]
    meeting = [(a.id, b.id) for a in some for b in some if a.destination == b.origin]
    linked: Any = draw(st.lists(st.sampled_from(meeting), unique=True)) if meeting else []
    subset = st.frozensets(st.sampled_from(PLACES), max_size=2)
    ids = st.frozensets(st.integers(0, count - 1), max_size=3)
    return some, linked, Assumptions(draw(subset), draw(ids), draw(subset), draw(ids), draw(st.booleans()))


def next_by_definition(some: Collection[Delivery], linked: Iterable[tuple[int, int]], rules: Assumptions) -> Any:
    """data/README.md, word by word: every pair is looked at."""

    def in_order(one: Delivery, other: Delivery) -> bool:
        came, left = one.arrived or one.departed, other.departed or other.arrived
        return not rules.dates or came is None or left is None or came.first <= left.last

    found: dict[Any, set[Any]] = {one.id: set() for one in some}
    by_id = {one.id: one for one in some}
    for a, b in linked:
        found[a].add(b)
    passing = {
        one.id for one in some if one.id not in rules.stopped_deliveries and one.destination not in rules.stopped_places
    }
    shared = {one.id: set(found[one.id]) for one in some}
    for one in some:
        for other in some:
            if one.destination in rules.mixing_places and one.destination == other.origin and in_order(one, other):
                found[one.id].add(other.id)
            flagged = {one.id, other.id} <= (rules.mixing_deliveries & passing)
            if flagged and one.destination == other.destination:
                found[one.id] |= {name for name in shared[other.id] if in_order(one, by_id[name])}
    return {name: ends if name in passing else set() for name, ends in found.items()}


def closure(start: Any, following: Any) -> set[Any]:
    seen: set[Any] = set()
    waiting = [start]
    while waiting:
        for other in following[waiting.pop()] - seen:
            seen.add(other)
            waiting.append(other)
    return seen
