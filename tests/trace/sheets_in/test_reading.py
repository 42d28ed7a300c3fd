"""Files as rows, and cells as values: what spreadsheets of all kinds write, what they spoil, and what is meant ill."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from trace.sheets import guard
from trace.sheets_in import tables
from trace.sheets_in.cells import BadCell, read_amount, read_code, read_day, read_list, read_lot, read_moment, read_text
from trace.sheets_in.headings import find_head
from trace.sheets_in.kinds import KINDS
from trace.sheets_in.rows import names_of
from trace.sheets_in.tables import TableRefused, read_table
from trace.sheets_in.templates import write_template

ROWS = [("商品条码", "批号", "数量"), ("9520000000103", "甲-1;2", "5")]


def workbook(fill: Callable[[Any, Any], None], name: str = "Sheet1") -> bytes:
    """A workbook of one sheet, filled by a function of (workbook, sheet)."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        fill(book, book.add_worksheet(name))
    return target.getvalue()


def zipped(**parts: bytes) -> bytes:
    """A workbook made by hand; names have `__` for slashes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b"<workbook/>")
        for name, data in parts.items():
            file.writestr(name.replace("__", "/") + ".xml", data)
    return target.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_csv_of_any_usual_making_is_read(encoding: str, separator: str, ends: str) -> None:
    """What is quoted may hold the separator."""
    text = ends.join(separator.join(f'"{cell}"' for cell in row) for row in ROWS) + ends
    assert list(read_table(text.encode(encoding)).rows) == ROWS


def test_a_line_that_names_the_separator_is_not_a_row() -> None:
    assert read_table(b"sep=;\r\na;b\r\n1;2").rows == [("a", "b"), ("1", "2")]


def test_a_workbook_is_read_by_values_from_its_true_corner() -> None:
    """Formulas give the value they had; the sheet with the kind's name goes first; dates stay dates."""

    def fill(book: Any, sheet: Any) -> None:
        sheet.write(2, 1, "批号")
        sheet.write_formula(3, 1, "=HYPERLINK(1)", None, "L1")
        sheet.write_datetime(4, 1, datetime(2026, 11, 22), book.add_format({"num_format": "yyyy-mm-dd"}))
        book.add_worksheet("批次").write(0, 0, "named")

    data = workbook(fill)
    rows = read_table(data).rows
    assert rows[2] == ("", "批号")
    assert rows[3] == ("", "L1")
    assert read_day(rows[4][1]) == "2026-11-22"
    assert read_table(data, ("批次",)).rows == [("named",)]


SHEET = b"<worksheet><sheetData>%s</sheetData></worksheet>"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (zipped(xl__worksheets__sheet1=b" " * (tables.MAX_UNPACKED + 1)), "at most 200 MB unpacked"),
        (
            zipped(
                xl__sharedStrings=b"<sst><si><t>" + b"A" * 30_000 + b"</t></si></sst>",
                xl__worksheets__sheet1=SHEET % (b'<c r="A1" t="s"><v>0</v></c>' * 50_000),
            ),
            "at most 200 MB unpacked",
        ),
        (
            zipped(
                xl__sharedStrings=b"<sst><si><t>A<!-- </si> -->" + b"A" * 30_000 + b"</t></si></sst>",
                xl__worksheets__sheet1=SHEET % b'<c r="A1" t="s"><v>0</v></c>',
            ),
            "remarks or declarations",
        ),
        (
            zipped(
                xl__sharedStrings=b"<sst><si><t>" + b"A" * 30_000 + b"</t></si></sst>",
                xl__worksheets__sheet1=SHEET % (b"<c r='A1' t = 's'><x><v>0</v></x></c>" * 50_000),
            ),
            "at most 200 MB unpacked",
        ),
        (zipped(xl__worksheets__sheet1=SHEET % b'<row r="1048576"><c r="XFD1048576"/></row>'), "rows and"),
        (zipped(**{f"xl__p{number}": b"x" for number in range(1_100)}), "different parts"),
        (zipped(xl__worksheets__sheet1=b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'), "Cannot"),
        (b"PK\x05\x06" + b"\0" * 18, "another kind of file"),
        (b"a," * 200, "columns"),
        (b"\xff\x00\x81", "UTF-8 or GBK"),
        (b"a\0b", "UTF-8 or GBK"),
        (b"x\n" * (tables.MAX_ROWS + 30), "at most 100000 rows"),
        (b'"' + b"x" * 200_000, "Cannot read it as CSV"),
    ],
    ids=range(13),
)
def test_bombs_and_strangers_are_refused(data: bytes, said: str) -> None:
    assert len(data) < tables.MAX_BYTES
    with pytest.raises(TableRefused, match=said):
        read_table(data)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(data: bytes) -> None:
    for beginning in (b"", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe", b'"'):
        with suppress(TableRefused):
            read_table(beginning + data)


@given(st.text(max_size=30).filter(lambda text: "\0" not in text and text.strip()))
def test_what_our_sheets_guard_comes_back_as_it_was(text: str) -> None:
    """No cell of ours begins a formula in a spreadsheet, and brought back it says what it said."""
    plain = text.strip().replace("\n", " ").replace("\r", " ").replace('"', "'").strip()
    if plain and not plain.startswith("'"):
        data = f'"head"\n"{guard(plain)}"'.encode("utf-8-sig", "replace")
        assert read_table(data).rows[1] == (plain.encode("utf-8", "replace").decode(),)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (9520000000103.0, "9520000000103"),
        ("9.520000000103E+12", "9520000000103"),
        ("9 520000 000103", "9520000000103"),
        ("９５２０", "9520"),
        (" 9520 ", "9520"),
        ("", None),
    ],
)
def test_codes_that_a_spreadsheet_bent_are_mended_where_nothing_is_lost(cell: Any, code: str | None) -> None:
    assert read_code(cell) == code


