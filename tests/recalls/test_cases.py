"""A case through its life: what it holds, what it freezes, what it shows, and to whom."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from recalls import cases
from recalls.answers import write_case
from recalls.authority import NotYourCase
from recalls.cases import NewCase, ProductNotFound, RecallNotFound, StepRefused
from recalls.impact import digest, read_impact
from recalls.models import RecallCase
from recalls.notices import outbox
from recalls.publication.listing import Filters, find_recalls
from recalls.scope import Line, ScopeRefused
from recalls.steps import ReasonMissing, StepBody
from tests.recalls import taking
from tests.recalls.chain import ADMIN, COLLEAGUE, REGULATOR, START, Chain, batch_uri, gln_of, gtin_of
from trace.check.code import check_code
from trace.derivation.rebuild import find_differences
from trace.kit.auth import Principal
from trace.kit.errors import Invalid
from trace.models import HeldBatch, Hold, Identifier

GTIN = gtin_of("yogurt")
LATER = START + timedelta(days=30)


def new_case(*scope: Line, **values: Any) -> NewCase:
    return NewCase(
        title="酸奶召回",
        hazard="菌落总数超标",
        instructions="请停止食用。",
        scope=scope or [Line(gtin=GTIN, lots=("L1",))],
        **values,
    )


def announced(session: Session, *scope: Line, **values: Any) -> RecallCase:
    case = cases.open_case(session, REGULATOR, new_case(*scope, **values), LATER)
    taking.file_plan(session, REGULATOR, case.number, LATER)
    return taking.announce(session, COLLEAGUE, case.number, LATER)


def status_of(session: Session, lot: str = "L1", item: str = "yogurt") -> str:
    return check_code(session, f"https://id.gs1.org/01/{gtin_of(item)}/10/{lot}", LATER)["status"]


def rules_of(impact: dict[str, Any]) -> list[str]:
    return [finding["rule"] for finding in impact["findings"]]


def test_numbers_count_within_a_year(session: Session) -> None:
    numbers = [cases.open_case(session, ADMIN, new_case(), START).number for _ in range(2)]
    assert numbers == ["2026-0001", "2026-0002"]
    assert cases.open_case(session, ADMIN, new_case(), START + timedelta(days=366)).number == "2027-0001"
    new_year = datetime(2027, 12, 31, 16, tzinfo=UTC)  # in China
    assert cases.open_case(session, ADMIN, new_case(), new_year).number == "2028-0001"


def test_the_stop_sale_begins_with_the_plan_and_the_recall_with_the_announcement(session: Session) -> None:
    chain = Chain(session)
    chain.product("yogurt")
    chain.make("dairy", "yogurt", "L1", 100)
    chain.batch("yogurt", "L1", "dairy")
    case = cases.open_case(session, REGULATOR, new_case(), LATER)
    assert (case.stage, status_of(session)) == ("voluntary", "no_recall_known")
    taking.file_plan(session, REGULATOR, case.number, LATER)
    assert (case.stage, status_of(session)) == ("plan_filed", "stop_sale")
    taking.announce(session, COLLEAGUE, case.number, LATER)
    assert (case.stage, status_of(session)) == ("announced", "recalled")
    taking.complete(session, REGULATOR, case.number, LATER)
    taking.terminate(session, REGULATOR, case.number, LATER, "all back")
    assert (case.stage, status_of(session)) == ("terminated", "recalled")
    assert [step.to_stage for step in case.steps] == [
        "voluntary",
        "plan_filed",
        "announced",
        "executing",
        "completed",
        "terminated",
    ]
    assert [step.actor_name for step in case.steps if step.step == "announce"] == ["colleague"]
    assert find_differences(session) == 0


def test_a_case_may_end_from_the_announcement_on_and_stays_recalled_for_a_scan(session: Session) -> None:
    chain = Chain(session)
    chain.product("yogurt")
    chain.make("dairy", "yogurt", "L1", 100)
    chain.batch("yogurt", "L1", "dairy")
    case = announced(session, kind="recall", remedies=("退货退款",))
    taking.terminate(session, REGULATOR, case.number, LATER, "all back")
    assert (case.stage, status_of(session)) == ("terminated", "recalled")
    passed = [step.to_stage for step in case.steps]
    assert passed == ["voluntary", "plan_filed", "announced", "executing", "completed", "terminated"]


def test_an_ordered_case_holds_at_once(session: Session) -> None:
    cases.open_case(session, REGULATOR, new_case(kind="ordered", recall_class=2), LATER)
    assert status_of(session) == "stop_sale"


def test_what_the_plan_and_the_announcement_knew_stays(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100)
    case = announced(session)
    assert [run.step for run in case.runs] == ["file-plan", "announce"]
    frozen = json.loads(case.runs[0].impact)
    assert frozen["digest"] == case.runs[0].digest == digest(read_impact(session, case, LATER))
    chain.ship("dairy", "shop", "yogurt", "L1", 40)
    assert digest(read_impact(session, case, LATER)) != case.runs[0].digest
    assert json.loads(case.runs[0].impact) == frozen


def test_a_step_that_the_stage_does_not_allow_says_which_are(session: Session) -> None:
    case = cases.open_case(session, ADMIN, new_case(), START)
    with pytest.raises(StepRefused) as refused:
        taking.announce(session, ADMIN, case.number, START)
    assert refused.value.status == 409
    assert refused.value.extra["allowed"] == ["file-plan", "cancel"]
    assert case.stage == "voluntary"


def test_a_cancelled_plan_gives_the_goods_free_but_a_cancelled_recall_does_not(session: Session) -> None:
    case = cases.open_case(session, REGULATOR, new_case(), LATER)
    taking.file_plan(session, REGULATOR, case.number, LATER)
    with pytest.raises(ReasonMissing):
        taking.cancel(session, REGULATOR, case.number, LATER, " ")
    taking.cancel(session, REGULATOR, case.number, LATER, "wrong lot")
    assert session.scalars(select(Hold)).all() == []
    other = announced(session)
    taking.cancel(session, REGULATOR, other.number, LATER, "wrong lot")
    assert status_of(session) == "recalled"


def test_a_drill_reaches_nobody(session: Session) -> None:
    case = announced(session, drill=True)
    assert case.stage == "announced"
    assert session.scalars(select(Hold)).all() == []
    assert status_of(session) == "product_not_registered"
    assert find_recalls(session, Filters(), 10).hits == 0
    with pytest.raises(RecallNotFound):
        cases.read_public(session, case.number)


def test_an_extension_leaves_the_old_report_as_it_was(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100)
    chain.make("dairy", "yogurt", "L2", 50)
    case = announced(session)
    before = read_impact(session, case, LATER)
    later = LATER + timedelta(hours=1)
    taking.extend(session, REGULATOR, case.number, [Line(gtin=GTIN, lots=("L2",))], later, "second test")
    assert (case.stage, case.version) == ("scope_extended", 2)
    assert read_impact(session, case, LATER) == before
    assert before["totals"][0]["produced"] == 100
    now = read_impact(session, case, later)
    assert (now["version"], now["totals"][0]["produced"]) == (2, 150)
    assert status_of(session, "L2") == "recalled"


def test_a_step_that_had_to_wait_for_another_comes_after_it(session: Session) -> None:
    chain = Chain(session)
    for lot in ("L1", "L2", "L3"):
        chain.make("dairy", "yogurt", lot, 100)
    case = announced(session)
    later, earlier = LATER + timedelta(seconds=2), LATER + timedelta(seconds=1)
    for lot, now in (("L2", later), ("L3", earlier)):
        taking.extend(session, REGULATOR, case.number, [Line(gtin=GTIN, lots=(lot,))], now)
    assert [step.at for step in case.steps] == sorted(step.at for step in case.steps)
    for run in case.runs:
        assert read_impact(session, case, run.as_of)["digest"] == run.digest


def test_an_extension_without_lines_is_refused(session: Session) -> None:
    case = announced(session)
    with pytest.raises(ScopeRefused):
        taking.extend(session, REGULATOR, case.number, [], LATER)
    with pytest.raises(Invalid):
        cases.take_step(session, REGULATOR, case.number, "complete", LATER, StepBody(None, [Line(gtin=GTIN)]))


def test_goods_shipped_or_sold_under_a_hold_are_traced_and_reported(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100, day=1)
    chain.move("dairy", "shop", "yogurt", "L1", 60, day=2)
    announced(session)
    wrong = chain.ship("dairy", "late shop", "yogurt", "L1", 10, day=31)
    sold = chain.sell("shop", "yogurt", "L1", 5, day=31)
    chain.ship("shop", "dairy", "yogurt", "L1", 20, day=31)  # that is what a recall asks for
    chain.ship("dairy", "early shop", "yogurt", "L1", 1, day=29)  # captured late, shipped before
    case = session.scalars(select(RecallCase)).one()
    impact = read_impact(session, case, LATER + timedelta(days=9))
    found = {one["rule"]: one for one in impact["findings"] if one["severity"] == "error"}
    assert {rule: one["event_id"] for rule, one in found.items()} == {
        "shipped_under_hold": wrong,
        "sold_under_hold": sold,
    }
    assert case.number in found["shipped_under_hold"]["message_zh"]
    assert gln_of("late shop") in {row["gln"] for row in impact["consignees"]}
    assert "shipped_under_hold" not in rules_of(read_impact(session, case, LATER))


def test_a_batch_added_later_was_not_held_before(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100, day=1)
    chain.make("dairy", "yogurt", "L2", 100, day=1)
    case = announced(session)
    chain.ship("dairy", "shop", "yogurt", "L2", 10, day=31)
    later = LATER + timedelta(days=2)
    taking.extend(session, REGULATOR, case.number, [Line(gtin=GTIN, lots=("L2",))], later)
    assert "shipped_under_hold" not in rules_of(read_impact(session, case, later))
    chain.ship("dairy", "shop", "yogurt", "L2", 10, day=33)
    assert "shipped_under_hold" in rules_of(read_impact(session, case, later + timedelta(days=2)))


def test_a_lot_captured_later_and_a_product_made_later_are_held_too(session: Session) -> None:
    chain = Chain(session)
    announced(session, Line(gtin=GTIN, lot_from="L1", lot_to="L20"))
    chain.make("dairy", "yogurt", "L7", 100, day=31)
    chain.blend("dairy", [("yogurt", "L7", 50)], [("cake", "C1", 20)], day=32)
    held = select(Identifier.uri, HeldBatch.derived).join(HeldBatch, HeldBatch.batch_id == Identifier.id)
    assert {(uri, derived) for uri, derived in session.execute(held)} == {
        (batch_uri("yogurt", "L7"), False),
        (batch_uri("cake", "C1"), True),
    }
    assert status_of(session, "C1", "cake") == "recalled"
    assert find_differences(session) == 0


def test_a_quantity_that_nobody_recorded_leaves_the_upper_bound_open(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100)
    chain.ship("dairy", "shop", "yogurt", "L1", None)
    chain.move("dairy", "kiosk", "yogurt", "L1", 30)
    case = cases.open_case(session, ADMIN, new_case(), LATER)
    impact = read_impact(session, case, LATER)
    rows = {row["gln"]: row for row in impact["consignees"]}
    shop, kiosk = rows[gln_of("shop")], rows[gln_of("kiosk")]
    assert (shop["lower"], shop["expected"], shop["upper"], shop["status"]) == (0, None, None, "inbound")
    assert (kiosk["lower"], kiosk["expected"], kiosk["upper"], kiosk["status"]) == (30, 30, 30, "holding")
    assert impact["totals"][0]["complete"] is False
    assert {"unknown_quantity", "unregistered_party"} <= set(rules_of(impact))


def test_units_of_different_measures_are_never_added(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100)
    chain.ship("dairy", "shop", "yogurt", "L1", 40)
    chain.ship("dairy", "shop", "yogurt", "L1", 7, uom="KGM")
    case = cases.open_case(session, ADMIN, new_case(), LATER)
    impact = read_impact(session, case, LATER)
    assert [(row["uom"], row["in_transit"]) for row in impact["totals"]] == [(None, 40), ("KGM", 7)]
    shop = [(row["uom"], row["lower"]) for row in impact["consignees"] if row["gln"] == gln_of("shop")]
    assert shop == [(None, 40), ("KGM", 7)]


def test_an_unknown_item_may_be_recalled_and_the_impact_says_so(session: Session) -> None:
    case = cases.open_case(session, ADMIN, new_case(), LATER)
    impact = read_impact(session, case, LATER)
    assert (impact["batches"], impact["outlets"]) == ([], [])
    assert rules_of(impact) == ["empty_scope", "unknown_in_scope"]


def test_a_date_that_nobody_recorded_is_said(session: Session) -> None:
    Chain(session).make("dairy", "yogurt", "L1", 10)
    scope = [Line(gtin=GTIN, produced_from=START.date(), produced_to=START.date())]
    case = cases.open_case(session, ADMIN, new_case(*scope), LATER)
    assert "unknown_date" in rules_of(read_impact(session, case, LATER))


def test_a_firm_opens_and_reads_cases_of_its_own_products_alone(session: Session) -> None:
    chain = Chain(session)
    dairy, rival = chain.party("dairy firm"), chain.party("rival")
    chain.product("yogurt", dairy)
    chain.product("cheese", rival)
    own, other = Principal("company", dairy.id, 7, "dairy"), Principal("company", rival.id, 8, "rival")
    case = cases.open_case(session, own, new_case(), START)
    assert (case.stage, case.initiator_id) == ("voluntary", dairy.id)
    assert cases.read_case(session, own, case.number) is case
    assert cases.list_cases(session, other, None, 10) == []
    assert cases.list_cases(session, REGULATOR, None, 10) == [case]
    with pytest.raises(RecallNotFound):
        cases.read_case(session, other, case.number)
    with pytest.raises(RecallNotFound):
        taking.file_plan(session, other, case.number, START)
    with pytest.raises(ProductNotFound):
        cases.open_case(session, own, new_case(Line(gtin=GTIN), Line(gtin=gtin_of("cheese"))), START)
    with pytest.raises(ProductNotFound):
        cases.open_case(session, own, new_case(Line(id="urn:example:batch:1")), START)
    taking.file_plan(session, own, case.number, START)
    with pytest.raises(Invalid):
        cases.open_case(session, own, new_case(kind="ordered"), START)
    ordered = cases.open_case(session, REGULATOR, new_case(kind="ordered"), START)
    taking.file_plan(session, own, ordered.number, START)
    with pytest.raises(NotYourCase):
        taking.cancel(session, own, ordered.number, START, "we do not think so")
    taking.cancel(session, own, case.number, START, "wrong lot")


def test_the_history_cannot_be_changed_in_the_database_itself(session: Session) -> None:
    announced(session)
    for table, column in (
        ("recall_stage_steps", "step"),
        ("recall_scope_lines", "lot"),
        ("recall_frozen_runs", "step"),
    ):
        with pytest.raises(DBAPIError, match="never changed"), session.begin_nested():
            session.execute(text(f"UPDATE {table} SET {column} = 'x'"))  # noqa: S608  (names from this test)


def test_a_batch_under_two_cases_stays_held_when_one_of_them_is_cancelled(session: Session) -> None:
    chain = Chain(session)
    chain.product("yogurt")
    chain.make("dairy", "yogurt", "L1", 100)
    chain.batch("yogurt", "L1", "dairy")
    chain.ship("dairy", "shop", "yogurt", "L1", 40)
    one = cases.open_case(session, REGULATOR, new_case(), LATER)
    other = cases.open_case(session, REGULATOR, new_case(Line(gtin=GTIN)), LATER)
    for case in (one, other):
        taking.file_plan(session, REGULATOR, case.number, LATER)
    held = select(Hold.reference).order_by(Hold.reference)
    assert list(session.scalars(held)) == [one.number, other.number]
    impacts = [read_impact(session, case, LATER) for case in (one, other)]
    assert [impact["totals"][0]["in_transit"] for impact in impacts] == [40, 40]
    taking.cancel(session, REGULATOR, one.number, LATER, "the second test was clean")
    assert list(session.scalars(held)) == [other.number]
    assert status_of(session) == "stop_sale"
    taking.announce(session, COLLEAGUE, other.number, LATER)
    assert status_of(session) == "recalled"
    found = check_code(session, batch_uri("yogurt", "L1"), LATER)["recalls"]
    assert [recall["number"] for recall in found] == [other.number]
    assert find_differences(session) == 0


def test_of_two_announced_cases_both_are_told_and_one_cancelled_takes_nothing_back(session: Session) -> None:
    chain = Chain(session)
    chain.product("yogurt")
    chain.make("dairy", "yogurt", "L1", 100)
    chain.batch("yogurt", "L1", "dairy")
    one, other = announced(session), announced(session)
    found = check_code(session, batch_uri("yogurt", "L1"), LATER)["recalls"]
    assert sorted(recall["number"] for recall in found) == [one.number, other.number]
    taking.cancel(session, REGULATOR, one.number, LATER, "told twice")
    assert status_of(session) == "recalled"
    assert find_differences(session) == 0


def test_an_extension_holds_what_it_adds_from_then_on_and_is_frozen(session: Session) -> None:
    chain = Chain(session)
    for item in ("yogurt", "cheese"):
        chain.product(item)
        chain.make("dairy", item, "L2", 50, day=1)
        chain.batch(item, "L2", "dairy")
        chain.ship("dairy", "kiosk", item, "L2", 7, day=2)
    case = announced(session)
    assert status_of(session, "L2") == "no_recall_known"
    later = LATER + timedelta(hours=1)
    taking.extend(session, REGULATOR, case.number, [Line(gtin=GTIN, lots=("L2",))], later, "second test")
    assert status_of(session, "L2") == "recalled"
    taking.extend(session, REGULATOR, case.number, [Line(gtin=gtin_of("cheese"))], later + timedelta(hours=1))
    assert status_of(session, "L2", "cheese") == "recalled"
    assert [(run.step, run.version) for run in case.runs][2:] == [("extend", 2), ("extend", 3)]
    frozen = json.loads(case.runs[-1].impact)
    assert [row["in_transit"] for row in frozen["totals"]] == [7, 7]
    assert [len(version["scope"]) for version in write_case(session, case, "")["versions"]] == [1, 2, 3]
    assert find_differences(session) == 0


def test_a_case_counts_its_notifications(session: Session) -> None:
    chain = Chain(session)
    chain.make("dairy", "yogurt", "L1", 100, day=1)
    chain.ship("dairy", "shop", "yogurt", "L1", 40, day=2)
    case = cases.open_case(session, ADMIN, new_case(), LATER)
    nothing = {"made": 0, "sent": 0, "acknowledged": 0, "escalated": 0}
    assert write_case(session, case, "")["notifications"] == nothing
    taking.file_plan(session, ADMIN, case.number, LATER)
    taking.announce(session, ADMIN, case.number, LATER)
    told = outbox.notices_of(session, case)
    # nobody registered how to reach them, so the authorities are told instead
    assert write_case(session, case, "")["notifications"] == {**nothing, "made": 2, "escalated": 2}
    outbox.acknowledge(session, told[0], "phone", "somebody at the shop", LATER)
    assert write_case(session, case, "")["notifications"]["acknowledged"] == 1
