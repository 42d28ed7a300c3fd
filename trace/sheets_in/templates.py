"""Sheets that people fill in: templates, and the wrong rows of a sheet to be mended and brought back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

import xlsxwriter

from trace.field_words import Language
from trace.kit.errors import FieldError
from trace.mistakes import say_mistake
from trace.sheets import SAFE, Cell, Sheet, write_csv, write_xlsx
from trace.sheets import Column as SheetColumn
from trace.sheets_in.cells import show_cell
from trace.sheets_in.kinds import Column, SheetKind
from trace.sheets_in.rows import Layout, Wrong
from trace.sheets_in.tables import Row, Table

NOTE = {"zh": "备注", "en": "Note"}
WRONG = {"zh": "哪里不对", "en": "What is wrong"}
EXAMPLE = {"zh": "示例，不会导入", "en": "Example, is not imported"}
EXPLAINED = {"zh": "填写说明", "en": "How to fill in"}
_HEADS = {
    "zh": ("列", "必填", "填什么", "示例"),
    "en": ("Column", "Needed", "What belongs in it", "Example"),
}
_YES = {"zh": "是", "en": "yes"}
_TEXT_ROWS = 20_000
"""Rows that are ready to take codes as text."""


def template_columns(kind: SheetKind, language: Language) -> list[SheetColumn[Mapping[str, str]]]:
    """The columns of a template and the one for remarks, for `trace.sheets`."""

    def cell(name: str) -> Any:
        return lambda row, _language: row.get(name)

    columns: list[SheetColumn[Mapping[str, str]]] = [
        SheetColumn(column.heading("zh"), column.heading("en"), cell(column.field), max(column.width, 12))
        for column in kind.columns
    ]
    return [*columns, SheetColumn(NOTE["zh"], NOTE["en"], cell("note"), 24)]


def example_row(kind: SheetKind, language: Language) -> dict[str, str]:
    """The row that shows how a sheet is filled in, marked as such."""
    return {column.field: column.example for column in kind.columns} | {"note": EXAMPLE[language]}


def write_template(target: BinaryIO, kind: SheetKind, form: str, language: Language) -> None:
    """Write an empty sheet with its headings and an example; a workbook also says what belongs where."""
    if form == "csv":
        sheet = Sheet(kind.zh, kind.en, template_columns(kind, language))
        write_csv(target, sheet, [example_row(kind, language)], language)
        return
    with xlsxwriter.Workbook(target, {**SAFE, "in_memory": True}) as book:
        _write_page(book, kind, language)
        _write_explanations(book, kind, language)


def _write_page(book: Any, kind: SheetKind, language: Language) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    needed = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 5})
    text = book.add_format({"num_format": "@"})
    faint = book.add_format({"num_format": "@", "italic": True, "font_color": "#666666"})
    page = book.add_worksheet(kind.title(language))
    page.freeze_panes(1, 0)
    example = example_row(kind, language)
    for number, column in enumerate(kind.columns):
        # as text, a code keeps its zeros and a lot is no date
        page.set_column(number, number, max(column.width, 12), text)
        page.write_string(0, number, column.heading(language), needed if column.required else bold)
        page.write_string(1, number, example[column.field], faint)
        page.write_comment(0, number, column.belongs(language))
    last = len(kind.columns)
    page.set_column(last, last, 24, text)
    page.write_string(0, last, NOTE[language], bold)
    page.write_string(1, last, example["note"], faint)


def _write_explanations(book: Any, kind: SheetKind, language: Language) -> None:
    bold = book.add_format({"bold": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    page = book.add_worksheet(EXPLAINED[language])
    for number, (heading, width) in enumerate(zip(_HEADS[language], (22, 10, 70, 24), strict=True)):
        page.set_column(number, number, width)
        page.write_string(0, number, heading, bold)
    for row, column in enumerate(kind.columns, 1):
        cells = (column.heading(language), _YES[language] if column.required else "", column.belongs(language))
        for number, cell in enumerate((*cells, column.example)):
            page.write_string(row, number, cell, wrap)


def explain(kind: SheetKind, language: Language) -> list[tuple[Column, str, str]]:
    """What a page says of each column: the column, its heading, what belongs in it."""
    return [(column, column.heading(language), column.belongs(language)) for column in kind.columns]


# -- mistakes ------------------------------------------------------------------------------------------


class Mistake(NamedTuple):
    """A mistake as people read it: where, what came, and a sentence that says how to mend it."""

    row: int
    column: str
    came: str
    words: str


def say_mistakes(
    headings: Mapping[str, str], kind: SheetKind, wrong: Iterable[Wrong], language: Language
) -> list[Mistake]:
    """Say mistakes in a language; `headings` are the sheet's own headings by field."""
    known = kind.by_field
    said = []
    for one in wrong:
        column = known.get(one.field)
        heading = headings.get(one.field) or (column.heading(language) if column else "")
        words = say_mistake(FieldError("/" + one.field, one.detail), one.came or None, language)
        said.append(Mistake(one.row, heading, one.came, words))
    return said


@dataclass(frozen=True, slots=True)
class _Line:
    cells: Row
    words: str


def write_mistakes(
    target: BinaryIO, table: Table, layout: Layout, wrong: Sequence[Wrong], form: str, language: Language
) -> None:
    """Write the wrong rows as they came, under their own headings, each with what is wrong with it.

    Mended, the sheet can be brought as it is: the column with the words is not taken.
    """
    lines: dict[int, list[str]] = {}
    headings = {column.field: layout.head.headings[at] for at, column in layout.columns}
    for mistake in say_mistakes(headings, layout.kind, wrong, language):
        where = f"{mistake.column}: " if mistake.column else ""
        lines.setdefault(mistake.row, []).append(where + mistake.words)
    rows = [_Line(table.rows[number - 1], f"{number}: " + " ".join(words)) for number, words in lines.items()]
    titles = layout.head.headings
    kept = [at for at, heading in enumerate(titles) if heading not in WRONG.values()]
    columns: list[SheetColumn[_Line]] = [SheetColumn(titles[at], titles[at], _cell_reader(at), 18) for at in kept]
    columns.append(SheetColumn(WRONG["zh"], WRONG["en"], lambda line, _language: line.words, 80))
    sheet = Sheet(layout.kind.zh, layout.kind.en, columns)
    (write_csv if form == "csv" else write_xlsx)(target, sheet, rows, language)


def _cell_reader(at: int) -> Any:
    """All as text: what a spreadsheet had made of a code must not be made again."""

    def read(line: _Line, _language: Language) -> Cell:
        return show_cell(line.cells[at]) if at < len(line.cells) else None

    return read
