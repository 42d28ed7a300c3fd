"""Which partitions of the ledger a statement really reads: PostgreSQL's own counts within one transaction."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

_SCANS = text(
    "SELECT relname, coalesce(seq_scan, 0) + coalesce(idx_scan, 0) FROM pg_stat_xact_user_tables "
    "WHERE relname ~ '^(packed_)?postings_p[0-9]+$'"
)
_OWNER = text(
    "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid, "
    "unnest(CAST(:batches AS bigint[])) AS one "
    "WHERE inhparent = CAST(:table AS regclass) "
    "AND satisfies_hash_partition(inhparent, :modulus, CAST(substring(relname FROM '[0-9]+$') AS integer), one)"
)
TABLES = ("postings", "packed_postings")


@dataclass
class Visits:
    """The statements of a session, each with the partitions that it read."""

    statements: list[tuple[str, frozenset[str]]] = field(default_factory=list)

    def outside(self, owners: Collection[str]) -> list[str]:
        """Return the statements that read any partition but ``owners``."""
        return [statement for statement, read in self.statements if read - set(owners)]


def partitions_of(session: Session, batches: Collection[int]) -> set[str]:
    """Return the partitions that have ``batches``."""
    count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'postings'::regclass"
    modulus = session.execute(text(count)).scalar_one()
    return {
        name
        for table in TABLES
        for name in session.scalars(_OWNER, {"batches": list(batches), "table": table, "modulus": modulus})
    }


@contextmanager
def watch(session: Session) -> Iterator[Visits]:
    """Note for each statement of ``session`` which partitions it reads. What the driver is given itself counts with
    the next one.
    """
    connection = session.connection()
    visits = Visits()
    before = _scans(connection)

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        nonlocal before
        if "pg_stat_xact_user_tables" in statement:
            return
        after = _scans(connection)
        visits.statements.append((statement, frozenset(name for name in after if after[name] > before.get(name, 0))))
        before = after

    event.listen(connection, "after_cursor_execute", note)
    try:
        yield visits
        session.execute(text("SELECT 1"))
    finally:
        event.remove(connection, "after_cursor_execute", note)


def _scans(connection: Any) -> dict[str, int]:
    return dict(connection.execute(_SCANS).all())
