"""On the demonstration chain: five complaints lead to a recall, a delivery is refused, a call is settled."""

import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from demo.chain import build_chain
from demo.cli import first_day_before
from demo.loading import OPERATOR, load_chain, renew_keys
from demo.people import invite_people
from demo.scene import find_bought, set_scene
from demo.stranger import bakery, find_shop, send_pastry
from demo.values import Chain, Place
from oversight.demonstration import enter_offices, enter_registers, list_stranger
from oversight.jurisdictions import assign_staff
from tests.conftest import app_over
from tests.desk import sign_in as open_session
from tests.e2e.conftest import DESKTOP, PHONE, Visit, visitors
from tests.e2e.desk_world import CASES_PER_PALLET, DeskSite, sign_in
from tests.e2e.test_complaint_station import enter, settle_a_call, take
from tests.faults.gunicorn import Server
from trace.accounts.people import prepare_password, take_invitation
from trace.kit.accounts import User
from trace.kit.db import Database
from trace.kit.web import current_database

SAID = {
    "zh": {
        "behind": "100.0% 的案例共同涉及",
        "cases": "用其制成的本产品 2 个批次中，2 个有案例",
        "outside": "不符合限值",
        "reject": "不得收货",
        "listed": "列入严重违法失信名单",
        "expired": "许可证",
        "refused": "其货物被拒收",
        "title": "抽检不合格",
    },
    "en": {
        "behind": "Behind 100.0 % of the cases",
        "cases": "2 of the 2 batches of this product made from it have a case",
        "outside": "outside the limit",
        "reject": "do not take in",
        "listed": "on the blacklist",
        "expired": "licence",
        "refused": "its goods were refused",
        "title": "A sample failed",
    },
}


@dataclass(frozen=True)
class Market:
    """A language, the site, its application and chain, the session of a county's station, and a shop there."""

    language: str
    site: DeskSite
    app: Flask
    chain: Chain
    station: str
    shop: Place


@pytest.fixture(scope="module", params=["zh", "en"])
def market(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Market]:
    """The demonstration chain before any recall, with offices, laboratories and a blacklisted bakery; a language."""
    folder = tmp_path_factory.mktemp("market")
    shutil.copyfile(sqlite_template, folder / "world.sqlite3")
    url = f"sqlite:///{folder / 'world.sqlite3'}"
    database = Database(url)
    app, now = app_over(database), datetime.now(UTC)
    chain = build_chain(first_day_before(now), cases_per_pallet=CASES_PER_PALLET)
    password = secrets.token_urlsafe(16)
    with app.app_context(), current_database().write() as session:
        load_chain(session, chain, now)
        keys = renew_keys(session, chain)
        scene = set_scene(chain, keys.principal, keys.colleague, send_pastry(session, chain, now))
        for enter in (enter_offices, enter_registers, list_stranger):
            enter(session, scene, now)
        shop = find_shop(session, chain)
        for one in invite_people(session, chain, now):
            assert one.token is not None
            name = one.who.part.split(" ", 1)[-1]
            take_invitation(session, one.token, name, prepare_password(one.who.email, name, password, password), now)
    station = open_session(app, "regulator", name="Station")
    with app.app_context(), current_database().write() as session:
        actor = session.get_one(User, station.user_id).actor_id
        assign_staff(session, OPERATOR, actor, shop.city.region, "station", now)
    server = Server(url, folder / "gunicorn.log")
    try:
        yield Market(request.param, DeskSite(server.wait().url, "", password=password), app, chain, station.token, shop)
    finally:
        server.kill()
        database.close()


@pytest.fixture
def market_visit(market: Market, browser: Browser) -> Iterator[Visit]:
    """As `visit`, of this site."""
    yield from visitors(market.site, browser)


def work(app: Flask) -> None:
    """What `flask worker` does on its rounds."""
    done = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert done.exit_code == 0, done.output


def find(page: Page, pattern: str) -> str:
    found = re.search(pattern, page.inner_text("main"))
    assert found is not None, pattern
    return found[0]


