"""Sampling plans: drafted, approved by a second person, drawn with a seed that is on record (docs/sampling.md)."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from oversight.gb2260 import LEVELS, level_of
from oversight.jurisdictions import find_jurisdiction
from oversight.matters.kinds import Kind
from oversight.matters.steps import Actor, NotInYourHands, Subject, open_matter
from oversight.models import Matter, Sample, SamplingPlan
from oversight.registers.entries import home_day
from oversight.sampling.bodies import Criteria, DrawIn, ItemIn, PlanIn
from oversight.sampling.draw import digest_of, draw_lines, print_frame, size_by_grades
from oversight.sampling.flows import PLAN, SAMPLE
from oversight.sampling.frames import Line, find_products, read_frame
from trace.kit.errors import Conflict, Forbidden
from trace.kit.strict_json import dumps, loads
from trace.models import Product


class OfficialsAlone(Forbidden):
    """Samples are taken by an authority."""


def open_plan(session: Session, actor: Actor, new: PlanIn, now: datetime) -> Matter:
    """Draft a plan of one's own office or of one below. Raises OfficialsAlone, NotInYourHands, Invalid."""
    if actor.right != "authority" or actor.office is None:
        raise OfficialsAlone(f"Expected an official to plan an inspection, got {actor.right}.")
    code = new.code or actor.office.code
    if not actor.office.covers(code):
        raise NotInYourHands(f"Expected {actor.office.code} or an office below, got {code}.")
    if new.code is not None:
        find_jurisdiction(session, code)
    products = find_products(session, new, now)
    only = next(iter(products.values())) if len(products) == 1 else None
    facts = {"size": new.size, "starts_on": str(new.starts_on), "ends_on": str(new.ends_on)}
    subject = Subject(product_id=None if only is None else only.id)
    matter = open_matter(session, PLAN, actor, new.title, code, subject, now, facts=facts)
    session.add(
        SamplingPlan(
            matter_id=matter.id,
            title_en=new.title_en,
            food=new.food,
            rank=LEVELS.index(level_of(code)),
            criteria=new.model_dump_json(include=set(Criteria.model_fields)),
            items=dumps([one.model_dump() for one in new.items]).decode(),
            size=new.size,
            starts_on=new.starts_on,
            ends_on=new.ends_on,
        )
    )
    session.flush()
    return matter


def items_of(plan: SamplingPlan) -> list[ItemIn]:
    """Return what is tested."""
    return [ItemIn.model_validate(one) for one in loads(plan.items.encode())]


def _draw(session: Session, actor: Actor, matter: Matter, body: DrawIn, now: datetime) -> Mapping[str, Any]:
    """Draw from what is on hand at this moment; every line drawn becomes a sample to be taken."""
    plan = session.get_one(SamplingPlan, matter.id)
    day = home_day(now)
    if not plan.starts_on <= day <= plan.ends_on:
        raise Conflict(f"Plan {matter.number} is for {plan.starts_on} to {plan.ends_on}: nothing is drawn on {day}.")
    lines = read_frame(session, Criteria.model_validate_json(plan.criteria), matter.code, plan.rank, now)
    plan.seed = body.seed or secrets.token_hex(16)
    plan.frame = print_frame([line.printed for line in lines])
    plan.digest, plan.drawn_at = digest_of(plan.frame), now
    size = size_by_grades(plan.size, [line.factor for line in lines])
    drawn = draw_lines([line.weight for line in lines], size, plan.seed)
    names = _names(session, {lines[place].product_id for place in drawn})
    for turn, place in enumerate(drawn, 1):
        _open_sample(session, actor, matter, plan, turn, place + 1, lines[place], names, now)
    return {"seed": plan.seed, "frame": plan.digest, "lines": len(lines), "planned": plan.size, "samples": len(drawn)}


def _names(session: Session, products: set[int]) -> dict[int, str]:
    return dict(session.execute(select(Product.id, Product.name).where(Product.id.in_(products))).all())


def _open_sample(
    session: Session,
    actor: Actor,
    plan_matter: Matter,
    plan: SamplingPlan,
    turn: int,
    number: int,
    line: Line,
    names: Mapping[int, str],
    now: datetime,
) -> None:
    # the maker answers for the goods, the keeper of the place where nobody is known to have made them
    # the place stays in the sample's own row: a maker is not told whom its goods reached
    subject = Subject(line.producer_id or line.seller_id, None, line.product_id, line.batch_id)
    title = f"{names[line.product_id]} {line.printed[1].rsplit('/', 1)[-1]}"
    facts = {"plan": plan_matter.number, "turn": turn, "line": number}
    matter = open_matter(session, SAMPLE, actor, title, plan_matter.code, subject, now, facts=facts)
    session.add(
        Sample(
            matter_id=matter.id,
            plan_id=plan.matter_id,
            turn=turn,
            line=number,
            food=plan.food,
            rank=plan.rank,
            product_id=line.product_id,
            batch_id=line.batch_id,
            place_id=line.place_id,
            seller_id=line.seller_id,
            kind=line.kind,
            region=line.region,
            uom=line.uom,
        )
    )
    session.flush()


def _complete(session: Session, _actor: Actor, matter: Matter, _body: Any, _now: datetime) -> Mapping[str, Any]:
    """A plan is complete when each of its samples came to an end or to its final result."""
    waiting = (Sample.plan_id == matter.id) & Sample.outcome.is_(None) & Matter.ended_at.is_(None)
    count = session.scalar(
        select(func.count()).select_from(Sample).join(Matter, Matter.id == Sample.matter_id).where(waiting)
    )
    if count:
        raise Conflict(f"Plan {matter.number} waits for {count} samples: expected each with a final result or missed.")
    outcomes = select(Sample.outcome, func.count()).where(Sample.plan_id == matter.id).group_by(Sample.outcome)
    return {outcome or "missed": number for outcome, number in session.execute(outcomes)}


PLANS = Kind(PLAN, bodies={"draw": DrawIn}, effects={"draw": _draw, "complete": _complete})
"""The kind as the edge meets it."""
