"""A distributor confirms a short delivery: on a phone and at a desk, in both languages, with and without script."""

import pytest

from tests.e2e.conftest import DESKTOP, PHONE, Visit
from tests.e2e.desk_world import LOT, STATED, DeskSite, sign_in
from tests.e2e.packs import photograph
from trace.symbols.matrix import draw_datamatrix

SAID = {
    "zh": {"goods": "收货与发货", "short": "少 3", "lost": "已损失", "why": "破损三盒", "stays": "余下部分仍在途"},
    "en": {"goods": "Goods in and out", "short": "3 short", "lost": "lost", "why": "Three broken", "stays": "stays on"},
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_short_delivery_is_confirmed_as_it_was_counted(
    desk_visit: Visit, desk_site: DeskSite, language: str, size: tuple[int, int]
) -> None:
    said, note = SAID[language], f"LS-{language}-{'phone' if size is PHONE else 'desktop'}"
    visitor = desk_visit(language, size)
    page = visitor.page
    sign_in(visitor, desk_site, "distributor")
    page.get_by_role("link", name=said["goods"]).first.click()
    page.click("main a.large")
    page.locator("li", has_text=note).locator("a.parcel").click()
    assert LOT in visitor.text
    assert f"{STATED} " in visitor.text
    page.click("details.differs summary")
    page.fill("input[name=counted]", str(STATED - 3))
    assert page.locator("output").inner_text() == said["short"]  # at once, before anything is sent
    page.click("details.differs button")  # without a word why: refused, and nothing typed is lost
    page.wait_for_load_state()
    assert page.locator("#reason-mistake").is_visible()
    assert page.input_value("input[name=counted]") == str(STATED - 3)
    page.fill("#reason", said["why"])
    page.check("input[value=to_come]")
    page.click("details.differs button")
    page.wait_for_load_state()
    assert said["stays"] in visitor.text
    visitor.open("/desk/deliveries")
    assert "3 " in page.locator("li", has_text=note).first.locator(".amount").inner_text()


def test_one_tap_is_enough_without_script(desk_visit: Visit, desk_site: DeskSite) -> None:
    visitor = desk_visit("en", PHONE, script=False)
    page = visitor.page
    sign_in(visitor, desk_site, "distributor")
    visitor.open("/desk/deliveries")
    page.locator("li", has_text="LS-spare").locator("a.parcel").click()
    page.click("button.large")
    page.wait_for_load_state()
    assert "recorded as you counted it" in visitor.text
    visitor.open("/desk/deliveries")
    assert page.locator("li", has_text="LS-spare").count() == 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_goods_are_scanned_line_by_line(desk_visit: Visit, desk_site: DeskSite, script: bool) -> None:
    visitor = desk_visit("en", PHONE, script=script)
    page = visitor.page
    sign_in(visitor, desk_site, "distributor")
    visitor.open("/desk/sales/new")
    for quantity in ("1", "2"):
        page.fill("#scan", "(01)09520004000017(10)PY-08")
        page.press("#scan", "Enter")  # as a scanner does
        page.locator(f"input[name=line-quantity][value='{quantity}']").wait_for()
    page.fill("#scan", "6901234567890")
    page.press("#scan", "Enter")
    page.locator("#scan-mistake").wait_for()
    assert page.locator("input[name=line-quantity]").count() == 1


def test_a_telephone_that_reads_no_codes_sends_a_photograph(desk_visit: Visit, desk_site: DeskSite) -> None:
    visitor = desk_visit("zh", PHONE)
    page = visitor.page
    sign_in(visitor, desk_site, "distributor")
    visitor.open("/desk/sales/new")
    pack = draw_datamatrix((("01", "09520004000017"), ("10", "PY-08")))
    for picture in (photograph(pack), photograph(pack)):
        page.set_input_files(".photo-way input", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture})
        page.locator(".photo-way p", has_text="PY-08").wait_for()
    page.locator("input[name=line-quantity][value='2']").wait_for()
    page.set_input_files(".photo-way input", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    page.locator(".photo-way p", has_text="不是可以识别的图片").wait_for()
