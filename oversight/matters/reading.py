"""Matters read: who may see which, lists, and one with its whole history."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.gb2260 import bounds_of
from oversight.jurisdictions import office_of
from oversight.matters.clocks import ClockRow, state_of, write_clock
from oversight.matters.routing import ROUTING
from oversight.models import Matter, MatterClock, MatterStep
from trace.answers import write_time
from trace.kit.auth import Principal
from trace.kit.errors import NotFound
from trace.models import Identifier, Party

Waiting = Literal["open", "overdue", "ended"]
WAITING: tuple[Waiting, ...] = get_args(Waiting)


class MatterNotFound(NotFound):
    """No such matter, or none that may be seen."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which matters: all that meet every condition that is given; ``within`` is an office and all below it.

    ``unassigned`` is what nobody handles.
    """

    kinds: Collection[str] = ()
    stage: str | None = None
    within: str | None = None
    handler_id: int | None = None
    unassigned: bool = False
    party_id: int | None = None
    product_id: int | None = None
    waiting: Waiting | None = None


class StepRow(TypedDict):
    """A line of a history. ``facts`` is what the step stated."""

    at: str
    step: str
    from_stage: str | None
    to_stage: str
    office: str
    by: str
    reason: str | None
    facts: dict[str, Any]


class MatterRow(TypedDict):
    """A matter as lists show it; ``due_at`` is that of its next open clock, ``handler`` not for firms to know."""

    number: str
    kind: str
    stage: str
    title: str
    office: str
    handler: int | None
    party: str | None
    party_name: str | None
    opened_at: str
    ended_at: str | None
    due_at: str | None
    overdue: bool


class WholeMatter(MatterRow):
    """A matter with its history and clocks; ``product``, ``batch`` and ``place`` are canonical identifiers."""

    product: str | None
    batch: str | None
    place: str | None
    steps: list[StepRow]
    clocks: list[ClockRow]


def may_see(session: Session, principal: Principal) -> ColumnElement[bool]:
    """Return the condition on ``matters`` under which a key or person sees one.

    An office sees what is or was begun within it, an operator and an auditor all, a firm what concerns it and has
    been shown to it. What an office handed to one outside is seen by both.
    """
    if principal.role == "company":
        return and_(Matter.party_id == principal.party_id, Matter.shown_at.is_not(None))
    if principal.role == "auditor":
        return true()
    return _within(office_of(session, principal).code)


def _within(code: str) -> ColumnElement[bool]:
    first, above = bounds_of(code)
    if not first:
        return true()
    here = and_(Matter.code >= first, Matter.code < above)
    begun = and_(Matter.opened_in >= first, Matter.opened_in < above)
    return or_(here, begun)


def find_matter(session: Session, principal: Principal, number: str, kinds: Collection[str] = ()) -> Matter:
    """Return a matter that may be seen, of one of ``kinds`` if given. Raises MatterNotFound for all others alike."""
    wanted = (Matter.number == number) & may_see(session, principal)
    matter = session.scalar(select(Matter).where(wanted))
    if matter is None or (kinds and matter.kind not in kinds):
        raise MatterNotFound(f"No matter {number} is known.")
    return matter


def list_matters(
    session: Session,
    principal: Principal,
    wanted: Wanted,
    after: int | None,
    limit: int,
    now: datetime,
    among: Select[Any] | None = None,
) -> list[Matter]:
    """Return up to ``limit`` matters below the row number ``after``, the newest first; ``among`` selects their rows."""
    query = select(Matter).where(may_see(session, principal), *_conditions(wanted, now))
    if after is not None:
        query = query.where(Matter.id < after)
    if among is not None:
        query = query.where(Matter.id.in_(among))
    return list(session.scalars(query.order_by(Matter.id.desc()).limit(limit)))


def _conditions(wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kinds:
        found.append(Matter.kind.in_(sorted(wanted.kinds)))
    if wanted.within is not None:
        first, above = bounds_of(wanted.within)
        if first:
            found += [Matter.code >= first, Matter.code < above]
    for column, value in (
        (Matter.stage, wanted.stage),
        (Matter.handler_id, wanted.handler_id),
        (Matter.party_id, wanted.party_id),
        (Matter.product_id, wanted.product_id),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.unassigned:
        found.append(Matter.handler_id.is_(None))
    if wanted.waiting is not None:
        found.append(Matter.ended_at.is_not(None) if wanted.waiting == "ended" else Matter.ended_at.is_(None))
    if wanted.waiting == "overdue":
        late = select(MatterClock.matter_id).where(
            MatterClock.met_at.is_(None), MatterClock.dropped_at.is_(None), MatterClock.due_at < now
        )
        found.append(Matter.id.in_(late))
    return found


def write_matters(session: Session, principal: Principal, matters: Sequence[Matter], now: datetime) -> list[MatterRow]:
    """Return matters as lists answer them: two statements, however many there are."""
    parties = _parties(session, {one.party_id for one in matters if one.party_id is not None})
    due = _next_due(session, [one.id for one in matters])
    return [_write(principal, one, parties, due.get(one.id), now) for one in matters]


def write_matter(session: Session, principal: Principal, matter: Matter, now: datetime) -> WholeMatter:
    """Return a matter with its history and its clocks.

    A firm reads the history from when the matter was shown to it, without the way through the offices and their names.
    """
    firm = principal.role == "company"
    steps = [one for one in matter.steps if not firm or _for_firms(one, matter)]
    waiting = [one for one in matter.clocks if state_of(one, now) in ("open", "overdue")]
    due = min((one.due_at for one in waiting), default=None)
    parties = _parties(session, {matter.party_id} - {None})
    ids = [one for one in (matter.product_id, matter.batch_id, matter.place_id) if one is not None]
    uris = dict(session.execute(select(Identifier.id, Identifier.uri).where(Identifier.id.in_(ids))).all())
    row = _write(principal, matter, parties, due, now)
    return {
        **row,
        "product": uris.get(matter.product_id or 0),
        "batch": uris.get(matter.batch_id or 0),
        "place": uris.get(matter.place_id or 0),
        "steps": [write_step(one, firm) for one in steps],
        "clocks": [write_clock(one, now) for one in matter.clocks],
    }


def _for_firms(step: MatterStep, matter: Matter) -> bool:
    return matter.shown_at is not None and step.at >= matter.shown_at and step.step not in ROUTING


def write_step(row: MatterStep, for_firm: bool = False) -> StepRow:
    """Return a line of a history as it is answered; to a firm an official is his office."""
    return {
        "at": write_time(row.at) or "",
        "step": row.step,
        "from_stage": row.from_stage,
        "to_stage": row.to_stage,
        "office": row.code,
        "by": row.code if for_firm and row.by_authority else row.actor_name,
        "reason": row.reason,
        "facts": json.loads(row.facts),
    }


def _parties(session: Session, ids: Collection[int | None]) -> dict[int, Party]:
    if not ids:
        return {}
    return {one.id: one for one in session.scalars(select(Party).where(Party.id.in_(ids)))}


def _next_due(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    if not ids:
        return {}
    waiting = (MatterClock.met_at.is_(None)) & (MatterClock.dropped_at.is_(None)) & MatterClock.matter_id.in_(ids)
    due = select(MatterClock.matter_id, MatterClock.due_at).where(waiting)
    latest_first = session.execute(due.order_by(MatterClock.due_at.desc()))
    return dict(latest_first.all())  # of each matter the last one stays: its first


def _write(
    principal: Principal, one: Matter, parties: dict[int, Party], due: datetime | None, now: datetime
) -> MatterRow:
    party = None if one.party_id is None else parties[one.party_id]
    return {
        "number": one.number,
        "kind": one.kind,
        "stage": one.stage,
        "title": one.title,
        "office": one.code,
        "handler": None if principal.role == "company" else one.handler_id,
        "party": None if party is None else party.uscc or party.gln,
        "party_name": None if party is None else party.name,
        "opened_at": write_time(one.opened_at) or "",
        "ended_at": None if one.ended_at is None else write_time(one.ended_at),
        "due_at": None if due is None else write_time(due),
        "overdue": due is not None and due < now,
    }
