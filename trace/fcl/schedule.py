"""At which instants a sheet's deliveries left and arrived, where it knows days, months or nothing (pure).

An EPCIS event needs an instant. It lies on the day that is known; where less is known, on a day that fits what the
delivery is linked to. Within a day what is linked comes one after the other.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from trace.fcl.sheet import SheetDelivery
from trace.sources.periods import Period

NO_DAY = date(1970, 1, 1)
"""The day of an event of which, and of whose links, no date at all is known."""

_STEP = timedelta(milliseconds=100)
_STEPS = 4  # making, leaving, arriving, and one to part them from the next
_LAST = 86_400 * 10 // _STEPS - 1


@dataclass(frozen=True, slots=True)
class Times:
    """When a delivery's goods were made (at the latest), left and arrived."""

    made: datetime
    left: datetime
    arrived: datetime


def schedule(deliveries: Sequence[SheetDelivery], links: Mapping[str, Sequence[str]]) -> dict[str, Times]:
    """Return the times of each delivery by its ID; ``links`` are the deliveries that each one went into."""
    order, levels = _in_order([one.id for one in deliveries], links)
    by_id = {one.id: one for one in deliveries}
    sources: dict[str, list[str]] = {}
    for source, some in links.items():
        for into in some:
            sources.setdefault(into, []).append(source)
    days: dict[str, tuple[date, date]] = {}
    for name in order:
        came = [days[source][1] for source in sources.get(name, ()) if source in days]
        _place(by_id[name], max(came, default=None), days)
    for name in reversed(order):
        if name not in days:
            left = [days[into][0] for into in links.get(name, ()) if into in days]
            day = min(left, default=NO_DAY)
            days[name] = (day, day)
    return {name: _times(*days[name], levels[name]) for name in order}


def _place(one: SheetDelivery, came: date | None, days: dict[str, tuple[date, date]]) -> None:
    """If only one of its two dates is known it serves for both."""
    departed, arrived = one.departed or one.arrived, one.arrived or one.departed
    if departed is None or arrived is None:
        if came is not None:
            days[one.id] = (came, came)
        return
    left = _within(departed, came)
    days[one.id] = (left, _within(arrived, left))


def _within(period: Period, day: date | None) -> date:
    return period.first if day is None else min(max(day, period.first), period.last)


def _times(left: date, arrived: date, level: int) -> Times:
    first = _STEP * _STEPS * min(level, _LAST)
    start, end = (datetime(day.year, day.month, day.day, tzinfo=UTC) + first for day in (left, arrived))
    return Times(start, start + _STEP, end + 2 * _STEP)


def _in_order(names: Sequence[str], links: Mapping[str, Sequence[str]]) -> tuple[list[str], dict[str, int]]:
    """Return the names so that what is linked follows, and how many links lead to each; cycles are cut where they
    are met."""
    waiting_for = dict.fromkeys(names, 0)
    for into in (into for some in links.values() for into in some):
        waiting_for[into] += 1
    levels = dict.fromkeys(names, 0)
    order: list[str] = []
    done: set[str] = set()
    ready = deque(name for name in names if not waiting_for[name])
    left: Iterable[str] = iter(names)
    while len(order) < len(names):
        if not ready:  # a cycle
            ready.append(next(name for name in left if name not in done))
        name = ready.popleft()
        if name in done:
            continue
        done.add(name)
        order.append(name)
        for into in links.get(name, ()):
            if into not in done:
                levels[into] = max(levels[into], levels[name] + 1)
                waiting_for[into] -= 1
                if not waiting_for[into]:
                    ready.append(into)
    return order, levels
