"""The consumer's check: what a scanned code is, and whether it was taken back (CONTRACT, Consumers).

Doubt never sounds like safety: what may be meant but cannot be told without a lot is ``lot_needed``, and trouble with
the database is 503. All of it is a handful of look-ups by key, and none reads an event or a posting: what the check
needs of them is kept beside them (`trace.derivation.check_index`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from trace.check.answer import CheckRow, ProductRow, Status, find_needed, write_answer, write_recall
from trace.check.rules import Asked, Verdict, judge, read_asked
from trace.gs1 import IdentifierError, Kind, canonical_uri
from trace.holds import Condition
from trace.identifiers import find_numbers
from trace.kit.db import chunked
from trace.kit.errors import Unavailable
from trace.models import (
    Batch,
    Content,
    HeldBatch,
    Hold,
    HoldLine,
    Identifier,
    Party,
    Product,
    ProductionDay,
    SerialBatch,
)

MOST_LOTS = 100
"""Lots that one answer lists at the most."""

# Made once: putting a statement together costs as much as running it.
_PRODUCT = (
    select(
        Product.name,
        Product.name_en,
        Product.brand,
        Product.specification,
        Party.name.label("maker"),
    )
    .outerjoin(Party, Party.id == Product.party_id)
    .where(Product.gtin == bindparam("gtin"))
)
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
_BATCH = (
    select(Batch.id, Batch.produced_on)
    .join(Identifier, Identifier.id == Batch.id)
    .where(Identifier.uri == bindparam("uri"))
)
_RECORDED_DAY = (
    select(ProductionDay.day)
    .join(Identifier, Identifier.id == ProductionDay.batch_id)
    .where(Identifier.uri == bindparam("uri"))
)
_BATCH_OF_SERIAL = aliased(Identifier)
_LOT_OF_SERIAL = (
    select(_BATCH_OF_SERIAL.lot)
    .join(SerialBatch, SerialBatch.batch_id == _BATCH_OF_SERIAL.id)
    .join(Identifier, Identifier.id == SerialBatch.serial_id)
    .where(Identifier.uri == bindparam("uri"))
)
_UNIT = select(Identifier.id).where(Identifier.uri == bindparam("uri"))
_INSIDE = (
    select(Identifier.id, Identifier.kind, Identifier.gtin, Identifier.lot)
    .join(Content, Content.batch_id == Identifier.id)
    .where(Content.unit_id == bindparam("unit"))
    .order_by(Identifier.id)
)
_DERIVED = (
    select(HeldBatch.hold_id).join(Identifier, Identifier.id == HeldBatch.batch_id).where(HeldBatch.derived).distinct()
)
_DERIVED_OF_ITEM = _DERIVED.where(Identifier.gtin == bindparam("gtin"))
_DERIVED_BATCH = _DERIVED.where(Identifier.uri == bindparam("uri"))


class CannotTell(Unavailable):
    """The check cannot be answered now; nobody may take that for "no recall"."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The verdict of each hold that concerns the asked goods, and the lot that was settled on."""

    verdicts: dict[int, Verdict]
    lot: str | None
    known: bool
    """The batch is registered."""


def check_code(
    session: Session, code: str, now: datetime, lot: str | None = None, serial: str | None = None, site: str = ""
) -> CheckRow:
    """Return what ``code`` is and whether it was taken back; ``site`` is the address that recalls' pages lie under.

    Raises CannotTell (503) for any trouble with the database.
    """
    try:
        asked = read_asked(code, lot, serial, now.year)
    except IdentifierError as error:
        return write_answer(code, Asked(None, lot or None, serial or None), "unreadable", now, error=error)
    try:
        return _check(session, code, asked, now, site)
    except SQLAlchemyError as error:
        raise CannotTell("It cannot be determined now whether this was recalled. Try again in a moment.") from error


