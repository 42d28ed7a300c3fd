"""Events go through JSON and XML and stay the same, and every document is valid by the official schemas."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from tests.data import data_files
from tests.trace.epcis.builders import (
    WHOLE_JSON_EXAMPLES,
    as_json,
    as_xml,
    content,
    good_events,
    read_file,
    read_one,
)
from tests.trace.epcis.official_schemas import json_errors, xml_errors
from tests.trace.epcis.strategies import EXTENDED_CONTEXT, TIMES, event_bodies
from trace.epcis import json_format, xml_format
from trace.epcis.epc_format import EpcFormat
from trace.epcis.event import Event

DOCUMENTS = [
    *WHOLE_JSON_EXAMPLES,
    *(param for param in data_files("epcis/examples/xml", "**/*.xml") if "Job" not in str(getattr(param, "id", ""))),
    *data_files("epcis/examples/xml/WithEventHashID", "*.json"),
    *data_files("epcis/gdst", "*"),
    *data_files("epcis/event-hash/examples", "*.jsonld"),
    *data_files("epcis/event-hash/examples", "*.xml"),
    *data_files("epcis/event-hash/expected_equal", "*"),
]
# Sensor reports that name an exception and no type: the XSD allows it, the JSON Schema forgot it (EPCIS 2.0 §7.3.7).
WITHOUT_TYPE = "SensorDataExamples.xml"
# Each instance stands there by its URN and by its link: translated it stands once.
NAMED_TWICE = "epcisDocWithAllGS1Keys.jsonld"

generated = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("path", DOCUMENTS)
def test_an_official_document_survives_json_and_xml_in_every_format(path: Path) -> None:
    events = good_events(read_file(path))
    for epc_format in EpcFormat:
        written = as_json(events, epc_format)
        errors = json_errors(written)
        assert errors == [] or (path.name == WITHOUT_TYPE and set(errors) == {"'type' is a required property"})
        by_json = good_events(json_format.parse_document(written))
        assert hashes(by_json) == hashes(events) or path.name == NAMED_TWICE
        written = as_xml(by_json, epc_format)
        assert xml_errors(written) == []
        by_xml = good_events(xml_format.parse_document(written))
        assert hashes(by_xml) == hashes(by_json)
        if epc_format == EpcFormat.NEVER_TRANSLATES:
            assert [content(event) for event in by_json] == [content(event) for event in events]
            assert [normal(content(event)) for event in by_xml] == [normal(content(event)) for event in events]


def hashes(events: list[Event]) -> list[str]:
    return [event.content_hash for event in events]


def normal(value: Any) -> Any:
    """Equal for what XML does not tell apart: lists of one and their members, no text and an empty one, 't' and 'T'."""
    if isinstance(value, dict):
        if value.keys() == {"#text"}:
            return normal(value["#text"])
        return {key: normal(item) for key, item in value.items() if key not in EMPTY or item != EMPTY[key]}
    if isinstance(value, list):
        items = [normal(item) for item in value]
        return items[0] if len(items) == 1 and not isinstance(items[0], list) else items
    return value.upper() if value in TIMES else value


EMPTY: dict[str, Any] = {"#text": "", "bizTransactionList": [], "sourceList": [], "destinationList": []}


@generated
@given(event_bodies())
def test_any_event_survives_json(body: dict[str, Any]) -> None:
    event = read_one(body, EXTENDED_CONTEXT)
    written = as_json([event])
    assert json_errors(written) == []
    (again,) = good_events(json_format.parse_document(written))
    assert content(again) == content(event)
    assert again.content_hash == event.content_hash


@generated
@given(event_bodies())
def test_any_event_survives_xml_and_comes_back_to_json(body: dict[str, Any]) -> None:
    event = read_one(body, EXTENDED_CONTEXT)
    written = as_xml([event])
    assert xml_errors(written) == []
    (by_xml,) = good_events(xml_format.parse_document(written))
    assert by_xml.content_hash == event.content_hash
    assert normal(content(by_xml)) == normal(content(event))
    (by_json,) = good_events(json_format.parse_document(as_json([by_xml])))
    assert content(by_json) == content(by_xml)
    assert as_xml([by_json]) == as_xml([by_xml])
