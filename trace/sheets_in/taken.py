"""What a sheet of batches registered, for labels."""

from typing import cast

from sqlalchemy.orm import Session

from trace.bodies import BatchIn
from trace.kit.errors import NotFound
from trace.labels.bodies import MOST_ITEMS
from trace.models import SheetImport
from trace.sheets_in.imports import read_checked, read_layout, require_state
from trace.sheets_in.rows import each_row, read_row

PER_ORDER = MOST_ITEMS
"""Batches whose labels are drawn at once."""


class NoBatches(NotFound):
    """The sheet registered no batches, or not so many."""


def taken_batches(session: Session, row: SheetImport, part: int) -> list[tuple[str, str]]:
    """Return GTIN and lot of the batches of the `part`th order (from 1), in the rows' order. Raises NoBatches (404)."""
    require_state(row, ("taken",))
    table, layout = read_layout(session, row)
    bad = {one.row for one in read_checked(row).wrong}
    found: dict[tuple[str, str], None] = {}
    for at, cells in each_row(table, layout) if row.kind == "batches" else ():
        read = read_row(layout, cells, at + 1)
        if at + 1 not in bad and read.body is not None:
            body = cast(BatchIn, read.body)
            found[body.commodity_code.gtin14, body.lot] = None
        if len(found) >= part * PER_ORDER:
            break
    some = list(found)[(part - 1) * PER_ORDER : part * PER_ORDER] if part > 0 else []
    if not some:
        raise NoBatches("No batch of this sheet is there to label.")
    return some
