"""Home, list, product page, sitemap and the answer for one's own unit, as a browser without script gets them."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from tests.recalls.chain import gtin_of
from tests.recalls.publication.notice_cases import COMPLETE, announce, make_goods, open_case
from tests.trace.web.api_client import Api
from trace.kit.strict_json import loads
from trace.symbols.matrix import draw_address
from trace.symbols.svg import write_svg
from trace.symbols.verify import verify

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
"""Pages are the same on every database: what they read is tested on both (test_listing.py)."""

YOGURT = gtin_of("yogurt")
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def desk(app: Flask) -> Api:
    make_goods(app)
    return Api.issue(app, "regulator")


@pytest.fixture
def number(desk: Api) -> str:
    number = open_case(desk)
    announce(desk, number, {"notice": COMPLETE})
    return number


def read(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_home_asks_one_question_and_shows_what_was_recalled_lately(
    desk: Api, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recalls.web.home.NEWEST", 2)
    assert "还没有" in read(client, "/")
    numbers = [open_case(desk, title=f"召回{at}", title_en=f"Recall of {at}") for at in range(3)]
    for one in numbers:
        announce(desk, one)
    page = read(client, "/?lang=en")
    assert page.count("<h1>") == 1
    assert all(field in page for field in ('name="code"', 'name="lot"', 'type="file"'))
    assert re.findall(r"Recall of \d", page) == [f"Recall of {at}" for at in (2, 1)]
    assert "All recalls (3)" in page


def test_the_list_counts_narrows_and_widens(number: str, client: FlaskClient) -> None:
    page = read(client, "/recalls?lang=en&q=yogurt&region=32")
    assert "1 recall<" in page
    assert 'href="/recalls?lang=en&amp;q=yogurt"' in page  # the chip that takes the region away
    assert '<input type="hidden" name="region" value="32">' in page
    assert 'name="robots" content="noindex' in page
    none = text_of(read(client, "/recalls?lang=en&q=milk&region=32"))
    assert "0 recalls" in none
    assert "says nothing about the product in your hands" in none
    code = read(client, f"/recalls?lang=en&q={YOGURT}")
    assert code.index(f'href="/check?code={YOGURT}"') < code.index(f'href="/recalls/{number}"')


def test_what_cannot_be_filtered_by_is_named_and_what_was_typed_is_kept(number: str, client: FlaskClient) -> None:
    page = read(client, "/recalls?lang=en&q=yogurt&from=yesterday&to=2026-13-40&class=7", 400)
    assert 'value="yogurt"' in page
    assert page.count('aria-invalid="true"') == 2
    assert "There are classes 1, 2 and 3." in page
    assert f'href="/recalls/{number}"' not in page
    for wrong in ("before=2000-0001", "year=99999", "region=99", "kind=x", "state=x", "product=1", "q=" + "x " * 11):
        read(client, f"/recalls?{wrong}", 400)
    problem = client.get("/recalls.json?class=7&year=0")
    assert (problem.status_code, problem.content_type) == (400, "application/problem+json")
    assert [one["pointer"] for one in loads(problem.data)["errors"]] == ["year", "class"]


def test_one_s_own_unit_comes_first_on_the_page_of_a_recall(desk: Api, number: str, client: FlaskClient) -> None:
    def ask(query: str, status: int = 200) -> str:
        page = read(client, f"/recalls/{number}?lang=en&{query}", status)
        assert page.count("<h1>") == 1
        banner = re.search(r'<section class="answer own (\w+)" role="status">(.*?)</section>', page, re.DOTALL)
        assert banner is not None
        return f"{banner[1]}: {text_of(banner[2]).strip()}"

    within = "stop: ■ In this recall. Stop using it."
    assert ask(f"code={YOGURT}&lot=L1") == within
    assert ask("lot=l1") == within  # the only product, and a lot as people type it
    assert ask(f"code=https://id.example/01/{YOGURT}/10/L1/21/7") == within
    assert ask(f"code={YOGURT}") == "unknown: ◆ It depends on the lot number."
    assert ask(f"code={YOGURT}&lot=L2") == "clear: ● Not in this recall."
    assert ask(f"code={YOGURT}&lot=L77") == "unknown: ◆ Not in this recall, as far as the records go."
    assert ask("code=6901234567892") == "unknown: ◆ Not in this recall, as far as the records go."
    assert ask("code=6901234567890") == "unknown: ◆ This code cannot be read."
    link = f"/01/{YOGURT}/10/L2"  # its first 2,000 characters name another lot
    assert ask(f"code=https://id.example/{'x' * (1980 - len(link))}{link}11") == "unknown: ◆ This code cannot be read."
    other = open_case(desk, title="另一项", title_en="Another", scope=[{"gtin": YOGURT, "lots": ["L2"]}])
    announce(desk, other)
    assert ask(f"code={YOGURT}&lot=L2") == "stop: ■ Recalled by another recall. Stop using it."
    page = client.get(f"/recalls/{number}?lang=en&code={YOGURT}&lot=L1")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Stop eating it" in page.text[: page.text.index("<h1>")]
    for spoken in ("safe.", "is safe", "安全的"):
        assert spoken not in page.text.replace("neither that the product is safe", "")


def test_trouble_is_no_answer_on_the_page_of_a_recall(
    number: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kept: Any) -> Any:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("trace.check.code._check", fail)
    answer = client.get(f"/recalls/{number}?lang=en&lot=L1")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert "We cannot tell right now." in answer.text
    assert "Not in this recall" not in answer.text


def test_a_product_has_one_address_and_says_only_what_is_public(desk: Api, number: str, client: FlaskClient) -> None:
    moved = client.get(f"/products/{YOGURT[1:]}?lang=en")
    assert (moved.status_code, moved.location) == (308, f"/products/{YOGURT}?lang=en")
    page = text_of(read(client, f"/products/{YOGURT}?lang=en"))
    for known in ("Plain yogurt", "Morning Dew Dairy", "晨露", "200 g", "It depends on the lot number.", number):
        assert known in page
    assert not re.search(r"\b(100|60|40) (pieces|件)", page)
    assert "和顺超市" not in page
    unknown = text_of(read(client, "/products/6901234567892?lang=en", 404))
    assert "proves neither that the product is safe nor that it is a forgery" in unknown
    for wrong in ("6901234567890", "x", "%2F", "https:%2F%2Fevil.example", "0" * 3000):
        assert client.get(f"/products/{wrong}").status_code == 404


def test_engines_learn_of_every_page_in_each_language(desk: Api, number: str, client: FlaskClient) -> None:
    open_case(desk, title="未公布")
    site = "https://suyuan.example"
    root = ElementTree.fromstring(client.get("/sitemap.xml").data)
    found = {node.findtext(f"{SITEMAP}loc"): node for node in root}
    pages = ["/", "/check", "/recalls", f"/recalls/{number}"]
    assert set(found) == {f"{site}{page}{lang}" for page in pages for lang in ("", "?lang=zh", "?lang=en")}
    recall = found[f"{site}/recalls/{number}?lang=en"]
    assert recall.findtext(f"{SITEMAP}lastmod")
    spoken = {node.get("hreflang"): node.get("href") for node in recall.findall(f"{XHTML}link")}
    address = f"{site}/recalls/{number}"
    assert spoken == {"zh-CN": f"{address}?lang=zh", "en": f"{address}?lang=en", "x-default": address}
    page = read(client, f"/recalls/{number}?lang=en&code=x")
    for language, url in spoken.items():
        assert f'<link rel="alternate" hreflang="{language}" href="{url}">' in page
    assert f'<link rel="canonical" href="{address}?lang=en">' in page
    shown = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page))
    assert (shown["title"], shown["locale"]) == ("Plain yogurt recall", "en_GB")
    assert client.get(shown["image"].removeprefix(site)).content_type == "image/png"
    assert f"Sitemap: {site}/sitemap.xml" in read(client, "/robots.txt")
    assert client.get("/sitemap-2.xml").status_code == 404


def test_who_has_a_page_is_told_that_nothing_is_new_until_something_is(desk: Api, client: FlaskClient) -> None:
    paths = ("/", "/recalls", "/recalls?q=x", "/sitemap.xml", "/recalls.atom?region=32")
    tags = {path: client.get(path).headers for path in paths}
    assert all(headers["Cache-Control"] in ("public, max-age=30", "no-cache") for headers in tags.values())
    asked = {path: {"If-None-Match": headers["ETag"]} for path, headers in tags.items()}
    assert [client.get(path, headers=asked[path]).status_code for path in paths] == [304] * 5
    english = client.get("/", headers=asked["/"] | {"Accept-Language": "en"})
    assert (english.status_code, set(english.vary) >= {"Accept-Language", "Cookie"}) == (200, True)
    announce(desk, open_case(desk))
    assert [client.get(path, headers=asked[path]).status_code for path in paths] == [200, 200, 304, 200, 200]


def test_the_code_for_posters_leads_to_the_page(number: str, client: FlaskClient) -> None:
    url = f"https://suyuan.example/recalls/{number}"
    page = read(client, f"/recalls/{number}?lot=L1")
    symbol = verify(draw_address(url))
    assert (symbol.identifier, symbol.data) == ("]Q1", url.encode())
    assert write_svg(symbol, url) in page


def test_a_notice_shows_where_the_lot_stands(desk: Api, client: FlaskClient) -> None:
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    number = open_case(desk)
    wrong = desk.post(f"/api/v1/recalls/{number}/public-notice", {"notice": {"lot_picture": {}}}, 422)
    assert wrong["errors"][0]["pointer"] == "/notice/lot_picture"
    announce(desk, number, {"notice": COMPLETE | {"lot_picture": {"data": dot}}})
    page = read(client, f"/recalls/{number}?lang=en")
    (address,) = re.findall(rf'src="(/recalls/{number}/pictures/\w+\.jpg)" alt="The lot is printed', page)
    assert client.get(address).content_type == "image/jpeg"
    assert client.get(f"/recalls/{number}/notice.pdf").data.count(b"/Subtype /Image") == 1
