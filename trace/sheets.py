"""Sheets for people, CSV and XLSX: one writer for all of them, so that no cell is ever a formula (pure).

A sheet is a list of columns, each with its heading in both languages and how its cell is read off a row. Rows are
written as they come and never kept, so a sheet of any length takes the same memory.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, Generic, Literal, TypeVar

import xlsxwriter

Language = Literal["zh", "en"]

Cell = str | Decimal | int | date | None
"""Text stays text, however much it looks like a number, a date or a formula; ``None`` is an empty cell."""

Row = TypeVar("Row")

CSV_TYPE = "text/csv"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAX_ROWS = 1_048_575
"""What a worksheet holds below its headings."""

MAX_TEXT = 32_767
"""Characters of one cell of a worksheet."""

_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""What a spreadsheet that opens a CSV file may take for the beginning of a formula (OWASP, CSV injection)."""

EXACT_DIGITS = 15
MAX_EXPONENT = 300

_FIRST_DAY = date(1900, 3, 1)
"""Days before it have no number that all spreadsheets read alike."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its headings, the cell of a row (``read(row, language)``), its width in characters."""

    zh: str
    en: str
    read: Callable[[Row, Language], Cell]
    width: int = 16

    def heading(self, language: Language) -> str:
        """The heading in one language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """What a kind of sheet is called, and its columns."""

    zh: str
    en: str
    columns: Sequence[Column[Row]]


def write_csv(target: BinaryIO, sheet: Sheet[Row], rows: Iterable[Row], language: Language) -> None:
    """Write UTF-8 with a byte order mark, by which spreadsheets know it; `guard` is put on every text."""
    stream = io.TextIOWrapper(target, "utf-8-sig", newline="", write_through=False)
    writer = csv.writer(stream)
    writer.writerow([guard(column.heading(language)) for column in sheet.columns])
    for row in rows:
        writer.writerow([_csv_cell(column.read(row, language)) for column in sheet.columns])
    stream.flush()
    stream.detach()  # the target is the caller's to close


def guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula."""
    return "'" + text if text.startswith(_FORMULA) else text


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return guard(cell)
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def write_xlsx(target: BinaryIO, sheet: Sheet[Row], rows: Iterable[Row], language: Language) -> None:
    """Write a workbook of one worksheet, with a heading that stays in view and filters.

    Raises ValueError beyond `MAX_ROWS`.
    """
    write_workbook(target, [(sheet, rows)], language)


def write_workbook(target: BinaryIO, pages: Iterable[tuple[Sheet[Any], Iterable[Any]]], language: Language) -> None:
    """Write a workbook of several such worksheets, one after the other; each must have a name of its own."""
    with xlsxwriter.Workbook(target, {**SAFE, "constant_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for sheet, rows in pages:
            page = workbook.add_worksheet(sheet.zh if language == "zh" else sheet.en)
            _write_page(page, sheet, rows, language, bold, day)


def _write_page(page: Any, sheet: Sheet[Row], rows: Iterable[Row], language: Language, bold: Any, day: Any) -> None:
    page.freeze_panes(1, 0)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(0, number, column.heading(language), bold)
    last = 0
    for last, row in enumerate(rows, 1):
        if last > MAX_ROWS:
            raise ValueError(f"Expected at most {MAX_ROWS} rows, got more.")
        for number, column in enumerate(sheet.columns):
            write_cell(page, last, number, column.read(row, language), day)
    page.autofilter(0, 0, last, len(sheet.columns) - 1)


SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options with which a workbook takes text as text."""


def write_cell(page: Any, row: int, column: int, cell: Any, day: Any = None) -> None:
    """Write one cell of a worksheet; a number that a cell cannot hold exactly is written as text.

    ``day`` is the format of dates.
    """
    if isinstance(cell, Decimal | int):
        cell = float(cell) if _is_exact(cell) else f"{Decimal(cell):f}"
    if isinstance(cell, date):
        if cell < _FIRST_DAY:
            page.write_string(row, column, cell.isoformat())
        else:
            page.write_datetime(row, column, cell, day)
    elif isinstance(cell, float):
        page.write_number(row, column, cell)
    elif cell:
        page.write_string(row, column, _fit(cell))


def _is_exact(number: Decimal | int) -> bool:
    """Whether a worksheet keeps every digit: it has 15, whatever its numbers are made of."""
    _, digits, exponent = Decimal(number).as_tuple()
    text = "".join(map(str, digits)).rstrip("0")
    return len(text) <= EXACT_DIGITS and isinstance(exponent, int) and abs(Decimal(number).adjusted()) < MAX_EXPONENT


def _fit(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def join_texts(texts: Sequence[str]) -> str:
    """Put several texts in one cell; says how many there was no room for."""
    room = MAX_TEXT - 20
    shown: list[str] = []
    for text in texts:
        room -= len(text) + 2
        if room < 0:
            return "; ".join([*shown, f"… (+{len(texts) - len(shown)})"])
        shown.append(text)
    return "; ".join(shown)
