"""The consumer's check: what a scanned code is, and whether it was taken back (CONTRACT, Consumers).

Doubt never sounds like safety: what may be meant but cannot be told without a lot is ``lot_needed``, and trouble with
the database is 503. All of it is a handful of look-ups by key, and none reads an event or a posting: what the check
needs of them is kept beside them (`trace.derivation.check_index`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from trace.check import reading
from trace.check.answer import CheckRow, Status, find_needed, write_answer, write_recall
from trace.check.rules import Asked, Verdict, judge, read_asked
from trace.gs1 import IdentifierError, Kind, canonical_uri
from trace.holds import Condition
from trace.kit.db import chunked
from trace.kit.errors import Unavailable
from trace.models import HeldBatch, Hold, Identifier

MOST_LOTS = 100
"""Lots that one answer lists at the most."""


class CannotTell(Unavailable):
    """The check cannot be answered now; nobody may take that for "no recall"."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The verdict of each hold that concerns the asked goods, and the lot that was settled on."""

    verdicts: dict[int, Verdict]
    lot: str | None
    known: bool
    """The batch is registered."""
    closed: bool = False
    """It is a logistic unit whose contents nobody recorded."""


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
    connection = session.connection()
    product = None if asked.gtin is None else reading.read_product(connection, asked.gtin)
    found = _Found({}, None, True) if asked.gtin is None else _find_item(connection, asked)
    contents = _find_contents(connection, asked)
    by_contents = asked.gtin is None or not any(verdict == "unsure" for verdict in found.verdicts.values())
    for inside in contents or ():
        for hold, verdict in inside.verdicts.items():
            if found.verdicts.get(hold) != "covered":
                found.verdicts[hold] = verdict
    holds = _read_holds(session, found.verdicts)
    covered = [hold for hold in holds if found.verdicts[hold.id] == "covered"]
    unsure = [hold for hold in holds if found.verdicts[hold.id] == "unsure"]
    asked = replace(asked, lot=found.lot)
    registered = product is not None if asked.gtin is not None else contents is not None
    status: Status
    if any(hold.kind == "recall" for hold in covered):
        status = "recalled"
    elif covered:
        status = "stop_sale"
    elif unsure or (asked.gtin is None and contents is None) or any(inside.closed for inside in contents or ()):
        # a logistic unit whose contents nobody recorded may hold anything: its goods must be scanned
        status = "lot_needed"
    elif not registered:
        status = "product_not_registered"
    elif not (found.known and all(inside.known for inside in contents or ())):
        status = "batch_not_registered"
    else:
        status = "no_recall_known"
    shown = covered or unsure
    derived = _derived_lots(session, asked.gtin, shown) if status == "lot_needed" and asked.gtin is not None else {}
    rows = [write_recall(hold, asked, site, derived.get(hold.id, ())) for hold in shown]
    needed = [] if status != "lot_needed" else ["goods"] if by_contents else find_needed(asked, shown)
    return write_answer(code, asked, status, now, product, rows, needed=needed)


def _find_item(connection: Connection, asked: Asked) -> _Found:
    """Judge an item by the lines of all holds that name it, and by the batches that were made from held ones."""
    gtin = asked.gtin
    assert gtin is not None
    lines = reading.read_lines(connection, gtin)
    if asked.serial is not None and asked.typed_serial:
        asked = replace(asked, serial=_known_serial(connection, gtin, asked.serial, lines), typed_serial=False)
    recorded = None
    if asked.serial is not None and (asked.lot is None or asked.typed):
        recorded = reading.find_lot(connection, gtin, asked.serial)
    if asked.lot is None or recorded is None:
        lot = asked.lot or recorded
        if asked.typed and asked.lot is not None:
            lot = _known_spelling(connection, gtin, asked.lot, [line for some in lines.values() for line in some])
        return _find_batch(connection, replace(asked, lot=lot), lines)
    # the lot that was typed, and the one that the serial was said to be of: either may be the mistake
    typed = _find_item(connection, replace(asked, serial=None))
    both = [_find_batch(connection, replace(asked, lot=lot), lines) for lot in dict.fromkeys((typed.lot, recorded))]
    return min(both, key=lambda one: ("covered" not in one.verdicts.values(), not one.verdicts))


