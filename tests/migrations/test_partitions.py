"""A ledger with postings is spread over partitions (revision 0009), and put together again."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.chains import supply_chain
from tests.migrations.test_event_foreign_keys import MORE, STORY, revert
from trace.derivation.rebuild import find_differences
from trace.kit import migrate
from trace.kit.db import Database, dialect_of

ROWS = "SELECT id, event_id, batch_id, entry, amount, closes_id, is_open FROM postings ORDER BY id"
PACKED = "SELECT batch_id, uom, number, rows FROM packed_postings ORDER BY batch_id, uom, number"


def partitions(session: Session) -> int:
    if dialect_of(session) == "sqlite":
        return 0
    return session.execute(text("SELECT count(*) FROM pg_class WHERE relispartition AND relkind = 'r'")).scalar_one()


def test_every_row_is_moved_there_and_back_and_new_postings_get_new_numbers(database: Database) -> None:
    with database.write() as session:
        chain = supply_chain(session, STORY)
        spread = partitions(session)
        rows, packed = session.execute(text(ROWS)).all(), session.execute(text(PACKED)).all()
    assert rows
    revert(database, "0008")
    with database.read() as session:
        assert partitions(session) == 0
        assert session.execute(text(ROWS)).all() == rows
        assert session.execute(text(PACKED)).all() == packed
    migrate.upgrade(database)
    assert migrate.differences(database) == []
    with database.write() as session:
        assert partitions(session) == spread
        assert session.execute(text(ROWS)).all() == rows
        supply_chain(session, MORE, chain)
    with database.write() as session:
        assert session.scalar(text("SELECT count(*) - count(DISTINCT id) FROM postings")) == 0
        assert find_differences(session) == 0
        session.rollback()
