"""What a complaint is about: goods by a scanned or typed code, the outlet by code or name, and whose they are."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from oversight.gb2260 import bounds_of
from trace.check.reading import find_lot
from trace.check.rules import read_asked, tidy
from trace.gs1 import IdentifierError, canonical_uri, read_scan
from trace.kit.errors import Invalid
from trace.models import Identifier, Location, Party, Product


@dataclass(frozen=True, slots=True)
class Goods:
    """What a code said; rows of identifiers where they are on record. The maker is the product's firm."""

    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    product_id: int | None = None
    batch_id: int | None = None
    name: str | None = None
    maker_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """A place by its code or name; without a row, all that is known is what was typed."""

    place_id: int | None = None
    party_id: int | None = None
    region: str | None = None
    name: str | None = None


def find_goods(session: Session, code: str | None, lot: str | None, serial: str | None, year: int) -> Goods:
    """Return what a code and the lot and serial beside it name; ``year`` places the two-digit years of a scan.

    A registered product and a known batch are found; a serial tells its batch. Raises Invalid at ``/code``.
    """
    if not (code or "").strip():
        if tidy(lot) or tidy(serial):
            raise Invalid.field("/code", "Expected the code of the goods beside their lot or serial, got nothing.")
        return Goods()
    try:
        asked = read_asked((code or "").strip(), lot, serial, year)
    except IdentifierError as error:
        raise Invalid.field("/code", str(error)) from error
    if asked.gtin is None:
        raise Invalid.field("/code", f"Expected the code of goods, got that of a logistic unit, {asked.sscc}.")
    found = asked.lot
    if found is None and asked.serial is not None:
        found = find_lot(session.connection(), asked.gtin, asked.serial)
    product = session.scalar(select(Product).where(Product.gtin == asked.gtin))
    batch = None
    if found is not None:
        batch = session.scalar(select(Identifier.id).where(Identifier.uri == canonical_uri(asked.gtin, found)))
    return Goods(
        *(asked.gtin, found, asked.serial),
        product_id=None if product is None else product.id,
        batch_id=batch,
        name=None if product is None else product.name,
        maker_id=None if product is None else product.party_id,
    )


def find_outlet(session: Session, text: str | None, within: str, year: int) -> Outlet:
    """Return the place that a GLN, a scanned code or a whole name means; a name has to be the only one ``within``."""
    clean = tidy(text)
    if clean is None:
        return Outlet()
    first, above = bounds_of(within)
    named = or_(Location.name == clean, Location.name_en == clean)
    if first:
        named &= (Location.region >= first) & (Location.region < above)
    gln = _gln_of(clean, year)
    query = select(Location).where(named if gln is None else Location.gln == gln).limit(2)
    found = session.scalars(query).all()
    if len(found) != 1:
        return Outlet(name=clean)
    return Outlet(found[0].id, found[0].party_id, found[0].region, found[0].name)


def find_firm(session: Session, code: str | None) -> int | None:
    """Return the row of a firm by its USCC or GLN. Raises Invalid at ``/firm``."""
    clean = tidy(code)
    if clean is None:
        return None
    found = session.scalar(select(Party.id).where(or_(Party.uscc == clean.upper(), Party.gln == clean)))
    if found is None:
        raise Invalid.field("/firm", f"Expected a registered firm's USCC or GLN, got {clean!r}.")
    return found


def _gln_of(text: str, year: int) -> str | None:
    if text.isascii() and text.isdigit() and len(text) == 13:
        return text
    try:
        return read_scan(text, this_year=year).gln
    except IdentifierError:
        return None
