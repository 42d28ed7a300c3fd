"""The database layer: time, transactions, the journal mode, bulk helpers."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from tests.conftest import NewDatabase
from trace.kit.db import (
    Database,
    UTCDateTime,
    chunked,
    insert_ignore,
    journal_mode_for,
    lock_writes,
    normalise_url,
)

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", Text, unique=True),
    Column("at", UTCDateTime()),
)


@pytest.fixture
def db(database: Database) -> Database:
    things.metadata.create_all(database.engine)
    return database


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "truncate"),
        ((3, 44, 5), "truncate"),
        ((3, 44, 6), "wal"),
        ((3, 45, 0), "truncate"),
        ((3, 50, 6), "truncate"),
        ((3, 50, 7), "wal"),
        ((3, 51, 0), "truncate"),
        ((3, 51, 2), "truncate"),
        ((3, 51, 3), "wal"),
        ((3, 52, 0), "wal"),
    ],
)
def test_the_journal_mode_is_wal_only_where_wal_is_fixed(version: tuple[int, int, int], mode: str) -> None:
    assert journal_mode_for(version) == mode


@pytest.mark.parametrize("url", ["postgres://u:p@h/d", "postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"])
def test_every_spelling_of_postgresql_uses_psycopg(url: str) -> None:
    assert normalise_url(url).drivername == "postgresql+psycopg"


def test_another_database_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Cannot use 'mysql' as database: expected"):
        normalise_url("mysql://h/d")


def test_a_time_comes_back_in_utc_whatever_its_zone_was(db: Database) -> None:
    at = datetime(2026, 3, 1, 6, 30, 0, 250, tzinfo=timezone(timedelta(hours=8)))
    with db.write() as session:
        session.execute(insert(things), {"id": 1, "at": at})
    with db.read() as session:
        got = session.scalar(select(things.c.at))
    assert got == at
    assert got is not None
    assert got.tzinfo is UTC or got.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    with db.write() as session, pytest.raises(StatementError, match="expected a time with a zone, got none"):
        session.execute(insert(things), {"id": 1, "at": datetime(2026, 3, 1)})


def test_times_sort_and_compare_as_instants(db: Database) -> None:
    east = timezone(timedelta(hours=8))
    early, late = datetime(2026, 3, 1, 7, 59, 59, 999_999, tzinfo=east), datetime(2026, 3, 1, tzinfo=UTC)
    with db.write() as session:
        session.execute(insert(things), [{"id": 1, "at": late}, {"id": 2, "at": early}])
    with db.read() as session:
        assert session.scalars(select(things.c.id).order_by(things.c.at)).all() == [2, 1]
        assert session.scalars(select(things.c.id).where(things.c.at < late)).all() == [2]


def test_an_error_rolls_the_whole_write_back(db: Database) -> None:
    def fail_halfway() -> None:
        with db.write() as session:
            session.execute(insert(things), {"id": 1})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    with db.read() as session:
        assert session.scalars(select(things.c.id)).all() == []


def test_a_read_keeps_its_snapshot_while_others_write(new_database: NewDatabase) -> None:
    db = new_database()
    if db.dialect == "sqlite" and db.journal_mode != "wal":
        pytest.skip("SQLite in rollback mode: a writer waits for readers instead")
    things.metadata.create_all(db.engine)
    with db.read() as reader:
        assert reader.scalars(select(things.c.id)).all() == []
        with db.write() as writer:
            writer.execute(insert(things), {"id": 1})
        assert reader.scalars(select(things.c.id)).all() == []


def test_two_writers_never_fail_and_never_lose_an_update(db: Database) -> None:
    with db.write() as session:
        session.execute(insert(things), {"id": 0, "name": "0"})

    def count_up() -> None:
        for _ in range(20):
            with db.write() as session:
                lock_writes(session)
                value = int(session.scalar(select(things.c.name)) or "0")
                session.execute(things.update().values(name=str(value + 1)))

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.read() as session:
        assert session.scalar(select(things.c.name)) == "80"


def test_insert_ignore_keeps_what_is_there(session: Session) -> None:
    things.metadata.create_all(session.connection())
    insert_ignore(session, things, [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}], ["id"])
    again = [{"id": 2, "name": "other"}, {"id": 3, "name": "c"}]
    assert insert_ignore(session, things, again, ["id"]) == 1
    assert insert_ignore(session, things, again[:1], ["id"]) == 0
    assert insert_ignore(session, things, [], ["id"]) == 0
    assert session.execute(select(things.c.id, things.c.name).order_by(things.c.id)).all() == [
        (1, "a"),
        (2, "b"),
        (3, "c"),
    ]


def test_sqlite_enforces_foreign_keys_and_syncs_fully(database: Database) -> None:
    if database.dialect != "sqlite":
        pytest.skip("SQLite's own settings")
    with database.read() as session:
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
        assert session.scalar(text("PRAGMA synchronous")) == 2
        assert session.scalar(text("PRAGMA busy_timeout")) == 30_000
        assert session.scalar(text("PRAGMA journal_mode")) == database.journal_mode


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (4, [2, 2]), (5, [2, 2, 1])])
def test_chunks_cover_everything_once(count: int, sizes: list[int]) -> None:
    assert [len(part) for part in chunked(range(count), 2)] == sizes
