"""The calendar, the table of duties and what is due, over HTTP: who may, what is refused, what pages say."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from tests.recalls.chain import Chain
from tests.recalls.test_http import BODY
from tests.trace.web.api_client import Api
from trace.kit.web import current_database

DAY: dict[str, Any] = {"working": False, "name_zh": "元旦", "name_en": "New Year", "source": "国务院办公厅通知"}
DUTY: dict[str, Any] = {
    "duty": "weekly_call",
    "regime": "cn_food",
    "class": 1,
    "starts": "announced",
    "met_by": ["report:cn_progress", "completed"],
    "amount": 1,
    "unit": "week",
    "repeats": True,
    "text_zh": "每周报告进展",
    "text_en": "Report progress every week",
    "source": "本局规定",
}


@pytest.fixture
def admin(app: Flask) -> Api:
    return Api.admin(app)


def put(api: Api, path: str, body: Any, status: int = 200) -> Any:
    answer = api.send("PUT", path, body)
    assert answer.status_code == status, answer.text
    return answer.get_json()


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


def test_an_operator_keeps_the_calendar(app: Flask, admin: Api) -> None:
    assert admin.get("/api/v1/calendar?year=2027") == {"year": 2027, "complete": False, "days": []}
    row = {"day": "2027-01-01", "exception": True, **DAY}
    for _ in range(2):
        assert put(admin, "/api/v1/calendar/2027-01-01", DAY) == {"day": row, "moved": 0}
    assert admin.get("/api/v1/calendar?year=2027") == {"year": 2027, "complete": True, "days": [row]}
    assert admin.get("/api/v1/calendar/2027-01-01") == row
    answer = admin.send("DELETE", "/api/v1/calendar/2027-01-01")
    assert answer.get_json()["day"]["exception"] is False
    assert admin.get("/api/v1/calendar/2027-01-01")["working"] is True
    assert admin.send("DELETE", "/api/v1/calendar/2027-01-01").status_code == 404
    firm = Api.issue(app, "company")
    assert firm.get("/api/v1/calendar/2026-02-14")["working"] is True
    assert put(firm, "/api/v1/calendar/2027-01-01", DAY, 403)["status"] == 403


def test_a_day_that_cannot_be_is_refused(admin: Api) -> None:
    refused: list[tuple[str, Any, str]] = [
        ("2027-02-30", DAY, "/day"),
        ("1999-12-31", DAY, "/day"),
        ("yesterday", DAY, "/day"),
        ("2027-01-01", {**DAY, "working": "no"}, "/working"),
        ("2027-01-01", {**DAY, "name_zh": " "}, "/name_zh"),
        ("2027-01-01", {name: DAY[name] for name in ("working", "name_zh")}, "/source"),
    ]
    for path, body, pointer in refused:
        assert pointers(put(admin, f"/api/v1/calendar/{path}", body, 422)) == [pointer]
    assert not admin.get("/api/v1/calendar?year=2027")["complete"]


def test_the_table_of_duties_is_edited_as_versions(app: Flask, admin: Api) -> None:
    seeded = admin.get("/api/v1/duties")["duties"]
    first = admin.post("/api/v1/duties", DUTY)
    assert (first["id"], first["until"], first["confirmed"]) == (seeded[-1]["id"] + 1, None, False)
    assert admin.post("/api/v1/duties", DUTY, 200) == first
    second = admin.post("/api/v1/duties", {**DUTY, "amount": 2})
    old, new = (one for one in _all_duties(admin) if one["id"] >= first["id"])
    assert (old["amount"], old["valid_to"], new["valid_to"]) == (1, second["valid_from"], None)
    ended = admin.post(f"/api/v1/duties/{new['id']}/end", {}, 200)
    assert ended["valid_to"] is not None
    assert admin.post(f"/api/v1/duties/{new['id']}/end", {}, 409)["type"].endswith("duty-ended")
    assert admin.post("/api/v1/duties/999999/end", {}, 404)["status"] == 404
    assert admin.post("/api/v1/duties/first/end", {}, 404)["status"] == 404
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    valid = admin.get(f"/api/v1/duties?regime=cn_food&at={now}")["duties"]
    assert {one["duty"] for one in valid} == {"start_and_report", "finish", "trace_exercise"}
    assert Api.issue(app, "company").post("/api/v1/duties", DUTY, 403)["status"] == 403


def _all_duties(api: Api) -> list[Any]:
    """Every rule, page by page."""
    page = api.get("/api/v1/duties?limit=7")
    found: list[Any] = page["duties"]
    while page["next"]:
        page = api.get(page["next"])
        found += page["duties"]
    return found


def test_a_rule_that_means_nothing_is_refused(admin: Api) -> None:
    refused: list[tuple[Any, str]] = [
        ({"starts": "sunrise"}, "/starts"),
        ({"met_by": ["completed", "report:"]}, "/met_by/1"),
        ({"until": "told"}, "/until"),
        ({"amount": -1}, "/amount"),
        ({"amount": 1001}, "/amount"),
        ({"amount": 0}, "/repeats"),
        ({"unit": "h"}, "/unit"),
        ({"starts": "learned"}, "/starts"),
        ({"restarts": True}, "/restarts"),
        ({"unit": "fortnight"}, "/unit"),
        ({"class": 4}, "/class"),
        ({"regime": "CN food"}, "/regime"),
        ({"valid_from": "2020-01-01T00:00:00Z"}, "/valid_from"),
        ({"source": ""}, "/source"),
    ]
    before = len(_all_duties(admin))
    for change, pointer in refused:
        assert pointers(admin.post("/api/v1/duties", DUTY | change, 422)) == [pointer]
    assert len(_all_duties(admin)) == before


def test_a_version_does_not_begin_before_the_newest_one(admin: Api) -> None:
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    admin.post("/api/v1/duties", {**DUTY, "valid_from": later})
    for sooner in (DUTY, {**DUTY, "amount": 3}):
        assert admin.post("/api/v1/duties", sooner, 409)["type"].endswith("duty-overlaps")


def test_a_case_and_the_desk_show_what_is_due(app: Flask, admin: Api) -> None:
    with app.app_context(), current_database().write() as session:
        chain = Chain(session)
        firm, rival = chain.party("maker"), chain.party("rival").id
        chain.product("yogurt", firm)
        maker = firm.id
    bodies = [{**BODY, "class": number} for number in (3, 1, 2)]
    numbers = [admin.post("/api/v1/recalls", body)["number"] for body in bodies]
    due = [admin.get(f"/api/v1/recalls/{number}")["deadlines"][0]["due_at"] for number in numbers]
    page = admin.get("/api/v1/deadlines?state=open&limit=2")
    rows = page["deadlines"] + admin.get(page["next"])["deadlines"]
    assert [row["due_at"] for row in rows] == sorted(due)
    assert [row["recall"] for row in rows] == [numbers[1], numbers[2], numbers[0]]
    assert [row["state"] for row in rows] == ["open"] * 3
    assert len(admin.get(f"/api/v1/deadlines?recall={numbers[0]}")["deadlines"]) == 1
    assert admin.get("/api/v1/deadlines?state=met")["deadlines"] == []
    assert len(Api.issue(app, "company", maker).get("/api/v1/deadlines")["deadlines"]) == 3
    assert Api.issue(app, "company", rival).get("/api/v1/deadlines")["deadlines"] == []
    assert pointers(admin.get("/api/v1/deadlines?state=soon", 422)) == ["/state"]
    assert admin.get(page["next"].replace("state=open", "state=met"), 422)["status"] == 422
    assert Api(app, None).get("/api/v1/deadlines", 401)["status"] == 401
