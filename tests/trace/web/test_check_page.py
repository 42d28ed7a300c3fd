"""The consumer's page: every answer in both languages, what was read, the photograph, the shell that is kept."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import html
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.conftest import app_over, database_maker
from tests.recalls.chain import START, Chain, gtin_of
from trace.gs1 import Gtin
from trace.gs1.check_digits import check_digit
from trace.holds import Condition, HoldNotice, place_hold, tell_consumers
from trace.kit.config import Settings
from trace.kit.db import Database
from trace.kit.errors import Unavailable
from trace.symbols.linear import draw_gtin
from trace.symbols.png import write_png
from trace.web import check_page
from trace.web.check_words import write_number
from trace.web.shell import STATIC

GTIN = gtin_of("yogurt")
SERIALS = gtin_of("kettle")
UNKNOWN = gtin_of("x")
SSCC = "09520000000000001" + check_digit("09520000000000001")
LIMIT = 60_000
"""Bytes of a page with stylesheet and script."""

ASKED = {
    "nothing": "",
    "recalled": f"code={GTIN}&lot=L1",
    "stop_sale": f"code={GTIN}&lot=L2",
    "no_recall_known": f"code={GTIN}&lot=L3",
    "lot_needed": f"code={GTIN}",
    "serial_needed": f"code={SERIALS}",
    "goods_needed": f"code=(00){SSCC}",
    "batch_not_registered": f"code={GTIN}&lot=L9",
    "product_not_registered": f"code={UNKNOWN}",
    "unreadable": "code=6901234567893",
}


@pytest.fixture(scope="module")
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A yogurt with a recalled lot (twice), one under stop-sale, a free one; a kettle recalled by serial numbers.

    Pages read what the check answers, which is tested on both databases elsewhere.
    """
    for make in database_maker("sqlite", request, tmp_path_factory.mktemp("check")):
        database = make()
        _fill(database)
        yield app_over(database).test_client()


def _fill(database: Database) -> None:
    with database.write() as session:
        chain = Chain(session)
        firm = chain.party("乳品厂")
        chain.product("yogurt", firm, "原味酸奶")
        chain.product("kettle", firm, "电热水壶")
        for lot in ("L1", "L2", "L3"):
            chain.make("dairy", "yogurt", lot, 100)
            chain.batch("yogurt", lot, "dairy")
        for number, kind, line in (
            ("2026-0001", "recall", Condition(GTIN, lot="L1")),
            ("2026-0004", "recall", Condition(GTIN, lot="L1")),
            ("2026-0002", "stop_sale", Condition(GTIN, lot="L2")),
            ("2026-0003", "recall", Condition(SERIALS, serial_from="S1", serial_to="S9")),
        ):
            place_hold(session, number, kind, [line], START, f"{number} 号", f"Case {number}", "请停用。\n退回购买处。")


def parse(answer: TestResponse) -> html.HtmlElement:
    """The page as a tree; a tag that HTML does not know, or one left open, is a mistake."""
    parser = html.HTMLParser(encoding="utf-8")
    tree = html.document_fromstring(answer.data, parser=parser)
    known = {"nav", "header", "main", "section", "video", "svg", "path", "g", "text"}  # younger than libxml2's list
    mistakes = [
        entry.message
        for entry in parser.error_log
        if not (entry.type_name == "HTML_UNKNOWN_TAG" and entry.message.split()[1] in known)
    ]
    assert mistakes == []
    return tree


def words_of(tree: html.HtmlElement) -> str:
    return " ".join(tree.text_content().split())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("asked", ASKED)
