"""Runs: a sheet is checked, or taken, beside the requests, with signs of life that every worker sees."""

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from tempfile import TemporaryFile

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, undefer

from trace.kit.db import Database, dialect_of
from trace.models import SheetImport
from trace.sheets_in.imports import claim, principal_of, read_checked, read_layout, whose, write_checked
from trace.sheets_in.prepared import prepare_all, put_aside, take_up
from trace.sheets_in.progress import Step, tell
from trace.sheets_in.rows import Sheet, Wrong, read_sheet
from trace.sheets_in.tables import TableRefused
from trace.sheets_in.taking import Found, Reading, SheetChanged, look_up, take

logger = logging.getLogger("suyuan")

CHANGED = "changed"
"""The `detail` of a sheet that was refused when it was to be taken: the record had changed."""

PAGES = 250_000
"""Changed pages of 4 KB that SQLite keeps in memory before it writes them into the file (OFF works between
transactions only)."""

_one_at_a_time = threading.Semaphore(1)
"""A large sheet takes much memory and one processor: a process works on one, the next ones wait."""


def run_beside(database: Database, number: int) -> threading.Thread:
    """Do what an import waits for in a thread of its own."""
    thread = threading.Thread(target=run, args=(database, number), name=f"sheet-{number}", daemon=True)
    thread.start()
    return thread


def run(database: Database, number: int) -> None:
    """Do what an import waits for; nothing where another run has it."""
    with database.write() as session:
        row = claim(session, number, datetime.now(UTC))
        if row is None:
            return
        mine, state = str(row.claim), row.state
    with tell(database, number, mine) as step, _one_at_a_time:
        try:
            if state == "checking":
                _check(database, number, mine, step)
            elif not _take(database, number, mine, step):
                _check(database, number, mine, step, CHANGED)
        except SQLAlchemyError:
            # The record is out of reach or busy: the page says that the run was interrupted.
            logger.exception("sheet %s", number)


def _load(session: Session, number: int) -> SheetImport:
    return session.get_one(SheetImport, number, options=[undefer(SheetImport.data), undefer(SheetImport.mistakes)])


def _check(database: Database, number: int, mine: str, step: Step, detail: str | None = None) -> None:
    with database.read() as session:
        row = _load(session, number)
        try:
            table, layout = read_layout(session, row)
        except TableRefused as error:
            refused: str | None = str(error)
        else:
            refused = None
        if refused is None and not layout.missing:
            step.whole = 2 * len(table.rows)
            principal, now = principal_of(row), datetime.now(UTC)
            sheet = read_sheet(table, layout, str(whose(principal)), step.add)
            ready = prepare_all(table, layout, sheet.documents, now)
            found = look_up(session, Reading(principal, table, layout, sheet), ready, now, step.add)
        else:
            sheet, found = Sheet(0, (), {}, ()), Found()
    wrong = sorted([*sheet.wrong, *found.wrong], key=lambda one: one.row)
    with database.write() as session:
        row = session.get_one(SheetImport, number, with_for_update=True)
        if row.claim != mine:
            return  # another run has it
        row.state = "unreadable" if refused else "columns" if layout.missing else "checked"
        row.detail = refused or detail
        row.rows, row.fresh, row.there = sheet.rows, found.fresh, found.there
        row.wrong = len({one.row for one in wrong})
        row.mistakes = "[]" if refused else write_checked(table, layout, wrong)
        row.claim, row.changed_at = None, datetime.now(UTC)


def _take(database: Database, number: int, mine: str, step: Step) -> bool:
    """Take the rows by one transaction; False if the record has changed, and nothing was taken."""
    with database.read() as session:
        row = _load(session, number)
        table, layout = read_layout(session, row)
        principal, refused = principal_of(row), read_checked(row).wrong
    step.whole, now = 2 * len(table.rows), datetime.now(UTC)
    sheet = _without(read_sheet(table, layout, str(whose(principal)), step.add), refused)
    reading = Reading(principal, table, layout, sheet)
    try:
        with TemporaryFile() as file:
            # all that needs no record is done before the lock
            put_aside(prepare_all(table, layout, sheet.documents, now), file)
            with database.write() as session:
                _keep_readers_going(session)
                _finish(session, number, mine, take(session, reading, take_up(file), now, step.add))
    except SheetChanged as changed:
        logger.info("sheet %s: %s rows are refused now", number, len(changed.wrong))
        return False
    return True


def _without(sheet: Sheet, refused: Sequence[Wrong]) -> Sheet:
    """Leave out the rows that the check had found wrong."""
    bad = {one.row - 1 for one in refused}
    documents = [[at for at in places if at not in bad] for places in sheet.documents]
    return Sheet(sheet.rows, [places for places in documents if places], sheet.digests, sheet.wrong, sheet.repeated)


def _keep_readers_going(session: Session) -> None:
    """SQLite writes into the file before the end where its memory is full, and locks readers out: not here."""
    if dialect_of(session) == "sqlite":
        session.connection().exec_driver_sql(f"PRAGMA cache_spill = {PAGES}")


def _finish(session: Session, number: int, mine: str, taken: Found) -> None:
    row = session.get_one(SheetImport, number, with_for_update=True)
    if row.claim != mine:
        raise SheetChanged(())  # another run has it: nothing of this one stays
    row.state, row.taken, row.there = "taken", taken.fresh, taken.there
    row.claim, row.changed_at = None, datetime.now(UTC)
