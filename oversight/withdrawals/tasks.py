"""The tasks of a stop-sale order: a place that has goods of it says how many it took off sale (docs/withdrawals.md)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from oversight.matters.reading import may_see
from oversight.matters.steps import CLOCK, actor_of, require_hand, take_step
from oversight.models import Matter, Withdrawal, WithdrawalConfirmation, WithdrawalTask
from oversight.withdrawals.flow import ALL_CONFIRMED, WITHDRAWAL
from oversight.withdrawals.scopes import read_lines
from recalls.clocks.calendar_days import load_calendar
from recalls.clocks.working_days import Unit, due_after
from recalls.holdings import find_holdings
from recalls.impact import load_lines
from recalls.publication.pictures import PictureRefused, read_picture
from recalls.scope import read_scope
from trace.answers import describe_places
from trace.identifiers import find_numbers
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, FieldError, Invalid, NotFound
from trace.kit.fields import row_number
from trace.kit.strict_json import canonical_dumps, loads
from trace.models import Event

MOST_PHOTO_BYTES = 10 * 1024 * 1024
ENDED = frozenset({"released", "recalled"})


class TaskNotFound(NotFound):
    """No such task, or none of this firm's."""


class OrderEnded(Conflict):
    """The goods were released, or a recall has taken the order over."""


class Goods(NamedTuple):
    """Some of a batch (a row of identifiers) in one unit of measure; ``complete`` false: at least so many."""

    batch: int
    uom: str
    quantity: Decimal
    complete: bool = True


class Stated(NamedTuple):
    """What a place took off sale, and what the ledger said was there at that moment."""

    batch: int
    uom: str
    quantity: Decimal
    on_hand: Decimal


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How many of each batch and unit are off sale; a batch that is left out is none. ``photo`` is a picture file."""

    quantities: Sequence[tuple[int, str, Decimal]]
    note: str | None = None
    photo: bytes | None = None


def make_tasks(session: Session, matter: Matter, order: Withdrawal, now: datetime) -> int:
    """Give a task to every place with goods of the order that has none yet; returns how many were made.

    A place that goods reach later gets its task when it is looked for again (`follow_orders`).
    """
    order.looked_to = session.scalar(select(func.max(Event.id))) or 0
    there = goods_at(session, order, now)
    known = set(session.scalars(select(WithdrawalTask.place_id).where(WithdrawalTask.matter_id == matter.id)))
    firms = {number: place.party_id for number, place in describe_places(session, set(there) - known).items()}
    due = _due(session, matter, now)
    for place, firm in sorted(firms.items()):
        session.add(
            WithdrawalTask(
                matter_id=matter.id,
                place_id=place,
                party_id=firm,
                made_at=now,
                due_at=due,
                on_hand=canonical_dumps([list(one) for one in there[place]]).decode(),
            )
        )
    session.flush()
    return len(firms)


def _due(session: Session, matter: Matter, now: datetime) -> datetime:
    """A place that goods reach later has as long as the first ones had."""
    limit = next((one.limit for one in matter.clocks if one.limit.word == "confirm"), None)
    if limit is None:
        return now
    unit: Unit = limit.unit  # type: ignore[assignment]  # written by a migration or by a checked edit alone
    return due_after(now, limit.amount, unit, load_calendar(session)).at


def goods_at(session: Session, order: Withdrawal, now: datetime) -> dict[int, list[Goods]]:
    """Return by place what of an order's goods the ledger says is on hand; empty places are left out."""
    found: dict[int, list[Goods]] = {}
    for one in find_holdings(load_lines(session, read_scope(read_lines(order.scope)), now).postings):
        if one.figures.on_hand > 0 or not one.figures.complete:
            goods = Goods(one.batch, one.uom, one.figures.on_hand, one.figures.complete)
            found.setdefault(one.place, []).append(goods)
    return found


def find_task(session: Session, principal: Principal, task_id: str) -> tuple[Matter, WithdrawalTask]:
    """Return a firm's task, or for an official one of an order that he may see. Raises TaskNotFound."""
    number = row_number(task_id)
    wanted = WithdrawalTask.id == number
    if principal.role == "company":
        wanted &= WithdrawalTask.party_id == principal.party_id
    else:
        wanted &= may_see(session, principal)
    row = session.execute(
        select(Matter, WithdrawalTask).join(WithdrawalTask, WithdrawalTask.matter_id == Matter.id).where(wanted)
    ).one_or_none()
    if row is None:
        raise TaskNotFound(f"No stop-sale task {task_id} is known.")
    return row[0], row[1]


def read_quantities(session: Session, given: Sequence[tuple[str, str, Decimal]]) -> list[tuple[int, str, Decimal]]:
    """Return quantities by the batches' rows; an identifier that nothing knows is row 0, which no task has."""
    known = find_numbers(session, [batch for batch, _uom, _quantity in given])
    return [(known.get(batch, 0), uom, quantity) for batch, uom, quantity in given]


