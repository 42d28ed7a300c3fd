"""Keeping the packed postings of each batch in step with its postings: values are added, and merged when many.

A capture adds one short value for each batch that it touches, whatever the batch's size; a batch is read in one go all
the same, because `LOOSE` short values become one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from sqlalchemy import and_, delete, func, select, tuple_
from sqlalchemy.orm import Session

from trace.fold.contents import Unit
from trace.kit.bulk import among, in_partitions, insert_tuples
from trace.kit.db import chunked
from trace.models import PackedPostings
from trace.postings import ROW, Packed, compact, pack

Scope = tuple[int, Unit]

LOOSE = 32
"""So many short values of one batch become one."""

FULL = 4096 * ROW.itemsize
"""A value of this many bytes is long: it is not written again."""

_COLUMNS = ("batch_id", "uom", "number", "rows")


def pack_changes(
    session: Session,
    added: Iterable[tuple[Scope, Packed]],
    removed: Iterable[tuple[Scope, Packed]] = (),
    new_identifiers: Collection[int] = (),
) -> None:
    """Write what was added to the postings, and what was taken from them; ``new_identifiers`` have none packed yet."""
    changes = _changes(added, removed)
    if not changes:
        return
    fresh = set(new_identifiers)
    last, loose = _read_numbers(session, {batch for batch, _ in changes} - fresh)
    rows = []
    for scope, packed in changes.items():
        number = last[scope] = last.get(scope, 0) + 1
        loose[scope] = loose.get(scope, 0) + (len(packed) < FULL)
        rows.append((*scope, number, packed))
    insert_tuples(session, PackedPostings, _COLUMNS, rows)
    _merge(session, {scope: last[scope] for scope in changes if loose[scope] >= LOOSE})


def _changes(added: Iterable[tuple[Scope, Packed]], removed: Iterable[tuple[Scope, Packed]]) -> dict[Scope, bytes]:
    """Return the packed rows for each batch and unit; what is taken away and added again is no change."""
    gone = Counter(removed)
    plus: dict[Scope, list[Packed]] = {}
    for one in added:
        if gone and gone.get(one, 0) > 0:
            gone[one] -= 1
        else:
            plus.setdefault(one[0], []).append(one[1])
    minus: dict[Scope, list[Packed]] = {}
    for scope, row in gone.elements():
        minus.setdefault(scope, []).append(row)
    found = dict(_split(plus, 1))
    for scope, packed in _split(minus, -1):
        found[scope] = found.get(scope, b"") + packed
    return found


def _split(rows: Mapping[Scope, list[Packed]], sign: int) -> Iterator[tuple[Scope, bytes]]:
    # packed all at once: an array for each batch would cost more than its few rows
    whole = pack((row for some in rows.values() for row in some), sign)
    begin = 0
    for scope, some in rows.items():
        end = begin + len(some) * ROW.itemsize
        yield scope, whole[begin:end]
        begin = end


def _read_numbers(session: Session, batches: Collection[int]) -> tuple[dict[Scope, int], dict[Scope, int]]:
    """Return the number of the last value of each batch and unit, and how many short ones there are."""
    last: dict[Scope, int] = {}
    loose: dict[Scope, int] = {}
    if not batches:
        return last, loose
    short = func.count().filter(func.length(PackedPostings.rows) < FULL)
    query = (
        select(PackedPostings.batch_id, PackedPostings.uom, func.max(PackedPostings.number), short)
        .where(among(session, PackedPostings.batch_id, batches))
        .group_by(PackedPostings.batch_id, PackedPostings.uom)
    )
    for batch, uom, number, several in session.execute(query):
        last[batch, uom], loose[batch, uom] = number, several
    return last, loose


def _merge(session: Session, last: Mapping[Scope, int]) -> None:
    """Put the short values of each batch and unit into one, numbered after the ``last``."""
    which = tuple_(PackedPostings.batch_id, PackedPostings.uom)
    for some in chunked(sorted(last)):
        there = in_partitions(session, PackedPostings.batch_id, sorted({batch for batch, _ in some}))
        chosen = and_(which.in_(some), there, func.length(PackedPostings.rows) < FULL)
        parts: dict[Scope, list[bytes]] = {}
        query = select(PackedPostings.batch_id, PackedPostings.uom, PackedPostings.rows).where(chosen)
        for batch, uom, packed in session.execute(query.order_by(PackedPostings.number)):
            parts.setdefault((batch, uom), []).append(packed)
        session.execute(delete(PackedPostings).where(chosen))
        rows = [(*scope, last[scope] + 1, compact(packed)) for scope, packed in parts.items()]
        insert_tuples(session, PackedPostings, _COLUMNS, rows)
