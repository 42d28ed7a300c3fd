"""The genealogy of what was captured before it had a table of its own (revision 0012)."""

from alembic import command

from tests.chains import supply_chain
from trace.derivation.rebuild import find_differences
from trace.genealogy import read_closure
from trace.kit import migrate
from trace.kit.db import Database

STORY = """
    mill   makes  FLOUR-1 1000 kg
    bakery makes  BREAD-7 900, CAKE-2 from FLOUR-1 600 kg as BLEND
    bakery makes  BREAD-8 9 from FLOUR-1 ? as BLEND
    bakery makes  CRUMB-1 3 kg from BREAD-7 9
"""


def test_the_edges_are_made_from_the_postings_that_are_there(database: Database) -> None:
    with database.write() as session:
        chain = supply_chain(session, STORY)
        before = read_closure(session, [chain["FLOUR-1"]], "forward")
    with database.writer.connect() as connection, connection.begin():
        command.downgrade(migrate.alembic_config(connection), "0011")
    migrate.upgrade(database)
    with database.write() as session:
        assert read_closure(session, [chain["FLOUR-1"]], "forward") == before
        assert find_differences(session) == 0
        session.rollback()