def _find_batch(connection: Connection, asked: Asked, lines: Mapping[int, list[Condition]]) -> _Found:
    gtin = asked.gtin or ""
    batch = reading.UNKNOWN if asked.lot is None else reading.read_batch(connection, canonical_uri(gtin, asked.lot))
    made = batch.made or asked.made  # the maker's record is believed before the code's own date
    verdicts = {hold: judge(some, asked, made) for hold, some in lines.items()}
    verdicts = {hold: verdict for hold, verdict in verdicts.items() if verdict != "clear"}
    for hold, verdict in _derived_holds(connection, gtin, asked.lot, batch):
        if verdicts.get(hold) != "covered":
            verdicts[hold] = verdict
    return _Found(verdicts, asked.lot, asked.lot is None or batch.registered)


def _derived_holds(
    connection: Connection, gtin: str, lot: str | None, batch: reading.KnownBatch
) -> Iterable[tuple[int, Verdict]]:
    """RULES 20: what was made from held goods is held whole."""
    if lot is None:
        return [(hold, "unsure") for hold in reading.find_derived(connection, gtin)]
    found = batch.derived
    if not batch.registered:
        # units made from held goods and recorded without a lot: whom to warn is decided by the upper bound (RULES 7)
        found |= reading.read_batch(connection, canonical_uri(gtin)).derived
    return [(hold, "covered") for hold in found]


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


def _known_spelling(connection: Connection, gtin: str, lot: str, lines: Iterable[Condition]) -> str:
    """Lots are compared exactly, but one typed in other letters is read as the one that is recalled or on record."""
    named = {line.lot for line in lines if line.lot is not None}
    capital = lot.upper()
    if lot in named or reading.is_known(connection, canonical_uri(gtin, lot)):
        return lot
    alike = sorted(one for one in named if one.upper() == capital)
    if alike:
        return alike[0]
    if capital == lot or reading.is_known(connection, canonical_uri(gtin, capital)):
        return capital
    ranges = [line for line in lines if line.lot_from is not None or line.lot_to is not None]
    within = judge(ranges, Asked(gtin, capital), None) != "clear" and judge(ranges, Asked(gtin, lot), None) == "clear"
    return capital if within else lot


def _known_serial(connection: Connection, gtin: str, serial: str, lines: Mapping[int, list[Condition]]) -> str:
    """The same for a serial number: lines name ranges of them."""
    capital = serial.upper()
    if capital == serial or reading.is_known(connection, canonical_uri(gtin, serial=serial)):
        return serial
    if reading.is_known(connection, canonical_uri(gtin, serial=capital)):
        return capital
    ranges = [replace(line, lot=None, lot_from=None, lot_to=None) for some in lines.values() for line in some]
    ranges = [line for line in ranges if not line.exclude and (line.serial_from or line.serial_to)]
    within = judge(ranges, Asked(gtin, None, capital), None) != "clear"
    return capital if within and judge(ranges, Asked(gtin, None, serial), None) == "clear" else serial


def _find_contents(connection: Connection, asked: Asked) -> list[_Found] | None:
    """Judge all that a logistic unit, or a case with a serial, holds now; None where nobody recorded anything."""
    if asked.sscc is not None:
        uri = f"https://id.gs1.org/00/{asked.sscc}"
    elif asked.gtin is not None and asked.serial is not None:
        uri = canonical_uri(asked.gtin, serial=asked.serial)
    else:
        return None
    return [_find_content(connection, one) for one in reading.read_contents(connection, uri)] or None


def _find_content(connection: Connection, one: reading.Inside) -> _Found:
    if one.gtin is not None and one.kind in (Kind.BATCH, Kind.ITEM):
        return _find_item(connection, Asked(one.gtin, one.lot))
    closed = one.kind == Kind.SSCC
    return _Found(dict.fromkeys(reading.find_holds(connection, one.number), "covered"), None, False, closed)


def _read_holds(session: Session, numbers: Collection[int]) -> list[Hold]:
    """Newest first; a published recall before a stop-sale."""
    found: list[Hold] = []
    for some in chunked(sorted(numbers)):
        found += session.scalars(select(Hold).where(Hold.id.in_(some)))
    return sorted(found, key=lambda hold: (hold.kind == "recall", hold.published or hold.since, hold.id), reverse=True)
