"""`/api/v1/publications`: what the market regulator told the public, as open data; and drafts of it."""

from datetime import UTC, datetime

from pydantic import RootModel
from typing_extensions import TypedDict

from oversight.matters.reading import WholeMatter, write_matter
from oversight.publications.drafting import PublicationIn, draft
from oversight.publications.drafts import Topic
from oversight.publications.reading import (
    PublicationRow,
    Wanted,
    WholePublication,
    list_publications,
    position_of,
    read_publication,
    write_publications,
)
from oversight.publications.subjects import find_party_id, read_gtin
from trace.kit.contract import Call
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.web.api import api, principal_of

OFFICERS = frozenset({"regulator", "admin"})


class PublicationsQuery(PageQuery):
    """Of a topic, a firm, a product."""

    topic: Topic | None = None
    party: str | None = None
    gtin: str | None = None


class PublicationsRow(TypedDict):
    """A page of publications, newest first."""

    publications: list[PublicationRow]
    next: str | None


class DraftOut(RootModel[WholeMatter]):
    """A draft."""


class PublicationsOut(RootModel[PublicationsRow]):
    """Publications."""


class PublicationOut(RootModel[WholePublication]):
    """A publication."""


@api.operation(
    "POST",
    "/publications",
    body=PublicationIn,
    answers={201: DraftOut},
    roles=OFFICERS,
    summary="Draft a publication",
    tag="oversight",
)
def post_publication(call: Call) -> Answer:
    """Another person's `approve` (a step of `/matters`) publishes it."""
    principal, now = principal_of(call), datetime.now(UTC)
    matter = draft(call.session, principal, call.body, now)
    location = {"Location": f"{api.prefix}/matters/{matter.number}"}
    return Answer(201, write_matter(call.session, principal, matter, now), location)


@api.operation(
    "GET",
    "/publications",
    query=PublicationsQuery,
    answers={200: PublicationsOut},
    public=True,
    summary="What the public was told",
    tag="oversight",
)
def get_publications(call: Call) -> Answer:
    """Open data, without a key: what stands, newest first."""
    page, asked = read_page(call.query), call.query
    after = None if page.after is None else (datetime.fromisoformat(page.after[0]), int(page.after[1]))
    gtin = None if asked.gtin is None else read_gtin(asked.gtin)
    wanted = Wanted(asked.topic, find_party_id(call.session, asked.party), gtin)
    rows = list_publications(call.session, wanted, after, page.limit + 1)
    written = write_publications(call.session, rows)
    shown, following = cut(written, page, lambda row: position_of(call.session, row["number"]))
    return Answer(200, {"publications": shown, "next": following})


@api.operation(
    "GET",
    "/publications/<number>",
    answers={200: PublicationOut},
    public=True,
    summary="A publication",
    tag="oversight",
)
def get_publication(call: Call) -> Answer:
    """With every version that the public read; one that was withdrawn says why."""
    return Answer(200, read_publication(call.session, call.path["number"]))
