"""Rows of a sheet as bodies: each row read and checked by itself, rows of one document put together."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pydantic
from pydantic import BaseModel

from trace.kit.errors import field_errors
from trace.sheets_in.cells import BadCell
from trace.sheets_in.headings import REMARKS, Head, fold_heading
from trace.sheets_in.kinds import Column, SheetKind
from trace.sheets_in.tables import Row, Table

MISSING = "Expected this field, got nothing."
MOST_LINES = 10_000
"""Lines that a body takes (`trace.bodies`)."""

EVERY = 500
"""Rows after which progress is told."""

Progress = Callable[[int], None]

_SIDES = ("inputs", "outputs")


class Wrong(NamedTuple):
    """Something wrong in a row (counted from 1, as spreadsheets do); `field` is empty for the row as a whole."""

    row: int
    field: str
    detail: str
    came: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is read: what kind it is, and which field stands in which column."""

    kind: SheetKind
    head: Head
    columns: tuple[tuple[int, Column], ...]

    @property
    def missing(self) -> list[Column]:
        """Columns that there must be and that the sheet has not."""
        there = {column.field for _, column in self.columns}
        return [column for column in self.kind.columns if column.required and column.field not in there]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet whose rows were all read: documents of rows that go together, and what is wrong.

    `documents` have the places of their rows in the table; a wrong row is in none. `digests` tell rows of reports
    apart from all others: the same row in another file, or the second of two equal rows in this one.
    """

    rows: int
    documents: Sequence[Sequence[int]]
    digests: Mapping[int, bytes]
    wrong: Sequence[Wrong]
    repeated: int = 0


def lay_out(kind: SheetKind, head: Head) -> Layout:
    """Tell which columns of a sheet are taken."""
    known = kind.by_field
    named = [(at, known[name]) for at, name in enumerate(head.fields) if name is not None and name in known]
    return Layout(kind, head, tuple(named))


def names_of(kind: SheetKind) -> dict[str, str]:
    """The fields of a kind by every heading under which they are known."""
    names: dict[str, str] = {}
    for column in kind.columns:
        for name in (column.heading("zh"), column.heading("en"), column.name, *column.aliases):
            names.setdefault(fold_heading(name), column.field)
    return names


# -- one row -------------------------------------------------------------------------------------------


def each_row(table: Table, layout: Layout) -> Iterator[tuple[int, Row]]:
    """Yield the rows below the headings that say something, each with its place; the template's example is left out."""
    example = _example(layout)
    for at in range(layout.head.row + 1, len(table.rows)):
        row = table.rows[at]
        cells = tuple(str(row[place]).strip() if place < len(row) else "" for place, _ in layout.columns)
        if any(cells) and not (cells == example and _is_marked(row, layout)):
            yield at, row


def _example(layout: Layout) -> tuple[str, ...]:
    return tuple(column.example for _, column in layout.columns)


def _is_marked(row: Row, layout: Layout) -> bool:
    notes = [at for at, heading in enumerate(layout.head.headings) if fold_heading(heading) in _REMARKS]
    return any(str(row[at]).startswith(("示例", "Example")) for at in notes if at < len(row))


_REMARKS = frozenset(map(fold_heading, REMARKS))


class ReadRow(NamedTuple):
    """A row as its cells were read, the body that they are (of one line where it has lines), and what is wrong."""

    values: Mapping[str, Any]
    body: BaseModel | None
    wrong: Sequence[Wrong]


def read_row(layout: Layout, row: Row, number: int) -> ReadRow:
    """Read one row; the body is None where anything is wrong."""
    values: dict[str, Any] = {}
    wrong: dict[str, Wrong] = {}
    for place, column in layout.columns:
        cell = row[place] if place < len(row) else ""
        if cell == "":
            continue
        try:
            value = column.read(cell)
        except BadCell as error:
            wrong[column.field] = Wrong(number, column.field, str(error), _shown(cell))
            continue
        if value is not None:
            values[column.field] = value
    for column in layout.kind.columns:
        if column.required and column.field not in values:
            wrong.setdefault(column.field, Wrong(number, column.field, MISSING))
    if layout.kind.event is not None and not values.keys() & {"quantity", "sscc"}:
        wrong.setdefault("quantity", Wrong(number, "quantity", MISSING))
    content = build_body(layout.kind, values)
    try:
        body = layout.kind.model.model_validate(content)
    except pydantic.ValidationError as error:
        for one in field_errors(error, content):
            name = _field_at(layout.kind, one.pointer)
            wrong.setdefault(name, Wrong(number, name, one.detail, _shown(values.get(name, ""))))
        if len(wrong) > 1:
            wrong.pop("", None)  # the row as a whole is wrong because one of its fields is
        return ReadRow(values, None, list(wrong.values()))
    return ReadRow(values, None if wrong else body, list(wrong.values()))


