"""Cases: opened, brought from stage to stage, read. Every step is added with who took it, when and why (RECALLS)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.history import scope_of
from recalls.impact import read_impact
from recalls.models import FrozenRun, RecallCase, ScopeLine, StageStep
from recalls.notices import outbox
from recalls.scope import Line, Scoped, extend_scope, gtins_of, read_scope, refuse_mistyped
from recalls.stages import HOLDING_FROM, Stage, Step, StepNotAllowed, next_stages, steps_from
from trace.holds import lift_hold, place_hold
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Forbidden, Invalid, NotFound
from trace.kit.strict_json import canonical_dumps
from trace.models import Product
from trace.permissions import reporting_party

Kind = Literal["voluntary", "notified", "ordered", "recall", "withdrawal", "safety_alert"]
"""Who set it going, or what it is (RECALLS uses the word for both); the last three are a firm's own decision."""

Depth = Literal["wholesale", "retail", "consumer"]
Remedy = Literal["warning", "repair", "replacement", "return", "refund", "destruction"]
"""The words that pages can say in both languages; a case may say its remedy in its own words instead."""

KINDS: tuple[Kind, ...] = get_args(Kind)
REMEDIES: tuple[Remedy, ...] = get_args(Remedy)

OFFERED: tuple[Step, ...] = ("file-plan", "announce", "execute", "extend", "complete", "terminate", "cancel")
"""Steps that can be taken so far; the others of the table wait for the papers that they need."""

ENDING: frozenset[str] = frozenset({"terminate", "cancel"})
FROZEN_AT: frozenset[str] = frozenset({"file-plan", "announce"})


_FIRST_STAGES: dict[Kind, Stage] = {"notified": "notified", "ordered": "ordered"}


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is opened with. ``regime`` is a word such as ``cn_food``; ``recall_class`` 1 is the gravest."""

    title: str
    hazard: str
    instructions: str
    scope: Sequence[Line]
    title_en: str | None = None
    kind: Kind = "voluntary"
    regime: str = "cn_food"
    recall_class: int = 1
    depth: Depth = "consumer"
    remedies: Sequence[str] = field(default=("return",))
    drill: bool = False


@dataclass(frozen=True, slots=True)
class StepBody:
    """What comes with a step: its ground, and the lines that ``extend`` adds."""

    reason: str | None = None
    scope: Sequence[Line] = ()


class RecallNotFound(NotFound):
    """No such case, or none that this key may see."""


class ProductNotFound(NotFound):
    """A firm opens a case for products of its own alone."""


class NotYourCase(Forbidden):
    """A firm does not end a case that an authority opened."""


class StepRefused(Conflict):
    """The stage of the case does not allow the step; the answer's ``allowed`` says which it does."""


class ReasonMissing(Invalid):
    """A case is not cancelled without a reason."""


def open_case(session: Session, principal: Principal, new: NewCase, now: datetime) -> RecallCase:
    """Open a case; an ordered one holds its goods at once, all others from the plan on (RECALLS).

    Raises ScopeRefused and other 422 with pointers, ProductNotFound for a firm that does not own what it names.
    """
    scope = read_scope(new.scope)
    refuse_mistyped(session, scope)
    _require_owner(session, principal, scope)
    first: Stage = _FIRST_STAGES.get(new.kind, "voluntary")
    if principal.role == "company" and first != "voluntary":
        raise Invalid.field("/kind", f"Expected 'voluntary' for a firm's own case, got {new.kind!r}.")
    lock_writes(session)
    case = RecallCase(
        number=_next_number(session, now.year),
        title=new.title,
        title_en=new.title_en,
        kind=new.kind,
        regime=new.regime,
        recall_class=new.recall_class,
        depth=new.depth,
        hazard=new.hazard,
        instructions=new.instructions,
        remedies=json.dumps(list(new.remedies)),
        drill=new.drill,
        stage=first,
        version=1,
        initiator_id=reporting_party(principal),
        created_by=principal.key_id,
        created_at=now,
        announced_at=None,
    )
    session.add(case)
    session.flush()
    _add_version(case, scope, now)
    _record(case, principal, "open", None, first, now, None)
    session.flush()
    _hold(session, case, now)
    _follow(session, case, principal, "open", now, StepBody())
    return case


def read_case(session: Session, principal: Principal, number: str) -> RecallCase:
    """Return a case. Raises RecallNotFound, also for what a firm may not see: cases of others' products."""
    case = session.scalar(select(RecallCase).where(RecallCase.number == number))
    if case is None or not _owns(session, principal, scope_of(case)):
        raise RecallNotFound(f"No recall {number} is known to you.")
    return case


