"""The consumer's way, from the number under the bars to what to do now, in both languages and on both widths."""

import re

import pytest

from tests.e2e.conftest import DESKTOP, PHONE, Site, Visit, Visitor
from tests.e2e.words import SAFE_WORDS, SAID
from tests.e2e.world import JUICE, NUTS, RECALLED, SAFE, YOGURT

both_languages = pytest.mark.parametrize("language", ["zh", "en"])
both_widths = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
with_and_without_script = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


def ask(visitor: Visitor, code: str, lot: str = "") -> None:
    """Type into the form of the page that is open, and send it."""
    page = visitor.page
    if page.locator("#code").is_visible():
        page.fill("#code", code)
    if lot:
        page.fill("#lot", lot)
    page.click("#ask button[type=submit]")
    page.wait_for_load_state()


@both_languages
@both_widths
@with_and_without_script
def test_from_the_number_to_what_to_do_and_back(
    visit: Visit, site: Site, language: str, size: tuple[int, int], script: bool
) -> None:
    said = SAID[language]
    visitor = visit(language, size, script)
    page = visitor.open("/")
    ask(visitor, f"{YOGURT[0]} {YOGURT[1:7]} {YOGURT[7:]}")
    assert said["lot_needed"] in visitor.headline
    assert RECALLED in visitor.text  # the lots that are concerned
    assert said["lot position"] in visitor.text  # where on the pack it stands, as the notice says it
    ask(visitor, YOGURT, RECALLED)
    assert said["recalled"] in visitor.headline
    assert said["product"] in visitor.text
    assert visitor.text.index(said["what to do"]) < visitor.text.index(site.recall)
    page.click(f"main a[href*='/recalls/{site.recall}']")
    assert visitor.headline.startswith(said["recall"])
    assert RECALLED in visitor.text
    page.go_back()
    assert said["recalled"] in visitor.headline


STATUSES = [
    (YOGURT, RECALLED, "recalled"),
    (YOGURT, SAFE, "no_recall_known"),
    (YOGURT, "X9", "batch_not_registered"),
    (YOGURT, "", "lot_needed"),
    (NUTS, "", "stop_sale"),
    (JUICE, "", "no_recall_known"),
    ("6901234567892", "", "product_not_registered"),
    ("6901234567890", "", "unreadable"),
    ("hello", "", "unreadable"),
]


@both_languages
@with_and_without_script
def test_every_status_says_what_it_is_in_words_colour_and_shape(visit: Visit, language: str, script: bool) -> None:
    visitor = visit(language, script=script)
    looks = {}
    for code, lot, status in STATUSES:
        page = visitor.open(f"/check?code={code}&lot={lot}")
        assert SAID[language][status] in visitor.headline, (code, lot)
        assert not [words for words in SAFE_WORDS[language] if words in visitor.text]
        colour = page.locator("section.answer").evaluate("one => getComputedStyle(one).borderInlineStartColor")
        looks[status] = (colour, page.locator("section.answer .mark").inner_text())
        if status.endswith("registered"):
            assert SAID[language]["no proof"] in visitor.text
        if status == "unreadable":
            assert page.input_value("#code") == code  # what was typed is kept
    assert len({looks[one] for one in ("recalled", "stop_sale", "no_recall_known", "unreadable")}) == 4


FORMS = [
    f"0{YOGURT}",
    f"(01)0{YOGURT}(10){RECALLED}",
    f"]C1010{YOGURT}10{RECALLED}",
    f"https://id.gs1.org/01/0{YOGURT}/10/{RECALLED}",
    f"HTTPS://shop.example/p/01/0{YOGURT}/10/{RECALLED}?17=270101",
    f"urn:epc:class:lgtin:952000000.0010.{RECALLED}",
    "".join(chr(ord(digit) + 0xFEE0) for digit in YOGURT),
]


def test_any_form_of_the_code_is_understood(visit: Visit) -> None:
    visitor = visit("en")
    for form in FORMS:
        visitor.open("/check")
        ask(visitor, form)
        expected = "Recalled" if RECALLED in form else "lot number"
        assert expected in visitor.headline, form
        assert YOGURT in re.sub(r"\s", "", visitor.text)


def test_the_language_stays_with_the_question_and_is_remembered(visit: Visit) -> None:
    visitor = visit("zh")
    page = visitor.open(f"/check?code={YOGURT}&lot={RECALLED}")
    page.click("header a[hreflang=en]")
    assert SAID["en"]["recalled"] in visitor.headline
    assert page.get_attribute("html", "lang") == "en"
    visitor.open("/recalls")
    assert page.get_attribute("html", "lang") == "en"
    page.click("header a[hreflang=zh]")
    visitor.open("/check")
    assert page.get_attribute("html", "lang") == "zh-CN"


def test_the_address_of_an_answer_can_be_passed_on(visit: Visit) -> None:
    """The answer is in the address: opened elsewhere it says the same, in the other's own language."""
    address = f"/check?code={YOGURT}&lot={RECALLED}"
    for language in ("zh", "en"):
        visitor = visit(language)
        visitor.open(address)
        assert SAID[language]["recalled"] in visitor.headline
        assert SAID[language]["product"] in visitor.page.title()
