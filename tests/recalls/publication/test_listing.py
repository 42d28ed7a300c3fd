"""What announced recalls are found by: search, filters, pages; and that the list follows every version of a notice."""

import dataclasses
from datetime import date

import pytest
from flask import Flask

from recalls.publication.listing import Filters, code_in, find_cases, find_choices, find_recalls
from tests.recalls.chain import gtin_of
from tests.recalls.publication.notice_cases import COMPLETE, announce, make_goods, open_case
from tests.trace.web.api_client import Api
from trace.gs1 import digital_link
from trace.kit.web import current_database

YOGURT = gtin_of("yogurt")


@pytest.fixture
def desk(app: Flask) -> Api:
    make_goods(app)
    return Api.issue(app, "regulator")


def found(app: Flask, filters: Filters, limit: int = 20, before: str | None = None) -> list[str]:
    """The numbers of the recalls of a page; how many there are in all agrees with the feed's cases."""
    with app.app_context(), current_database().read() as session:
        listing = find_recalls(session, filters, limit, before)
        assert listing.hits == len(find_cases(session, filters, 1000))
        return [card.number for card in listing.cards]


def test_a_recall_is_found_by_all_that_people_know_of_it(desk: Api, app: Flask) -> None:
    number = open_case(desk)
    announce(desk, number, {"notice": COMPLETE})
    full_width = "".join(chr(ord(one) + 0xFEE0) for one in YOGURT)
    known = [
        *(
            "酸奶",
            "酸奶召回",
            "plain YOGURT",
            "晨露",
            "morning dew",
            "200 G",
            "200",
            "l1",
            number,
            "菌落 总数",
            "many germs",
        ),
        *("many germs", YOGURT, YOGURT[1:], YOGURT[2:9], full_width, "91310000MA1FL00001"),
        *(f"(01){YOGURT}(10)L9", digital_link("https://id.example", YOGURT, "L9"), f"]C101{YOGURT}10L9"),
    ]
    assert {text: found(app, Filters(text=text)) for text in known} == {text: [number] for text in known}
    unknown = ["%", "_", "a%", "酸_", "\\", "'; --", "L9", "20", "0", "酸奶 L9", "6901234567892", "/", "2027"]
    assert {text: found(app, Filters(text=text)) for text in unknown} == {text: [] for text in unknown}


def test_filters_are_all_met_at_once(desk: Api, app: Flask) -> None:
    first, second = open_case(desk), open_case(desk, **{"class": 1, "kind": "withdrawal"})
    announce(desk, first, {"notice": COMPLETE})
    colleague = Api.issue(app, "regulator")
    desk.post(f"/api/v1/recalls/{second}/file-plan", {}, 200)
    colleague.post(f"/api/v1/recalls/{second}/announce", {}, 200)
    colleague.post(f"/api/v1/recalls/{second}/cancel", {"reason": "by mistake"}, 200)
    with app.app_context(), current_database().read() as session:
        day = find_recalls(session, Filters(), 1).cards[0].announced_at.date()
        choices = find_choices(session)
    assert (choices.regions, len(choices.years)) == (["32"], 1)
    year = choices.years[0]
    both, none = [second, first], []
    for filters, numbers in (
        (Filters(), both),
        (Filters(product=YOGURT), both),
        (Filters(firm="晨露乳业"), both),
        (Filters(region="32"), both),
        (Filters(year=year), both),
        (Filters(first=date(year, 1, 1), last=date(year, 12, 31)), both),
        (Filters(recall_class=1), [second]),
        (Filters(kind="voluntary"), [first]),
        (Filters(state="open"), [first]),
        (Filters(state="cancelled"), [second]),
        (Filters(text="酸奶", state="open", recall_class=2, region="32"), [first]),
        (Filters(product=gtin_of("milk")), none),
        (Filters(firm="晨露"), none),
        (Filters(region="31"), none),
        (Filters(year=year - 1), none),
        (Filters(last=day.replace(year=day.year - 1)), none),
        (Filters(recall_class=1, state="open"), none),
    ):
        assert found(app, filters) == numbers, filters


def test_pages_follow_each_other_without_gap_or_repetition(desk: Api, app: Flask) -> None:
    numbers = [open_case(desk) for _ in range(5)]
    for number in (numbers[2], numbers[0], numbers[4], numbers[1], numbers[3]):
        announce(desk, number)
    seen: list[str] = []
    before = None
    with app.app_context(), current_database().read() as session:
        while True:
            listing = find_recalls(session, Filters(text="酸奶"), 2, before)
            assert listing.hits == 5
            seen += [card.number for card in listing.cards]
            before = listing.older
            if before is None:
                break
    assert seen == [numbers[at] for at in (3, 1, 4, 0, 2)]


def test_the_list_says_what_the_newest_version_says(desk: Api, app: Flask) -> None:
    number = open_case(desk)
    announce(desk, number)
    assert found(app, Filters(text="L2")) == []
    desk.post(f"/api/v1/recalls/{number}/extend", {"scope": [{"gtin": YOGURT, "lots": ["L2"]}]}, 200)
    assert found(app, Filters(text="L2")) == [number]
    notice = COMPLETE | {"title": "新标题", "title_en": "New heading"}
    desk.post(f"/api/v1/recalls/{number}/public-notice", {"notice": notice})
    with app.app_context(), current_database().read() as session:
        card = find_recalls(session, Filters(text="new heading"), 1).cards[0]
    assert (card.title, card.title_en) == ("新标题", "New heading")
    assert [(mark.value, mark.label, mark.label_en) for mark in card.products] == [(YOGURT, "原味酸奶", "Plain yogurt")]
    assert found(app, Filters(text="plain yogurt recall")) == []


@pytest.mark.parametrize("text", ["", "酸奶", "L1", "12345678901234", "https://example.com/recalls", "(00)", "%00"])
def test_what_is_no_code_of_goods_is_only_text(text: str) -> None:
    assert code_in(text) is None


def test_an_empty_search_filters_nothing() -> None:
    assert dataclasses.asdict(Filters(text=" ")) | {"text": ""} == dataclasses.asdict(Filters())
