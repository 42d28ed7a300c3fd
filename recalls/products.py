"""The items that a case names, with what their makers registered about them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.history import scope_of
from recalls.models import RecallCase
from recalls.scope import gtins_of
from trace.kit.bulk import among
from trace.models import Product


@dataclass(frozen=True, slots=True)
class Named:
    """A registered item and its maker's name and contacts, as far as given."""

    name: str
    name_en: str | None
    brand: str | None
    specification: str | None
    maker: str | None
    uscc: str | None
    phone: str | None
    address: str | None


def find_named(session: Session, case: RecallCase) -> Mapping[str, Named]:
    """Return the registered items of the newest scope by GTIN."""
    gtins = [gtin for gtin in gtins_of(scope_of(case)) if gtin is not None]
    found: dict[str, Named] = {}
    for product in session.scalars(select(Product).where(Product.gtin.in_(gtins)).order_by(Product.gtin)):
        maker = product.party
        found[product.gtin] = Named(
            product.name,
            product.name_en,
            product.brand,
            product.specification,
            None if maker is None else maker.name,
            None if maker is None else maker.uscc,
            None if maker is None else maker.phone,
            None if maker is None else maker.address,
        )
    return found


def name_items(session: Session, gtins: Collection[str | None]) -> dict[str, tuple[str, str]]:
    """Return the names of registered items in Chinese and English by GTIN; one without an English name has it twice."""
    rows = session.execute(
        select(Product.gtin, Product.name, Product.name_en).where(among(session, Product.gtin, {*gtins} - {None}))
    )
    return {gtin: (name, english or name) for gtin, name, english in rows}
