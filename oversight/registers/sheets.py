"""Registers as sheets: written as they stand, and read back, every row or none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import pydantic
from sqlalchemy.orm import Session

from oversight.registers.entering import put, require_registrar
from oversight.registers.entries import Entry, WantedEntries, list_entries
from oversight.registers.registers import Field, FieldType, Register
from oversight.registers.written import read_lines, write_lines
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import FieldError, Invalid, field_errors
from trace.kit.fields import InputModel
from trace.sheets import Cell as Written
from trace.sheets import Column, Language, Sheet
from trace.sheets_in.cells import BadCell, read_code, read_day, read_list, read_lot, read_text, show_cell, word_reader
from trace.sheets_in.headings import IGNORED, Head, find_head, fold_heading
from trace.sheets_in.tables import Cell, Row, TableRefused, read_table

MOST_ROWS = 1_000
MOST_MISTAKES = 100
AT_ONCE = 1_000

STATE = ("导出日所处状态", "Stands on the day of export")
YES: Mapping[str, Any] = {"yes": True, "no": False, "是": True, "否": False}


class SheetRefused(Invalid):
    """Rows of a sheet are wrong, so none was entered; each pointer is `/rows/<row>/<field>`."""


# -- cells and fields of forms -------------------------------------------------------------------------


def read_states(register: Register, cells: Mapping[str, Cell]) -> dict[str, Any]:
    """Return what an entry says from the fields of a form or the cells of a row, as JSON values.

    Raises Invalid with a pointer for each field that cannot be read; what is in a field is for the body to judge.
    """
    states: dict[str, Any] = {}
    wrong: list[FieldError] = []
    for field in register.fields:
        cell = cells.get(field.name, "")
        try:
            value = None if cell == "" else _read(field, cell)
        except (BadCell, ValueError) as error:
            wrong.append(FieldError(f"/{field.name}", str(error)))
            continue
        if value is not None:
            states[field.name] = value
    if wrong:
        raise Invalid(wrong[0].detail, errors=wrong)
    return states


def read_body(register: Register, cells: Mapping[str, Cell]) -> InputModel:
    """Return what an entry says. Raises Invalid with a pointer for each wrong field."""
    states = read_states(register, cells)
    try:
        return register.model.model_validate(states)
    except pydantic.ValidationError as error:
        errors = field_errors(error, states)
        detail = errors[0].detail if len(errors) == 1 else f"{len(errors)} fields are wrong."
        raise Invalid(detail, errors=errors) from error


def _read(field: Field, cell: Cell) -> Any:
    if field.type == "lines":
        return read_lines(show_cell(cell), field.parts)
    if field.type == "choice":
        words = {written: value for value, zh, en in field.choices for written in (value, zh, en)}
        return word_reader(words)(cell)
    if field.type == "yes":
        said = (read_text(cell) or "").casefold()
        return YES.get(said, said or None)
    return _READERS[field.type](cell)


_READERS: Mapping[FieldType, Callable[[Cell], Any]] = {
    "text": read_text,
    "number": read_lot,
    "code": read_code,
    "day": read_day,
    "words": read_list,
}


def show_states(register: Register, states: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands in each field of a form: the reverse of `read_states`."""
    return {field.name: _show(field, states.get(field.name), None) for field in register.fields}


def _show(field: Field, value: Any, language: Language | None) -> str:
    """A value as it is written; with a language choices are said in it, without as forms send them."""
    if value is None:
        return ""
    if field.type == "lines":
        return write_lines(value, field.parts)
    if field.type == "words":
        return ", ".join(value)
    if field.type == "yes":
        yes = {"zh": "是", "en": "yes", None: "yes"}[language]
        return yes if value else {"zh": "否", "en": "no", None: ""}[language]
    if field.type == "choice" and language is not None:
        return {one: zh if language == "zh" else en for one, zh, en in field.choices}.get(value, str(value))
    return str(value)


def say_value(field: Field, value: Any, language: Language) -> str:
    """Return what is entered in a field, for readers."""
    return _show(field, value, language)


# -- out -----------------------------------------------------------------------------------------------


class Line(NamedTuple):
    """A row of a sheet: an entry, and what was said of it."""

    entry: Entry[Any]
    said: InputModel


