"""`/api/v1/recalls/<number>/checks`: effectiveness checks, drawn by a seed and put on record."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from recalls import cases
from recalls.effectiveness import checks
from recalls.effectiveness.checks import DrawRow, NewResult, Way
from recalls.effectiveness.sampling import Level
from recalls.seen import as_seen_by
from trace.kit.contract import Call
from trace.kit.fields import InputModel, Quantity, QuantityOrZero, Text, Timestamp
from trace.kit.transactions import Answer
from trace.web.api import READERS, api, principal_of

MAX_SEED = 100


class DrawIn(InputModel):
    """How many to draw: A all, B `percent` of them (above 10, below 100), C 10 %, D 2 %, E none; and by which seed."""

    level: Level
    percent: Quantity | None = None
    seed: Annotated[Text, Field(max_length=MAX_SEED)] | None = None


class ResultIn(InputModel):
    """What was found at one of those chosen; `passed` follows from the rest unless a failure is said."""

    consignee: Text
    way: Way
    notified: bool
    removed: bool
    checked_at: Timestamp
    checked_by: Text | None = None
    found: QuantityOrZero | None = None
    uom: Text | None = None
    passed: bool | None = None
    note: Text | None = None


class DrawOut(RootModel[DrawRow]):
    """A sample of the consignees."""


class DrawsRow(TypedDict):
    """The draws of a case, oldest first."""

    draws: list[DrawRow]


class DrawsOut(RootModel[DrawsRow]):
    """The draws of a case."""


@api.operation(
    "POST",
    "/recalls/<number>/checks",
    body=DrawIn,
    answers={201: DrawOut},
    roles=READERS,
    summary="Draw the consignees whose removal of the goods is checked",
    tag="recalls",
)
def post_checks(call: Call) -> Answer:
    """The consignees of this moment in the order of SHA-256 of `seed:consignee`; the first ⌈n · percent⌉ are chosen."""
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    body: DrawIn = call.body
    row = checks.draw_checks(call.session, principal, case, body.level, body.percent, body.seed, datetime.now(UTC))
    headers = {"Location": f"{api.prefix}/recalls/{case.number}/checks"}
    draw = checks.write_draws(call.session, [row])[0]
    return Answer(201, as_seen_by(call.session, principal, case, draw), headers)


@api.operation(
    "GET",
    "/recalls/<number>/checks",
    answers={200: DrawsOut},
    roles=READERS,
    summary="The effectiveness checks of a recall",
    tag="recalls",
)
def get_checks(call: Call) -> Answer:
    """Every draw with all who were drawn from, who was chosen, and what was found there."""
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    draws = checks.write_draws(call.session, checks.list_draws(call.session, case))
    return Answer(200, {"draws": as_seen_by(call.session, principal, case, draws)})


@api.operation(
    "POST",
    "/recalls/<number>/checks/<draw>/results",
    body=ResultIn,
    answers={201: DrawOut},
    roles=READERS,
    summary="Put on record what a check found",
    tag="recalls",
)
def post_result(call: Call) -> Answer:
    """Of one of those chosen; the newest result stands, all are kept."""
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    body: ResultIn = call.body
    new = NewResult(
        consignee=body.consignee,
        way=body.way,
        notified=body.notified,
        removed=body.removed,
        checked_at=body.checked_at,
        checked_by=body.checked_by,
        found=body.found,
        uom=body.uom or "",
        passed=body.passed,
        note=body.note,
    )
    row = checks.record_result(call.session, principal, case, call.path["draw"], new, datetime.now(UTC))
    return Answer(201, as_seen_by(call.session, principal, case, checks.write_draws(call.session, [row])[0]))
