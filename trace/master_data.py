"""Parties, locations and products: registered once, completed where events named them first.

Registering the same content again gives what is there; other content is a Conflict. A company writes for its own
party, an operator for anybody (CONTRACT, Master data).
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.answers import Place, describe_places
from trace.bodies import LocationIn, PartyIn, ProductIn
from trace.field_types import read_party_code
from trace.gs1 import Gtin, IdentifierError, canonical_uri, read_identifier
from trace.identifiers import intern_identifiers
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.db import Base, lock_writes
from trace.kit.errors import Conflict, Forbidden, Invalid, NotFound
from trace.models import Identifier, Location, Party, Product
from trace.visibility import is_named
from trace.vocabulary import find_names, name_places

T = TypeVar("T", bound=Base)


class PartyNotFound(NotFound):
    """No such firm is known, or none that this key may write for."""


class LocationNotFound(NotFound):
    """No such place is known, or none that this key may write for."""


class ProductNotFound(NotFound):
    """No such product is known, or none that this key may write for."""


class AlreadyRegistered(Conflict):
    """It is registered with other content."""


def register_party(session: Session, principal: Principal, body: PartyIn, now: datetime) -> tuple[Party, bool]:
    """Register a firm; returns it and whether it is new.

    Raises AlreadyRegistered (409) for other content, Forbidden (403) where a company registers another firm.
    """
    lock_writes(session)
    values, row = check_party(session, principal, body)
    return (row, False) if row is not None else (_add(session, Party(**values, registered_at=now)), True)


def check_party(session: Session, principal: Principal, body: PartyIn) -> tuple[dict[str, Any], Party | None]:
    """Return a firm's columns, and its row if it is registered with this content. Raises as `register_party`."""
    contact = body.contact
    values = {
        "uscc": body.uscc,
        "gln": body.gln,
        "name": body.name,
        "name_en": body.name_en,
        "phone": contact.phone if contact else None,
        "email": contact.email if contact else None,
        "address": contact.address if contact else None,
        "webhook": body.webhook,
    }
    found = {row.id: row for code in (body.uscc, body.gln) if code for row in [find_party(session, code)] if row}
    if principal.role != "admin" and set(found) != {principal.party_id}:
        raise Forbidden("Expected a firm of this key's own: others are registered by the operator.")
    if len(found) > 1:
        raise AlreadyRegistered(f"USCC {body.uscc} and GLN {body.gln} are registered to two firms.")
    for row in found.values():
        _require_same(row, values, f"The firm {body.uscc or body.gln}")
        return values, row
    return values, None


def find_party(session: Session, code: str) -> Party | None:
    """Return the registered firm with this USCC or GLN."""
    return session.scalar(select(Party).where((Party.uscc == code) | (Party.gln == code)))


def require_party(session: Session, code: str) -> Party:
    """Return the registered firm with this USCC or GLN. Raises Invalid (422) at ``/party``."""
    try:
        found = find_party(session, read_party_code(code))
    except IdentifierError as error:
        raise Invalid.field("/party", str(error)) from error
    if found is None:
        raise Invalid.field("/party", f"Expected the USCC or GLN of a registered firm, got {code[:40]}.")
    return found


def firm_name(session: Session, party: int, language: Literal["zh", "en"]) -> str:
    """Return what a firm is called in a language, as far as it is known."""
    firm = session.get(Party, party)
    return "" if firm is None else (firm.name_en if language == "en" and firm.name_en else firm.name)


def register_location(session: Session, principal: Principal, body: LocationIn, now: datetime) -> tuple[Location, bool]:
    """Register a place; returns it and whether it is new.

    Raises Invalid (422) for an unknown party, PartyNotFound or LocationNotFound (404) for another firm's,
    AlreadyRegistered (409) for other content.
    """
    lock_writes(session)
    values, row = check_location(session, principal, body)
    if row is not None:
        return row, False
    identifier = read_identifier(body.uri)
    number = intern_identifiers(session, [identifier])[identifier.uri]
    return _add(session, Location(id=number, **values, registered_at=now)), True


def check_location(session: Session, principal: Principal, body: LocationIn) -> tuple[dict[str, Any], Location | None]:
    """Return a place's columns, and its row if it is registered with this content. Raises as `register_location`."""
    party = _owner(session, principal, body.party)
    if party is None:
        raise Invalid.field("/party", "Expected the USCC or GLN of the firm that keeps the place, got nothing.")
    identifier = read_identifier(body.uri)
    if principal.role != "admin" and identifier.gln is not None:
        other = session.scalar(select(Party.id).where(Party.gln == identifier.gln))
        if other not in (None, principal.party_id):
            raise LocationNotFound(f"GLN {identifier.gln} is another firm's own.")
    values = {
        "gln": identifier.gln,
        "name": body.name,
        "name_en": body.name_en,
        "party_id": party.id,
        "kind": body.kind,
        "region": body.region,
        "address": body.address,
        "latitude": None if body.latitude is None else float(body.latitude),
        "longitude": None if body.longitude is None else float(body.longitude),
    }
    row = session.scalar(
        select(Location).join(Identifier, Identifier.id == Location.id).where(Identifier.uri == identifier.uri)
    )
    if row is not None:
        _require_same(row, values, f"The location {identifier.gln or identifier.uri}")
    return values, row


