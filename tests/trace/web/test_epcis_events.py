"""Queries and single events over HTTP: every parameter of the official list, pages, formats, what is there already."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask

from tests.conftest import app_over, database_maker
from tests.trace import query_cases
from tests.trace.epcis.official_schemas import json_errors, xml_errors
from tests.trace.web.api_client import CONTEXT, Api, document
from tests.trace.web.firms import GTIN, OUTLET, PLANT, Firms, make_firms
from trace.kit import strict_json

SERIAL = f"https://id.gs1.org/01/{GTIN}/21/S1"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """An operator who captured the document of the query cases."""
    for make in database_maker(request.param, request, tmp_path_factory.mktemp("queries")):
        api = Api.admin(app_over(make()))
        api.capture(query_cases.DOCUMENT)
        yield api


def found(api: Api, parameters: query_cases.Parameters, status: int = 200) -> list[str]:
    """The IDs of the events that a query finds."""
    answer = api.get("/epcis/events?" + urlencode(parameters, doseq=True), status, GS1_Extensions=EXTENSIONS)
    return [] if status != 200 else ids(answer)


EXTENSIONS = "example=" + query_cases.NAMESPACE


def ids(answer: Any) -> list[str]:
    return [one["eventID"] for one in events_of(answer)]


def events_of(answer: Any) -> list[Any]:
    listed: list[Any] = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return listed


@pytest.mark.parametrize(("line", "case"), query_cases.cases())
def test_every_parameter_of_the_standard_finds_and_leaves_out(asked: Api, line: str, case: query_cases.Case) -> None:
    wanted = query_cases.uuid(case.event)
    assert wanted in found(asked, case.finds), line
    assert wanted not in found(asked, case.misses), line


@pytest.mark.parametrize("epc_format", ["Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"])
def test_what_is_answered_is_valid_by_the_official_schemas(asked: Api, epc_format: str) -> None:
    formats = {"GS1_EPC_Format": epc_format, "GS1_CBV_XML_Format": "Always_URN"}
    answer = asked.send("GET", "/epcis/events", Accept="application/xml", **formats)
    assert xml_errors(answer.get_data()) == []
    answer = asked.send("GET", "/epcis/events", **formats)
    assert len(ids(answer.json)) == len(query_cases.EVENTS)
    assert json_errors(answer.get_data()) == []


@pytest.fixture
def firms(app: Flask) -> Firms:
    return make_firms(app)


def event(number: int, **members: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "eventTime": f"2026-03-05T08:00:{number:02d}+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "epcList": [SERIAL],
        "readPoint": {"id": f"https://id.gs1.org/414/{PLANT}"},
        **members,
    }


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("EQ_nonsense=1", "EQ_nonsense"),
        ("GE_eventTime=yesterday", "GE_eventTime"),
        ("EQ_action=BUY", "EQ_action"),
        ("eventCountLimit=3", "eventCountLimit"),
        ("orderBy=eventTime&eventCountLimit=3&maxEventCount=3", "maxEventCount"),
        ("perPage=none", "perPage"),
        ("perPage=0", "perPage"),
        ("perPage=1&perPage=2", "perPage"),
        ("nextPageToken=abc", "nextPageToken"),
    ],
)
def test_a_wrong_parameter_is_named(firms: Firms, query: str, parameter: str) -> None:
    for path in ("/epcis/events", "/epcis/readPoints/" + quote(PLACE, safe="") + "/events"):
        firms.dairy.capture(document([event(1)]))
        problem = firms.dairy.get(f"{path}?{query}", 400)
        assert problem["type"] == "epcisException:QueryParameterException"
        assert problem["detail"].startswith(parameter + ": "), problem
        assert problem["errors"][0]["pointer"] == "/" + parameter


PLACE = f"https://id.gs1.org/414/{PLANT}"


def test_more_than_max_event_count_is_too_large(firms: Firms) -> None:
    firms.dairy.capture(document([event(1), event(2)]))
    problem = firms.dairy.get("/epcis/events?maxEventCount=1", 413)
    assert problem["type"] == "epcisException:QueryTooLargeException"
    assert len(events_of(firms.dairy.get("/epcis/events?maxEventCount=2"))) == 2


def test_pages_lead_to_each_other_and_show_what_was_there_at_the_first(firms: Firms) -> None:
    firms.dairy.capture(document([event(number) for number in range(1, 6)]))
    shown, link = [], "/epcis/events?perPage=2&EQ_bizStep=inspecting"
    while link:
        answer = firms.dairy.send("GET", link)
        assert answer.status_code == 200, answer.text
        shown += ids(strict_json.loads(answer.get_data()))
        assert ("Link" in answer.headers) == ("GS1-Next-Page-Token-Expires" in answer.headers)
        link = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
        firms.dairy.capture(document([event(10 + len(shown))]))
    assert shown == [event(number)["eventID"] for number in range(1, 6)]


def test_a_token_is_for_its_own_list_and_firm_alone(firms: Firms) -> None:
    firms.dairy.capture(document([event(1), event(2), event(3)]))
    token = _token(firms.dairy, "/epcis/events?perPage=1")
    for api, path in (
        (firms.dairy, f"/epcis/events?EQ_action=OBSERVE&nextPageToken={token}"),
        (firms.dairy, f"/epcis/capture?nextPageToken={token}"),
        (firms.dairy, f"/epcis/events?nextPageToken={token[:-2]}xx"),
        (firms.shop, f"/epcis/events?nextPageToken={token}"),
        (firms.regulator, f"/epcis/events?nextPageToken={token}"),
    ):
        assert api.get(path, 400)["type"] == "epcisException:QueryParameterException"
    assert len(events_of(firms.dairy.get(f"/epcis/events?perPage=5&nextPageToken={token}"))) == 2


def _token(api: Api, path: str) -> str:
    link = api.send("GET", path).headers["Link"]
    return link.partition("nextPageToken=")[2].partition(">")[0]


class Tomorrow(datetime):
    """A clock of a day and a minute later."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) + timedelta(days=1, minutes=1)


