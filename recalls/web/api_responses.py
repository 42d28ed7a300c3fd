"""`/api/v1/recalls/<number>/responses`: what consignees answer, by key, on their behalf, or by a link without a key."""

from datetime import UTC, datetime

from pydantic import RootModel
from typing_extensions import TypedDict

from recalls.models import Notice, RecallCase
from recalls.responses.access import (
    OnBehalf,
    acknowledge_by_link,
    find_link,
    find_reader,
    find_sender,
    read_consignee,
)
from recalls.responses.answer import Sender
from recalls.responses.rows import ResponseRow, UnitsRow, write_responses
from recalls.responses.show import LinkRow, is_known, record_and_show, show_link, show_units
from recalls.responses.stated import Consigned, list_responses
from recalls.seen import as_seen_by, names_of_case
from recalls.web.answer_body import AnswerIn, ResponseIn
from trace.answers import write_time
from trace.field_types import PartyText, PlaceText
from trace.kit import audit
from trace.kit.contract import Call
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.veil import Known, veil
from trace.web.api import READERS, api, principal_of

NO_STORE = {"Cache-Control": "no-store"}


class ResponseOut(RootModel[ResponseRow]):
    """An answer, with what is found in it."""


class ResponsesRow(TypedDict):
    """A page of answers, oldest first."""

    responses: list[ResponseRow]
    next: str | None


class ResponsesOut(RootModel[ResponsesRow]):
    """A page of answers."""


class UnitsPage(TypedDict):
    """A page of units by place and batch, as of `as_of`."""

    number: str
    as_of: str
    units: list[UnitsRow]
    next: str | None


class UnitsOut(RootModel[UnitsPage]):
    """A page of units."""


class LinkOut(RootModel[LinkRow]):
    """What a link leads to."""


class UnitsQuery(PageQuery):
    """Whose units: those of one firm, of one place, or of all."""

    party: PartyText | None = None
    place: PlaceText | None = None


@api.operation(
    "POST",
    "/recalls/<number>/responses",
    body=ResponseIn,
    answers={201: ResponseOut},
    roles=READERS,
    summary="Answer a recall: what became of the goods",
    tag="recalls",
)
def post_response(call: Call) -> Answer:
    """Totals to date. All answers are kept and the newest stands; what the ledger lacks of returned and destroyed
    units is captured as the firm's own events. A regulator or operator writes down `on_behalf` of a firm.
    """
    body: ResponseIn = call.body
    now = datetime.now(UTC)
    behalf = None if body.on_behalf is None else body.on_behalf.to_value()
    case, sender = find_sender(call.session, principal_of(call), call.path["number"], now, behalf, body.notice)
    return Answer(201, record_and_show(call.session, case, sender, body.to_answer(), now))


@api.operation(
    "GET",
    "/recalls/<number>/responses",
    query=PageQuery,
    answers={200: ResponsesOut},
    roles=READERS,
    summary="The answers to a recall",
    tag="recalls",
)
def get_responses(call: Call) -> Answer:
    """Officials and the recalling firm read all of them, a consignee its own; oldest first, none ever changed."""
    principal = principal_of(call)
    case, consigned = find_reader(call.session, principal, call.path["number"], datetime.now(UTC))
    page = read_page(call.query)
    after = None if page.after is None else int(page.after[0])
    rows = list_responses(call.session, case, consigned, after, page.limit + 1)
    shown, following = cut(rows, page, lambda row: [row.id])
    answers = write_responses(call.session, case, shown)
    if consigned is None:
        answers = as_seen_by(call.session, principal, case, answers)
    return Answer(200, {"responses": answers, "next": following})


