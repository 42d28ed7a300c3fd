"""Cases: opened, brought from stage to stage, read. Every step is added with who took it, when and why (RECALLS)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, cast, get_args

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, selectinload

from recalls.authority import may_run, owns, require_right, require_second_person
from recalls.clocks import deadlines
from recalls.consignees import find_consignees
from recalls.history import add_step, add_version, outcome_of, scope_of
from recalls.models import RecallCase, ScopeLine
from recalls.notices import outbox
from recalls.participants import add_participants, invited_to, take_part
from recalls.plans import Plan, add_plan
from recalls.publication import notices
from recalls.runs import FROZEN_AT, freeze_run
from recalls.scope import Line, Scoped, extend_scope, gtins_of, read_scope, refuse_mistyped
from recalls.stages import ENDS, Stage, Step, StepNotAllowed, first_stage, next_stages, steps_from
from recalls.steps import NOTHING, StepBody, check_body, said
from recalls.stop_sale import follow_hold
from trace.answers import write_time
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Invalid, NotFound
from trace.kit.formats import BEIJING
from trace.models import Party, Product
from trace.permissions import reporting_party

Kind = Literal["voluntary", "notified", "ordered", "recall", "withdrawal", "safety_alert"]
"""Who set it going, or what it is (RECALLS uses the word for both); the last three are a firm's own decision."""

Depth = Literal["wholesale", "retail", "consumer"]
Remedy = Literal["warning", "repair", "replacement", "return", "refund", "destruction"]
"""The words that pages can say in both languages; a case may say its remedy in its own words instead."""

KINDS: tuple[Kind, ...] = get_args(Kind)
REMEDIES: tuple[Remedy, ...] = get_args(Remedy)

Beginning = Literal["signal", "under_investigation"]
"""Where a case may begin before anything is decided."""


WHOLE = tuple(
    selectinload(rows)
    for rows in (RecallCase.lines, RecallCase.steps, RecallCase.runs, RecallCase.plans, RecallCase.participants)
)
"""Everything that a list shows of its cases, in one statement a kind."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is opened with. ``regime`` is a word such as ``cn_food``; ``recall_class`` 1 is the gravest.

    ``stage`` is where it begins if nothing is decided yet. ``learned_at`` is when the risk was learned of (``None``:
    now); ``regions`` are GB/T 2260 codes; ``participants`` of a drill are named by USCC or GLN.
    """

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
    participants: Sequence[str] = ()
    stage: Beginning | None = None
    learned_at: datetime | None = None
    cause: str | None = None
    consequence: str | None = None
    regions: Sequence[str] = ()
    authority: str | None = None


class RecallNotFound(NotFound):
    """No such case, or none that this key may see."""


class ProductNotFound(NotFound):
    """A firm opens a case for products of its own alone."""


class NotYourDrill(NotFound):
    """Who takes part in a drill is decided by who opened it."""


class DrillOver(Conflict):
    """Nobody takes part any more in a drill that has ended."""


class StepRefused(Conflict):
    """The stage of the case does not allow the step; the answer's ``allowed`` says which it does."""


def open_case(session: Session, principal: Principal, new: NewCase, now: datetime) -> RecallCase:
    """Open a case; an ordered one holds its goods at once, all others from the plan on (RECALLS).

    Raises ScopeRefused and other 422 with pointers, ProductNotFound for a firm that does not own what it names.
    """
    scope = read_scope(new.scope)
    refuse_mistyped(session, scope)
    require_owner(session, principal, scope)
    first = _first_stage(principal, new)
    if new.learned_at is not None and new.learned_at > now:
        detail = f"Expected a moment up to now ({write_time(now)}), got {write_time(new.learned_at)}."
        raise Invalid.field("/learned_at", detail)
    lock_writes(session)
    case = RecallCase(
        number=_next_number(session, now.astimezone(BEIJING).year),
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
        learned_at=new.learned_at or now,
        cause=new.cause,
        consequence=new.consequence,
        regions=json.dumps(list(new.regions)) if new.regions else None,
        authority=new.authority or _own_name(session, principal),
    )
    session.add(case)
    session.flush()
    add_version(case, scope, now)
    add_step(case, principal, "open", (first,), now, None)
    if case.drill and principal.role == "company" and principal.party_id is not None:
        take_part(case, principal.party_id, now)
    add_participants(session, principal, case, new.participants, now)
    session.flush()
    follow_hold(session, case, now)
    _follow(session, case, principal, "open", now, NOTHING)
    return case


