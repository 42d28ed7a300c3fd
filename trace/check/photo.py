"""The consumer's check by a photo: every code on it, each with its answer (CONTRACT, Consumers). Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from threading import BoundedSemaphore

from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from trace.answers import write_time
from trace.check.answer import CheckRow
from trace.check.code import check_code
from trace.gs1 import IdentifierError, read_scan
from trace.gs1.element_strings import FNC1, bracketed
from trace.kit.errors import FieldError, Problem, Unavailable
from trace.symbols.decode import Reading
from trace.symbols.photo import PhotoRefused, read_photo

SECONDS = 3.0
"""Of processor time for one photo."""

AT_ONCE = 2
"""Photos that one process reads at a time: each keeps a processor busy and takes up to 50 MB."""

PATIENCE = 2.0
"""Seconds to wait for a turn."""

MOST_SYMBOLS = 20
"""Symbols of a photo that are answered."""

NOTHING_FOUND = "No code was found on the photo: come nearer, hold still, avoid glare, or type the digits."

_turns = BoundedSemaphore(AT_ONCE)

# ISO/IEC 15424: symbols that hold a GTIN or element strings whatever their text looks like.
_ITEM_SYMBOLS = frozenset({"]E0", "]E4", "]I1", "]C1", "]e0", "]e1", "]e2", "]d2", "]Q3"})


class PictureUnreadable(Problem):
    """The picture itself cannot be read; `why` says in a word what is wrong with it."""

    def __init__(self, refused: PhotoRefused) -> None:
        super().__init__(str(refused), errors=[FieldError("/photo", str(refused))], extra={"why": refused.why})
        self.status = refused.status


class TooManyPhotos(Unavailable):
    """All turns are taken."""


class SymbolRow(TypedDict):
    """A symbol: its name, its symbology identifier (ISO/IEC 15424), and the text that it transmits."""

    kind: str
    identifier: str
    text: str


class CodeRow(TypedDict):
    """What one or several symbols of the photo name; `check` is null for what is no item code (a page, a payment).

    `shown` is what people compare with the pack: digits, or AIs in brackets.
    """

    shown: str
    symbols: list[SymbolRow]
    check: CheckRow | None


class PhotoRow(TypedDict):
    """What was found on a photo, the code that says most first; `detail` says why there is nothing."""

    codes: list[CodeRow]
    detail: str | None
    checked_at: str


def read_codes(data: bytes) -> list[Reading]:
    """Every symbol on a photo. Call it outside a transaction: it takes up to three seconds of processor time.

    Raises PictureUnreadable (413, 415, 422), and TooManyPhotos (503) where too many are being read.
    """
    if not _turns.acquire(timeout=PATIENCE):
        raise TooManyPhotos("Too many photos are being read. Try again in a moment, or type the digits.")
    try:
        return read_photo(data, SECONDS)
    except PhotoRefused as refused:
        raise PictureUnreadable(refused) from refused
    finally:
        _turns.release()


def check_photo(session: Session, readings: Iterable[Reading], now: datetime, site: str = "") -> PhotoRow:
    """Return what the symbols of a photo name and whether it was taken back, as `check_code` does for one.

    Symbols that say the same of the same goods, or less (an EAN-13 beside a QR code with the lot), are one code.
    Raises CannotTell (503).
    """
    codes: list[CodeRow] = []
    for reading in sorted(list(readings)[:MOST_SYMBOLS], key=_fullness, reverse=True):
        row = _check(session, reading, now, site)
        same = next((one for one in codes if _says_no_more(row, one)), None)
        if same is None:
            codes.append(row)
        else:
            same["symbols"] += row["symbols"]
    return {"codes": codes, "detail": None if codes else NOTHING_FOUND, "checked_at": write_time(now) or ""}


def _fullness(reading: Reading) -> tuple[bool, bool, bool, int]:
    """An item before a place or nothing, a batch or instance before an item, the longer code before the shorter."""
    try:
        scan = read_scan(reading.scan)
    except IdentifierError:
        return False, False, reading.identifier in _ITEM_SYMBOLS, 0
    goods = scan.gtin is not None or scan.sscc is not None
    return goods, scan.lot is not None or scan.serial is not None, True, len(scan.elements)


def _check(session: Session, reading: Reading, now: datetime, site: str) -> CodeRow:
    check = check_code(session, reading.scan, now, site=site)
    is_item = check["status"] != "unreadable" or reading.identifier in _ITEM_SYMBOLS
    return {
        "shown": _shown(reading),
        "symbols": [{"kind": reading.kind, "identifier": reading.identifier, "text": reading.text}],
        "check": check if is_item else None,
    }


def _shown(reading: Reading) -> str:
    if reading.identifier not in _ITEM_SYMBOLS or reading.identifier[1] in "EI":
        return reading.text
    try:
        return bracketed(read_scan(reading.scan).elements)
    except IdentifierError:
        return reading.text.replace(FNC1, "␝")


def _says_no_more(row: CodeRow, other: CodeRow) -> bool:
    """Whether everything that `row` says of its goods is said by `other`."""
    one, two = row["check"], other["check"]
    if one is None or two is None or one["status"] == "unreadable":
        return row["shown"] == other["shown"]
    mine = [(one["gtin"], two["gtin"]), (one["lot"], two["lot"]), (one["serial"], two["serial"])]
    return all(said is None or said == known for said, known in [*mine, (one["sscc"], two["sscc"])])
