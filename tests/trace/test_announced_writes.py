"""A commit that broke off between servers is found by its announcement, and its batches are derived anew."""

import json

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from tests.chains import Chain, supply_chain
from trace.derivation.announced import mend_interrupted
from trace.derivation.rebuild import find_differences
from trace.kit.db import Database
from trace.models import AnnouncedWrite, PackedPostings, Posting

STORY = """
    mill  makes  FLOUR-1 100 kg
    mill  makes  SALT-1 50 kg
    mill  packs  FLOUR-1 20 kg into #1
    mill  ships  #1, SALT-1 5 kg to shop by S1
    mill  ships  FLOUR-1 10 kg to shop by S2
    shop  receives #1, SALT-1 4 kg by S1
    shop  receives FLOUR-1 10 kg by S2
"""
NEXT = "shop sells SALT-1 1 kg"


def announced(session: Session) -> int:
    return len(session.scalars(select(AnnouncedWrite)).all())


def break_off(session: Session, chain: Chain) -> None:
    """Leave the ledger as a server does that committed a capture of which the others know nothing."""
    flour = chain["FLOUR-1"]
    shipped = select(Posting.event_id).where(Posting.batch_id == flour, Posting.entry == 3)
    events = sorted(set(session.scalars(shipped)))
    session.execute(update(Posting).where(Posting.batch_id == flour).values(is_open=True))
    session.execute(delete(Posting).where(Posting.batch_id == flour, Posting.event_id == events[0]))
    session.execute(delete(PackedPostings).where(PackedPostings.batch_id == flour, PackedPostings.number == 1))
    orphan = {"event_id": 4711, "batch_id": flour, "uom": "KGM", "entry": 13, "scale": 0, "at": 1, "amount": 7}
    session.execute(insert(Posting).values(id=10_000, is_open=False, origin_id=chain["shop"], **orphan))
    values = {"batches": json.dumps([flour]), "events": json.dumps(events)}
    session.execute(insert(AnnouncedWrite).values(values))


def test_what_broke_off_is_derived_anew_before_the_next_capture(database: Database) -> None:
    with database.write() as session:
        chain = supply_chain(session, STORY)
    with database.write() as session:
        break_off(session, chain)
    with database.write() as session:
        assert find_differences(session) > 0
        session.rollback()
    with database.write() as session:
        supply_chain(session, NEXT, chain)
    with database.write() as session:
        assert announced(session) == 0
        assert session.scalars(select(Posting).where(Posting.event_id == 4711)).all() == []
        assert find_differences(session) == 0
        session.rollback()


def test_an_operator_has_it_derived_anew_without_waiting_for_a_capture(app: Flask, database: Database) -> None:
    with database.write() as session:
        break_off(session, supply_chain(session, STORY))
    commands = app.test_cli_runner()
    assert commands.invoke(args=["rebuild", "--check"]).exit_code == 1
    assert "1 batches" in commands.invoke(args=["rebuild", "--interrupted"]).stdout
    assert "0 differences" in commands.invoke(args=["rebuild", "--check"]).stdout
    assert "0 batches" in commands.invoke(args=["rebuild", "--interrupted"]).stdout


def test_an_announcement_of_what_came_to_nothing_changes_nothing(database: Database) -> None:
    with database.write() as session:
        chain = supply_chain(session, STORY)
        values = {"batches": json.dumps([chain["FLOUR-1"], 999_999]), "events": json.dumps([1, 999_999])}
        session.execute(insert(AnnouncedWrite).values(values))
    with database.write() as session:
        assert mend_interrupted(session) == {chain["FLOUR-1"], 999_999}
    with database.write() as session:
        assert announced(session) == 0
        assert find_differences(session) == 0
        session.rollback()


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_write_over_several_servers_is_announced_until_it_is_committed(database: Database) -> None:
    with database.write() as session:
        session.execute(text("CREATE FOREIGN DATA WRAPPER nowhere"))
        session.execute(text("CREATE SERVER elsewhere FOREIGN DATA WRAPPER nowhere"))
        session.execute(text("CREATE FOREIGN TABLE there (id bigint) SERVER elsewhere"))
    with database.write() as session:
        chain = supply_chain(session, STORY)
        with database.read() as other:
            (write,) = other.scalars(select(AnnouncedWrite)).all()
        assert set(json.loads(write.batches)) >= {chain["FLOUR-1"], chain["SALT-1"]}
        session.rollback()
    with database.read() as session:
        assert announced(session) == 1
    with database.write() as session:
        supply_chain(session, STORY)
    with database.write() as session:
        assert announced(session) == 0
        assert find_differences(session) == 0
        session.rollback()
