"""Purchase checks: what is found of a delivery, refusals, receipts on record, who reads what."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from oversight.models import PurchaseCheck
from oversight.purchases.checking import (
    DeliveryDone,
    RefusedAlready,
    check_delivery,
    check_receipts,
    refuse_delivery,
)
from oversight.purchases.filed import filed_checks
from oversight.purchases.reading import Wanted, checks_of_events, count_refused, list_checks, write_checks
from oversight.purchases.rules import RuleIn, RuleNotFound, change_rule, list_rules
from oversight.purchases.test_reports import (
    TestReportIn as ReportIn,
)
from oversight.purchases.test_reports import (
    add_test_report,
    list_test_reports,
    read_report_file,
    write_test_reports,
)
from oversight.registers.bodies import CertificateIn, StandingIn
from recalls.scope import Line, read_scope
from tests.oversight.purchases.world import NOW, World, make_world
from tests.recalls.chain import ADMIN, START, gln_of, gtin_of, place_uri
from trace.bodies import Confirmation
from trace.deliveries import DeliveryNotFound, list_open_deliveries
from trace.holds import lift_hold, place_hold
from trace.kit.contract import validate
from trace.kit.errors import Invalid
from trace.models import Identifier, Party
from trace.readings import BatchNotFound
from trace.receiving import confirm_delivery

ON = Identifier.id == PurchaseCheck.batch_id


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def report(
    world: World, verdict: str = "passed", file: bytes | None = None, lot: str = "L1", day: str = "2026-03-02"
) -> int:
    body = {"gtin": gtin_of("yogurt"), "lot": lot, "number": "R-1", "laboratory": "检验所", "tested_on": day}
    return add_test_report(world.session, world.dairy, validate(ReportIn, body | {"verdict": verdict}), file, NOW).id


def test_goods_that_nobody_speaks_against_pass(world: World) -> None:
    delivery = world.ship()
    report(world)
    judged = world.judge(delivery)
    assert ([one.word for one in judged.findings], judged.outcome) == (["batch_not_registered"], "pass")


def test_a_licensed_batch_without_licence_or_report_is_rejected(world: World) -> None:
    delivery = world.ship()
    world.license("2026-03-02", "2030-01-01")  # the day after it was made
    judged = world.judge(delivery)
    assert [one.word for one in judged.findings] == [
        "made_without_licence", "batch_not_registered", "licensed_without_test_report",
    ]  # fmt: skip
    assert judged.outcome == "reject"
    assert judged.findings[0].text_zh == f"{gtin_of('yogurt')} L1：生产者在 2026-03-01 没有有效的“乳制品”生产许可。"


def test_a_licence_that_expired_since_speaks_against_the_supplier_alone(world: World) -> None:
    delivery = world.ship()
    world.license("2025-01-01", "2026-03-02")
    found = {one.word: one for one in world.judge(delivery).findings}
    assert "made_without_licence" not in found
    assert found["supplier_licence_not_valid"].text_en == "The supplier's licence SC1 expired on 2026-03-02."
    world.license("2026-03-03", "2030-01-01", "SC2")
    assert "supplier_licence_not_valid" not in world.words(delivery)


def test_a_listed_supplier_is_rejected_with_the_decision(world: World) -> None:
    delivery = world.ship()
    assert "supplier_listed" not in world.words(delivery)
    number = world.blacklist()
    judged = world.judge(delivery)
    assert (judged.outcome, judged.findings[0].word, judged.findings[0].record) == ("reject", "supplier_listed", number)
    assert "国市监信〔2026〕1号" in judged.findings[0].text_zh


def test_standing_and_certificates_count_on_the_day(world: World) -> None:
    delivery = world.ship()
    firm = gln_of("party dairy")
    certificate = {"scheme": "ORGANIC", "number": "C1", "party": firm, "product": gtin_of("yogurt")}
    world.enter(
        "certificates", validate(CertificateIn, certificate | {"valid_from": "2020-01-01", "valid_to": "2026-03-02"})
    )
    standing = {"party": firm, "state": "suspended", "since": "2026-03-01", "ground": "整顿", "decision": "1"}
    world.enter("standing", validate(StandingIn, standing))
    judged = world.judge(delivery)
    assert {"supplier_not_in_standing", "certificate_not_valid"} <= {one.word for one in judged.findings}
    assert judged.outcome == "reject"


def test_goods_off_sale_are_rejected_until_they_are_back(world: World) -> None:
    delivery = world.ship()
    conditions = [one.condition for one in read_scope([Line(gtin=gtin_of("yogurt"), lots=("L1",))])]
    place_hold(world.session, "TX1", "stop_sale", conditions, NOW, "酸奶", None, "停售")
    assert ("batch_held", world.judge(delivery).outcome) == (world.words(delivery)[0], "reject")
    assert "batch_held" not in world.words(world.ship("L2"))
    lift_hold(world.session, "TX1")
    assert world.judge(delivery).outcome == "pass"


def test_goods_without_a_lot_may_be_of_one_that_is_off_sale(world: World) -> None:
    delivery = world.ship("")
    assert "lot_may_be_held" not in world.words(delivery)
    conditions = [one.condition for one in read_scope([Line(gtin=gtin_of("yogurt"), lots=("L1",))])]
    place_hold(world.session, "TX1", "stop_sale", conditions, NOW, "酸奶", None, "停售")
    judged = world.judge(delivery)
    assert (judged.findings[0].word, judged.outcome) == ("lot_may_be_held", "hold")


def test_goods_without_a_lot_of_a_product_that_is_off_sale_as_a_whole_are_off_sale(world: World) -> None:
    delivery = world.ship("")
    conditions = [one.condition for one in read_scope([Line(gtin=gtin_of("yogurt"))])]
    place_hold(world.session, "TX1", "stop_sale", conditions, NOW, "酸奶", None, "停售")
    assert (world.words(delivery)[0], world.judge(delivery).outcome) == ("batch_held", "reject")


@pytest.mark.parametrize(("lot", "word"), [("", "batch_held"), ("K1", "lot_may_be_held")])
def test_goods_without_a_lot_that_were_made_from_held_ones_are_off_sale_or_may_be(
    world: World, lot: str, word: str
) -> None:
    chain = world.chain
    chain.blend("plant", [("yogurt", "L1", 10)], [("cake", lot, 10)])
    event = chain.ship("plant", "shop", "cake", "", 3)
    [delivery] = [one for one in list_open_deliveries(world.session, world.shop).rows if one.event_id == event]
    conditions = [one.condition for one in read_scope([Line(gtin=gtin_of("yogurt"), lots=("L1",))])]
    place_hold(world.session, "TX1", "stop_sale", conditions, NOW, "酸奶", None, "停售")
    assert world.words(delivery)[0] == word


def test_the_newest_report_of_those_concerned_counts(world: World) -> None:
    delivery = world.ship()
    report(world)
    report(world, "failed")
    assert (world.words(delivery), world.judge(delivery).outcome) == (
        ["batch_not_registered", "test_report_failed"], "reject",
    )  # fmt: skip
    report(world)
    assert world.judge(delivery).outcome == "pass"


def test_an_older_test_attached_later_does_not_hide_that_the_batch_failed_since(world: World) -> None:
    delivery = world.ship()
    report(world, "failed", day="2026-03-03")
    report(world, "passed", day="2026-03-02")
    assert (world.judge(delivery).findings[-1].word, world.judge(delivery).outcome) == ("test_report_failed", "reject")


def test_a_test_made_after_the_goods_came_says_nothing_of_their_receipt(world: World) -> None:
    world.chain.receive("plant", "shop", "yogurt", "L1", 5)  # on the first of March
    report(world, "failed", day="2026-03-02")
    world.chain.receive("plant", "shop", "yogurt", "L1", 5, day=2.1)
    check_receipts(world.session, NOW)
    rows = world.session.scalars(select(PurchaseCheck).order_by(PurchaseCheck.id)).all()
    assert [one.outcome for one in rows] == ["pass", "reject"]


def test_a_refusal_is_kept_and_moves_no_unit(world: World) -> None:
    delivery = world.ship()
    world.blacklist()
    asked = check_delivery(world.session, world.shop, delivery.event_id, NOW)
    [refused] = refuse_delivery(world.session, world.shop, delivery.event_id, "供货者在黑名单", NOW)
    assert (asked[0].occasion, refused.occasion, refused.outcome) == ("asked", "refused", "reject")
    assert [one.event_id for one in list_open_deliveries(world.session, world.shop).rows] == [delivery.event_id]
    with pytest.raises(RefusedAlready):
        refuse_delivery(world.session, world.shop, delivery.event_id, "x", NOW)
    with pytest.raises(DeliveryNotFound):
        refuse_delivery(world.session, world.dairy, delivery.event_id, "x", NOW)
    written, theirs = (write_checks(world.session, who, [refused])[0] for who in (world.shop, world.dairy))
    assert (written["by"], theirs["by"]) == (world.shop.name, "shop")
    assert (written["supplier_name"], written["party_name"], written["reason"]) == ("dairy", "shop", "供货者在黑名单")


def test_every_receipt_is_checked_once_whoever_reported_it(world: World) -> None:
    delivery = world.ship()
    other = world.ship("L2")
    world.blacklist()
    said = validate(Confirmation, {"state": delivery.state})
    confirm_delivery(world.session, world.shop, delivery.event_id, said, NOW)
    world.chain.receive("plant", "shop", "yogurt", "L2", 60, day=2.1)
    assert other.event_id
    assert check_receipts(world.session, NOW) > 0
    assert check_receipts(world.session, NOW) == 0
    rows = world.session.scalars(select(PurchaseCheck).order_by(PurchaseCheck.id)).all()
    assert [(one.occasion, one.outcome, one.actor_name) for one in rows] == [("received", "reject", "worker")] * 2
    assert {json.loads(one.findings)[0]["word"] for one in rows} == {"supplier_listed"}
    assert set(checks_of_events(world.session, [one.event_id or 0 for one in rows]).values()) == {"reject"}
    with pytest.raises(DeliveryDone):
        check_delivery(world.session, world.shop, delivery.event_id, NOW)


def test_a_receipt_is_judged_by_what_was_so_when_the_goods_came(world: World) -> None:
    """Reported today, received yesterday: the blacklist and the stop-sale of today were not there."""
    world.ship("L2")
    world.chain.receive("plant", "shop", "yogurt", "L2", 60)  # on the first of March
    world.blacklist()
    conditions = [one.condition for one in read_scope([Line(gtin=gtin_of("yogurt"))])]
    place_hold(world.session, "TX1", "stop_sale", conditions, NOW, "酸奶", None, "停售")
    check_receipts(world.session, NOW)
    [row] = world.session.scalars(select(PurchaseCheck)).all()
    assert row.outcome == "pass"


def test_a_firm_that_is_named_by_its_own_number_is_known_as_supplier_and_as_receiver(world: World) -> None:
    """Documents name firms, and not doors: a firm's GLN stands for its place, as in the ledgers."""
    world.blacklist()
    firms = {"plant": gln_of("party dairy"), "shop": gln_of("party shop")}
    ends = {name: f"https://id.gs1.org/417/{gln}" for name, gln in firms.items()}
    received = world.chain._object("OBSERVE", "receiving", "shop", world.chain._amount("yogurt", "L1", 5))
    world.chain.capture(
        received
        | {
            "sourceList": [{"type": "possessing_party", "source": ends["plant"]}],
            "destinationList": [{"type": "possessing_party", "destination": ends["shop"]}],
        },
        day=2.1,
    )
    check_receipts(world.session, NOW)
    [row] = world.session.scalars(select(PurchaseCheck)).all()
    assert (row.party_id, row.supplier_id) == (world.shop.party_id, world.dairy.party_id)
    assert json.loads(row.findings)[0]["word"] == "supplier_listed"


