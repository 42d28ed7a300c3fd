"""What was recovered by the end of each day, by the ledger and the answers of then; and when the rest will be."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
from typing_extensions import TypedDict

from recalls.clocks.working_days import CHINA
from recalls.effectiveness.outlook import REASONS, Outlook, Recovered, expect_end, recent_from
from recalls.effectiveness.ratio_rows import ItemName, name_item
from recalls.effectiveness.ratios import Effectiveness, Item, Recovery, recover
from recalls.effectiveness.standing import Standing, StockKey, find_makers, find_stocks, item_of
from recalls.models import RecallCase
from recalls.responses.figures import Stated
from recalls.violations import microseconds
from trace.answers import Number, exact, write_time
from trace.postings import NOWHERE, Postings

MOST_DAYS = 92

ZERO = Decimal(0)


class DayItem(ItemName):
    """What was recovered of an item by the end of a day."""

    recovered: Number


class DayRow(TypedDict):
    """A day, in Chinese time, on which something moved or was answered; totals by its end."""

    day: str
    items: list[DayItem]


class EndRow(TypedDict):
    """When the rest will be recovered at the recent rate; null with the reason."""

    at: str | None
    rate_since: str | None
    reason: str | None
    message: str | None
    message_zh: str | None


def read_days(case: RecallCase, standing: Standing) -> list[tuple[str, dict[Item, Decimal]]]:
    """Return what was recovered by the end of each day since the announcement on which anything changed.

    Of the batches in scope at the moment; the last `MOST_DAYS` such days. From day to day only those places are
    counted anew at which something moved or was answered.
    """
    if case.announced_at is None or case.announced_at > standing.as_of:
        return []
    postings, history = standing.supply.postings, standing.history
    makers = {batch for batch, _ in find_makers(postings)}
    recovered: dict[StockKey, Decimal] = {}
    totals: dict[Item, Decimal] = {}
    found: list[tuple[str, dict[Item, Decimal]]] = []
    begin = None
    for day in _days_of(case.announced_at, standing):
        end = min(standing.as_of, _end_of(day))
        part = until(postings, end)
        stated = {key: one for key, one in history if one.answered_at <= end}
        touched = None if begin is None else _touched(part, history, begin, end)
        if touched is not None:
            part = part.at_places(touched)
        for key, stock in find_stocks(part, stated, makers).items():
            if touched is None or key[0] in touched:
                item = item_of(standing.batches[key[1]], key[2])
                now = recover(stock).recovered
                totals[item] = totals.get(item, ZERO) + now - recovered.get(key, ZERO)
                recovered[key] = now
        found.append((day, dict(totals)))
        begin = end
    return found


def _days_of(announced: datetime, standing: Standing) -> list[str]:
    moved = standing.supply.postings.at
    minutes = np.unique(moved[moved >= microseconds(announced)] // 60_000_000).tolist()
    days = {_day_of(datetime.fromtimestamp(60 * minute, UTC)) for minute in minutes}
    days |= {_day_of(one.answered_at) for _, one in standing.history if one.answered_at >= announced}
    return sorted(days | {_day_of(announced), _day_of(standing.as_of)})[-MOST_DAYS:]


def _touched(
    postings: Postings, history: Iterable[tuple[StockKey, Stated]], begin: datetime, end: datetime
) -> set[int]:
    """Return the places at which anything moved, or that answered, after ``begin`` and up to ``end``."""
    late = postings.at > microseconds(begin)
    moved = {*postings.origin[late].tolist(), *postings.destination[late].tolist()} - {NOWHERE}
    return moved | {key[0] for key, one in history if begin < one.answered_at <= end}


def recovered_by(standing: Standing, moment: datetime) -> dict[StockKey, Recovery]:
    """Return what every place had recovered by an earlier moment, by the ledger and the answers of then."""
    early = until(standing.supply.postings, moment)
    stated = {key: one for key, one in standing.history if one.answered_at <= moment}
    return {key: recover(stock) for key, stock in find_stocks(early, stated).items()}


def add_up(standing: Standing, places: Mapping[StockKey, Recovery]) -> dict[Item, Recovery]:
    """Return the sums by item and unit of measure."""
    sums: dict[Item, Recovery] = {}
    for (_, batch, uom), one in places.items():
        sums.setdefault(item_of(standing.batches[batch], uom), Recovery()).add(one)
    return sums


def until(postings: Postings, moment: datetime) -> Postings:
    """Return what was so by ``moment`` (inclusive)."""
    return postings.where(postings.at <= microseconds(moment))


def _end_of(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=CHINA) + timedelta(days=1) - timedelta(microseconds=1)


def _day_of(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()


def write_day(day: str, items: Mapping[Item, Decimal]) -> DayRow:
    """Return a day as it is answered."""
    return {
        "day": day,
        "items": [{**name_item(item), "recovered": exact(units)} for item, units in sorted(items.items())],
    }


def look_ahead(case: RecallCase, standing: Standing, whole: Effectiveness) -> EndRow:
    """Return when what is planned will be recovered, at the rate of the last days."""
    if case.announced_at is None or case.announced_at > standing.as_of:
        return _write_end(Outlook(None, "too_early"), None)
    since = recent_from(case.announced_at, standing.as_of)
    before = add_up(standing, recovered_by(standing, since))
    items = {
        item: Recovered(
            planned=planned,
            now=whole.items[item].recovery.recovered,
            before=before.get(item, Recovery()).recovered,
            complete=whole.items[item].recovery.complete,
        )
        for item, planned in standing.planned.items()
    }
    return _write_end(expect_end(items, since, standing.as_of), since)


def _write_end(found: Outlook, since: datetime | None) -> EndRow:
    english, chinese = (None, None) if found.reason is None else REASONS[found.reason]
    return {
        "at": write_time(found.end),
        "rate_since": None if found.end is None else write_time(since),
        "reason": found.reason,
        "message": english,
        "message_zh": chinese,
    }
