"""`/api/v1/recalls/<number>/progress`: how far a recall has come."""

from datetime import UTC, datetime

from pydantic import RootModel

from recalls import cases
from recalls.effectiveness.progress import ProgressRow, read_progress
from trace.kit.contract import Call
from trace.kit.transactions import Answer
from trace.web.api import READERS, api, principal_of
from trace.web.api_readings import AsOf


class ProgressOut(RootModel[ProgressRow]):
    """How far a recall has come at a moment."""


@api.operation(
    "GET",
    "/recalls/<number>/progress",
    query=AsOf,
    answers={200: ProgressOut},
    roles=READERS,
    summary="How far a recall has come: the five ratios, who is silent, clocks, the expected end",
    tag="recalls",
)
def get_progress(call: Call) -> Answer:
    """For the firm whose products are recalled, and for officials; at `as_of`, by what is known of that moment."""
    case = cases.read_case(call.session, principal_of(call), call.path["number"])
    return Answer(200, read_progress(call.session, case, call.query.as_of or datetime.now(UTC)))
