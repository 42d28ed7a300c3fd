"""Sheets: what is written is read again cell by cell, and no cell is ever a formula."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from trace.sheets import MAX_TEXT, Cell, Column, Language, Sheet, guard, join_texts, write_csv, write_xlsx

PAIRS: Sheet[Sequence[Cell]] = Sheet(
    "对照",
    "Pairs",
    [
        Column("甲", "A", lambda row, _: row[0]),
        Column("=乙", "=B", lambda row, _: row[1]),
        Column("语言", "Language", lambda _, language: language),
    ],
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12)
CELLS = st.one_of(
    TEXTS,
    TEXTS.map("=".__add__),
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**11), max_value=10**11),
    st.integers(-(10**18), 10**18),
    st.dates(),
    st.none(),
)


def read_csv(rows: Sequence[Sequence[Cell]], language: Language = "zh") -> list[list[str]]:
    target = io.BytesIO()
    write_csv(target, PAIRS, rows, language)
    assert target.getvalue().startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline="")))


def read_xlsx(rows: Sequence[Sequence[Cell]], language: Language = "zh") -> tuple[list[list[Any]], bytes]:
    target = io.BytesIO()
    write_xlsx(target, PAIRS, rows, language)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(target.getvalue()))
    parts = zipfile.ZipFile(io.BytesIO(target.getvalue()))
    return workbook.get_sheet_by_index(0).to_python(), parts.read("xl/worksheets/sheet1.xml")


def test_headings_are_in_the_reader_s_language() -> None:
    assert read_csv([], "zh") == [["甲", "'=乙", "语言"]]
    assert read_csv([], "en") == [["A", "'=B", "Language"]]
    assert read_xlsx([(1, 2)], "en")[0] == [["A", "=B", "Language"], [1, 2, "en"]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠x"])
def test_a_text_that_looks_like_a_formula_is_none(text: str) -> None:
    assert read_csv([(text, None)])[1][0] == "'" + text == guard(text)
    cells, xml = read_xlsx([(text, None)])
    assert cells[1][0] == text
    assert b"<f>" not in xml


def test_a_number_code_stays_text_with_all_its_zeros() -> None:
    cells, _ = read_xlsx([("09520000000035", "1e5")])
    assert cells[1][:2] == ["09520000000035", "1e5"]


def test_a_number_that_a_worksheet_cannot_hold_exactly_is_text() -> None:
    exact, wide, deep = Decimal("123456789012.345"), Decimal("123456789012345678"), Decimal("0.30000000000000004")
    cells, _ = read_xlsx([(exact, wide), (deep, 10**17), (-(10**17) - 1, Decimal("-0.5"))])
    assert [row[:2] for row in cells[1:]] == [
        [123456789012.345, "123456789012345678"],
        ["0.30000000000000004", 1e17],
        ["-100000000000000001", -0.5],
    ]
    assert read_csv([(exact, wide)])[1][:2] == ["123456789012.345", "123456789012345678"]


def test_dates_are_dates_and_those_before_all_calendars_agree_are_text() -> None:
    cells, _ = read_xlsx([(date(2026, 3, 1), date(1899, 12, 31))])
    assert cells[1][:2] == [date(2026, 3, 1), "1899-12-31"]


@given(st.lists(st.tuples(CELLS, CELLS), max_size=4))
@settings(max_examples=60, deadline=None)
def test_every_cell_is_read_as_it_was_written(rows: list[tuple[Cell, Cell]]) -> None:
    plain = [[_plain(cell) for cell in row] for row in rows]
    cells, _ = read_xlsx(rows)
    assert [[_plain(cell) for cell in row[:2]] for row in cells[1:]] == plain
    for row, written in zip(rows, read_csv(rows)[1:], strict=True):
        for cell, text in zip(row, written, strict=False):
            if isinstance(cell, str):
                assert text == guard(cell)
            else:
                assert (_plain(Decimal(text)) if isinstance(cell, Decimal) else text) == _plain(cell)


def _plain(cell: Any) -> str:
    """A cell as text; numbers without trailing zeros."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, date):
        return cell.isoformat()
    text = f"{Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def test_what_does_not_fit_in_a_cell_is_said_to_be_missing() -> None:
    texts = [f"urn:x:event:{number:05}" for number in range(5_000)]
    shown = join_texts(texts)
    assert len(shown) <= MAX_TEXT
    listed = shown.split("; ")
    assert listed[:-1] == texts[: len(listed) - 1]
    assert listed[-1] == f"… (+{5_000 - len(listed) + 1})"
    assert join_texts(texts[:3]) == "; ".join(texts[:3])
    assert read_xlsx([("x" * 40_000, None)])[0][1][0] == "x" * (MAX_TEXT - 1) + "…"
