"""A sheet from the command line: the same reading, check and one transaction as at the desk."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from trace.import_files import FileRefused
from trace.kit.auth import Principal
from trace.kit.errors import FieldError
from trace.master_data import find_party
from trace.mistakes import say_mistake
from trace.sheets_in.headings import find_head
from trace.sheets_in.imports import whose
from trace.sheets_in.kinds import KINDS
from trace.sheets_in.prepared import prepare_all
from trace.sheets_in.rows import Layout, Progress, Wrong, lay_out, names_of, read_sheet
from trace.sheets_in.tables import Table, TableRefused, read_table
from trace.sheets_in.taking import Reading, SheetChanged, look_up, take


@dataclass(frozen=True, slots=True)
class SheetFile:
    """A sheet that was read, and the columns of it that are taken."""

    path: Path
    table: Table
    layout: Layout


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a sheet: how many rows it has, were taken, were there; what is wrong with the others."""

    rows: int
    taken: int
    there: int
    wrong: list[Wrong]


def read_sheet_file(path: Path, kind: str) -> SheetFile:
    """Read a CSV file or a workbook as a sheet of a kind. Raises FileRefused."""
    try:
        table = read_table(path.read_bytes(), (KINDS[kind].zh, KINDS[kind].en))
    except OSError as error:
        raise FileRefused(f"{path}: {error.strerror}.") from error
    except TableRefused as error:
        raise FileRefused(f"{path}: {error}") from error
    layout = lay_out(KINDS[kind], find_head(table.rows, names_of(KINDS[kind]), {}))
    if layout.missing:
        names = ", ".join(f"{column.heading('en')} ({column.heading('zh')})" for column in layout.missing)
        raise FileRefused(f"{path}: expected the columns {names}, got none of the name.")
    return SheetFile(path, table, layout)


def principal_for(session: Session, party: str) -> Principal:
    """A firm, as somebody on this machine acts for it. Raises FileRefused where there is none."""
    firm = find_party(session, party)
    if firm is None:
        raise FileRefused(f"Expected --party of a registered firm, got {party}.")
    return Principal("company", firm.id, 0, "command line")


def import_sheet(
    session: Session, principal: Principal, file: SheetFile, good_only: bool, now: datetime, progress: Progress
) -> Reported:
    """Take a sheet's rows: all, or (`good_only`) those that are right; nothing of a sheet with a wrong row else."""
    sheet = read_sheet(file.table, file.layout, str(whose(principal)), progress)
    reading = Reading(principal, file.table, file.layout, sheet)
    found = look_up(session, reading, prepare_all(file.table, file.layout, sheet.documents, now), now)
    wrong = sorted([*sheet.wrong, *found.wrong], key=lambda one: one.row)
    if wrong and not good_only:
        return Reported(sheet.rows, 0, found.there, wrong)
    bad = {one.row - 1 for one in wrong}
    documents = [places for places in ([at for at in one if at not in bad] for one in sheet.documents) if places]
    ready = prepare_all(file.table, file.layout, documents, now)
    try:
        taken = take(session, reading, ready, now, progress)
    except SheetChanged as changed:
        return Reported(sheet.rows, 0, 0, [*wrong, *changed.wrong])
    return Reported(sheet.rows, taken.fresh, taken.there, wrong)


def say_row(file: SheetFile, one: Wrong) -> str:
    """A mistake in one line, with its row and column."""
    column = file.layout.kind.by_field.get(one.field)
    heading = f", {column.heading('en')}" if column else ""
    return (
        f"{file.path}: row {one.row}{heading}: {say_mistake(FieldError('/' + one.field, one.detail), one.came, 'en')}"
    )
