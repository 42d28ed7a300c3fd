"""`/api/v1/recalls/<number>/progress`: how far a recall has come."""

from datetime import UTC, datetime

from pydantic import RootModel

from recalls import cases
from recalls.effectiveness.progress import ProgressRow, read_progress
from recalls.seen import as_seen_by
from trace.answers import write_time
from trace.kit.contract import Call
from trace.kit.errors import Invalid
from trace.kit.transactions import Answer
from trace.web.api import READERS, api, principal_of
from trace.web.api_readings import AsOf


class MomentRefused(Invalid):
    """A moment that has not come yet: nothing can be told of it."""


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
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    row = read_progress(call.session, case, read_moment(call.query.as_of, datetime.now(UTC)))
    return Answer(200, as_seen_by(call.session, principal, case, row))


def read_moment(as_of: datetime | None, now: datetime) -> datetime:
    """Return the moment that is asked about, without one ``now``. Raises MomentRefused (422)."""
    if as_of is not None and as_of > now:
        raise MomentRefused.field(
            "/as_of", f"Expected a moment up to now ({write_time(now)}), got {write_time(as_of)}."
        )
    return as_of or now
