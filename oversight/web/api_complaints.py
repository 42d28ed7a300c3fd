"""`/api/v1/complaints`: what citizens brought, taken by staff; its board, its figures, and who the citizen is."""

import secrets
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from oversight.complaints.board import Shelf, list_shelf
from oversight.complaints.causes import CauseRow, list_causes, set_cause, write_cause
from oversight.complaints.citizens import (
    CitizenRow,
    LookRow,
    disclosed_to_firm,
    erase_citizen,
    list_looks,
    look_at_citizen,
    read_citizen,
)
from oversight.complaints.flows import FLOWS
from oversight.complaints.intake import Channel, ComplaintIn, ComplaintKind, receive
from oversight.complaints.reading import ComplaintRow, read_complaint
from oversight.complaints.statistics import By, CountRow, DutiesRow, Span, count_by, count_duties
from oversight.gb2260 import NATION
from oversight.matters.reading import MatterRow, find_matter, write_matter, write_matters
from oversight.matters.steps import actor_of
from oversight.models import Matter
from oversight.web.api_jurisdictions import OPERATORS, Code
from oversight.web.api_matters import MatterOut, MattersOut
from trace.kit.contract import Call
from trace.kit.fields import Day, InputModel, Text
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.web.api import HISTORIANS, api, principal_of

OFFICERS = frozenset({"regulator", "admin"})
OFFICIALS = OFFICERS | {"auditor"}
REGULATORS = frozenset({"regulator"})


class TakenIn(ComplaintIn):
    """What a citizen says, as staff takes it down, and how it came."""

    channel: Channel


class LookIn(InputModel):
    """Why somebody looks at who the citizen is, or erases it."""

    reason: Text


class CauseIn(InputModel):
    """A cause's names; ``offered`` false takes it out of the forms."""

    text_zh: Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")]
    text_en: Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")]
    offered: bool = True


class BoardQuery(PageQuery):
    """A shelf of the board, a kind, an office."""

    shelf: Shelf = "running"
    kind: ComplaintKind | None = None
    within: Code | None = None


class SpanQuery(InputModel):
    """Days, both counted, and an office; without them this year, the whole country."""

    since: Day | None = None
    until: Day | None = None
    within: Code = NATION

    def span(self, today: date) -> Span:
        """Return the period that is asked for."""
        return Span(self.since or date(today.year, 1, 1), self.until or today, self.within)


class CountQuery(SpanQuery):
    """What is counted by."""

    by: By = "cause"


class CitizenAnswer(TypedDict):
    """What may be read of a citizen by who asks (null: nothing), what a firm was told, and who looked."""

    complaint: ComplaintRow
    citizen: CitizenRow | None
    disclosed: dict[str, str]
    looks: list[LookRow]


class CausesRow(TypedDict):
    """The causes."""

    causes: list[CauseRow]


class CountsRow(TypedDict):
    """Counts, and what they count."""

    since: str
    until: str
    within: str
    by: str
    rows: list[CountRow]


class ComplaintOut(RootModel[CitizenAnswer]):
    """A complaint."""


class TakenOut(RootModel[MatterRow]):
    """A matter."""


class CitizenOut(RootModel[CitizenRow]):
    """A citizen."""


class CauseOut(RootModel[CauseRow]):
    """A cause."""


class CausesOut(RootModel[CausesRow]):
    """Causes."""


class CountsOut(RootModel[CountsRow]):
    """Statistics."""


class DutiesOut(RootModel[DutiesRow]):
    """Duties."""


def _find(call: Call) -> Matter:
    return find_matter(call.session, principal_of(call), call.path["number"], tuple(FLOWS))


@api.operation(
    "POST",
    "/complaints",
    body=TakenIn,
    answers={201: TakenOut},
    roles=REGULATORS,
    summary="Take what a citizen says",
    tag="oversight",
)
def post_complaint(call: Call) -> Answer:
    """It is in the hands of who takes it. The citizen's query code is told at the desk alone, never here."""
    body: TakenIn = call.body
    now, actor = datetime.now(UTC), actor_of(call.session, principal_of(call))
    said = ComplaintIn.model_validate(body.model_dump(exclude={"channel"}), strict=False)
    sent = secrets.token_hex(16)
    matter = receive(call.session, actor, said, body.channel, current_settings().secret_key, sent, now).matter
    [row] = write_matters(call.session, principal_of(call), [matter], now)
    return Answer(201, row, {"Location": f"/api/v1/complaints/{matter.number}"})


