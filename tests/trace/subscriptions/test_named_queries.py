"""Named queries over HTTP: kept, listed, asked, removed; each firm's own."""

from typing import Any

import pytest
from flask import Flask

from tests.trace.subscriptions.desk import capture, event_id, name_query
from tests.trace.web.firms import OUTLET, Firms, make_firms

SHIPPED = {"eventType": ["ObjectEvent"], "EQ_bizStep": ["shipping", "receiving"]}


@pytest.fixture
def firms(app: Flask) -> Firms:
    return make_firms(app)


def test_a_query_is_named_read_and_removed(firms: Firms) -> None:
    response = firms.dairy.send("POST", "/epcis/queries", {"name": "moved", "query": SHIPPED})
    assert response.status_code == 201
    assert response.headers["Location"] == "/epcis/queries/moved"
    assert response.headers["GS1-EPCIS-Version"] == "2.0.0"
    assert firms.dairy.get("/epcis/queries/moved") == {"name": "moved", "query": SHIPPED}
    assert firms.dairy.send("DELETE", "/epcis/queries/moved").status_code == 204
    gone = firms.dairy.get("/epcis/queries/moved", status=404)
    assert gone["type"] == "epcisException:NoSuchNameException"
    assert firms.dairy.send("DELETE", "/epcis/queries/moved").status_code == 404


def test_a_name_is_taken_once_whatever_the_definition(firms: Firms) -> None:
    name_query(firms.dairy, "moved", SHIPPED)
    for query in (SHIPPED, {}):
        taken = firms.dairy.post("/epcis/queries", {"name": "moved", "query": query}, status=409)
        assert taken["type"] == "epcisException:ResourceAlreadyExistsException"


def test_names_are_private_so_that_a_409_tells_nothing_of_others(firms: Firms) -> None:
    name_query(firms.dairy, "moved", SHIPPED)
    firms.shop.get("/epcis/queries/moved", status=404)
    firms.shop.get("/epcis/queries/moved/events", status=404)
    firms.shop.get("/epcis/queries/moved/subscriptions", status=404)
    assert firms.shop.send("DELETE", "/epcis/queries/moved").status_code == 404
    name_query(firms.shop, "moved", {})
    name_query(firms.admin, "moved", {})
    assert firms.shop.get("/epcis/queries") == [{"name": "moved", "query": {}}]
    assert firms.dairy.get("/epcis/queries") == [{"name": "moved", "query": SHIPPED}]
    firms.admin.post("/epcis/queries", {"name": "moved", "query": {}}, status=409)


def test_queries_are_listed_page_by_page(firms: Firms) -> None:
    names = [f"q{number}" for number in range(7)]
    for name in reversed(names):
        name_query(firms.dairy, name)
    found: list[str] = []
    path = "/epcis/queries?perPage=3"
    for _ in range(3):
        response = firms.dairy.send("GET", path)
        found += [one["name"] for one in response.get_json()]
        path = response.headers.get("Link", "<>").partition("<")[2].partition(">")[0]
    assert found == names
    assert path == ""


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": "", "query": {}}, "/name"),
        ({"name": "a/b", "query": {}}, "/name"),
        ({"name": "..", "query": {}}, "/name"),
        ({"name": "a" * 101, "query": {}}, "/name"),
        ({"name": 7, "query": {}}, "/name"),
        ({"name": "q"}, "/query"),
        ({"name": "q", "query": []}, "/query"),
        ({"name": "q", "query": {"EQ_bizStep": ["x" * 70_000]}}, "/query"),
        ({"name": "q", "query": {}, "other": 1}, "/other"),
        ({"name": "q", "query": {"EQ_nonsense": ["x"]}}, "/query/EQ_nonsense"),
        ({"name": "q", "query": {"GE_eventTime": "yesterday"}}, "/query/GE_eventTime"),
    ],
)
def test_what_is_no_query_is_refused_with_its_place(firms: Firms, body: dict[str, Any], pointer: str) -> None:
    problem = firms.dairy.post("/epcis/queries", body, status=400)
    assert problem["type"].startswith("epcisException:")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert firms.dairy.get("/epcis/queries") == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"q"', b'{"name": "q", "name": "r"}'])
