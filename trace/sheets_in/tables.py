"""A spreadsheet file as rows of cells: CSV of any usual making and XLSX, within limits (pure).

Nothing of a file is believed: sizes are counted while unpacking, formulas are never computed (their last value is
read), macros and links are never opened.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

Cell = str | float | int | bool | date | datetime | time | timedelta
"""What stands in a cell; the empty text where nothing does. A CSV file has texts alone."""

Row = tuple[Cell, ...]

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PARTS = 1_000
MAX_ROWS = 100_000
MAX_COLUMNS = 100
MAX_HEAD_ROWS = 20
"""Rows above the data: titles, notes, the headings."""

MAX_CELLS = 6_000_000
"""Rows × columns: one cell far off would make a table of billions of empty ones."""

SAME = 10_000
"""Different texts that are kept once however often they come: codes and days do in most rows."""

_PIECE = 1 << 20
_TEXTS = "xl/sharedStrings.xml"
_TEXT_END = re.compile(rb"(?:/(?:\w{1,20}:)?si\s*|<(?:\w{1,20}:)?si\s*/)>")
_OVERLAP = 256
_PLACE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{1,8})([0-9]{1,20})\s*["']""")
_SHARED_MARK = re.compile(rb"""=\s*["']s["']""")
_SHARED = re.compile(rb"""=\s*["']s["'][^<>]*>\s*(?:<[^<>]*>\s*)?([0-9]{1,9})\s*<""")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


class TableRefused(ValueError):
    """A file that cannot be read as a sheet; the text says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a sheet, row 1 first, and whether it came as a workbook (XLSX)."""

    rows: Sequence[Row]
    workbook: bool


def read_table(data: bytes, names: Iterable[str] = ()) -> Table:
    """Read a file: the worksheet that has one of `names`, else the first one. Raises TableRefused."""
    if len(data) > MAX_BYTES:
        raise TableRefused(f"Expected a file of at most {MAX_BYTES >> 20} MB, got {len(data) / (1 << 20):.1f} MB.")
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"PK"):
        return Table(_within(_read_workbook(data, list(names))), workbook=True)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableRefused("Expected .xlsx or .csv, got an old .xls file or one with a password.")
    if head.startswith(b"%PDF"):
        raise TableRefused("Expected .xlsx or .csv, got a PDF.")
    if head[:200].lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta")):
        raise TableRefused("Expected .xlsx or .csv, got a web page or XML.")
    return Table(_within(_read_csv(_decode(data))), workbook=False)


def _within(rows: Iterable[Row]) -> list[Row]:
    kept: list[Row] = []
    blank = 0
    known: dict[Cell, Cell] = {}
    for row in rows:
        while row and row[-1] == "":
            row = row[:-1]
        if len(known) < SAME:
            known.update((cell, cell) for cell in row if isinstance(cell, str) and cell not in known)
        row = tuple([known.get(cell, cell) if isinstance(cell, str) else cell for cell in row])
        if not row:
            blank += 1
            continue
        if len(row) > MAX_COLUMNS:
            raise TableRefused(f"Expected at most {MAX_COLUMNS} columns, got {len(row)}.")
        kept += [()] * blank
        blank = 0
        kept.append(row)
        if len(kept) > MAX_ROWS + MAX_HEAD_ROWS:
            raise TableRefused(f"Expected at most {MAX_ROWS} rows, got more. Divide the sheet.")
    if not kept:
        raise TableRefused("Expected a sheet with rows, got an empty one.")
    return kept


# -- CSV -----------------------------------------------------------------------------------------------


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        # GB 18030 holds GBK and GB 2312, which spreadsheets write in China
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableRefused("Expected text in UTF-8 or GBK, got something else. Save the sheet as .xlsx or CSV.")


def _read_csv(text: str) -> Iterator[Row]:
    named = re.match(r"sep=([,;\t|])\r?\n", text)
    separator = named.group(1) if named else _separator(text)
    start = named.end() if named else 0
    try:
        for cells in csv.reader(io.StringIO(text[start:], newline=""), delimiter=separator):
            yield tuple(_unguard(cell) for cell in cells)
    except csv.Error as error:
        raise TableRefused(f"Cannot read it as CSV: {error}.") from error


