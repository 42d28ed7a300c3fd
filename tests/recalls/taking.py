"""Steps of a case as tests take them: one word each."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from recalls.cases import take_step
from recalls.models import RecallCase
from recalls.scope import Line
from recalls.steps import StepBody
from trace.kit.auth import Principal


def file_plan(session: Session, who: Principal, number: str, now: datetime, reason: str | None = None) -> RecallCase:
    return take_step(session, who, number, "file-plan", now, StepBody(reason))


def announce(session: Session, who: Principal, number: str, now: datetime, reason: str | None = None) -> RecallCase:
    return take_step(session, who, number, "announce", now, StepBody(reason))


def extend(
    session: Session, who: Principal, number: str, scope: Sequence[Line], now: datetime, reason: str | None = None
) -> RecallCase:
    return take_step(session, who, number, "extend", now, StepBody(reason, scope))


def complete(session: Session, who: Principal, number: str, now: datetime, reason: str | None = None) -> RecallCase:
    return take_step(session, who, number, "complete", now, StepBody(reason))


def terminate(session: Session, who: Principal, number: str, now: datetime, reason: str | None = None) -> RecallCase:
    return take_step(session, who, number, "terminate", now, StepBody(reason))


def cancel(session: Session, who: Principal, number: str, now: datetime, reason: str) -> RecallCase:
    return take_step(session, who, number, "cancel", now, StepBody(reason))
