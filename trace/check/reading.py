"""What the check reads: each by one statement that names its rows by a key, and none from an event or a posting.

The statements are made once: putting one together costs as much as running it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from trace.check.answer import ProductRow
from trace.gs1 import canonical_uri
from trace.holds import Condition
from trace.models import (
    Batch,
    Content,
    HeldBatch,
    HoldLine,
    Identifier,
    Party,
    Product,
    ProductionDay,
    SerialBatch,
)

_PRODUCT = (
    select(Product.name, Product.name_en, Product.brand, Product.specification, Party.name.label("maker"))
    .outerjoin(Party, Party.id == Product.party_id)
    .where(Product.gtin == bindparam("gtin"))
)


def read_product(connection: Connection, gtin: str) -> ProductRow | None:
    """Return what the maker registered about an item; the item is not registered: None."""
    row = connection.execute(_PRODUCT, {"gtin": gtin}).one_or_none()
    if row is None:
        return None
    name, name_en, brand, specification, maker = row
    return {"name": name, "name_en": name_en, "brand": brand, "specification": specification, "maker": maker}


_LINES = select(
    HoldLine.hold_id,
    HoldLine.gtin,
    HoldLine.batch_uri,
    HoldLine.lot,
    HoldLine.lot_from,
    HoldLine.lot_to,
    HoldLine.produced_from,
    HoldLine.produced_to,
    HoldLine.serial_from,
    HoldLine.serial_to,
    HoldLine.exclude,
).where(HoldLine.gtin == bindparam("gtin"))


def read_lines(connection: Connection, gtin: str) -> dict[int, list[Condition]]:
    """Return the lines that name an item, by the number of their hold."""
    found: dict[int, list[Condition]] = {}
    for hold, *values in connection.execute(_LINES, {"gtin": gtin}):
        found.setdefault(hold, []).append(Condition(*values))
    return found


@dataclass(frozen=True, slots=True)
class KnownBatch:
    """What is on record about a batch; ``derived`` are holds that reach it because it was made from held goods."""

    registered: bool
    made: date | None
    derived: frozenset[int]


UNKNOWN = KnownBatch(False, None, frozenset())

_BATCH = (
    select(Batch.id, Batch.produced_on, ProductionDay.day, HeldBatch.hold_id)
    .select_from(Identifier)
    .outerjoin(Batch, Batch.id == Identifier.id)
    .outerjoin(ProductionDay, ProductionDay.batch_id == Identifier.id)
    .outerjoin(HeldBatch, (HeldBatch.batch_id == Identifier.id) & HeldBatch.derived)
    .where(Identifier.uri == bindparam("uri"))
)


def read_batch(connection: Connection, uri: str) -> KnownBatch:
    """Return what is on record about a batch, or an item class; the date that was registered goes before events'."""
    rows = connection.execute(_BATCH, {"uri": uri}).all()
    if not rows:
        return UNKNOWN
    number, registered, recorded, _ = rows[0]
    return KnownBatch(
        number is not None, registered or recorded, frozenset([hold for *_, hold in rows if hold is not None])
    )


_DERIVED = (
    select(HeldBatch.hold_id)
    .join(Identifier, Identifier.id == HeldBatch.batch_id)
    .where(HeldBatch.derived, Identifier.gtin == bindparam("gtin"))
    .distinct()
)


def find_derived(connection: Connection, gtin: str) -> Sequence[int]:
    """Return the holds that reach some batch of an item because it was made from held goods."""
    return connection.scalars(_DERIVED, {"gtin": gtin}).all()


_BATCH_OF_SERIAL = aliased(Identifier)
_LOT = (
    select(_BATCH_OF_SERIAL.lot)
    .join(SerialBatch, SerialBatch.batch_id == _BATCH_OF_SERIAL.id)
    .join(Identifier, Identifier.id == SerialBatch.serial_id)
    .where(Identifier.uri == bindparam("uri"))
)


def find_lot(connection: Connection, gtin: str, serial: str) -> str | None:
    """Return the lot that a serial was said to be of."""
    return connection.scalar(_LOT, {"uri": canonical_uri(gtin, serial=serial)})


_NUMBER = select(Identifier.id).where(Identifier.uri == bindparam("uri"))


def is_known(connection: Connection, uri: str) -> bool:
    """Tell whether anything on record names an identifier."""
    return connection.scalar(_NUMBER, {"uri": uri}) is not None


class Inside(NamedTuple):
    """A batch or item class in a logistic unit."""

    number: int
    kind: str
    gtin: str | None
    lot: str | None


_UNIT = aliased(Identifier)
_INSIDE = (
    select(Identifier.id, Identifier.kind, Identifier.gtin, Identifier.lot)
    .join(Content, Content.batch_id == Identifier.id)
    .join(_UNIT, _UNIT.id == Content.unit_id)
    .where(_UNIT.uri == bindparam("uri"))
    .order_by(Identifier.id)
)


def read_contents(connection: Connection, uri: str) -> list[Inside]:
    """Return what is in a logistic unit now."""
    return [Inside(*row) for row in connection.execute(_INSIDE, {"uri": uri})]


_HOLDS = select(HeldBatch.hold_id).where(HeldBatch.batch_id == bindparam("batch"))


def find_holds(connection: Connection, batch: int) -> Sequence[int]:
    """Return the holds that reach a batch, by whatever line."""
    return connection.scalars(_HOLDS, {"batch": batch}).all()
