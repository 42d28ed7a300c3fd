"""A sheet on its way into the record: brought, checked, looked at, taken. Runs happen beside requests.

The states: `waiting` to be checked → `checking` → `checked`, or `columns` where somebody must say which column is
which, or `unreadable`; then `taking` → `taken`. A run claims its import; one that dies leaves nothing behind, since
all rows go in by one transaction.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from trace.kit.auth import Principal, Role
from trace.kit.db import Database, insert_rows
from trace.kit.errors import Conflict, Invalid, NotFound
from trace.kit.fields import row_number
from trace.models import SheetHeading, SheetImport
from trace.sheets_in.cells import show_cell
from trace.sheets_in.headings import find_head, fold_heading
from trace.sheets_in.kinds import KINDS, Column, SheetKind, kinds_for
from trace.sheets_in.progress import Beat, is_silent, read_beat
from trace.sheets_in.rows import Layout, Wrong, each_row, lay_out, names_of
from trace.sheets_in.tables import Table, TableRefused, read_table

State = Literal["waiting", "checking", "columns", "unreadable", "checked", "taking", "taken"]
Mode = Literal["all", "good"]

RUNNING = ("waiting", "checking", "taking")
KEPT = timedelta(days=90)
"""A sheet is kept for so long, with the list of what was wrong; what it put on record stays."""


class ImportNotFound(NotFound):
    """No such sheet, or another firm's."""


class ImportBusy(Conflict):
    """The sheet is being worked on, or is past this step."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An import as people see it: its row, the newest sign of life, and whether its run has died."""

    row: SheetImport
    beat: Beat | None
    interrupted: bool

    @property
    def kind(self) -> SheetKind:
        """What kind of sheet it is."""
        return KINDS[self.row.kind]

    @property
    def running(self) -> bool:
        """Whether something happens by itself."""
        return self.row.state in RUNNING and not self.interrupted


def whose(principal: Principal) -> int:
    """The number by which sheets of a firm are kept; 0 is an operator."""
    return 0 if principal.role == "admin" else principal.party_id or 0


