"""`/api/v1/time-limits`: how long each duty of an office, a firm or a citizen may take, and since when."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, RootModel
from typing_extensions import TypedDict

from oversight.matters.limits import LimitRow, Period, change_limit, list_limits, write_limit
from oversight.web.api_jurisdictions import OFFICES, OPERATORS
from oversight.web.api_matters import Word
from recalls.clocks.working_days import Unit
from trace.kit.contract import Call
from trace.kit.fields import InputModel, Text, WholeNumber
from trace.kit.transactions import Answer
from trace.web.api import api, principal_of

MOST = 1000


def _in_range(amount: int) -> int:
    if not 1 <= amount <= MOST:
        raise ValueError(f"Expected an amount from 1 to {MOST}, got {amount}.")
    return amount


Amount = Annotated[WholeNumber, AfterValidator(_in_range)]


class LimitsQuery(InputModel):
    """A kind of matter; with `limit` too, all versions of one of its limits."""

    kind: Word | None = None
    limit: Word | None = None


class LimitIn(InputModel):
    """How long: `amount` of `h`, `d`, `wd` (working days), `week` or `month`; `confirmed`: compared with the text."""

    amount: Amount
    unit: Unit
    source: Text
    confirmed: bool = False


class LimitsRow(TypedDict):
    """Limits."""

    limits: list[LimitRow]


class LimitsOut(RootModel[LimitsRow]):
    """Limits."""


class LimitOut(RootModel[LimitRow]):
    """A limit."""


@api.operation(
    "GET",
    "/time-limits",
    query=LimitsQuery,
    answers={200: LimitsOut},
    roles=OFFICES,
    summary="How long duties may take",
    tag="oversight",
)
def get_time_limits(call: Call) -> Answer:
    """Those in force, by kind; of one limit all its versions, newest first."""
    rows = list_limits(call.session, call.query.kind, call.query.limit)
    return Answer(200, {"limits": [write_limit(row) for row in rows]})


@api.operation(
    "PUT",
    "/time-limits/<kind>/<limit>",
    body=LimitIn,
    answers={200: LimitOut},
    roles=OPERATORS,
    summary="Change how long a duty may take",
    tag="oversight",
)
def put_time_limit(call: Call) -> Answer:
    """From now on; clocks that run keep the limit by which they began."""
    body: LimitIn = call.body
    period = Period(body.amount, body.unit, body.source, body.confirmed)
    kind, limit = call.path["kind"], call.path["limit"]
    return Answer(200, write_limit(change_limit(call.session, principal_of(call), kind, limit, period, _now())))


def _now() -> datetime:
    return datetime.now(UTC)