@pytest.mark.parametrize("cell", [1.06141411234567897e17, "9.52E+12", "1E+12"])
def test_codes_of_which_digits_are_lost_are_refused(cell: Any) -> None:
    with pytest.raises(BadCell, match="were lost"):
        read_code(cell)


@pytest.mark.parametrize(
    ("cell", "day", "moment"),
    [
        ("2026-11-22", "2026-11-22", "2026-11-22T00:00:00+08:00"),
        ("2026/1/2", "2026-01-02", "2026-01-02T00:00:00+08:00"),
        ("2026年11月22日", "2026-11-22", "2026-11-22T00:00:00+08:00"),
        ("20261122", "2026-11-22", "2026-11-22T00:00:00+08:00"),
        (20261122.0, "2026-11-22", "2026-11-22T00:00:00+08:00"),
        (datetime(2026, 11, 22, 8, 30), "2026-11-22", "2026-11-22T08:30:00+08:00"),
        ("2026.11.22 8:05", "2026.11.22 8:05", "2026-11-22T08:05:00+08:00"),
        ("2026年11月22日 8时30分", "2026年11月22日 8时30分", "2026-11-22T08:30:00+08:00"),
        ("2026-11-22T08:30:00Z", "2026-11-22T08:30:00Z", "2026-11-22T08:30:00Z"),
        ("2026-11-22 08:30 +0900", "2026-11-22 08:30 +0900", "2026-11-22T08:30:00+09:00"),
        ("next week", "next week", "next week"),
    ],
)
def test_days_and_times_as_people_write_them(cell: Any, day: str, moment: str) -> None:
    """What is no day stays as it is, for the body to refuse in words."""
    assert read_day(cell) == day
    assert read_moment(cell) == moment


def test_amounts_are_exact() -> None:
    """As the spreadsheet shows them; a comma parts thousands alone."""
    assert read_amount("1,234.50") == Decimal("1234.50")
    assert read_amount(0.1 + 0.2) == Decimal("0.3")
    assert read_amount("１２") == 12
    assert [read_amount(text) for text in ("1,23", "12件", "1_0", "nan")] == ["1,23", "12件", "1_0", "nan"]


def test_lots_and_texts() -> None:
    """A lot that became a date is lost; control characters and long texts are named."""
    assert read_lot(20261101.0) == "20261101"
    assert read_list("A1, A2；A3\nA4") == ["A1", "A2", "A3", "A4"]
    with pytest.raises(BadCell, match="changed it"):
        read_lot(datetime(2026, 11, 1))
    with pytest.raises(BadCell, match="control character"):
        read_text("a\x07b")
    with pytest.raises(BadCell, match="1000 characters"):
        read_text("x" * 1001)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_heading_of_a_template_is_known_again(kind: Any, language: Any, form: str) -> None:
    target = io.BytesIO()
    write_template(target, kind, form, language)
    head = find_head(read_table(target.getvalue(), (kind.zh, kind.en)).rows, names_of(kind), {})
    assert head.fields == (*(column.field for column in kind.columns), "")


def test_headings_below_a_title_are_found_and_each_field_is_taken_once() -> None:
    rows = [("三月批次表",), (), ("品名", "商品条码*", "批 号（必填）", "数量", "件数"), ("x", "1", "2", "3", "4")]
    head = find_head(rows, names_of(KINDS["batches"]), {})
    assert head.row == 2
    assert head.fields == (None, "commodity_code", "lot", "quantity", "")
