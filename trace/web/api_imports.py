"""`/api/v1/imports`: sheets into the record, as the desk brings them."""

from datetime import UTC, datetime
from typing import Literal

from flask import Response, after_this_request
from pydantic import RootModel
from typing_extensions import TypedDict

from trace.answers import write_time
from trace.kit.contract import Call
from trace.kit.fields import InputModel
from trace.kit.i18n import current_language
from trace.kit.transactions import Answer
from trace.kit.uploads import Upload
from trace.kit.web import current_database
from trace.models import SheetImport
from trace.sheets_in import imports
from trace.sheets_in.kinds import Word
from trace.sheets_in.running import run_beside
from trace.sheets_in.tables import MAX_BYTES
from trace.sheets_in.templates import say_mistakes
from trace.web.api import WRITERS, api, principal_of

SHOWN = 100


class MistakeRow(TypedDict):
    """Something wrong in a row (counted from 1, headings too): the column, what came, how to mend it."""

    row: int
    column: str
    came: str
    detail: str


class ImportRow(TypedDict):
    """A sheet; `done` of `whole` steps while it is being checked or taken; the first 100 mistakes."""

    number: int
    kind: str
    state: str
    interrupted: bool
    rows: int
    fresh: int
    there: int
    wrong: int
    taken: int
    done: int | None
    whole: int | None
    detail: str | None
    mistakes: list[MistakeRow]
    brought_at: str


class ImportOut(RootModel[ImportRow]):
    """What became of a sheet so far."""


class ImportQuery(InputModel):
    """What kind of sheet it is."""

    kind: Word


class TakeIn(InputModel):
    """`all` of a sheet without mistakes, or the `good` rows alone."""

    mode: Literal["all", "good"]


def _bytes(data: bytes) -> bytes:
    return data


FILE = Upload("file", MAX_BYTES, _bytes)


def _tell(row: SheetImport) -> ImportRow:
    seen = imports.look_at(current_database(), row, datetime.now(UTC))
    checked = imports.read_checked(row)
    return {
        "number": row.id,
        "kind": row.kind,
        "state": row.state,
        "interrupted": seen.interrupted,
        "rows": row.rows,
        "fresh": row.fresh,
        "there": row.there,
        "wrong": row.wrong,
        "taken": row.taken,
        "done": None if seen.beat is None else seen.beat.done,
        "whole": None if seen.beat is None else seen.beat.whole,
        "detail": row.detail,
        "mistakes": [
            {"row": one.row, "column": one.column, "came": one.came, "detail": one.words}
            for one in say_mistakes(checked.by_field, seen.kind, checked.wrong[:SHOWN], current_language())
        ],
        "brought_at": write_time(row.created_at) or "",
    }


def _go_on(number: int) -> None:
    database = current_database()

    @after_this_request
    def begin(response: Response) -> Response:
        if response.status_code < 400:
            run_beside(database, number)
        return response


@api.operation(
    "POST",
    "/imports",
    query=ImportQuery,
    upload=FILE,
    answers={202: ImportOut},
    roles=WRITERS,
    summary="Bring a sheet to be checked",
    tag="sheets",
)
def post_import(call: Call) -> Answer:
    """A form with the file `file`: CSV (UTF-8 or GBK) or XLSX of at most 20 MB.

    It is checked row by row beside this call; look at `GET /imports/<number>`. Nothing is recorded until it is taken.
    """
    now = datetime.now(UTC)
    row, _new = imports.bring(call.session, principal_of(call), call.query.kind, "API", call.body, now)
    _go_on(row.id)
    return Answer(202, _tell(row), {"Location": f"/api/v1/imports/{row.id}"})


@api.operation(
    "GET", "/imports/<number>", answers={200: ImportOut}, roles=WRITERS, summary="What became of a sheet", tag="sheets"
)
def get_import(call: Call) -> Answer:
    """Its state, how many rows are new, there and wrong, and the first 100 mistakes."""
    return Answer(200, _tell(imports.read_import(call.session, principal_of(call), call.path["number"])))


@api.operation(
    "POST",
    "/imports/<number>/take",
    body=TakeIn,
    answers={202: ImportOut},
    roles=WRITERS,
    summary="Have a checked sheet recorded",
    tag="sheets",
)
def take_import(call: Call) -> Answer:
    """All rows go in by one transaction or none does; it runs beside this call."""
    row = imports.read_import(call.session, principal_of(call), call.path["number"])
    imports.order(row, call.body.mode, datetime.now(UTC))
    _go_on(row.id)
    return Answer(202, _tell(row))
