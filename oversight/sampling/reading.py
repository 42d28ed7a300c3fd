"""Plans and samples as they are answered."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.models import Matter, RegisterEntry, Sample, SampleResult, SamplingPlan
from trace.answers import BatchRef, Place, describe_batches, describe_places, write_time
from trace.kit.auth import Principal
from trace.kit.strict_json import loads

FRAME_COLUMNS = ("place", "batch", "uom", "on_hand", "grade", "weight")


class SampleRow(TypedDict):
    """A sample of a plan: which draw it came in, and the line of the frame."""

    number: str
    turn: int
    line: int
    stage: str
    batch: BatchRef
    place: Place | None
    quantity: str | None
    uom: str | None
    outcome: str | None


class ResultRow(TypedDict):
    """What was found for an item; ``value`` null: not detected."""

    round: int
    laboratory: str
    item: str
    standard: str | None
    kind: str
    lower: str | None
    upper: str | None
    unit: str | None
    value: str | None
    satisfied: bool
    at: str


class WholeSample(SampleRow):
    """A sample with its event in the ledger and everything that laboratories found."""

    plan: str
    event: str | None
    taken_at: str | None
    results: list[ResultRow]


class WholePlan(TypedDict):
    """A plan, what was drawn by which seed, and its samples in the order of the draw."""

    number: str
    title: str
    title_en: str | None
    food: bool
    size: int
    starts_on: str
    ends_on: str
    criteria: dict[str, Any]
    items: list[dict[str, Any]]
    seed: str | None
    digest: str | None
    drawn_at: str | None
    samples: list[SampleRow]


class Frame(TypedDict):
    """What was drawn from: ``text`` is the printed frame, whose SHA-256 is ``digest``; columns are parted by tabs."""

    number: str
    seed: str | None
    digest: str | None
    columns: list[str]
    text: str


def write_plan(session: Session, matter: Matter) -> WholePlan:
    """Return a plan."""
    plan = session.get_one(SamplingPlan, matter.id)
    rows = session.execute(
        select(Matter, Sample)
        .join(Sample, Sample.matter_id == Matter.id)
        .where(Sample.plan_id == matter.id)
        .order_by(Sample.turn)
    )
    return {
        "number": matter.number,
        "title": matter.title,
        "title_en": plan.title_en,
        "food": plan.food,
        "size": plan.size,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
        "criteria": loads(plan.criteria.encode()),
        "items": loads(plan.items.encode()),
        "seed": plan.seed,
        "digest": plan.digest,
        "drawn_at": write_time(plan.drawn_at),
        "samples": _samples(session, [(one, sample) for one, sample in rows]),
    }


def write_frame(session: Session, matter: Matter) -> Frame:
    """Return what a plan was drawn from; before the draw the text is empty."""
    plan = session.get_one(SamplingPlan, matter.id)
    return {
        "number": matter.number,
        "seed": plan.seed,
        "digest": plan.digest,
        "columns": list(FRAME_COLUMNS),
        "text": plan.frame or "",
    }


def write_sample(session: Session, principal: Principal, matter: Matter) -> WholeSample:
    """Return a sample with its results, those of the re-test last.

    A firm is told the place, and the event there, of a sample that was taken from itself alone.
    """
    sample = session.get_one(Sample, matter.id)
    [row] = _samples(session, [(matter, sample)])
    found = session.execute(
        select(SampleResult, RegisterEntry.key)
        .join(RegisterEntry, RegisterEntry.id == SampleResult.laboratory_id)
        .where(SampleResult.matter_id == matter.id)
        .order_by(SampleResult.id)
    )
    told = principal.role != "company" or principal.party_id == sample.seller_id
    return {
        **row,
        "place": row["place"] if told else None,
        "plan": loads(matter.steps[0].facts.encode())["plan"],  # a plan itself is no matter of the firm's
        "event": sample.event_id if told else None,
        "taken_at": write_time(sample.taken_at),
        "results": [_result(one, laboratory) for one, laboratory in found],
    }


def _samples(session: Session, rows: Sequence[tuple[Matter, Sample]]) -> list[SampleRow]:
    batches = describe_batches(session, {one.batch_id for _matter, one in rows})
    places = describe_places(session, {one.place_id for _matter, one in rows})
    return [
        {
            "number": matter.number,
            "turn": one.turn,
            "line": one.line,
            "stage": matter.stage,
            "batch": batches[one.batch_id],
            "place": places[one.place_id],
            "quantity": one.quantity,
            "uom": one.uom or None,
            "outcome": one.outcome,
        }
        for matter, one in rows
    ]


def _result(one: SampleResult, laboratory: str) -> ResultRow:
    return {
        "round": one.round,
        "laboratory": laboratory,
        "item": one.item,
        "standard": one.standard,
        "kind": one.kind,
        "lower": one.lower,
        "upper": one.upper,
        "unit": one.unit,
        "value": one.value,
        "satisfied": one.satisfied,
        "at": write_time(one.at) or "",
    }
