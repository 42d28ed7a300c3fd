"""The record's hold follows a case: it begins with the stop-sale, and what was recalled stays recalled."""

from datetime import datetime

from sqlalchemy.orm import Session

from recalls.history import scope_of
from recalls.models import RecallCase
from recalls.stages import HOLDING_FROM
from trace.holds import lift_hold, place_hold


def follow_hold(session: Session, case: RecallCase, now: datetime) -> None:
    """Hold the goods of the newest scope, or lift a stop-sale that was cancelled; a drill never holds anything.

    RECALLS: what the public was once told to bring back stays recalled, whatever becomes of the case.
    """
    if case.drill or not any(step.to_stage in HOLDING_FROM for step in case.steps):
        return
    if case.stage == "cancelled":
        lift_hold(session, case.number)
        return
    place_hold(
        session,
        case.number,
        "stop_sale" if case.announced_at is None else "recall",
        [one.condition for one in scope_of(case)],
        now,
        case.title,
        case.title_en,
        case.instructions,
    )
