"""A drill: traced both ways, balanced with every difference explained, its contacts listed, nobody disturbed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from recalls.cases import ProductNotFound, open_case, take_step
from recalls.drills.exercise import DrillNotFound, NewDrill, read_drill, run_drill
from recalls.models import Drill, Notice
from recalls.publication.listing import Filters, find_recalls
from tests.recalls.chain import ADMIN, REGULATOR, START, Chain, batch_uri
from tests.recalls.test_cases import new_case, status_of
from trace.kit.auth import Principal
from trace.models import Hold, Party
from trace.readings import BatchNotFound

NOW = START + timedelta(days=30)
LATER = NOW + timedelta(hours=5)
MILK = batch_uri("milk", "M1")


@pytest.fixture
def chain(session: Session) -> Chain:
    """A dairy whose yogurt goes to two shops: one is sent more than it takes in, one takes in more than it is sent."""
    chain = Chain(session)
    farm, dairy = chain.party("farm"), chain.party("dairy")
    shops = [chain.party("near shop"), chain.party("far shop")]
    shops[0].email = "near@shop.example"
    chain.product("milk", farm)
    chain.product("yogurt", dairy)
    chain.place("farm", "plant", farm)
    chain.place("dairy", "plant", dairy)
    chain.place("near", "outlet", shops[0])
    chain.place("far", "outlet", shops[1])
    chain.make("farm", "milk", "M1", 500)
    chain.move("farm", "dairy", "milk", "M1", 500)
    chain.blend("dairy", [("milk", "M1", 400)], [("yogurt", "L1", 1000)])
    chain.ship("dairy", "near", "yogurt", "L1", 300)
    chain.receive("dairy", "near", "yogurt", "L1", 290)
    chain.ship("dairy", "far", "yogurt", "L1", 200)
    chain.receive("dairy", "far", "yogurt", "L1", 203)
    chain.ship("dairy", "far", "yogurt", "L1", 50)
    chain.sell("near", "yogurt", "L1", 90)
    return chain


def drill(session: Session, principal: Principal = REGULATOR, **values: Any) -> dict[str, Any]:
    new = NewDrill(values.pop("batch", batch_uri("yogurt", "L1")), **values)
    case = run_drill(session, principal, new, NOW, lambda: NOW + timedelta(seconds=2))
    return read_drill(session, principal, case.number, LATER)


def firm(session: Session, name: str) -> Party:
    return session.scalars(select(Party).where(Party.name == name)).one()


def company(session: Session, name: str) -> Principal:
    return Principal("company", firm(session, name).id, 9, name)


def by_the_same_paper(chain: Chain, step: str, quantity: int, day: float) -> None:
    """The dairy's delivery to the shop, told by one end, with its despatch advice."""
    body = chain._object("OBSERVE", step, "dairy", chain._amount("yogurt", "L1", quantity))
    paper = {"bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:example:desadv:1"}]}
    chain.capture(chain._between(body, "dairy", "shop") | paper, day)


def test_every_unit_that_is_not_accounted_for_is_explained(session: Session, chain: Chain) -> None:
    (row,) = drill(session)["balance"]
    assert row["produced"] == 1000
    assert row["under_way"] == 50
    assert row["accounted"] == 993
    assert row["accounted_percent"] == Decimal("99.30")
    assert (row["difference"], row["explained"], row["unexplained"]) == (7, 7, 0)
    found = [(one["rule"], one["quantity"], one["place"]["name"]) for one in row["differences"]]
    assert found == [("over_receipt", -3, "far"), ("short_receipt", 10, "near")]
    assert all(len(one["event_ids"]) == 1 for one in row["differences"])
    assert "10" in row["differences"][1]["message_zh"]


def test_the_batch_is_traced_back_to_its_inputs_and_forward_to_the_outlets(session: Session, chain: Chain) -> None:
    report = drill(session)
    assert [one["id"] for one in report["backward"]["batches"]] == [MILK]
    assert {one["name"] for one in report["backward"]["places"]} == {"farm", "dairy"}
    assert report["backward"]["movements"] == 1
    assert (report["forward"]["places"], report["forward"]["outlets"]) == (3, 2)
    milk = drill(session, batch=MILK)
    assert [one["id"] for one in milk["forward"]["batches"]] == [MILK, batch_uri("yogurt", "L1")]
    assert [(row["derived"], row["accounted_percent"]) for row in milk["balance"]] == [
        (False, 100),
        (True, Decimal("99.30")),
    ]


def test_a_drill_runs_against_its_clock(session: Session, chain: Chain) -> None:
    report = drill(session)
    assert report["in_time"]
    assert report["due_at"] == "2026-03-31T12:00:00Z"
    (deadline,) = report["deadlines"]
    assert (deadline["duty"], deadline["state"]) == ("trace_exercise", "met")
    assert deadline["met_at"] == report["finished_at"] == "2026-03-31T08:00:02Z"
    assert [one["part"] for one in report["parts"]] == [
        "trace_backward",
        "open",
        "trace_forward",
        "balance",
        "contacts",
    ]
    slow = run_drill(session, ADMIN, NewDrill(MILK, hours=1), NOW, lambda: NOW + timedelta(hours=1, seconds=1))
    assert not read_drill(session, ADMIN, slow.number, LATER)["in_time"]