def register_product(session: Session, principal: Principal, body: ProductIn, now: datetime) -> tuple[Product, bool]:
    """Register a product; returns it and whether it is new. Raises as `register_location`."""
    lock_writes(session)
    values, row = check_product(session, principal, body)
    if row is not None:
        return row, False
    identifier = read_identifier(canonical_uri(body.commodity_code.gtin14))
    number = intern_identifiers(session, [identifier])[identifier.uri]
    printed = body.commodity_code.as_printed
    return _add(session, Product(id=number, **values, commodity_code=printed, registered_at=now)), True


def check_product(session: Session, principal: Principal, body: ProductIn) -> tuple[dict[str, Any], Product | None]:
    """Return a product's columns, and its row if it is registered with this content. Raises as `register_product`."""
    party = _owner(session, principal, body.party)
    gtin = body.commodity_code.gtin14
    classes = [one.model_dump() for one in body.classifications]
    values = {
        "gtin": gtin,
        "name": body.name,
        "name_en": body.name_en,
        "brand": body.brand,
        "specification": body.specification,
        "party_id": party.id if party else None,
        "uom": body.uom or None,
        "classifications": json.dumps(classes, ensure_ascii=False, sort_keys=True),
    }
    row = session.scalar(select(Product).where(Product.gtin == gtin))
    if row is not None:
        _require_same(row, values, f"The product {gtin}")
    return values, row


def _owner(session: Session, principal: Principal, code: str | None) -> Party | None:
    """The firm that ``party`` of a body names, else the key's own."""
    if code is None:
        return session.get(Party, principal.party_id) if principal.party_id is not None else None
    party = find_party(session, code)
    if party is None:
        raise Invalid.field("/party", f"Expected a registered firm, got {code}, which nobody registered.")
    if principal.role != "admin" and party.id != principal.party_id:
        raise PartyNotFound(f"This key does not write for {code}.")
    return party


def _require_same(row: Base, values: Mapping[str, Any], what: str) -> None:
    for name, value in values.items():
        if getattr(row, name) != value:
            shown = name.removesuffix("_id")
            raise AlreadyRegistered(f"{what} is registered with another {shown}.")


def _add(session: Session, row: T) -> T:
    session.add(row)
    session.flush()
    return row


def owns_place(session: Session, principal: Principal, uri: str) -> bool:
    """Whether the key may act for a place: an operator for any, a company for its registered ones and its own GLN."""
    return uri in own_places(session, principal, {uri})


def own_places(session: Session, principal: Principal, uris: Collection[str]) -> set[str]:
    """Return those of some places for which the key may act."""
    if principal.role == "admin":
        return set(uris)
    owners = {
        row.uri: row.party_id
        for row in session.execute(
            select(Identifier.uri, Location.party_id)
            .join(Location, Location.id == Identifier.id)
            .where(among(session, Identifier.uri, sorted(uris)))
        )
    }
    gln = session.scalar(select(Party.gln).where(Party.id == principal.party_id))
    return {
        uri
        for uri in uris
        if (owners[uri] == principal.party_id if uri in owners else gln is not None and read_identifier(uri).gln == gln)
    }


def get_party(session: Session, principal: Principal, code: str) -> Party | Place:
    """Return a firm by USCC or GLN; a stub where events that the key sees name it and nobody registered it.

    Raises Invalid (422) for what is neither, PartyNotFound (404).
    """
    try:
        code = read_party_code(code)
    except IdentifierError as error:
        raise Invalid.field("/code", str(error)) from error
    party = find_party(session, code)
    if party is not None:
        return party
    if not is_named(session, principal, Identifier.gln == code):
        raise PartyNotFound(f"No firm {code} is known.")
    return name_places(session, principal, {0: Place(f"https://id.gs1.org/414/{code}", code)})[0]


def get_location(session: Session, principal: Principal, uri: str) -> tuple[Place, Location | None]:
    """Return a place by its canonical URI, registered or only named by events that the key sees.

    Raises LocationNotFound (404).
    """
    identifier = session.scalar(select(Identifier).where(Identifier.uri == uri))
    location = None if identifier is None else session.get(Location, identifier.id)
    if identifier is None or not (location or _is_named_place(session, principal, identifier)):
        raise LocationNotFound(f"No location {uri} is known.")
    places = name_places(session, principal, describe_places(session, [identifier.id]))
    return places[identifier.id], location


def _is_named_place(session: Session, principal: Principal, identifier: Identifier) -> bool:
    """A GLN is one place, whatever else an event names with it."""
    same = Identifier.id == identifier.id if identifier.gln is None else Identifier.gln == identifier.gln
    return identifier.gtin is None and is_named(session, principal, same)


def get_product(session: Session, principal: Principal, gtin: str) -> tuple[str, Product | None, str | None]:
    """Return (GTIN-14, the product, its name): no product where only events name it, no name where nothing has one.

    Raises Invalid (422) for what is no GTIN, ProductNotFound (404).
    """
    try:
        gtin14 = Gtin.read(gtin).gtin14
    except IdentifierError as error:
        raise Invalid.field("/gtin", str(error)) from error
    product = session.scalar(select(Product).where(Product.gtin == gtin14))
    if product is None and not is_named(session, principal, Identifier.gtin == gtin14):
        raise ProductNotFound(f"No product {gtin14} is known.")
    uri = canonical_uri(gtin14)
    return gtin14, product, product.name if product else find_names(session, principal, [uri]).get(uri)
