"""The shapes in which a case is answered (CONTRACT, Recalls), and how a case takes them."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.authority import preparers, same_person
from recalls.cases import allowed_steps
from recalls.clocks.deadlines import DeadlineRow, deadlines_of
from recalls.history import versions_of
from recalls.models import Notice, RecallCase, RecallPlan, StageStep
from recalls.participants import invited_to, participants_of
from recalls.publication.versions import NoticeRow, write_notice
from recalls.scope import Line, Scoped, as_lines, item_uri
from trace.amounts import from_stored
from trace.answers import Number, exact_or_none, write_time
from trace.kit.bulk import among
from trace.models import Party


class LineRow(TypedDict):
    """One line of a scope; ``gtin`` is null for a batch of another scheme, ``id`` for one of GS1."""

    gtin: str | None
    id: str | None
    lots: list[str]
    lot_from: str | None
    lot_to: str | None
    produced_from: str | None
    produced_to: str | None
    serial_from: str | None
    serial_to: str | None
    exclude: bool


class VersionRow(TypedDict):
    """The whole scope as it stood from ``since`` on."""

    version: int
    since: str
    scope: list[LineRow]


StepRow = TypedDict(
    "StepRow",
    {
        "at": str,
        "step": str,
        "from": str | None,
        "to": str,
        "version": int,
        "actor": str,
        "party": str | None,
        "reason": str | None,
        "with": str | None,
        "outcome": str | None,
    },
)
"""Who took which step, when and why; ``party`` is the USCC, else the GLN, of the firm behind the key.

``with`` is the other person who prepared an announcement or an order, ``outcome`` what an assessment said.
"""


class PlannedRow(TypedDict):
    """So many units of an item, null where nobody recorded how many; ``gtin`` is null for another scheme's batch."""

    id: str
    gtin: str | None
    uom: str | None
    quantity: Number | None


class PlanRow(TypedDict):
    """One version of the plan, and the step that it came with."""

    version: int
    step: str
    filed_at: str
    filed_by: str
    measures: str | None
    disposal: str | None
    contact: str | None
    starts_on: str | None
    ends_on: str | None
    quantities: list[PlannedRow]


class RunRow(TypedDict):
    """An impact that was frozen at a step; it is read by its digest."""

    step: str
    version: int
    as_of: str
    digest: str


class NotificationCounts(TypedDict):
    """How many notifications were made for consignees; how many of those were sent, acknowledged and escalated."""

    made: int
    sent: int
    acknowledged: int
    escalated: int


CaseRow = TypedDict(
    "CaseRow",
    {
        "number": str,
        "title": str,
        "title_en": str | None,
        "kind": str,
        "regime": str,
        "class": int,
        "depth": str,
        "hazard": str,
        "cause": str | None,
        "consequence": str | None,
        "instructions": str,
        "remedy": list[str],
        "regions": list[str],
        "initiator": str | None,
        "authority": str | None,
        "learned_at": str,
        "drill": bool,
        "participants": list[str],
        "invited": list[str],
        "stage": str,
        "allowed": list[str],
        "version": int,
        "scope": list[LineRow],
        "versions": list[VersionRow],
        "plans": list[PlanRow],
        "steps": list[StepRow],
        "runs": list[RunRow],
        "notice": NoticeRow | None,
        "deadlines": list[DeadlineRow],
        "notifications": NotificationCounts,
        "created_at": str,
        "announced_at": str | None,
        "url": str | None,
    },
)
"""A case with its versions and its history; ``allowed`` are the steps that its stage allows now.

``initiator``, ``participants`` (the firms that take part in a drill) and those ``invited`` that have not agreed yet are
told by USCC, else GLN.
"""