def test_a_drill_holds_nothing_and_nobody_hears_of_it(session: Session, chain: Chain) -> None:
    report = drill(session)
    assert report["stage"] == "terminated"
    assert session.scalar(select(func.count()).select_from(Hold)) == 0
    assert session.scalar(select(func.count()).select_from(Notice)) == 0
    assert find_recalls(session, Filters(), 10).hits == 0
    assert status_of(session) == "batch_not_registered"


def test_only_those_who_take_part_get_messages_and_are_waited_for(session: Session, chain: Chain) -> None:
    report = drill(session, participants=[firm(session, "near shop").gln])
    assert (report["stage"], report["notified"], report["acknowledged"]) == ("announced", 1, 0)
    told = session.scalars(select(Notice.party_id)).all()
    assert told == [firm(session, "near shop").id]
    take_step(session, REGULATOR, report["number"], "terminate", NOW)
    assert read_drill(session, REGULATOR, report["number"], LATER)["stage"] == "terminated"


def test_the_contact_list_says_who_cannot_be_reached(session: Session, chain: Chain) -> None:
    report = drill(session)
    found = {one["party"]["name"]: one for one in report["contacts"]}
    assert found["near shop"]["contacts"][0]["email"] == "near@shop.example"
    assert found["far shop"]["contacts"] == []
    assert report["reachable"] == 1
    assert [one["name"] for one in found["near shop"]["places"]] == ["near"]


def test_a_firm_drills_its_own_products_and_is_told_addresses_of_its_own_customers(
    session: Session, chain: Chain
) -> None:
    mine = drill(session, company(session, "dairy"))
    near = next(one for one in mine["contacts"] if one["party"]["name"] == "near shop")
    assert near["contacts"][0]["email"] == "near@shop.example"
    by_the_regulator = read_drill(session, company(session, "dairy"), drill(session)["number"], LATER)
    assert [one["contacts"] for one in by_the_regulator["contacts"]] == [one["contacts"] for one in mine["contacts"]]
    from_the_farm = drill(session, company(session, "farm"), batch=MILK)
    assert "near shop" not in str(from_the_farm["contacts"])
    assert {
        contact["email"] for one in from_the_farm["contacts"] if not one["near"] for contact in one["contacts"]
    } == {None}
    with pytest.raises(ProductNotFound):
        drill(session, company(session, "near shop"))
    with pytest.raises(BatchNotFound):
        drill(session, company(session, "far shop"), batch=MILK)


def test_goods_that_nobody_shipped_and_dates_that_cannot_be_are_told_apart(session: Session) -> None:
    chain = Chain(session)
    chain.product("yogurt")
    chain.make("dairy", "yogurt", "L1", 100, day=0)
    by_the_same_paper(chain, "receiving", 40, day=1)
    by_the_same_paper(chain, "shipping", 40, day=2)
    chain.receive("nowhere", "kiosk", "yogurt", "L1", 5, day=3)
    (row,) = drill(session)["balance"]
    assert (row["produced"], row["accounted"], row["difference"], row["unexplained"]) == (100, 105, -5, 0)
    assert [(one["rule"], one["quantity"]) for one in row["differences"]] == [("receipt_without_shipment", -5)]
    assert row["accounted_percent"] == 105


def test_an_unknown_quantity_has_no_percentage(session: Session) -> None:
    chain = Chain(session)
    chain.product("yogurt")
    chain.make("dairy", "yogurt", "L1", 100)
    chain.ship("dairy", "shop", "yogurt", "L1", None)
    report = drill(session)
    assert [(row["complete"], row["accounted_percent"]) for row in report["balance"]] == [(False, None)]
    assert "unknown_quantity" in {one["rule"] for one in report["findings"]}


def test_a_report_is_kept_as_it_was(session: Session, chain: Chain) -> None:
    report = drill(session)
    chain.receive("dairy", "near", "yogurt", "L1", 10)
    again = read_drill(session, REGULATOR, report["number"], LATER)
    assert again == report
    for statement in ("DELETE FROM recall_drills", "UPDATE recall_drills SET hours = 8"):
        with pytest.raises(DBAPIError, match="never changed or deleted"), session.begin_nested():
            session.execute(text(statement))


def test_a_case_that_is_no_drill_has_no_report(session: Session, chain: Chain) -> None:
    case = open_case(session, REGULATOR, new_case(), NOW)
    with pytest.raises(DrillNotFound):
        read_drill(session, REGULATOR, case.number, LATER)
    assert session.scalar(select(func.count()).select_from(Drill)) == 0
