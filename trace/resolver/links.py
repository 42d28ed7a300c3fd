"""Owners' links: a firm sets them for what it numbers, an operator for anybody (GS1-Conformant Resolver 1.2, 2.5)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from trace.field_types import place_uri
from trace.gs1.digital_link import Elements
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Invalid, NotFound
from trace.models import Event, EventItem, Identifier, Location, Party, Product, ResolverLink
from trace.resolver.bodies import LinkIn, LinkKeyIn, LinkRow
from trace.resolver.choice import split_words
from trace.resolver.href import is_approved, read_href
from trace.resolver.levels import canonical_level

MOST_LINKS = 50
"""Links of one identifier."""


class LinkNotFound(NotFound):
    """No such link is known, or none that this key may change."""


class NotYours(NotFound):
    """What the link is about is not known as this firm's."""


class LinkExists(Conflict):
    """The same address stands there with another title or as another default."""


class TooManyLinks(Conflict):
    """One identifier has as many links as it may have."""


def add_link(
    session: Session, principal: Principal, body: LinkIn, hosts: Collection[str], now: datetime
) -> tuple[ResolverLink, bool]:
    """Add a link; returns it and whether it is new. A new default takes the place of the one before.

    Raises Invalid (422) for an address that may not be led to, NotYours (404), LinkExists and TooManyLinks (409).
    """
    lock_writes(session)
    owner = _find_owner(session, principal, body.key.elements)
    try:
        href = read_href(body.href, hosts)
    except ValueError as error:
        raise Invalid.field("/href", str(error)) from error
    uri = canonical_level(body.key.elements)
    target = {
        "link_type": body.link_type,
        "href": href,
        "hreflang": ",".join(body.hreflang),
        "media_type": body.media_type,
        "contexts": ",".join(body.context),
    }
    there = list(session.scalars(select(ResolverLink).where(ResolverLink.uri == uri).order_by(ResolverLink.id)))
    for link in there:
        if all(getattr(link, name) == value for name, value in target.items()):
            return _require_same(link, body), False
    if len(there) >= MOST_LINKS:
        raise TooManyLinks(f"Expected at most {MOST_LINKS} links of one identifier; remove one first.")
    if body.default:
        session.execute(update(ResolverLink).where(ResolverLink.uri == uri).values(is_default=False))
    link = ResolverLink(
        uri=uri,
        party_id=owner,
        title=body.title,
        title_en=body.title_en,
        is_default=body.default,
        created_at=now,
        **target,
    )
    session.add(link)
    session.flush()
    return link, True


def _require_same(link: ResolverLink, body: LinkIn) -> ResolverLink:
    for name, value in (("title", body.title), ("title_en", body.title_en), ("is_default", body.default)):
        if getattr(link, name) != value:
            shown = name.removeprefix("is_")
            raise LinkExists(f"Link {link.id} has this address and another {shown}. Remove it first, then add it anew.")
    return link


def _find_owner(session: Session, principal: Principal, elements: Elements) -> int | None:
    """The firm to which a key belongs. Raises NotYours unless it is the caller's, or the caller is an operator."""
    ai, value = elements[0]
    owner: int | None
    if ai in ("01", "8006"):
        owner = session.scalar(select(Product.party_id).where(Product.gtin == value[:14]))
    elif ai == "00":
        owner = _first_to_name(session, canonical_level(elements))
    else:
        owner = _keeper_of(session, value)
    if principal.role != "admin" and (owner is None or owner != principal.party_id):
        raise NotYours(f"({ai}) {value} is not known as this firm's.")
    return owner


def _first_to_name(session: Session, uri: str) -> int | None:
    """A logistic unit belongs to the firm that reported it first: by whoever packed it, it is numbered."""
    return session.scalar(
        select(Event.captured_by)
        .join(EventItem, EventItem.event_id == Event.id)
        .join(Identifier, Identifier.id == EventItem.identifier_id)
        .where(Identifier.uri == uri)
        .order_by(Event.id)
        .limit(1)
    )


def _keeper_of(session: Session, gln: str) -> int | None:
    """The firm to which a place is registered, else the one whose own GLN it is."""
    keeper = session.scalar(
        select(Location.party_id).join(Identifier, Identifier.id == Location.id).where(Identifier.uri == place_uri(gln))
    )
    return session.scalar(select(Party.id).where(Party.gln == gln)) if keeper is None else keeper


def list_links(
    session: Session, principal: Principal, key: LinkKeyIn | None, after: int | None, limit: int
) -> Sequence[ResolverLink]:
    """Up to ``limit`` links in the order in which they were set: a firm's own, an operator's and regulator's all."""
    found = select(ResolverLink).order_by(ResolverLink.id).limit(limit)
    if principal.role == "company":
        found = found.where(ResolverLink.party_id == principal.party_id)
    if key is not None:
        found = found.where(ResolverLink.uri == canonical_level(key.elements))
    if after is not None:
        found = found.where(ResolverLink.id > after)
    return session.scalars(found).all()


def remove_link(session: Session, principal: Principal, number: int) -> None:
    """Remove a link; from now on the resolver does not know it. Raises LinkNotFound (404)."""
    lock_writes(session)
    link = session.get(ResolverLink, number)
    if link is None or (principal.role != "admin" and link.party_id != principal.party_id):
        raise LinkNotFound(f"No link {number} is known.")
    session.delete(link)


def write_link_row(link: ResolverLink, hosts: Collection[str]) -> LinkRow:
    """A link as it is answered."""
    return {
        "id": link.id,
        "key": link.uri,
        "link_type": link.link_type,
        "href": link.href,
        "title": link.title,
        "title_en": link.title_en,
        "hreflang": list(split_words(link.hreflang)),
        "media_type": link.media_type,
        "context": list(split_words(link.contexts)),
        "default": link.is_default,
        "followed": is_approved(link.href, hosts),
    }
