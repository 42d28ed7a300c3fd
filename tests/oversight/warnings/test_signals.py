"""Signals: raised by the watch in the right office, grown, decided on, and traced back to what their cases share."""

import json
from collections.abc import Collection, Mapping
from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.complaints.bodies import AttachIn
from oversight.complaints.citizens import erase_citizen
from oversight.kinds import KINDS
from oversight.matters.kinds import AssignIn, act
from oversight.matters.reading import MatterNotFound, Wanted, find_matter
from oversight.matters.steps import NotYourStep, ReasonMissing
from oversight.models import Matter, SamplingPlan, Signal, SignalCase, Withdrawal
from oversight.warnings.bodies import HoldIn, InspectIn, RecallIn
from oversight.warnings.copies import find_copied, note_copied, observe_copies
from oversight.warnings.foreign import EnteredAlready, ForeignRecallIn, enter_foreign_recall, write_foreign_recalls
from oversight.warnings.reading import count_raised, find_common, list_signals, read_signal
from oversight.warnings.signals import SIGNALS, LotsNeeded, lots_of
from recalls.models import RecallCase
from tests.oversight.offices import add_official
from tests.oversight.warnings.world import LOTS, NOW, SHOPS, World, make_world
from tests.recalls.chain import ADMIN, batch_uri, gtin_of
from trace.kit.auth import Principal
from trace.kit.contract import validate
from trace.kit.errors import Invalid
from trace.kit.fields import InputModel

LIMITS = "菌落总数; ≤ 100 CFU/g; GB 19302-2010"


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


@pytest.fixture
def signal(world: World) -> Matter:
    """Five complaints in three cities, about three lots."""
    for shop in ("nanjing", "suzhou", "wuxi", "nanjing", "suzhou"):
        world.complain(shop)
    [matter] = world.signals()
    return matter


def test_five_complaints_from_three_cities_are_a_signal_of_the_province(world: World, signal: Matter) -> None:
    found = read_signal(world.session, world.offices.nation, signal.number, NOW)
    assert (found["sort"], found["cases"], found["sources"], found["office"]) == ("complaint", 5, 5, "320000")
    assert found["title"] == "酸奶"
    assert {one["region"] for one in found["observed"]} == set(SHOPS.values())
    rate = found["rate"]
    assert rate is not None
    assert (rate["base"], rate["law"], rate["mean"]) == ([0] * 12, "poisson", pytest.approx(1 / 12))
    assert rate["tail"] < 1e-6
    assert [one["text_en"] for one in find_clocks(world, signal)] == ["The signal is assessed and decided on"]


def find_clocks(world: World, matter: Matter) -> list[dict[str, str]]:
    return [{"text_en": one.limit.text_en} for one in matter.clocks]


def test_the_cases_have_one_tank_of_raw_milk_in_common(world: World, signal: Matter) -> None:
    common = find_common(world.session, world.offices.nation, signal)
    assert common.sources is not None
    assert (common.traced, common.untraced) == (5, 0)
    assert [one["id"] for one in common.sources["batches"] if one["explains_all"]] == [batch_uri("milk", "M1")]
    assert [(one["id"], one["score"]) for one in common.shared] == [(batch_uri("milk", "M1"), 1.0)]


def test_a_lot_that_is_learned_later_is_traced_and_one_that_was_wrong_is_not_held(world: World) -> None:
    """Three complaints name no lot; asked again, two citizens read it off the package, and one meant the milk."""
    sent = [world.complain(shop, lot="") for shop in SHOPS]
    [signal] = world.signals()
    assert (lots_of(world.session, signal), find_common(world.session, ADMIN, signal).sources is None) == ([], False)
    for matter, code in zip(sent, (batch_uri("yogurt", "Y1"), batch_uri("yogurt", "Y2"), gtin_of("milk")), strict=True):
        act(
            world.session,
            KINDS["complaint"],
            ADMIN,
            matter.number,
            "attach",
            validate(AttachIn, {"code": code}),
            None,
            NOW,
        )
    assert lots_of(world.session, signal) == ["Y1", "Y2"]
    common = find_common(world.session, ADMIN, signal)
    assert ([one["id"] for one in common.shared], common.traced) == ([batch_uri("milk", "M1")], 2)
    assert [one["stands"] for one in read_signal(world.session, ADMIN, signal.number, NOW)["observed"]].count(
        False
    ) == 1