def write_case(session: Session, case: RecallCase, site: str, now: datetime | None = None) -> CaseRow:
    """Return a case as it is answered; ``site`` is the address that the public pages lie under.

    ``now`` is the moment that its clocks are read at.
    """
    versions = [_write_version(*version) for version in versions_of(case)]
    firms = {
        case.initiator_id,
        *participants_of(case),
        *invited_to(case),
        *(step.actor_party_id for step in case.steps),
    }
    parties = _party_codes(session, firms - {None})
    public = case.announced_at is not None and not case.drill
    return {
        "number": case.number,
        "title": case.title,
        "title_en": case.title_en,
        "kind": case.kind,
        "regime": case.regime,
        "class": case.recall_class,
        "depth": case.depth,
        "hazard": case.hazard,
        "cause": case.cause,
        "consequence": case.consequence,
        "instructions": case.instructions,
        "remedy": json.loads(case.remedies),
        "regions": [] if case.regions is None else json.loads(case.regions),
        "initiator": None if case.initiator_id is None else parties.get(case.initiator_id),
        "authority": case.authority,
        "learned_at": write_time(case.learned_at) or "",
        "drill": case.drill,
        "participants": sorted(parties[number] for number in participants_of(case)),
        "invited": sorted(parties[number] for number in invited_to(case)),
        "stage": case.stage,
        "allowed": list(allowed_steps(case)),
        "version": case.version,
        "scope": versions[-1]["scope"],
        "versions": versions,
        "plans": [_write_plan(plan) for plan in case.plans],
        "steps": [_write_step(case.steps, at, parties) for at in range(len(case.steps))],
        "runs": [
            {
                "step": run.step,
                "version": run.version,
                "as_of": write_time(run.as_of) or "",
                "digest": run.digest,
            }
            for run in case.runs
        ],
        "notice": write_notice(session, case),
        "deadlines": deadlines_of(session, case, now or datetime.now(UTC)),
        "notifications": _count_notifications(session, case),
        "created_at": write_time(case.created_at) or "",
        "announced_at": write_time(case.announced_at),
        "url": f"{site}/recalls/{case.number}" if public else None,
    }


def _count_notifications(session: Session, case: RecallCase) -> NotificationCounts:
    # a moment that did not come is null, which is not counted
    columns = (func.count(), *map(func.count, (Notice.first_sent_at, Notice.acknowledged_at, Notice.escalated_at)))
    row = session.execute(select(*columns).where(Notice.case_id == case.id, Notice.kind == "notification")).one()
    return {"made": row[0], "sent": row[1], "acknowledged": row[2], "escalated": row[3]}


def _write_version(version: int, since: Any, scope: Sequence[Scoped]) -> VersionRow:
    return {
        "version": version,
        "since": write_time(since) or "",
        "scope": [write_line(line) for line in as_lines(scope)],
    }


def write_line(line: Line) -> LineRow:
    """Return one line of a scope as it is answered."""
    return {
        "gtin": line.gtin,
        "id": line.id,
        "lots": list(line.lots),
        "lot_from": line.lot_from,
        "lot_to": line.lot_to,
        "produced_from": None if line.produced_from is None else line.produced_from.isoformat(),
        "produced_to": None if line.produced_to is None else line.produced_to.isoformat(),
        "serial_from": line.serial_from,
        "serial_to": line.serial_to,
        "exclude": line.exclude,
    }


def write_planned(item: str, uom: str, quantity: Decimal | None) -> PlannedRow:
    """Return units of an item, named as `recalls.plans` names it, as they are answered."""
    named = item.isdigit()
    return {
        "id": item_uri(item) if named else item,
        "gtin": item if named else None,
        "uom": uom or None,
        "quantity": exact_or_none(quantity),
    }


def _write_plan(plan: RecallPlan) -> PlanRow:
    return {
        "version": plan.version,
        "step": plan.step,
        "filed_at": write_time(plan.filed_at) or "",
        "filed_by": plan.filed_by,
        "measures": plan.measures,
        "disposal": plan.disposal,
        "contact": plan.contact,
        "starts_on": None if plan.starts_on is None else plan.starts_on.isoformat(),
        "ends_on": None if plan.ends_on is None else plan.ends_on.isoformat(),
        "quantities": [write_planned(one.item, one.uom, from_stored(one.amount, one.scale)) for one in plan.quantities],
    }


def _write_step(steps: Sequence[StageStep], at: int, parties: Mapping[int, str]) -> StepRow:
    step = steps[at]
    others = [
        one.actor_name
        for one in preparers(steps[:at], step.step)
        if not same_person(step.actor, step.actor_user_id, one)
    ]
    return {
        "at": write_time(step.at) or "",
        "step": step.step,
        "from": step.from_stage,
        "to": step.to_stage,
        "version": step.version,
        "actor": step.actor_name,
        "party": None if step.actor_party_id is None else parties.get(step.actor_party_id),
        "reason": step.reason,
        "with": others[-1] if others else None,
        "outcome": step.outcome,
    }


def _party_codes(session: Session, numbers: Collection[int | None]) -> dict[int, str]:
    rows = session.execute(select(Party.id, Party.uscc, Party.gln).where(among(session, Party.id, numbers)))
    return {number: uscc or gln or "" for number, uscc, gln in rows}
