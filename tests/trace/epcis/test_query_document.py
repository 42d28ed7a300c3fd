"""Answers to queries as documents: what surrounds the events, and what the repository itself says in them."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from lxml import etree

from tests.trace.epcis.builders import CONTEXT, RECORDED, as_json, as_xml, event_body, good_events, read_one, stored
from tests.trace.epcis.official_schemas import json_errors, xml_errors
from trace.epcis import json_format, xml_format
from trace.epcis.epc_format import CbvFormat, EpcFormat
from trace.epcis.names import EPCIS_CONTEXT
from trace.epcis.query_document import StoredEvent, write_json, write_xml

EVENT = read_one(event_body(eventID="urn:uuid:1", recordTime="2020-01-01T00:00:00Z"))
PREFIXED = {**event_body(), "ex:note": "a"}


def both(events: list[StoredEvent], **options: Any) -> tuple[dict[str, Any], etree._Element]:
    """The same answer in JSON and in XML, each valid by its official schema."""
    given: dict[str, Any] = {
        "query_name": "q",
        "epc_format": EpcFormat.NEVER_TRANSLATES,
        "created": RECORDED,
        **options,
    }
    as_bytes = write_json(events, **given)
    as_element = write_xml(events, cbv_format=CbvFormat.NO_PREFERENCE, **given)
    assert json_errors(as_bytes) == []
    assert xml_errors(as_element) == []
    return json.loads(as_bytes), etree.fromstring(as_element)


def test_an_answer_names_its_query_and_its_subscription() -> None:
    document, root = both(stored([EVENT]), query_name="late goods", subscription_id="s 1")
    results = document["epcisBody"]["queryResults"]
    assert (results["queryName"], results["subscriptionID"]) == ("late goods", "s 1")
    assert (root.findtext(".//queryName"), root.findtext(".//subscriptionID")) == ("late goods", "s 1")
    assert document["creationDate"] == root.get("creationDate") == "2026-04-01T08:30:00Z"
    document, root = both(stored([EVENT]))
    assert "subscriptionID" not in document["epcisBody"]["queryResults"]
    assert root.find(".//subscriptionID") is None


def test_an_answer_may_be_empty() -> None:
    document, root = both([])
    assert document["epcisBody"]["queryResults"]["resultsBody"]["eventList"] == []
    assert [len(element) for element in root.iter("EventList")] == [0]
    assert document["@context"] == [EPCIS_CONTEXT]


def test_the_time_of_recording_is_the_repository_s_and_not_the_client_s() -> None:
    event = replace(stored([EVENT])[0], record_time=RECORDED + timedelta(microseconds=1))
    document, root = both([event])
    (body,) = document["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert body["recordTime"] == root.findtext(".//recordTime") == "2026-04-01T08:30:00.000001Z"


def test_a_context_that_all_events_share_is_written_once() -> None:
    context = (*CONTEXT, {"ex": "https://one.example/"})
    document, root = both(stored([read_one(PREFIXED, context)] * 2))
    assert document["@context"] == list(context)
    assert all("@context" not in event for event in document["epcisBody"]["queryResults"]["resultsBody"]["eventList"])
    assert root.findtext(".//{https://one.example/}note") == "a"


def test_events_that_mean_different_things_by_one_prefix_are_written_apart() -> None:
    events = [read_one(PREFIXED, (*CONTEXT, {"ex": uri})) for uri in ("https://one.example/", "https://two.example/")]
    both(stored(events))
    for again in (
        good_events(json_format.parse_document(as_json(events))),
        good_events(xml_format.parse_document(as_xml(events))),
    ):
        assert [event.content_hash for event in again] == [event.content_hash for event in events]
        assert again[0].content_hash != again[1].content_hash


def test_a_prefix_that_xml_uses_itself_may_mean_something_else_in_an_event() -> None:
    context = (*CONTEXT, {"xsd": "https://one.example/", "xsi": "https://two.example/", "epcisq": "https://x.example/"})
    fields = {"xsd:a": 1, "xsi:b": True, "epcisq:c": None}
    event = read_one({**event_body(), **fields}, context)
    both(stored([event]))
    (again,) = good_events(xml_format.parse_document(as_xml([event])))
    assert again.content_hash == event.content_hash


def test_an_extension_says_its_type_in_xml() -> None:
    fields = {"ex:n": 5, "ex:d": 1.5, "ex:b": True, "ex:none": None, "ex:t": "5", "ex:grid": [[1, 2], [3]], "ex:o": {}}
    _, root = both(stored([read_one({**event_body(), **fields}, (*CONTEXT, {"ex": "https://one.example/"}))]))

    def element(local: str) -> etree._Element:
        (found,) = root.iter(f"{{https://one.example/}}{local}")
        return found

    kind = "{http://www.w3.org/2001/XMLSchema-instance}type"
    literal = {
        "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}datatype": "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON"
    }
    assert (element("n").text, element("n").get(kind)) == ("5", "xsd:integer")
    assert (element("d").text, element("d").get(kind)) == ("1.5", "xsd:decimal")
    assert (element("b").text, element("b").get(kind)) == ("true", "xsd:boolean")
    assert element("none").get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"
    assert (element("t").text, dict(element("t").attrib)) == ("5", {})
    assert (element("grid").text, dict(element("grid").attrib)) == ("[[1,2],[3]]", literal)
    assert (element("o").text, dict(element("o").attrib)) == ("{}", literal)