def _first_stage(principal: Principal, new: NewCase) -> Stage:
    first = first_stage(new.kind, new.recall_class, principal.role == "regulator")
    if principal.role == "company" and first != "voluntary":
        raise Invalid.field("/kind", f"Expected 'voluntary' for a firm's own case, got {new.kind!r}.")
    if new.stage is None:
        return first
    if first != "voluntary":
        detail = f"Expected no stage for a case that is {new.kind} from the start, got {new.stage}."
        raise Invalid.field("/stage", detail)
    if principal.role == "company" and new.stage != "signal":
        raise Invalid.field("/stage", f"Expected 'signal' for a firm's own case, got {new.stage!r}.")
    return new.stage


def _own_name(session: Session, principal: Principal) -> str | None:
    """Return the name of a regulator that opens a case: it is in charge unless somebody else is named."""
    party = None if principal.role != "regulator" else session.get(Party, principal.party_id or 0)
    return None if party is None else party.name


def read_case(session: Session, principal: Principal, number: str) -> RecallCase:
    """Return a case. Raises RecallNotFound, also for what a firm may not see: cases of others' products."""
    case = session.scalar(select(RecallCase).where(RecallCase.number == number))
    if case is None or not _may_see(session, principal, case):
        raise RecallNotFound(f"No recall {number} is known to you.")
    return case


def find_case(session: Session, number: str) -> RecallCase:
    """Return a case for the operator at the console. Raises RecallNotFound."""
    case = session.scalar(select(RecallCase).where(RecallCase.number == number))
    if case is None:
        raise RecallNotFound(f"No recall {number} is known.")
    return case


def read_public(session: Session, number: str) -> RecallCase:
    """Return an announced recall. Raises RecallNotFound for all others, drills among them."""
    case = session.scalar(select(RecallCase).where(RecallCase.number == number))
    if case is None or case.announced_at is None or case.drill:
        raise RecallNotFound(f"No recall {number} is known.")
    return case


def list_cases(
    session: Session, principal: Principal, after: int | None, limit: int, *wanted: ColumnElement[bool]
) -> list[RecallCase]:
    """Return up to ``limit`` cases that the key may see, newest first, from below the row number ``after``.

    ``wanted`` are conditions that each of them meets.
    """
    found: list[RecallCase] = []
    while True:
        query = select(RecallCase).where(*wanted).options(*WHOLE).order_by(RecallCase.id.desc()).limit(limit)
        if principal.role == "company":  # cases of others' products alone are not even read
            own = select(ScopeLine.case_id).join(Product, Product.gtin == ScopeLine.gtin)
            query = query.where(RecallCase.id.in_(own.where(Product.party_id == principal.party_id)))
        rows = list(session.scalars(query if after is None else query.where(RecallCase.id < after)))
        found += [case for case in rows if _may_see(session, principal, case)]
        if len(rows) < limit or len(found) >= limit:
            return found[:limit]
        after = rows[-1].id


def take_step(
    session: Session,
    principal: Principal,
    number: str,
    step: Step,
    now: datetime,
    body: StepBody = NOTHING,
) -> RecallCase:
    """Take ``step`` and everything that comes with it.

    Raises RecallNotFound (404), NotYourStep and NotYourCase (403), StepRefused and SecondPersonNeeded (409), and for
    what comes with it ScopeRefused, PlanRefused, ReasonMissing and other 422.
    """
    lock_writes(session)
    case = read_case(session, principal, number)
    require_right(principal, case, step)
    way = _way(case, step)
    check_body(step, body)
    require_second_person(principal, case, step)
    if now < case.steps[-1].at:  # it waited for the lock while a later request's step was taken
        now = case.steps[-1].at + timedelta(microseconds=1)
    if step == "extend":
        _extend(session, principal, case, body.scope, now)
    add_step(case, principal, step, way, now, body.reason, said(body))
    if step == "announce" and case.announced_at is None:
        case.announced_at = now
    session.flush()
    if step == "file-plan" or body.plan is not None:
        add_plan(session, case, principal, step, body.plan or Plan(), now)
    follow_hold(session, case, now)
    if step in FROZEN_AT:
        freeze_run(session, case, step, now)
    _follow(session, case, principal, step, now, body)
    return case


