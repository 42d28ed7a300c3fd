"""Answers that are files to keep: sheets in the reader's language, as JSON, CSV or a workbook."""

from collections.abc import Callable, Iterable
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Literal, TypeVar, cast

from trace.kit import strict_json
from trace.kit.i18n import current_language
from trace.kit.transactions import Answer
from trace.sheets import CSV_TYPE, XLSX_TYPE, Sheet, write_csv, write_xlsx

Format = Literal["json", "csv", "xlsx"]

Row = TypeVar("Row")

FILES = (CSV_TYPE, XLSX_TYPE)

IN_MEMORY = 1 << 20
"""Bytes of a file that are kept in memory; a longer one goes to the disk while it is written."""


def file_answer(name: str, content_type: str, write: Callable[[BinaryIO], object]) -> Answer:
    """Have ``write`` write a file in the request's transaction; it is sent afterwards, piece by piece."""
    file = cast(BinaryIO, SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115  (closed when it is sent, or let go)
    write(file)
    return Answer(200, file, {"Content-Disposition": f'attachment; filename="{name}"'}, content_type)


def sheet_answer(name: str, form: Literal["csv", "xlsx"], sheet: Sheet[Row], rows: Iterable[Row]) -> Answer:
    """A sheet in the language of this request."""
    language = current_language()
    if form == "csv":
        return file_answer(f"{name}.csv", CSV_TYPE, lambda file: write_csv(file, sheet, rows, language))
    return file_answer(f"{name}.xlsx", XLSX_TYPE, lambda file: write_xlsx(file, sheet, rows, language))


def rows_answer(head: dict[str, object], member: str, rows: Iterable[object]) -> Answer:
    """A JSON object of ``head`` and a list of any length, which is never in memory as a whole."""

    def write(file: BinaryIO) -> None:
        file.write(strict_json.dumps(head)[:-1] + (b"," if head else b"") + strict_json.dumps(member) + b":[")
        for number, row in enumerate(rows):
            file.write((b"," if number else b"") + strict_json.dumps(row))
        file.write(b"]}")

    answer = file_answer("", "application/json", write)
    return Answer(200, answer.body)
