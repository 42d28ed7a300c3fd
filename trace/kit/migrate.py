"""Alembic, driven from the program: one transaction for all steps, the same on both databases."""

from functools import cache
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from trace.kit.config import ROOT
from trace.kit.db import Database

_MIGRATION_LOCK = 0x6D69_6772_6174


class NotMigrated(RuntimeError):
    """The database is not at the revision that this version of the program needs."""


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration without an ini file; `connection` is handed to migrations/env.py."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    # The numbers are ours, so that files sort by age.
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str | None:
    """The newest revision in migrations/versions, None if there is none yet."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def current(connection: Connection) -> str | None:
    """The revision of the database, None if it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate to `revision`: all of it or nothing. A second migrating process waits for the first."""
    with database.writer.connect() as connection:
        sqlite = database.dialect == "sqlite"
        if sqlite:
            # Alembic changes an SQLite table by copying it; enforced meanwhile, foreign keys would cascade.
            _pragma(connection, "foreign_keys=OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")
                command.upgrade(alembic_config(connection), revision)
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all() if sqlite else []
                if broken:
                    raise NotMigrated(f"Cannot migrate: {len(broken)} rows would point at missing rows.")
        finally:
            if sqlite:
                _pragma(connection, "foreign_keys=ON")


def check(database: Database) -> None:
    """Raise alembic.util.CommandError where models and migrations differ; the message lists how."""
    with database.engine.connect() as connection:
        command.check(alembic_config(connection))


def new_revision(database: Database, message: str) -> None:
    """Write the next numbered revision from the difference between the models and the database."""
    number = f"{int(head() or '0') + 1:04d}"
    with database.engine.connect() as connection:
        command.revision(alembic_config(connection), message, autogenerate=True, rev_id=number)


def require_migrated(database: Database) -> None:
    """Raise NotMigrated unless the database is at the head."""
    with database.engine.connect() as connection:
        got = current(connection)
    if got != head():
        raise NotMigrated(
            f"The database is not migrated: expected revision {head()}, got {got or 'none'}. "
            "Run `flask db upgrade`."
        )


def _pragma(connection: Connection, setting: str) -> None:
    # Below SQLAlchemy, because its first statement would open a transaction, where this has no effect.
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA {setting}")