def _follow(session: Session, case: RecallCase, principal: Principal, step: str, now: datetime, body: StepBody) -> None:
    """Let the parts of a case that keep rows of their own follow a step that was taken (also ``open``)."""
    notices.follow_step(session, case, principal, step, body.notice, now)
    deadlines.follow_step(session, case, step, now)
    outbox.follow_step(session, case, step, now)


def let_take_part(
    session: Session, principal: Principal, number: str, codes: Sequence[str], now: datetime
) -> RecallCase:
    """Let more firms take part in a drill, or ask them to (`recalls.participants`).

    Raises RecallNotFound, NotYourDrill for a firm that did not open it, and DrillOver (409).
    """
    lock_writes(session)
    case = read_case(session, principal, number)
    if principal.role == "company" and case.initiator_id != principal.party_id:
        raise NotYourDrill(f"Drill {number} was opened by somebody else, who decides who takes part.")
    _refuse_ended(case)
    add_participants(session, principal, case, codes, now)
    _tell(session, case, now)
    return case


def agree_to_take_part(session: Session, principal: Principal, number: str, now: datetime) -> RecallCase:
    """Take part in a drill that one's firm was asked to. Raises RecallNotFound for any other, DrillOver (409)."""
    lock_writes(session)
    case = session.scalar(select(RecallCase).where(RecallCase.number == number))
    if case is None or principal.party_id is None or principal.party_id not in invited_to(case):
        raise RecallNotFound(f"No drill {number} that your firm was asked to take part in is known.")
    _refuse_ended(case)
    take_part(case, principal.party_id, now)
    session.flush()
    _tell(session, case, now)
    return case


def _refuse_ended(case: RecallCase) -> None:
    if case.drill and case.stage in ENDS:
        raise DrillOver(f"Expected a drill that goes on, got {case.number}, which is {case.stage}.")


def _tell(session: Session, case: RecallCase, now: datetime) -> None:
    if outbox.is_running(case):
        outbox.tell_untold(session, case, find_consignees(session, case, now), "announced", now)


def allowed_steps(case: RecallCase) -> list[Step]:
    """Return the steps that can be taken now."""
    return list(steps_from(cast(Stage, case.stage), outcome_of(case)))


def _way(case: RecallCase, step: Step) -> Sequence[Stage]:
    try:
        return next_stages(cast(Stage, case.stage), step, outcome_of(case))
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
    require_owner(session, principal, added)
    case.version += 1
    add_version(case, extend_scope(earlier, added), now)
    session.flush()


def _next_number(session: Session, year: int) -> str:
    """2026-0001 is the first of a year in China; the caller holds the lock that keeps two from getting the same."""
    numbers = session.scalars(select(RecallCase.number).where(RecallCase.number.startswith(f"{year:04d}-")))
    last = max((int(number.partition("-")[2]) for number in numbers), default=0)
    return f"{year:04d}-{last + 1:04d}"


def _may_see(session: Session, principal: Principal, case: RecallCase) -> bool:
    return principal.role == "auditor" or may_run(session, principal, case)


def require_owner(session: Session, principal: Principal, scope: Sequence[Scoped]) -> None:
    """Raise ProductNotFound (404) for a firm unless all products of ``scope`` are its own."""
    if principal.role == "company" and not owns(session, principal, scope):
        named = ", ".join(sorted(gtin or "a batch of another scheme" for gtin in gtins_of(scope)))
        raise ProductNotFound(f"Expected products of your own, got {named}.")
