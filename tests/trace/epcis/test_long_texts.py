"""Texts that no index can hold are refused by name, on either database; long extensions are kept."""

import random
from typing import Any

import pytest
from flask import Flask

from tests.trace.epcis.builders import BATCH, event_body
from tests.trace.web.api_client import CONTEXT, document
from tests.trace.web.firms import make_firms

# drawn, because a database may keep a text that repeats itself in little space
LONG = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789", k=6_000))
URI = f"urn:x:{LONG}"
SERIAL = "https://id.gs1.org/01/06901234000016/21/1"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"eventID": URI}, "/eventID"),
        ({"epcList": [URI]}, "/epcList/0"),
        ({"quantityList": [{"epcClass": URI}]}, "/quantityList/0/epcClass"),
        ({"readPoint": {"id": URI}}, "/readPoint/id"),
        ({"bizStep": f"https://example.com/{LONG}"}, "/bizStep"),
        ({"disposition": f"ex:{'n' * 590}"}, "/disposition"),
        ({"bizTransactionList": [{"bizTransaction": URI}]}, "/bizTransactionList/0/bizTransaction"),
        ({"sourceList": [{"type": "location", "source": URI}]}, "/sourceList/0/source"),
        ({"action": "ADD", "epcList": [SERIAL], "ilmd": {"cbvmda:lotNumber": "批" * 201}}, "/ilmd"),
        (
            {"errorDeclaration": {"declarationTime": "2026-04-01T00:00:00Z", "correctiveEventIDs": [URI]}},
            "/errorDeclaration/correctiveEventIDs/0",
        ),
    ],
)
def test_a_text_that_no_index_can_hold_is_refused(app: Flask, changes: dict[str, Any], pointer: str) -> None:
    firms = make_firms(app)
    body = document([event_body(**changes)], [CONTEXT, {"ex": "https://example.com/some/namespace/"}])
    (error,) = firms.admin.capture(body, GS1_Capture_Error_Behaviour="rollback")["errors"]
    assert error["status"] == 400
    found = {one["pointer"]: one["detail"] for one in error["errors"]}
    assert "characters, got" in found["/epcisBody/eventList/0" + pointer]


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "ADD", "epcList": [SERIAL], "ilmd": {"cbvmda:lotNumber": "批" * 200}},
        {f"https://example.com/{LONG}": 1, "ex:outer": {f"ex:{LONG}": 1}},
        {"ex:long": LONG},
        {
            "eventID": f"urn:x:{LONG[:590]}",
            "readPoint": {"id": f"urn:x:{LONG[:590]}"},
            "epcList": [f"urn:x:{LONG[:594]}"],
        },
    ],
)
def test_what_an_index_holds_and_long_extensions_are_kept(app: Flask, changes: dict[str, Any]) -> None:
    firms = make_firms(app)
    body = {"eventID": "urn:x:event", **event_body(quantityList=[{"epcClass": BATCH, "quantity": 1}], **changes)}
    firms.admin.capture(document([body], [CONTEXT, {"ex": "https://example.com/"}]))
    kept = firms.admin.get("/epcis/events", GS1_EPC_Format="Never_Translates")
    (event,) = kept["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert {name: event[name] for name in changes if name in event} == changes
