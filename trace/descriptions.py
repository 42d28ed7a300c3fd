"""Places, firms and goods as a sheet describes them: what 21 CFR 1.1310 calls location and product descriptions."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from trace.answers import Place, describe_places
from trace.gs1 import canonical_uri
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.models import Location, Party, Product
from trace.vocabulary import find_names, name_places


class Firm(TypedDict):
    """A registered firm with its contact."""

    uscc: str | None
    gln: str | None
    name: str
    name_en: str | None
    phone: str | None
    email: str | None
    address: str | None


class Contact(TypedDict):
    """A place and the firm that keeps it; ``party`` is null where nobody registered one."""

    id: str
    gln: str | None
    name: str | None
    name_en: str | None
    kind: str | None
    region: str | None
    address: str | None
    party: Firm | None


class Goods(TypedDict):
    """A trade item; all but its GTIN may be unknown."""

    gtin: str
    name: str | None
    name_en: str | None
    brand: str | None
    specification: str | None


def read_contacts(session: Session, principal: Principal, numbers: Iterable[int]) -> dict[int, Contact]:
    """Return what is known about each place, by its number; a few statements per 500 places.

    A place without an address of its own has its firm's.
    """
    places = name_places(session, principal, describe_places(session, numbers))
    addresses: dict[int, str | None] = {}
    for some in chunked(sorted(places)):
        rows = session.execute(select(Location.id, Location.address).where(Location.id.in_(some)))
        addresses.update((number, address) for number, address in rows)
    firms: dict[int, Party] = {}
    for part in chunked(sorted({place.party_id for place in places.values() if place.party_id is not None})):
        firms.update((firm.id, firm) for firm in session.scalars(select(Party).where(Party.id.in_(part))))
    return {
        number: _write_contact(place, addresses.get(number), firms.get(place.party_id or 0))
        for number, place in places.items()
    }


def _write_contact(place: Place, address: str | None, firm: Party | None) -> Contact:
    return {
        "id": place.id,
        "gln": place.gln,
        "name": place.name,
        "name_en": place.name_en,
        "kind": place.kind,
        "region": place.region,
        "address": address or (firm.address if firm else None),
        "party": write_firm(firm) if firm else None,
    }


def write_firm(firm: Party) -> Firm:
    """A registered firm as it is answered."""
    return {
        "uscc": firm.uscc,
        "gln": firm.gln,
        "name": firm.name,
        "name_en": firm.name_en,
        "phone": firm.phone,
        "email": firm.email,
        "address": firm.address,
    }


def read_goods(session: Session, principal: Principal, gtins: Iterable[str]) -> dict[str, Goods]:
    """Return what is known about each trade item, by its GTIN: as registered, else its name from documents."""
    wanted = sorted(set(gtins))
    found: dict[str, Goods] = {}
    for some in chunked(wanted):
        rows = session.scalars(select(Product).where(Product.gtin.in_(some)))
        found.update((row.gtin, _write_goods(row)) for row in rows)
    uris = {canonical_uri(gtin): gtin for gtin in wanted if gtin not in found}
    names = find_names(session, principal, uris)
    for uri, gtin in uris.items():
        found[gtin] = {"gtin": gtin, "name": names.get(uri), "name_en": None, "brand": None, "specification": None}
    return found


def _write_goods(row: Product) -> Goods:
    return {
        "gtin": row.gtin,
        "name": row.name,
        "name_en": row.name_en,
        "brand": row.brand,
        "specification": row.specification,
    }