@api.operation(
    "GET",
    "/recalls/<number>/units",
    query=UnitsQuery,
    answers={200: UnitsOut},
    roles=READERS,
    summary="What the ledger and the answers say of the goods at every place",
    tag="recalls",
)
def get_units(call: Call) -> Answer:
    """With `party` or `place` those of one consignee. Officials and the recalling firm read all, others their own."""
    now = datetime.now(UTC)
    principal = principal_of(call)
    case, consigned = find_reader(call.session, principal, call.path["number"], now)
    if consigned is not None:
        return _answer_units(call, case, consigned, now)
    query: UnitsQuery = call.query
    known = names_of_case(call.session, principal, case)
    if query.party is not None or query.place is not None:
        consigned = read_consignee(call.session, OnBehalf(query.party, query.place), "", known)
    return _answer_units(call, case, consigned, now, known)


@api.operation(
    "GET",
    "/recalls/<number>/my-units",
    query=PageQuery,
    answers={200: UnitsOut},
    roles=frozenset({"company"}),
    summary="What the ledger says that the firm has of the recalled goods",
    tag="recalls",
)
def get_my_units(call: Call) -> Answer:
    """By place and batch, with what the firm answered last and where the two differ."""
    now = datetime.now(UTC)
    principal = principal_of(call)
    case, _ = find_reader(call.session, principal, call.path["number"], now)
    return _answer_units(call, case, (principal.party_id, None), now)


def _answer_units(
    call: Call, case: RecallCase, consigned: Consigned | None, now: datetime, known: Known | None = None
) -> Answer:
    rows, following = _cut_units(call, case, consigned, now)
    if known is not None:
        rows = veil(rows, known)
    return Answer(200, {"number": case.number, "as_of": write_time(now), "units": rows, "next": following})


def _cut_units(
    call: Call, case: RecallCase, consigned: Consigned | None, now: datetime
) -> tuple[list[UnitsRow], str | None]:
    page = read_page(call.query)
    after = None if page.after is None else (int(page.after[0]), int(page.after[1]), str(page.after[2]))
    rows = show_units(call.session, case, consigned, after, page.limit + 1, now)
    shown, following = cut(rows, page, lambda row: row[0])
    return [row for _, row in shown], following


@api.operation(
    "GET",
    "/answer/<token>",
    query=PageQuery,
    answers={200: LinkOut, 410: None},
    summary="What an answer link leads to",
    tag="recalls",
)
def get_answer_link(call: Call) -> Answer:
    """The recall, and the units that the ledger knows at the consignee's places. 410: ask for a new link."""
    now = datetime.now(UTC)
    case, notice, sender = _follow_link(call, now)
    row = show_link(call.session, case, notice, sender)
    if is_known(sender):
        row["units"], row["next"] = _cut_units(call, case, (sender.party_id, sender.place_id), now)
    return Answer(200, row, NO_STORE)


@api.operation(
    "POST",
    "/answer/<token>",
    body=AnswerIn,
    answers={201: ResponseOut, 410: None},
    summary="Answer a recall by a link",
    tag="recalls",
)
def post_answer_link(call: Call) -> Answer:
    """As an answer by a key, for the consignee that the link was sent to; it acknowledges the notice too."""
    now = datetime.now(UTC)
    case, _, sender = _follow_link(call, now)
    body: AnswerIn = call.body
    return Answer(201, record_and_show(call.session, case, sender, body.to_answer(), now), NO_STORE)


@api.operation(
    "POST",
    "/answer/<token>/acknowledge",
    answers={200: LinkOut, 410: None},
    summary="Say by a link that the notice was read",
    tag="recalls",
)
def post_acknowledge_link(call: Call) -> Answer:
    """The first acknowledgement stands."""
    now = datetime.now(UTC)
    case, notice, sender = _follow_link(call, now)
    acknowledge_by_link(call.session, notice, sender, now)
    return Answer(200, show_link(call.session, case, notice, sender), NO_STORE)


def _follow_link(call: Call, now: datetime) -> tuple[RecallCase, Notice, Sender]:
    settings = current_settings()
    found = find_link(call.session, settings.secret_key, call.path["token"], settings.answer_link_days, now)
    case, _, sender = found
    audit.speak_for(call.session, sender.name, sender.party_id, case.number)
    return found
