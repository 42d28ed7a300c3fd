"""`flask worker` does what recalls add to it, and `/readyz` says how far behind it is."""

from flask import Flask
from sqlalchemy import select, update

from recalls.models import Notice
from tests.kit.receiver import running_receiver
from tests.recalls.chain import Chain
from tests.recalls.notices.world import announce, make_chain
from trace.kit.db import Database
from trace.kit.jobs import Work, add_job
from trace.models import Party


def test_one_round_of_the_worker_sends_what_is_due_and_the_lag_goes(app: Flask, database: Database) -> None:
    with running_receiver() as receiver:
        with database.write() as session:
            _, case, firms = make_chain(session)
            party = session.get(Party, firms["north"])
            assert party is not None
            party.webhook = receiver.url
            announce(session, case)
        assert app.test_client().get("/readyz").get_json()["notices_lag_seconds"] > 0
        result = app.test_cli_runner().invoke(args=["worker", "--once"])
        assert result.exit_code == 0, result.output
        assert [one.headers["webhook-id"] for one in receiver.requests]
    assert app.test_client().get("/readyz").get_json()["notices_lag_seconds"] == 0


def test_what_one_job_makes_due_another_does_in_the_same_round(app: Flask, database: Database) -> None:
    with database.write() as session:
        _, case, firms = make_chain(session)
        announce(session, case)
        session.execute(update(Notice).values(due_at=None))
        stall = Chain(session, hours=600, count=900)
        new = stall.party("stall")
        new.email = "stall@example.com"
        stall.place("stall", "outlet", new)
        stall.ship("mall", "stall", "yogurt", "L1", 3)
    result = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 0, result.output
    with database.read() as session:
        (told,) = session.scalars(select(Notice).where(Notice.party_id == new.id))
        assert told.sent == 1
    assert firms["mall"] != new.id


def test_a_job_that_fails_stops_no_other(app: Flask, database: Database) -> None:
    def fail(_work: Work) -> bool:
        raise ZeroDivisionError("a mistake of ours")

    add_job(app, fail)
    with database.write() as session:
        announce(session, make_chain(session)[1])
    result = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert result.exit_code == 1
    with database.read() as session:
        assert session.scalars(select(Notice.sent).where(Notice.sent > 0)).all()
