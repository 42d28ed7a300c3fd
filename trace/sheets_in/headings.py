"""Which column of a firm's own sheet is which field: by our names, by other usual ones, or as told (pure)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trace.sheets_in.tables import MAX_HEAD_ROWS, Row

IGNORED = ""
"""What a column is mapped to that is not taken."""

REMARKS = ("备注", "note", "哪里不对", "what is wrong", "示例")
"""Columns of our own sheets that are for people alone."""


@dataclass(frozen=True, slots=True)
class Head:
    """The row of a sheet that has the headings (counted from 0), and the field of each column.

    A field of None: nobody knows yet what the column is.
    """

    row: int
    headings: tuple[str, ...]
    fields: tuple[str | None, ...]


def fold_heading(text: object) -> str:
    """A heading without what does not count: capitals, blanks, stars, remarks in brackets."""
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    folded = re.sub(r"[(\[【][^)\]】]*[)\]】]", "", folded)
    return re.sub(r"[\s*:：/_.、-]+", "", folded)


def find_head(rows: Sequence[Row], names: Mapping[str, str], told: Mapping[str, str]) -> Head:
    """Find the headings among the first rows: the row in which most are known, else the first that is not empty.

    `names` are fields by folded heading; `told` says by folded heading what somebody chose before, and goes first.
    """
    best = max(range(min(len(rows), MAX_HEAD_ROWS)), key=lambda at: (_known(rows[at], names, told), bool(rows[at])))
    if not _known(rows[best], names, told):
        best = next(at for at, row in enumerate(rows) if row)
    headings = tuple(str(cell).strip() for cell in rows[best])
    fields: list[str | None] = []
    for heading in headings:
        field = _field(heading, names, told)
        fields.append(IGNORED if field and field in fields else field)
    return Head(best, headings, tuple(fields))


def _known(row: Row, names: Mapping[str, str], told: Mapping[str, str]) -> int:
    return len({field for cell in row if cell != "" and (field := _field(str(cell), names, told))})


def _field(heading: str, names: Mapping[str, str], told: Mapping[str, str]) -> str | None:
    folded = fold_heading(heading)
    if not folded or folded in _REMARKS:
        return IGNORED
    return told.get(folded, names.get(folded))


_REMARKS = frozenset(map(fold_heading, REMARKS))
