"""`/api/v1/matters`: what offices have in hand, its history and clocks, and the steps of every kind."""

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from oversight.kinds import KINDS
from oversight.matters.kinds import act
from oversight.matters.reading import (
    MatterRow,
    Waiting,
    Wanted,
    WholeMatter,
    find_matter,
    list_matters,
    write_matter,
    write_matters,
)
from oversight.web.api_jurisdictions import Code
from trace.kit.contract import Call, validate
from trace.kit.fields import InputModel, Text
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.web.api import HISTORIANS, READERS, api, principal_of

Word = Annotated[str, Field(pattern="^[a-z][a-z_-]{1,39}$")]


class MattersQuery(PageQuery):
    """Matters of a kind and stage, within an office, that wait (`open`), are late (`overdue`) or `ended`."""

    kind: Word | None = None
    stage: Word | None = None
    within: Code | None = None
    waiting: Waiting | None = None


class StepIn(InputModel):
    """The reason of a step, and what this step states (docs/matters.md says what each one takes)."""

    reason: Text | None = None
    states: dict[str, Any] = Field(default_factory=dict)


class MattersRow(TypedDict):
    """A page of matters, newest first."""

    matters: list[MatterRow]
    next: str | None


class MattersOut(RootModel[MattersRow]):
    """Matters."""


class MatterOut(RootModel[WholeMatter]):
    """A matter."""


@api.operation(
    "GET",
    "/matters",
    query=MattersQuery,
    answers={200: MattersOut},
    roles=HISTORIANS,
    summary="What offices have in hand",
    tag="oversight",
)
def get_matters(call: Call) -> Answer:
    """An office sees its own and those below it, a firm what concerns it and was shown to it."""
    page, now = read_page(call.query), datetime.now(UTC)
    after = None if page.after is None else int(page.after[0])
    asked = call.query
    kinds = () if asked.kind is None else (asked.kind,)
    wanted = Wanted(kinds=kinds, stage=asked.stage, within=asked.within, waiting=asked.waiting)
    rows = list_matters(call.session, principal_of(call), wanted, after, page.limit + 1, now)
    shown, following = cut(rows, page, lambda row: [row.id])
    return Answer(200, {"matters": write_matters(call.session, principal_of(call), shown, now), "next": following})


@api.operation(
    "GET",
    "/matters/<number>",
    answers={200: MatterOut},
    roles=HISTORIANS,
    summary="A matter",
    tag="oversight",
)
def get_matter(call: Call) -> Answer:
    """With its history and its clocks."""
    principal = principal_of(call)
    matter = find_matter(call.session, principal, call.path["number"])
    return Answer(200, write_matter(call.session, principal, matter, datetime.now(UTC)))


@api.operation(
    "POST",
    "/matters/<number>/<step>",
    body=StepIn,
    answers={200: MatterOut},
    roles=READERS,
    summary="Take a step in a matter",
    tag="oversight",
)
def post_matter_step(call: Call) -> Answer:
    """`hand-over`, `take-over` and `assign` are steps of every kind; the others depend on it (docs/matters.md)."""
    body: StepIn = call.body
    principal, now, step = principal_of(call), datetime.now(UTC), call.path["step"]
    kind = KINDS[find_matter(call.session, principal, call.path["number"]).kind]
    stated = validate(kind.body_of(step), body.states)
    matter = act(call.session, kind, principal, call.path["number"], step, stated, body.reason, now)
    return Answer(200, write_matter(call.session, principal, matter, now))
