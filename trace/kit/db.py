"""One database by URL, SQLite or PostgreSQL: the engine, transactions, column types and bulk helpers."""

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql import FromClause
from sqlalchemy.types import TypeDecorator

T = TypeVar("T")

BUSY_TIMEOUT_SECONDS = 30
CACHE_KIBIBYTES = 64 * 1024
"""SQLite keeps this much of the file in memory: its own 2 MiB do not hold the indexes that a capture touches."""
PATIENCE_SECONDS = 2
"""So long the public waits for one statement: then "not now" is the better answer."""
PUBLIC_CONNECTIONS = 10
"""So many of the public's readings run at once in one process; the next ones wait `QUEUE_SECONDS` at most."""
QUEUE_SECONDS = 1
_WRITE_LOCK = 0x5375_7975_616E  # "Suyuan": any constant that no other program on the same server takes
_BEGIN = "suyuan_begin"
FIRM_ROLE = "suyuan_firm"
"""The role in which PostgreSQL reads for a firm; it is nobody's login."""
_MAY_TAKE_ROLE = text(
    "SELECT pg_has_role(current_user, oid, 'MEMBER') "
    "AND EXISTS (SELECT 1 FROM pg_policies WHERE policyname = 'own_rows') "
    "FROM pg_roles WHERE rolname = :role"
).bindparams(role=FIRM_ROLE)
# as SET LOCAL, which takes no parameters: it ends with the transaction
_BEHIND_THE_WALL = text(
    "SELECT set_config('suyuan.party', :party, true), set_config('suyuan.strict', :strict, true), "
    "set_config('role', :role, true)"
)

# Alembic can alter or drop a constraint only by its name, so every constraint has one from the first day.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigKey = BigInteger().with_variant(Integer(), "sqlite")
"""64-bit surrogate key: SQLite numbers rows by itself only if the column is declared INTEGER (64 bits too)"""

ByteOrder = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts byte by byte, as SQLite's does: prefixes are then ranges, which an index finds."""


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in, aware (UTC) out.

    TIMESTAMPTZ on PostgreSQL; on SQLite text in UTC with six decimals, so that text order is time order.
    A naive datetime is refused with ValueError.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"Cannot store {value.isoformat()!r}: expected a time with a zone, got none.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Parent of every table of the service; `datetime` columns are `UTCDateTime`."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UTCDateTime()}  # noqa: RUF012  (SQLAlchemy reads it as a plain dict)


def normalise_url(url: str) -> URL:
    """The URL with the driver that the service uses.

    >>> normalise_url("postgres://u@h/d").drivername
    'postgresql+psycopg'

    Raises ValueError for a database other than SQLite and PostgreSQL.
    """
    parsed = make_url(url)
    if parsed.drivername in ("postgres", "postgresql", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return parsed.set(drivername="sqlite")
    raise ValueError(
        f"Cannot use {parsed.drivername!r} as database: expected a URL beginning with sqlite: or postgresql:."
    )


def journal_mode_for(version: tuple[int, int, int]) -> str:
    """The safe journal mode of this SQLite version: 'wal' or 'truncate'.

    WAL of 3.7.0 to 3.51.2 can lose or corrupt data with two writing processes; the fix is in 3.51.3 and was
    carried back to 3.50.7 and 3.44.6 (docs/decisions, LIBRARIES "SQLite safety").
    """
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)
    return "wal" if fixed else "truncate"


JOURNAL_MODE = journal_mode_for(sqlite3.sqlite_version_info[:3])


def _set_journal_mode(cursor: sqlite3.Cursor, patience: int) -> None:
    # Changing the mode does not honour busy_timeout while another process is opening the same file.
    deadline = time.monotonic() + patience
    while True:
        try:
            got = cursor.execute(f"PRAGMA journal_mode={JOURNAL_MODE}").fetchone()[0]
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
            continue
        if got in (JOURNAL_MODE, "memory"):
            return
        if time.monotonic() > deadline:
            raise sqlite3.OperationalError(
                f"database is locked: expected journal mode {JOURNAL_MODE}, got {got}; "
                "another program keeps the file open in that mode"
            )
        time.sleep(0.05)


def _prepare_sqlite(connection: sqlite3.Connection, patience: int) -> None:
    # The driver must not open transactions by itself: it does so late and never with BEGIN IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={patience * 1000}")
    _set_journal_mode(cursor, patience)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA cache_size={-CACHE_KIBIBYTES}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot wait for its lock (SQLITE_BUSY at once),
    # so writers take the lock at the start.
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(_BEGIN, 'DEFERRED')}")


def _prepare_postgresql(connection: Any, patience: int) -> None:
    # As SQLite's busy_timeout: who waits too long for another's lock gets an error, not silence.
    connection.execute(f"SET lock_timeout = '{patience}s'")
    if patience == BUSY_TIMEOUT_SECONDS:
        # A plan made without the values of a list cannot leave out the partitions that have none of them. The public's
        # statements name a row by its key: one plan for all values saves the half of their cost.
        connection.execute("SET plan_cache_mode = force_custom_plan")
    connection.commit()


def make_engine(url: str) -> Engine:
    """An engine with the safety settings of the service; the folder of an SQLite file is created."""
    parsed = normalise_url(url)
    if parsed.drivername != "sqlite":
        engine = create_engine(parsed, pool_pre_ping=True, pool_size=10, max_overflow=20)
    else:
        if parsed.database and parsed.database != ":memory:" and not parsed.database.startswith("file:"):
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
    _prepare(engine, BUSY_TIMEOUT_SECONDS)
    return engine


