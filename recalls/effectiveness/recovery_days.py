"""What was recovered by the end of each day, by the ledger and the answers of then; and when the rest will be."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.clocks.working_days import CHINA
from recalls.effectiveness.outlook import REASONS, Outlook, Recovered, expect_end, recent_from
from recalls.effectiveness.ratios import Effectiveness, Item, Recovery, recover
from recalls.effectiveness.standing import Standing, find_stocks, item_of
from recalls.models import RecallCase
from recalls.responses.stated import latest
from recalls.violations import microseconds
from trace.answers import Number, exact, write_time
from trace.postings import Postings

MOST_DAYS = 92


class DayItem(TypedDict):
    """What was recovered of an item by the end of a day."""

    id: str
    uom: str | None
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


def read_days(session: Session, case: RecallCase, standing: Standing) -> list[tuple[str, dict[Item, Recovery]]]:
    """Return what was recovered by the end of each day since the announcement on which anything changed.

    Of the batches in scope at the moment; the last `MOST_DAYS` such days.
    """
    if case.announced_at is None or case.announced_at > standing.as_of:
        return []
    postings = standing.supply.postings
    moved = postings.at[postings.at >= microseconds(case.announced_at)]
    days = {_day_of(datetime.fromtimestamp(at / 1_000_000, UTC)) for at in np.unique(moved // 60_000_000) * 60_000_000}
    days |= {_day_of(one.answered_at) for one in standing.stated.values()}
    days |= {_day_of(at) for at in standing.answered.values()}
    chosen = sorted(days | {_day_of(case.announced_at), _day_of(standing.as_of)})[-MOST_DAYS:]
    found = []
    for day in chosen:
        end = min(standing.as_of, datetime.fromisoformat(day).replace(tzinfo=CHINA) + timedelta(days=1))
        found.append((day, recovered_by(session, case, standing, end)))
    return found


def recovered_by(session: Session, case: RecallCase, standing: Standing, moment: datetime) -> dict[Item, Recovery]:
    """Return what was recovered of each item up to an earlier moment, by the ledger and the answers of then."""
    early = until(standing.supply.postings, moment)
    found: dict[Item, Recovery] = {}
    for (_, batch, uom), stock in find_stocks(early, latest(session, case, moment)).items():
        found.setdefault(item_of(standing.batches[batch], uom), Recovery()).add(recover(stock))
    return found


def until(postings: Postings, moment: datetime) -> Postings:
    """Return what was so by ``moment`` (inclusive)."""
    return postings.where(postings.at <= microseconds(moment))


def _day_of(moment: datetime) -> str:
    return moment.astimezone(CHINA).date().isoformat()


def write_day(day: str, items: Mapping[Item, Recovery]) -> DayRow:
    return {
        "day": day,
        "items": [
            {"id": item, "uom": uom or None, "recovered": exact(one.recovered)}
            for (item, uom), one in sorted(items.items())
        ],
    }


def look_ahead(session: Session, case: RecallCase, standing: Standing, whole: Effectiveness) -> EndRow:
    """Return when what is planned will be recovered, at the rate of the last days."""
    if case.announced_at is None or case.announced_at > standing.as_of:
        return _write_end(Outlook(None, "too_early"), None)
    since = recent_from(case.announced_at, standing.as_of)
    before = recovered_by(session, case, standing, since)
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
