"""A dairy and two shops with yogurt, offices above one another, and two laboratories."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.matters.kinds import act
from oversight.matters.steps import actor_of
from oversight.models import Matter, Sample
from oversight.registers.bodies import LaboratoryIn
from oversight.registers.entering import enter
from oversight.registers.registers import REGISTERS
from oversight.sampling.bodies import PlanIn
from oversight.sampling.plans import PLANS, open_plan
from oversight.sampling.samples import SAMPLES
from tests.oversight.offices import Offices, add_offices
from tests.recalls.chain import ADMIN, START, Chain, gtin_of
from trace.kit.auth import Principal

NOW = START + timedelta(days=2)
ITEMS: list[dict[str, Any]] = [
    {"item": "菌落总数", "kind": "max", "upper": Decimal(100), "unit": "CFU/g", "standard": "GB 19302-2010"},
    {"item": "蛋白质", "kind": "min", "lower": Decimal("2.9"), "unit": "g/100g"},
    {"item": "沙门氏菌", "kind": "absent"},
]
GOOD: list[dict[str, Any]] = [
    {"item": "菌落总数", "value": Decimal(40), "unit": "CFU/g"},
    {"item": "蛋白质", "value": Decimal("3.1"), "unit": "g/100g"},
    {"item": "沙门氏菌", "value": None},
]
BAD = [GOOD[0] | {"value": Decimal(101)}, *GOOD[1:]]


@dataclass
class World:
    """The chain, the offices, the dairy's key, and the entries of laboratories."""

    session: Session
    chain: Chain
    offices: Offices
    dairy: Principal
    first: int
    second: int
    narrow: int

    def plan(self, who: Principal | None = None, **more: Any) -> Matter:
        """Draft a plan of a county."""
        states = {
            "title": "酸奶监督抽查",
            "gtins": [gtin_of("yogurt")],
            "size": 2,
            "starts_on": "2026-03-01",
            "ends_on": "2026-12-31",
            "items": ITEMS,
        }
        actor = actor_of(self.session, who or self.offices.county)
        return open_plan(self.session, actor, PlanIn.model_validate(states | more), NOW)

    def step(self, matter: Matter, who: Principal, name: str, reason: str | None = None, **states: Any) -> Matter:
        """Take a step; ``now`` says when."""
        now: datetime = states.pop("now", NOW)
        kind = PLANS if matter.kind == "sampling_plan" else SAMPLES
        body = kind.body_of(name).model_validate(states)
        return act(self.session, kind, who, matter.number, name, body, reason, now)

    def draw(self, who: Principal | None = None, seed: str = "seed", **more: Any) -> tuple[Matter, list[Matter]]:
        """Draft, approve and draw; returns the plan and its samples."""
        plan = self.plan(who, **more)
        self.step(plan, ADMIN, "approve")
        self.step(plan, who or self.offices.county, "draw", seed=seed)
        query = select(Matter).join(Sample, Sample.matter_id == Matter.id).where(Sample.plan_id == plan.id)
        return plan, list(self.session.scalars(query.order_by(Sample.turn)))

    def report(self, results: list[dict[str, Any]], **more: Any) -> Matter:
        """A sample that was taken and tested."""
        _plan, [sample, *_] = self.draw(**more)
        county = self.offices.county
        self.step(sample, county, "take", quantity=Decimal(5))
        self.step(sample, county, "send", laboratory=self.first)
        return self.step(sample, county, "report", number="R-1", results=results)

    def failed(self) -> Matter:
        """One that failed."""
        return self.step(self.report(BAD), self.offices.colleague, "fail-food")


def facts(matter: Matter) -> dict[str, Any]:
    """What its last step stated."""
    found: dict[str, Any] = json.loads(matter.steps[-1].facts)
    return found


def make_world(session: Session) -> World:
    """100 made, 60 and 30 of them sent to shops of two counties."""
    chain = Chain(session)
    offices = add_offices(session)
    maker, first, second = (chain.party(name) for name in ("dairy", "first", "second"))
    chain.product("yogurt", maker, "酸奶")
    chain.place("plant", "plant", maker, "320106")
    chain.place("shop", "outlet", first, "320106")
    chain.place("other", "outlet", second, "320102")
    chain.make("plant", "yogurt", "L1", 100)
    chain.move("plant", "shop", "yogurt", "L1", 60)
    chain.move("plant", "other", "yogurt", "L1", 30)
    names = [str(one["item"]) for one in ITEMS]
    laboratories = [
        enter(session, offices.nation, REGISTERS["laboratories"], laboratory(number, items), None, NOW)[0].row.id
        for number, items in (("CNAS-1", names), ("CNAS-2", names), ("CNAS-3", names[:1]))
    ]
    return World(session, chain, offices, Principal("company", maker.id, 901, "dairy"), *laboratories)


def laboratory(number: str, items: list[str]) -> LaboratoryIn:
    """An entry of the register."""
    scope = [{"item": item, "method": "GB"} for item in items]
    return LaboratoryIn.model_validate(
        {"number": number, "name": "检验所", "valid_from": "2025-01-01", "valid_to": "2030-12-31", "scope": scope}
    )