def make_public_engine(url: URL) -> Engine:
    """An engine for the public's readings: few connections of its own, and errors instead of long waits."""
    options: dict[str, Any] = {"poolclass": QueuePool}  # SQLite in memory, too: its own choice knows no waiting
    if url.drivername != "sqlite":
        limits = f"-c statement_timeout={PATIENCE_SECONDS}s -c default_transaction_read_only=on"
        options |= {"connect_args": {"connect_timeout": PATIENCE_SECONDS, "options": limits}, "pool_pre_ping": True}
    engine = create_engine(url, pool_size=PUBLIC_CONNECTIONS, max_overflow=0, pool_timeout=QUEUE_SECONDS, **options)
    _prepare(engine, PATIENCE_SECONDS)
    # Several statements of one answer must see the same state.
    return engine if url.drivername == "sqlite" else engine.execution_options(isolation_level="REPEATABLE READ")


def _prepare(engine: Engine, patience: int) -> None:
    """Have connections of ``engine`` wait ``patience`` seconds for a lock."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: _prepare_sqlite(connection, patience))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", lambda connection, _record: _prepare_postgresql(connection, patience))


class Database:
    """The database of the service and its two kinds of transaction.

    `read()` sees one snapshot and keeps nothing; `write()` commits at its end and rolls back on any error. `public()`
    reads too, for those who must have an answer soon or be told that there is none now.
    """

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self._reader: Engine = self.engine
        self._writer: Engine = self.engine
        self._public: Engine | None = None
        self._opening = threading.Lock()
        if self.dialect == "sqlite":
            self._writer = self.engine.execution_options(**{_BEGIN: "IMMEDIATE"})
        else:
            # Several statements of one answer must see the same state.
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def dialect(self) -> str:
        """'sqlite' or 'postgresql'."""
        return self.engine.dialect.name

    @property
    def journal_mode(self) -> str | None:
        """How SQLite keeps its journal; None on PostgreSQL."""
        return JOURNAL_MODE if self.dialect == "sqlite" else None

    @property
    def writer(self) -> Engine:
        """The engine whose transactions may write; migrations and bulk loads without a Session use it."""
        return self._writer

    @contextmanager
    def read(self, party: int | None = None, strict: bool = False) -> Iterator[Session]:
        """A session over one snapshot; what it changes is rolled back.

        With the row number of a firm (0: of none) PostgreSQL shows it no rows of others in the tables of migration
        0029, and if ``strict`` no events either: a second wall behind every query's own condition.
        """
        with Session(self._reader, expire_on_commit=False) as session:
            if party is not None and self.has_row_security:
                wall = {"role": FIRM_ROLE, "party": str(party), "strict": "on" if strict else "off"}
                session.execute(_BEHIND_THE_WALL, wall)
            yield session

    @property
    def known_row_security(self) -> bool | None:
        """The same as `has_row_security` where a firm has read already, else ``None``: asks no server."""
        known: bool | None = self.__dict__.get("has_row_security")
        return known

    @cached_property
    def has_row_security(self) -> bool:
        """Whether this is PostgreSQL, and its server has the role that the second wall needs."""
        if self.dialect != "postgresql":
            return False
        with self.engine.connect() as connection:
            return connection.scalar(_MAY_TAKE_ROLE) is True

    @contextmanager
    def public(self) -> Iterator[Session]:
        """As `read`, on connections that no other work can take; trouble is an SQLAlchemyError within seconds."""
        with self._opening:
            if self._public is None:
                self._public = make_public_engine(self.engine.url)
        with Session(self._public, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in one writing transaction: committed at the end, rolled back on any error."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            session.connection()  # takes SQLite's write lock before anything is read
            yield session

    def describe(self) -> str:
        """For people: 'SQLite 3.40.1 (journal mode truncate)' or 'PostgreSQL 18.1'."""
        with self.engine.connect() as connection:
            if self.dialect == "sqlite":
                mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
                return f"SQLite {sqlite3.sqlite_version} (journal mode {mode})"
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
            return f"PostgreSQL {str(version).split()[0]}"

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()
        if self._public is not None:
            self._public.dispose()


def dialect_of(session: Session) -> str:
    """'sqlite' or 'postgresql'."""
    return session.get_bind().dialect.name


def lock_writes(session: Session) -> None:
    """Wait until no other transaction holds this lock, then hold it to the end of the transaction.

    Captures are serialised, because matching receipts to shipments and filling containers need a settled
    state (ARCHITECTURE 5.7). SQLite has a single writer anyway. Raises OperationalError after 30 s.
    """
    if dialect_of(session) == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITE_LOCK})


def chunked(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Slices of at most `size` items, for `IN (…)` lists: databases limit parameters of one statement."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def insert_rows(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows` of a mapped class, all with the same keys, by one statement executed for all of them.

    The Core table is used on purpose: through the mapped class, rows with different empty columns would each become
    a statement of their own.
    """
    if rows:
        session.execute(cast(Table, model.__table__).insert(), [dict(row) for row in rows])


def insert_ignore(
    session: Session, table: FromClause, rows: Iterable[Mapping[str, Any]], conflict_cols: Sequence[str]
) -> int:
    """Insert `rows`, leaving out those whose `conflict_cols` are there already; returns how many were new.

    `table` is `Model.__table__`; all rows have the same keys. On PostgreSQL a row that another transaction
    has just inserted is waited for.
    """
    values = [dict(row) for row in rows]
    if not values:
        return 0
    if not isinstance(table, Table):
        raise TypeError(f"Cannot insert into {table!r}: expected a table.")
    insert = sqlite.insert if dialect_of(session) == "sqlite" else postgresql.insert
    statement = insert(table).on_conflict_do_nothing(index_elements=list(conflict_cols))
    session.flush()
    # Without the option SQLAlchemy does not say how many rows an INSERT made.
    result = session.connection().execute(statement, values, execution_options={"preserve_rowcount": True})
    return result.rowcount
