"""A product as everybody may see it: what its maker registered for the public, and nothing of what the ledger knows."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.publication.records import Language
from trace.kit.errors import NotFound
from trace.models import Product


class ProductUnknown(NotFound):
    """Nobody registered a product of this number."""


@dataclass(frozen=True, slots=True)
class PublicProduct:
    """A registered item; ``code`` is its commodity code as the maker registered it, ``gtin`` the same in 14 digits."""

    gtin: str
    code: str
    name: str
    name_en: str | None
    brand: str | None
    specification: str | None
    maker: str | None
    maker_en: str | None

    def called(self, language: Language) -> str:
        """Return the name for a reader: the Chinese one where there is no other."""
        return (self.name_en if language == "en" else None) or self.name

    def made_by(self, language: Language) -> str | None:
        """Return the maker's name for a reader; ``None`` where none is registered."""
        return (self.maker_en if language == "en" else None) or self.maker


def read_product(session: Session, gtin: str) -> PublicProduct:
    """Return what the public may know of a product by its GTIN-14. Raises ProductUnknown."""
    product = session.scalar(select(Product).where(Product.gtin == gtin))
    if product is None:
        raise ProductUnknown(f"No product {gtin} is known.")
    maker = product.party
    return PublicProduct(
        gtin=product.gtin,
        code=product.commodity_code,
        name=product.name,
        name_en=product.name_en,
        brand=product.brand,
        specification=product.specification,
        maker=None if maker is None else maker.name,
        maker_en=None if maker is None else maker.name_en,
    )