def test_a_receipt_at_no_place_keeps_no_other_from_being_checked(world: World) -> None:
    nowhere = world.chain._object("OBSERVE", "receiving", "shop", world.chain._amount("yogurt", "L1", 5))
    world.chain.capture({name: said for name, said in nowhere.items() if name not in ("readPoint", "bizLocation")})
    world.chain.receive("plant", "shop", "yogurt", "L2", 60)
    check_receipts(world.session, NOW)
    assert len(world.session.scalars(select(PurchaseCheck)).all()) == 1


def test_a_batch_that_came_from_two_suppliers_at_once_is_judged_by_the_worse(world: World) -> None:
    chain, pallets = world.chain, {"plant": "095200000000000017", "depot": "095200000000000024"}
    wholesaler = chain.party("wholesaler")
    chain.place("depot", "warehouse", wholesaler, "320106")
    standing = {"party": wholesaler.gln, "state": "suspended", "since": "2026-03-01", "ground": "整顿", "decision": "1"}
    world.enter("standing", validate(StandingIn, standing))
    for place, sscc in pallets.items():
        chain.pack(place, sscc, "yogurt", "L1", 4)
        chain.capture(chain._between(pallet_of("shipping", place, sscc), place, "shop"), day=2)
    chain.capture(pallet_of("receiving", "shop", *pallets.values()), day=2.1)
    check_receipts(world.session, NOW)
    [row] = world.session.scalars(select(PurchaseCheck)).all()
    assert (row.outcome, row.supplier_id) == ("reject", wholesaler.id)