def test_a_lot_that_its_maker_reports_after_the_complaints_is_traced_as_well(world: World) -> None:
    for shop in SHOPS:
        world.complain(shop, lot="Y9")
    [signal] = world.signals()
    assert (signal.title, lots_of(world.session, signal)) == ("酸奶", [])
    world.chain.blend("plant", [("milk", "M2", 150)], [("yogurt", "Y9", 100)])
    assert (lots_of(world.session, signal), world.signals()) == (["Y9"], [])
    [shared] = find_common(world.session, ADMIN, signal).shared
    assert shared["id"] == batch_uri("milk", "M2")


def test_a_complaint_whose_goods_are_learned_once_it_is_a_report_counts_as_well(world: World) -> None:
    """Nobody knew of what it was until the report that it became was looked into; it is one case, not two."""
    for shop in ("nanjing", "suzhou"):
        world.complain(shop)
    complaint = world.complain("wuxi", lot="?")
    act(world.session, KINDS["complaint"], ADMIN, complaint.number, "accept", None, None, NOW)
    act(world.session, KINDS["complaint"], ADMIN, complaint.number, "turn-into-report", None, "涉嫌违法", NOW)
    assert world.signals() == []
    report = world.session.scalars(select(Matter).where(Matter.kind == "report")).one()
    goods = validate(AttachIn, {"code": batch_uri("yogurt", "Y3")})
    act(world.session, KINDS["report"], ADMIN, report.number, "attach", goods, None, NOW)
    [signal] = world.signals()
    observed = read_signal(world.session, ADMIN, signal.number, NOW)["observed"]
    assert [one["record"] for one in observed].count(report.number) == 1
    assert (len(observed), complaint.product_id) == (3, None)


def test_a_return_that_did_not_occur_does_not_stand_any_more(world: World) -> None:
    for lot in ("Y1", "Y1", "Y2"):
        take_back(world, lot)
    [signal] = world.signals()
    assert lots_of(world.session, signal) == ["Y1", "Y2"]
    for event in world.chain.captured[-3:]:
        world.chain.declare_in_error(event["eventID"], NOW)
    assert lots_of(world.session, signal) == ["Y1"]
    assert find_common(world.session, ADMIN, signal).traced == 6


def test_what_leads_to_one_case_alone_is_not_shared(world: World) -> None:
    world.chain.make("plant", "milk", "M3", 600)
    world.chain.blend("plant", [("milk", "M3", 150)], [("yogurt", "Y5", 100)])
    for shop, lot in zip(SHOPS, ("Y1", "Y4", "Y5"), strict=True):
        world.complain(shop, lot=lot)
    [signal] = world.signals()
    common = find_common(world.session, ADMIN, signal)
    assert (common.traced, common.shared) == (3, [])


def test_other_goods_of_the_same_shops_are_nothing_that_the_cases_share(world: World) -> None:
    """Who complains of yogurt without a lot names the shop alone; all three shops have the same batch of soap, too."""
    world.chain.product("soap")
    world.chain.make("plant", "soap", "S1", 300)
    for shop in SHOPS:
        world.chain.move("plant", shop, "soap", "S1", 100)
        world.complain(shop, lot="")
    [signal] = world.signals()
    shared = find_common(world.session, ADMIN, signal).shared
    assert {one["id"] for one in shared} == {
        batch_uri("milk", "M1"),
        batch_uri("milk", "M2"),
        batch_uri("yogurt", "Y4"),
    }


def test_looking_again_tells_nothing_twice_and_a_further_case_joins(world: World, signal: Matter) -> None:
    assert world.signals() == []
    world.complain("wuxi")
    assert world.signals() == []
    row = world.session.get_one(Signal, signal.id)
    assert (row.cases, row.window, signal.steps[-1].step) == (6, 5, "grew")
    assert json.loads(signal.steps[-1].facts) == {"cases": 1}
    kept = world.session.scalars(select(SignalCase).where(SignalCase.matter_id == signal.id)).all()
    assert len({one.record for one in kept}) == 6


def test_an_outbreak_that_was_recalled_is_not_what_is_usual(world: World) -> None:
    for _ in range(4):
        for shop in SHOPS:
            world.complain(shop)
    [first] = world.signals()
    world.decide(first, "recall", "危害明确", hazard="霉菌超标", instructions="停止食用")
    later = NOW + timedelta(weeks=6)
    for shop in (*SHOPS, *SHOPS):
        world.complain(shop, later)
    [again] = world.signals(later + timedelta(hours=1))
    assert json.loads(world.session.get_one(Signal, again.id).base or "") == [0] * 12


