"""Sampling inspections at the desk, from the form of a plan to a confirmed result."""

import re

import pytest
from flask import Flask

from tests.desk import DeskClient, sign_in
from tests.oversight.sampling.world import World, make_world
from tests.recalls.chain import gtin_of
from trace.kit.web import current_database

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

NEW = "/desk/sampling/new"
PLAN = {
    "title": "酸奶监督抽查",
    "gtins": gtin_of("yogurt"),
    "size": "1",
    "starts_on": "2020-01-01",
    "ends_on": "2099-12-31",
    "food": "yes",
    "items": "菌落总数; ≤ 100 CFU/g; GB 19302-2010\n沙门氏菌; absent",
}


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context(), current_database().write() as session:
        return make_world(session)


@pytest.fixture
def officer(app: Flask, world: World) -> DeskClient:
    return sign_in(app, "regulator")


def test_a_plan_becomes_a_confirmed_result(app: Flask, world: World, officer: DeskClient) -> None:
    operator = sign_in(app, "admin")
    plan = officer.post(NEW, PLAN).headers["Location"].split("?")[0]
    assert "≤ 100 CFU/g" in officer.get(plan).text
    operator.post(f"{plan}/approve", {})
    page = officer.follow(officer.post(f"{plan}/draw", {"seed": "2026-03-02"}))
    assert "2026-03-02" in page.text
    frame = officer.get(re.search(r"/desk/sampling/[^\"]+/frame", page.body)[0]).body  # type: ignore[index]
    assert len(frame.splitlines()) == 3
    sample = re.search(r"/desk/matters/CY[0-9-]+", page.body)[0]  # type: ignore[index]
    officer.post(f"{sample}/take", {"quantity": "2"})
    officer.post(f"{sample}/send", {"laboratory": str(world.first)})
    wrong = officer.post(f"{sample}/report", {"number": "R-1", "lines": "菌落总数; many"}, 422)
    assert "菌落总数; many" in wrong.text
    officer.post(f"{sample}/report", {"number": "R-1", "lines": "菌落总数; 101 CFU/g\n沙门氏菌; not detected"})
    page = operator.follow(operator.post(f"{sample}/fail-food", {}))
    assert ("outside the limit" in page.text, "CNAS-1" in page.text) == (True, True)


def test_what_was_typed_is_kept_and_the_line_is_named(officer: DeskClient) -> None:
    answer = officer.post(NEW, PLAN | {"items": "菌落总数; many", "size": "0"}, 422)
    assert answer.text.count("菌落总数; many") == 1
    assert "Line 1: " in answer.text


def test_pass_rates_teach_when_there_are_none(officer: DeskClient) -> None:
    assert "No sample has a final result yet" in officer.get("/desk/sampling?by=region&year=2026").text
    assert "No sample has a final result yet" in officer.get("/desk/sampling?by=x&year=abcd").text
