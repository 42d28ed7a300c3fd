"""Firms and products that a publication is about, by their codes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.gs1 import Gtin, IdentifierError
from trace.kit.errors import Invalid
from trace.master_data import require_party
from trace.models import Product


def find_party_id(session: Session, code: str | None) -> int | None:
    """Return the row of a firm by USCC or GLN. Raises Invalid (422) at /party."""
    return None if code is None else require_party(session, code).id


def find_product_id(session: Session, gtin: str | None) -> int | None:
    """Return the row of a registered product by its commodity code. Raises Invalid (422) at /gtin."""
    if gtin is None:
        return None
    number = read_gtin(gtin)
    found = session.scalar(select(Product.id).where(Product.gtin == number))
    if found is None:
        raise Invalid.field("/gtin", f"Expected the code of a registered product, got {gtin}.")
    return found


def read_gtin(text: str) -> str:
    """Return a commodity code in 14 digits. Raises Invalid (422) at /gtin."""
    try:
        return Gtin.read(text).gtin14
    except IdentifierError as error:
        raise Invalid.field("/gtin", str(error)) from error
