"""What the public reads: the page of a recall, its versions, feeds and paper; and what it never reads."""

from collections import Counter
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from recalls.publication.feeds import NEVER, Entry, Feed, write_atom, write_json_feed
from tests.recalls.chain import gtin_of
from tests.recalls.publication.notice_cases import COMPLETE, announce, make_goods, open_case
from tests.trace.web.api_client import Api
from trace.kit.strict_json import loads

ATOM = "{http://www.w3.org/2005/Atom}"

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></head><body onload=alert(1)>",
    "<!-- ",
    "]]> <![CDATA[",
    "&lt;b&gt; &amp; &#x41;",
    "{{ 7*7 }} {% raw %}",
    "%(name)s {0} {name}",
    "javascript:alert(1)",
    "' OR 1=1 --",
    '=HYPERLINK("http://evil.example")',
    "\u202eevil\u202c \u200b",
    "a\u0001b",
    "a\u000bb\u001b[31m",
    "line\nbreak\ttab",
    "<para><font size=99>x</font></para>",
    "𠮷野家 😀 é ﬁ",
    "]]]]>><<<&&&'''\"\"\"",
    "</svg><script/>",
    "(unbalanced \\( PDF) endstream endobj",
)


class Tags(HTMLParser):
    """Every element of a page with the names of its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: Counter[Any] = Counter()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found[tag, tuple(sorted(name for name, _ in attrs))] += 1
        assert not any((value or "").startswith("javascript:") for name, value in attrs if name in ("href", "src"))

    def handle_data(self, data: str) -> None:
        self.text += data


def read_page(client: FlaskClient, path: str, status: int = 200) -> Tags:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    tags = Tags()
    tags.feed(answer.text)
    return tags


@pytest.fixture
def desk(app: Flask) -> Api:
    make_goods(app)
    return Api.issue(app, "regulator")


def test_the_page_tells_its_facts_in_the_fixed_order(desk: Api, client: FlaskClient) -> None:
    number = open_case(desk)
    announce(desk, number, {"notice": COMPLETE})
    page = read_page(client, f"/recalls/{number}?lang=zh").text
    order = ["原味酸奶", "批号印在瓶盖边缘", "菌落总数超标", "退回商店", "退款", "100 件", "60 件", "江苏", "晨露乳业"]
    order += ["91310000MA1FL00001", "400-800-1234", "12315", "公告经过", "PDF", "Atom"]
    assert sorted(order, key=page.index) == order
    english = read_page(client, f"/recalls/{number}?lang=en").text
    said = ("Plain yogurt recall", "Too many germs", "60 pieces", "Jiangsu", "Morning Dew Dairy", "21 Mar 2026")
    assert all(text in english for text in said)


def test_the_first_version_stays_readable_and_says_that_there_is_a_newer_one(desk: Api, client: FlaskClient) -> None:
    number = open_case(desk)
    announce(desk, number)
    desk.post(f"/api/v1/recalls/{number}/extend", {"scope": [{"gtin": gtin_of("yogurt"), "lots": ["L2"]}]}, 200)
    newest = read_page(client, f"/recalls/{number}?lang=en").text
    first = read_page(client, f"/recalls/{number}?lang=en&version=1").text
    assert "140 pieces" in newest
    assert "newer version" not in newest
    assert "100 pieces" in first
    assert "newer version" in first
    assert "This notice is not complete." in newest
    for wrong in ("3", "0", "x", "-1", "９"):
        lacking = read_page(client, f"/recalls/{number}?lang=en&version={wrong}", 404).text
        assert "There is no such version" in lacking
        assert "No announced recall" not in lacking


def test_drills_and_what_is_not_announced_are_nowhere(desk: Api, client: FlaskClient) -> None:
    drill, waiting = open_case(desk, drill=True, title="演练"), open_case(desk, title="未公布")
    announce(desk, drill)
    desk.post(f"/api/v1/recalls/{waiting}/file-plan", {}, 200)
    assert desk.get(f"/api/v1/recalls/{drill}/public-notice")["url"] is None
    for number in (drill, waiting, "2026-9999"):
        for path in (f"/recalls/{number}", f"/recalls/{number}/notice.pdf", f"/recalls/{number}?version=1"):
            assert client.get(path).status_code == 404
    for path in ("/recalls", "/recalls.atom", "/recalls.json"):
        assert "演练" not in client.get(path).text
        assert "未公布" not in client.get(path).text
    assert loads(client.get("/recalls.json").data)["items"] == []


def test_feeds_tell_each_recall_once_and_when_it_changed(desk: Api, client: FlaskClient) -> None:
    numbers = [open_case(desk, title=f"召回{index}") for index in range(2)]
    for number in numbers:
        announce(desk, number, {"notice": COMPLETE})
    root = ElementTree.fromstring(client.get("/recalls.atom?lang=en").data)
    assert [node.text for node in root.findall(f"{ATOM}entry/{ATOM}id")] == [
        f"https://suyuan.example/recalls/{number}" for number in reversed(numbers)
    ]
    for parent in (root, *root.findall(f"{ATOM}entry")):
        assert all(parent.find(ATOM + name) is not None for name in ("id", "title", "updated", "author", "link"))
    feed = loads(client.get("/recalls.json?lang=en").data)
    assert (feed["version"], feed["language"]) == ("https://jsonfeed.org/version/1.1", "en")
    item = feed["items"][0]
    assert (item["title"], item["date_published"]) == ("Plain yogurt recall", item["date_modified"])
    desk.post(f"/api/v1/recalls/{numbers[1]}/cancel", {"reason": "by mistake"}, 200)
    changed = loads(client.get("/recalls.json?lang=en").data)["items"][0]
    assert changed["id"] == item["id"]
    assert datetime.fromisoformat(changed["date_modified"]) > datetime.fromisoformat(item["date_modified"])
    assert changed["content_text"].startswith("cancelled")


def test_who_asks_again_is_told_that_nothing_is_new(desk: Api, client: FlaskClient) -> None:
    number = open_case(desk)
    announce(desk, number)
    paths = ("/recalls.atom?lang=zh", "/recalls.json?lang=en", f"/recalls/{number}/notice.pdf")
    tags = {path: {"If-None-Match": client.get(path).headers["ETag"]} for path in paths}
    for path, asked in tags.items():
        again = client.get(path, headers=asked)
        assert (again.status_code, again.data) == (304, b"")
    desk.post(f"/api/v1/recalls/{number}/complete", {}, 200)
    assert [client.get(path, headers=asked).status_code for path, asked in tags.items()] == [200] * 3


def test_the_paper_is_in_the_reader_s_language(desk: Api, client: FlaskClient) -> None:
    number = open_case(desk)
    announce(desk, number, {"notice": COMPLETE})
    papers = [client.get(f"/recalls/{number}/notice.pdf?lang={language}") for language in ("zh", "en")]
    assert all(paper.data.startswith(b"%PDF-") and paper.content_type == "application/pdf" for paper in papers)
    assert [paper.headers["Content-Language"] for paper in papers] == ["zh", "en"]
    assert papers[0].data != papers[1].data


def test_hostile_texts_are_harmless_everywhere(app: Flask, client: FlaskClient) -> None:
    make_goods(app, "<i>酸奶</i> & \"'")
    desk = Api.issue(app, "regulator")
    plain = open_case(desk)
    announce(desk, plain, {"notice": COMPLETE})
    wanted = read_page(client, f"/recalls/{plain}").found
    numbers = []
    for at in range(0, len(HOSTILE), 5):
        title, hazard, instructions, consequence, channels = HOSTILE[at : at + 5]
        number = open_case(desk, title=title, hazard=hazard, instructions=instructions)
        announce(desk, number, {"notice": COMPLETE | {"consequence": consequence, "channels": channels}})
        page = read_page(client, f"/recalls/{number}")
        assert page.found == wanted
        assert client.get(f"/recalls/{number}/notice.pdf").data.count(b"/Type /Page\n") < 5
        numbers.append(number)
    entries = ElementTree.fromstring(client.get("/recalls.atom").data).findall(f"{ATOM}entry")
    assert [len(entry) for entry in entries] == [len(entries[0])] * (len(numbers) + 1)
    assert [item["title"] for item in loads(client.get("/recalls.json").data)["items"]][:-1] == list(HOSTILE[::5])[::-1]
    assert client.get("/recalls").status_code == 200


def test_a_feed_without_recalls_is_a_feed() -> None:
    feed = Feed("召回", "https://x.example/recalls.atom", "https://x.example/recalls", "zh-CN", ())
    assert ElementTree.fromstring(write_atom(feed)).findtext(f"{ATOM}updated") == NEVER
    assert write_json_feed(feed)["items"] == []


def test_what_xml_cannot_write_is_replaced() -> None:
    entry = Entry(
        "https://x.example/1", "https://x.example/1.pdf", "a\x00\x0b\ud800b\n<", "t", None, NEVER, NEVER, "en"
    )
    root = ElementTree.fromstring(write_atom(Feed("t", "u", "p", "en", [entry])))
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "a\ufffd\ufffd\ufffdb\n<"


def test_a_check_says_what_the_notice_says_of_danger_place_and_telephone(desk: Api, client: FlaskClient) -> None:
    number = open_case(desk)
    announce(desk, number, {"notice": COMPLETE})
    code = gtin_of("yogurt")
    page = read_page(client, f"/check?code={code}&lot=L1&lang=zh").text
    assert "菌落总数超标" in page
    assert "停止食用，退回商店。" in page
    assert "400-800-1234" in page
    page = read_page(client, f"/check?code={code}&lot=L1&lang=en").text
    assert "Too many germs" in page
    assert "Stop eating it and take it back to the shop." in page
    asked = read_page(client, f"/check?code={code}&lang=zh").text
    assert "批号印在瓶盖边缘" in asked
    desk.post(f"/api/v1/recalls/{number}/execute", {"reason": "开始"}, 200)
    again = client.get(f"/api/v1/check?code={code}&lot=L1").json["recalls"][0]  # a later step takes nothing back
    assert (again["hazard_en"], again["phone"]) == ("Too many germs", "400-800-1234")
