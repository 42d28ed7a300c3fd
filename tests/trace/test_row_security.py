"""The second wall: even a query without any condition finds no rows of other firms, where PostgreSQL reads for one."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.trace.web.firms import DAIRY, SHOP, Firms, batch, make_firms, party_number, shipment
from trace.kit.accounts import User, add_user
from trace.kit.auth import ApiKey
from trace.kit.db import FIRM_ROLE, Database
from trace.models import CaptureJob, Event

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])


@pytest.fixture
def firms(app: Flask) -> Firms:
    """A dairy that made two batches and sent one to a shop; each firm has a person."""
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/batches", batch(lot="L2"))
    firms.dairy.post("/api/v1/shipments", shipment())
    firms.shop.post("/api/v1/sales", {"location": shipment()["to"], "lines": shipment()["lines"]})
    return firms


def seen(session: Session) -> list[int | None]:
    return list(session.scalars(select(Event.captured_by).order_by(Event.captured_by)))


def test_a_firm_reads_its_own_events_and_those_that_name_it_whatever_is_asked(
    app: Flask, database: Database, firms: Firms
) -> None:
    dairy, shop = party_number(app, DAIRY), party_number(app, SHOP)
    with database.read(dairy, strict=True) as session:
        assert seen(session) == [dairy] * 3
    with database.read(shop, strict=True) as session:
        assert seen(session) == [dairy, shop]  # the shipment to it, and its sale
    with database.read(0, strict=True) as session:
        assert seen(session) == []
    with database.read() as session:
        assert seen(session) == [dairy] * 3 + [shop]


def test_a_firm_reads_its_own_keys_people_and_captures_alone(app: Flask, database: Database, firms: Firms) -> None:
    dairy, shop = party_number(app, DAIRY), party_number(app, SHOP)
    with database.write() as session:
        for number, party in enumerate((dairy, shop)):
            add_user(session, f"p{number}@firms.example", "P", "company", party, False, datetime.now(UTC))
    for party in (dairy, shop):
        with database.read(party) as session:
            assert set(session.scalars(select(ApiKey.party_id))) == {party}
            assert session.scalar(select(func.count()).select_from(User)) == 1
            assert set(session.scalars(select(CaptureJob.captured_by))) <= {party}


def test_the_role_ends_with_the_transaction_and_writes_nothing(database: Database) -> None:
    assert database.has_row_security
    for _ in range(2):  # the connection goes back to the pool and comes again
        with database.read(7) as session:
            assert session.scalar(text("SELECT current_user")) == FIRM_ROLE
        with database.read() as session:
            assert session.scalar(text("SELECT current_user")) != FIRM_ROLE


def test_every_table_that_names_whose_a_row_is_has_a_policy_or_a_reason(database: Database) -> None:
    with database.read() as session:
        owned = set(
            session.scalars(
                text(
                    "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
                    "AND column_name IN ('party_id', 'captured_by', 'user_id', 'owner_id')"
                )
            )
        )
        walled = set(session.scalars(text("SELECT tablename FROM pg_policies WHERE policyname = 'own_rows'")))
    public = {"locations", "products", "resolver_links", "vocabulary_elements", "register_entries", "permits"}
    of_a_case = {"party_contacts", "recall_participants", "recall_check_members"}
    of_a_batch = {"test_reports"}  # read by whoever has a part in the batch
    assert owned - walled == public | of_a_case | of_a_batch
