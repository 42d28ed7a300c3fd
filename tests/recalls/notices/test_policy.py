"""The policy by itself: whatever channels answer, a notice is never stuck."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalls.notices.policy import (
    ANSWERED,
    KINDS,
    LONGEST_REPEAT,
    LONGEST_WAIT,
    PACES,
    Progress,
    escalates_at,
    level_at,
    next_round,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)

classes = st.sampled_from(sorted(PACES))
rounds = st.lists(st.tuples(st.booleans(), st.integers(0, 60_000)), max_size=60)
"""Of each round: whether a channel took it, and how many seconds late it was made."""


def play(kind: str, recall_class: int, history: list[tuple[bool, int]], addressed: bool = True) -> list[datetime]:
    """When each round was due, beginning with the first."""
    sent = failures = 0
    due = [START]
    for taken, late in history:
        now = due[-1] + timedelta(seconds=late)
        sent, failures = (sent + 1, 0) if taken else (sent, failures + 1)
        following = next_round(Progress(kind, recall_class, START, sent, failures, addressed), now)
        if following is None:
            assert taken, "what was not taken is always due again"
            assert kind not in ANSWERED
            return due
        assert now < following <= now + LONGEST_REPEAT
        if failures and addressed:
            assert following <= now + LONGEST_WAIT
        due.append(following)
    return due


@given(st.sampled_from(KINDS), classes, rounds, st.booleans())
def test_for_every_history_a_notice_is_due_again_within_a_day_until_it_is_answered(
    kind: str, recall_class: int, history: list[tuple[bool, int]], addressed: bool
) -> None:
    due = play(kind, recall_class, history, addressed)
    if kind in ANSWERED:
        assert len(due) == len(history) + 1


@given(classes, rounds)
def test_the_second_contact_is_written_to_as_soon_as_it_may_be(
    recall_class: int, history: list[tuple[bool, int]]
) -> None:
    second = START + PACES[recall_class].second_contact
    punctual = [(taken, 0) for taken, _ in history]
    due = play("notification", recall_class, punctual)
    assert second in due or due[-1] < second


@given(st.sampled_from(KINDS), classes, st.booleans())
def test_what_must_be_acknowledged_comes_to_the_authority_within_its_time(
    kind: str, recall_class: int, addressed: bool
) -> None:
    moment = escalates_at(Progress(kind, recall_class, START, addressed=addressed))
    if kind in ("closeout", "reminder", "escalation"):
        assert moment is None
    else:
        assert moment == (START + PACES[recall_class].authority if addressed else START)


def test_failures_are_tried_again_after_growing_waits_for_ever() -> None:
    waits = [
        next_round(Progress("notification", 3, START, failures=count), START) - START  # type: ignore[operator]
        for count in (1, 2, 3, 6, 7, 1000)
    ]
    assert [wait / timedelta(minutes=1) for wait in waits] == [1, 2, 4, 32, 60, 60]


@pytest.mark.parametrize(
    ("recall_class", "hours"), [(1, [1, 2, 4, 8, 16, 24, 24]), (2, [2, 4, 8, 16, 24]), (3, [4, 8, 16, 24, 24])]
)
def test_repeats_come_at_growing_intervals_and_at_least_daily(recall_class: int, hours: list[int]) -> None:
    later = START + 10 * timedelta(days=1)
    for sent, wait in enumerate(hours, 1):
        assert next_round(Progress("notification", recall_class, START, sent), later) == later + wait * HOUR


def test_the_class_decides_when_the_second_contact_comes_in() -> None:
    assert [level_at(one, START, START + 4 * HOUR - timedelta(seconds=1)) for one in (1, 2, 3)] == [2, 1, 1]
    assert [level_at(one, START, START + 4 * HOUR) for one in (1, 2, 3)] == [2, 2, 1]
    assert [level_at(one, START, START + 16 * HOUR) for one in (1, 2, 3)] == [5, 5, 2]


def test_a_closeout_is_done_when_it_is_sent_and_not_before() -> None:
    assert next_round(Progress("closeout", 1, START, sent=1), START) is None
    assert next_round(Progress("closeout", 1, START, failures=5), START) is not None
