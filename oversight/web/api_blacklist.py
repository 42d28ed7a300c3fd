"""`/api/v1/listings` proposes a firm for the blacklist; `/api/v1/blacklist` is the list as everybody may read it."""

from datetime import UTC, datetime

from pydantic import RootModel
from typing_extensions import TypedDict

from oversight.blacklist.listings import ListedRow, NewListing, list_listed, propose_listing, row_of
from oversight.matters.reading import WholeMatter, write_matter
from recalls.clocks.working_days import CHINA
from trace.kit.contract import Call
from trace.kit.fields import Day, InputModel, Text
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.web.api import api, principal_of

OFFICERS = frozenset({"regulator", "admin"})


class ListingIn(InputModel):
    """A firm (USCC or GLN), the ground in both languages, the provision, and what shows it."""

    party: Text
    ground: Text
    ground_en: Text
    article: Text
    evidence: Text
    conditions: Text | None = None


class BlacklistQuery(PageQuery):
    """Who was listed on a day; without it, who is listed today."""

    on: Day | None = None


class BlacklistRow(TypedDict):
    """A page of listings in force on a day, newest first."""

    on: str
    listings: list[ListedRow]
    next: str | None


class ListingOut(RootModel[WholeMatter]):
    """A listing on its way."""


class BlacklistOut(RootModel[BlacklistRow]):
    """The blacklist."""


@api.operation(
    "POST",
    "/listings",
    body=ListingIn,
    answers={201: ListingOut},
    roles=OFFICERS,
    summary="Propose a firm for the blacklist",
    tag="oversight",
)
def post_listing(call: Call) -> Answer:
    """Its steps are those of `/matters`: notified, heard, then decided by a second person."""
    body: ListingIn = call.body
    principal, now = principal_of(call), datetime.now(UTC)
    new = NewListing(body.party, body.ground, body.ground_en, body.article, body.evidence, body.conditions)
    matter = propose_listing(call.session, principal, new, now)
    location = {"Location": f"{api.prefix}/matters/{matter.number}"}
    return Answer(201, write_matter(call.session, principal, matter, now), location)


@api.operation(
    "GET",
    "/blacklist",
    query=BlacklistQuery,
    answers={200: BlacklistOut},
    public=True,
    summary="The blacklist",
    tag="oversight",
)
def get_blacklist(call: Call) -> Answer:
    """Open data: listings in force, with ground, provision, decision and the day of the next review."""
    page = read_page(call.query)
    on = call.query.on or datetime.now(CHINA).date()
    after = None if page.after is None else int(page.after[0])
    rows = list_listed(call.session, on, after, page.limit + 1)
    shown, following = cut(rows, page, lambda row: [row_of(call.session, row["number"])])
    return Answer(200, {"on": str(on), "listings": shown, "next": following})
