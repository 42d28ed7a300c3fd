"""The pages: a citizen on his phone, a station on the telephone, the firm at its desk."""

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from oversight.jurisdictions import add_jurisdiction, assign_staff
from recalls.clocks.working_days import CHINA
from tests.desk import DeskClient, Page, sign_in
from tests.oversight.complaints.people import GTIN, LOT, NAME, PHONE, SHOP, WORDS, Town, add_town
from tests.oversight.offices import ADMIN, COUNTY, NOW
from trace.kit import limits
from trace.kit.accounts import User
from trace.kit.web import current_database

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

FORM = {"kind": "complaint", "cause": "spoiled", "words": WORDS, "code": GTIN, "lot": LOT, "outlet": SHOP}
ME = {"name": NAME, "phone": PHONE}


@pytest.fixture
def town(app: Flask) -> Town:
    with app.app_context(), current_database().write() as session:
        return add_town(session)


def official(app: Flask, language: str = "en") -> DeskClient:
    """Somebody of the county's complaint station, signed in."""
    client = sign_in(app, "regulator", name="Station", language=language)
    with app.app_context(), current_database().write() as session:
        add_jurisdiction(session, COUNTY, "鼓楼区市场监督管理局", "Gulou", "025-1", NOW)
        assign_staff(session, ADMIN, session.get_one(User, client.user_id).actor_id, COUNTY, "station", NOW)
    return client


def public(app: Flask, path: str, form: dict[str, Any] | None = None, status: int = 200, language: str = "en") -> Page:
    response = app.test_client().open(
        path, method="GET" if form is None else "POST", data=form, headers={"Accept-Language": language}
    )
    body = response.get_data(as_text=True)
    assert response.status_code == status, (response.status_code, body[:3000])
    assert response.headers["Cache-Control"] == "no-store"
    return Page(status, body)


def codes_of(page: Page) -> tuple[str, str]:
    """The number and the query code that a page tells."""
    number, code = (one.text_content() for one in page.tree.xpath("//dd/strong")[:2])
    return number, code


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_citizen_complains_without_an_account_and_comes_back(app: Flask, town: Town, language: str) -> None:
    form = public(app, f"/complaints/new?code={GTIN}&lot={LOT}", language=language)
    assert form.tree.get_element_by_id("lot").value == LOT
    once = form.tree.xpath("//input[@name='once']")[0].value
    sent = FORM | ME | {"once": once}
    number, code = codes_of(public(app, "/complaints/new", sent, language=language))
    assert codes_of(public(app, "/complaints/new", sent, language=language)) == (number, code)
    assert re.fullmatch(r"TS2\d{3}-000001", number)
    asked = public(app, "/complaints", {"number": number.lower(), "query_code": code}, language=language)
    assert GTIN in asked.text
    assert PHONE not in asked.text
    done = public(app, f"/complaints/{number}/withdraw", {"query_code": code}, language=language)
    assert ("withdrawn" if language == "en" else "已撤回") in done.text
    public(app, f"/complaints/{number}/withdraw", {"query_code": code}, 409, language=language)


def test_whether_there_is_a_matter_is_told_with_its_code_alone(app: Flask, town: Town) -> None:
    number, _code = codes_of(public(app, "/complaints/new", FORM | ME))
    known = public(app, "/complaints", {"number": number, "query_code": "BCDFGHJKLMNP"}, 404)
    absent = public(app, "/complaints", {"number": "TS2026-999999", "query_code": "BCDFGHJKLMNP"}, 404)
    assert known.body.replace(number, "TS2026-999999") == absent.body
    pages = [public(app, f"/complaints/{one}").body for one in (number, "TS2026-999999")]
    assert pages[0].replace(number, "TS2026-999999") == pages[1]


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "请至少填写电话或电子邮箱"), ("en", "Leave a telephone number")]
)
def test_what_is_refused_is_asked_for_again_with_all_that_was_typed(
    app: Flask, town: Town, language: str, words: str
) -> None:
    page = public(app, "/complaints/new", FORM | {"name": NAME}, 422, language)
    assert words in page.text
    assert page.tree.get_element_by_id("words").value.strip() == WORDS
    assert page.tree.get_element_by_id("phone").get("aria-invalid") == "true"
    bad = public(app, "/complaints/new", FORM | ME | {"phone": "call me", "claim": "much"}, 422, language)
    assert language == "en" or "Expected" not in bad.text
    assert app.test_client().post("/complaints/new", data=FORM | ME | {"words": "a\0b"}).status_code == 400


