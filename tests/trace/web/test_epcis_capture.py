"""The capture interface over HTTP: headers, formats, limits, what becomes of a document."""

from typing import Any

import pytest
from flask import Flask
from lxml import etree

from tests.trace.web.api_client import CONTEXT, document
from tests.trace.web.firms import GTIN, PLANT, Firms, make_firms
from trace.epcis.json_format import MAX_EVENTS
from trace.kit.web import MAX_BODY

XML_12 = f"""<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"
    creationDate="2026-03-31T00:00:00Z"><EPCISBody><EventList><ObjectEvent>
    <eventTime>2026-03-05T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset>
    <epcList><epc>urn:epc:id:sgtin:952000.0000003.S1</epc></epcList><action>OBSERVE</action>
    <bizStep>urn:epcglobal:cbv:bizstep:inspecting</bizStep>
    <readPoint><id>https://id.gs1.org/414/{PLANT}</id></readPoint>
    </ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>""".encode()
EPCIS = "{urn:epcglobal:epcis:xsd:2}"


@pytest.fixture
def firms(app: Flask) -> Firms:
    return make_firms(app)


def event(number: int, **members: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        "eventTime": "2026-03-05T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "epcList": [f"https://id.gs1.org/01/{GTIN}/21/S{number}"],
        "readPoint": {"id": f"https://id.gs1.org/414/{PLANT}"},
        **members,
    }


BAD = {"action": "BUY"}


def test_a_document_is_accepted_with_its_job_and_the_versions_spoken(firms: Firms) -> None:
    answer = firms.dairy.send("POST", "/epcis/capture", document([event(1)]), GS1_EPCIS_Version="2.0")
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.headers["GS1-EPCIS-Version"] == answer.headers["GS1-CBV-Version"] == "2.0.0"
    assert answer.headers["Location"] == f"/epcis/capture/{answer.json['captureID']}"
    assert firms.dairy.get(answer.headers["Location"]) == answer.json
    assert firms.dairy.send("HEAD", answer.headers["Location"]).status_code == 200
    assert answer.json["running"] is False
    assert answer.json["captureErrorBehaviour"] == "rollback"
    assert answer.json["errors"] == []


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_what_happens_to_the_good_events_beside_a_bad_one(firms: Firms, behaviour: str) -> None:
    job = firms.dairy.capture(document([event(1), event(2, **BAD)]), GS1_Capture_Error_Behaviour=behaviour)
    assert job["success"] is False
    assert job["captureErrorBehaviour"] == behaviour
    assert [one["index"] for one in job["errors"]] == [1]
    assert [one["outcome"] for one in job["outcomes"]] == (
        ["captured", "refused"] if behaviour == "proceed" else ["not_captured", "refused"]
    )
    firms.dairy.event(event(1)["eventID"], 200 if behaviour == "proceed" else 404)


def with_master_data(*events: dict[str, Any]) -> dict[str, Any]:
    vocabulary = {
        "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
        "vocabularyElementList": [{"id": "https://example.com/hall", "children": [f"https://id.gs1.org/414/{PLANT}"]}],
    }
    return {**document(list(events)), "epcisHeader": {"epcisMasterData": {"vocabularyList": [vocabulary]}}}


