"""Notices over HTTP: who sees which, who may acknowledge, the sub-recall, contacts, and bad input."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.conftest import app_over, database_maker
from tests.recalls.chain import Chain, gln_of
from tests.recalls.dairy import Dairy, make_dairy
from tests.trace.web.api_client import Api
from trace.kit.db import Database

WRONG_CUSTOMERS: list[tuple[dict[str, Any], str]] = [
    ({"customers": [{"name": "x"}]}, "/customers/0"),
    ({"customers": [{"name": "x", "email": "a@b.example, c@d.example"}]}, "/customers/0/email"),
    ({"customers": [{"name": "x", "email": "a@b.example\r\nBcc: c@d.example"}]}, "/customers/0/email"),
    ({"customers": [{"name": "x", "phone": "call me"}]}, "/customers/0/phone"),
    ({"customers": [{"name": "x", "phone": "123456"}] * 101}, "/customers"),
    ({"note": " "}, "/note"),
    ({"all": True}, "/all"),
]
WRONG_CONTACTS: list[tuple[dict[str, Any], str]] = [
    ({}, "/rank"),
    ({"rank": 0}, "/rank"),
    ({"rank": 6}, "/rank"),
    ({"rank": True}, "/rank"),
    ({"rank": 1, "email": "nobody"}, "/email"),
    ({"rank": 1, "email": "a@b.example\nBcc: c@d.example"}, "/email"),
    ({"rank": 1, "phone": "12"}, "/phone"),
    ({"rank": 1, "webhook": "ftp://mall.example"}, "/webhook"),
    ({"rank": 1, "webhook": "http://169.254.169.254/"}, "/webhook"),
]


@pytest.fixture
def dairy(app: Flask, database: Database) -> Dairy:
    return make_dairy(app, database)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def calm(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dairy]:
    """One for all tests that change nothing in it."""
    for make in database_maker(request.param, request, tmp_path_factory.mktemp("calm")):
        database = make()
        yield make_dairy(app_over(database), database)


def listed(api: Api, dairy: Dairy, query: str = "") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = api.get(dairy.path(f"/notices{query}"))["notices"]
    return rows


def own(dairy: Dairy, firm: str) -> dict[str, Any]:
    (row,) = listed(dairy.client(firm), dairy)
    return row


def code(firm: str) -> str:
    return gln_of("party " + firm)


def test_officials_see_all_notices_the_owner_without_strangers_names_and_a_consignee_its_own(calm: Dairy) -> None:
    everybody = {row["recipient"]["name"]: row for row in listed(calm.official, calm)}
    assert {"dairy", "north", "south", "mall", "corner"} <= everybody.keys()
    shown = listed(calm.client("dairy"), calm)
    assert [row["id"] for row in shown] == [row["id"] for row in listed(calm.official, calm)]
    assert {row["recipient"]["name"] for row in shown} & everybody.keys() == {"dairy", "north", "south"}
    assert {row["recipient"]["party"] for row in shown} == {code("dairy"), code("north"), code("south"), None}
    row = own(calm, "mall")
    assert row["recipient"] == {"name": "mall", "party": code("mall"), "location": None, "customer": False}
    assert (row["kind"], row["cause"], row["recall"]) == ("notification", "announced", calm.number)


def test_a_stranger_finds_neither_the_case_nor_its_notices(calm: Dairy) -> None:
    with calm.database.write() as session:
        stranger = Chain(session).party("stranger").id
    api = Api.issue(calm.app, "company", stranger)
    number = own(calm, "mall")["id"]
    api.get(calm.path("/notices"), 404)
    api.get(calm.path(f"/notices/{number}"), 404)
    api.post(calm.path(f"/notices/{number}/acknowledge"), {}, 404)
    api.post(calm.path(f"/notices/{number}/pass-on"), {}, 404)
    assert api.get("/api/v1/notices")["notices"] == []


def test_a_consignee_does_not_reach_anothers_notice(calm: Dairy) -> None:
    number = own(calm, "north")["id"]
    calm.client("mall").get(calm.path(f"/notices/{number}"), 404)
    calm.client("mall").post(calm.path(f"/notices/{number}/acknowledge"), {}, 404)
    assert own(calm, "north")["acknowledged"] is None


def test_a_firm_acknowledges_and_an_official_does_on_its_behalf(dairy: Dairy) -> None:
    mall, north = own(dairy, "mall")["id"], own(dairy, "north")["id"]
    first = dairy.client("mall").post(dairy.path(f"/notices/{mall}/acknowledge"), {"by": "Ms Li"}, 200)
    again = dairy.client("mall").post(dairy.path(f"/notices/{mall}/acknowledge"), {"by": "Mr Wu"}, 200)
    assert first == again
    assert (first["state"], first["acknowledged"]["by"], first["acknowledged"]["via"]) == (
        "acknowledged",
        "Ms Li",
        "api",
    )
    spoken = dairy.official.post(
        dairy.path(f"/notices/{north}/acknowledge"), {"by": "Mr Zhao", "note": "by phone"}, 200
    )
    assert spoken["acknowledged"] | {"at": ""} == {"at": "", "by": "Mr Zhao", "via": "on_behalf", "note": "by phone"}
    assert {row["recipient"]["name"] for row in listed(dairy.official, dairy, "?state=acknowledged")} >= {
        "mall",
        "north",
    }


def test_the_firm_that_runs_the_case_does_not_acknowledge_for_others(calm: Dairy) -> None:
    mall = own(calm, "mall")["id"]
    calm.client("dairy").post(calm.path(f"/notices/{mall}/acknowledge"), {}, 404)


def test_the_inbox_is_a_firms_own_over_all_cases(calm: Dairy) -> None:
    (row,) = calm.client("mall").get("/api/v1/notices")["notices"]
    assert row["id"] == own(calm, "mall")["id"]
    assert calm.client("mall").get("/api/v1/notices?state=acknowledged")["notices"] == []


def test_lists_go_page_by_page_and_by_state_and_kind(calm: Dairy) -> None:
    seen, path = [], calm.path("/notices?kind=notification&limit=2")
    while path:
        page = calm.official.get(path)
        seen += [row["id"] for row in page["notices"]]
        path = page["next"]
    assert seen == [row["id"] for row in listed(calm.official, calm, "?kind=notification")]
    escalated = {row["escalation_reason"] for row in listed(calm.official, calm, "?state=escalated")}
    assert escalated == {"no_firm"}
    calm.official.get(calm.path("/notices?state=lost"), 422)


def test_a_notice_shows_its_words_and_the_link_to_the_firm_alone(calm: Dairy) -> None:
    number = own(calm, "mall")["id"]
    whole = calm.client("mall").get(calm.path(f"/notices/{number}"))
    assert "/answer/" in whole["text"]["zh"]
    assert whole["units"][0]["received"] == 25
    assert "https://suyuan.example/answer/…" in calm.official.get(calm.path(f"/notices/{number}"))["text"]["en"]
    near = calm.path(f"/notices/{own(calm, 'north')['id']}")
    assert "https://suyuan.example/answer/…" in calm.client("dairy").get(near)["text"]["en"]
    assert calm.client("dairy").get(calm.path(f"/notices/{number}"))["text"]["en"] == ""


def test_a_distributor_passes_the_recall_on_to_its_own_customers_and_no_further(dairy: Dairy) -> None:
    number = own(dairy, "north")["id"]
    body = {"note": "请联系王经理", "customers": [{"name": "小店", "phone": "13800000000"}]}
    north = dairy.client("north")
    assert north.post(dairy.path(f"/notices/{number}/pass-on"), body) == {"passed_on": 3, "already": 0}
    assert north.post(dairy.path(f"/notices/{number}/pass-on"), body) == {"passed_on": 0, "already": 3}
    passed = listed(dairy.official, dairy, "?kind=sub_recall")
    assert {row["recipient"]["name"] for row in passed} == {"mall", "corner", "小店"}
    assert {(row["passed_on_by"], row["words"]) for row in passed} == {(code("north"), "请联系王经理")}


def test_only_a_notification_of_a_running_case_is_passed_on(dairy: Dairy) -> None:
    number = own(dairy, "north")["id"]
    dairy.official.post(dairy.path("/terminate"), {"reason": "all back"}, 200)
    problem = dairy.client("north").post(dairy.path(f"/notices/{number}/pass-on"), {}, 409)
    assert problem["type"] == "urn:suyuan:problem:not-to-pass-on"


def test_customers_that_cannot_be_written_to_are_refused(calm: Dairy) -> None:
    number, north = own(calm, "north")["id"], calm.client("north")
    for body, pointer in WRONG_CUSTOMERS:
        problem = north.post(calm.path(f"/notices/{number}/pass-on"), body, 422)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert listed(calm.official, calm, "?kind=sub_recall") == []


def test_an_unknown_notice_is_not_found(calm: Dairy) -> None:
    for number in (str(uuid.uuid4()), "x", "0"):
        calm.official.get(calm.path(f"/notices/{number}"), 404)
        calm.official.post(calm.path(f"/notices/{number}/acknowledge"), {}, 404)


def test_a_firm_says_whom_to_write_to_and_the_newest_counts(dairy: Dairy) -> None:
    mall = dairy.client("mall")
    path = f"/api/v1/parties/{code('mall')}/contacts"
    mall.post(path, {"rank": 2, "name": "Mr Wu", "email": "wu@mall.example"})
    rows = mall.post(path, {"rank": 1, "phone": "010-5555 0101", "webhook": "http://127.0.0.1:9/x"})["contacts"]
    assert [(row["rank"], row["name"], row["email"], row["phone"]) for row in rows] == [
        (1, None, None, "010-5555 0101"),
        (2, "Mr Wu", "wu@mall.example", None),
    ]
    assert [row["rank"] for row in mall.post(path, {"rank": 2})["contacts"]] == [1]
    assert dairy.official.get(path) == mall.get(path)
    dairy.client("north").get(path, 404)
    dairy.client("north").post(path, {"rank": 1}, 404)


def test_contacts_that_cannot_be_written_to_are_refused(calm: Dairy) -> None:
    mall = calm.client("mall")
    for body, pointer in WRONG_CONTACTS:
        problem = mall.post(f"/api/v1/parties/{code('mall')}/contacts", body, 422)
        assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_only_the_firm_itself_reads_its_webhook_secret(calm: Dairy) -> None:
    path = f"/api/v1/parties/{code('mall')}/webhook-secret"
    secret = calm.client("mall").get(path)["secret"]
    assert secret.startswith("whsec_")
    assert secret == calm.client("mall").get(path)["secret"]
    calm.client("north").get(path, 404)
    calm.official.get(path, 404)
    Api.admin(calm.app).get(path, 403)
