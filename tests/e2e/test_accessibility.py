"""Accessibility: axe on every page, in both languages and themes, with script and in every state of the form."""

from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import DESKTOP, PHONE, Site, Visit, Visitor
from tests.e2e.test_layout import PAGES, path_of

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def violations(visitor: Visitor, path: str) -> list[str]:
    """What axe objects to on the page that is open: rule, element, reason."""
    found: dict[str, Any] = Axe().run(visitor.page, options=RULES).response
    return [
        f"{path}: {rule['id']}: {node['html'][:120]}: {' '.join(node['failureSummary'].split())[:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("theme", "size"), [("light", PHONE), ("dark", DESKTOP)], ids=["light phone", "dark desktop"])
def test_axe_finds_nothing(visit: Visit, site: Site, language: str, theme: str, size: tuple[int, int]) -> None:
    visitor = visit(language, size, theme=theme, bypass_csp=True)  # axe itself is a script of the test's
    found = []
    for path in (*PAGES, "/offline"):
        visitor.open(path_of(path, site))
        found += violations(visitor, path)
    assert found == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_has_one_heading_its_landmarks_and_a_title_of_its_own(
    visit: Visit, site: Site, language: str
) -> None:
    visitor = visit(language, script=False)
    titles = {}
    for path in PAGES:
        page = visitor.open(path_of(path, site))
        assert page.locator("h1").count() == 1, path
        assert [page.locator(name).count() for name in ("main", "header", "nav")][:2] == [1, 1], path
        levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map((one) => Number(one.tagName[1]))")
        jumps = [(one, two) for one, two in pairwise(levels) if two > one + 1]
        assert (levels[0], jumps) == (1, []), path
        titles[path] = page.title()
    assert titles["/recalls"] != titles["/check"]
    assert len({*titles.values()}) >= 9, titles


def test_a_screen_reader_is_told_the_answer_first(visit: Visit, site: Site) -> None:
    visitor = visit("en")
    page = visitor.open(path_of(PAGES[3], site))
    assert page.locator("main section.answer[role=alert] h1").count() == 1
    assert page.locator("main section.answer .mark[aria-hidden=true]").count() == 1
    assert page.locator("main").aria_snapshot().splitlines()[1].strip().startswith("- alert")
    language = page.locator("main [lang=zh-CN]")  # Chinese words on an English page are read as Chinese
    assert language.count() >= 1


def test_a_mistake_is_tied_to_its_field(visit: Visit) -> None:
    page = visit("en").open("/check?code=6901234567890")
    field = page.locator("#code")
    assert field.get_attribute("aria-invalid") == "true"
    told = [page.locator(f"#{one}").inner_text() for one in (field.get_attribute("aria-describedby") or "").split()]
    assert any("last digit" in one for one in told)
    assert page.evaluate("document.activeElement.id") == "code"
