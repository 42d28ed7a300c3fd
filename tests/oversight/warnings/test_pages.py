"""Early warning at the desk and over the API: figures, common source, decisions; recalls abroad."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from oversight.warnings.watch import watch_goods
from tests.desk import DeskClient, sign_in
from tests.oversight.warnings.world import SHOPS, World, make_world
from tests.recalls.chain import Chain, gtin_of
from tests.trace.web.api_client import Api
from trace.kit.config import Settings
from trace.kit.formats import BEIJING
from trace.kit.jobs import Work
from trace.kit.web import current_database

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.fixture
def signal(app: Flask) -> str:
    """Complaints of today from three cities, and what the worker makes of them."""
    now = datetime.now(UTC)
    with app.app_context():
        database = current_database()
        with database.write() as session:
            world: World = make_world(session)
            for shop in (*SHOPS, *SHOPS):
                world.complain(shop, now - timedelta(hours=1))
        work = Work(database, Settings("", "k"))
        assert watch_goods(work)
        assert not watch_goods(work)
    return "YJ" + f"{now.astimezone(BEIJING).year}-000001"


def test_an_officer_reads_why_it_was_raised_and_what_the_cases_share(app: Flask, signal: str) -> None:
    officer = sign_in(app, "regulator")
    assert "1 signal is to be decided on" in officer.get("/desk").text
    assert signal in officer.get("/desk/signals").text
    page = officer.get(f"/desk/matters/{signal}")
    assert "In seven days 6 were observed (complaints and reports), from 6 sources" in page.text
    assert "Behind 100.0 % of the cases:" in page.text
    assert "生牛乳 M1" in page.text
    assert "3 of the 3 batches of this product made from it have a case" in page.text
    assert 'value="Y1 Y2 Y3"' in page.body
    officer.post(f"/desk/matters/{signal}/dismiss", {"reason": ""}, 422)
    officer.post(f"/desk/matters/{signal}/dismiss", {"reason": "促销后口味投诉"})
    assert "Nothing stands out." in officer.get("/desk/signals").text
    assert signal in officer.get("/desk/signals?waiting=ended&sort=complaint").text


def test_of_a_batch_it_is_said_what_batches_of_its_product_usually_have(app: Flask) -> None:
    now = datetime.now(UTC)
    with app.app_context():
        with current_database().write() as session:
            world = make_world(session)
            for _ in range(3):
                world.complain("nanjing", now - timedelta(hours=1))
        assert watch_goods(Work(current_database(), Settings("", "k")))
    page = sign_in(app, "regulator").get(f"/desk/matters/YJ{now.astimezone(BEIJING).year}-000001")
    assert "Of the batch of this product that had most in each week, 0.08 a week are usual" in page.text


def test_the_page_is_said_in_chinese_too(app: Flask, signal: str) -> None:
    page = sign_in(app, "regulator").get(f"/desk/matters/{signal}?lang=zh")
    for words in (
        "风险预警",
        "七日内观察到 6 例（投诉举报），来自 6 个互不相关的来源",
        "100.0% 的案例共同涉及",
        "排除信号",
    ):
        assert words in page.text


def test_a_decision_at_the_desk_takes_the_goods_off_sale(app: Flask, signal: str) -> None:
    officer = sign_in(app, "regulator")
    form = {"gtin": gtin_of("yogurt"), "lots": "Y1、Y2 Y3", "reason": "三地集中投诉"}
    page = officer.follow(officer.post(f"/desk/matters/{signal}/hold", form))
    assert "goods off sale" in page.text
    assert page.text.count(f"off sale by TX{datetime.now(BEIJING).year}-000001") == 6
    order = officer.get("/desk/matters?kind=withdrawal").text
    assert "TX" in order


def test_a_recall_abroad_is_entered_by_form(app: Flask, signal: str) -> None:
    officer: DeskClient = sign_in(app, "regulator")
    form = {
        "country": "us", "authority": "FDA", "reference": "F-1", "published_on": "2026-01-02", "lots": "Y1，Y2",
        "gtin": gtin_of("yogurt"), "title": "Yogurt", "hazard": "Listeria",
    }  # fmt: skip
    wrong = officer.post("/desk/foreign-recalls", form | {"country": "USA"}, 422)
    assert 'value="F-1"' in wrong.get_data(as_text=True)
    wrong = officer.post("/desk/foreign-recalls", form | {"lots": "Y1 " + "x" * 21}, 422)
    assert "at most 20 fit into a bar code" in wrong.get_data(as_text=True)
    page = officer.follow(officer.post("/desk/foreign-recalls", form))
    assert ("recall abroad" in page.text, "US F-1" in page.text) == (True, True)
    assert "Listeria" in officer.get("/desk/foreign-recalls").text


def test_the_worker_follows_the_registration_of_a_product_that_is_recalled_abroad(app: Flask, signal: str) -> None:
    api = Api.issue(app, "regulator")
    recall = {"country": "US", "authority": "FDA", "reference": "F-2", "published_on": "2026-01-02"}
    api.post(
        "/api/v1/foreign-recalls", recall | {"gtin": gtin_of("cheese"), "title": "Cheese", "hazard": "Listeria"}, 201
    )
    with app.app_context():
        work = Work(current_database(), Settings("", "k"))
        assert not watch_goods(work)
        with work.database.write() as session:
            Chain(session).product("cheese", name="奶酪")
        assert watch_goods(work)
        assert not watch_goods(work)
    [one] = api.get("/api/v1/signals?sort=foreign")["signals"]
    assert (one["title"], one["cases"]) == ("奶酪", 1)


def test_over_the_api(app: Flask, signal: str) -> None:
    api = Api.issue(app, "regulator")
    [row] = api.get("/api/v1/signals?waiting=open&sort=complaint")["signals"]
    assert (row["number"], row["cases"], row["rate"]["base"]) == (signal, 6, [0] * 12)
    assert len(api.get(f"/api/v1/signals/{signal}")["observed"]) == 6
    common = api.get(f"/api/v1/signals/{signal}/sources")
    assert ([one["lot"] for one in common["shared"]], common["traced"]) == (["M1"], 6)
    assert api.get("/api/v1/signals?sort=scan")["signals"] == []
