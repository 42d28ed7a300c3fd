"""Home, list, recall and product pages, and a scan that arrives by the resolver."""

from urllib.parse import quote

import pytest

from tests.e2e.conftest import DESKTOP, PHONE, Site, Visit
from tests.e2e.words import SAID
from tests.e2e.world import JUICE, MANY, NUTS, RECALLED, SAFE, YOGURT

LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
CARDS = "ul.recalls > li"


@LANGUAGES
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_home_asks_one_question_and_shows_the_newest_recalls(
    visit: Visit, site: Site, language: str, size: tuple[int, int]
) -> None:
    visitor = visit(language, size)
    page = visitor.open("/")
    assert page.locator("#code").count() == 1
    assert page.locator("#photo").count() == 1
    assert page.locator(CARDS).count() == 5
    assert SAID[language]["recall"] in page.locator(CARDS).first.inner_text()
    assert page.locator("main #code").bounding_box()["y"] < size[1]  # type: ignore[index]  # without scrolling
    page.locator(f"{CARDS} a").first.click()
    assert visitor.headline.startswith(SAID[language]["recall"])


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_the_list_is_searched_filtered_and_leafed_through(visit: Visit, site: Site, script: bool) -> None:
    visitor = visit("zh", DESKTOP, script)
    page = visitor.open("/recalls")
    assert page.locator(CARDS).count() == 20
    page.click("a[rel=next]")
    assert page.locator(CARDS).count() == MANY + 1 - 20
    for words, hits in (("酸奶", 1), (YOGURT, 1), ("果园", 20), (site.recall, 1), ("没有的", 0)):
        visitor.open("/recalls")
        page.fill("#q", words)
        with page.expect_navigation():
            page.press("#q", "Enter")
        assert page.locator(CARDS).count() == hits, words
        assert page.input_value("#q") == words
    assert "召回" in visitor.text  # an empty list says what to do, and that it proves nothing
    assert "不" in page.locator(".empty").inner_text()
    visitor.open("/recalls?region=32")
    assert page.locator(CARDS).count() == 1
    visitor.open("/recalls?state=closed")
    assert page.locator(CARDS).count() == 0


@LANGUAGES
@pytest.mark.parametrize(("lot", "tone"), [(RECALLED, "stop"), (SAFE, "clear"), ("X9", "unknown")])
def test_the_recall_s_page_tells_whether_one_s_own_is_in_it(
    visit: Visit, site: Site, language: str, lot: str, tone: str
) -> None:
    visitor = visit(language)
    page = visitor.open(f"/recalls/{site.recall}")
    page.fill("#mine #lot", lot)
    if not page.input_value("#mine #code"):
        page.fill("#mine #code", YOGURT)
    with page.expect_navigation():
        page.click("#mine button[type=submit]")
    banner = page.locator("section.answer").first
    assert tone in (banner.get_attribute("class") or "").split()
    assert lot in visitor.text
    assert banner.bounding_box()["y"] < PHONE[1] / 2  # type: ignore[index]  # the answer comes first


@LANGUAGES
def test_the_recall_s_page_keeps_its_order_and_shows_its_pictures(visit: Visit, site: Site, language: str) -> None:
    visitor = visit(language, DESKTOP)
    page = visitor.open(f"/recalls/{site.recall}")
    words = {
        "zh": ("召回范围", "危害", "怎么做", "补救", "数量", "联系", "经过", "转发"),
        "en": (
            "Is mine affected?",
            "The danger",
            "What to do now",
            "Remedy",
            "Units",
            "contacts",
            "History",
            "Pass it on",
        ),
    }[language]
    heads = page.locator("main h2").all_inner_texts()
    assert len(heads) >= len(words)
    if language == "en":
        assert [next(at for at, head in enumerate(heads) if word in head) for word in words] == sorted(
            next(at for at, head in enumerate(heads) if word in head) for word in words
        )
    for picture in page.locator("main img").all():
        assert picture.get_attribute("alt")
        assert picture.evaluate("one => one.complete && one.naturalWidth > 0")
    assert page.locator(".symbols svg").count() >= 1
    answer = visitor.context.request.get(f"{visitor.url}/recalls/{site.recall}/notice.pdf?lang={language}")
    assert answer.body().startswith(b"%PDF")


