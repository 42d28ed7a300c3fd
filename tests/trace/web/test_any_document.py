"""Any valid document goes in by HTTP and comes out again in JSON and in XML: the same events, valid by the schemas."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings

from tests.trace.epcis.builders import as_xml, good_events, read_one
from tests.trace.epcis.official_schemas import json_errors, xml_errors
from tests.trace.epcis.strategies import EXTENDED_CONTEXT, event_bodies
from tests.trace.web.api_client import Api, document
from trace.epcis import json_format, xml_format
from trace.epcis.epc_format import CbvFormat, EpcFormat
from trace.epcis.event import Document
from trace.kit import strict_json

EVENTS = 60
ALL = "/epcis/events?perPage=1000"


def some_events() -> list[dict[str, Any]]:
    """The same events every time, each with an ID of its own and none of them an error declaration."""
    found: list[dict[str, Any]] = []

    @settings(max_examples=EVENTS, derandomize=True, database=None, deadline=None)
    @given(event_bodies())
    def collect(body: dict[str, Any]) -> None:
        kept = {key: value for key, value in body.items() if key != "errorDeclaration"}
        found.append({**kept, "eventID": f"urn:uuid:{len(found)}", "ex:number": len(found)})

    collect()
    return found


def as_document(bodies: list[dict[str, Any]], media_type: str) -> bytes:
    if media_type == "application/xml":
        return as_xml([read_one(body, EXTENDED_CONTEXT) for body in bodies])
    return strict_json.dumps(document(bodies, list(EXTENDED_CONTEXT)))


@pytest.mark.parametrize("sent_as", ["application/ld+json", "application/xml"])
def test_events_come_back_the_same_and_valid_in_every_format(app: Flask, sent_as: str) -> None:
    api = Api.admin(app)
    bodies = some_events()
    sent = {body["eventID"]: read_one(body, EXTENDED_CONTEXT).content_hash for body in bodies}
    job = api.capture(as_document(bodies, sent_as), content_type=sent_as)
    assert job["captured"] == len(sent)
    for epc_format in EpcFormat:
        headers = {"GS1_EPC_Format": epc_format.value}
        answer = api.send("GET", ALL, Accept="application/json", **headers).get_data()
        assert json_errors(answer) == []
        assert hashes(json_format.parse_document(answer)) == sent
        for cbv_format in CbvFormat:
            headers["GS1_CBV_XML_Format"] = cbv_format.value
            answer = api.send("GET", ALL, Accept="application/xml", **headers).get_data()
            assert xml_errors(answer) == []
            assert hashes(xml_format.parse_document(answer)) == sent


def hashes(read: Document) -> dict[str | None, str]:
    return {event.event_id: event.content_hash for event in good_events(read)}