def find_case(session: Session, number: str) -> RecallCase:
    """Return a case for the operator at the console. Raises RecallNotFound."""
    case = session.scalar(select(RecallCase).where(RecallCase.number == number))
    if case is None:
        raise RecallNotFound(f"No recall {number} is known.")
    return case


def list_public(session: Session, limit: int, after: int | None = None) -> list[RecallCase]:
    """Return announced recalls for everybody, the newest first, from below the row number ``after``; no drill."""
    query = select(RecallCase).where(RecallCase.announced_at.is_not(None), RecallCase.drill.is_(False))
    if after is not None:
        query = query.where(RecallCase.id < after)
    return list(session.scalars(query.order_by(RecallCase.id.desc()).limit(limit)))


def read_public(session: Session, number: str) -> RecallCase:
    """Return an announced recall. Raises RecallNotFound for all others, drills among them."""
    case = session.scalar(select(RecallCase).where(RecallCase.number == number))
    if case is None or case.announced_at is None or case.drill:
        raise RecallNotFound(f"No recall {number} is known.")
    return case


def list_cases(session: Session, principal: Principal, after: int | None, limit: int) -> list[RecallCase]:
    """Return up to ``limit`` cases that the key may see, newest first, from below the row number ``after``."""
    found: list[RecallCase] = []
    while True:
        query = select(RecallCase).order_by(RecallCase.id.desc()).limit(limit)
        rows = list(session.scalars(query if after is None else query.where(RecallCase.id < after)))
        found += [case for case in rows if _owns(session, principal, scope_of(case))]
        if len(rows) < limit or len(found) >= limit:
            return found[:limit]
        after = rows[-1].id


def take_step(
    session: Session,
    principal: Principal,
    number: str,
    step: Step,
    now: datetime,
    body: StepBody = StepBody(),
) -> RecallCase:
    """Take ``step`` and everything that comes with it.

    Raises RecallNotFound (404), NotYourCase (403), StepRefused (409), and ScopeRefused or ReasonMissing (422).
    """
    lock_writes(session)
    case = read_case(session, principal, number)
    if principal.role == "company" and step in ENDING and case.initiator_id != principal.party_id:
        raise NotYourCase(f"Recall {case.number} was opened by an authority: expected one to {step} it.")
    way = _way(case, step)
    if step == "cancel" and not (body.reason or "").strip():
        raise ReasonMissing.field("/reason", "Expected why the case is cancelled, got nothing.")
    if step == "extend":
        _extend(session, principal, case, body.scope, now)
    elif body.scope:
        raise Invalid.field("/scope", f"Expected lines of a scope with extend alone, got them with {step}.")
    for stage in way:
        _record(case, principal, step, cast(Stage, case.stage), stage, now, body.reason)
    if step == "announce" and case.announced_at is None:
        case.announced_at = now
    session.flush()
    if step == "cancel":
        # RECALLS: what the public was once told to bring back stays recalled; only a stop-sale is lifted
        lift_hold(session, case.number)
    else:
        _hold(session, case, now)
    if step in FROZEN_AT:
        _freeze(session, case, step, now)
    _follow(session, case, principal, step, now, body)
    return case


def _follow(session: Session, case: RecallCase, principal: Principal, step: str, now: datetime, body: StepBody) -> None:
    """Let the parts of a case that keep rows of their own follow a step that was taken (also ``open``)."""
    outbox.follow_step(session, case, step, now)


def file_plan(
    session: Session, principal: Principal, number: str, now: datetime, reason: str | None = None
) -> RecallCase:
    """File the plan: the stop-sale takes effect, the impact is frozen."""
    return take_step(session, principal, number, "file-plan", now, StepBody(reason))


def announce(
    session: Session, principal: Principal, number: str, now: datetime, reason: str | None = None
) -> RecallCase:
    """Announce the recall to the public (a drill is announced to nobody); the impact is frozen."""
    return take_step(session, principal, number, "announce", now, StepBody(reason))


def extend(
    session: Session,
    principal: Principal,
    number: str,
    scope: Sequence[Line],
    now: datetime,
    reason: str | None = None,
) -> RecallCase:
    """Add lines to the scope as a new version; the hold follows."""
    return take_step(session, principal, number, "extend", now, StepBody(reason, scope))


