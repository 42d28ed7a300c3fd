"""A drill (mock recall): one batch traced both ways against a clock, balanced, its contacts listed, all of it reported.

GFSI and BRCGS ask for a trace exercise with a mass balance within four hours (RECALLS, Class and clocks). A drill is a
case of its own: its steps are taken, its impact is frozen, its clock runs; it holds nothing, the public never sees it,
and nobody is written to but the firms that take part.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.authority import OFFICIALS
from recalls.cases import NewCase, list_cases, open_case, read_case, take_step
from recalls.clocks import deadlines
from recalls.drills.balance import WORDS, Difference, balance, find_short_receipts, find_unrecorded
from recalls.drills.contacts import hide, list_contacts
from recalls.impact import load_scope, read_impact
from recalls.models import Drill, RecallCase
from recalls.notices import outbox
from recalls.participants import invited_to, participants_of
from recalls.scope import Line, item_uri
from recalls.seen import as_seen_by
from recalls.steps import StepBody
from recalls.violations import microseconds
from trace.answers import describe_batches, describe_places, write_time
from trace.gs1 import read_identifier
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.errors import NotFound
from trace.kit.strict_json import canonical_dumps, loads
from trace.models import Event
from trace.readings import read_trace
from trace.supply_graph import Supply

HOURS = 4
MOST_HOURS = 168

REGIME = "gfsi"
"""No law's clocks run in a drill but the one for trace exercises, which is for every regime."""

RECALL_CLASS = 3
"""What is tried out is the tracing: a drill needs no second person."""

Report = dict[str, Any]
"""What `recalls.drills.rows.DrillRow` describes, as plain JSON values."""


@dataclass(frozen=True, slots=True)
class NewDrill:
    """What is drilled: a batch by its identifier, within ``hours``; ``participants`` (USCC or GLN) get messages."""

    batch: str
    hours: int = HOURS
    participants: Sequence[str] = ()
    reason: str | None = None


class DrillNotFound(NotFound):
    """No such drill, or none that this key may see."""


@dataclass(slots=True)
class _Watch:
    """Takes the time of each part of a drill, in whole milliseconds."""

    parts: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        started = perf_counter()
        yield
        self.parts.append({"part": name, "milliseconds": round((perf_counter() - started) * 1000)})


