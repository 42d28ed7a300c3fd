"""`/api/v1/withdrawals`: stop-sale orders, and the word of each place that has goods of one."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from oversight.jurisdictions import office_of
from oversight.matters.reading import WholeMatter, find_matter, write_matter
from oversight.matters.steps import actor_of
from oversight.models import Matter
from oversight.web.api_jurisdictions import Code
from oversight.withdrawals.orders import INSTRUCTIONS, NewWithdrawal, open_withdrawal
from oversight.withdrawals.reading import TaskRow, list_tasks, write_tasks
from oversight.withdrawals.tasks import Confirmation, confirm_task, read_quantities
from recalls.web.bodies import Scope
from trace.kit.auth import Principal
from trace.kit.contract import Call
from trace.kit.fields import InputModel, QuantityOrZero, Text
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.web.api import HISTORIANS, READERS, api, principal_of

OFFICERS = frozenset({"regulator", "admin"})


class WithdrawalIn(InputModel):
    """What is to be taken off sale and why; the office is one's own unless another below it is named."""

    title: Text
    title_en: Text | None = None
    ground: Text
    instructions: Text = INSTRUCTIONS
    scope: Scope
    code: Code | None = None
    cause: Text | None = None


class QuantityIn(InputModel):
    """So much of a batch (its canonical identifier) is off sale."""

    batch: Text
    uom: Text | None = None
    quantity: QuantityOrZero


class ConfirmationIn(InputModel):
    """What a place took off sale; a batch that is left out is none."""

    quantities: Annotated[list[QuantityIn], Field(max_length=1000)]
    note: Text | None = None


class TasksRow(TypedDict):
    """A page of tasks, the oldest first."""

    tasks: list[TaskRow]
    next: str | None


class OrderOut(RootModel[WholeMatter]):
    """An order."""


class TasksOut(RootModel[TasksRow]):
    """Tasks."""


class TaskOut(RootModel[TaskRow]):
    """A task."""


@api.operation(
    "POST",
    "/withdrawals",
    body=WithdrawalIn,
    answers={201: OrderOut},
    roles=OFFICERS,
    summary="Order a stop-sale",
    tag="oversight",
)
def post_withdrawal(call: Call) -> Answer:
    """The goods are held at once; every place that has some gets a task. Its steps are those of `/matters`."""
    body: WithdrawalIn = call.body
    principal, now = principal_of(call), datetime.now(UTC)
    new = NewWithdrawal(
        title=body.title,
        title_en=body.title_en,
        ground=body.ground,
        instructions=body.instructions,
        scope=[line.to_line() for line in body.scope],
        code=body.code or office_of(call.session, principal).code,
        cause=body.cause,
    )
    matter = open_withdrawal(call.session, actor_of(call.session, principal), new, now)
    location = {"Location": f"{api.prefix}/matters/{matter.number}"}
    return Answer(201, write_matter(call.session, principal, matter, now), location)


@api.operation(
    "GET",
    "/withdrawals/<number>/tasks",
    query=PageQuery,
    answers={200: TasksOut},
    roles=HISTORIANS,
    summary="The places of a stop-sale order",
    tag="oversight",
)
def get_tasks(call: Call) -> Answer:
    """With what the ledger says is there now, and what each took off sale; a firm reads of its own places alone."""
    principal = principal_of(call)
    return _tasks(call, principal, find_matter(call.session, principal, call.path["number"], ("withdrawal",)))


@api.operation(
    "GET",
    "/withdrawal-tasks",
    query=PageQuery,
    answers={200: TasksOut},
    roles=frozenset({"company"}),
    summary="The stop-sale tasks of one's own places",
    tag="oversight",
)
def get_own_tasks(call: Call) -> Answer:
    """Of all orders, the oldest first."""
    return _tasks(call, principal_of(call), None)


def _tasks(call: Call, principal: Principal, matter: Matter | None) -> Answer:
    page, now = read_page(call.query), datetime.now(UTC)
    after = 0 if page.after is None else int(page.after[0])
    rows = list_tasks(call.session, principal, matter, after, page.limit + 1)
    shown, following = cut(rows, page, lambda row: [row[1].id])
    return Answer(200, {"tasks": write_tasks(call.session, principal, shown, now), "next": following})


@api.operation(
    "POST",
    "/withdrawal-tasks/<id>/confirmations",
    body=ConfirmationIn,
    answers={201: TaskOut},
    roles=READERS,
    summary="Say what was taken off sale at a place",
    tag="oversight",
)
def post_confirmation(call: Call) -> Answer:
    """Held against the ledger; the newest word counts. An official writes down what a place says."""
    body: ConfirmationIn = call.body
    principal, now = principal_of(call), datetime.now(UTC)
    given = [(one.batch, one.uom or "", one.quantity) for one in body.quantities]
    said = Confirmation(read_quantities(call.session, given), body.note)
    matter, task, _row = confirm_task(call.session, principal, call.path["id"], said, now)
    return Answer(201, write_tasks(call.session, principal, [(matter, task)], now)[0])
