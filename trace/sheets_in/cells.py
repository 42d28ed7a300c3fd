"""What people write in cells, as the values that bodies take: codes, amounts, days, times, words (pure).

A reader returns None for an empty cell. What it cannot read it returns as text: the body's own rules then say what was
expected. What a spreadsheet has spoilt (digits lost, a lot turned into a date) is refused here, with BadCell.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from trace.sheets_in.tables import Cell

MAX_TEXT = 1_000
EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number."""

HOME_ZONE = "+08:00"
"""Of a time without a zone (Beijing)."""

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(
    r"[T ]?\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})\s*(?:分|:\s*(\d{1,2})(?:\.\d+)?|分\s*(\d{1,2})\s*秒)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_SCIENTIFIC = re.compile(r"(\d(?:\.(\d+))?)[eE]\+?(\d{1,2})")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,2})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
"""Full-width letters, digits and signs of Chinese input methods, as they are on keyboards."""

_BLANKS = " \t\r\n\u3000\xa0\u200b\ufeff"

Read = Callable[[Cell], Any]


class BadCell(ValueError):
    """A cell that cannot be taken as it is; the text says why."""


def read_text(cell: Cell) -> str | None:
    """Text as it stands, without the blanks around it."""
    text = show_cell(cell).strip(_BLANKS)
    if len(text) > MAX_TEXT:
        raise BadCell(f"Expected at most {MAX_TEXT} characters in a cell, got {len(text)}.")
    if _CONTROL.search(text):
        raise BadCell("Expected text, got a control character.")
    return text or None


def read_code(cell: Cell) -> str | None:
    """A code of digits: blanks and full-width digits are mended, digits that a spreadsheet rounded away are missed."""
    text = (read_text(cell) or "").translate(_WIDE)
    match = _SCIENTIFIC.fullmatch(text)
    if match is not None:
        digits, exponent = match.group(1).replace(".", ""), int(match.group(3))
        if len(digits) != exponent + 1:
            raise BadCell(f"Digits of {text} were lost: the cell is a number.")
        return digits
    return re.sub(r"(?<=\d)\s+(?=\d)", "", text) or None


def read_lot(cell: Cell) -> str | None:
    """A lot or another short code of letters and digits."""
    if isinstance(cell, date | datetime | time):
        raise BadCell(f"Expected a lot, got the day {show_cell(cell)}: the spreadsheet changed it.")
    text = (read_text(cell) or "").translate(_WIDE)
    if isinstance(cell, float) and _SCIENTIFIC.fullmatch(text):
        raise BadCell(f"Digits of {text} were lost: the cell is a number.")
    return text or None


def read_amount(cell: Cell) -> Decimal | str | None:
    """A number; a comma parts thousands only."""
    text = (read_text(cell) or "").translate(_WIDE)
    if not text:
        return None
    number = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    return Decimal(number) if _NUMBER.fullmatch(number) else text


def read_day(cell: Cell) -> str | None:
    """A day as `YYYY-MM-DD`, from a date of the spreadsheet or the usual ways to write one."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    text = (read_text(cell) or "").translate(_WIDE)
    match = _DAY.fullmatch(text)
    return _iso_day(match) if match else text or None


def read_moment(cell: Cell) -> str | None:
    """A day, or a day and a time, as RFC 3339: Beijing time without a zone, the day's beginning without a time."""
    if isinstance(cell, datetime):
        zone = "" if cell.tzinfo else HOME_ZONE
        return cell.replace(microsecond=0).isoformat() + zone
    text = (read_text(cell) or "").translate(_WIDE)
    match = _DAY.match(text)
    if match is None:
        return text or None
    rest = text[match.end() :].strip()
    if not rest:
        return f"{_iso_day(match)}T00:00:00{HOME_ZONE}"
    clock = _TIME.fullmatch(rest)
    if clock is None:
        return text
    hour, minute, second, named, zone = clock.groups()
    return f"{_iso_day(match)}T{int(hour):02}:{int(minute):02}:{int(second or named or 0):02}{_zone(zone)}"


def read_list(cell: Cell) -> list[str] | None:
    """Several codes in one cell, parted by commas, semicolons, blanks or lines."""
    text = (read_text(cell) or "").translate(_WIDE)
    return [part for part in re.split(r"[\s,;、，；]+", text) if part] or None


def word_reader(words: Mapping[str, str]) -> Read:
    """A reader of one of some words, each in either language, for the value that a body takes."""
    known = {_fold(written): meant for written, meant in words.items()}

    def read(cell: Cell) -> str | None:
        text = read_text(cell)
        return None if text is None else known.get(_fold(text), text)

    return read


def _fold(text: str) -> str:
    return text.translate(_WIDE).strip().casefold()


def show_cell(cell: Cell) -> str:
    """A cell as the spreadsheet shows it; a number keeps all digits that it has."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < EXACT:
            return str(int(cell))
        text = f"{cell:.15g}"
        return text.replace("e+", "E+") if "e" in text else text
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | datetime | time) else str(cell)


def _iso_day(match: re.Match[str]) -> str:
    year, month, day = (part for part in match.groups() if part is not None)
    return f"{year}-{int(month):02}-{int(day):02}"


def _zone(text: str | None) -> str:
    if text is None:
        return HOME_ZONE
    return "Z" if text in "Zz" else f"{text[:3]}:{text[-2:]}"
