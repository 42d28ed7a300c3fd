"""`/api/v1/jurisdictions`: offices of the market regulator, and who works in which."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from oversight.gb2260 import NATION
from oversight.jurisdictions import (
    JurisdictionRow,
    Post,
    add_jurisdiction,
    assign_staff,
    find_jurisdiction,
    list_jurisdictions,
    staff_of,
    write_jurisdiction,
)
from trace.kit.contract import Call
from trace.kit.fields import InputModel, Text, WholeNumber
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.web.api import HISTORIANS, api, principal_of

OFFICES = frozenset({"regulator", "admin", "auditor"})
OPERATORS = frozenset({"admin"})

Code = Annotated[str, Field(pattern="^[0-9]{6}([0-9]{3})?$")]


class JurisdictionIn(InputModel):
    """An office's names and telephone."""

    name: Text
    name_en: Text
    phone: Text | None = None


class JurisdictionsQuery(PageQuery):
    """Offices within one; without it all."""

    within: Code = NATION


class StaffIn(InputModel):
    """A regulator's key or person by number, and the post; `end` takes him out of the office."""

    actor: WholeNumber
    post: Post = "officer"
    end: bool = False


class StaffRow(TypedDict):
    """Somebody who works in an office."""

    actor: int
    name: str
    post: str


class JurisdictionsRow(TypedDict):
    """A page of offices in the order of their codes."""

    jurisdictions: list[JurisdictionRow]
    next: str | None


class StaffListRow(TypedDict):
    """Who works in an office, by name."""

    staff: list[StaffRow]


class JurisdictionOut(RootModel[JurisdictionRow]):
    """An office."""


class JurisdictionsOut(RootModel[JurisdictionsRow]):
    """Offices."""


class StaffOut(RootModel[StaffListRow]):
    """Who works in an office."""


@api.operation(
    "GET",
    "/jurisdictions",
    query=JurisdictionsQuery,
    answers={200: JurisdictionsOut},
    roles=HISTORIANS,
    summary="Offices of the market regulator",
    tag="oversight",
)
def get_jurisdictions(call: Call) -> Answer:
    """By code: where an office lies is said by its code (GB/T 2260)."""
    page = read_page(call.query)
    after = "" if page.after is None else str(page.after[0])
    rows = list_jurisdictions(call.session, call.query.within, after, page.limit + 1)
    shown, following = cut(list(rows), page, lambda row: [row.code])
    return Answer(200, {"jurisdictions": [write_jurisdiction(row) for row in shown], "next": following})


@api.operation(
    "PUT",
    "/jurisdictions/<code>",
    body=JurisdictionIn,
    answers={200: JurisdictionOut},
    roles=OPERATORS,
    summary="Enter an office",
    tag="oversight",
)
def put_jurisdiction(call: Call) -> Answer:
    """A new one, or new names and telephone for one that is there."""
    body: JurisdictionIn = call.body
    row = add_jurisdiction(call.session, call.path["code"], body.name, body.name_en, body.phone, datetime.now(UTC))
    return Answer(200, write_jurisdiction(row))


@api.operation(
    "GET",
    "/jurisdictions/<code>/staff",
    answers={200: StaffOut},
    roles=OFFICES,
    summary="Who works in an office",
    tag="oversight",
)
def get_staff(call: Call) -> Answer:
    """By name, with their numbers, by which matters are assigned."""
    return _staff(call)


@api.operation(
    "POST",
    "/jurisdictions/<code>/staff",
    body=StaffIn,
    answers={200: StaffOut},
    roles=OPERATORS,
    summary="Say who works in an office",
    tag="oversight",
)
def post_staff(call: Call) -> Answer:
    """Somebody belongs to one office: the newest word counts, the former ones stay on record."""
    body: StaffIn = call.body
    code = find_jurisdiction(call.session, call.path["code"]).code
    place = None if body.end else code
    assign_staff(call.session, principal_of(call), body.actor, place, body.post, datetime.now(UTC))
    return _staff(call)


def _staff(call: Call) -> Answer:
    code = find_jurisdiction(call.session, call.path["code"]).code
    staff = staff_of(call.session, code)
    return Answer(200, {"staff": [{"actor": number, "name": name, "post": post} for number, name, post in staff]})