def test_what_was_said_to_be_in_a_pallet_after_it_came_is_checked_then_and_once(world: World) -> None:
    chain, sscc = world.chain, "095200000000000017"
    world.blacklist()
    chain.pack("plant", sscc, "yogurt", "L1", 4)
    came = chain._between(pallet_of("receiving", "shop", sscc), "plant", "shop")
    chain.capture(came, day=2.1)
    chain.receive("plant", "shop", "yogurt", "L1", 1)
    check_receipts(world.session, NOW)
    for lot in ("L1", "L2"):
        chain.pack("plant", sscc, "yogurt", lot, 5)  # on the first of March, and reported last
        check_receipts(world.session, NOW)
    lots = world.session.execute(select(PurchaseCheck.event_id, Identifier.lot).join(Identifier, ON)).all()
    assert sorted(lots) == [(lots[0][0], "L1"), (lots[0][0], "L2"), (lots[0][0] + 1, "L1")]


def pallet_of(step: str, place: str, *ssccs: str) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": place_uri(place)},
        "bizLocation": {"id": place_uri(place)},
        "epcList": [f"https://id.gs1.org/00/{sscc}" for sscc in ssccs],
    }


def test_moves_between_own_places_are_no_purchase(world: World) -> None:
    world.chain.place("store", "warehouse", world.session.get_one(Party, world.dairy.party_id), "320106")
    world.chain.move("plant", "store", "yogurt", "L1", 10)
    check_receipts(world.session, NOW)
    assert world.session.scalars(select(PurchaseCheck)).all() == []