@api.operation(
    "GET",
    "/complaints",
    query=BoardQuery,
    answers={200: MattersOut},
    roles=OFFICIALS,
    summary="The dispatch board",
    tag="oversight",
)
def get_complaints(call: Call) -> Answer:
    """A shelf: `unassigned`, `mine`, `overdue`, `running` or `ended`, newest first."""
    page, now, asked = read_page(call.query), datetime.now(UTC), call.query
    after = None if page.after is None else int(page.after[0])
    rows = list_shelf(
        *(call.session, principal_of(call), asked.shelf, asked.kind, asked.within, after), page.limit + 1, now
    )
    shown, following = cut(rows, page, lambda row: [row.id])
    return Answer(200, {"matters": write_matters(call.session, principal_of(call), shown, now), "next": following})


@api.operation(
    "GET",
    "/complaints/statistics",
    query=CountQuery,
    answers={200: CountsOut},
    roles=OFFICIALS,
    summary="How many complaints of what",
    tag="oversight",
)
def get_complaint_statistics(call: Call) -> Answer:
    """By cause, product, firm, region or month; the rows sum to all that came."""
    span = call.query.span(datetime.now(UTC).date())
    rows = count_by(call.session, principal_of(call), span, call.query.by)
    told = {"since": span.since.isoformat(), "until": span.until.isoformat(), "within": span.within}
    return Answer(200, {**told, "by": call.query.by, "rows": rows})


@api.operation(
    "GET",
    "/complaints/duties",
    query=SpanQuery,
    answers={200: DutiesOut},
    roles=OFFICIALS,
    summary="How duties to citizens were done",
    tag="oversight",
)
def get_complaint_duties(call: Call) -> Answer:
    """Taken up and settled in time, first answer, satisfaction and outcomes, from timestamps."""
    now = datetime.now(UTC)
    return Answer(200, count_duties(call.session, principal_of(call), call.query.span(now.date()), now))


@api.operation(
    "GET",
    "/complaints/<number>",
    answers={200: ComplaintOut},
    roles=HISTORIANS,
    summary="What is known of a complaint",
    tag="oversight",
)
def get_complaint(call: Call) -> Answer:
    """Its goods and figures; the citizen masked, for the office that has it in hand. Its history is the matter's."""
    matter, principal = _find(call), principal_of(call)
    answer: CitizenAnswer = {
        "complaint": read_complaint(call.session, matter),
        "citizen": read_citizen(call.session, principal, matter),
        "disclosed": dict(disclosed_to_firm(call.session, principal, matter)),
        "looks": list_looks(call.session, principal, matter),
    }
    return Answer(200, answer)


@api.operation(
    "POST",
    "/complaints/<number>/citizen",
    body=LookIn,
    answers={200: CitizenOut},
    roles=REGULATORS,
    summary="Look at who the citizen is",
    tag="oversight",
)
def post_look(call: Call) -> Answer:
    """For the member of the office who handles it; the look and its reason are on record."""
    principal, reason = principal_of(call), call.body.reason
    seen = look_at_citizen(call.session, principal, _find(call), reason, datetime.now(UTC))
    return Answer(200, seen, {"Cache-Control": "no-store"})


@api.operation(
    "POST",
    "/complaints/<number>/erase",
    body=LookIn,
    answers={200: MatterOut},
    roles=OFFICERS,
    summary="Erase who the citizen is",
    tag="oversight",
)
def post_erasure(call: Call) -> Answer:
    """Once the matter has ended; what is counted stays. For who handles it, or an operator."""
    matter, now = _find(call), datetime.now(UTC)
    erase_citizen(call.session, principal_of(call), matter, call.body.reason, now)
    return Answer(200, write_matter(call.session, principal_of(call), matter, now))


@api.operation("GET", "/complaint-causes", answers={200: CausesOut}, summary="What people complain of", tag="oversight")
def get_complaint_causes(call: Call) -> Answer:
    """All causes, also those that are not offered any more."""
    return Answer(200, {"causes": [write_cause(row) for row in list_causes(call.session)]})


@api.operation(
    "PUT",
    "/complaint-causes/<word>",
    body=CauseIn,
    answers={200: CauseOut},
    roles=OPERATORS,
    summary="Enter a cause",
    tag="oversight",
)
def put_complaint_cause(call: Call) -> Answer:
    """A new one, or new names, or that it is not offered any more."""
    body: CauseIn = call.body
    return Answer(
        200, write_cause(set_cause(call.session, call.path["word"], body.text_zh, body.text_en, body.offered))
    )