def test_five_complaints_lead_to_a_recall_a_lower_grade_and_a_publication(market: Market, market_visit: Visit) -> None:
    language, site, chain = market.language, market.site, market.chain
    said, milk = SAID[language], chain.recalled
    maker = chain.affected[1].product.firm.uscc
    for turn, (code, shop) in enumerate(find_bought(chain)):
        citizen = market_visit(language, PHONE)
        citizen.open("/complaints/new")
        citizen.page.select_option("#cause", "spoiled")
        fields = {"words": "酸奶有异味", "code": code, "outlet": shop, "phone": f"1390000000{turn}"}
        for name, value in fields.items():
            citizen.page.fill(f"#{name}", value)
        citizen.page.click("form.ask button")
        citizen.page.wait_for_load_state()
        citizen.context.close()
    work(market.app)
    first, second = market_visit(language, DESKTOP), market_visit(language, DESKTOP)
    sign_in(first, site, "first")
    sign_in(second, site, "second")
    page, theirs = first.page, second.page

    first.open("/desk/signals")
    signal = find(page, r"YJ\d{4}-\d{6}")
    first.open(f"/desk/matters/{signal}")
    for words in (said["behind"], milk.lot, said["cases"]):
        assert words in first.text
    today = datetime.now(UTC).date()
    days = {"starts_on": str(today - timedelta(days=1)), "ends_on": str(today + timedelta(days=20))}
    take(page, "inspect", {"size": "60", **days, "lines": "霉菌; ≤ 30 CFU/g; GB 19302-2010"})
    plan = find(page, r"CJ\d{4}-\d{6}")

    second.open(f"/desk/matters/{plan}")
    take(theirs, "approve", {})
    first.open(f"/desk/matters/{plan}")
    take(page, "draw", {"seed": "2026-11-23"})
    row = page.locator("tr", has_text=re.compile("PY-0[89]")).first
    sample = row.locator("a").inner_text()
    first.open(f"/desk/matters/{sample}")
    take(page, "take", {"quantity": "1"})
    laboratories = page.locator("#step-send select option[value]:not([value=''])")
    laboratory, other = (laboratories.nth(at).get_attribute("value") or "" for at in (0, 1))
    take(page, "send", {"laboratory": laboratory})
    take(page, "report", {"number": "R-1", "lines": "霉菌; 120 CFU/g"})
    second.open(f"/desk/matters/{sample}")
    assert said["outside"] in second.text
    take(theirs, "fail-food", {})

    dairy = market_visit(language, PHONE)
    sign_in(dairy, site, "dairy")
    dairy.open(f"/desk/matters/{sample}")
    take(dairy.page, "object", {"reason": "对检验结论有异议"})
    first.open(f"/desk/matters/{sample}")
    take(page, "send-retest", {"laboratory": other})
    take(page, "report-retest", {"number": "R-2", "lines": "霉菌; 110 CFU/g"})
    second.open(f"/desk/matters/{sample}")
    take(theirs, "retest-fail", {})

    first.open(f"/desk/credit/{maker}")
    before = find(page, r"\b[ABCD]\b")
    first.open(f"/desk/matters/{sample}")
    recalled = {"hazard": "霉菌超标", "instructions": "停止食用，退回门店", "recall_class": "2", "kind": "ordered"}
    take(page, "recall", {**recalled, "reason": "复检仍不合格"})
    case = find(page, r"\b\d{4}-\d{4}\b")
    words = {"title": said["title"], "title_en": "A sample failed", "text": "霉菌超标", "text_en": "Too much mould"}
    take(page, "publish", words)
    publication = find(page, r"FB\d{4}-\d{6}")
    second.open(f"/desk/matters/{publication}")
    take(theirs, "approve", {})

    first.open(f"/desk/cases/{case}")
    assert page.locator("main").inner_text()
    first.open(f"/desk/credit/{maker}")
    after = find(page, r"\b[ABCD]\b")
    assert before < after, (before, after)
    assert sample in first.text
    public = market_visit(language, PHONE)
    public.open("/publications")
    assert said["title"] in public.text
    public.open(f"/firms/{maker}")
    assert said["title"] in public.text


def test_a_shop_refuses_what_a_blacklisted_supplier_with_an_expired_licence_sends(
    market: Market, market_visit: Visit
) -> None:
    language, site, said = market.language, market.site, SAID[market.language]
    shop = market_visit(language, PHONE)
    sign_in(shop, site, "shop")
    shop.open("/desk/deliveries")
    shop.page.locator("main a", has_text=re.compile("示例旧炉|Old Oven")).first.click()
    shop.page.wait_for_load_state()
    for words in (said["reject"], said["listed"], said["expired"]):
        assert words in shop.text
    shop.page.locator("a[href*='purchase-refusals']").click()
    shop.page.wait_for_load_state()
    shop.page.fill("[name=reason]", "供货者在黑名单中，许可证过期")
    shop.page.click("main form button")
    shop.page.wait_for_load_state()
    assert "许可证过期" in shop.text
    shop.open("/desk/ledgers/purchase")
    assert "许可证过期" in shop.text
    official = market_visit(language, DESKTOP)
    sign_in(official, site, "first")
    official.open(f"/desk/credit/{bakery().uscc}")
    assert said["refused"] in official.text


def test_a_county_s_station_takes_a_call_settles_it_with_the_shop_and_calls_back(
    market: Market, market_visit: Visit
) -> None:
    station, shop = market_visit(market.language, DESKTOP), market_visit(market.language, PHONE)
    enter(station, market.station)
    sign_in(shop, market.site, "shop")
    sold = market.chain.affected[1]
    settle_a_call(station, shop, market.language, sold.product.gtin, sold.lot, market.shop.gln)