def test_a_sender_is_told_of_a_refused_delivery_until_he_took_it_back(world: World) -> None:
    delivery = world.ship()
    refuse_delivery(world.session, world.shop, delivery.event_id, "x", NOW)
    assert count_refused(world.session, world.dairy, NOW) == 1
    chain = world.chain
    void = chain._object("DELETE", "void_shipping", "plant", chain._amount("yogurt", "L1", 60))
    chain.capture(chain._between(void, "plant", "shop"), day=2.1)
    assert count_refused(world.session, world.dairy, NOW) == 0


def test_refusals_of_some_days_are_found_behind_any_number_of_newer_ones(world: World) -> None:
    before, after = world.ship("L1"), world.ship("L2")
    for delivery, day in ((before, 0), (after, 1)):
        refuse_delivery(world.session, world.shop, delivery.event_id, "x", NOW + timedelta(days=day))
    that_day = Wanted(occasion="refused", since=date(2026, 3, 3), until=date(2026, 3, 3))
    assert [one.event_id for one in list_checks(world.session, world.shop, that_day, None, 1)] == [before.number]


def test_who_reads_which_checks(world: World) -> None:
    delivery = world.ship()
    check_delivery(world.session, world.shop, delivery.event_id, NOW)
    offices = world.offices
    seen = [len(list_checks(world.session, who, Wanted(), None, 9)) for who in
            (world.shop, world.dairy, offices.county, offices.city, offices.neighbour, ADMIN)]  # fmt: skip
    assert seen == [1, 0, 1, 1, 0, 1]
    assert list_checks(world.session, ADMIN, Wanted("reject"), None, 9) == []