def test_what_was_dismissed_is_what_is_usual(world: World) -> None:
    for _ in range(4):
        for shop in SHOPS:
            world.complain(shop)
    [first] = world.signals()
    world.decide(first, "dismiss", "口味投诉")
    later = NOW + timedelta(weeks=6)
    for shop in (*SHOPS, *SHOPS):
        world.complain(shop, later)
    assert world.signals(later + timedelta(hours=1)) == []


def test_what_was_dismissed_comes_back_by_new_cases_alone(world: World, signal: Matter) -> None:
    with pytest.raises(ReasonMissing):
        world.decide(signal, "dismiss")
    world.decide(signal, "dismiss", "同一促销活动引起的口味投诉")
    assert world.signals() == []
    for shop in SHOPS:
        world.complain(shop, NOW + timedelta(days=1))
    [again] = world.signals(NOW + timedelta(days=2))
    assert world.session.get_one(Signal, again.id).cases == 3


def test_one_citizen_alone_raises_nothing(world: World) -> None:
    for _ in range(6):
        world.complain("nanjing", who=1)
    assert world.signals() == []


def test_of_a_citizen_who_complains_often_all_is_a_case_and_one_is_counted(world: World) -> None:
    for who in (1, 1, 1, 1, 1, 2, 3):
        world.complain("nanjing", who=who)
    [matter] = world.signals()
    row = world.session.get_one(Signal, matter.id)
    assert (row.cases, row.window, row.sources) == (7, 3, 3)


def test_a_citizen_who_is_erased_does_not_become_several(world: World) -> None:
    for _ in range(3):
        matter = world.complain("nanjing", who=1)
        act(world.session, KINDS["complaint"], ADMIN, matter.number, "withdraw", None, None, NOW)
        erase_citizen(world.session, ADMIN, matter, "本人要求", NOW)
    assert world.signals() == []
    for citizen in (2, 3):
        world.complain("nanjing", who=citizen)
    [signal] = world.signals()
    assert world.session.get_one(Signal, signal.id).sources == 3


def test_a_batch_that_stands_out_is_a_signal_of_its_county(world: World) -> None:
    for _ in range(3):
        world.complain("nanjing")
    [matter] = world.signals()
    assert (matter.title, matter.code) == ("酸奶 Y1", "320106")
    assert matter.batch_id is not None
    assert find_matter(world.session, world.offices.county, matter.number) is matter
    with pytest.raises(MatterNotFound):
        find_matter(world.session, world.offices.neighbour, matter.number)
    wanted = Wanted(kinds=("signal",), waiting="open")
    read = [list_signals(world.session, who, wanted, "complaint", None, 9, NOW) for who in
            (world.offices.county, world.offices.neighbour)]  # fmt: skip
    assert read == [[matter], []]
    assert [count_raised(world.session, who) for who in (world.offices.county, world.offices.neighbour)] == [1, 0]


def test_a_batch_that_goes_wrong_after_its_product_was_held_is_another_signal(world: World, signal: Matter) -> None:
    """The hold took the lots that had cases; the officer did not close the signal, and months later Y4 is bad."""
    world.decide(signal, "hold", "三地投诉集中")
    later = NOW + timedelta(weeks=30)
    world.complain("wuxi", later)
    for shop in SHOPS:
        world.complain(shop, later, lot="Y4")
    [other] = world.signals(later + timedelta(hours=1))
    assert (other.title, world.session.get_one(Signal, other.id).cases) == ("酸奶 Y4", 3)
    assert world.session.get_one(Signal, signal.id).cases == 6


def test_a_signal_that_grows_beyond_its_county_goes_to_the_office_of_all_its_cases(world: World) -> None:
    for _ in range(3):
        world.complain("nanjing")
    [matter] = world.signals()
    world.complain("nanjing")
    assert (world.signals(), matter.code) == ([], "320106")
    world.complain("suzhou", lot="Y1")
    assert (world.signals(), matter.code) == ([], "320000")
    assert matter.steps[-1].step == "hand-over"
    assert json.loads(matter.steps[-1].facts) == {"from": "320106", "to": "320000"}
    for who in (world.offices.county, world.offices.nation):
        assert find_matter(world.session, who, matter.number) is matter


def test_a_signal_that_an_officer_took_in_hand_stays_with_him(world: World) -> None:
    for _ in range(3):
        world.complain("nanjing")
    [matter] = world.signals()
    act(
        world.session,
        SIGNALS,
        world.offices.county,
        matter.number,
        "assign",
        AssignIn(handler=world.offices.county.key_id),
        None,
        NOW,
    )
    world.complain("suzhou", lot="Y1")
    assert (world.signals(), matter.code, matter.steps[-1].step) == ([], "320106", "grew")


