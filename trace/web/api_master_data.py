"""`/api/v1`: parties, locations, products."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import RootModel
from typing_extensions import TypedDict

from trace.answers import Number, Place
from trace.bodies import LocationIn, PartyIn, ProductIn
from trace.field_types import read_place
from trace.gs1 import canonical_uri
from trace.kit.auth import Principal
from trace.kit.contract import Call
from trace.kit.errors import Invalid
from trace.kit.transactions import Answer
from trace.master_data import (
    get_location,
    get_party,
    get_product,
    register_location,
    register_party,
    register_product,
)
from trace.models import Location, Party, Product
from trace.web.api import READERS, WRITERS, api, principal_of


class ContactRow(TypedDict):
    """How to reach a firm; shown to itself, to regulators and to the operator."""

    phone: str | None
    email: str | None
    address: str | None


class PartyRow(TypedDict):
    """A firm; ``registered`` false: events have named it and nobody registered it."""

    uscc: str | None
    gln: str | None
    name: str | None
    name_en: str | None
    contact: ContactRow | None
    webhook: str | None
    registered: bool


class LocationRow(TypedDict):
    """A place; ``registered`` false: events have named it and nobody registered it."""

    id: str
    gln: str | None
    name: str | None
    name_en: str | None
    party: str | None
    party_name: str | None
    kind: str | None
    region: str | None
    address: str | None
    latitude: Number | None
    longitude: Number | None
    registered: bool


class ClassificationRow(TypedDict):
    """A product's class in some scheme."""

    scheme: str
    value: str


class ProductRow(TypedDict):
    """A product; ``registered`` false: events have named it and nobody registered it."""

    id: str
    gtin: str
    commodity_code: str | None
    name: str | None
    name_en: str | None
    brand: str | None
    specification: str | None
    party: str | None
    party_name: str | None
    uom: str | None
    classifications: list[ClassificationRow]
    registered: bool


class PartyOut(RootModel[PartyRow]):
    """A firm."""


class LocationOut(RootModel[LocationRow]):
    """A place."""


class ProductOut(RootModel[ProductRow]):
    """A product."""


def write_party(party: Party | Place, principal: Principal) -> PartyRow:
    """A firm as this key may see it."""
    if isinstance(party, Place):
        return {
            "uscc": None,
            "gln": party.gln,
            "name": party.name,
            "name_en": None,
            "contact": None,
            "webhook": None,
            "registered": False,
        }
    whole = principal.role != "company" or party.id == principal.party_id
    contact: ContactRow = {"phone": party.phone, "email": party.email, "address": party.address}
    return {
        "uscc": party.uscc,
        "gln": party.gln,
        "name": party.name,
        "name_en": party.name_en,
        "contact": contact if whole and any(contact.values()) else None,
        "webhook": party.webhook if whole else None,
        "registered": True,
    }


def write_location(place: Place, location: Location | None) -> LocationRow:
    """A place, a stub without `location`."""
    row: Any = location
    return {
        "id": place.id,
        "gln": place.gln,
        "name": row.name if row else place.name,
        "name_en": row and row.name_en,
        "party": row and (row.party.uscc or row.party.gln),
        "party_name": row and row.party.name,
        "kind": row and row.kind,
        "region": row and row.region,
        "address": row and row.address,
        "latitude": _degrees(row and row.latitude),
        "longitude": _degrees(row and row.longitude),
        "registered": row is not None,
    }


def _degrees(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value))


def write_product(gtin: str, product: Product | None, name: str | None) -> ProductRow:
    """A product, a stub without `product`."""
    row: Any = product
    party = row and row.party
    return {
        "id": canonical_uri(gtin),
        "gtin": gtin,
        "commodity_code": row and row.commodity_code,
        "name": name,
        "name_en": row and row.name_en,
        "brand": row and row.brand,
        "specification": row and row.specification,
        "party": party and (party.uscc or party.gln),
        "party_name": party and party.name,
        "uom": row and row.uom,
        "classifications": json.loads(row.classifications) if row else [],
        "registered": row is not None,
    }


@api.operation(
    "POST",
    "/parties",
    body=PartyIn,
    answers={200: PartyOut, 201: PartyOut},
    roles=WRITERS,
    summary="Register a firm",
    tag="master data",
)
def post_party(call: Call) -> Answer:
    """The operator registers firms; a company may send its own again."""
    party, new = register_party(call.session, principal_of(call), call.body, datetime.now(UTC))
    return Answer(201 if new else 200, write_party(party, principal_of(call)))


@api.operation(
    "POST",
    "/locations",
    body=LocationIn,
    answers={200: LocationOut, 201: LocationOut},
    roles=WRITERS,
    summary="Register a place",
    tag="master data",
)
def post_location(call: Call) -> Answer:
    """A place that events have named already is completed."""
    location, new = register_location(call.session, principal_of(call), call.body, datetime.now(UTC))
    return Answer(201 if new else 200, write_location(Place(call.body.uri, location.gln), location))


@api.operation(
    "POST",
    "/products",
    body=ProductIn,
    answers={200: ProductOut, 201: ProductOut},
    roles=WRITERS,
    summary="Register a product by its commodity code",
    tag="master data",
)
def post_product(call: Call) -> Answer:
    """A product that events have named already is completed."""
    product, new = register_product(call.session, principal_of(call), call.body, datetime.now(UTC))
    return Answer(201 if new else 200, write_product(product.gtin, product, product.name))


@api.operation(
    "GET",
    "/parties/<code>",
    answers={200: PartyOut},
    roles=READERS,
    summary="A firm by USCC or GLN",
    tag="master data",
)
def get_party_by_code(call: Call) -> Answer:
    """Contact and webhook are shown to the firm itself, to regulators and to the operator."""
    principal = principal_of(call)
    return Answer(200, write_party(get_party(call.session, principal, call.path["code"]), principal))


@api.operation(
    "GET",
    "/locations/<path:code>",
    answers={200: LocationOut},
    roles=READERS,
    summary="A place by GLN, or by another scheme's URI (percent-encoded)",
    tag="master data",
)
def get_location_by_code(call: Call) -> Answer:
    """A place that only events have named has `registered` false."""
    try:
        uri = read_place(call.path["code"])
    except ValueError as error:
        raise Invalid.field("/code", str(error)) from error
    return Answer(200, write_location(*get_location(call.session, principal_of(call), uri)))


@api.operation(
    "GET",
    "/products/<gtin>",
    answers={200: ProductOut},
    roles=READERS,
    summary="A product by its GTIN of 8, 12, 13 or 14 digits",
    tag="master data",
)
def get_product_by_gtin(call: Call) -> Answer:
    """A product that only events have named has `registered` false."""
    return Answer(200, write_product(*get_product(call.session, principal_of(call), call.path["gtin"])))
