"""When a recall will have recovered what was planned, judged by its recent rate. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Literal

from recalls.effectiveness.ratios import Item

RECENT = timedelta(days=7)
SHORTEST = timedelta(days=1)
FURTHEST_DAYS = 3_650

Reason = Literal["recovered", "nothing_planned", "unknown_quantity", "too_early", "no_progress", "too_slow"]

REASONS: Mapping[Reason, tuple[str, str]] = {
    "recovered": ("Everything planned is recovered.", "计划召回的数量已全部收回。"),
    "nothing_planned": ("No plan says how many units are to be recovered.", "尚无计划写明应召回的数量。"),
    "unknown_quantity": (
        "A quantity is not recorded, so what is left is not known.",
        "有数量未记录，剩余数量无法得知。",
    ),
    "too_early": ("The recall has run for less than a day.", "召回开始不足一天。"),
    "no_progress": ("Nothing of an item was recovered in the last seven days.", "最近七天内有品种没有任何收回。"),
    "too_slow": ("At the recent rate it would take more than ten years.", "按最近的速度需要十年以上。"),
}
"""Why no end can be told, in English and Chinese."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """Units of one item: planned, recovered by now, and recovered by the beginning of the recent time."""

    planned: Decimal | None
    now: Decimal
    before: Decimal
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Outlook:
    """The expected end, or the reason why there is none."""

    end: datetime | None
    reason: Reason | None


def recent_from(announced: datetime, now: datetime) -> datetime:
    """Return since when the rate is taken: a week, or as long as the recall has run."""
    return max(announced, now - RECENT)


def expect_end(items: Mapping[Item, Recovered], since: datetime, now: datetime) -> Outlook:
    """Return when the last item will be recovered, each at its own rate since ``since``; whole days, rounded up."""
    if any(one.planned is None or not one.complete for one in items.values()):
        return Outlook(None, "unknown_quantity")
    planned = [(one, one.planned) for one in items.values() if one.planned]
    if not planned:
        return Outlook(None, "nothing_planned")
    open_items = [(one, all_of - one.now) for one, all_of in planned if one.now < all_of]
    if not open_items:
        return Outlook(None, "recovered")
    if now - since < SHORTEST:
        return Outlook(None, "too_early")
    days = [_days_left(left, one.now - one.before, now - since) for one, left in open_items]
    return _end(days, now)


def _end(days: Sequence[int | None], now: datetime) -> Outlook:
    known = [one for one in days if one is not None]
    if len(known) < len(days):
        return Outlook(None, "no_progress")
    if max(known) > FURTHEST_DAYS:
        return Outlook(None, "too_slow")
    return Outlook(now + timedelta(days=max(known)), None)


def _days_left(left: Decimal, gained: Decimal, taken: timedelta) -> int | None:
    if gained <= 0:
        return None
    seconds = Fraction(left) / Fraction(gained) * Fraction(int(taken.total_seconds()))
    return ceil(seconds / 86_400)
