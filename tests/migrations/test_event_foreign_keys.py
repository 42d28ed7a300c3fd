"""What captured events point at stays although no foreign key says so (revision 0007)."""

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from tests.chains import supply_chain
from trace.derivation.rebuild import find_differences
from trace.kit import migrate
from trace.kit.db import Database

STORY = """
    mill  makes  FLOUR-1 10 kg
    mill  ships  FLOUR-1 4 kg to shop by S1
    shop  receives FLOUR-1 4 kg by S1
"""
MORE = "9: shop sells FLOUR-1 1 kg"


def revert(database: Database, revision: str) -> None:
    """Downgrade, as `flask db` does not."""
    with database.writer.connect() as connection, connection.begin():
        command.downgrade(migrate.alembic_config(connection), revision)


def foreign_keys(database: Database) -> dict[tuple[str, str], str]:
    """(table, column) → the table that it points at."""
    inspector = inspect(database.engine)
    return {
        (table, key["constrained_columns"][0]): key["referred_table"]
        for table in inspector.get_table_names()
        for key in inspector.get_foreign_keys(table)
    }


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM identifiers", "UPDATE identifiers SET id = id + 1000", "DELETE FROM field_names"],
)
def test_what_events_point_at_is_neither_deleted_nor_numbered_anew(database: Database, statement: str) -> None:
    with database.write() as session:
        supply_chain(session, STORY)
        session.execute(text("INSERT INTO field_names VALUES (77, 'extension', '0', 'urn:x', 'depth', 'x')"))
    with pytest.raises(DBAPIError, match="what captured events point at stays"), database.write() as session:
        session.execute(text(statement))


def test_the_keys_come_back_with_the_older_revision_and_the_events_stay(database: Database) -> None:
    with database.write() as session:
        chain = supply_chain(session, STORY)
    before = foreign_keys(database)
    revert(database, "0007")
    without = foreign_keys(database)
    revert(database, "0006")
    old = foreign_keys(database)
    assert old.items() > without.items()
    assert {table for table, _ in old.keys() - without.keys()} == {
        *("events", "event_items", "event_documents", "event_references", "event_fields")
    }
    assert old["event_items", "batch_id"] == "identifiers"
    with pytest.raises(DBAPIError), database.write() as session:
        session.execute(text("INSERT INTO event_documents (event_id, document_id) VALUES (1, 4711)"))
    migrate.upgrade(database)
    assert foreign_keys(database) == before
    assert migrate.differences(database) == []
    with database.write() as session:
        supply_chain(session, MORE, chain)
    with database.write() as session:
        assert find_differences(session) == 0
        session.rollback()