def test_a_token_expires(firms: Firms, monkeypatch: pytest.MonkeyPatch) -> None:
    firms.dairy.capture(document([event(1), event(2)]))
    token = _token(firms.dairy, "/epcis/events?perPage=1")
    monkeypatch.setattr("trace.web.epcis_paging.datetime", Tomorrow)
    problem = firms.dairy.get(f"/epcis/events?perPage=1&nextPageToken={token}", 400)
    assert "has not expired" in problem["detail"]


def test_no_page_is_longer_than_a_thousand(firms: Firms) -> None:
    firms.dairy.capture(document([event(1), event(2)]))
    answer = firms.dairy.send("GET", "/epcis/events?perPage=999999")
    assert answer.status_code == 200
    assert "Link" not in answer.headers


def test_identifiers_and_words_come_in_the_form_that_is_asked_for(firms: Firms) -> None:
    urn = "urn:epc:id:sgtin:952000.0000003.S1"
    firms.dairy.capture(document([event(1, epcList=[urn])]))
    for form, epc in (
        ("Always_GS1_Digital_Link", SERIAL),
        ("Always_EPC_URN", urn),
        ("Never_Translates", urn),
    ):
        (body,) = events_of(firms.dairy.get("/epcis/events", GS1_EPC_Format=form))
        assert body["epcList"] == [epc]
    assert firms.dairy.get("/epcis/epcs", GS1_EPC_Format="Always_EPC_URN")["member"] == [urn]
    text = firms.dairy.send("GET", "/epcis/events", Accept="text/xml", GS1_CBV_XML_Format="Always_Web_URI").text
    assert "<bizStep>https://ref.gs1.org/cbv/BizStep-inspecting</bizStep>" in text
    text = firms.dairy.send("GET", "/epcis/events", Accept="text/xml", GS1_CBV_XML_Format="Always_URN").text
    assert "<bizStep>urn:epcglobal:cbv:bizstep:inspecting</bizStep>" in text


