"""Signals as officers decide on them: each decision begins what it decides, with the goods of the cases filled in."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.matters.kinds import Effect, Kind
from oversight.matters.steps import Actor, NotYourStep
from oversight.models import ForeignRecall, Matter
from oversight.sampling.bodies import PlanIn
from oversight.sampling.plans import open_plan
from oversight.warnings.bodies import GoodsIn, HoldIn, InspectIn, RecallIn
from oversight.warnings.cases import cases_of
from oversight.warnings.flow import SIGNAL
from oversight.withdrawals.orders import INSTRUCTIONS, NewWithdrawal, open_withdrawal
from recalls.cases import NewCase, open_case
from recalls.scope import Line
from trace.kit.bulk import among
from trace.kit.errors import Invalid
from trace.models import Identifier, Product

LONGEST = 2000
"""A plan's title has no more characters; a product's name alone may have as many."""


class LotsNeeded(Invalid):
    """The cases name no batch, so the decision has to."""


def lots_of(session: Session, matter: Matter) -> list[str]:
    """Return the lots that the cases of a signal name, as far as these stand, each once, in order.

    A recall abroad names lots that may reach this country later.
    """
    batches = {one.batch_id for one in cases_of(session, matter) if one.stands and one.batch_id is not None}
    query = select(Identifier.lot).where(among(session, Identifier.id, sorted(batches)), Identifier.lot.is_not(None))
    named = session.scalars(select(ForeignRecall.lots).where(ForeignRecall.signal_id == matter.id))
    abroad = {lot for lots in named for lot in json.loads(lots)}
    return sorted({lot for lot in session.scalars(query) if lot is not None} | abroad)


def gtin_of(session: Session, matter: Matter) -> str:
    """Return the product of a signal in 14 digits."""
    return session.get_one(Product, matter.product_id).gtin


def _scope(session: Session, matter: Matter, body: GoodsIn) -> list[Line]:
    gtin = gtin_of(session, matter)
    line = body.to_line(gtin, lots_of(session, matter))
    if line is None:
        raise LotsNeeded.field("/lots", "Expected lots, or whole for the product whatever its lot, got neither.")
    if line.lots and line.gtin != gtin:
        _require_known(session, line)
    return [line]


def _require_known(session: Session, line: Line) -> None:
    """Of another product than that of the cases, some lot has to be on record: it is what they came from."""
    here = (Identifier.gtin == line.gtin) & (Identifier.kind == "batch") & Identifier.lot.in_(line.lots)
    if session.scalar(select(Identifier.id).where(here).limit(1)) is None:
        raise Invalid.field(
            "/lots", f"Expected lots of {line.gtin}, got {', '.join(line.lots)}, of which none is known."
        )


def _ground(matter: Matter) -> str:
    return f"风险预警({matter.number}): {matter.title}"


def _inspect(session: Session, actor: Actor, matter: Matter, body: InspectIn, now: datetime) -> Mapping[str, Any]:
    """Draft a sampling plan of the product; a second person approves it."""
    plan = PlanIn(
        title=_ground(matter)[:LONGEST],
        gtins=[gtin_of(session, matter)],
        food=body.food,
        size=body.size,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        items=list(body.all_items()),
    )
    return {"plan": open_plan(session, actor, plan, now).number}


def _hold(session: Session, actor: Actor, matter: Matter, body: HoldIn, now: datetime) -> Mapping[str, Any]:
    """Order a stop-sale: the goods are held at once."""
    new = NewWithdrawal(
        title=matter.title,
        ground=_ground(matter),
        scope=_scope(session, matter, body),
        code=matter.code,
        cause=matter.number,
        instructions=body.instructions or INSTRUCTIONS,
    )
    return {"withdrawal": open_withdrawal(session, actor, new, now).number}


def _recall(session: Session, actor: Actor, matter: Matter, body: RecallIn, now: datetime) -> Mapping[str, Any]:
    """Open a recall case."""
    assert actor.principal is not None
    new = NewCase(
        title=matter.title,
        hazard=body.hazard,
        instructions=body.instructions,
        scope=_scope(session, matter, body),
        kind=body.kind,
        recall_class=int(body.recall_class),
        cause=_ground(matter),
    )
    return {"recall": open_case(session, actor.principal, new, now).number}


def _by_officer(effect: Effect) -> Effect:
    def checked(session: Session, actor: Actor, matter: Matter, body: Any, now: datetime) -> Mapping[str, Any] | None:
        if actor.office is not None and actor.office.post != "officer":
            raise NotYourStep(f"Expected an officer to decide on a signal, got one whose post is {actor.office.post}.")
        return effect(session, actor, matter, body, now)

    return checked


def _end(_session: Session, _actor: Actor, _matter: Matter, _body: Any, _now: datetime) -> None:
    """To end a signal is a decision, too."""


_DECISIONS: Mapping[str, Effect] = {
    "inspect": _inspect,
    "hold": _hold,
    "recall": _recall,
    "dismiss": _end,
    "close": _end,
}

SIGNALS = Kind(
    SIGNAL,
    bodies={"inspect": InspectIn, "hold": HoldIn, "recall": RecallIn},
    effects={step: _by_officer(effect) for step, effect in _DECISIONS.items()},
)
"""The kind as the edge meets it."""