def build_body(kind: SheetKind, values: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON value that a row's values are, a single line of goods in its list."""
    known = kind.by_field
    body: dict[str, Any] = {}
    line: dict[str, Any] = {}
    lines = "lines"
    for name, value in values.items():
        if name == "side":
            lines = value if value in _SIDES else "inputs"
        elif known[name].line:
            line[name] = value
        elif "/" in name:
            part, _, inner = name.partition("/")
            body.setdefault(part, {})[inner] = value
        else:
            body[name] = value
    if any(column.line for column in kind.columns):
        body[lines] = [line]
    return body


def _field_at(kind: SheetKind, pointer: str) -> str:
    """The column of an error's pointer: `/lines/0/gtin` is gtin; a row as a whole is the empty text."""
    parts = [part for part in pointer.split("/") if part]
    if len(parts) > 1 and parts[0] in ("lines", *_SIDES):
        parts = parts[2:]
    known = kind.by_field
    while parts and "/".join(parts) not in known:
        parts = parts[:-1]
    return "/".join(parts)


def _shown(cell: object) -> str:
    text = str(cell)
    return text if len(text) <= 60 else text[:59] + "…"


# -- all rows ------------------------------------------------------------------------------------------


class _Reading:
    """What was read so far."""

    def __init__(self, layout: Layout, whose: str) -> None:
        self.kind = layout.kind
        self.whose = whose
        self.rows = self.repeated = 0
        self.wrong: list[Wrong] = []
        self.documents: dict[tuple[str, ...], list[int]] = {}
        self.digests: dict[int, bytes] = {}
        self._heads = [column.field for column in self.kind.columns if not column.line]
        self._bad: dict[tuple[str, ...], int] = {}
        self._names: dict[bytes, tuple[int, bytes]] = {}
        self._equal: dict[bytes, int] = {}

    def take(self, at: int, read: ReadRow) -> None:
        """Put a row where it belongs."""
        self.rows += 1
        self.wrong += read.wrong
        if read.body is None:
            self._bad.setdefault(self._document(read.values), at + 1)
        elif self.kind.event is None:
            self._take_thing(at, read.body)
        else:
            self.documents.setdefault(self._head(read.values), []).append(at)
            self.digests[at] = self._digest(read.body)

    def _take_thing(self, at: int, body: BaseModel) -> None:
        # digests: of 100,000 rows the texts themselves would fill the memory
        content = _digest(repr(body))
        named = [_digest(repr((key, values))) for key in self.kind.keys if (values := _values(body, key)) is not None]
        earlier = next((self._names[name] for name in named if name in self._names), None)
        if earlier is None:
            self._names.update((name, (at, content)) for name in named)
            self.documents[(str(at),)] = [at]
        elif earlier[1] == content:
            self.repeated += 1
        else:
            key = " + ".join(self.kind.keys[0])
            detail = f"Expected each {key} once, got it in row {earlier[0] + 1} with other content."
            self.wrong.append(Wrong(at + 1, self.kind.keys[0][-1], detail))

    def _head(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(str(values.get(name, "")) for name in self._heads)

    def _document(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        """What rows have in common that stand or fall together."""
        number = values.get(self.kind.document)
        return (str(number),) if number is not None else self._head(values)

    def _digest(self, body: BaseModel) -> bytes:
        text = f"{self.whose} {self.kind.word} {body.model_dump_json(exclude_none=True, warnings=False)}"
        plain = _digest(text)
        count = self._equal[plain] = self._equal.get(plain, 0) + 1
        return plain if count == 1 else _digest(f"{plain.hex()} {count}")

    def finish(self) -> Sheet:
        """Leave out the documents that have a wrong row; divide very long ones."""
        whole: list[list[int]] = []
        place = self._heads.index(self.kind.document) if self.kind.document else 0
        for head, rows in self.documents.items():
            document = (head[place],) if self.kind.document and head[place] else head
            bad = self._bad.get(document) if self.kind.document else None
            if bad is not None:
                self.wrong += [Wrong(at + 1, "", f"Row {bad} of the same document is wrong.") for at in rows]
            else:
                whole += [rows[start : start + MOST_LINES] for start in range(0, len(rows), MOST_LINES)]
        return Sheet(self.rows, whole, self.digests, sorted(self.wrong, key=lambda one: one.row), self.repeated)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _values(body: BaseModel, names: Sequence[str]) -> tuple[str, ...] | None:
    found = [getattr(body, name) for name in names]
    return None if None in found else tuple(map(str, found))


def read_sheet(table: Table, layout: Layout, whose: str, progress: Progress = lambda _rows: None) -> Sheet:
    """Read every row; `whose` makes rows of different firms different. `progress` is told how many more are read."""
    reading = _Reading(layout, whose)
    for at, row in each_row(table, layout):
        reading.take(at, read_row(layout, row, at + 1))
        if reading.rows % EVERY == 0:
            progress(EVERY)
    progress(reading.rows % EVERY)
    return reading.finish()


def put_together(table: Table, layout: Layout, places: Sequence[int]) -> BaseModel:
    """Return the one body of rows that were found right."""
    bodies = [read_row(layout, table.rows[at], at + 1).body for at in places]
    first = bodies[0]
    assert first is not None
    if len(bodies) == 1:
        return first
    lists = [name for name in ("lines", *_SIDES) if name in type(first).model_fields]
    return first.model_copy(update={name: [line for one in bodies for line in getattr(one, name)] for name in lists})
