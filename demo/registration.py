"""Firms, places, products and batches as the bodies that clients send, registered by the real operations."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from demo.values import Firm, Lot, Place, Product
from trace.batches import register_batch
from trace.bodies import BatchIn, LocationIn, PartyIn, ProductIn
from trace.kit.auth import Principal
from trace.master_data import register_location, register_party, register_product


def register_firm(session: Session, principal: Principal, firm: Firm, now: datetime) -> None:
    """Register a firm by both of its codes, with an address that reaches nobody (RFC 2606: .example)."""
    contact = {"email": f"recall@firm-{firm.prefix}.example", "address": f"{firm.city.province}{firm.city.name}"}
    body = {"uscc": firm.uscc, "gln": firm.gln, "name": firm.name, "name_en": firm.name_en, "contact": contact}
    register_party(session, principal, PartyIn.model_validate(body), now)


def register_place(session: Session, principal: Principal, place: Place, now: datetime) -> None:
    """Register a place with its region and point on the map."""
    body = {
        "gln": place.gln,
        "name": place.name,
        "name_en": place.name_en,
        "party": place.firm.uscc,
        "kind": place.kind,
        "region": place.city.region,
        "address": place.address,
        "latitude": Decimal(str(place.latitude)),
        "longitude": Decimal(str(place.longitude)),
    }
    register_location(session, principal, LocationIn.model_validate(body), now)


def register_item(session: Session, principal: Principal, product: Product, now: datetime) -> None:
    """Register a product by its commodity code."""
    body = {
        "commodity_code": product.gtin,
        "name": product.name,
        "name_en": product.name_en,
        "brand": product.firm.name,
        "specification": product.specification,
        "party": product.firm.uscc,
        "uom": product.uom,
    }
    register_product(session, principal, ProductIn.model_validate(body), now)


def register_lot(session: Session, principal: Principal, lot: Lot, now: datetime) -> None:
    """Register a batch; captured events made its units already, so none are made again."""
    body = {
        "commodity_code": lot.product.gtin,
        "lot": lot.lot,
        "quantity": lot.quantity,
        "uom": lot.product.uom,
        "produced_on": lot.produced_on.isoformat(),
        "expires_on": lot.expires_on.isoformat(),
        "location": lot.place.gln,
    }
    register_batch(session, principal, BatchIn.model_validate(body), now)
