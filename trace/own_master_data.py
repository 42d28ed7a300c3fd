"""A firm's own products and places as lists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.kit.auth import Principal
from trace.models import Identifier, Location, Party, Product

AT_ONCE = 1_000
"""Rows of a sheet that are read at a time."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A place with its canonical identifier."""

    uri: str
    row: Location


def own_party(session: Session, principal: Principal) -> Party | None:
    """The firm of whoever asks."""
    return None if principal.party_id is None else session.get(Party, principal.party_id)


def list_products(
    session: Session, principal: Principal, limit: int, before: int | None = None, words: str = ""
) -> Sequence[Product]:
    """Return the firm's products with a number below ``before``, newest first; ``words`` are in a name or the code."""
    query = select(Product).where(Product.party_id == (principal.party_id or 0))
    if before is not None:
        query = query.where(Product.id < before)
    if words:
        named = [one.contains(words, autoescape=True) for one in (Product.name, Product.name_en, Product.gtin)]
        query = query.where(named[0] | named[1] | named[2])
    return session.scalars(query.order_by(Product.id.desc()).limit(limit)).all()


def list_places(
    session: Session, principal: Principal, limit: int, before: int | None = None, words: str = ""
) -> list[OwnPlace]:
    """Return the firm's places in the same way."""
    query = (
        select(Location, Identifier.uri)
        .join(Identifier, Identifier.id == Location.id)
        .where(Location.party_id == (principal.party_id or 0))
    )
    if before is not None:
        query = query.where(Location.id < before)
    if words:
        named = [one.contains(words, autoescape=True) for one in (Location.name, Location.name_en, Location.gln)]
        query = query.where(named[0] | named[1] | named[2])
    return [OwnPlace(uri, row) for row, uri in session.execute(query.order_by(Location.id.desc()).limit(limit))]


def each_product(session: Session, principal: Principal) -> Iterator[Product]:
    """Yield all of them, newest first."""
    before: int | None = None
    while rows := list_products(session, principal, AT_ONCE, before):
        yield from rows
        before = rows[-1].id


def each_place(session: Session, principal: Principal) -> Iterator[OwnPlace]:
    """Yield all of them, newest first."""
    before: int | None = None
    while rows := list_places(session, principal, AT_ONCE, before):
        yield from rows
        before = rows[-1].row.id
