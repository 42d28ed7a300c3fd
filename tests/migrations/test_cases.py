"""Cases that were opened before plans had versions (revision 0013)."""

from datetime import timedelta

from alembic import command

from recalls import cases
from recalls.cases import NewCase, find_case
from recalls.plans import planned_quantities
from recalls.scope import Line
from tests.recalls import taking
from tests.recalls.chain import ADMIN, START, Chain, gtin_of
from trace.kit import migrate
from trace.kit.db import Database

FILED = START + timedelta(days=30)


def test_every_plan_that_was_filed_is_a_version_and_a_risk_was_learned_of_at_the_opening(database: Database) -> None:
    with database.write() as session:
        chain = Chain(session)
        chain.make("dairy", "yogurt", "L1", 100)
        chain.ship("dairy", "shop", "yogurt", "L1", 40)
        new = NewCase("召回", "菌", "退回", [Line(gtin=gtin_of("yogurt"))])
        numbers = [cases.open_case(session, ADMIN, new, START).number for _ in range(2)]
        for number in (*numbers, numbers[0]):
            taking.file_plan(session, ADMIN, number, FILED)
    with database.writer.connect() as connection, connection.begin():
        command.downgrade(migrate.alembic_config(connection), "0012")
    migrate.upgrade(database)
    with database.read() as session:
        first, second = (find_case(session, number) for number in numbers)
        assert [(plan.version, plan.filed_at, plan.filed_by) for plan in first.plans] == [
            (1, FILED, "operator"),
            (2, FILED, "operator"),
        ]
        assert [plan.version for plan in second.plans] == [1]
        assert (first.learned_at, first.cause) == (START, None)
        assert planned_quantities(session, second) == {(gtin_of("yogurt"), ""): 40}
