"""A recall of class 1 launched step by step and announced by a second person; an outlet answers a recall by phone."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.conftest import app_over
from tests.desk import sign_in
from tests.e2e.conftest import DESKTOP, PHONE, Site, Visit, Visitor, visitors
from tests.faults.gunicorn import Server
from tests.recalls.chain import gtin_of
from tests.recalls.dairy import ITEM, LOT, make_dairy
from trace.kit.db import Database


@dataclass(frozen=True)
class Desk:
    """The site with an announced recall; whose browsers there are, by the name of a person or a firm."""

    site: Site
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A dairy's chain with an announced recall, two officials, two outlets."""
    folder = tmp_path_factory.mktemp("town")
    url = f"sqlite:///{folder / 'world.sqlite3'}"
    shutil.copyfile(sqlite_template, folder / "world.sqlite3")
    database = Database(url)
    app = app_over(database)
    dairy = make_dairy(app, database)
    tokens = {name: sign_in(app, "regulator", name=name).token for name in ("王敏", "李强")}
    tokens |= {name: sign_in(app, "company", dairy.firms[name], name=name).token for name in ("mall", "corner")}
    server = Server(url, folder / "gunicorn.log")
    try:
        yield Desk(Site(server.wait().url, dairy.number), tokens)
    finally:
        server.kill()
        database.close()


@pytest.fixture
def visit(town: Desk, browser: Browser) -> Iterator[Visit]:
    yield from visitors(town.site, browser)


def sit_down(visit: Visit, town: Desk, name: str, language: str, size: tuple[int, int]) -> Visitor:
    """A browser in which somebody is signed in."""
    visitor = visit(language, size)
    visitor.context.add_cookies([{"name": "suyuan", "value": town.tokens[name], "url": town.site.url}])
    return visitor


def press(page: Page, form: str) -> None:
    """Send a form by its first button."""
    page.locator(f"form[action$='{form}'] button").first.click()
    page.wait_for_load_state()


def announce(page: Page) -> None:
    """Take the step on the page of the case."""
    step = page.locator("#step-announce")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    step.locator("[name=sure]").check()
    step.locator("button").click()
    page.wait_for_load_state()


LAUNCH = {
    "zh": {
        "counted": "已知 1 个批次，选中 1 个", "soft": "会淡化危害", "lacks": "公告还缺少", "waits": "等待第二人发布",
        "announced": "已公告",
    },
    "en": {
        "counted": "1 of 1 known batches are meant", "soft": "makes the danger look smaller",
        "lacks": "The notice still lacks", "waits": "It waits for a second person", "announced": "announced",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_regulator_launches_class_1_step_by_step_and_a_second_person_announces(
    visit: Visit, town: Desk, language: str
) -> None:
    said = LAUNCH[language]
    first = sit_down(visit, town, "王敏", language, DESKTOP)
    page = first.open("/desk/launch")
    page.fill("#code", f"(01){gtin_of(ITEM)}(10){LOT}")
    press(page, "/launch")
    assert said["counted"] in first.text
    page.locator("button[value=on]").click()
    page.wait_for_load_state()
    page.locator("main a[href$='/meaning'].button").click()
    page.wait_for_load_state()
    page.locator("main a[href$='/notice'].button").click()
    page.wait_for_load_state()
    for name, text in (("title", "酸奶召回"), ("title_en", "Yogurt recall"), ("what_to_do", "停止食用，退回门店。")):
        page.fill(f"#{name}", text)
    page.fill("#defect", "本公司自愿召回")
    press(page, "/notice")
    assert said["soft"] in first.text
    assert page.input_value("#title") == "酸奶召回"
    page.fill("#defect", "检出致病菌")
    press(page, "/notice")
    for name, choice in (("kind", "recall"), ("regime", "cn_food"), ("class", "1"), ("depth", "consumer")):
        page.select_option(f"#{name}", choice)
    page.check("input[value=refund]")
    press(page, "/case")
    assert said["lacks"] in first.text
    press(page, "/file")
    assert said["waits"] in first.text
    case = page.locator("main a.button").get_attribute("href")
    assert case is not None
    assert first.open(case).locator("#step-announce").count() == 0

    second = sit_down(visit, town, "李强", language, DESKTOP)
    theirs = second.open("/desk")
    theirs.locator(f".tasks a[href*='{case}']").click()
    theirs.wait_for_load_state()
    announce(theirs)
    assert theirs.locator(".done").is_visible()
    assert said["announced"] in second.text


ANSWER = {
    "zh": {"outlet": "mall", "fits": "收到的数量已全部说明去向", "left": "收到的比这里填写的多 1", "done": "已记录"},
    "en": {
        "outlet": "corner", "fits": "All that came is accounted for", "left": "1 more came than these figures say",
        "done": "Thank you, it is recorded",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_outlet_answers_a_recall_by_phone(visit: Visit, town: Desk, language: str) -> None:
    said = ANSWER[language]
    shop = sit_down(visit, town, said["outlet"], language, PHONE)
    page = shop.open("/desk")
    page.locator(f".tasks a[href$='/inbox/{town.site.recall}']").click()
    page.wait_for_load_state()
    page.locator("a[href*='fill=records']").click()
    page.wait_for_load_state()
    page.locator("output", has_text=said["fits"]).wait_for()
    on_hand = page.locator("input[name='0.on_hand']")
    there = int(on_hand.input_value())
    on_hand.fill(str(there - 1))
    page.locator("output", has_text=said["left"]).wait_for()
    on_hand.fill(str(there))
    page.locator("input[name='0.quarantined']").fill(str(there))
    picture = BytesIO()
    Image.new("RGB", (1600, 1200), "white").save(picture, "JPEG")
    page.set_input_files("#photos", {"name": "shelf.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()})
    press(page, "/answer")
    assert said["done"] in shop.text
    page.locator("img.photo-small").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert shop.open("/desk").locator(f".tasks a[href$='/inbox/{town.site.recall}']").count() == 0
