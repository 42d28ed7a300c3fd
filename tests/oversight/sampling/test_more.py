"""What is counted and told of samples: rates, early warning, credit, publication; and lines that people write."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from oversight.matters.steps import CLOCK
from oversight.sampling import figures
from oversight.sampling.credited import credit_entries
from oversight.sampling.figures import read_rates
from oversight.sampling.observed import observe_samples
from oversight.sampling.reading import write_sample
from oversight.sampling.written import read_limits, read_results
from oversight.warnings.cases import cases_of
from oversight.warnings.raising import open_signal
from oversight.warnings.signals import lots_of
from tests.oversight.sampling.world import BAD, GOOD, NOW, World, facts, make_world
from tests.recalls.chain import gtin_of
from trace.models import Party

LATER = NOW + timedelta(days=90)


@pytest.fixture
def world(session: Session) -> World:
    return make_world(session)


def test_what_is_final_is_counted_and_stands_in_the_credit_file(world: World) -> None:
    sample = world.failed()
    assert not read_rates(world.session, "product", "000000", None)  # the firm may still object
    assert [one.record for one in observe_samples(world.session, NOW, LATER)] == [sample.number]
    world.step(sample, world.dairy, "accept")
    good = world.report(GOOD, seed="other")
    world.step(good, world.offices.colleague, "pass")
    [rate] = read_rates(world.session, "product", "320100", 2026)
    assert (rate["name"], rate["tested"], rate["passed"], rate["share"]) == ("酸奶", 2, 1, Decimal("0.5"))
    entries = credit_entries(world.session, world.dairy.party_id or 0, LATER)
    assert {(one.word, one.record) for one in entries} == {
        ("sample_failed", sample.number),
        ("sample_passed", good.number),
    }


def test_of_too_many_groups_those_are_left_whose_rates_are_lowest(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "MOST_ROWS", 1)
    for product, seed, results in (("酸奶", "1", GOOD), ("milk", "2", BAD), ("cheese", "3", GOOD)):
        if product != "酸奶":
            world.chain.product(product, world.session.get_one(Party, world.dairy.party_id), product)
            world.chain.make("plant", product, "L1", 50)
        item = "yogurt" if product == "酸奶" else product
        sample = world.report(results, seed=seed, gtins=[gtin_of(item)], kinds=["plant"])
        world.step(sample, world.offices.colleague, "pass" if results is GOOD else "fail-food")
        if results is BAD:
            world.step(sample, world.dairy, "accept")
    assert [row["name"] for row in read_rates(world.session, "product", "000000", None)] == ["milk"]


def test_a_correction_that_is_not_reported_in_time_counts_against_the_firm(world: World) -> None:
    sample = world.failed()
    world.step(sample, world.dairy, "accept")
    world.step(sample, world.offices.county, "order-correction", "限期改正")
    party = world.dairy.party_id or 0
    assert "correction_overdue" not in {one.word for one in credit_entries(world.session, party, NOW)}
    assert "correction_overdue" in {one.word for one in credit_entries(world.session, party, LATER)}


def test_a_second_correction_that_is_late_is_a_record_of_its_own(world: World) -> None:
    sample, county = world.failed(), world.offices.county
    world.step(sample, world.dairy, "accept")
    for months in (0, 3):
        at = NOW + timedelta(days=30 * months)
        world.step(sample, county, "order-correction", "限期改正", now=at)
        world.step(sample, world.dairy, "corrected", "已改正", now=at + timedelta(days=40))
        world.step(sample, county, "recheck-fail", "复查不合格", now=at + timedelta(days=50))
    entries = credit_entries(world.session, world.dairy.party_id or 0, NOW + timedelta(days=200))
    late = [one.record for one in entries if one.word == "correction_overdue"]
    assert late == [sample.number, f"{sample.number}/2"]


def test_a_maker_is_not_told_from_whom_a_sample_was_taken(world: World) -> None:
    _plan, [sample, *_] = world.draw(kinds=["outlet"])
    assert write_sample(world.session, world.dairy, sample)["place"] is None
    assert write_sample(world.session, world.offices.county, sample)["place"] is not None


def test_a_final_failure_is_drafted_for_the_public(world: World) -> None:
    sample = world.failed()
    world.step(sample, world.dairy, "accept")
    words = {"title": "抽查不合格", "title_en": "Failed", "text": "菌落总数超标", "text_en": "Too many bacteria"}
    world.step(sample, world.offices.county, "publish", **words)
    assert facts(sample)["publication"].startswith("FB")


def test_limits_and_results_are_read_as_people_write_them() -> None:
    assert read_limits("菌落总数；≤ 100 CFU/g；GB 19302-2010\n\npH; 4.0 ~ 4.6\n沙门氏菌; 不得检出") == [
        {"item": "菌落总数", "standard": "GB 19302-2010", "upper": Decimal(100), "kind": "max", "unit": "CFU/g"},
        {"item": "pH", "lower": Decimal("4.0"), "upper": Decimal("4.6"), "kind": "range"},
        {"item": "沙门氏菌", "kind": "absent"},
    ]
    assert read_results("蛋白质; 3.1 g/100g\n沙门氏菌; 未检出") == [
        {"item": "蛋白质", "value": Decimal("3.1"), "unit": "g/100g"},
        {"item": "沙门氏菌", "value": None},
    ]


@pytest.mark.parametrize("text", ["x", "x; much", "x; = 5", "x; 1e9999"])
def test_a_line_that_says_no_limit_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="Line 1"):
        read_limits(text)


def test_a_failure_that_a_retest_reversed_does_not_stand_in_a_signal_any_more(world: World) -> None:
    sample = world.failed()
    seen = observe_samples(world.session, NOW, LATER)
    signal = open_signal(world.session, CLOCK, "sample", (seen[0].product_id, seen[0].batch_id), seen, NOW)
    assert ([one.stands for one in cases_of(world.session, signal)], lots_of(world.session, signal)) == ([True], ["L1"])
    world.step(sample, world.dairy, "object", "样品运输不当")
    world.step(sample, world.offices.county, "send-retest", laboratory=world.second)
    world.step(sample, world.offices.county, "report-retest", number="R-2", results=GOOD)
    world.step(sample, world.offices.colleague, "retest-pass")
    assert ([one.stands for one in cases_of(world.session, signal)], lots_of(world.session, signal)) == ([False], [])
