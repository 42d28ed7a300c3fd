"""Room and weight: no scrolling sideways, targets large enough for a thumb, light enough for a slow line."""

import pytest

from tests.e2e.conftest import Site, Visit
from tests.e2e.world import NUTS, RECALLED, SAFE, YOGURT

PAGES = (
    "/",
    "/check",
    f"/check?code={YOGURT}",
    f"/check?code={YOGURT}&lot={RECALLED}",
    f"/check?code={YOGURT}&lot={SAFE}",
    f"/check?code={NUTS}",
    "/check?code=6901234567892",
    "/check?code=hello",
    f"/check?code=https://id.gs1.org/01/0{YOGURT}/10/ABCDEFGHIJKLMNOPQRST/21/12345678901234567890?17=270101&3103=001500",
    "/recalls",
    "/recalls?q=nothing",
    "/recalls?state=open&class=2&year=2026",
    "/recalls/{recall}",
    f"/recalls/{{recall}}?code=https://id.gs1.org/01/0{YOGURT}/10/{RECALLED}",
    f"/products/0{YOGURT}",
)
SMALL = """() => [...document.querySelectorAll(
    `button, input:not([type=hidden]), select, summary, a.button, a.way, label.way, nav a, header a, .choices a, .row a,
     .chosen`
  )].map((one) => [one, one.getBoundingClientRect()])
  .filter(([one, box]) => box.width && box.height && one.checkVisibility({ opacityProperty: true }))
  .filter(([one, box]) => !one.classList.contains("skip") && (box.height < 43.5 || box.width < 43.5))
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)}: ${Math.round(box.width)} × ${Math.round(box.height)}`)"""
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def path_of(path: str, site: Site) -> str:
    return path.format(recall=site.recall)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_scrolls_sideways(visit: Visit, site: Site, language: str) -> None:
    """320 px is a small phone; 640 a desk of 1,280 at 200 %; then letters alone twice as large, as phones can set."""
    visitor = visit(language, (1280, 800))
    page, wide = visitor.page, {}
    for path in PAGES:
        visitor.open(path_of(path, site))
        for width in (1280, 640, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            wide[path, width] = page.evaluate(WIDE)
        page.set_viewport_size({"width": 640, "height": 800})
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        wide[path, "large letters"] = page.evaluate(WIDE)
    assert {key: pixels for key, pixels in wide.items() if pixels > 0} == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_targets_are_large_enough_for_a_thumb(visit: Visit, site: Site, language: str) -> None:
    visitor = visit(language, (320, 640))
    small = {}
    for path in PAGES:
        visitor.open(path_of(path, site))
        found = visitor.page.evaluate(SMALL)
        if found:
            small[path] = found
    assert small == {}


MOST_BYTES = 60_000


@pytest.mark.parametrize("path", ["/", "/check", f"/check?code={YOGURT}", f"/check?code={YOGURT}&lot={RECALLED}"])
def test_a_first_visit_weighs_under_60_kb(visit: Visit, path: str) -> None:
    """Everything that comes with a page, unpacked; and nothing comes from anybody else, which all tests hold."""
    visitor = visit("zh")
    weights: dict[str, int] = {}
    visitor.context.on("requestfinished", lambda one: weights.update({one.url: len(one.response().body())}))
    page = visitor.open(path)
    page.wait_for_load_state("networkidle")
    assert len(weights) >= 3
    assert sum(weights.values()) < MOST_BYTES, weights
