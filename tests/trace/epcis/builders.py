"""Small events and documents to read in tests, with what a test wants different about them."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.data import data_files
from trace.epcis import json_format, xml_format
from trace.epcis.cbv_words import bare_words
from trace.epcis.epc_format import CbvFormat, EpcFormat
from trace.epcis.event import BadEvent, Document, Event
from trace.epcis.names import read_context
from trace.epcis.query_document import StoredEvent, write_json, write_xml

CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
BATCH = "https://id.gs1.org/01/06901234000016/10/A"
SSCC = "urn:epc:id:sscc:4012345.0000000333"

# Its event has the key eventID twice, with two values: a defect of the official example.
REPEATED_KEY = "AssociationEvent-h.jsonld"
JSON_EXAMPLES = data_files("epcis/examples/json", "**/*.jsonld")
WHOLE_JSON_EXAMPLES = [param for param in JSON_EXAMPLES if getattr(param, "id", None) != REPEATED_KEY]

_DOCTYPE = re.compile(rb"<!DOCTYPE[^>]*>")


def event_body(**changes: Any) -> dict[str, Any]:
    """A valid shipment; a change to None takes the field away."""
    body = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-02T01:00:00.000Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "quantityList": [{"epcClass": BATCH, "quantity": 60}],
        **changes,
    }
    return {key: value for key, value in body.items() if value is not None}


def aggregation(**changes: Any) -> dict[str, Any]:
    fields = {
        "type": "AggregationEvent",
        "action": "ADD",
        "bizStep": "packing",
        "parentID": SSCC,
        "childEPCs": ["urn:epc:id:sgtin:4012345.011111.1"],
        "quantityList": None,
    }
    return event_body(**{**fields, **changes})


def transformation(**changes: Any) -> dict[str, Any]:
    fields = {
        "type": "TransformationEvent",
        "action": None,
        "bizStep": "commissioning",
        "quantityList": None,
        "inputQuantityList": [{"epcClass": BATCH, "quantity": 60}],
        "outputQuantityList": [{"epcClass": BATCH + "2", "quantity": 60}],
    }
    return event_body(**{**fields, **changes})


def document(*bodies: Any, **changes: Any) -> bytes:
    whole = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-31T00:00:00.000Z",
        "epcisBody": {"eventList": list(bodies)},
        **changes,
    }
    return json.dumps(whole).encode()


def xml_document(inner: str, attributes: str = "") -> bytes:
    """An XML document around event elements, or around the fields of one ObjectEvent."""
    if not inner.startswith("<ObjectEvent"):
        inner = f"<ObjectEvent>{inner}</ObjectEvent>"
    return (
        '<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" schemaVersion="2.0"'
        f' creationDate="2026-03-31T00:00:00Z" {attributes}><EPCISBody><EventList>{inner}</EventList>'
        "</EPCISBody></epcis:EPCISDocument>"
    ).encode()


XML_HEAD = (
    "<eventTime>2026-03-02T01:00:00Z</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>"
    f"<epcList><epc>{SSCC}</epc></epcList><action>OBSERVE</action>"
)


def read_file(path: Path) -> Document:
    """Read a document of the test data; the one line of DTD that some examples have is taken out."""
    data = path.read_bytes()
    if path.suffix == ".xml":
        return xml_format.parse_document(_DOCTYPE.sub(b"", data))
    return json_format.parse_document(data)


def good_events(document: Document) -> list[Event]:
    bad = [event for event in document.events if isinstance(event, BadEvent)]
    assert not bad, bad
    return [event for event in document.events if isinstance(event, Event)]


def read_one(body: Any, context: Any = CONTEXT) -> Event:
    event = json_format.parse_event(body, context)
    assert isinstance(event, Event), event
    return event


def problems_of(body: Any, context: Any = CONTEXT) -> dict[str, str]:
    """The problems of a bad event, by pointer within the event."""
    event = json_format.parse_event(body, context)
    assert isinstance(event, BadEvent), "expected a bad event"
    at = "/epcisBody/eventList/0"
    return {problem.pointer.removeprefix(at): problem.detail for problem in event.problems}


RECORDED = datetime(2026, 4, 1, 8, 30, tzinfo=UTC)


def stored(events: Iterable[Event]) -> list[StoredEvent]:
    return [StoredEvent(event.body, event.context, RECORDED) for event in events]


def as_json(events: Iterable[Event], epc_format: EpcFormat = EpcFormat.NEVER_TRANSLATES) -> bytes:
    return write_json(stored(events), query_name="q", epc_format=epc_format, created=RECORDED)


def as_xml(
    events: Iterable[Event],
    epc_format: EpcFormat = EpcFormat.NEVER_TRANSLATES,
    cbv_format: CbvFormat = CbvFormat.NO_PREFERENCE,
) -> bytes:
    return write_xml(stored(events), query_name="q", epc_format=epc_format, cbv_format=cbv_format, created=RECORDED)


def content(event: Event) -> dict[str, Any]:
    """What an event says, however it came: words of CBV bare, without the time of its recording."""
    body = bare_words(event.body, read_context(event.context))
    return {key: value for key, value in body.items() if key != "recordTime"}
