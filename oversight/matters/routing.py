"""The way of a matter through the offices: handed up, down or across, and given to somebody in the office."""

from datetime import datetime

from sqlalchemy.orm import Session

from oversight.jurisdictions import find_jurisdiction, staff_of
from oversight.matters.clocks import run_clocks
from oversight.matters.steps import Actor, NotYourStep, ReasonMissing, note_step, require_hand
from oversight.models import Matter
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Invalid

HAND_OVER = "hand-over"
TAKE_OVER = "take-over"
ASSIGN = "assign"

ROUTING = (HAND_OVER, TAKE_OVER, ASSIGN)
"""Steps that every matter has until it ends; they leave its stage alone and have limits like all others."""


class MatterEnded(Conflict):
    """Nothing is to be done any more."""


def hand_over(session: Session, matter: Matter, actor: Actor, code: str, reason: str, now: datetime) -> None:
    """Give a matter into another office's hands; nobody has taken it over there yet.

    Raises JurisdictionNotFound, ReasonMissing, NotInYourHands, MatterEnded, and Invalid for the office itself.
    """
    _require_running(session, matter, actor)
    if not reason.strip():
        raise ReasonMissing.field("/reason", "Expected why the matter is for another office, got nothing.")
    if code == matter.code:
        raise Invalid.field("/code", f"Expected another office than {code}, which has the matter in hand.")
    find_jurisdiction(session, code)
    before, matter.code, matter.handler_id = matter.code, code, None
    note_step(matter, actor, HAND_OVER, matter.stage, matter.stage, now, reason, {"from": before, "to": code})
    run_clocks(session, matter, HAND_OVER, now)
    session.flush()


def take_over(session: Session, matter: Matter, actor: Actor, now: datetime) -> None:
    """Say that the office has it: what was handed over is not lost on the way."""
    _require_running(session, matter, actor)
    handed = next((one for one in reversed(matter.steps) if one.step in (HAND_OVER, TAKE_OVER)), None)
    if handed is None or handed.step != HAND_OVER:
        raise Conflict(f"Matter {matter.number} was not handed over, or was taken over already.")
    note_step(matter, actor, TAKE_OVER, matter.stage, matter.stage, now, None)
    run_clocks(session, matter, TAKE_OVER, now)
    session.flush()


def assign(session: Session, matter: Matter, actor: Actor, handler_id: int, now: datetime) -> None:
    """Give a matter to a member of the office that has it in hand. Raises Invalid for anybody else."""
    _require_running(session, matter, actor)
    names = {number: name for number, name, _post in staff_of(session, matter.code)}
    if handler_id not in names:
        raise Invalid.field("/handler", f"Expected a member of {matter.code}, got {handler_id}.")
    matter.handler_id = handler_id
    note_step(matter, actor, ASSIGN, matter.stage, matter.stage, now, None, {"handler": names[handler_id]})
    run_clocks(session, matter, ASSIGN, now)
    session.flush()


def _require_running(session: Session, matter: Matter, actor: Actor) -> None:
    lock_writes(session)
    session.refresh(matter, ["stage", "code", "ended_at"])
    if actor.right != "authority":
        raise NotYourStep(f"Expected an official, got {actor.right}.")
    require_hand(matter, actor)
    if matter.ended_at is not None:
        raise MatterEnded(f"Matter {matter.number} ended as {matter.stage}.")