def _separator(text: str) -> str:
    """The one that parts the first line that is not empty into most cells; a comma where none does."""
    line = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    return max((",", ";", "\t"), key=lambda one: len(next(csv.reader([line], delimiter=one), [])))


def _unguard(cell: str) -> str:
    """Take off the apostrophe that our own sheets put before what a spreadsheet would take for a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


# -- XLSX ----------------------------------------------------------------------------------------------


def _read_workbook(data: bytes, names: Sequence[str]) -> Iterator[Row]:
    _check_parts(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        if not workbook.sheet_names:
            raise TableRefused("Expected a sheet with rows, got an empty one.")
        name = next((one for one in workbook.sheet_names if one.strip() in names), workbook.sheet_names[0])
        sheet = workbook.get_sheet_by_name(name)
        indent = ("",) * (sheet.start[1] if sheet.start else 0)
        for cells in sheet.iter_rows():  # the empty rows above are given, the empty columns before are not
            yield (*indent, *cells)
    except CalamineError as error:
        raise TableRefused(f"Cannot read it as a workbook: {error}.") from error


def _check_parts(data: bytes) -> None:
    """Unpack every part and throw it away, counting; no size that the file itself tells is believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = [part.filename for part in parts.infolist()]
            if "xl/workbook.xml" not in names:
                raise TableRefused("Expected .xlsx or .csv, got another kind of file. Save the sheet as .xlsx.")
            if len(names) > MAX_PARTS or len(set(names)) < len(names):
                raise TableRefused(f"Expected a workbook of at most {MAX_PARTS} different parts, got {len(names)}.")
            texts: list[int] = []
            if _TEXTS in names:
                with parts.open(_TEXTS) as stream:
                    texts = _measure_texts(stream)
            left = MAX_UNPACKED
            for part in parts.infolist():
                with parts.open(part) as stream:
                    left -= _measure_part(stream, left, texts)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise TableRefused(f"Cannot read it as a workbook: {error}.") from error


def _blocks(stream: Any, most: int) -> Iterator[tuple[bytes, int]]:
    """Yield a stream's pieces, each with the end of the one before it, and how many bytes that is."""
    kept = b""
    while piece := stream.read(_PIECE):
        most -= len(piece)
        if most < 0:
            raise TableRefused(f"Expected a workbook of at most {MAX_UNPACKED >> 20} MB unpacked, got more.")
        yield kept + piece, len(kept)
        kept = (kept + piece)[-_OVERLAP:]


def _measure_texts(stream: Any) -> list[int]:
    """The lengths of the texts that cells share by their number: each cell gets a copy of its own."""
    ends = [0]
    at = 0
    for block, old in _blocks(stream, MAX_UNPACKED):
        if b"<!" in block:  # a remark could hide where a text ends
            raise TableRefused("Cannot read it as a workbook: its texts have remarks or declarations.")
        ends += [at - old + one.end() for one in _TEXT_END.finditer(block) if one.end() > old]
        at += len(block) - old
    return [end - begin for begin, end in zip(ends, [*ends[1:], at], strict=True)]


def _measure_part(stream: Any, left: int, texts: Sequence[int]) -> int:
    """Return how many bytes a part has, its shared texts copied. Raises TableRefused beyond `left`, or the cells."""
    rows = columns = 1
    bytes_ = unclear = 0
    longest = max(texts, default=0)
    for block, old in _blocks(stream, left):
        bytes_ += len(block) - old
        for letters, digits in _PLACE.findall(block):
            rows, columns = max(rows, int(digits)), max(columns, _column(letters))
        if rows * columns > MAX_CELLS:
            raise TableRefused(
                f"Expected at most {MAX_ROWS} rows and {MAX_COLUMNS} columns, got {rows} and {columns}. "
                "Delete the empty rows and columns behind the last one."
            )
        unclear += sum(one.end() > old for one in _SHARED_MARK.finditer(block))
        for one in _SHARED.finditer(block):
            number = int(one.group(1))
            if one.end() > old and number < len(texts):
                unclear -= 1
                bytes_ += texts[number]
        if bytes_ + max(unclear - 1, 0) * longest > left:
            raise TableRefused(f"Expected a workbook of at most {MAX_UNPACKED >> 20} MB unpacked, got more.")
    return bytes_


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