def test_every_page_is_whole_small_and_without_anything_inline(site: FlaskClient, asked: str, language: str) -> None:
    answer = site.get(f"/check?{ASKED[asked]}&lang={language}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    tree = parse(answer)
    assert tree.get("lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert len(tree.xpath("//h1")) == 1
    assert [len(tree.xpath(f"//{name}")) for name in ("main", "header", "nav")] == [1, 1, 1]
    assert not tree.xpath("//style | //@style | //script[not(@src)] | //@*[starts-with(name(), 'on')]")
    sources = tree.xpath("//@src | //link[not(@rel='alternate')]/@href")
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(tree.get_element_by_id(name) is not None for name in tree.xpath("//label/@for"))
    assert all(
        tree.get_element_by_id(name) is not None for some in tree.xpath("//@aria-describedby") for name in some.split()
    )
    kept = [site.get(source) for source in sources if source.startswith("/static/")]
    assert len(answer.data) + sum(len(one.data) for one in kept) < LIMIT
    assert all("immutable" in one.headers["Cache-Control"] for one in kept)


@pytest.mark.parametrize(
    ("asked", "tone", "english", "chinese"),
    [
        ("recalled", "stop", "Recalled. Stop using it.", "正在召回，请停止使用。"),
        ("stop_sale", "wait", "Sales stopped. Do not use it.", "已停止销售，请勿使用。"),
        ("no_recall_known", "clear", "No recall is known.", "目前没有召回记录。"),
        ("lot_needed", "unknown", "It depends on the lot number.", "要看批号才能确定。"),
        ("serial_needed", "unknown", "It depends on the lot number.", "要看批号才能确定。"),
        ("goods_needed", "unknown", "Check the goods inside.", "请查询里面的商品。"),
        ("batch_not_registered", "unknown", "Nothing is known of this lot.", "没有这个批号的登记。"),
        ("product_not_registered", "unknown", "Nothing is known of this product.", "没有这种产品的登记。"),
        ("unreadable", "unknown", "This code cannot be read.", "这个编码无法识别。"),
    ],
)
def test_the_answer_comes_first_in_colour_shape_and_words(
    site: FlaskClient, asked: str, tone: str, english: str, chinese: str
) -> None:
    for language, words in (("en", english), ("zh", chinese)):
        [answer] = parse(site.get(f"/check?{ASKED[asked]}&lang={language}")).xpath("//main/section[1]")
        assert answer.get("class") == f"answer {tone}"
        assert words_of(answer) == f"{ {'stop': '■', 'wait': '▲', 'clear': '●', 'unknown': '◆'}[tone] } {words}"


def test_what_was_typed_is_never_markup(site: FlaskClient) -> None:
    page = site.get("/check", query_string={"code": '"><script>alert(1)</script>', "lang": "en"})
    assert "<script>" not in page.text
    assert parse(page).get_element_by_id("code").value == '"><script>alert(1)</script>'


def test_the_title_begins_with_the_answer(site: FlaskClient) -> None:
    for asked, begins in (("recalled", "Recalled. Stop using it. "), ("no_recall_known", "No recall is known. ")):
        tree = parse(site.get(f"/check?{ASKED[asked]}&lang=en"))
        assert tree.findtext(".//title").startswith(begins)


def test_all_recalls_are_told_and_chinese_words_are_marked_as_such(site: FlaskClient) -> None:
    tree = parse(site.get(f"/check?{ASKED['recalled']}&lang=en"))
    assert [link.text for link in tree.xpath("//a[starts-with(@href, '/recalls/')]")] == [
        "Recall 2026-0004",
        "Recall 2026-0001",
    ]
    assert tree.xpath("//p[@class='do']/span[@lang='zh-CN']/text()") == ["请停用。\n退回购买处。"] * 2
    assert tree.xpath("//dd/strong/span[@lang='zh-CN']/text()") == ["原味酸奶"]
    chinese = parse(site.get(f"/check?{ASKED['recalled']}&lang=zh"))
    assert not chinese.xpath("//main//@lang")


@pytest.mark.parametrize(
    ("code", "shown", "kind"),
    [
        (GTIN, f"{GTIN[1]} {GTIN[2:8]} {GTIN[8:]}", "商品条码 EAN-13"),
        ("00036000291452", "0 36000 29145 2", "商品条码 UPC-A"),
        ("96385074", "9638 5074", "商品条码 EAN-8"),
        ("15400141288763", "1 54 00141 28876 3", "商品条码 ITF-14"),
        (f"https://example.com/01/{GTIN}/10/L1", f"{GTIN[1]} {GTIN[2:8]} {GTIN[8:]}", "GS1 数字链接（二维码）"),
        (f"(01){GTIN}(10)L1", f"{GTIN[1]} {GTIN[2:8]} {GTIN[8:]}", "GS1 条码（含附加信息）"),
        (SSCC, SSCC, "物流单元编码（SSCC）"),
        (f"(00){SSCC}", SSCC, "物流单元编码（SSCC）"),
    ],
)
def test_the_number_is_shown_as_printed_with_what_it_was_taken_for(
    site: FlaskClient, code: str, shown: str, kind: str
) -> None:
    words = words_of(parse(site.get("/check", query_string={"code": code, "lang": "zh"})))
    assert shown in words
    assert kind in words


@given(st.sampled_from([7, 11, 12, 13]), st.integers(1, 10**13 - 1))
@settings(max_examples=60, deadline=None)
def test_a_number_in_groups_is_the_same_number(length: int, number: int) -> None:
    body = f"{number % 10**length:0{length}d}"
    assume(body.strip("0"))
    gtin = Gtin.read(body + check_digit(body)).gtin14
    assert Gtin.read(write_number(gtin).replace(" ", "")).gtin14 == gtin


def test_a_code_is_never_cut_into_another_one(site: FlaskClient) -> None:
    code = f"https://example.com/{'a' * 1957}/01/{GTIN}/10/L1"
    assert code[:2000].endswith("/10/L")
    page = parse(site.get("/check", query_string={"code": code, "lang": "en"}))
    assert page.findtext(".//title").startswith("This code cannot be read.")


def test_a_needed_lot_is_asked_for_with_the_code_kept_and_where_it_stands(site: FlaskClient) -> None:
    tree = parse(site.get(f"/check?{ASKED['lot_needed']}&lang=zh"))
    [form] = tree.xpath("//form[@id='ask']")
    assert dict(form.form_values()) == {"code": GTIN, "lot": ""}
    assert tree.xpath("//svg[@role='img']/@aria-label")
    assert "批号 L1" in words_of(tree)
    [serial] = parse(site.get(f"/check?{ASKED['serial_needed']}&lot=K1&lang=zh")).xpath("//form[@id='ask']")
    assert dict(serial.form_values()) == {"code": SERIALS, "lot": "K1", "serial": ""}


def test_a_list_of_lots_that_is_cut_says_so(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for make in database_maker("sqlite", request, tmp_path_factory.mktemp("lots")):
        database = make()
        with database.write() as session:
            lines = [Condition(GTIN, lot=f"A{number}") for number in range(51)]
            place_hold(session, "2026-0001", "recall", lines, START, "召回", None, "请停用。")
        tree = parse(app_over(database).test_client().get(f"/check?code={GTIN}&lang=en"))
        assert [item.text_content() for item in tree.xpath("//section[@class='recall']//li")][49:] == [
            "lot A49 ",
            "and more: type yours above, it is compared with all of them",
        ]


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ({"code": "6901234567893"}, "code", "The last digit does not fit"),
        ({"code": "690123456789"}, "code", "The last digit does not fit"),
        ({"code": "hello"}, "code", "8, 12, 13 or 14"),
        ({"code": f"(01){GTIN}(10)L1", "lot": "L2"}, "lot", "The code itself says L1."),
        ({"code": GTIN, "lot": "批号一"}, "lot", "at most 20 letters"),
        ({"code": GTIN, "serial": "x" * 21}, "serial", "at most 20 letters"),
        ({"code": "(414)9520000000004"}, "code", "This is not the code of a product."),
    ],
)
def test_a_mistake_stands_at_its_field_and_what_was_typed_is_kept(
    site: FlaskClient, query: dict[str, str], field: str, words: str
) -> None:
    tree = parse(site.get("/check", query_string={**query, "lang": "en"}))
    [wrong] = tree.xpath("//*[@aria-invalid]")
    assert wrong.get("name") == field
    assert words in tree.get_element_by_id(wrong.get("aria-describedby").split()[0]).text_content()
    assert {name: value for name, value in tree.xpath("//form[@id='ask']")[0].form_values() if value} == query


def test_under_an_answer_another_lot_can_be_typed_beside_the_number(site: FlaskClient) -> None:
    for lot in ("L1", "L9"):
        code = f"https://example.com/01/{GTIN}/10/{lot}/21/S1?11=251101"
        tree = parse(site.get("/check", query_string={"code": code, "lang": "en"}))
        again = dict(tree.xpath("//form[@id='ask']")[0].form_values())
        assert Gtin.read(again["code"]).gtin14 == GTIN
        assert again["lot"] == ""
        other = parse(site.get("/check", query_string={**again, "lot": "L3", "lang": "en"}))
        assert other.findtext(".//title").startswith("No recall is known.")


def test_every_notice_says_where_the_lot_is_in_the_best_language_it_has(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    nothing = dict.fromkeys(HoldNotice.__annotations__)
    for make in database_maker("sqlite", request, tmp_path_factory.mktemp("positions")):
        database = make()
        with database.write() as session:
            for number, lot, zh, en in (
                ("2026-0001", "L1", "批号在杯盖", "On the lid"),
                ("2026-0002", "L2", "批号在杯底", None),
            ):
                place_hold(session, number, "recall", [Condition(GTIN, lot=lot)], START, "召回", None, "请停用。")
                tell_consumers(session, number, HoldNotice(**nothing | {"lot_position": zh, "lot_position_en": en}))
        tree = parse(app_over(database).test_client().get(f"/check?code={GTIN}&lang=en"))
        assert sorted(tree.xpath("//p[@id='where']//text()")) == ["On the lid", "批号在杯底"]


def test_what_is_not_registered_is_neither_safe_nor_forged_and_can_be_reported(site: FlaskClient) -> None:
    for asked in ("product_not_registered", "batch_not_registered"):
        tree = parse(site.get(f"/check?{ASKED[asked]}&lang=en"))
        assert "proves neither" in words_of(tree)
        assert tree.xpath("//main/ul//a/@href") == ["tel:12315"]


def test_where_the_operator_takes_reports_comes_first(site: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    given_ones = Settings.from_env({"REPORT_URL": "mailto:report@suyuan.example", "SECRET_KEY": "x"})
    monkeypatch.setattr(check_page, "current_settings", lambda: given_ones)
    tree = parse(site.get(f"/check?{ASKED['product_not_registered']}"))
    assert tree.xpath("//main/ul//a/@href") == ["mailto:report@suyuan.example", "tel:12315"]


def test_language_links_keep_the_whole_question(site: FlaskClient) -> None:
    page = site.get("/check", query_string=[("code", GTIN), ("lot", "A&B"), ("x", "1"), ("x", "2"), ("lang", "en")])
    assert parse(page).xpath("//nav//a/@href") == [f"/check?code={GTIN}&lot=A%26B&x=1&x=2&lang=zh"]


def test_trouble_is_said_to_be_no_answer_and_can_be_tried_again(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for make in database_maker("sqlite", request, tmp_path_factory.mktemp("trouble")):
        database = make()
        client = app_over(database).test_client()
        with database.write() as session:
            session.execute(text("DROP TABLE hold_lines"))
        answer = client.get(f"/check?code={GTIN}&lot=L1&lang=en")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        tree = parse(answer)
        assert tree.findtext(".//title").startswith("We cannot tell right now.")
        assert "certainly not an all-clear" in words_of(tree)
        assert tree.xpath("//main/p/a[@class='button']/@href")[:1] == [f"/check?code={GTIN}&lot=L1&lang=en"]


# -- photographs -------------------------------------------------------------------------------------------------------


def send(site: FlaskClient, data: bytes, name: str = "pack.png") -> TestResponse:
    return site.post("/check/photo?lang=en", data={"photo": (BytesIO(data), name)})


def test_a_photograph_shows_its_number_to_be_confirmed_before_it_is_checked(site: FlaskClient) -> None:
    answer = send(site, write_png(draw_gtin(GTIN[1:])))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    tree = parse(answer)
    assert tree.xpath("//section[@class='card']/h2/text()") == [f"{GTIN[1]} {GTIN[2:8]} {GTIN[8:]}"]
    assert "原味酸奶" in words_of(tree)
    assert tree.xpath("//section[@class='card']//a/@href") == [f"/check?code={GTIN[1:]}"]
    assert tree.xpath("//nav//a/@href") == [f"/check?code={GTIN[1:]}&lang=zh"]
    assert "No recall is known" not in words_of(tree)


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 422, "No photo arrived."),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), 415, "HEIC"),
        (b"%PDF-1.7", 415, "no picture that can be read"),
        (write_png(draw_gtin(GTIN[1:]))[:200], 422, "damaged"),
        (bytes(11_000_000), 413, "too large"),
    ],
    ids=["empty", "heic", "pdf", "damaged", "too large"],
)
def test_a_photograph_that_cannot_be_read_is_told_in_words(
    site: FlaskClient, data: bytes, status: int, words: str
) -> None:
    answer = send(site, data)
    assert answer.status_code == status
    tree = parse(answer)
    [wrong] = tree.xpath("//*[@aria-invalid]")
    assert wrong.get("name") == "photo"
    assert words in words_of(tree)
    assert "does not mean that there is no recall" in words_of(tree)


