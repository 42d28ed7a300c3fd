"""A citizen complains on his phone; and what a complaint station does with a call, step by step."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import app_over
from tests.e2e.conftest import Site, Visit, Visitor, visitors
from tests.faults.gunicorn import Server
from tests.oversight.complaints.people import GTIN, LOT, SHOP, add_town
from trace.kit.db import Database
from trace.kit.web import current_database

NARROW = (320, 640)
PHONE_NUMBER = "13800138000"

SAID: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "taken": "查询码",
        "accept": "受理投诉",
        "invite": "请经营者先行和解",
        "propose": "提出和解方案",
        "agree": "同意（达成一致）",
        "call": "回访",
        "closed": "已结案",
        "received": "已收到",
        "withdraw": "撤回",
        "withdrawn": "已撤回",
    },
    "en": {
        "taken": "Query code",
        "accept": "Accept the complaint",
        "invite": "Ask the firm to settle",
        "propose": "Propose a settlement",
        "agree": "Agreed",
        "call": "Call back",
        "closed": "closed",
        "received": "We have received it",
        "withdraw": "Withdraw",
        "withdrawn": "withdrawn",
    },
}


@pytest.fixture(scope="module")
def station_site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two gunicorn workers over a county, a shop and a yogurt."""
    file = tmp_path_factory.mktemp("station") / "world.sqlite3"
    shutil.copyfile(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    with app_over(database).app_context(), current_database().write() as session:
        add_town(session)
    database.close()
    server = Server(f"sqlite:///{file}", file.with_name("gunicorn.log"))
    try:
        yield Site(server.wait().url, "")
    finally:
        server.kill()


@pytest.fixture
def station_visit(station_site: Site, browser: Browser) -> Iterator[Visit]:
    """As `visit`, of the station's site."""
    yield from visitors(station_site, browser)


def enter(visitor: Visitor, token: str) -> Page:
    """Have somebody be signed in."""
    visitor.context.add_cookies([{"name": "suyuan", "value": token, "url": visitor.url, "httpOnly": True}])
    return visitor.page


def take(page: Page, step: str, fields: Mapping[str, str]) -> None:
    """Take a step on the page of a matter."""
    page.click(f"#step-{step} summary")
    for name, value in fields.items():
        box = page.locator(f"#step-{step} [name={name}]")
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(value)
        elif box.get_attribute("type") == "checkbox":
            box.check()
        else:
            box.fill(value)
    page.click(f"#step-{step} button")
    page.wait_for_load_state()


def settle_a_call(station: Visitor, shop: Visitor, language: str, code: str, lot: str, outlet: str) -> None:
    """Take a call about goods from an outlet, settle it with the shop, call back; both are signed in."""
    said, visitor, page = SAID[language], station, station.page
    visitor.open("/desk/complaints")
    page.click("main a.button")
    page.select_option("#cause", "spoiled")
    for name, value in {
        "words": "酸奶有异味",
        "code": code,
        "lot": lot,
        "outlet": outlet,
        "phone": PHONE_NUMBER,
    }.items():
        page.fill(f"#{name}", value)
    page.click("form.narrow button")
    page.wait_for_load_state()
    assert said["taken"] in visitor.text
    number = page.locator("dd strong").first.inner_text()
    visitor.open(f"/desk/matters/{number}")
    assert PHONE_NUMBER not in visitor.text
    take(page, "accept", {})
    take(page, "invite", {"summary": "消费者反映酸奶变质，要求退款。"})
    shop.open("/desk")
    assert number in shop.text
    shop.open(f"/desk/matters/{number}")
    assert "要求退款" in shop.text
    take(shop.page, "propose", {"remedy": "refund", "amount": "12.80", "terms": "全额退款"})
    visitor.open(f"/desk/matters/{number}")
    assert "12.8" in visitor.text
    take(page, "agree", {})
    take(page, "call-back", {"reached": "yes", "satisfaction": "5"})
    assert said["closed"] in visitor.text
    assert "5 / 5" in visitor.text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_citizen_complains_on_a_narrow_phone_and_comes_back(
    station_visit: Visit, language: str, script: bool
) -> None:
    said = SAID[language]
    visitor = station_visit(language, NARROW, script=script)
    page = visitor.page
    visitor.open(f"/complaints/new?code={GTIN}&lot={LOT}")
    if script:
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.select_option("#cause", "foreign_body")
    for name, value in {"words": "有异物", "outlet": SHOP, "phone": PHONE_NUMBER}.items():
        page.fill(f"#{name}", value)
    page.click("form.ask button")
    page.wait_for_load_state()
    assert visitor.headline == said["received"]
    code = page.locator("dd strong").nth(1).inner_text()
    page.click("main a.button")
    page.fill("#query_code", code.lower())
    page.click("form.ask button")
    page.wait_for_load_state()
    page.get_by_role("button", name=said["withdraw"], exact=True).click()
    page.wait_for_load_state()
    assert said["withdrawn"] in visitor.text