def test_a_firm_sees_no_signal_and_decides_nothing(world: World, signal: Matter) -> None:
    firm = Principal("company", signal.party_id, 990, "dairy")
    with pytest.raises(MatterNotFound):
        world.decide(signal, "dismiss", "x", firm)
    with pytest.raises(NotYourStep, match="Expected the service to grew, got authority"):
        world.decide(signal, "grew")
    with pytest.raises(NotYourStep):
        enter_foreign_recall(world.session, Principal("auditor", None, 991, "auditor"), abroad(), NOW)


def test_a_hold_takes_the_lots_of_the_cases_off_sale(world: World, signal: Matter) -> None:
    world.decide(signal, "hold", "三地投诉集中")
    assert signal.stage == "held"
    order = world.session.scalars(select(Withdrawal)).one()
    assert order.cause == signal.number
    tasks = world.session.get_one(Matter, order.matter_id)
    assert (tasks.title, tasks.party_id) == ("酸奶", signal.party_id)
    assert json.loads(order.scope)[0]["lots"] == sorted(LOTS.values())
    world.decide(signal, "close", "已下架并由召回接手")
    assert signal.ended_at is not None


def test_a_lot_with_a_comma_in_it_is_held_as_it_is(world: World) -> None:
    """GS1's character set has the comma; the form sends the lots of the cases back as one text."""
    world.chain.blend("plant", [("milk", "M1", 50)], [("yogurt", "Y,8", 100)])
    for _ in range(3):
        world.complain("nanjing", lot="Y,8")
    [matter] = world.signals()
    assert lots_of(world.session, matter) == ["Y,8"]
    world.decide(matter, "hold", "投诉集中", lots="Y,8, Y1,Y2；Y3")
    order = world.session.scalars(select(Withdrawal)).one()
    assert json.loads(order.scope)[0]["lots"] == ["Y,8", "Y1", "Y2", "Y3"]


def test_a_hold_can_be_of_the_common_source(world: World, signal: Matter) -> None:
    world.decide(signal, "hold", "共同来源", gtin=gtin_of("milk"), lots="M1")
    order = world.session.scalars(select(Withdrawal)).one()
    assert (json.loads(order.scope)[0]["gtin"], json.loads(order.scope)[0]["lots"]) == (gtin_of("milk"), ["M1"])
    with pytest.raises(LotsNeeded):
        world.decide(signal, "recall", "x", gtin=gtin_of("milk"), hazard="x", instructions="x")


def test_another_product_is_not_held_by_the_lots_of_the_cases(world: World, signal: Matter) -> None:
    """The form has the lots of the yogurt; who writes the milk's bar code and leaves them holds nothing at all."""
    with pytest.raises(Invalid) as refused:
        world.decide(signal, "hold", "共同来源", gtin=gtin_of("milk"), lots="Y1 Y2 Y3")
    assert [one.pointer for one in refused.value.errors] == ["/lots"]
    assert signal.stage == "raised"


def test_a_recall_case_is_opened_with_the_goods_filled_in(world: World, signal: Matter) -> None:
    world.decide(
        signal, "recall", "危害明确", hazard="霉菌超标", instructions="停止食用", recall_class="1", kind="ordered"
    )
    case = world.session.scalars(select(RecallCase)).one()
    assert json.loads(signal.steps[-1].facts) == {"recall": case.number}
    assert signal.number in (case.cause or "")
    assert signal.stage == "recalled"


def test_an_officer_decides_and_neither_an_inspector_nor_a_complaint_station(world: World, signal: Matter) -> None:
    inspector = add_official(world.session, "320000", "inspector", "inspector")
    station = add_official(world.session, "320000", "station", "station")
    recall = {"hazard": "x", "instructions": "x"}
    plan = {"size": 2, "starts_on": "2026-03-04", "ends_on": "2026-03-20", "lines": LIMITS}
    for who in (inspector, station):
        for step, states in (("dismiss", {}), ("inspect", plan), ("hold", {}), ("recall", recall)):
            with pytest.raises(NotYourStep, match="Expected an officer"):
                world.decide(signal, step, "x", who, **states)
    assert signal.stage == "raised"
    world.decide(signal, "dismiss", "口味投诉", add_official(world.session, "320000", "officer"))


