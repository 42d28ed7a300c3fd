"""A recall comes before everything that owners set, doubt before comfort; and a look-up leaves no trace."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from tests.recalls.chain import START
from tests.trace.resolver.world import (
    BROWSER,
    CHEESE,
    DAIRY,
    GTIN,
    OTHER_GTIN,
    PAGES,
    SITE,
    UNKNOWN,
    VOC,
    YOGURT,
    World,
    make_world,
)
from trace.gs1.check_digits import check_digit
from trace.holds import Condition, Kind, place_hold
from trace.kit.db import Base, Database
from trace.kit.web import current_database

RECALLED = f"{CHEESE}/10/L1"


def code_of(location: str) -> str:
    """The code that goes along."""
    return parse_qs(urlsplit(location).query)["code"][0]


def hold(world: World, reference: str, kind: Kind, *lines: Condition) -> None:
    with world.firms.admin.app.app_context(), current_database().write() as session:
        place_hold(session, reference, kind, lines, START, "召回", "Recall", "请停止食用。")


@pytest.mark.parametrize("wanted", ["", "?linkType=gs1:pip", "?linkType=gs1:nothing", "?linkType=gs1:recallStatus&x=1"])
def test_a_recalled_batch_leads_to_its_recall_whatever_is_wanted(world: World, wanted: str) -> None:
    for path in (RECALLED, f"{RECALLED}/21/S1", f"/8006/{OTHER_GTIN}0102/10/L1"):
        where = world.leads_to(path + wanted)
        assert where.startswith(f"{SITE}/recalls/2026-0001?code=")
        assert code_of(where) == SITE + path


def test_a_recall_stands_first_in_the_link_set(world: World) -> None:
    level = world.linkset(RECALLED, accept_language="en")[0]
    assert list(level) == ["anchor", "itemDescription", f"{VOC}recallStatus", f"{VOC}defaultLink"]
    first = level[f"{VOC}recallStatus"][0]
    assert (first["title"], level[f"{VOC}defaultLink"]) == (
        "Cheese recall",
        [{"href": first["href"], "title": first["title"]}],
    )
    assert first["href"].startswith(f"{SITE}/recalls/2026-0001?code=")


def test_without_the_lot_that_decides_the_check_is_led_to(world: World) -> None:
    for wanted in ("", "?linkType=gs1:pip"):
        where = world.leads_to(CHEESE + wanted)
        assert where.startswith(f"{SITE}/check?code=")
        assert code_of(where) == SITE + CHEESE


def test_a_query_never_changes_what_the_services_own_pages_are_asked_about(world: World) -> None:
    plain = world.leads_to(RECALLED)
    for query in ("lot=L2", "code=1&serial=2", "%6Cot=L2", "code"):
        assert world.leads_to(f"{RECALLED}?{query}") == plain
    assert world.leads_to(f"{CHEESE}?a=1&lot=L9&b=2").endswith("&a=1&b=2")


def test_a_slash_inside_a_lot_stays_one(world: World) -> None:
    hold(world, "2026-0009", "recall", Condition(OTHER_GTIN, lot="A//B"))
    for path in (f"{CHEESE}/10/A%2F%2FB", f"{CHEESE}/10/A%2f%2fB/", f"{CHEESE}/10/%41%2F%2F%42"):
        where = world.leads_to(path)
        assert where.startswith(f"{SITE}/recalls/2026-0009?code=")
        assert code_of(where) == f"{SITE}{CHEESE}/10/A%2F%2FB"


def test_new_holds_cut_through_at_once_and_come_before_owners_links(database: Database) -> None:
    world = make_world(database)
    before = world.leads_to(f"{YOGURT}/10/L2?linkType=gs1:certificationInfo")
    assert before.startswith("https://dairy.example/")
    hold(world, "2026-0002", "stop_sale", Condition(GTIN, lot="L2"))
    assert world.leads_to(f"{YOGURT}/10/L2?linkType=gs1:certificationInfo").startswith(f"{SITE}/check?code=")
    hold(world, "2026-0002", "recall", Condition(GTIN, lot="L2"))
    assert world.leads_to(f"{YOGURT}/10/L2").startswith(f"{SITE}/recalls/2026-0002?code=")
    hold(world, "2026-0003", "recall", Condition(GTIN, lot="L2"))
    assert world.leads_to(f"{YOGURT}/10/L2").startswith(f"{SITE}/check?code=")
    shown = world.linkset(f"{YOGURT}/10/L2")[0][f"{VOC}recallStatus"]
    assert [urlsplit(link["href"]).path for link in shown] == ["/check", "/recalls/2026-0003", "/recalls/2026-0002"]
    assert world.leads_to(f"{YOGURT}/10/A%2FB").startswith("https://dairy.example/")


def test_a_look_up_records_nothing(world: World) -> None:
    def count() -> dict[str, int]:
        with current_database().read() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }

    with world.firms.admin.app.app_context():
        before = count()
        for path in (YOGURT, RECALLED, UNKNOWN, "/01/1", f"{YOGURT}?linkType=all", f"{YOGURT}?linkType=gs1:x"):
            for accept in ("*/*", BROWSER):
                assert "Set-Cookie" not in world.get(path, accept=accept).headers
        assert count() == before


def test_in_trouble_nobody_is_led_anywhere(world: World) -> None:
    database: Database
    with world.firms.admin.app.app_context():
        database = current_database()
        with database.public() as session:
            engine = session.get_bind()

    for statement in ("FROM hold_lines", "FROM resolver_links"):

        def break_it(_c: object, _k: object, sql: str, params: object, *_: object, asked: str = statement) -> object:
            return ("SELECT broken FROM nowhere", ()) if asked in sql else (sql, params)

        event.listen(engine, "before_cursor_execute", break_it, retval=True)
        try:
            for path in (YOGURT, RECALLED, f"{YOGURT}?linkType=linkset"):
                answer = world.get(path)
                assert (answer.status_code, "Location" in answer.headers) == (503, False)
                assert answer.headers["Retry-After"]
                page = world.get(path, accept=BROWSER, accept_language="zh")
                assert (page.status_code, "不能视为安全" in page.text or "无法" in page.text) == (503, True)
        finally:
            event.remove(engine, "before_cursor_execute", break_it)
    assert world.leads_to(YOGURT)


def test_what_is_not_known_is_said_in_both_languages_and_never_sounds_safe(world: World) -> None:
    unit = "/00/09520000000000009" + check_digit("09520000000000009")
    for path, status in ((UNKNOWN, 404), (unit, 404), ("/01/1", 400), (f"{YOGURT}?linkType=x", 404)):
        english = world.get(path, accept=BROWSER, accept_language="en")
        chinese = world.get(path, accept=BROWSER, accept_language="zh-CN")
        assert (english.status_code, chinese.status_code) == (status, status)
        assert ('lang="en"' in english.text, 'lang="zh-CN"' in chinese.text) == (True, True)
        assert "/check" in english.text
        assert "safe" not in english.text.replace("neither that the product is safe nor", "")
    assert "proves neither that the product is safe" in world.get(UNKNOWN, accept=BROWSER, accept_language="en").text


def test_the_page_of_links_says_each_in_its_language(world: World) -> None:
    english = world.get(f"{YOGURT}/10/A%2FB?linkType=linkset", accept=BROWSER, accept_language="en").text
    assert "Was this recalled?" in english
    assert 'href="/01/09520000000035/10/A%2FB?linkType=linkset&amp;lang=zh"' in english
    chinese = world.get(f"{YOGURT}?linkType=linkset", accept=BROWSER, accept_language="zh").text
    assert "查询是否召回" in chinese


KEYS = st.sampled_from([YOGURT, RECALLED, f"/414/{DAIRY}"])
RESTS = st.sampled_from(
    ["", "/10/L2", "/21/S1", "//evil.example", "/..", "/10/%2F%2Fevil.example", "/https:", "@", "\\"]
)
TRICKS = ("linkType=gs1:pip", "linkType=https://evil.example/", "href=//evil.example", "Location=x", "a=%0d%0aX:y")


@settings(max_examples=60, deadline=None)
@given(KEYS, RESTS, st.lists(st.sampled_from(TRICKS), max_size=2).map("&".join))
def test_no_request_decides_where_it_leads(world: World, key: str, rest: str, query: str) -> None:
    answer = world.get(f"{key}{rest}?{query}")
    where = answer.headers.get("Location")
    assert answer.status_code in (200, 300, 307, 308, 400, 404)
    if answer.status_code == 307:
        assert where is not None
        assert where.startswith((f"{SITE}/check?code=", f"{SITE}/recalls/2026-", f"{SITE}/products/", f"{PAGES}/"))
        assert where.isascii()
        assert where.isprintable()
    elif where is not None:
        assert urlsplit(where).netloc in ("", "localhost")
