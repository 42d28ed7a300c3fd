"""`/api/v1/recalls/<number>/notices`: who was told, acknowledgements, the sub-recall; `/api/v1/notices`: the inbox."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from recalls.notices import desk
from recalls.notices.answers import NoticeRow, WholeNoticeRow, write_notices, write_whole
from recalls.notices.desk import State
from recalls.notices.pass_on import pass_on
from recalls.notices.policy import NoticeKind
from recalls.notices.queue import Customer
from recalls.notices.shown import show_notice, show_notices
from recalls.web.api_contacts import NamedCustomer
from trace.kit.contract import Call
from trace.kit.fields import InputModel, Text
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.web.api import READERS, api, principal_of

MOST_CUSTOMERS = 100
"""Named in one call."""


class NoticesQuery(PageQuery):
    """Which notices, and how many."""

    state: State | None = None
    kind: NoticeKind | None = None


class AcknowledgeIn(InputModel):
    """Who acknowledges, if not the key's own name says it; an official says whom they spoke with."""

    by: Annotated[Text, Field(max_length=200)] | None = None
    note: Text | None = None


class PassOnIn(InputModel):
    """A note to the customers, and those whom no record names."""

    note: Text | None = None
    customers: Annotated[list[NamedCustomer], Field(default_factory=list, max_length=MOST_CUSTOMERS)]


class NoticesRow(TypedDict):
    """A page of notices, oldest first."""

    notices: list[NoticeRow]
    next: str | None


class NoticesOut(RootModel[NoticesRow]):
    """A page of notices, oldest first."""


class NoticeOut(RootModel[NoticeRow]):
    """A notice."""


class WholeNoticeOut(RootModel[WholeNoticeRow]):
    """A notice with its words and all attempts."""


class PassedOnRow(TypedDict):
    """Notices to customers that were written now; ``already`` had been told of this notice before."""

    passed_on: int
    already: int


class PassedOnOut(RootModel[PassedOnRow]):
    """What passing on did."""


@api.operation(
    "GET",
    "/recalls/<number>/notices",
    query=NoticesQuery,
    answers={200: NoticesOut},
    roles=READERS,
    summary="Who was told, and who acknowledged",
    tag="recalls",
)
def list_case_notices(call: Call) -> Answer:
    """Officials and the firm whose products they are see all; a consignee sees its own.

    `state`: queued, sent, acknowledged, escalated (on the authority's list), closed (with the case, unacknowledged).
    """
    page, query = read_page(call.query), call.query
    after = None if page.after is None else int(page.after[0])
    number = call.path["number"]
    principal = principal_of(call)
    rows = desk.list_notices(call.session, principal, number, query.state, query.kind, after, page.limit + 1)
    shown, following = cut(rows, page, lambda one: [one.notice.id])
    return Answer(200, {"notices": show_notices(call.session, principal, number, shown), "next": following})


@api.operation(
    "GET",
    "/notices",
    query=NoticesQuery,
    answers={200: NoticesOut},
    roles=READERS,
    summary="What one's own firm was told, over all recalls",
    tag="recalls",
)
def list_inbox(call: Call) -> Answer:
    """Oldest first; an authority finds what was escalated to it here."""
    page, query = read_page(call.query), call.query
    after = None if page.after is None else int(page.after[0])
    rows = desk.list_inbox(call.session, principal_of(call), query.state, query.kind, after, page.limit + 1)
    shown, following = cut(rows, page, lambda one: [one.notice.id])
    return Answer(200, {"notices": write_notices(call.session, shown), "next": following})


@api.operation(
    "GET",
    "/recalls/<number>/notices/<notice>",
    answers={200: WholeNoticeOut},
    roles=READERS,
    summary="A notice with its words and all attempts",
    tag="recalls",
)
def get_notice(call: Call) -> Answer:
    """What the recipient was told, by which ways, and what came of it. The answer link is shown to the firm alone."""
    principal, settings = principal_of(call), current_settings()
    notice = desk.read_notice(call.session, principal, call.path["number"], call.path["notice"])
    listed, attempts = desk.read_attempts(call.session, notice)
    now = datetime.now(UTC)
    whole = write_whole(call.session, principal, listed, attempts, settings.public_url, settings.secret_key, now)
    return Answer(200, show_notice(call.session, principal, notice, whole))


@api.operation(
    "POST",
    "/recalls/<number>/notices/<notice>/acknowledge",
    body=AcknowledgeIn,
    answers={200: NoticeOut},
    roles=READERS,
    summary="Acknowledge a notice",
    tag="recalls",
)
def post_acknowledge(call: Call) -> Answer:
    """By a key of the firm, or by an official on its behalf. The first time counts; again changes nothing."""
    body: AcknowledgeIn = call.body
    notice = desk.acknowledge_notice(
        call.session,
        principal_of(call),
        call.path["number"],
        call.path["notice"],
        datetime.now(UTC),
        body.by,
        body.note,
    )
    return Answer(200, write_notices(call.session, [desk.read_attempts(call.session, notice)[0]])[0])


@api.operation(
    "POST",
    "/recalls/<number>/notices/<notice>/pass-on",
    body=PassOnIn,
    answers={201: PassedOnOut},
    roles=READERS,
    summary="Pass a notice on to one's own customers",
    tag="recalls",
)
def post_pass_on(call: Call) -> Answer:
    """The customers are those whom the firm supplied with goods in scope, and those named here; nobody beyond.

    Doing it again tells only those who came since.
    """
    body: PassOnIn = call.body
    customers = [Customer(one.name, one.email, one.phone) for one in body.customers]
    done = pass_on(
        call.session,
        principal_of(call),
        call.path["number"],
        call.path["notice"],
        datetime.now(UTC),
        body.note,
        customers,
    )
    return Answer(201, {"passed_on": len(done.written), "already": done.already})