def test_one_event_is_captured_and_comes_back_as_it_is_kept(firms: Firms) -> None:
    sent = {"@context": CONTEXT, **event(1)}
    answer = firms.dairy.send("POST", "/epcis/events", sent)
    assert answer.status_code == 201, answer.text
    assert answer.json is not None
    assert answer.headers["Location"] == "/epcis/events/" + quote(sent["eventID"], safe="")
    assert {**sent, "@context": [CONTEXT]}.items() <= answer.json.items()
    assert firms.dairy.event(sent["eventID"])["recordTime"] == answer.json["recordTime"]
    assert firms.dairy.get("/epcis/capture") == []


def test_an_event_without_an_id_gets_its_hash(firms: Firms) -> None:
    sent = {name: value for name, value in event(1).items() if name != "eventID"}
    kept = firms.dairy.post("/epcis/events", sent)
    assert kept["eventID"].startswith("ni:///sha-256;")
    assert firms.dairy.event(kept["eventID"])["eventID"] == kept["eventID"]
    assert firms.dairy.post("/epcis/events", sent, 409)["type"] == "epcisException:ResourceAlreadyExistsException"


@pytest.mark.parametrize("changes", [{}, {"action": "ADD"}])
def test_an_event_that_is_there_is_there(firms: Firms, changes: dict[str, str]) -> None:
    firms.dairy.post("/epcis/events", event(1))
    problem = firms.dairy.post("/epcis/events", {**event(1), **changes}, 409)
    assert problem["type"] == "epcisException:ResourceAlreadyExistsException"
    assert event(1)["eventID"] in problem["detail"]


def test_what_others_keep_to_themselves_is_not_there(firms: Firms) -> None:
    firms.dairy.post("/epcis/events", event(1))
    elsewhere = {"readPoint": {"id": f"https://id.gs1.org/414/{OUTLET}"}}
    firms.shop.event(event(1)["eventID"], 404)
    assert firms.shop.get("/epcis/epcs")["member"] == []
    assert firms.shop.send("OPTIONS", "/epcis/epcs/" + quote(SERIAL, safe="")).status_code == 404
    firms.shop.post("/epcis/events", {**event(1), **elsewhere})


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"eventTime": "yesterday"}, "/eventTime"),
        ({"action": "BUY"}, "/action"),
        ({"type": "EPCISDocument"}, "/type"),
        ({"persistentDisposition": {"set": ["active"], "unset": [None]}}, "/persistentDisposition/unset/0"),
        ({"eventTime": "2999-01-01T00:00:00Z"}, "/eventTime"),
        ({"readPoint": {"id": f"https://id.gs1.org/414/{OUTLET}"}}, ""),
    ],
)
def test_an_event_that_breaks_a_rule_is_refused_with_its_place(
    firms: Firms, changes: dict[str, Any], pointer: str
) -> None:
    problem = firms.dairy.post("/epcis/events", {**event(1), **changes}, 400)
    assert problem["type"] == "epcisException:ValidationException"
    assert pointer in [one["pointer"] for one in problem["errors"]]
    firms.dairy.event(event(1)["eventID"], 404)


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b'"text"', b'{"@context": 3}', b'{"type": 1}', b"\xff"])
def test_what_is_no_event_is_refused(firms: Firms, body: bytes) -> None:
    problem = firms.dairy.post("/epcis/events", body, 400, Content_Type="application/json")
    assert problem["type"] == "epcisException:ValidationException"


def test_extensions_are_named_by_the_header_where_the_event_does_not(firms: Firms) -> None:
    header = "example=https://ns.example.com/"
    kept = firms.dairy.post("/epcis/events", {**event(1), "example:colour": "red"}, GS1_Extensions=header)
    assert {"example": "https://ns.example.com/"} in kept["@context"]
    answer = firms.dairy.send("GET", "/epcis/events?EQ_e:colour=red", GS1_Extensions="e=https://ns.example.com/")
    assert answer.headers["GS1-Extensions"] == "e=https://ns.example.com/"
    assert len(ids(answer.json)) == 1


