"""Officials at the desk: a recall of class 1 is followed from its plan to its end, with a second person."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from recalls.effectiveness.counted import count_next
from tests.conftest import app_over
from tests.desk import sign_in
from tests.e2e.conftest import DESKTOP, PHONE, Site, Visit, Visitor, visitors
from tests.faults.gunicorn import Server
from tests.recalls.dairy import BODY, make_dairy
from trace.kit.db import Database
from trace.kit.jobs import Work


@dataclass(frozen=True)
class Office:
    """The site with two officials' browsers: their tokens; in each language a case of its own."""

    site: Site
    database: Database
    work: Work
    first: str
    second: str
    cases: dict[str, str]


@pytest.fixture(scope="module")
def office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A dairy's chain, and two cases of class 1 that wait for a plan."""
    folder = tmp_path_factory.mktemp("office")
    url = f"sqlite:///{folder / 'world.sqlite3'}"
    shutil.copyfile(sqlite_template, folder / "world.sqlite3")
    database = Database(url)
    app = app_over(database)
    dairy = make_dairy(app, database, announce=False)
    cases = {language: dairy.official.post("/api/v1/recalls", BODY | {"class": 1})["number"] for language in SAID}
    first, second = (sign_in(app, "regulator", name=name).token for name in ("王敏", "李强"))
    work = Work(database, app.extensions["suyuan_settings"], lambda: datetime.now(UTC))
    server = Server(url, folder / "gunicorn.log")
    try:
        yield Office(Site(server.wait().url, cases["zh"]), database, work, first, second, cases)
    finally:
        server.kill()
        database.close()


SAID = {
    "zh": {
        "waits": "等待第二人决定", "prepared": "由王敏准备。您是第二人", "told": "6 家收货方中，1 家已知悉召回",
        "sum": "100 = 95 在库 + 5 已售", "form": "提交", "acknowledge": "记录确认", "over": "案件已结束",
    },
    "en": {
        "waits": "waits for a second person", "prepared": "Prepared by 王敏. You are the second person",
        "told": "1 of 6 consignees know of the recall", "sum": "100 = 95 on hand + 5 sold", "form": "Hand in",
        "acknowledge": "Put the acknowledgement on record", "over": "The case is over",
    },
}  # fmt: skip


@pytest.fixture
def visit(office: Office, browser: Browser) -> Iterator[Visit]:
    yield from visitors(office.site, browser)


def sit_down(visit: Visit, office: Office, token: str, language: str, size: tuple[int, int]) -> Visitor:
    """A browser in which an official is signed in."""
    visitor = visit(language, size)
    visitor.context.add_cookies([{"name": "suyuan", "value": token, "url": office.site.url}])
    return visitor


def take(page: Page, name: str, **fields: str) -> None:
    """Open a step, fill in its form, and take it."""
    step = page.locator(f"#step-{name}")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    for field, text in fields.items():
        step.locator(f"[name={field}]").fill(text)
    sure = step.locator("[name=sure]")
    if sure.count():
        sure.check()
    step.locator("button").click()
    page.wait_for_load_state()


@pytest.mark.parametrize(("language", "size"), [("zh", DESKTOP), ("en", PHONE)], ids=["zh-desktop", "en-phone"])
def test_a_recall_is_followed_to_its_end_by_two_persons(
    visit: Visit, office: Office, language: str, size: tuple[int, int]
) -> None:
    said, case = SAID[language], f"/desk/cases/{office.cases[language]}"
    first = sit_down(visit, office, office.first, language, size)
    page = first.open(case)
    take(page, "file-plan", reason="检验不合格", measures="门店下架，退回")
    assert said["waits"] in first.text
    assert page.locator("#step-announce").count() == 0

    second = sit_down(visit, office, office.second, language, size)
    theirs = second.open("/desk")
    theirs.locator(f".tasks a[href*='{case}']").click()
    theirs.wait_for_load_state()
    assert said["prepared"] in second.text
    take(theirs, "announce", reason="已核对")
    assert theirs.locator(".done").is_visible()

    page.goto(first.url + case + "/impact")
    assert said["sum"] in first.text
    page.locator("th[aria-sort] a").nth(7).click()
    page.wait_for_load_state()
    assert page.locator("th[aria-sort=descending]").count() == 1
    assert page.locator("table.places tbody tr").count() == 6

    while count_next(office.work):
        pass
    page.goto(first.url + case + "/notices")
    page.locator("main table a").first.click()
    page.wait_for_load_state()
    page.fill("#by", "王店长")
    page.get_by_role("button", name=said["acknowledge"]).click()
    page.wait_for_load_state()
    assert "王店长" in first.text
    page.goto(first.url + case + "/progress")
    assert said["told"] in first.text

    page.goto(first.url + case + "/reports")
    page.get_by_role("button", name=said["form"]).click()
    page.wait_for_load_state()
    assert "SHA-256" in first.text
    page.goto(first.url + case)
    take(page, "complete", reason="已收回")
    take(page, "terminate", reason="已收回")
    assert said["over"] in first.text
    for path in ("", "/impact", "/progress", "/notices", "/checks", "/reports"):
        page.goto(first.url + case + path)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
