"""`/api/v1/recalls`: open a case, take it from step to step, say who takes part in a drill."""

from datetime import UTC, datetime

from pydantic import RootModel
from typing_extensions import TypedDict

from recalls import cases
from recalls.answers import CaseRow, write_case
from recalls.models import RecallCase
from recalls.seen import as_seen_by
from recalls.stages import STEPS
from recalls.steps import StepBody
from recalls.web.bodies import ParticipantsIn, RecallIn, StepIn
from trace.kit.contract import Call
from trace.kit.errors import NotFound
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.web.api import HISTORIANS, READERS, api, principal_of


class CaseOut(RootModel[CaseRow]):
    """A case."""


class ListRow(TypedDict):
    """A page of cases, newest first."""

    recalls: list[CaseRow]
    next: str | None


class ListOut(RootModel[ListRow]):
    """A page of cases."""


class JoinedRow(TypedDict):
    """The drill that a firm takes part in from now on."""

    number: str
    title: str
    title_en: str | None
    stage: str


class JoinedOut(RootModel[JoinedRow]):
    """The drill that a firm takes part in from now on."""


class StepNotFound(NotFound):
    """No such step."""


def _show(call: Call, case: RecallCase) -> CaseRow:
    """In an official's drill a firm reads of those who take part only whom it deals with."""
    row, principal = _write(call, case), principal_of(call)
    asked = {*row["participants"], *row["invited"]}
    if not asked or case.initiator_id == principal.party_id:
        return row
    return as_seen_by(call.session, principal, case, row)


def _write(call: Call, case: RecallCase) -> CaseRow:
    return write_case(call.session, case, current_settings().public_url)


@api.operation(
    "POST",
    "/recalls",
    body=RecallIn,
    answers={201: CaseOut},
    roles=READERS,
    summary="Open a recall case",
    tag="recalls",
)
def post_recall(call: Call) -> Answer:
    """A firm opens cases for its own products, a regulator for any. Goods are held from the plan or the order on.

    `stage` is `signal`, or for a regulator also `under_investigation`, while nothing is decided; else the kind says
    where it begins. An `ordered` case of class 1 that a regulator opens waits, `notified`, for another one's `order`.
    """
    case = cases.open_case(call.session, principal_of(call), call.body.to_case(), datetime.now(UTC))
    return Answer(201, _write(call, case), {"Location": f"{api.prefix}/recalls/{case.number}"})


@api.operation(
    "GET",
    "/recalls",
    query=PageQuery,
    answers={200: ListOut},
    roles=HISTORIANS,
    summary="The cases that the key may see",
    tag="recalls",
)
def list_recalls(call: Call) -> Answer:
    """Newest first."""
    page = read_page(call.query)
    after = None if page.after is None else int(page.after[0])
    rows = cases.list_cases(call.session, principal_of(call), after, page.limit + 1)
    shown, following = cut(rows, page, lambda case: [case.id])
    return Answer(200, {"recalls": [_show(call, case) for case in shown], "next": following})


@api.operation(
    "GET", "/recalls/<number>", answers={200: CaseOut}, roles=HISTORIANS, summary="A recall case", tag="recalls"
)
def get_recall(call: Call) -> Answer:
    """The case with the versions of its scope and its plan, and its history."""
    return Answer(200, _show(call, cases.read_case(call.session, principal_of(call), call.path["number"])))


@api.operation(
    "POST",
    "/recalls/<number>/participants",
    body=ParticipantsIn,
    answers={200: CaseOut},
    roles=READERS,
    summary="Let firms take part in a drill",
    tag="recalls",
)
def post_participants(call: Call) -> Answer:
    """Messages of a drill reach nobody else. A firm that opened one asks others, who take part when they agree."""
    now = datetime.now(UTC)
    case = cases.let_take_part(call.session, principal_of(call), call.path["number"], call.body.participants, now)
    return Answer(200, _write(call, case))


@api.operation(
    "POST",
    "/recalls/<number>/participants/agree",
    answers={200: JoinedOut},
    roles=frozenset({"company"}),
    summary="Take part in a drill that one's firm was asked to",
    tag="recalls",
)
def post_agreement(call: Call) -> Answer:
    """From now on the drill's messages reach the firm; what they ask for is answered as in a recall."""
    case = cases.agree_to_take_part(call.session, principal_of(call), call.path["number"], datetime.now(UTC))
    return Answer(200, {"number": case.number, "title": case.title, "title_en": case.title_en, "stage": case.stage})


@api.operation(
    "POST",
    "/recalls/<number>/<step>",
    body=StepIn,
    answers={200: CaseOut},
    roles=READERS,
    summary="Take a case to its next stage",
    tag="recalls",
)
def post_step(call: Call) -> Answer:
    """The steps of a case's life, from `investigate` to `terminate`; 409 says which are allowed, 403 who may.

    `close`, `object`, `order`, `assess` and `cancel` need a `reason`. In class 1 an announcement needs another key than
    those that filed the plan or extended the scope since, and an order another official's than the one that notified.
    """
    step = call.path["step"]
    if step not in STEPS:
        raise StepNotFound(f"Expected a step of {', '.join(STEPS)}, got {step}.")
    body: StepIn = call.body
    papers = StepBody(
        reason=body.reason,
        scope=[line.to_line() for line in body.scope or ()],
        plan=None if body.plan is None else body.plan.to_plan(),
        notice=None if body.notice is None else body.notice.words(),
        effective=body.effective,
    )
    now = datetime.now(UTC)
    case = cases.take_step(call.session, principal_of(call), call.path["number"], step, now, papers)
    return Answer(200, _write(call, case))
