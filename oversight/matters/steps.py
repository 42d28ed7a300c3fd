"""Matters opened and brought from stage to stage: each step is added with who took it, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.jurisdictions import Office, office_of
from oversight.matters.clocks import run_clocks
from oversight.matters.flows import OPEN, Flow, Move, Right
from oversight.models import Matter, MatterCounter, MatterStep
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Forbidden, Invalid
from trace.kit.formats import BEIJING
from trace.kit.strict_json import dumps


@dataclass(frozen=True, slots=True)
class Actor:
    """Who takes a step: somebody with a key or signed in, or, without a principal, a citizen or a clock by name."""

    right: Right | None
    name: str
    principal: Principal | None = None
    office: Office | None = None

    @property
    def key_id(self) -> int | None:
        """The row of ``api_keys``."""
        return None if self.principal is None else self.principal.key_id

    @property
    def user_id(self) -> int | None:
        """The person behind the key."""
        return None if self.principal is None else self.principal.user_id


CITIZEN = Actor("citizen", "citizen")
"""Somebody who came with a query code: nobody is named in a history."""

CLOCK = Actor(None, "clock")
"""The service itself, for what time alone brings about; it may take every step that its caller decides on."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a matter is about: rows of parties and identifiers, as far as they are known."""

    party_id: int | None = None
    place_id: int | None = None
    product_id: int | None = None
    batch_id: int | None = None


class StepNotAllowed(Conflict):
    """The stage of the matter does not allow the step; ``allowed`` says which it does."""


class NotYourStep(Forbidden):
    """The step is for somebody else."""


class NotInYourHands(Forbidden):
    """Another office has the matter in hand."""


class OtherPersonNeeded(Conflict):
    """Nobody takes this step in what he prepared himself."""


class ReasonMissing(Invalid):
    """A step that decides something needs a reason."""


def actor_of(session: Session, principal: Principal) -> Actor:
    """Return as whom a key or person acts. An auditor may take no step."""
    if principal.role == "company":
        return Actor("firm", principal.name, principal)
    if principal.role == "auditor":
        raise NotYourStep("Expected a regulator, an operator or a firm, got an auditor, who only reads.")
    return Actor("authority", principal.name, principal, office_of(session, principal))