def test_a_changed_rule_counts_from_then_on_and_checks_keep_what_they_found(world: World) -> None:
    delivery = world.ship()
    [before] = check_delivery(world.session, world.shop, delivery.event_id, NOW)
    change_rule(world.session, ADMIN, "no_test_report", RuleIn(outcome="hold", source="运营者设定"), NOW)
    [after] = check_delivery(world.session, world.shop, delivery.event_id, NOW + timedelta(hours=1))
    assert (before.outcome, after.outcome, before.rules < after.rules) == ("pass", "hold", True)
    assert [one.outcome for one in list_rules(world.session, "no_test_report")] == ["hold", "pass"]
    with pytest.raises(RuleNotFound):
        change_rule(world.session, ADMIN, "nothing", RuleIn(outcome="hold", source="x"), NOW)


def test_a_receipt_is_judged_by_the_rules_in_force_when_the_goods_came(world: World) -> None:
    """A rule made stricter today does not say that yesterday's buyer took in what he should not have."""
    change_rule(world.session, ADMIN, "no_test_report", RuleIn(outcome="reject", source="运营者设定"), NOW)
    world.chain.receive("plant", "shop", "yogurt", "L1", 5)  # on the first of March
    world.chain.receive("plant", "shop", "yogurt", "L1", 5, day=2.1)
    check_receipts(world.session, NOW)
    before, after = world.session.scalars(select(PurchaseCheck).order_by(PurchaseCheck.id)).all()
    assert (before.outcome, after.outcome, before.rules < after.rules) == ("pass", "reject", True)


def test_the_credit_file_says_what_decided(world: World) -> None:
    """A certificate that expired has goods kept apart; that they are off sale is why they were not to be taken in."""
    certificate = {"scheme": "ORGANIC", "number": "C1", "party": gln_of("party dairy"), "product": gtin_of("yogurt")}
    days = {"valid_from": "2020-01-01", "valid_to": "2025-03-02"}
    world.enter("certificates", validate(CertificateIn, certificate | days))
    conditions = [one.condition for one in read_scope([Line(gtin=gtin_of("yogurt"))])]
    place_hold(world.session, "TX1", "stop_sale", conditions, START, "酸奶", None, "停售")
    world.chain.receive("plant", "shop", "yogurt", "L1", 5)
    check_receipts(world.session, NOW)
    [row] = filed_checks(world.session, world.shop.party_id or 0, NOW)
    assert (row["side"], "TX1" in row["text_zh"]) == ("buyer", True)


def test_a_receipt_declared_in_error_is_not_held_against_the_firm(world: World) -> None:
    world.blacklist()
    event = world.chain.receive("plant", "shop", "yogurt", "L1", 5, day=2.1)
    check_receipts(world.session, NOW)
    world.chain.declare_in_error(event, NOW + timedelta(days=3))
    [before] = filed_checks(world.session, world.shop.party_id or 0, NOW + timedelta(days=2))
    assert before["side"] == "buyer"
    assert filed_checks(world.session, world.shop.party_id or 0, NOW + timedelta(days=4)) == []
    assert len(list_checks(world.session, world.shop, Wanted(), None, 9)) == 1  # what was found stays on record


def test_no_check_is_ever_changed(world: World) -> None:
    [row] = check_delivery(world.session, world.shop, world.ship().event_id, NOW)
    with pytest.raises(DBAPIError, match="never changed"):
        world.session.execute(text("UPDATE purchase_checks SET outcome = 'pass' WHERE id = :id"), {"id": row.id})


def test_a_paper_is_kept_as_it_came_for_those_who_have_the_batch(world: World) -> None:
    number = report(world, file=b"%PDF-1.7 x")
    world.ship()
    assert read_report_file(world.session, world.shop, str(number)) == (b"%PDF-1.7 x", "application/pdf")
    [row] = list_test_reports(world.session, world.shop, gtin_of("yogurt"), "L1")
    assert (row.tested_on, row.passed) == (date(2026, 3, 2), True)
    said = [write_test_reports(world.session, who, [row])[0]["by"] for who in (world.dairy, world.shop, ADMIN)]
    assert said == [world.dairy.name, "dairy", world.dairy.name]
    with pytest.raises(BatchNotFound):
        list_test_reports(world.session, world.shop, gtin_of("yogurt"), "L2")
    with pytest.raises(Invalid, match="PDF, JPEG or PNG"):
        report(world, file=b"MZ")