def test_master_data_of_a_document_is_used(firms: Firms) -> None:
    query = "/epcis/events?WD_readPoint=https://example.com/hall"
    refused = firms.dairy.capture(with_master_data(event(1, **BAD)), GS1_Capture_Error_Behaviour="rollback")
    assert not refused["success"]
    firms.dairy.capture(document([event(2)]))
    assert not firms.dairy.get(query)["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    firms.dairy.capture(with_master_data())
    assert len(firms.dairy.get(query)["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 1


def test_a_job_in_xml_looks_as_the_official_example(firms: Firms) -> None:
    body = document([event(1, **BAD)])
    answer = firms.dairy.send("POST", "/epcis/capture", body, Accept="application/xml")
    assert (answer.status_code, answer.mimetype) == (202, "application/xml")
    for data in (answer.get_data(), firms.dairy.send("GET", answer.headers["Location"], Accept="text/xml").get_data()):
        job = etree.fromstring(data)
        assert job.tag == EPCIS + "EPCISCaptureJob"
        assert job.attrib["success"] == "false"
        assert job.findtext("captureErrorBehaviour") == "rollback"
        assert job.findtext("errors/error/status") == "400"


@pytest.mark.parametrize("media_type", ["application/xml", "text/xml", "application/xml; charset=utf-8"])
def test_a_document_of_1_2_is_taken_and_comes_back_as_2_0(firms: Firms, media_type: str) -> None:
    job = firms.dairy.capture(XML_12, content_type=media_type, GS1_EPCIS_Version="1.2", GS1_CBV_Version="1.2.2")
    (event_id,) = [one["eventID"] for one in job["outcomes"]]
    kept = firms.dairy.event(event_id)
    assert kept["epcList"] == [f"https://id.gs1.org/01/{GTIN}/21/S1"]
    assert kept["bizStep"] == "inspecting"


@pytest.mark.parametrize(
    "headers",
    [
        {"GS1_EPCIS_Version": "1.2"},  # JSON came with 2.0
        {"GS1_EPCIS_Version": "2.1"},
        {"GS1_CBV_Version": "3"},
        {"GS1_EPCIS_Min": "2.0.1"},
        {"GS1_EPCIS_Max": "1.2"},
        {"GS1_CBV_Min": "2.1"},
        {"GS1_CBV_Max": "1.2"},
        {"Accept": "text/html"},
        {"Accept": "application/problem+json"},
    ],
)
def test_what_cannot_be_met_is_not_acceptable_and_nothing_is_captured(firms: Firms, headers: dict[str, str]) -> None:
    problem = firms.dairy.capture(document([event(1)]), 406, **headers)
    assert problem["type"] == "epcisException:NotAcceptableException"
    assert firms.dairy.get("/epcis/capture") == []


@pytest.mark.parametrize(
    "headers",
    [
        {"GS1_EPCIS_Version": "two"},
        {"GS1_EPCIS_Min": "2.0", "GS1_EPCIS_Max": "1.2"},
        {"GS1_Extensions": "no mapping"},
        {"GS1_Capture_Error_Behaviour": "all"},
        {"GS1_EPC_Format": "Always"},
        {"GS1_CBV_XML_Format": "Always_EPC_URN"},
    ],
)
def test_a_header_without_sense_is_refused_and_nothing_is_captured(firms: Firms, headers: dict[str, str]) -> None:
    problem = firms.dairy.capture(document([event(1)]), 400, **headers)
    assert problem["type"] == "epcisException:ValidationException"
    assert firms.dairy.get("/epcis/capture") == []


def test_too_much_is_refused_with_the_limits(firms: Firms) -> None:
    limits = {"GS1-EPCIS-Capture-Limit": str(MAX_EVENTS), "GS1-EPCIS-Capture-File-Size-Limit": str(MAX_BODY)}
    many = document([event(1)] * (MAX_EVENTS + 1))
    for path, body in (
        ("/epcis/capture", many),
        ("/epcis/capture", b" " * (MAX_BODY + 1)),
        ("/epcis/events", b" " * (MAX_BODY + 1)),
    ):
        answer = firms.dairy.send("POST", path, body, content_type="application/json")
        assert answer.status_code == 413
        assert answer.json is not None
        assert answer.json["type"] == "epcisException:CaptureLimitExceededException"
        assert limits.items() <= dict(answer.headers).items()
    assert limits.items() <= dict(firms.dairy.send("OPTIONS", "/epcis/capture").headers).items()


def test_options_tell_what_is_spoken(firms: Firms) -> None:
    headers = firms.dairy.send("OPTIONS", "/epcis/capture").headers
    assert headers["GS1-Capture-Error-Behaviour"] == "all"
    assert (headers["GS1-EPCIS-Min"], headers["GS1-EPCIS-Max"]) == ("1.2", "2.0.0")
    headers = firms.dairy.send("OPTIONS", "/epcis/events").headers
    assert headers["Allow"] == "OPTIONS, GET, POST, HEAD"
    assert headers["GS1-Extensions"] == "suyuan=urn:suyuan:voc:"
    assert (headers["GS1-EPCIS-Min"], headers["GS1-EPCIS-Version"]) == ("2.0.0", "2.0.0")


def test_a_problem_is_written_in_xml_for_who_prefers_it(firms: Firms) -> None:
    answer = firms.dairy.send("POST", "/epcis/capture", {}, Accept="application/xml")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+xml")
    problem = etree.fromstring(answer.get_data())
    assert problem.tag == EPCIS + "EPCISException"
    assert problem.findtext("type") == "epcisException:ValidationException"
    assert problem.findtext("status") == "400"
    missing = firms.consumer.send("GET", "/epcis/none", Accept="application/xml")
    assert (missing.status_code, missing.mimetype) == (404, "application/problem+xml")


def test_collections_are_written_in_xml_too(firms: Firms) -> None:
    firms.dairy.capture(document([event(1)]))
    answer = firms.dairy.send("GET", "/epcis/eventTypes", Accept="application/xml")
    assert [one.text for one in etree.fromstring(answer.get_data()).iter("member")] == ["ObjectEvent"]
    root = firms.dairy.get("/epcis/")
    assert root["@context"] == CONTEXT
    assert {"capture", "events", "eventTypes", "epcs", "queries"} <= set(root["member"])