def open_matter(
    session: Session,
    flow: Flow,
    actor: Actor,
    title: str,
    code: str,
    subject: Subject,
    now: datetime,
    reason: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Matter:
    """Begin a matter in the hands of the office ``code``; its number is the next of its letters and year."""
    lock_writes(session)
    matter = Matter(
        number=_next_number(session, flow.letters, now),
        kind=flow.kind,
        stage=flow.first,
        title=title,
        code=code,
        opened_in=code,
        party_id=subject.party_id,
        place_id=subject.place_id,
        product_id=subject.product_id,
        batch_id=subject.batch_id,
        opened_at=now,
        shown_at=now if flow.first in flow.shown_from else None,
    )
    session.add(matter)
    note_step(matter, actor, OPEN, None, flow.first, now, reason, facts)
    session.flush()
    run_clocks(session, matter, OPEN, now)
    session.flush()
    return matter


def take_step(
    session: Session,
    flow: Flow,
    matter: Matter,
    actor: Actor,
    step: str,
    now: datetime,
    reason: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Matter:
    """Take a step. What it states goes into the history as ``facts``, without anybody's personal data.

    Raises StepNotAllowed, NotYourStep, NotInYourHands, OtherPersonNeeded, ReasonMissing.
    """
    lock_writes(session)
    session.refresh(matter, ["stage", "code"])
    move = require_step(flow, matter, actor, step, reason)
    before = matter.stage
    matter.stage = after = move.to or before
    if after in flow.shown_from and matter.shown_at is None:
        matter.shown_at = now
    matter.ended_at = (matter.ended_at or now) if after in flow.ends else None
    note_step(matter, actor, step, before, after, now, reason, facts)
    run_clocks(session, matter, step, now)
    session.flush()
    return matter


def require_step(flow: Flow, matter: Matter, actor: Actor, step: str, reason: str | None) -> Move:
    """Return the move that a step is, if it may be taken now by this actor, for this reason. Raises as `take_step`."""
    move = flow.table[matter.stage].get(step)
    if move is None:
        allowed = list(flow.steps_from(matter.stage))
        raise StepNotAllowed(
            f"Matter {matter.number} is {matter.stage}: expected {' or '.join(allowed) or 'no step'}, got {step}.",
            extra={"stage": matter.stage, "allowed": allowed},
        )
    _require_right(matter, actor, step, move.who)
    _require_other_person(matter, actor, step, move.not_by)
    if move.reason and not (reason or "").strip():
        raise ReasonMissing.field("/reason", f"Expected the reason to {step}, got nothing.")
    return move


def note_step(
    matter: Matter,
    actor: Actor,
    step: str,
    before: str | None,
    after: str,
    now: datetime,
    reason: str | None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Add a line to the history."""
    matter.steps.append(
        MatterStep(
            at=now,
            step=step,
            from_stage=before,
            to_stage=after,
            code=matter.code,
            actor_id=actor.key_id,
            user_id=actor.user_id,
            actor_name=actor.name,
            by_authority=actor.right == "authority",
            reason=(reason or "").strip() or None,
            facts=dumps(dict(facts or {})).decode(),
        )
    )


def steps_for(session: Session, flow: Flow, matter: Matter, actor: Actor) -> list[str]:
    """Return the steps that somebody may take now, as far as they depend on who he is."""
    found = []
    for step, move in flow.table[matter.stage].items():
        try:
            _require_right(matter, actor, step, move.who)
            _require_other_person(matter, actor, step, move.not_by)
        except (NotYourStep, NotInYourHands, OtherPersonNeeded):
            continue
        found.append(step)
    return found


def require_hand(matter: Matter, actor: Actor) -> None:
    """Raise NotInYourHands unless the actor's office, or one above it, has the matter in hand."""
    if actor.office is not None and not actor.office.covers(matter.code):
        raise NotInYourHands(
            f"Matter {matter.number} is in the hands of {matter.code}: expected somebody of it or of an office above, "
            f"got one of {actor.office.code}."
        )


def _require_right(matter: Matter, actor: Actor, step: str, who: frozenset[Right]) -> None:
    if actor.right is None:
        return
    own = actor.principal is not None and actor.principal.party_id == matter.party_id
    if actor.right not in who or (actor.right == "firm" and not own):
        raise NotYourStep(f"Expected {' or '.join(sorted(who)) or 'the service'} to {step}, got {actor.right}.")
    if actor.right == "authority":
        require_hand(matter, actor)


def _require_other_person(matter: Matter, actor: Actor, step: str, not_by: frozenset[str]) -> None:
    last = next((one for one in reversed(matter.steps) if one.step in not_by), None)
    if last is None or actor.principal is None or actor.principal.role == "admin":
        return
    if last.actor_id == actor.key_id or (actor.user_id is not None and last.user_id == actor.user_id):
        raise OtherPersonNeeded(
            f"Expected another person to {step} matter {matter.number} than the one who took {last.step}.",
            extra={"prepared_by": last.actor_name},
        )


def _next_number(session: Session, letters: str, now: datetime) -> str:
    """TS2026-000001 is the first of a year in China; the caller holds the lock that keeps two from getting the same."""
    year = now.astimezone(BEIJING).year
    counter = session.scalar(select(MatterCounter).where(MatterCounter.letters == letters, MatterCounter.year == year))
    if counter is None:
        counter = MatterCounter(letters=letters, year=year, last=0)
        session.add(counter)
    counter.last += 1
    session.flush()
    return f"{letters}{year:04d}-{counter.last:06d}"