def test_a_photograph_without_a_code_is_no_all_clear(site: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_page, "read_within_budget", lambda _data: [])
    answer = send(site, b"x")
    assert answer.status_code == 200
    assert "No product code was found" in answer.text
    assert "does not mean that there is no recall" in answer.text


def test_where_no_photograph_can_be_read_now_the_page_says_when(
    site: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_data: bytes) -> None:
        raise Unavailable("Not now.")

    monkeypatch.setattr(check_page, "read_within_budget", refuse)
    answer = send(site, b"x")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Photos cannot be read at this moment." in answer.text


def test_the_address_of_a_photograph_leads_back_to_the_question(site: FlaskClient) -> None:
    answer = site.get("/check/photo")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/check"


# -- what cannot be answered -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/nowhere", "/check/photo/x", "/check?code=" + "1" * 5000, "/check?code=%00"])
def test_a_browser_is_told_in_words_and_a_program_in_json(site: FlaskClient, path: str) -> None:
    page = site.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.status_code in (400, 404, 414)
    assert any(
        words in words_of(parse(page)) for words in ("does not mean that there is no recall", "这不代表没有召回")
    )
    assert site.get(path).mimetype == "application/problem+json"


def test_what_programs_ask_is_never_answered_by_a_page(site: FlaskClient) -> None:
    answer = site.get("/api/v1/nowhere", headers={"Accept": "text/html"})
    assert answer.mimetype == "application/problem+json"


