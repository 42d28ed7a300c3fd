"""Fixtures of market regulation: what rolls back all that it writes needs no database of its own."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import database_maker
from trace.kit.db import Database
from trace.models import Party

OWN = frozenset({"app", "client", "database", "new_app", "new_database"})
"""Fixtures beside which a session is one of the test's own database."""


@pytest.fixture(scope="module")
def shared_postgresql(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Database]]:
    """Call it for the one PostgreSQL database of a file of tests: to make one takes longer than most of them."""
    makers: list[Iterator[Callable[[], Database]]] = []
    made: list[Database] = []

    def get() -> Database:
        if not made:
            makers.append(database_maker("postgresql", request, tmp_path_factory.getbasetemp()))
            made.append(next(makers[0])())
        return made[0]

    yield get
    for maker in makers:
        next(maker, None)


@pytest.fixture
def session(
    request: pytest.FixtureRequest, database_kind: str, shared_postgresql: Callable[[], Database]
) -> Iterator[Session]:
    """A writing transaction that is rolled back after the test."""
    shared = database_kind == "postgresql" and OWN.isdisjoint(request.fixturenames)
    database = shared_postgresql() if shared else request.getfixturevalue("database")
    with Session(database.writer, expire_on_commit=False) as session:
        session.connection()
        yield session
        session.rollback()
        assert not shared or session.scalar(select(Party.id).limit(1)) is None, "a test left what others would find"