def complete(
    session: Session, principal: Principal, number: str, now: datetime, reason: str | None = None
) -> RecallCase:
    """Complete the taking back."""
    return take_step(session, principal, number, "complete", now, StepBody(reason))


def terminate(
    session: Session, principal: Principal, number: str, now: datetime, reason: str | None = None
) -> RecallCase:
    """End the case; what was recalled stays recalled for a scan, because units may still be out."""
    return take_step(session, principal, number, "terminate", now, StepBody(reason))


def cancel(session: Session, principal: Principal, number: str, now: datetime, reason: str) -> RecallCase:
    """Cancel the case for a reason: a stop-sale is lifted, what was announced stays recalled."""
    return take_step(session, principal, number, "cancel", now, StepBody(reason))


def allowed_steps(case: RecallCase) -> list[Step]:
    """Return the steps that can be taken now."""
    return [step for step in steps_from(cast(Stage, case.stage)) if step in OFFERED]


def _way(case: RecallCase, step: Step) -> Sequence[Stage]:
    try:
        return next_stages(cast(Stage, case.stage), step)
    except StepNotAllowed as refused:
        allowed = allowed_steps(case)
        expected = ", ".join(allowed) or "no step at all"
        detail = f"Recall {case.number} is {case.stage}: expected {expected}, got {step}."
        raise StepRefused(detail, extra={"stage": case.stage, "allowed": allowed}) from refused


def _extend(session: Session, principal: Principal, case: RecallCase, lines: Sequence[Line], now: datetime) -> None:
    earlier = scope_of(case)
    first = max(one.line for one in earlier) + 1
    added = read_scope(lines, first)
    refuse_mistyped(session, added, first)
    _require_owner(session, principal, added)
    case.version += 1
    _add_version(case, extend_scope(earlier, added), now)
    session.flush()


def _add_version(case: RecallCase, scope: Sequence[Scoped], now: datetime) -> None:
    for one in scope:
        condition = one.condition
        row = ScopeLine(
            version=case.version,
            since=now,
            line=one.line,
            gtin=condition.gtin,
            batch_uri=condition.batch_uri,
            lot=condition.lot,
            lot_from=condition.lot_from,
            lot_to=condition.lot_to,
            produced_from=condition.produced_from,
            produced_to=condition.produced_to,
            serial_from=condition.serial_from,
            serial_to=condition.serial_to,
            exclude=condition.exclude,
        )
        case.lines.append(row)


def _record(
    case: RecallCase,
    principal: Principal,
    step: str,
    before: Stage | None,
    after: Stage,
    now: datetime,
    reason: str | None,
) -> None:
    case.stage = after
    case.steps.append(
        StageStep(
            at=now,
            step=step,
            from_stage=before,
            to_stage=after,
            version=case.version,
            actor=principal.key_id,
            actor_party_id=principal.party_id,
            actor_name=principal.name,
            reason=reason,
        )
    )


def _hold(session: Session, case: RecallCase, now: datetime) -> None:
    """Let the record's hold follow the case. A drill never holds anything: it must not reach the public."""
    if case.drill or not any(step.to_stage in HOLDING_FROM for step in case.steps):
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


def _freeze(session: Session, case: RecallCase, step: Step, now: datetime) -> None:
    impact = read_impact(session, case, now)
    case.runs.append(
        FrozenRun(
            step=step,
            version=case.version,
            as_of=now,
            digest=impact["digest"],
            impact=canonical_dumps(impact).decode(),
        )
    )
    session.flush()


def _next_number(session: Session, year: int) -> str:
    """2026-0001 is the first of a year; the caller holds the lock that keeps two from getting the same."""
    numbers = session.scalars(select(RecallCase.number).where(RecallCase.number.startswith(f"{year:04d}-")))
    last = max((int(number.partition("-")[2]) for number in numbers), default=0)
    return f"{year:04d}-{last + 1:04d}"


def _owns(session: Session, principal: Principal, scope: Sequence[Scoped]) -> bool:
    if principal.role != "company":
        return True
    gtins = gtins_of(scope)
    if None in gtins:
        return False
    owned = session.scalars(select(Product.gtin).where(Product.gtin.in_(gtins), Product.party_id == principal.party_id))
    return gtins <= set(owned)


def _require_owner(session: Session, principal: Principal, scope: Sequence[Scoped]) -> None:
    if not _owns(session, principal, scope):
        named = ", ".join(sorted(gtin or "a batch of another scheme" for gtin in gtins_of(scope)))
        raise ProductNotFound(f"Expected products of your own, got {named}.")
