"""Stop-sale orders: goods are held at once, every place that has some gets a task, and a decision brings them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.jurisdictions import Office
from oversight.matters.kinds import Kind
from oversight.matters.steps import Actor, Subject, open_matter
from oversight.models import Jurisdiction, Matter, Withdrawal
from oversight.withdrawals.flow import WITHDRAWAL
from oversight.withdrawals.scopes import read_lines, write_lines
from oversight.withdrawals.tasks import make_tasks, note_all_confirmed
from recalls.cases import NewCase, open_case
from recalls.scope import Line, Scoped, read_scope, refuse_mistyped
from trace.holds import lift_hold, place_hold
from trace.kit.errors import Forbidden, Invalid
from trace.kit.fields import InputModel, Text
from trace.models import Product

INSTRUCTIONS = "立即停止销售, 下架封存, 等待监管部门处理。"


@dataclass(frozen=True, slots=True)
class NewWithdrawal:
    """What is to be taken off sale, why, and by whose matter (``cause``, a number) it came to that.

    ``code`` is the office in charge; ``party_id`` and ``product_id`` are the maker's and the product's rows.
    """

    title: str
    ground: str
    scope: Sequence[Line]
    code: str
    title_en: str | None = None
    party_id: int | None = None
    product_id: int | None = None
    cause: str | None = None
    instructions: str = INSTRUCTIONS


class OfficialsAlone(Forbidden):
    """A stop-sale is ordered by an authority."""


def open_withdrawal(session: Session, actor: Actor, new: NewWithdrawal, now: datetime) -> Matter:
    """Order a stop-sale: the goods are held from this moment on, and each place that has some gets its task.

    Raises ScopeRefused (422) with pointers below /scope, Invalid (422) at /code, and OfficialsAlone (403).
    """
    if actor.right == "firm":
        raise OfficialsAlone(f"Expected an official to order a stop-sale, got {actor.right}.")
    if actor.office is not None:
        _require_office(session, actor.office, new.code)
    scope = read_scope(new.scope)
    refuse_mistyped(session, scope)
    facts = {"ground": new.ground, "cause": new.cause}
    subject = _subject(session, new, scope)
    matter = open_matter(session, WITHDRAWAL, actor, new.title, new.code, subject, now, new.ground, facts)
    order = Withdrawal(
        matter_id=matter.id,
        title_en=new.title_en,
        ground=new.ground,
        instructions=new.instructions,
        scope=write_lines(new.scope),
        cause=new.cause,
        looked_to=0,
    )
    session.add(order)
    session.flush()
    conditions = [one.condition for one in scope]
    place_hold(session, matter.number, "stop_sale", conditions, now, new.title, new.title_en, new.instructions)
    make_tasks(session, matter, order, now)
    return matter


def _require_office(session: Session, own: Office, code: str) -> None:
    if not own.covers(code) or session.get(Jurisdiction, code) is None:
        raise Invalid.field("/code", f"Expected the office {own.code} or one below it that is entered, got {code}.")


def _subject(session: Session, new: NewWithdrawal, scope: Sequence[Scoped]) -> Subject:
    """The product and its maker, as far as the order does not name them: those of its first line."""
    product = session.scalar(select(Product).where(Product.gtin == scope[0].condition.gtin))
    if product is None:
        return Subject(party_id=new.party_id, product_id=new.product_id)
    return Subject(party_id=new.party_id or product.party_id, product_id=new.product_id or product.id)


class RecallIn(InputModel):
    """What the recall that takes an order over is about; its scope is that of the order."""

    hazard: Text
    instructions: Text
    recall_class: Literal["1", "2", "3"] = "1"
    kind: Literal["ordered", "notified"] = "notified"


def _release(session: Session, _actor: Actor, matter: Matter, _body: Any, _now: datetime) -> None:
    lift_hold(session, matter.number)


def _recall(session: Session, actor: Actor, matter: Matter, body: RecallIn, now: datetime) -> Mapping[str, Any]:
    """Open a recall case of the same scope; the stop-sale stays in force beside it, whatever becomes of the case."""
    order = session.get_one(Withdrawal, matter.id)
    assert actor.principal is not None
    new = NewCase(
        title=matter.title,
        title_en=order.title_en,
        hazard=body.hazard,
        instructions=body.instructions,
        scope=read_lines(order.scope),
        kind=body.kind,
        recall_class=int(body.recall_class),
        cause=order.ground,
    )
    return {"recall": open_case(session, actor.principal, new, now).number}


WITHDRAWALS = Kind(
    WITHDRAWAL,
    bodies={"recall": RecallIn},
    effects={"release": _release, "recall": _recall},
    sequels={"refuse-release": note_all_confirmed},
)
"""The kind as the edge meets it."""