def sheet_of(register: Register, on: date) -> Sheet[Line]:
    """Return a register as a sheet; the last column says how each entry stands on a day, and is not read back."""

    def cell(field: Field) -> Callable[[Line, Language], Written]:
        return lambda line, language: _show(
            field, line.said.model_dump(mode="json", warnings=False).get(field.name), language
        )

    columns = [Column(field.zh, field.en, cell(field), 20) for field in register.fields]
    stands: Column[Line] = Column(
        *STATE, lambda line, language: register.state_words(language)[line.entry.state_on(on)]
    )
    return Sheet(register.zh, register.en, [*columns, stands])


def all_lines(session: Session, register: Register, wanted: WantedEntries) -> Iterator[Line]:
    """Yield every entry that is wanted, in the order of their numbers; of one that repeats every decision."""
    after: str | None = None
    while True:
        some = list_entries(session, register.word, wanted, after, AT_ONCE)
        for entry in some:
            yield from (Line(entry, said) for said in (entry.said if register.repeats else entry.said[-1:]))
        if len(some) < AT_ONCE:
            return
        after = some[-1].row.key


# -- in ------------------------------------------------------------------------------------------------


def read_rows(register: Register, data: bytes) -> list[tuple[int, dict[str, Cell]]]:
    """Return the rows of a file (CSV or XLSX) with their numbers, each the cells by field.

    Raises Invalid at ``/file`` for a file that is no sheet, and for headings that are unknown or missing.
    """
    try:
        table = read_table(data, (register.zh, register.en))
    except TableRefused as error:
        raise Invalid.field("/file", str(error)) from error
    names = {fold_heading(name): one.name for one in register.fields for name in (one.zh, one.en, one.name)}
    head = find_head(table.rows, names | {fold_heading(one): IGNORED for one in STATE}, {})
    _require_headings(register, head)
    rows = [(at + 1, _cells(head, row)) for at, row in enumerate(table.rows) if at > head.row and any(row)]
    if len(rows) > MOST_ROWS:
        raise Invalid.field("/file", f"Expected at most {MOST_ROWS} rows, got {len(rows)}. Divide the sheet.")
    return rows


def _require_headings(register: Register, head: Head) -> None:
    missing = [one for one in register.fields if one.required and one.name not in head.fields]
    if missing:
        names = ", ".join(f"{one.en} ({one.zh})" for one in missing)
        raise Invalid.field("/file", f"Expected the columns {names}, got none of the name.")
    unknown = [name for name, field in zip(head.headings, head.fields, strict=True) if field is None]
    if unknown:
        raise Invalid.field("/file", f"Expected columns that the register has, got {', '.join(unknown)}.")


def _cells(head: Head, row: Row) -> dict[str, Cell]:
    return {field: cell for field, cell in zip(head.fields, row, strict=False) if field}


def import_sheet(
    session: Session, principal: Principal, register: Register, data: bytes, reason: str | None, now: datetime
) -> tuple[int, int]:
    """Enter every row of a file; returns how many rows it has and how many said anything new.

    Raises NotARegistrar, Invalid as `read_rows`, and SheetRefused if a row is wrong: then the caller's transaction is
    to be given up, which enters none.
    """
    require_registrar(session, principal)
    rows = read_rows(register, data)
    lock_writes(session)
    wrong: list[FieldError] = []
    seen: dict[str, int] = {}
    fresh = 0
    for number, cells in rows:
        try:
            body = read_body(register, cells)
            _require_once(register, body, seen, number)
            fresh += put(session, principal, register, body, reason, now)[1]
        except Invalid as error:
            wrong += _of_row(number, error)
            if len(wrong) >= MOST_MISTAKES:
                break
    if wrong:
        raise SheetRefused(f"Expected a sheet without mistakes, got {len(wrong)}: nothing was entered.", errors=wrong)
    return len(rows), fresh


def _require_once(register: Register, body: InputModel, seen: dict[str, int], number: int) -> None:
    if register.repeats:
        return
    key = register.key_of(body)
    if key in seen:
        raise Invalid.field(f"/{register.key[-1]}", f"Expected each number once, got {key} in row {seen[key]} too.")
    seen[key] = number


def _of_row(number: int, error: Invalid) -> Sequence[FieldError]:
    found = error.errors or (FieldError("", error.detail),)
    return [FieldError(f"/rows/{number}{one.pointer}", one.detail) for one in found]
