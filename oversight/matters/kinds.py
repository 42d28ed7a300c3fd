"""A kind of matter as the edge meets it: its flow, what each step has to state, and what a step does beyond itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from oversight.matters.flows import Flow
from oversight.matters.reading import find_matter
from oversight.matters.routing import ASSIGN, HAND_OVER, ROUTING, TAKE_OVER, assign, hand_over, take_over
from oversight.matters.steps import Actor, actor_of, require_step, take_step
from oversight.models import Matter
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Invalid, NotFound
from trace.kit.fields import InputModel, Text, WholeNumber

Effect = Callable[[Session, Actor, Matter, Any, datetime], Mapping[str, Any] | None]
"""What a step does: (session, who, matter, what it states, now); it returns the facts that go into the history.

It is called before the stage changes, once the step is known to be allowed. Whatever it refuses, nothing is done.
"""

Sequel = Callable[[Session, Matter, datetime], None]
"""What a step brings about once the stage has changed: (session, matter, now)."""


class Nothing(InputModel):
    """A step that states nothing but its reason."""


class HandOverIn(InputModel):
    """Which office is to have the matter."""

    code: Text


class AssignIn(InputModel):
    """The number of the member of staff."""

    handler: WholeNumber


ROUTING_BODIES: Mapping[str, type[InputModel]] = {HAND_OVER: HandOverIn, ASSIGN: AssignIn}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of matter; a step that is in neither mapping states nothing and does nothing but lead on.

    ``check_reason`` raises ValueError for a reason that must not stay in the history.
    """

    flow: Flow
    bodies: Mapping[str, type[InputModel]] = field(default_factory=dict)
    effects: Mapping[str, Effect] = field(default_factory=dict)
    check_reason: Callable[[str], object] = str
    sequels: Mapping[str, Sequel] = field(default_factory=dict)

    def body_of(self, step: str) -> type[InputModel]:
        """Return what a step has to state. Raises StepNotKnown."""
        if step in ROUTING:
            return ROUTING_BODIES.get(step, Nothing)
        if step not in self.flow.steps:
            raise StepNotKnown(f"Expected a step of {', '.join(sorted(self.flow.steps))}, got {step}.")
        return self.bodies.get(step, Nothing)


class StepNotKnown(NotFound):
    """No matter of this kind has such a step."""


def act(
    session: Session,
    kind: Kind,
    principal: Principal,
    number: str,
    step: str,
    body: Any,
    reason: str | None,
    now: datetime,
) -> Matter:
    """Take a step of any kind in the name of a key or person. Raises MatterNotFound and what the step refuses."""
    lock_writes(session)
    matter = find_matter(session, principal, number)
    actor = actor_of(session, principal)
    try:
        kind.check_reason(reason or "")
    except ValueError as error:
        raise Invalid.field("/reason", str(error)) from error
    if step == HAND_OVER:
        hand_over(session, matter, actor, body.code, reason or "", now)
    elif step == TAKE_OVER:
        take_over(session, matter, actor, now)
    elif step == ASSIGN:
        assign(session, matter, actor, body.handler, now)
    else:
        carry_out(session, kind, actor, matter, step, body, reason, now)
    return matter


def carry_out(
    session: Session, kind: Kind, actor: Actor, matter: Matter, step: str, body: Any, reason: str | None, now: datetime
) -> None:
    """Take a step of the kind's own flow with its effect. Raises what the step refuses."""
    require_step(kind.flow, matter, actor, step, reason)
    effect = kind.effects.get(step)
    facts = None if effect is None else effect(session, actor, matter, body, now)
    take_step(session, kind.flow, matter, actor, step, now, reason, facts)
    if step in kind.sequels:
        kind.sequels[step](session, matter, now)
