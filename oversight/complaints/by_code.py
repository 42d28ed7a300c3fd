"""A citizen comes back with his query code: he sees how his matter stands, and takes the steps that are his."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.complaints.codes import is_code
from oversight.complaints.kinds import COMPLAINTS
from oversight.matters.kinds import Kind, carry_out
from oversight.matters.steps import CITIZEN, steps_for
from oversight.models import Complaint, Matter
from trace.kit.db import lock_writes
from trace.kit.errors import NotFound

_KINDS: Mapping[str, Kind] = {kind.flow.kind: kind for kind in COMPLAINTS}

_NO_MATTER = "0" * 64

SEEN_STEPS = (
    frozenset(
        ("open", "accept", "decline", "invite", "propose", "refuse", "lapse", "agree", "disagree", "mediate", "end")
    )
    | frozenset(
        (
            "turn-into-report",
            "withdraw",
            "reopen",
            "file-case",
            "extend",
            "conclude",
            "tell",
            "answer",
            "refer",
            "pass-on",
        )
    )
    | frozenset(("adopt", "note", "hand-over", "add-words"))
)
"""What a citizen reads of the history; who did it is his office."""


class CodeNotKnown(NotFound):
    """No such matter, or a code that is not its own: nobody learns which."""


@dataclass(frozen=True, slots=True)
class Own:
    """A citizen's matter, and what he may do in it now."""

    matter: Matter
    complaint: Complaint
    steps: list[str]


def find_own(session: Session, number: str, code: str) -> Own:
    """Return the matter that a citizen's code opens. Raises CodeNotKnown for every other alike."""
    wanted = select(Matter, Complaint).join(Complaint, Complaint.matter_id == Matter.id).where(Matter.number == number)
    row = session.execute(wanted).one_or_none()
    if not is_code(code, _NO_MATTER if row is None else row.Complaint.query_hash) or row is None:
        raise CodeNotKnown("No matter of this number has this query code. Compare both with what you wrote down.")
    matter: Matter = row.Matter
    return Own(matter, row.Complaint, steps_for(session, _KINDS[matter.kind].flow, matter, CITIZEN))


def body_of(matter: Matter, step: str) -> Any:
    """Return the model of what a step states. Raises StepNotKnown."""
    return _KINDS[matter.kind].body_of(step)


def act_as_citizen(session: Session, number: str, code: str, step: str, body: Any, now: datetime) -> Own:
    """Take a step of the citizen. Raises CodeNotKnown and what the step refuses."""
    lock_writes(session)
    own = find_own(session, number, code)
    carry_out(session, _KINDS[own.matter.kind], CITIZEN, own.matter, step, body, None, now)
    return find_own(session, number, code)
