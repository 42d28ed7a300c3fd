"""`/api/v1/signals` and `/api/v1/foreign-recalls`: early warning, and what other countries recall."""

from datetime import UTC, datetime

from pydantic import RootModel
from typing_extensions import TypedDict

from oversight.matters.reading import Waiting, Wanted, find_matter
from oversight.warnings.flow import SIGNAL
from oversight.warnings.foreign import (
    ForeignRecallIn,
    ForeignRecallRow,
    enter_foreign_recall,
    list_foreign_recalls,
    write_foreign_recalls,
)
from oversight.warnings.observations import Sort
from oversight.warnings.reading import (
    SharedBatch,
    SignalRow,
    WholeSignal,
    find_common,
    list_signals,
    read_signal,
    write_signals,
)
from trace.kit.contract import Call
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.sources.rows import Sources
from trace.web.api import api, principal_of

OFFICERS = frozenset({"regulator", "admin"})
OFFICIALS = OFFICERS | {"auditor"}


class SignalsQuery(PageQuery):
    """Which signals."""

    sort: Sort | None = None
    waiting: Waiting | None = None


class SignalsRow(TypedDict):
    """A page of signals, newest first."""

    signals: list[SignalRow]
    next: str | None


class CommonRow(TypedDict):
    """What can explain the cases that stand: ``shared`` batches explain most of them and are none of their own.

    ``untraced`` cases name neither a batch nor a place, or none of the thousand that have most cases.
    """

    number: str
    traced: int
    untraced: int
    shared: list[SharedBatch]
    sources: Sources | None


class ForeignRecallsRow(TypedDict):
    """A page of recalls abroad, newest first."""

    foreign_recalls: list[ForeignRecallRow]
    next: str | None


class SignalsOut(RootModel[SignalsRow]):
    """Signals."""


class SignalOut(RootModel[WholeSignal]):
    """A signal."""


class CommonOut(RootModel[CommonRow]):
    """What the cases have in common."""


class ForeignRecallsOut(RootModel[ForeignRecallsRow]):
    """Recalls abroad."""


class ForeignRecallOut(RootModel[ForeignRecallRow]):
    """A recall abroad."""


@api.operation(
    "GET",
    "/signals",
    query=SignalsQuery,
    answers={200: SignalsOut},
    roles=OFFICIALS,
    summary="What stands out",
    tag="oversight",
)
def get_signals(call: Call) -> Answer:
    """An office sees its own and those below it. They are decided on by the steps of `/matters`."""
    page, now, asked, principal = read_page(call.query), datetime.now(UTC), call.query, principal_of(call)
    after = None if page.after is None else int(page.after[0])
    wanted = Wanted(kinds=(SIGNAL.kind,), waiting=asked.waiting)
    rows = list_signals(call.session, principal, wanted, asked.sort, after, page.limit + 1, now)
    shown, following = cut(rows, page, lambda row: [row.id])
    return Answer(200, {"signals": write_signals(call.session, principal, shown, now), "next": following})


@api.operation(
    "GET", "/signals/<number>", answers={200: SignalOut}, roles=OFFICIALS, summary="A signal", tag="oversight"
)
def get_signal(call: Call) -> Answer:
    """With the figures by which it was raised, and its cases."""
    return Answer(200, read_signal(call.session, principal_of(call), call.path["number"], datetime.now(UTC)))


@api.operation(
    "GET",
    "/signals/<number>/sources",
    answers={200: CommonOut},
    roles=OFFICIALS,
    summary="What the cases of a signal have in common",
    tag="oversight",
)
def get_signal_sources(call: Call) -> Answer:
    """`sources` is the answer of `/trace/sources` for exactly these cases, `shared` what most have in common."""
    principal, number = principal_of(call), call.path["number"]
    found = find_common(call.session, principal, find_matter(call.session, principal, number, (SIGNAL.kind,)))
    row = {"number": number, "traced": found.traced, "untraced": found.untraced, "shared": list(found.shared)}
    return Answer(200, {**row, "sources": found.sources})


@api.operation(
    "GET",
    "/foreign-recalls",
    query=PageQuery,
    answers={200: ForeignRecallsOut},
    roles=OFFICIALS,
    summary="Recalls abroad",
    tag="oversight",
)
def get_foreign_recalls(call: Call) -> Answer:
    """As officials entered them."""
    page = read_page(call.query)
    after = None if page.after is None else int(page.after[0])
    rows = list_foreign_recalls(call.session, after, page.limit + 1)
    shown, following = cut(rows, page, lambda row: [row.id])
    return Answer(
        200, {"foreign_recalls": write_foreign_recalls(call.session, principal_of(call), shown), "next": following}
    )


@api.operation(
    "POST",
    "/foreign-recalls",
    body=ForeignRecallIn,
    answers={201: ForeignRecallOut},
    roles=OFFICERS,
    summary="Enter a recall abroad",
    tag="oversight",
)
def post_foreign_recall(call: Call) -> Answer:
    """Of goods that are registered here it is a signal at once."""
    row = enter_foreign_recall(call.session, principal_of(call), call.body, datetime.now(UTC))
    return Answer(201, write_foreign_recalls(call.session, principal_of(call), [row])[0])
