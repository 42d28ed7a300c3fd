"""Everything by keyboard alone, and by a scanner that types."""

import pytest

from tests.e2e.conftest import DESKTOP, PHONE, Site, Visit
from tests.e2e.words import SAID
from tests.e2e.world import RECALLED, YOGURT

FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const shown = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return { name: one.id || one.textContent.trim(), shown, tag: one.tagName, top: one.getBoundingClientRect().top };
}"""


def test_the_whole_way_by_keyboard(visit: Visit, site: Site) -> None:
    visitor = visit("en", DESKTOP)
    page = visitor.open("/check")
    page.focus("#code")
    page.keyboard.type(YOGURT, delay=60)  # as a hand does: what is quicker is a scanner
    page.keyboard.press("Enter")
    page.wait_for_url("**/check?code=*")
    assert SAID["en"]["lot_needed"] in visitor.headline
    names = []
    while "lot" not in names:
        page.keyboard.press("Tab")
        names.append(page.evaluate(FOCUSED)["name"])
        assert len(names) < 12, names
    page.keyboard.type(RECALLED, delay=60)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert SAID["en"]["recalled"] in visitor.headline
    for _ in range(12):
        page.keyboard.press("Tab")
        if site.recall in page.evaluate(FOCUSED)["name"]:
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/recalls/{site.recall}*")


@pytest.mark.parametrize(
    "path", ["/", "/check", f"/check?code={YOGURT}&lot={RECALLED}", "/recalls", "/recalls/{recall}"]
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_stop_of_the_tab_key_is_visible_and_in_the_order_of_the_page(
    visit: Visit, site: Site, path: str, theme: str
) -> None:
    visitor = visit("en", PHONE, theme=theme)
    page = visitor.open(path.format(recall=site.recall))
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "Skip to content"
    seen = page.evaluate("document.querySelectorAll('a[href], button, input, select, summary').length")
    invisible = []
    for _ in range(min(seen, 40)):
        at = page.evaluate(FOCUSED)
        if at["tag"] == "BODY":
            break
        if not at["shown"]:
            invisible.append(at)
        page.keyboard.press("Tab")
    assert invisible == []


def test_the_skip_link_leads_to_the_content(visit: Visit) -> None:
    page = visit("en").open("/recalls")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_scanner_that_types_is_understood_one_pack_after_the_other(visit: Visit) -> None:
    """It types quickly, writes the group separator as Ctrl+], and ends with Enter; nobody touches the page between."""
    visitor = visit("en", DESKTOP)
    page = visitor.open("/check")
    for text, words in (
        (f"]C110SAFE\x1d010{YOGURT}", "lot"),
        (f"]C110{RECALLED}\x1d010{YOGURT}", "recalled"),
        (YOGURT, "lot_needed"),
    ):
        assert page.evaluate("document.activeElement.id") == "code", words
        for key in text:
            page.keyboard.press("Control+]") if key == "\x1d" else page.keyboard.type(key)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert SAID["en"].get(words, words) in visitor.headline