def confirm_task(
    session: Session, principal: Principal, task_id: str, said: Confirmation, now: datetime
) -> tuple[Matter, WithdrawalTask, WithdrawalConfirmation]:
    """Keep what a place took off sale, beside what the ledger says is there; the newest word counts.

    The last place to confirm ends the wait of the order.

    Raises TaskNotFound, NotInYourHands, OrderEnded, and Invalid with pointers.
    """
    lock_writes(session)
    matter, task = find_task(session, principal, task_id)
    require_hand(matter, actor_of(session, principal))
    if matter.stage in ENDED:
        raise OrderEnded(f"Stop-sale order {matter.number} is {matter.stage}: nothing is to be confirmed any more.")
    there = {(one.batch, one.uom): one.quantity for one in _there(session, matter, task, now)}
    given = {(batch, uom): quantity for batch, uom, quantity in said.quantities}
    strange = [place for place, key in enumerate((batch, uom) for batch, uom, _ in said.quantities) if key not in there]
    if strange:
        detail = "Expected goods of this order that the place has or had, got others."
        raise Invalid(detail, errors=[FieldError(f"/quantities/{place}", detail) for place in strange])
    keys = [one[:2] for one in said.quantities]
    twice = [place for place, key in enumerate(keys) if key in keys[:place]]
    if twice:
        detail = "Expected each batch and unit once, got it again."
        raise Invalid(detail, errors=[FieldError(f"/quantities/{place}", detail) for place in twice])
    stated = [Stated(batch, uom, given.get((batch, uom), Decimal(0)), there[batch, uom]) for batch, uom in there]
    photo = _read_photo(said.photo)
    row = WithdrawalConfirmation(
        task_id=task.id,
        at=now,
        actor_id=principal.key_id,
        actor_name=principal.name,
        by_authority=principal.role != "company",
        taken_off=canonical_dumps([list(one) for one in stated]).decode(),
        note=said.note,
        photo=photo,
        photo_digest=None if photo is None else hashlib.sha256(photo).hexdigest(),
    )
    session.add(row)
    task.confirmed_at = task.confirmed_at or now  # that it answered in time stays true when it corrects itself
    session.flush()
    note_all_confirmed(session, matter, now)
    return matter, task, row


def _there(session: Session, matter: Matter, task: WithdrawalTask, now: datetime) -> list[Goods]:
    """What the ledger says is there now, and what it said when the task was made."""
    here = goods_at(session, session.get_one(Withdrawal, matter.id), now).get(task.place_id, [])
    known = {(one.batch, one.uom) for one in here}
    gone = [one for one in read_goods(task.on_hand) if (one.batch, one.uom) not in known]
    return here + [one._replace(quantity=Decimal(0)) for one in gone]


def _read_photo(data: bytes | None) -> bytes | None:
    try:
        return None if data is None else read_picture(data, MOST_PHOTO_BYTES)
    except PictureRefused as refused:
        raise Invalid.field("/photo", str(refused)) from refused


def note_all_confirmed(session: Session, matter: Matter, now: datetime) -> None:
    """End the wait of an order in force to which every place has said its word."""
    if matter.stage != "in_force":
        return
    open_tasks = (WithdrawalTask.matter_id == matter.id) & WithdrawalTask.confirmed_at.is_(None)
    if session.scalar(select(WithdrawalTask.id).where(open_tasks).limit(1)) is None:
        take_step(session, WITHDRAWAL, matter, CLOCK, ALL_CONFIRMED, now)


def read_goods(text: str) -> list[Goods]:
    """Return stored goods."""
    return [Goods(batch, uom, Decimal(quantity), complete) for batch, uom, quantity, complete in _rows(text)]


def read_stated(text: str) -> list[Stated]:
    """Return a stored confirmation."""
    return [Stated(batch, uom, Decimal(quantity), Decimal(there)) for batch, uom, quantity, there in _rows(text)]


def _rows(text: str) -> list[list[Any]]:
    rows: list[list[Any]] = loads(text.encode())
    return rows


def read_confirmed_photo(session: Session, principal: Principal, task_id: str) -> bytes:
    """Return the newest picture that came with a place's word. Raises TaskNotFound."""
    _matter, task = find_task(session, principal, task_id)
    with_photo = (WithdrawalConfirmation.task_id == task.id) & WithdrawalConfirmation.photo.is_not(None)
    newest = select(WithdrawalConfirmation.photo).where(with_photo).order_by(WithdrawalConfirmation.id.desc()).limit(1)
    data = session.scalar(newest)
    if data is None:
        raise TaskNotFound(f"No picture came with stop-sale task {task_id}.")
    return data
