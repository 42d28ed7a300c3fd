"""Workbooks (.xlsx) as tables of cells: read within limits, written so that no cell is ever a formula (pure)."""

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from trace.fcl.sheet import SheetRefused
from trace.sheets import SAFE, write_cell

MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED = 400 * 1024 * 1024
"""Bytes of all parts together: a workbook is a zip, and a small one can unpack to anything."""

MAX_PARTS = 1_000
MAX_CELLS = 20_000_000
"""Rows × columns of a sheet: one cell far off would make a table of billions of empty ones."""

_PIECE = 1 << 20
_PLACE = re.compile(rb"""\br=["']\s*([A-Za-z]{0,8})([0-9]{1,20})\s*["']""")
_OVERLAP = 64


def read_workbook(data: bytes, names: Collection[str]) -> dict[str, list[list[Any]]]:
    """Return the rows of those sheets of ``names`` that are there.

    Raises SheetRefused for what is no workbook, or beyond the limits.
    """
    _check(data)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        there = [name for name in workbook.sheet_names if name in names]
        return {name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in there}
    except CalamineError as error:
        raise SheetRefused(detail=f"Cannot read it as a workbook: {error}.") from error


def _check(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise SheetRefused(detail=f"Expected a workbook of at most {MAX_BYTES} bytes, got {len(data)}.")
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = parts.infolist()
            if len(names) > MAX_PARTS:
                raise SheetRefused(detail=f"Expected a workbook of at most {MAX_PARTS} parts, got {len(names)}.")
            for part in names:
                with parts.open(part) as stream:
                    left = _check_part(stream, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise SheetRefused(detail=f"Cannot read it as a workbook: {error}.") from error


def _check_part(stream: Any, left: int) -> int:
    """Unpack one part and throw it away, counting; no size that the file itself tells is believed."""
    kept = b""
    rows = columns = 1
    while piece := stream.read(_PIECE):
        left -= len(piece)
        if left < 0:
            raise SheetRefused(detail=f"Expected a workbook of at most {MAX_UNPACKED} bytes unpacked, got more.")
        for letters, digits in _PLACE.findall(kept + piece):
            rows, columns = max(rows, int(digits)), max(columns, _column(letters))
        if rows * columns > MAX_CELLS:
            detail = f"Expected a sheet of at most {MAX_CELLS} cells, got {rows} rows and {columns} columns."
            raise SheetRefused(detail=detail)
        kept = piece[-_OVERLAP:]
    return left


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def write_workbook(tables: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """Return a workbook of these sheets. Text stays text, whatever it begins with, and numbers that a cell cannot
    hold exactly are written as text."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {**SAFE, "in_memory": True}) as workbook:
        for name, rows in tables.items():
            sheet = workbook.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    write_cell(sheet, row, column, cell)
    return target.getvalue()