# -- the shell ---------------------------------------------------------------------------------------------------------


def test_the_application_has_a_name_and_icons_in_both_languages(site: FlaskClient) -> None:
    for language, name in (("zh", "溯源查询"), ("en", "Suyuan")):
        link = parse(site.get(f"/check?lang={language}")).xpath("//link[@rel='manifest']/@href")[0]
        answer = site.get(link)
        assert answer.mimetype == "application/manifest+json"
        assert answer.get_json(force=True)["name"] == name
    manifest = answer.get_json(force=True)
    assert {icon["purpose"] for icon in manifest["icons"] if "purpose" in icon} == {"any", "maskable"}
    for icon in manifest["icons"]:
        drawn = site.get(icon["src"])
        assert drawn.status_code == 200
        assert drawn.mimetype == icon["type"]
        if icon["type"] == "image/png":
            width, height = (int.from_bytes(drawn.data[at : at + 4], "big") for at in (16, 20))
            assert icon["sizes"] == f"{width}x{height}"
    assert site.get("/icon-13.png").status_code == 404


def test_the_service_worker_keeps_the_shell_and_no_answer(site: FlaskClient) -> None:
    answer = site.get("/sw.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"
    kept = re.findall(r'"(/[^"]*)"', re.search(r"KEPT = (\[.*?\]);", answer.text)[1])  # type: ignore[index]
    assert [path.partition("?")[0] for path in kept] == [
        "/static/public.css",
        "/static/scan.js",
        "/icon.svg",
        "/offline",
    ]
    assert all(site.get(path).status_code == 200 for path in kept)
    assert "cache.put" not in answer.text


def test_another_language_is_another_service_worker(site: FlaskClient) -> None:
    english = site.get("/sw.js?lang=en").text
    assert english == site.get("/sw.js?lang=en").text
    assert english != site.get("/sw.js?lang=zh").text


def test_the_offline_page_does_not_sound_like_safety(site: FlaskClient) -> None:
    for language, words in (("zh", "这不代表没有召回。"), ("en", "This does not mean that there is no recall.")):
        assert words in words_of(parse(site.get(f"/offline?lang={language}")))


def test_only_what_is_asked_for_by_its_content_is_kept_for_good(site: FlaskClient) -> None:
    assert site.get("/static/public.css").headers["Cache-Control"] == "no-cache"
    assert site.get("/static/public.css?v=0123456789").headers["Cache-Control"] == "no-cache"
    assert site.get("/static/none.css?v=0123456789").status_code == 404


def test_the_script_is_small() -> None:
    assert (STATIC / "scan.js").stat().st_size < 9000