def test_what_is_no_object_is_refused(firms: Firms, body: bytes) -> None:
    response = firms.dairy.send("POST", "/epcis/queries", body, content_type="application/json")
    assert response.status_code == 400
    assert response.get_json()["type"] == "epcisException:ValidationException"


def test_a_query_s_events_are_those_of_now_that_its_owner_may_see(firms: Firms) -> None:
    name_query(firms.dairy, "inspected", {"EQ_bizStep": ["inspecting"]})
    capture(firms.dairy, [1, 2], bizStep="inspecting")
    capture(firms.dairy, [3], bizStep="storing")
    capture(firms.shop, [4], place=OUTLET, bizStep="inspecting")
    found = firms.dairy.get("/epcis/queries/inspected/events")
    results = found["epcisBody"]["queryResults"]
    assert results["queryName"] == "inspected"
    assert [one["eventID"] for one in results["resultsBody"]["eventList"]] == [event_id(1), event_id(2)]
    narrowed = firms.dairy.get(f"/epcis/queries/inspected/events?EQ_eventID={event_id(2)}")
    assert len(narrowed["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 1


def test_a_query_s_events_come_page_by_page(firms: Firms) -> None:
    name_query(firms.dairy)
    capture(firms.dairy, range(5))
    found: list[str] = []
    path = "/epcis/queries/all/events?perPage=2"
    while path:
        response = firms.dairy.send("GET", path)
        assert response.status_code == 200
        events = response.get_json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
        found += [one["eventID"] for one in events]
        path = response.headers.get("Link", "<>").partition("<")[2].partition(">")[0]
    assert found == [event_id(number) for number in range(5)]


def test_a_name_in_any_script_can_be_called(firms: Firms) -> None:
    response = firms.dairy.send("POST", "/epcis/queries", {"name": "出库~1", "query": {}})
    assert firms.dairy.get(response.headers["Location"])["name"] == "出库~1"


def test_prefixes_are_read_by_the_extensions_of_the_request(firms: Firms) -> None:
    body = {"name": "mine", "query": {"EQ_ex:colour": ["red"]}}
    firms.dairy.post("/epcis/queries", body, GS1_Extensions="ex=https://ex.example/")
    stored = firms.dairy.get("/epcis/queries/mine")["query"]
    assert {"ex": "https://ex.example/"} in stored["@context"]
    capture(firms.dairy, [1], **{"@context": [{"other": "https://ex.example/"}], "other:colour": "red"})
    capture(firms.dairy, [2], **{"@context": [{"other": "https://ex.example/"}], "other:colour": "blue"})
    found = firms.dairy.get("/epcis/queries/mine/events")["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [one["eventID"] for one in found] == [event_id(1)]


def test_a_web_socket_is_not_offered(firms: Firms) -> None:
    name_query(firms.dairy)
    response = firms.dairy.send(
        "GET", "/epcis/queries/all/events?stream=true", Upgrade="websocket", Connection="Upgrade"
    )
    assert response.status_code == 501
    assert response.get_json()["type"].startswith("epcisException:")
    assert "POST /epcis/queries/all/subscriptions" in response.get_json()["detail"]


def test_options_tell_of_resources_that_are_there(firms: Firms) -> None:
    name_query(firms.dairy)
    for path, methods in (
        ("/epcis/queries", "OPTIONS, GET, POST, HEAD"),
        ("/epcis/queries/all", "OPTIONS, GET, DELETE, HEAD"),
        ("/epcis/queries/all/events", "OPTIONS, GET, HEAD"),
        ("/epcis/queries/all/subscriptions", "OPTIONS, GET, POST, HEAD"),
    ):
        response = firms.dairy.send("OPTIONS", path)
        assert response.status_code == 204
        assert response.headers["Allow"] == methods
    for path in ("", "/events", "/subscriptions", "/subscriptions/none"):
        assert firms.dairy.send("OPTIONS", f"/epcis/queries/none{path}").status_code == 404


@pytest.mark.parametrize("name", ["no%0Athing", "%F0%9F%92%A5", "a%2Fb", "%2e%2e"])
def test_a_name_that_nothing_can_have_is_not_known(firms: Firms, name: str) -> None:
    for path in ("", "/events", "/subscriptions", "/subscriptions/%0A"):
        assert firms.dairy.send("GET", f"/epcis/queries/{name}{path}").status_code == 404