def run_drill(
    session: Session,
    principal: Principal,
    new: NewDrill,
    now: datetime,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> RecallCase:
    """Take a drill from its opening to its report, and end it unless other firms take part: those still answer.

    Raises BatchNotFound and ProductNotFound (404), and 422 for participants that nobody registered.
    """
    watch = _Watch()
    with watch.part("trace_backward"):
        backward = read_trace(session, principal, new.batch, "backward", now)
    batch = next(one for one in backward["batches"] if one["depth"] == 0)
    with watch.part("open"):
        case = open_case(session, principal, _as_case(new, batch["id"]), now)
        take_step(session, principal, case.number, "file-plan", now, StepBody(new.reason))
        take_step(session, principal, case.number, "announce", now, StepBody(new.reason))
    with watch.part("trace_forward"):
        supply = load_scope(session, case, now)
        impact = read_impact(session, case, now)
    with watch.part("balance"):
        rows = _balance(session, impact, supply)
    with watch.part("contacts"):
        contacts = list_contacts(session, case, supply, batch["gtin"])
    finished = max(now, clock())
    deadlines.meet(session, case, "drill-report", finished)
    if not (participants_of(case) | invited_to(case)) - {case.initiator_id}:
        take_step(session, principal, case.number, "terminate", finished, StepBody("演练结束 The drill is over."))
    report = {
        "number": case.number,
        "batch": {name: batch[name] for name in ("id", "gtin", "lot")},
        "hours": new.hours,
        "started_at": write_time(now),
        "due_at": write_time(now + timedelta(hours=new.hours)),
        "finished_at": write_time(finished),
        "in_time": finished <= now + timedelta(hours=new.hours),
        "parts": watch.parts,
        "run": impact["digest"],
        "backward": _backward(backward, batch["id"]),
        "forward": _forward(impact),
        "balance": rows,
        "possible": impact["possible"]["totals"],
        "findings": impact["findings"],
        "contacts": contacts,
        "reachable": sum(bool(one["contacts"]) for one in contacts),
    }
    session.add(
        Drill(
            case_id=case.id,
            batch_uri=batch["id"],
            hours=new.hours,
            started_at=now,
            finished_at=finished,
            report=canonical_dumps(report).decode(),
        )
    )
    session.flush()
    return case


def read_drill(session: Session, principal: Principal, number: str, now: datetime) -> Report:
    """Return the report of a drill as it was kept, with what has happened since: its clock, and who acknowledged.

    How to reach a firm is told to officials, and to a firm of those that it deals with itself. Raises RecallNotFound
    and DrillNotFound (404).
    """
    case = read_case(session, principal, number)
    kept = session.scalar(select(Drill.report).where(Drill.case_id == case.id))
    if kept is None:
        raise DrillNotFound(f"No drill {number} is known to you.")
    report: Report = loads(kept.encode())
    if principal.role not in OFFICIALS:
        for one in report["contacts"]:
            if not one["near"]:
                one["contacts"] = [hide(contact) for contact in one["contacts"]]
    notices = outbox.notices_of(session, case)
    report = as_seen_by(session, principal, case, report)
    return report | {
        "stage": case.stage,
        "deadlines": deadlines.deadlines_of(session, case, now),
        "notified": len(notices),
        "acknowledged": sum(one.acknowledged_at is not None for one in notices),
    }


@dataclass(frozen=True, slots=True)
class ListedDrill:
    """A drill in a list: its batch, when it began and ended, within how many hours it had to."""

    case_id: int
    number: str
    stage: str
    batch: str
    hours: int
    started_at: datetime
    finished_at: datetime

    @property
    def in_time(self) -> bool:
        """Whether it ended within its hours."""
        return self.finished_at <= self.started_at + timedelta(hours=self.hours)


def list_drills(session: Session, principal: Principal, after: int | None, limit: int) -> list[ListedDrill]:
    """Return up to ``limit`` drills that the key may see, newest first, from below the case's row ``after``."""
    cases = list_cases(session, principal, after, limit, RecallCase.id.in_(select(Drill.case_id)))
    kept = {one.case_id: one for one in session.scalars(select(Drill).where(Drill.case_id.in_(c.id for c in cases)))}
    return [
        ListedDrill(case.id, case.number, case.stage, one.batch_uri, one.hours, one.started_at, one.finished_at)
        for case in cases
        if (one := kept.get(case.id)) is not None
    ]


def _as_case(new: NewDrill, batch: str) -> NewCase:
    identifier = read_identifier(batch)
    name = f"{identifier.gtin} {identifier.lot}" if identifier.gtin and identifier.lot else batch
    return NewCase(
        title=f"追溯演练：{name}",
        title_en=f"Trace exercise: {name}",
        hazard="演练，并无危害。 A drill: there is no hazard.",
        instructions="演练，无须停售或退回。 A drill: nothing is to be stopped or sent back.",
        scope=[Line(id=batch)],
        regime=REGIME,
        recall_class=RECALL_CLASS,
        remedies=("warning",),
        drill=True,
        participants=new.participants,
    )


def _backward(trace: Mapping[str, Any], batch: str) -> Report:
    """Return what the batch was made from, and the movements and places by which all that came together."""
    movements = [one for one in trace["movements"] if one["id"] != batch]
    ends = {one[end] for one in movements for end in ("from_id", "to_id")}
    return {
        "batches": [one for one in trace["batches"] if one["depth"] != 0],
        "places": [one for one in trace["locations"] if one["id"] in ends],
        "links": len(trace["links"]),
        "movements": len(movements),
    }


def _forward(impact: Mapping[str, Any]) -> Report:
    places = {row["id"]: row["tier"] for row in (*impact["outlets"], *impact["consignees"])}
    tiers = sorted(set(places.values()), key=lambda tier: (tier is None, tier or 0))
    return {
        "batches": impact["batches"],
        "places": len(places),
        "outlets": len({row["id"] for row in impact["outlets"]}),
        "tiers": [{"tier": one, "places": sum(tier == one for tier in places.values())} for one in tiers],
    }


def _balance(session: Session, impact: Mapping[str, Any], supply: Supply) -> list[Report]:
    differences = find_unrecorded(supply.postings)
    differences += find_short_receipts(session, supply.depth, supply.until or microseconds(datetime.now(UTC)))
    refs = describe_batches(session, supply.depth)
    places = describe_places(session, {one.place for one in differences})
    numbers = {event for one in differences for event in one.events}
    events = session.execute(select(Event.id, Event.event_id).where(among(session, Event.id, numbers)))
    uris = {number: uri for number, uri in events}  # noqa: C416  (a Result is no mapping)
    groups: dict[tuple[str, str | None, bool], list[Difference]] = {}
    for one in differences:
        ref = refs[one.batch]
        item = ref["id"] if ref["gtin"] is None else item_uri(ref["gtin"])
        groups.setdefault((item, one.uom or None, supply.depth[one.batch] > 0), []).append(one)
    rows = []
    for total in impact["totals"]:
        mine = groups.get((total["id"], total["uom"], total["derived"]), [])
        explained = [
            {
                "rule": one.rule,
                "quantity": one.quantity,
                "message": WORDS[one.rule][0].format(quantity=f"{abs(one.quantity):f}"),
                "message_zh": WORDS[one.rule][1].format(quantity=f"{abs(one.quantity):f}"),
                "batch": refs[one.batch],
                "place": {"id": places[one.place].id, "gln": places[one.place].gln, "name": places[one.place].name},
                "event_ids": [uris[event] for event in one.events],
            }
            for one in sorted(mine, key=lambda one: (one.rule, refs[one.batch]["id"], places[one.place].id))
        ]
        rows.append({**balance(total, mine), "differences": explained})
    return rows
