"""When a notice is sent again, to whom besides, and when it goes to the authority. Pure.

Nothing here counts to an end: a notice is due again until somebody acknowledges it or its case ends (RECALLS,
Messages to firms: no acknowledgement "never expires by a count of retries").
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from trace.backoff import wait_after

NoticeKind = Literal["notification", "sub_recall", "removal_confirmation", "closeout", "reminder", "escalation"]
"""GS1's three messages, what a firm passes on to its customers, and two that go to who runs or oversees the case."""

KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)

ANSWERED: frozenset[str] = frozenset({"notification", "sub_recall", "removal_confirmation", "escalation"})
"""Kinds that somebody has to acknowledge; the others are done when a channel took them."""

ESCALATED: frozenset[str] = ANSWERED - {"escalation"}

ENDED_WITH_CASE: frozenset[str] = frozenset(KINDS) - {"closeout"}
"""Kinds that nobody needs any more once the case has ended."""

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_REPEAT = timedelta(days=1)
LAST_RANK = 5
"""Of a firm's contacts."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient a class is, counted from when the notice was written."""

    repeat: timedelta
    second_contact: timedelta
    authority: timedelta


PACES = {
    1: Pace(timedelta(hours=1), timedelta(hours=2), timedelta(hours=8)),
    2: Pace(timedelta(hours=2), timedelta(hours=4), timedelta(hours=16)),
    3: Pace(timedelta(hours=4), timedelta(hours=8), timedelta(hours=24)),
}
"""By class; 1 is the gravest."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A notice so far: ``sent`` rounds that a channel took, and ``failures`` in a row since then.

    ``addressed`` says whether the recipient has any address at all.
    """

    kind: str
    recall_class: int
    created_at: datetime
    sent: int = 0
    failures: int = 0
    addressed: bool = True


def level_at(recall_class: int, created_at: datetime, now: datetime) -> int:
    """Return up to which rank a firm's contacts are written to at ``now``: the first, the second too, then all."""
    pace = PACES[recall_class]
    if now >= created_at + pace.authority:
        return LAST_RANK
    return 2 if now >= created_at + pace.second_contact else 1


def escalates_at(progress: Progress) -> datetime | None:
    """Return when a notice that nobody acknowledged goes to the authority: at once where there is no address."""
    if progress.kind not in ESCALATED:
        return None
    return progress.created_at + (PACES[progress.recall_class].authority if progress.addressed else timedelta(0))


def next_round(progress: Progress, now: datetime) -> datetime | None:
    """Return when the next round is due after one at ``now``; ``None`` where one that was taken is enough.

    A round that no channel took is tried again after 1, 2, 4 … minutes, at most an hour. One that was taken is
    repeated at growing intervals, at least daily, and earlier when the second contact comes in.
    """
    if progress.sent and not progress.failures and progress.kind not in ANSWERED:
        return None
    pace = PACES[progress.recall_class]
    if not progress.addressed:
        return now + LONGEST_REPEAT
    if progress.failures:
        wait = wait_after(progress.failures, FIRST_WAIT, LONGEST_WAIT)
    else:
        wait = wait_after(progress.sent, pace.repeat, LONGEST_REPEAT)
    second = progress.created_at + pace.second_contact
    return min(now + wait, second) if now < second else now + wait