def test_sharing_and_printing_work_with_a_button_where_the_browser_can(visit: Visit, site: Site) -> None:
    visitor = visit("en")
    visitor.context.add_init_script(
        "window.did = []; window.print = () => window.did.push('print');"
        "navigator.share = async (what) => window.did.push(what.url);"
    )
    page = visitor.open(f"/recalls/{site.recall}")
    page.click("#share-page")
    page.click("#print-page")
    assert page.evaluate("window.did") == [f"{visitor.url}/recalls/{site.recall}", "print"]
    plain = visit("en", script=False)
    plain.open(f"/recalls/{site.recall}")
    assert not plain.page.locator("#share").is_visible()
    assert plain.page.locator("main a[href^='mailto:?']").is_visible()


def test_on_paper_stands_what_matters_and_nothing_to_click(visit: Visit, site: Site) -> None:
    visitor = visit("en", DESKTOP)
    page = visitor.open(f"/recalls/{site.recall}")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert "Stop eating" in visitor.text
    for name in ("header nav", "#print-page", "#mine button"):
        assert not page.locator(name).is_visible(), name
    assert page.pdf(format="A4").startswith(b"%PDF")


@LANGUAGES
def test_a_product_s_page_leads_to_its_recalls_and_to_the_check(visit: Visit, site: Site, language: str) -> None:
    visitor = visit(language)
    page = visitor.open(f"/products/{YOGURT}")
    assert SAID[language]["product"] in visitor.headline
    assert SAID[language]["lot_needed"] in page.locator("section.answer").inner_text()
    assert page.locator(CARDS).count() == 1
    page.fill("#lot", RECALLED)
    with page.expect_navigation():
        page.click("form button[type=submit]")
    assert SAID[language]["recalled"] in visitor.headline
    visitor.open("/products/6901234567892", 404)
    assert not [words for words in ("安全的", "safe to") if words in visitor.text]


@LANGUAGES
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_phone_that_scans_the_pack_arrives_at_the_truth_about_its_batch(
    visit: Visit, site: Site, language: str, script: bool
) -> None:
    """What a camera opens is the Digital Link in the symbol; the resolver sends it on."""
    visitor = visit(language, script=script)
    page = visitor.open(f"/01/0{YOGURT}/10/{RECALLED}")
    assert f"/recalls/{site.recall}" in page.url
    assert SAID[language]["in it"] in page.locator("section.answer").first.inner_text()
    assert RECALLED in visitor.text
    visitor.open(f"/01/0{YOGURT}")
    assert SAID[language]["lot_needed"] in visitor.headline
    visitor.open(f"/01/0{NUTS}")
    assert SAID[language]["stop_sale"] in visitor.headline
    visitor.open(f"/01/0{YOGURT}/10/{quote('X9/Z', safe='')}")
    assert "/recalls/" not in page.url
    visitor.open(f"/01/0{JUICE}/10/A1")
    assert page.locator("h1").count() == 1
    visitor.open("/01/06901234567892", 404)
    assert SAID[language]["nothing known"] in visitor.headline
    assert SAID[language]["no proof"] in visitor.text
    visitor.open("/01/06901234567890", 400)
    assert SAID[language]["unreadable"] in visitor.headline


@pytest.mark.parametrize("path", ["/recalls.atom", "/recalls.json", "/sitemap.xml", "/robots.txt"])
def test_what_programs_read_names_the_same_recall(visit: Visit, site: Site, path: str) -> None:
    visitor = visit("en")
    answer = visitor.context.request.get(visitor.url + path)
    assert answer.status == 200
    assert site.recall in answer.text() or path == "/robots.txt"


def test_what_others_show_of_a_link(visit: Visit, site: Site) -> None:
    """Open Graph: title, description, picture and address, all of this site."""
    visitor = visit("en")
    for path in ("/", "/recalls", f"/recalls/{site.recall}", f"/products/{YOGURT}"):
        page = visitor.open(path)
        tags = {
            one.get_attribute("property"): one.get_attribute("content") or ""
            for one in page.locator("meta[property^='og:']").all()
        }
        assert {"og:title", "og:description", "og:url", "og:image", "og:locale"} <= tags.keys(), path
        assert tags["og:url"].startswith(visitor.url)
        assert visitor.context.request.get(tags["og:image"]).headers["content-type"].startswith("image/")
