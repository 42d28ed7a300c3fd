"""Recalls that were announced before the public could search them (revision 0022)."""

from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.models import PublicEntry, PublicMark, RecallCase, ScopeLine
from recalls.publication.listing import Filters, find_recalls
from tests.recalls.chain import START, gtin_of
from tests.recalls.publication.notice_cases import COMPLETE, announce, make_goods, open_case
from tests.trace.web.api_client import Api
from trace.kit import migrate
from trace.kit.db import Base
from trace.kit.web import current_database


def rows(session: Session) -> list[tuple[object, ...]]:
    """All entries and marks, in an order of their own."""
    entries = [
        (row.case_id, row.announced_at, row.title, row.title_en, row.text)
        for row in session.scalars(select(PublicEntry))
    ]
    marks = [
        (row.case_id, row.kind, row.value, row.position, row.label, row.label_en)
        for row in session.scalars(select(PublicMark))
    ]
    return sorted(entries, key=repr) + sorted(marks, key=repr)


def values_of(row: Base) -> dict[str, Any]:
    """The columns of a row, to make another one of."""
    return {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name != "id"}


@pytest.fixture
def number(app: Flask) -> str:
    """A recall whose notice was corrected, beside a drill and a case that nobody announced."""
    make_goods(app)
    desk = Api.issue(app, "regulator")
    announce(desk, open_case(desk, drill=True))
    open_case(desk)
    number = open_case(desk)
    announce(desk, number)
    desk.post(f"/api/v1/recalls/{number}/public-notice", {"notice": COMPLETE})
    return number


def test_what_was_announced_before_is_found_as_if_announced_now(app: Flask, number: str) -> None:
    with app.app_context():
        database = current_database()
        with database.read() as session:
            before = rows(session)
        with database.writer.connect() as connection, connection.begin():
            command.downgrade(migrate.alembic_config(connection), "0021")
        with database.write() as session:  # announced when there were no notices yet
            case = session.scalars(select(RecallCase).where(RecallCase.number == number)).one()
            old = values_of(case)
            session.add(RecallCase(**{**old, "number": "2019-0001", "announced_at": START - timedelta(days=900)}))
            session.flush()
            line = session.scalars(select(ScopeLine).where(ScopeLine.case_id == case.id)).first()
            assert line is not None
            kept = values_of(line)
            oldest = session.scalars(select(RecallCase.id).where(RecallCase.number == "2019-0001")).one()
            session.add(ScopeLine(**{**kept, "case_id": oldest}))
        migrate.upgrade(database)
        with database.read() as session:
            after = rows(session)
            assert set(before) <= set(after)
            for text in ("酸奶召回", "L1", gtin_of("yogurt"), "晨露"):
                listing = find_recalls(session, Filters(text=text), 20)
                assert [card.number for card in listing.cards] == [number, "2019-0001"]
            assert find_recalls(session, Filters(region="32"), 20).hits == 1