def _check(session: Session, code: str, asked: Asked, now: datetime, site: str) -> CheckRow:
    product = None if asked.gtin is None else _read_product(session, asked.gtin)
    found = _Found({}, None, True) if asked.gtin is None else _find_item(session, asked)
    contents = None if asked.sscc is None else _find_contents(session, asked.sscc)
    for inside in contents or ():
        for hold, verdict in inside.verdicts.items():
            if found.verdicts.get(hold) != "covered":
                found.verdicts[hold] = verdict
    holds = _read_holds(session, found.verdicts)
    covered = [hold for hold in holds if found.verdicts[hold.id] == "covered"]
    unsure = [hold for hold in holds if found.verdicts[hold.id] == "unsure"]
    asked = replace(asked, lot=found.lot)
    known = product is not None if asked.gtin is not None else contents is not None
    status: Status
    if any(hold.kind == "recall" for hold in covered):
        status = "recalled"
    elif covered:
        status = "stop_sale"
    elif unsure or (asked.gtin is None and contents is None):
        # a logistic unit whose contents nobody recorded may hold anything: its goods must be scanned
        status = "lot_needed"
    elif not known:
        status = "product_not_registered"
    elif not (found.known and all(inside.known for inside in contents or ())):
        status = "batch_not_registered"
    else:
        status = "no_recall_known"
    shown = covered or unsure
    derived = _derived_lots(session, asked.gtin, shown) if status == "lot_needed" and asked.gtin is not None else {}
    rows = [write_recall(hold, asked, site, derived.get(hold.id, ())) for hold in shown]
    needed = find_needed(asked, shown) if status == "lot_needed" else []
    return write_answer(code, asked, status, now, product, rows, needed=needed)


def _find_item(session: Session, asked: Asked) -> _Found:
    """Judge an item by the lines of all holds that name it, and by the batches that were made from held ones."""
    gtin = asked.gtin
    assert gtin is not None
    if asked.lot is None and asked.serial is not None:
        asked = replace(asked, lot=_lot_of_serial(session, gtin, asked.serial))
    elif asked.typed and asked.lot is not None:
        asked = replace(asked, lot=_known_spelling(session, gtin, asked.lot))
    lines = _read_lines(session, gtin)
    batch = _read_batch(session, gtin, asked.lot)
    made = asked.made if batch is None else batch.produced_on or asked.made
    if any(line.produced_from or line.produced_to for some in lines.values() for line in some):
        made = _recorded_date(session, asked, batch) or made
    verdicts = {hold: judge(some, asked, made) for hold, some in lines.items()}
    verdicts = {hold: verdict for hold, verdict in verdicts.items() if verdict != "clear"}
    for hold, verdict in _derived_holds(session, asked, batch is not None):
        if verdicts.get(hold) != "covered":
            verdicts[hold] = verdict
    return _Found(verdicts, asked.lot, asked.lot is None or batch is not None)


def _read_product(session: Session, gtin: str) -> ProductRow | None:
    row = session.connection().execute(_PRODUCT, {"gtin": gtin}).one_or_none()
    if row is None:
        return None
    name, name_en, brand, specification, maker = row
    return {
        "name": name,
        "name_en": name_en,
        "brand": brand,
        "specification": specification,
        "maker": maker,
    }


def _read_lines(session: Session, gtin: str) -> dict[int, list[Condition]]:
    found: dict[int, list[Condition]] = {}
    for hold, *values in session.connection().execute(_LINES, {"gtin": gtin}):
        found.setdefault(hold, []).append(Condition(*values))
    return found


@dataclass(frozen=True, slots=True)
class _Registered:
    """A registered batch."""

    number: int
    produced_on: date | None


def _read_batch(session: Session, gtin: str, lot: str | None) -> _Registered | None:
    if lot is None:
        return None
    row = session.connection().execute(_BATCH, {"uri": canonical_uri(gtin, lot)}).one_or_none()
    return None if row is None else _Registered(*row)


