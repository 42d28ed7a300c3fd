"""`/api/v1/links`: where the resolver leads from what a firm numbers, beside the service's own pages."""

from datetime import UTC, datetime

import pydantic
from pydantic import RootModel

from trace.kit.contract import Call
from trace.kit.errors import Invalid, field_errors
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.resolver.bodies import LinkIn, LinkKeyIn, LinkListRow, LinkRow
from trace.resolver.links import LinkNotFound, add_link, list_links, remove_link, write_link_row
from trace.web.api import READERS, WRITERS, api, principal_of

KEYS = ("gtin", "lot", "serial", "gln", "sscc", "id")


class LinkOut(RootModel[LinkRow]):
    """A link."""


class LinkListOut(RootModel[LinkListRow]):
    """Links, page by page."""


class LinkQuery(PageQuery):
    """Of which identifier; none named: of all."""

    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    gln: str | None = None
    sscc: str | None = None
    id: str | None = None


@api.operation(
    "POST",
    "/links",
    body=LinkIn,
    answers={200: LinkOut, 201: LinkOut},
    roles=WRITERS,
    summary="Set a link of the resolver",
    tag="resolver",
)
def post_link(call: Call) -> Answer:
    """For one's own products, places and logistic units; https alone, to hosts that the operator approved."""
    hosts = current_settings().link_hosts
    link, new = add_link(call.session, principal_of(call), call.body, hosts, datetime.now(UTC))
    return Answer(201 if new else 200, write_link_row(link, hosts))


@api.operation(
    "GET",
    "/links",
    query=LinkQuery,
    answers={200: LinkListOut},
    roles=READERS,
    summary="Links of the resolver",
    tag="resolver",
)
def get_links(call: Call) -> Answer:
    """A firm sees its own, of exactly the identifier that is named or of all."""
    page, hosts = read_page(call.query), current_settings().link_hosts
    after = None if page.after is None else int(page.after[0])
    rows = list_links(call.session, principal_of(call), _read_key(call.query), after, page.limit + 1)
    shown, following = cut(rows, page, lambda link: (link.id,))
    return Answer(200, {"links": [write_link_row(link, hosts) for link in shown], "next": following})


def _read_key(query: LinkQuery) -> LinkKeyIn | None:
    named = {name: value for name in KEYS if (value := getattr(query, name)) is not None}
    try:
        return LinkKeyIn.model_validate(named) if named else None
    except pydantic.ValidationError as error:
        raise Invalid("The query is not valid.", errors=field_errors(error, named)) from error


@api.operation(
    "DELETE",
    "/links/<number>",
    answers={204: None},
    roles=WRITERS,
    summary="Remove a link of the resolver",
    tag="resolver",
)
def delete_link(call: Call) -> Answer:
    """The next scan does not follow it any more."""
    number = call.path["number"]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise LinkNotFound(f"No link {number} is known.")
    remove_link(call.session, principal_of(call), int(number))
    return Answer(204)
