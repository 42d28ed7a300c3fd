"""From a plan to what follows a failure: drawn, taken out of the ledger, tested, objected to, re-tested."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from oversight.matters.steps import NotYourStep, OtherPersonNeeded
from oversight.models import GradeChange, Sample, SamplingPlan
from oversight.sampling.draw import draw_lines
from oversight.sampling.frames import NothingToDraw
from oversight.sampling.samples import (
    AlreadySampled,
    ObjectionOpen,
    ObjectionOver,
    OutOfScope,
    ResultSaysOtherwise,
)
from recalls.cases import find_case
from tests.oversight.sampling.world import BAD, GOOD, NOW, World, facts, make_world
from tests.recalls.chain import ADMIN, batch_uri, gtin_of, place_uri
from trace.derivation.rebuild import find_differences
from trace.kit.errors import Conflict, Invalid
from trace.models import HeldBatch, Party
from trace.readings import read_balance


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_a_plan_is_approved_by_a_second_person_and_drawn_from_what_is_on_hand_in_its_county(world: World) -> None:
    plan = world.plan()
    with pytest.raises(OtherPersonNeeded):
        world.step(plan, world.offices.county, "approve")
    world.step(plan, world.offices.colleague, "approve")
    world.step(plan, world.offices.county, "draw")
    kept = world.session.get_one(SamplingPlan, plan.id)
    assert kept.frame is not None
    assert sorted(line.split("\t")[0] for line in kept.frame.splitlines()) == sorted(
        place_uri(name) for name in ("plant", "shop")
    )
    assert facts(plan)["seed"] == kept.seed
    assert len(kept.seed or "") == 32


def test_the_draw_is_repeated_from_the_printed_frame_and_the_seed(world: World) -> None:
    plan, samples = world.draw(kinds=["outlet", "plant"], size=1)
    kept = world.session.get_one(SamplingPlan, plan.id)
    lines = (kept.frame or "").splitlines()
    again = draw_lines([int(line.split("\t")[-1]) for line in lines], 1, "seed")
    assert [world.session.get_one(Sample, one.id).line for one in samples] == [one + 1 for one in again]


@pytest.mark.parametrize(("grade", "drawn"), [("A", 1), ("B", 2), ("D", 4)])
def test_grades_make_a_draw_larger_or_smaller(world: World, grade: str, drawn: int) -> None:
    for lot in ("L2", "L3", "L4"):
        world.chain.make("plant", "yogurt", lot, 10)
    change = {"before": None, "after": grade, "points": "0", "version": "x", "reason": "[]"}
    world.session.add_all(GradeChange(party_id=one.id, at=NOW, **change) for one in world.session.query(Party))
    plan, samples = world.draw(size=2)
    assert len(samples) == drawn
    assert (facts(plan)["planned"], facts(plan)["samples"]) == (2, drawn)


def test_what_is_not_on_hand_is_not_drawn(world: World) -> None:
    world.chain.sell("shop", "yogurt", "L1", 60)
    plan = world.plan(kinds=["outlet"])
    world.step(plan, ADMIN, "approve")
    with pytest.raises(NothingToDraw):
        world.step(plan, world.offices.county, "draw")


def test_a_sample_leaves_the_ledger_as_destroyed_and_the_record_can_be_rebuilt(world: World) -> None:
    _plan, [sample, *_] = world.draw(kinds=["outlet"])
    with pytest.raises(Invalid, match="at most the 60"):
        world.step(sample, world.offices.county, "take", quantity=Decimal(61))
    world.step(sample, world.offices.county, "take", quantity=Decimal(5))
    [row] = read_balance(world.session, ADMIN, batch_uri("yogurt", "L1"))["figures"]
    assert (row["on_hand"], row["destroyed"]) == (95, 5)
    assert not find_differences(world.session)


def test_a_laboratory_must_be_in_scope_for_every_item_that_day(world: World) -> None:
    _plan, [sample, *_] = world.draw()
    world.step(sample, world.offices.county, "take", quantity=Decimal(1))
    with pytest.raises(OutOfScope, match="without 蛋白质, 沙门氏菌"):
        world.step(sample, world.offices.county, "send", laboratory=world.narrow)
    with pytest.raises(OutOfScope):
        world.step(sample, world.offices.county, "send", laboratory=world.first, now=NOW + timedelta(days=3000))


def test_a_report_has_every_item_in_its_unit(world: World) -> None:
    _plan, [sample, *_] = world.draw()
    world.step(sample, world.offices.county, "take", quantity=Decimal(1))
    world.step(sample, world.offices.county, "send", laboratory=world.first)
    wrong = [GOOD[0] | {"unit": "CFU/100g"}, GOOD[1]]
    with pytest.raises(Invalid) as refused:
        world.step(sample, world.offices.county, "report", number="R-1", results=wrong)
    assert [one.pointer for one in refused.value.errors] == ["/results/0/unit", "/results"]


def test_a_result_is_confirmed_by_a_second_person_and_only_as_it_is(world: World) -> None:
    sample = world.report(GOOD)
    with pytest.raises(OtherPersonNeeded):
        world.step(sample, world.offices.county, "pass")
    with pytest.raises(ResultSaysOtherwise):
        world.step(sample, world.offices.colleague, "fail-food")
    world.step(sample, world.offices.colleague, "pass")
    assert world.session.get_one(Sample, sample.id).outcome == "passed"


def test_the_law_of_the_plan_says_how_long_the_firm_may_object(world: World) -> None:
    sample = world.failed()
    [clock] = [one for one in sample.clocks if one.limit.starts.startswith("fail")]
    assert (clock.limit.word, clock.limit.amount, clock.limit.unit) == ("object-food", 7, "wd")
    goods = world.report(BAD, food=False, title="电水壶")
    with pytest.raises(ResultSaysOtherwise):
        world.step(goods, world.offices.colleague, "fail-food")
    world.step(goods, world.offices.colleague, "fail")
    [clock] = [one for one in goods.clocks if one.limit.starts.startswith("fail")]
    assert (clock.limit.amount, clock.limit.unit) == (15, "d")


def test_the_failure_is_final_when_the_firm_accepts_or_the_time_is_over(world: World) -> None:
    sample = world.failed()
    with pytest.raises(ObjectionOpen):
        world.step(sample, world.offices.county, "conclude")
    late = NOW + timedelta(days=40)
    with pytest.raises(ObjectionOver):
        world.step(sample, world.dairy, "object", "样品运输不当", now=late)
    world.step(sample, world.offices.county, "conclude", now=late)
    assert world.session.get_one(Sample, sample.id).outcome == "failed"


def test_a_firm_takes_no_step_of_the_office(world: World) -> None:
    sample = world.failed()
    with pytest.raises(NotYourStep):
        world.step(sample, world.dairy, "conclude")


@pytest.mark.parametrize(("results", "step", "outcome"), [(GOOD, "pass", "passed"), (BAD, "fail", "failed")])
def test_the_re_test_is_by_another_laboratory_and_stands(
    world: World, results: list[dict[str, object]], step: str, outcome: str
) -> None:
    sample = world.failed()
    world.step(sample, world.dairy, "object", "样品运输不当")
    with pytest.raises(Invalid, match="another laboratory"):
        world.step(sample, world.offices.county, "send-retest", laboratory=world.first)
    world.step(sample, world.offices.county, "send-retest", laboratory=world.second)
    world.step(sample, world.offices.county, "report-retest", number="R-2", results=results)
    world.step(sample, world.offices.colleague, f"retest-{step}")
    assert world.session.get_one(Sample, sample.id).outcome == outcome


def test_a_final_failure_opens_a_stop_sale_or_a_recall_of_the_batch(world: World) -> None:
    sample = world.failed()
    world.step(sample, world.dairy, "accept")
    world.step(sample, world.offices.county, "stop-sale", "不合格")
    assert facts(sample)["withdrawal"].startswith("TX")
    assert world.session.query(HeldBatch).count() == 1
    world.step(sample, world.offices.county, "recall", "不合格", hazard="菌落总数超标", instructions="停止食用")
    case = find_case(world.session, facts(sample)["recall"])
    assert [(line.gtin, line.lot) for line in case.lines] == [(gtin_of("yogurt"), "L1")]


def test_a_correction_is_ordered_reported_and_checked_again(world: World) -> None:
    sample = world.failed()
    world.step(sample, world.dairy, "accept")
    world.step(sample, world.offices.county, "order-correction", "限期改正")
    world.step(sample, world.dairy, "corrected", "更换杀菌设备")
    world.step(sample, world.offices.county, "recheck-fail", "复查仍不合格")
    world.step(sample, world.offices.county, "order-correction", "再次限期改正")
    world.step(sample, world.dairy, "corrected", "更换杀菌设备")
    world.step(sample, world.offices.county, "recheck-pass", "复查合格")
    assert (sample.stage, sample.ended_at) == ("closed", NOW)


def test_what_a_higher_level_sampled_no_lower_level_samples_within_the_period(world: World) -> None:
    plan = world.plan()
    world.step(plan, ADMIN, "approve")
    _same, [own, *_] = world.draw(seed="other")
    _above, [sample, *_] = world.draw(world.offices.city)
    world.step(sample, world.offices.city, "take", quantity=Decimal(1))
    with pytest.raises(NothingToDraw):
        world.step(plan, world.offices.county, "draw")
    with pytest.raises(AlreadySampled):
        world.step(own, world.offices.county, "take", quantity=Decimal(1))
    later = NOW + timedelta(days=200)
    world.step(plan, world.offices.county, "draw", now=later)
    _again, found = world.draw(world.offices.nation)  # a higher level is not bound by a lower one
    assert found


def test_a_plan_is_complete_when_no_sample_waits(world: World) -> None:
    plan, samples = world.draw(size=4)
    with pytest.raises(Conflict, match="waits for 2 samples"):
        world.step(plan, world.offices.county, "complete")
    for sample in samples:
        world.step(sample, world.offices.county, "miss", "已售完")
    world.step(plan, world.offices.county, "complete")
    assert facts(plan) == {"missed": 2}