def _recorded_date(session: Session, asked: Asked, batch: _Registered | None) -> date | None:
    """The production date that the maker's record gives; it is believed before the code's own."""
    if asked.lot is None or asked.gtin is None or (batch is not None and batch.produced_on is not None):
        return None
    return session.scalar(_RECORDED_DAY, {"uri": canonical_uri(asked.gtin, asked.lot)})


def _derived_holds(session: Session, asked: Asked, registered: bool) -> Iterable[tuple[int, Verdict]]:
    """RULES 20: what was made from held goods is held whole."""
    assert asked.gtin is not None
    connection = session.connection()
    if asked.lot is None:
        return [(hold, "unsure") for (hold,) in connection.execute(_DERIVED_OF_ITEM, {"gtin": asked.gtin})]
    found = list(connection.execute(_DERIVED_BATCH, {"uri": canonical_uri(asked.gtin, asked.lot)}))
    if not registered:
        # units made from held goods and recorded without a lot: whom to warn is decided by the upper bound (RULES 7)
        found += connection.execute(_DERIVED_BATCH, {"uri": canonical_uri(asked.gtin)})
    return [(hold, "covered") for (hold,) in found]


def _derived_lots(session: Session, gtin: str, holds: Iterable[Hold]) -> dict[int, list[str]]:
    """Return the lots of the item that were made from held goods, so that people can compare theirs with them."""
    found: dict[int, list[str]] = {}
    for hold in holds:
        lots = session.scalars(
            select(Identifier.lot)
            .join(HeldBatch, HeldBatch.batch_id == Identifier.id)
            .where(HeldBatch.hold_id == hold.id, HeldBatch.derived, Identifier.gtin == gtin, Identifier.kind == "batch")
            .order_by(Identifier.lot)
            .limit(MOST_LOTS)
        )
        found[hold.id] = [lot for lot in lots if lot is not None]
    return found


def _lot_of_serial(session: Session, gtin: str, serial: str) -> str | None:
    return session.scalar(_LOT_OF_SERIAL, {"uri": canonical_uri(gtin, serial=serial)})


def _known_spelling(session: Session, gtin: str, lot: str) -> str:
    """Lots are compared exactly, but one typed in small letters is read as the lot in capitals that is on record."""
    capital = lot.upper()
    if capital == lot:
        return lot
    known = find_numbers(session, [canonical_uri(gtin, lot), canonical_uri(gtin, capital)])
    named = {line.lot for some in _read_lines(session, gtin).values() for line in some}
    if canonical_uri(gtin, lot) in known or lot in named:
        return lot
    return capital if canonical_uri(gtin, capital) in known or capital in named else lot


def _find_contents(session: Session, sscc: str) -> list[_Found] | None:
    """Judge everything that a logistic unit holds now; ``None`` where nobody recorded that it holds anything."""
    unit = session.scalar(_UNIT, {"uri": f"https://id.gs1.org/00/{sscc}"})
    inside = [] if unit is None else session.connection().execute(_INSIDE, {"unit": unit}).all()
    return [_find_content(session, *one) for one in inside] or None


def _find_content(session: Session, number: int, kind: str, gtin: str | None, lot: str | None) -> _Found:
    if gtin is not None and kind in (Kind.BATCH, Kind.ITEM):
        return _find_item(session, Asked(gtin, lot))
    holds = session.scalars(select(HeldBatch.hold_id).where(HeldBatch.batch_id == number))
    return _Found(dict.fromkeys(holds, "covered"), None, False)


def _read_holds(session: Session, numbers: Collection[int]) -> list[Hold]:
    """Newest first; a published recall before a stop-sale."""
    found: list[Hold] = []
    for some in chunked(sorted(numbers)):
        found += session.scalars(select(Hold).where(Hold.id.in_(some)))
    return sorted(found, key=lambda hold: (hold.kind == "recall", hold.published or hold.since, hold.id), reverse=True)
