"""Whatever course a case takes, its clocks stay sound."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls import cases
from recalls.clocks import deadlines
from recalls.clocks.reminders import remind
from recalls.models import Deadline, DeadlineReminder, RecallCase
from recalls.scope import Line
from recalls.stages import ENDS
from recalls.steps import StepBody
from tests.recalls.chain import gtin_of
from tests.recalls.clocks.test_deadlines import NOON, opened, take

WAITS = (timedelta(hours=1), timedelta(days=2), timedelta(days=40), timedelta(days=200))
EVENTS = ("told", "report:cn_progress", "report:fda_753", "report:fsma204")
LINES = [Line(gtin=gtin_of("yogurt"), lots=("L9",))]

relaxed = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def follow_any_course(session: Session, data: Any) -> None:
    """Take steps as they are allowed, file reports, let time pass; look at the clocks after each."""
    regime = data.draw(st.sampled_from(["cn_food", "cn_consumer", "cn_auto", "us_food"]))
    kind = data.draw(st.sampled_from(["voluntary", "notified", "ordered"]))
    now = NOON
    case = opened(session, now, regime=regime, kind=kind, recall_class=data.draw(st.integers(1, 3)))
    before: dict[int, str] = {}
    for _ in range(data.draw(st.integers(1, 9))):
        now += data.draw(st.sampled_from(WAITS))
        steps = cases.allowed_steps(case)
        action = data.draw(st.sampled_from([*steps, *EVENTS, "remind"]))
        if action == "remind":
            remind(session, now)
        elif action in EVENTS:
            deadlines.meet(session, case, action, now)
        else:
            body = StepBody("as decided", LINES if action == "extend" else (), effective=_said(action, data))
            take(session, case, action, now, body)
        before = check(session, case, now, before)


def _said(action: str, data: Any) -> bool | None:
    return data.draw(st.booleans()) if action == "assess" else None


def check(session: Session, case: RecallCase, now: Any, before: dict[int, str]) -> dict[int, str]:
    """Look at every clock of the case; return the states."""
    rows = list(session.scalars(select(Deadline).where(Deadline.case_id == case.id)))
    states = {row["id"]: row["state"] for row in deadlines.deadlines_of(session, case, now)}
    assert states.keys() == {row.id for row in rows}
    assert all(states[number] == state for number, state in before.items() if state in ("met", "late", "dropped"))
    waiting = [row for row in rows if row.met_at is None and row.dropped_at is None]
    single = [(row.duty.word, row.version) for row in waiting if not row.duty.repeats]
    assert len(single) == len(set(single))
    assert not (waiting and case.stage in ENDS)
    for row in rows:
        assert row.started_at < row.due_at
        assert row.met_at is None or row.dropped_at is None
        assert row.next_at is None or row in waiting
    told = session.execute(
        select(DeadlineReminder.deadline_id, DeadlineReminder.mark).join(Deadline).where(Deadline.case_id == case.id)
    ).all()
    assert len(told) == len(set(told))
    return states


@given(data=st.data())
@settings(relaxed, max_examples=6)
def test_clocks_stay_sound(session: Session, data: Any) -> None:
    follow_any_course(session, data)


@pytest.mark.campaign
@given(data=st.data())
@settings(relaxed, max_examples=1000)
def test_clocks_stay_sound_over_many_courses(session: Session, data: Any) -> None:
    follow_any_course(session, data)
