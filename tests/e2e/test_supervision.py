"""Market regulation in a browser: its pages are for everybody, and goods go off sale and back by several hands."""

import re

import pytest

from tests.e2e.conftest import DESKTOP, PHONE, Visit, Visitor
from tests.e2e.desk_world import DeskSite, sign_in
from tests.e2e.packs import photograph
from tests.e2e.test_accessibility import violations
from tests.e2e.test_layout import SMALL, WIDE
from trace.symbols.linear import draw_gtin

PUBLIC = ("/services", "/publications", "/blacklist", "/complaints", "/complaints/new")
OFFICIAL = (
    *(
        "/desk/supervision",
        "/desk/board",
        "/desk/matters",
        "/desk/withdrawals/new",
        "/desk/credit",
        "/desk/credit?q=乳",
    ),
    *("/desk/listings/new", "/desk/publications/new", "/desk/incidents/new", "/desk/registers", "/desk/offices"),
    *("/desk/limits", "/desk/complaints", "/desk/ledgers/purchase", "/desk/ledgers/sale?q=乳"),
    *("/desk/signals", "/desk/foreign-recalls", "/desk/purchase-checks", "/desk/purchase-rules"),
)
FIRM = (
    *("/desk/supervision", "/desk/matters", "/desk/withdrawals", "/desk/credit"),
    *("/desk/ledgers/purchase", "/desk/ledgers/sale", "/desk/ledgers/sale?from=2020-01-01&to=2020-01-31"),
    *("/desk/purchase-checks", "/desk/purchase-rules", "/desk/test-reports"),
)
PAGES = {"first": OFFICIAL, "dairy": FIRM, "": PUBLIC}


@pytest.mark.parametrize("who", sorted(PAGES))
@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [("zh", "light", PHONE), ("en", "dark", DESKTOP)],
    ids=["zh-phone", "en-dark-desktop"],
)
def test_pages_of_market_regulation_are_for_everybody(
    desk_visit: Visit, desk_site: DeskSite, who: str, language: str, theme: str, size: tuple[int, int]
) -> None:
    visitor = desk_visit(language, size, theme=theme, bypass_csp=True)  # axe itself is a script of the test's
    if who:
        sign_in(visitor, desk_site, who)
    wrong = []
    for path in PAGES[who]:
        page = visitor.open(path)
        wrong += violations(visitor, path)
        for width in (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate(WIDE) > 0:
                wrong.append(f"{path} is {page.evaluate(WIDE)} pixels too wide at {width}")
        wrong += [f"{path}: {one}" for one in page.evaluate(SMALL)]
        page.set_viewport_size({"width": size[0], "height": size[1]})
    assert wrong == []


SAID = {
    "zh": {
        "recorded": "已记录",
        "propose": "提出恢复销售",
        "release": "决定恢复销售",
        "back": "已恢复销售",
    },
    "en": {
        "recorded": "It is recorded",
        "propose": "Propose the return to sale",
        "release": "Return the goods to sale",
        "back": "back on sale",
    },
}


@pytest.mark.parametrize(("language", "lot"), [("zh", "PY-01"), ("en", "PY-02")])
def test_goods_go_off_sale_at_once_and_back_by_a_second_person(
    desk_visit: Visit, desk_site: DeskSite, language: str, lot: str
) -> None:
    said = SAID[language]
    official = desk_visit(language, DESKTOP)
    sign_in(official, desk_site, "first")
    number = _order(official, lot)
    dairy = desk_visit(language, PHONE)
    sign_in(dairy, desk_site, "dairy")
    dairy.open("/desk/withdrawals")
    form = dairy.page.locator("section", has_text=number).first
    for field in form.locator("input[name=quantity]").all():
        field.fill("0")
    form.locator("input[name=photo]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph(draw_gtin("9520004000017"))}
    )
    form.locator("button").click()
    dairy.page.wait_for_load_state()
    assert said["recorded"] in dairy.text
    _step(official, number, said["propose"])
    assert not official.page.locator("summary", has_text=said["release"]).count()  # nobody releases what he proposed
    colleague = desk_visit(language, DESKTOP)
    sign_in(colleague, desk_site, "second")
    colleague.open(f"/desk/matters/{number}")
    _step(colleague, number, said["release"])
    assert said["back"] in colleague.text


def _order(visitor: Visitor, lot: str) -> str:
    page = visitor.open("/desk/withdrawals/new")
    for name, text in (
        ("title", f"抽检不合格 {lot}"),
        ("gtin", "9520004000017"),
        ("lots", lot),
        ("ground", "菌落总数"),
    ):
        page.fill(f"#{name}", text)
    page.locator("main form.narrow button").click()
    page.wait_for_load_state()
    found = re.search(r"TX\d{4}-\d{6}", visitor.text)
    assert found is not None
    return found[0]


def _step(visitor: Visitor, number: str, words: str) -> None:
    page = visitor.open(f"/desk/matters/{number}")
    page.locator("summary", has_text=words).click()
    step = page.locator("details[open].step")
    step.locator("input[name=reason]").fill("复检合格")
    step.locator("button").click()
    page.wait_for_load_state()