def test_a_value_may_be_any_uri_or_bare_word(firms: Firms) -> None:
    place = "https://example.com/places/events"
    firms.admin.capture(document([event(1, bizStep="https://example.com/steps/a b", readPoint={"id": place})]))
    quoted = quote(place, safe="")
    assert firms.admin.get("/epcis/readPoints")["member"] == [place]
    assert firms.admin.get(f"/epcis/readPoints/{quoted}")["member"] == ["events"]
    assert len(ids(firms.admin.get(f"/epcis/readPoints/{quoted}/events"))) == 1
    assert firms.admin.send("OPTIONS", f"/epcis/readPoints/{quoted}").status_code == 204
    assert len(ids(firms.admin.get(f"/epcis/readPoints/{place}/events"))) == 1
    firms.admin.get("/epcis/readPoints/" + quote("https://example.com/places", safe=""), 404)
    firms.admin.get("/epcis/bizSteps/inspecting", 404)


def test_the_pages_of_a_resource_lead_to_each_other(firms: Firms) -> None:
    places = [f"https://example.com/places/{number}" for number in range(5)]
    firms.admin.capture(document([event(number, readPoint={"id": one}) for number, one in enumerate(places, 1)]))
    shown, link = [], "/epcis/readPoints?perPage=2"
    while link:
        answer = firms.admin.send("GET", link)
        assert answer.json is not None
        shown += answer.json["member"]
        link = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert shown == places
    link = firms.admin.send("GET", f"/epcis/readPoints/{quote(places[0], safe='')}/events?perPage=1").headers.get(
        "Link"
    )
    assert link is None


def test_a_page_of_large_events_is_shorter_and_the_next_goes_on(firms: Firms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trace.events.search.MAX_PAGE", 1_000)
    large = {"example:note": "x" * 700}
    firms.dairy.capture(document([event(1, **large), event(2), event(3), event(4, **large)], context=EXTENDED))
    shown, link = [], "/epcis/events"
    while link:
        answer = firms.dairy.send("GET", link)
        shown.append(len(ids(answer.json)))
        link = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert shown == [1, 2, 1]


EXTENDED = [CONTEXT, {"example": "https://ns.example.com/"}]


def test_an_event_comes_with_its_declarations(firms: Firms) -> None:
    declaration = {"declarationTime": "2026-03-06T08:00:00Z", "reason": "did_not_occur"}
    firms.dairy.capture(document([event(1)]))
    firms.dairy.capture(document([event(1, errorDeclaration=declaration)]))
    path = "/epcis/events/" + quote(event(1)["eventID"], safe="")
    found = events_of(firms.dairy.get(path))
    assert [one.get("errorDeclaration") for one in found] == [None, declaration]
    first = firms.dairy.send("GET", path + "?perPage=1")
    link = first.headers["Link"].partition(">")[0].removeprefix("<")
    assert [one.get("errorDeclaration") for one in events_of(firms.dairy.get(link))] == [declaration]


@pytest.mark.parametrize("value", ["x" * 3_000, "urn:uuid:\u7269", "a|b", "a,urn:b", "%25", "..", "a b", "\ufffd"])
def test_what_no_event_can_have_is_not_there(firms: Firms, value: str) -> None:
    for resource in ("events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions"):
        path = f"/epcis/{resource}/{quote(value, safe='')}"
        assert firms.dairy.get(path, 404)["type"] == "epcisException:NoSuchResourceException"


@pytest.mark.parametrize(
    "name",
    ["errorDeclaration", "persistentDisposition", "sensorElementList", "certificationInfo", "ilmd", "bizLocation"],
)
def test_a_field_that_is_null_is_as_good_as_none(firms: Firms, name: str) -> None:
    firms.dairy.post("/epcis/events", {**event(1), name: None})
    assert ids(firms.dairy.get("/epcis/events?EXISTS_errorDeclaration=true")) == []
    assert ids(firms.dairy.get("/epcis/events")) == [event(1)["eventID"]]
    answer = firms.dairy.send("GET", "/epcis/events", Accept="application/xml")
    assert xml_errors(answer.get_data()) == []
