"""Orders and their tasks as they are answered: per place what is to be taken off sale, and what was said of it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.models import Matter, Withdrawal, WithdrawalConfirmation, WithdrawalTask
from oversight.withdrawals.tasks import ENDED, Goods, Stated, goods_at, read_goods, read_stated
from trace.answers import BatchRef, describe_batches, describe_places, write_time
from trace.kit.auth import Principal

TaskState = Literal["waiting", "overdue", "confirmed", "differs", "over"]
"""``differs``: less is off sale than the ledger says is there; ``over``: the order has ended."""


class GoodsRow(TypedDict):
    """A batch at a place: what was there when the task was made, what is there now, and what was taken off sale."""

    batch: BatchRef
    uom: str | None
    ordered: Decimal
    on_hand: Decimal
    taken_off: Decimal | None
    complete: bool


class TaskRow(TypedDict):
    """A place's task; ``photo`` is the digest of the newest confirmation's picture."""

    id: int
    number: str
    title: str
    place: str
    gln: str | None
    place_name: str | None
    region: str | None
    party_name: str | None
    made_at: str
    due_at: str
    state: TaskState
    confirmed_at: str | None
    confirmed_by: str | None
    note: str | None
    photo: str | None
    goods: list[GoodsRow]


def list_tasks(
    session: Session,
    principal: Principal,
    matter: Matter | None,
    after: int | None,
    limit: int,
    newest_first: bool = False,
) -> list[tuple[Matter, WithdrawalTask]]:
    """Return up to ``limit`` tasks from behind the number ``after``: of an order, or of all; a firm's own alone."""
    wanted = []
    if after is not None:
        wanted.append(WithdrawalTask.id < after if newest_first else WithdrawalTask.id > after)
    if matter is not None:
        wanted.append(WithdrawalTask.matter_id == matter.id)
    if principal.role == "company":
        wanted.append(WithdrawalTask.party_id == principal.party_id)
    rows = session.execute(
        select(Matter, WithdrawalTask)
        .join(WithdrawalTask, WithdrawalTask.matter_id == Matter.id)
        .where(*wanted)
        .order_by(WithdrawalTask.id.desc() if newest_first else WithdrawalTask.id)
        .limit(limit)
    )
    return [(one, task) for one, task in rows]


def count_waiting(session: Session, party_id: int | None) -> int:
    """Return how many tasks of a firm wait for its word."""
    waiting = (WithdrawalTask.party_id == party_id) & WithdrawalTask.confirmed_at.is_(None)
    waiting &= Matter.ended_at.is_(None)
    query = select(func.count()).select_from(WithdrawalTask).join(Matter, Matter.id == WithdrawalTask.matter_id)
    return session.scalar(query.where(waiting)) or 0


def write_tasks(
    session: Session, principal: Principal, found: Sequence[tuple[Matter, WithdrawalTask]], now: datetime
) -> list[TaskRow]:
    """Return tasks with their goods, as the ledger has them now; to a firm an official is his office."""
    newest = _newest(session, [task.id for _matter, task in found])
    places = describe_places(session, {task.place_id for _matter, task in found})
    here = {
        matter_id: goods_at(session, session.get_one(Withdrawal, matter_id), now)
        for matter_id in {matter.id for matter, _task in found}
    }
    batches = describe_batches(session, {one.batch for _matter, task in found for one in read_goods(task.on_hand)} | {
        one.batch for matter, task in found for one in here[matter.id].get(task.place_id, [])
    })  # fmt: skip
    rows: list[TaskRow] = []
    for matter, task in found:
        said, place = newest.get(task.id), places[task.place_id]
        stated = [] if said is None else read_stated(said.taken_off)
        rows.append(
            {
                "id": task.id,
                "number": matter.number,
                "title": matter.title,
                "place": place.id,
                "gln": place.gln,
                "place_name": place.name,
                "region": place.region,
                "party_name": place.party_name,
                "made_at": write_time(task.made_at) or "",
                "due_at": write_time(task.due_at) or "",
                "state": state_of(matter, task, stated, now),
                "confirmed_at": None if said is None else write_time(said.at),
                "confirmed_by": None if said is None else _confirmer(principal, matter, said),
                "note": None if said is None else said.note,
                "photo": None if said is None else said.photo_digest,
                "goods": _goods(read_goods(task.on_hand), here[matter.id].get(task.place_id, []), stated, batches),
            }
        )
    return rows


def _confirmer(principal: Principal, matter: Matter, said: WithdrawalConfirmation) -> str:
    return matter.code if principal.role == "company" and said.by_authority else said.actor_name


def state_of(matter: Matter, task: WithdrawalTask, stated: Sequence[Stated], now: datetime) -> TaskState:
    """Return how a task stands."""
    if matter.stage in ENDED:
        return "over"
    if task.confirmed_at is None:
        return "waiting" if now <= task.due_at else "overdue"
    return "differs" if any(one.quantity != one.on_hand for one in stated) else "confirmed"


def _goods(
    ordered: Sequence[Goods], here: Sequence[Goods], stated: Sequence[Stated], batches: dict[int, BatchRef]
) -> list[GoodsRow]:
    first = {(one.batch, one.uom): one for one in ordered}
    now = {(one.batch, one.uom): one for one in here}
    off = {(one.batch, one.uom): one.quantity for one in stated}
    rows: list[GoodsRow] = []
    for key in sorted({*first, *now}):
        one = now.get(key) or first[key]
        rows.append(
            {
                "batch": batches[key[0]],
                "uom": key[1] or None,
                "ordered": first[key].quantity if key in first else Decimal(0),
                "on_hand": now[key].quantity if key in now else Decimal(0),
                "taken_off": off.get(key),
                "complete": one.complete,
            }
        )
    return rows


def _newest(session: Session, tasks: Sequence[int]) -> dict[int, WithdrawalConfirmation]:
    if not tasks:
        return {}
    newest = select(func.max(WithdrawalConfirmation.id)).where(WithdrawalConfirmation.task_id.in_(tasks))
    found = select(WithdrawalConfirmation).where(
        WithdrawalConfirmation.id.in_(newest.group_by(WithdrawalConfirmation.task_id))
    )
    return {row.task_id: row for row in session.scalars(found)}
