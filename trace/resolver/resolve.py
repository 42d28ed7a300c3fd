"""What is known of a Digital Link: a recall before everything, then its owner's links, then the service's own pages.

A look-up records nothing. It reads what the consumer's check reads, and the links by one statement.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from trace.check.answer import CheckRow
from trace.check.code import CannotTell, check_code
from trace.gs1.digital_link import Elements
from trace.identifiers import find_numbers
from trace.kit.errors import BadRequest, NotFound
from trace.models import ResolverLink
from trace.resolver.choice import Found, Level, Link, split_words
from trace.resolver.href import is_approved
from trace.resolver.levels import canonical_level, find_levels
from trace.resolver.link_types import PIP, RECALL_STATUS
from trace.resolver.request import Asked, goods_code

PAGE_LANGUAGES = ("zh", "en")
"""The service's own pages speak both."""

CHECK_TITLES = ("查询是否召回", "Was this recalled?")
"""Of the check page, in both languages as an owner's link has them: a link set is written in the reader's."""

_LINKS = (
    select(
        ResolverLink.uri,
        ResolverLink.is_default,
        ResolverLink.link_type,
        ResolverLink.href,
        ResolverLink.title,
        ResolverLink.title_en,
        ResolverLink.hreflang,
        ResolverLink.media_type,
        ResolverLink.contexts,
    )
    .where(ResolverLink.uri.in_(bindparam("uris", expanding=True)))
    .order_by(ResolverLink.id)
)


class BadDigitalLink(BadRequest):
    """The address is no Digital Link that the standard allows."""


class NothingKnown(NotFound):
    """The Digital Link is well formed, and nothing is known of what it names; that is no sign that it is safe."""


class NoSuchLink(NotFound):
    """What is named is known, but has no link of the type that was asked for."""


def resolve(session: Session, asked: Asked, now: datetime, site: str, hosts: Collection[str]) -> Found:
    """All links of what is asked for; ``site`` is the service's own address, ``hosts`` are those links may lead to.

    Raises NothingKnown (404), BadDigitalLink (400), and CannotTell (503) for any trouble with the database: whether
    something was recalled is known, or no link is followed.
    """
    code = goods_code(asked, site)
    row = None if code is None else check_code(session, code, now, site=site)
    if row is not None and row["status"] == "unreadable":
        raise BadDigitalLink(row["detail"] or "")
    levels = find_levels(asked.elements)
    try:
        owned = _read_links(session, levels, hosts)
        if row is None or code is None:
            found = _of_place(asked, owned)
        elif _is_known(session, row) or any(level.links for level in owned):
            found = _of_goods(asked, owned, row, code, site)
        else:
            found = None
    except SQLAlchemyError as error:
        raise CannotTell("It cannot be determined now whether this was recalled. Try again in a moment.") from error
    if found is None:
        raise NothingKnown(f"Nothing is known here of {asked.path}.", extra={"code": code})
    return found


def _read_links(session: Session, levels: Iterable[Elements], hosts: Collection[str]) -> list[Level]:
    """The levels with their owners' links; of a host that is no longer approved none is followed."""
    by_uri: dict[str, list[tuple[bool, Link]]] = {canonical_level(level): [] for level in levels}
    rows = session.connection().execute(_LINKS, {"uris": list(by_uri)}) if by_uri else ()
    for uri, is_default, link_type, href, title, title_en, hreflang, media_type, contexts in rows:
        if is_approved(href, hosts):
            link = Link(link_type, href, title, title_en, split_words(hreflang), media_type, split_words(contexts))
            by_uri[uri].append((is_default, link))
    return [
        Level(level, tuple(link for _, link in links), next((link for default, link in links if default), None))
        for level, links in zip(levels, by_uri.values(), strict=True)
    ]


def _is_known(session: Session, row: CheckRow) -> bool:
    """Whether the record knows the goods. Of a unit without known contents the check tells nothing either way."""
    if row["recalls"] or row["product"] is not None:
        return True
    if row["sscc"] is None:
        return False
    uri = f"https://id.gs1.org/00/{row['sscc']}"
    return row["status"] != "lot_needed" or uri in find_numbers(session, [uri])


def _of_goods(asked: Asked, owned: list[Level], row: CheckRow, code: str, site: str) -> Found:
    """The service's own pages beside the owners' links; doubt or a recall leads to them first (PAGES, CONTRACT)."""
    where = quote(code, safe="")
    check = Link(RECALL_STATUS, f"{site}/check?code={where}", *CHECK_TITLES, PAGE_LANGUAGES, "text/html")
    recalls = [
        Link(RECALL_STATUS, f"{one['url']}?code={where}", one["title"], one["title_en"], PAGE_LANGUAGES, "text/html")
        for one in row["recalls"]
        if row["status"] == "recalled" and one["url"] is not None
    ]
    # one page where there is one answer: else nothing would tell a client which of several to read
    own = recalls if len(row["recalls"]) == len(recalls) == 1 else [check, *recalls]
    first = own[0] if row["status"] in ("recalled", "stop_sale", "lot_needed") else None
    product = row["product"]
    levels = _from_asked(asked, owned)
    if product is not None and not any(link.link_type == PIP for level in owned for link in level.links):
        page = f"{site}/products/{row['gtin']}"
        pip = Link(PIP, page, product["name"], product["name_en"], PAGE_LANGUAGES, "text/html")
        levels = _with_links(levels, levels[-1].elements, (pip,))
    levels = _with_links(levels, asked.elements, tuple(own))
    name, name_en = (None, None) if product is None else (product["name"], product["name_en"])
    return Found(levels, first, check, name, name_en)


def _of_place(asked: Asked, owned: list[Level]) -> Found | None:
    """A place has the links that its owner set: where none is the default, the first of the nearest level is."""
    links = [link for level in owned for link in level.links]
    return Found(_from_asked(asked, owned), fallback=links[0]) if links else None


def _from_asked(asked: Asked, owned: list[Level]) -> tuple[Level, ...]:
    """The levels with the asked identifier first, whether or not links are kept of exactly that."""
    if owned and owned[0].elements == asked.elements:
        return tuple(owned)
    return (Level(asked.elements, ()), *owned)


def _with_links(levels: tuple[Level, ...], elements: Elements, links: tuple[Link, ...]) -> tuple[Level, ...]:
    """The service's own links stand before the owners'."""
    return tuple(
        Level(level.elements, (*links, *level.links), level.default) if level.elements == elements else level
        for level in levels
    )