@pytest.mark.parametrize(
    ("body", "states", "pointer"),
    [
        (HoldIn, {"lots": "Y1 ü"}, "/lots"),
        (HoldIn, {"lots": "Y1 " + "x" * 21}, "/lots"),
        (HoldIn, {"lots": " , "}, "/lots"),
        (RecallIn, {"hazard": "x", "instructions": "x", "lots": " ".join(map(str, range(201)))}, "/lots"),
        (InspectIn, {"size": 2, "starts_on": "2026-03-04", "ends_on": "2026-03-20", "lines": "pH"}, "/lines"),
        (InspectIn, {"size": 2, "starts_on": "2026-03-04", "ends_on": "2026-03-20", "lines": "; ≤ 1 g"}, "/lines"),
        (InspectIn, {"size": 2, "starts_on": "2026-03-04", "ends_on": "2026-03-20", "lines": "pH; 3 ~ 1"}, "/lines"),
    ],
)
def test_what_is_wrong_in_a_decision_is_named_by_its_field(
    body: type[InputModel], states: Mapping[str, object], pointer: str
) -> None:
    with pytest.raises(Invalid) as refused:
        validate(body, states)
    assert [one.pointer for one in refused.value.errors] == [pointer]


def test_a_product_with_a_long_name_is_inspected_too(world: World, signal: Matter) -> None:
    matter = world.session.get_one(Matter, signal.id)
    matter.title = "酸" * 2000
    world.decide(signal, "inspect", size=2, starts_on="2026-03-04", ends_on="2026-03-20", lines=LIMITS)


def test_an_inspection_that_ends_before_it_starts_or_tests_an_item_twice_is_refused() -> None:
    for end, lines in (("2026-03-03", LIMITS), ("2026-03-20", f"{LIMITS}\n{LIMITS}")):
        with pytest.raises(ValidationError, match="Expected"):
            InspectIn.model_validate({"size": 2, "starts_on": "2026-03-04", "ends_on": end, "lines": lines})


def test_an_inspection_drafts_a_plan_of_the_product(world: World, signal: Matter) -> None:
    with pytest.raises(Invalid):
        world.decide(signal, "inspect", size=2, starts_on="2026-03-04", ends_on="2026-03-20")
    world.decide(signal, "inspect", size=2, starts_on="2026-03-04", ends_on="2026-03-20", lines=LIMITS)
    plan = world.session.scalars(select(SamplingPlan)).one()
    assert (signal.stage, plan.size, json.loads(plan.criteria)["gtins"]) == ("inspecting", 2, [gtin_of("yogurt")])
    world.decide(signal, "dismiss", "抽检合格")
    assert signal.stage == "dismissed"


def test_goods_that_consumers_bring_back_to_three_places_are_a_signal(world: World) -> None:
    for shop, lot in LOTS.items():
        world.chain.sell(shop, "yogurt", lot, 5)
        body = world.chain._object("OBSERVE", "receiving", shop, world.chain._amount("yogurt", "Y1", 1))
        world.chain.capture(body | {"disposition": "returned"})
    [matter] = world.signals()
    found = read_signal(world.session, world.offices.nation, matter.number, NOW)
    assert (found["sort"], found["sources"], found["title"]) == ("return", 3, "酸奶 Y1")
    assert {one["record"][:17] for one in found["observed"]} == {"urn:example:event"}


def test_what_comes_back_beside_a_batch_that_was_told_counts_for_its_own_batch(world: World) -> None:
    """Y1 comes back to three shops, and then with Y4 in the same events; somebody looks after each of them."""
    take_back(world, "Y1")
    [first] = world.signals()
    raised = []
    for shop in SHOPS:
        take_back(world, "Y1", "Y4", shops=[shop])
        raised += world.signals()
    [other] = raised
    assert (first.title, other.title) == ("酸奶 Y1", "酸奶 Y4")
    assert [world.session.get_one(Signal, one.id).cases for one in (first, other)] == [6, 3]


def take_back(world: World, *lots: str, shops: Collection[str] = tuple(SHOPS)) -> None:
    for shop in shops:
        body = world.chain._object("OBSERVE", "receiving", shop, {})
        amounts = [world.chain._amount("yogurt", lot, 1) for lot in lots]
        world.chain.capture(body | {"quantityList": amounts, "disposition": "returned"})


