"""What the demonstration is made of: firms, places, products, lots, and what happens to them, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from trace.gs1 import canonical_uri


@dataclass(frozen=True, slots=True)
class City:
    """A county-level division: its GB/T 2260 code, names, and a point (WGS 84 degrees)."""

    region: str
    province: str
    name: str
    name_en: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Firm:
    """A party: ``prefix`` is its GS1 company prefix, the other fields as in `POST /api/v1/parties`."""

    prefix: str
    uscc: str
    gln: str
    name: str
    name_en: str
    city: City


@dataclass(frozen=True, slots=True)
class Place:
    """A location of a firm; ``kind`` is plant, warehouse, outlet or other."""

    gln: str
    firm: Firm
    kind: str
    name: str
    name_en: str
    city: City
    address: str
    latitude: float
    longitude: float

    @property
    def uri(self) -> str:
        """The canonical URI of the place."""
        return f"https://id.gs1.org/414/{self.gln}"


@dataclass(frozen=True, slots=True)
class Product:
    """A trade item: ``gtin`` has 13 digits; ``uom`` ``None`` is pieces; ``per_case`` pieces go into a case."""

    gtin: str
    firm: Firm
    name: str
    name_en: str
    specification: str
    uom: str | None
    per_case: int = 0

    @property
    def gtin14(self) -> str:
        """The GTIN in 14 digits."""
        return self.gtin.zfill(14)


@dataclass(frozen=True, slots=True)
class Lot:
    """A batch: ``quantity`` in the product's unit, made at ``place`` on ``produced_on``."""

    product: Product
    lot: str
    quantity: Decimal
    place: Place
    produced_on: date
    expires_on: date

    @property
    def key(self) -> tuple[str, str]:
        """(GTIN-14, lot): what tells one batch from another (RULES 2)."""
        return self.product.gtin14, self.lot

    @property
    def uri(self) -> str:
        """The canonical URI of the batch."""
        return canonical_uri(self.product.gtin14, self.lot)


Account = tuple[str, str]
"""(what it is, GLN): ``("on_hand", gln)``, ``("in_transit", gln of the receiver)``, ``("sold", "")`` …"""


@dataclass(frozen=True, slots=True)
class Move:
    """The generator's own bookkeeping: an amount of a batch taken off one account and put on another."""

    batch: tuple[str, str]
    quantity: Decimal
    debit: Account
    credit: Account


@dataclass(frozen=True, slots=True)
class Happening:
    """One EPCIS event (``body``), when it happened, when it is reported, and what it moves.

    ``moves`` is empty for what moves nothing, and for an event that is declared in error later.
    """

    at: datetime
    reported: datetime
    body: Mapping[str, Any]
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Chain:
    """The whole demonstration: master data, events in the order in which they are captured, the batch to recall."""

    firms: tuple[Firm, ...]
    places: tuple[Place, ...]
    products: tuple[Product, ...]
    lots: tuple[Lot, ...]
    happenings: tuple[Happening, ...]
    recalled: Lot
    affected: tuple[Lot, ...]
    first_day: date
    end: datetime

    @property
    def outlets(self) -> tuple[Place, ...]:
        """Retail places."""
        return tuple(place for place in self.places if place.kind == "outlet")
