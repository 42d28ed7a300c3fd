"""The public's readings: connections of their own, and an error within seconds instead of a long wait."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from trace.kit import db
from trace.kit.db import Database


@pytest.fixture
def hurried(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database, for a public that waits a second."""
    monkeypatch.setattr(db, "PATIENCE_SECONDS", 1)
    monkeypatch.setattr(db, "PUBLIC_CONNECTIONS", 2)
    return database


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody keeps the whole table to himself."""
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        exclusive = "BEGIN EXCLUSIVE" if database.dialect == "sqlite" else "LOCK TABLE holds IN ACCESS EXCLUSIVE MODE"
        driver.execute(exclusive)
        try:
            yield
        finally:
            driver.execute("ROLLBACK")


def test_a_lock_that_lasts_is_an_error_within_seconds(hurried: Database) -> None:
    begin = time.monotonic()
    with locked(hurried), hurried.public() as session, pytest.raises(DBAPIError):
        session.execute(text("SELECT count(*) FROM holds"))
    assert time.monotonic() - begin < 10
    with hurried.public() as session:  # and is over when the lock is
        assert session.scalar(text("SELECT count(*) FROM holds")) == 0


def test_who_comes_when_all_connections_are_taken_is_told_so_soon(hurried: Database) -> None:
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(hurried.public()).connection()
        with hurried.public() as session, pytest.raises(PoolTimeout):
            session.connection()
        with hurried.read() as session:  # others have connections of their own
            assert session.scalar(text("SELECT 1")) == 1


def test_a_public_reading_sees_one_state(hurried: Database) -> None:
    if hurried.dialect == "sqlite":
        return  # a writer waits for the reader, so there is no other state to see
    with hurried.public() as session:
        before = session.scalar(text("SELECT count(*) FROM parties"))
        adding = threading.Thread(target=_add_party, args=(hurried,))
        adding.start()
        adding.join()
        assert session.scalar(text("SELECT count(*) FROM parties")) == before


def test_a_public_reading_writes_nothing(hurried: Database) -> None:
    try:
        with hurried.public() as session:
            session.execute(text("DELETE FROM alembic_version"))
    except SQLAlchemyError:
        pass
    with hurried.read() as session:
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1


def _add_party(database: Database) -> None:
    with database.write() as session:
        session.execute(text("INSERT INTO parties (gln, name, registered_at) VALUES ('9520000000004', 'x', now())"))