def test_one_serial_sold_in_three_places_is_a_signal(world: World) -> None:
    for shop in SHOPS:
        sell_one(world, shop, "7")
    [matter] = world.signals()
    found = read_signal(world.session, world.offices.nation, matter.number, NOW)
    assert (found["sort"], found["cases"], found["sources"]) == ("scan", 3, 3)
    assert {one["place_name"] for one in found["observed"]} == set(SHOPS)


def test_a_copied_serial_is_seen_when_its_second_sale_comes_and_not_before(world: World) -> None:
    first, second, third = SHOPS
    sell_one(world, first, "7")
    items, seen = find_copied(world.session, 0)
    sell_one(world, second, "8")
    sell_one(world, first, "7")
    assert (items, find_copied(world.session, seen)[0]) == (set(), set())
    sell_one(world, third, "7")
    copied, newest = find_copied(world.session, seen)
    assert (len(copied), find_copied(world.session, newest)[0]) == (1, set())
    assert find_copied(world.session, 0)[0] == copied
    for _twice in range(2):
        note_copied(world.session, copied)
    whole = observe_copies(world.session, NOW - timedelta(weeks=1), NOW + timedelta(weeks=1))
    assert (len(whole), len({one.source for one in whole})) == (3, 2)


def test_a_number_that_is_copied_today_was_nothing_unusual_when_it_was_first_sold(world: World) -> None:
    """Three numbers were sold five weeks ago, and each once more today: nobody saw a copy then."""
    for day, places in ((-35.0, ("nanjing", "suzhou", "wuxi")), (1.0, ("suzhou", "wuxi", "nanjing"))):
        for number, shop in enumerate(places):
            sell_one(world, shop, f"{number}", day)
    [matter] = world.signals()
    row = world.session.get_one(Signal, matter.id)
    assert (row.sort, row.cases, row.sources, json.loads(row.base or "")) == ("scan", 3, 3, [0] * 12)
    assert lots_of(world.session, matter) == ["Y1"]


def sell_one(world: World, shop: str, serial: str, day: float | None = None) -> None:
    body = world.chain._object("OBSERVE", "retail_selling", shop, {})
    del body["quantityList"]
    world.chain.capture(body | {"epcList": [f"https://id.gs1.org/01/{gtin_of('yogurt')}/10/Y1/21/{serial}"]}, day)


def abroad(**changes: object) -> ForeignRecallIn:
    body = {
        "country": "US",
        "authority": "FDA",
        "reference": "F-0001-2026",
        "published_on": "2026-03-03",
        "gtin": gtin_of("yogurt"),
        "lots": ["Y1"],
        "title": "Yogurt recalled",
        "hazard": "Listeria",
    }
    return validate(ForeignRecallIn, body | changes)


def test_a_recall_abroad_of_goods_known_here_is_a_signal_at_once(world: World) -> None:
    city = world.offices.city
    row = enter_foreign_recall(world.session, city, abroad(), NOW)
    [written] = write_foreign_recalls(world.session, world.offices.nation, [row])
    assert written["signal"] is not None
    found = read_signal(world.session, city, written["signal"], NOW)
    assert (found["sort"], found["title"], found["rate"], found["office"]) == ("foreign", "酸奶 Y1", None, "320100")
    for same in (abroad(), abroad(reference=" F-0001-2026 ")):
        with pytest.raises(EnteredAlready):
            enter_foreign_recall(world.session, city, same, NOW)
    assert write_foreign_recalls(world.session, world.offices.county, [row])[0]["signal"] is None  # the city's
    other = enter_foreign_recall(world.session, city, abroad(gtin=gtin_of("cheese"), lots=["C1", "C1"]), NOW)
    assert write_foreign_recalls(world.session, world.offices.nation, [other])[0]["signal"] is None
    world.chain.product("cheese", name="奶酪")
    [late] = world.signals()
    assert write_foreign_recalls(world.session, world.offices.nation, [other])[0]["signal"] == late.number
    assert (late.title, world.signals()) == ("奶酪", [])
    with pytest.raises(Invalid):
        enter_foreign_recall(world.session, city, abroad(reference="2", published_on="2026-03-30"), NOW)


def test_a_hold_on_a_recall_abroad_takes_its_lots_that_are_not_known_here_yet(world: World) -> None:
    row = enter_foreign_recall(world.session, world.offices.nation, abroad(lots=["Y1", "Y77"]), NOW)
    matter = world.session.get_one(Matter, row.signal_id)
    world.decide(matter, "hold", "境外召回")
    order = world.session.scalars(select(Withdrawal)).one()
    assert json.loads(order.scope)[0]["lots"] == ["Y1", "Y77"]