def test_a_station_takes_a_call_settles_it_with_the_shop_and_calls_back(app: Flask, town: Town) -> None:
    station, shop = official(app), sign_in(app, "company", town.shop.party_id)
    board = station.get("/desk/complaints")
    assert "Nothing stands here" in board.text
    taken = station.post("/desk/complaints/new", FORM | ME | {"channel": "phone"}, 200)
    number, code = codes_of(Page(200, taken.get_data(as_text=True)))
    page = station.get(f"/desk/matters/{number}")
    assert "*********00" in page.text
    assert PHONE not in page.text
    seen = station.post(f"/desk/complaints/{number}/citizen", {"reason": "回电"}, 200).get_data(as_text=True)
    assert PHONE in seen
    step = f"/desk/matters/{number}"
    station.post(f"{step}/accept", {})
    station.post(f"{step}/invite", {"summary": "消费者反映酸奶变质，要求退款。"})
    assert f"{number}" in shop.get("/desk").text
    firm = shop.get(step)
    assert "要求退款" in firm.text
    assert NAME not in firm.text
    shop.post(f"{step}/propose", {"remedy": "refund", "amount": "12.80", "terms": "全额退款"})
    assert "全额退款" in public(app, "/complaints", {"number": number, "query_code": code}).text
    station.post(f"{step}/agree", {})
    refused = station.send("POST", f"{step}/call-back", {"reached": "yes", **station.hidden()})
    assert refused.status_code == 422
    ended = station.follow(station.post(f"{step}/call-back", {"reached": "yes", "satisfaction": "5"}))
    assert "closed" in ended.text
    station.follow(station.post(f"/desk/complaints/{number}/erase", {"reason": "本人要求"}))
    assert "Erased on" in station.get(step).text


def home_month() -> str:
    return datetime.now(CHINA).strftime("%Y-%m")


def test_figures_sum_and_tasks_are_told(app: Flask, town: Town) -> None:
    station = official(app)
    for _ in range(2):
        station.post("/desk/complaints/new", FORM | ME, 200)
    for by in ("cause", "product", "firm", "region", "month"):
        page = station.get(f"/desk/complaints/statistics?by={by}&within={COUNTY}")
        assert [one.text_content() for one in page.tree.xpath("//tfoot//td")] == ["2", "0", "0", "0", "2"]
    asked = page.tree.xpath("//p[contains(@class, 'exports')]/a/@href")
    assert len(asked) == 4
    counted, _workbook, duties, _workbook = (station.send("GET", href) for href in asked)
    assert [line.split(",") for line in counted.get_data(as_text=True).splitlines()] == [
        ["\ufeffMonth", "Code", "Complaints", "Reports of violations", "Inquiries", "Praise and suggestions", "Sum"],
        [home_month(), home_month(), "2", "0", "0", "0", "2"],
    ]
    assert duties.get_data(as_text=True).splitlines()[1].startswith("Complaints,2,0,0,0,0,0,0,")
    for shelf in ("running", "mine", "unassigned", "overdue", "ended"):
        station.get(f"/desk/complaints?shelf={shelf}&kind=complaint")
    station.get("/desk")
    for wrong in ("since=x", "within=x", "since=2026-02-01&until=2026-01-01"):
        station.get(f"/desk/complaints/statistics?{wrong}", 422)


def test_forms_without_their_random_text_are_matters_of_their_own(app: Flask, town: Town) -> None:
    station = official(app)
    pages = [station.post("/desk/complaints/new", FORM | ME, 200, once="no token") for _ in range(2)]
    told = [codes_of(Page(200, one.get_data(as_text=True))) for one in pages]
    told += [codes_of(public(app, "/complaints/new", FORM | ME)) for _ in range(2)]
    assert len({number for number, _ in told}) == len({code for _, code in told}) == 4


def test_a_photograph_without_a_code_leads_to_the_form(app: Flask, town: Town) -> None:
    assert "photo" in public(app, "/complaints/photo", {"x": "y"}, 415).text.lower()


def test_an_address_sends_no_more_than_its_budget(app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for what in ("complaint", "query_code"):
        monkeypatch.setitem(limits.BUDGETS, what, limits.Budget(per_second=0.001, burst=0.15))
    form = FORM | ME
    number, code = codes_of(public(app, "/complaints/new", form))
    assert app.test_client().post("/complaints/new", data=form).status_code == 429
    public(app, "/complaints", {"number": number, "query_code": code})
    assert app.test_client().post("/complaints", data={"number": number, "query_code": code}).status_code == 429