def bring(
    session: Session, principal: Principal, kind: str, name: str, data: bytes, now: datetime
) -> tuple[SheetImport, bool]:
    """Keep a file to be checked; returns it and whether it is new.

    The same file again, while it is not taken, leads to the one that is there. Raises Invalid (422).
    """
    if kind not in {one.word for one in kinds_for(principal.role)}:
        raise Invalid.field("/kind", f"Expected one of {', '.join(KINDS)}, got {kind!r}.")
    if not data:
        raise Invalid.field("/file", "Expected a file, got none.")
    digest = hashlib.sha256(data).hexdigest()
    same = select(SheetImport).where(
        SheetImport.party_id == whose(principal), SheetImport.kind == kind, SheetImport.digest == digest
    )
    there = session.scalar(same.where(SheetImport.state.not_in(("taken", "unreadable"))).limit(1))
    if there is not None:
        start_again(there, now)
        return there, False
    session.execute(delete(SheetImport).where(SheetImport.created_at < now - KEPT))
    row = SheetImport(
        party_id=whose(principal),
        key_id=principal.key_id,
        role=principal.role,
        brought_by=principal.name,
        kind=kind,
        name=name[-100:],
        digest=digest,
        data=data,
        state="waiting",
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    return row, True


def start_again(row: SheetImport, now: datetime) -> None:
    """Have a sheet checked anew: the record may have changed since."""
    if row.state not in ("taking", "taken"):
        row.state, row.changed_at, row.beat_at, row.detail = "waiting", now, None, None


def list_imports(session: Session, principal: Principal, limit: int = 20) -> Sequence[SheetImport]:
    """Return the newest sheets of the firm."""
    mine = select(SheetImport).where(SheetImport.party_id == whose(principal))
    return session.scalars(mine.order_by(SheetImport.id.desc()).limit(limit)).all()


def read_import(session: Session, principal: Principal, number: str) -> SheetImport:
    """Return a sheet of the firm's. Raises ImportNotFound (404)."""
    row = session.get(SheetImport, row_number(number))
    if row is None or row.party_id != whose(principal):
        raise ImportNotFound(f"No sheet {number[:20]} of yours is known.")
    return row


def look_at(database: Database, row: SheetImport, now: datetime) -> Seen:
    """Return an import with its newest sign of life."""
    beat = read_beat(database, row) if row.state in RUNNING else None
    return Seen(row, beat, row.state in RUNNING and is_silent(row, beat, now))


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of a file found: its headings, the field of each, what stands in its first row, what is wrong."""

    headings: Sequence[str]
    fields: Sequence[str | None]
    sample: Sequence[str]
    wrong: Sequence[Wrong]

    @property
    def by_field(self) -> dict[str, str]:
        """The file's own headings by field."""
        return {field: heading for field, heading in zip(self.fields, self.headings, strict=True) if field}

    def missing(self, kind: SheetKind) -> list[Column]:
        """Columns that there must be and that the file has not."""
        return [column for column in kind.columns if column.required and column.field not in self.fields]


def write_checked(table: Table, layout: Layout, wrong: Sequence[Wrong]) -> str:
    """Return what a check found, as it is kept."""
    first = next((cells for _, cells in each_row(table, layout)), ())
    sample = [show_cell(cell) for cell in first[: len(layout.head.headings)]]
    head = layout.head
    return json.dumps([head.headings, head.fields, sample, wrong], ensure_ascii=False)


def read_checked(row: SheetImport) -> Checked:
    """Return what the check of a file found; wrong rows come in their order."""
    if row.mistakes == "[]":
        return Checked((), (), (), ())
    headings, fields, sample, wrong = json.loads(row.mistakes)
    return Checked(headings, fields, sample, [Wrong(*one) for one in wrong])


# -- columns -------------------------------------------------------------------------------------------


def read_layout(session: Session, row: SheetImport) -> tuple[Table, Layout]:
    """Read an import's file, and which of its columns is which. Raises TableRefused."""
    kind = KINDS[row.kind]
    table = read_table(row.data, (kind.zh, kind.en))
    told = {**_remembered(session, row), **json.loads(row.mapping)}
    layout = lay_out(kind, find_head(table.rows, names_of(kind), told))
    data_rows = len(table.rows) - layout.head.row - 1
    if data_rows > kind.most_rows:
        raise TableRefused(f"Expected at most {kind.most_rows} rows, got {data_rows}. Divide the sheet.")
    return table, layout


def _remembered(session: Session, row: SheetImport) -> dict[str, str]:
    told = select(SheetHeading.heading, SheetHeading.field).where(
        SheetHeading.party_id == row.party_id, SheetHeading.kind == row.kind
    )
    return {one.heading: one.field for one in session.execute(told)}


def tell_columns(session: Session, row: SheetImport, chosen: Mapping[str, str], now: datetime) -> None:
    """Take what somebody says of columns, by their headings; it is remembered for the firm's next sheets.

    Raises Invalid (422) for a field that there is not, or one that is told of two columns.
    """
    require_state(row, ("columns", "checked"))
    kind = KINDS[row.kind]
    fields = [field for field in chosen.values() if field]
    for field in fields:
        if field not in kind.by_field:
            raise Invalid.field("/columns", f"Expected a field of this sheet, got {field!r}.")
        if fields.count(field) > 1:
            raise Invalid.field("/columns", f"Expected each field of one column, got {field!r} of several.")
    told = {fold_heading(heading): field for heading, field in chosen.items() if fold_heading(heading)}
    row.mapping = json.dumps(told)
    mine = (SheetHeading.party_id == row.party_id) & (SheetHeading.kind == row.kind)
    session.execute(delete(SheetHeading).where(mine, SheetHeading.heading.in_(list(told))))
    insert_rows(
        session,
        SheetHeading,
        [
            {"party_id": row.party_id, "kind": row.kind, "heading": heading[:200], "field": field}
            for heading, field in told.items()
        ],
    )
    start_again(row, now)


# -- taking --------------------------------------------------------------------------------------------


def order(row: SheetImport, mode: str, now: datetime) -> None:
    """Have the rows taken: `all` of a sheet without mistakes, or the `good` ones. Raises Invalid (422), ImportBusy."""
    require_state(row, ("checked",))
    if mode not in ("all", "good"):
        raise Invalid.field("/mode", f"Expected 'all' or 'good', got {mode!r}.")
    if mode == "all" and row.wrong:
        raise Invalid.field("/mode", f"Expected no row to be wrong, got {row.wrong}: mend them, or take the good ones.")
    if not row.fresh:
        raise Invalid.field("/mode", "Expected rows that are new and right, got none.")
    row.state, row.mode, row.changed_at, row.beat_at, row.detail = "taking", mode, now, None, None


def try_again(row: SheetImport, seen: Seen, now: datetime) -> None:
    """Go on after a run that died. Raises ImportBusy (409) while one is alive."""
    if row.state not in RUNNING or not seen.interrupted:
        raise ImportBusy(f"Sheet {row.id} is {row.state}.")
    if row.state == "checking":
        row.state = "waiting"
    row.claim, row.changed_at, row.beat_at = None, now, None


def require_state(row: SheetImport, states: Sequence[str]) -> None:
    """Raise ImportBusy (409) for a sheet that is not in one of `states`."""
    if row.state not in states:
        raise ImportBusy(f"Sheet {row.id} is {row.state}: expected it {' or '.join(states)}.")


def claim(session: Session, number: int, now: datetime) -> SheetImport | None:
    """Take an import that waits for a run, so that no other run does; None where there is nothing to do."""
    row = session.get(SheetImport, number, with_for_update=True)
    if row is None or row.state not in ("waiting", "taking") or (row.state == "taking" and row.claim is not None):
        return None
    row.claim = secrets.token_hex(8)
    row.changed_at = now
    if row.state == "waiting":
        row.state = "checking"
    return row


def principal_of(row: SheetImport) -> Principal:
    """Who brought a sheet, as it is taken in that name."""
    party = row.party_id or None
    return Principal(cast(Role, row.role), party, row.key_id, row.brought_by)
