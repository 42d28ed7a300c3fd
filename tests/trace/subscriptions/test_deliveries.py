"""Deliveries: what is told, to whom, in which form and order."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from lxml import etree
from sqlalchemy import select
from werkzeug.datastructures import Headers

from tests.kit.receiver import Received, Receiver, running_receiver
from tests.trace.subscriptions.desk import (
    POST,
    Clock,
    capture,
    deliver_all,
    event_id,
    ids_of,
    name_query,
    observed,
    shown,
    subscribe,
    told,
)
from tests.trace.web.api_client import Api, document
from tests.trace.web.firms import GTIN, OUTLET, PLANT, Firms, party_number
from trace.capture import capture_document
from trace.epcis import json_format
from trace.kit.auth import ApiKey, Principal, issue_key, revoke_key
from trace.kit.config import ROOT
from trace.kit.db import Database

TOKEN = "13df38d8275b13f05704629e5f1cf3d45d6132d5"


def test_a_stream_tells_each_event_once_in_the_order_of_capture(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    capture(firms.dairy, [1, 2])
    number = subscribe(firms.dairy, receiver.url)
    assert deliver_all(database, clock) == 0
    capture(firms.dairy, [5, 4])
    capture(firms.dairy, [3])
    assert deliver_all(database, clock) == 1
    capture(firms.dairy, [6])
    assert deliver_all(database, clock) == 1
    assert deliver_all(database, clock) == 0
    assert [ids_of(one) for one in receiver.requests] == [
        [event_id(5), event_id(4), event_id(3)],
        [event_id(6)],
    ]
    assert datetime.fromisoformat(shown(firms.dairy, number)["lastNotifiedAt"]) == clock.now


def test_a_message_is_a_query_document_that_names_its_subscription(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    number = subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])
    deliver_all(database, clock)
    (request,) = receiver.requests
    assert request.headers["content-type"] == "application/json"
    assert request.headers["gs1-epcis-version"] == "2.0.0"
    assert "gs1-signature" not in request.headers
    message = json.loads(request.body)
    assert message["type"] == "EPCISQueryDocument"
    results = message["epcisBody"]["queryResults"]
    assert (results["queryName"], results["subscriptionID"]) == ("all", number)
    (event,) = results["resultsBody"]["eventList"]
    sent = observed(1)
    assert {name: event[name] for name in sent if name != "bizStep"} == {
        name: value for name, value in sent.items() if name != "bizStep"
    }


def test_a_message_can_be_xml_with_urns(firms: Firms, database: Database, receiver: Receiver, clock: Clock) -> None:
    body = {"dest": receiver.url, "stream": True}
    firms.dairy.send(
        "POST",
        "/epcis/queries/all/subscriptions",
        body,
        Accept="application/xml",
        GS1_EPC_Format="Always_EPC_URN",
        GS1_CBV_XML_Format="Always_URN",
    )
    capture(firms.dairy, [7])
    deliver_all(database, clock)
    (request,) = receiver.requests
    assert request.headers["content-type"] == "application/xml"
    root = etree.fromstring(request.body)
    assert etree.QName(root).localname == "EPCISQueryDocument"
    assert [one.text for one in root.iter("bizStep")] == ["urn:epcglobal:cbv:bizstep:inspecting"]
    assert root.findtext(".//subscriptionID")


def test_a_signature_is_verified_as_the_documents_say(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url, signatureToken=TOKEN)
    capture(firms.dairy, [1])
    deliver_all(database, clock)
    (request,) = receiver.requests
    is_genuine, now = snippet("docs/subscriptions.md")["is_genuine"], clock.now.timestamp()
    headers = Headers(request.headers)
    assert is_genuine(TOKEN, headers, request.body, now)
    assert not is_genuine("another", headers, request.body, now)
    assert not is_genuine(TOKEN, headers, request.body + b" ", now)
    assert not is_genuine(TOKEN, headers, request.body, now + 301)
    assert not is_genuine(TOKEN, Headers({**request.headers, "suyuan-delivery": "another"}), request.body, now)


def snippet(document: str) -> dict[str, Any]:
    """The names that the Python in a document defines."""
    (code,) = re.findall(r"^```python\n(.*?)^```$", (ROOT / document).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    return names


def test_captures_that_were_rolled_back_are_never_told(
    app: Flask, firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url)
    dairy = Principal("company", party_number(app, "9520000000011"), 0, "test")
    parsed = json_format.parse_document(json.dumps(document([observed(1)])).encode()).events
    with database.write() as session:
        capture_document(session, parsed, dairy, datetime.now(UTC), datetime.now(UTC), "rollback")
        session.rollback()
    refused = firms.dairy.send("POST", "/epcis/capture", document([observed(2), observed(3, eventTime="never")]))
    assert refused.status_code in (202, 400)
    assert deliver_all(database, clock) == 0
    capture(firms.dairy, [4])
    deliver_all(database, clock)
    assert told(receiver) == [event_id(4)]


def test_only_what_the_query_asks_for_is_told(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    name_query(firms.dairy, "stored", {"EQ_bizStep": ["storing"]})
    subscribe(firms.dairy, receiver.url, name="stored")
    capture(firms.dairy, [1, 2], bizStep="inspecting")
    deliver_all(database, clock)
    assert receiver.requests == []
    capture(firms.dairy, [3], bizStep="storing")
    capture(firms.dairy, [4], bizStep="inspecting")
    deliver_all(database, clock)
    assert told(receiver) == [event_id(3)]


def test_a_firm_is_told_nothing_of_what_others_keep_to_themselves(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    name_query(firms.regulator)
    with running_receiver() as watching:
        subscribe(firms.dairy, receiver.url)
        subscribe(firms.regulator, watching.url)
        capture(firms.shop, [1], place=OUTLET)
        capture(firms.dairy, [2])
        sent = {"sourceList": [{"type": "location", "source": f"https://id.gs1.org/414/{PLANT}"}]}
        capture(firms.shop, [3], place=OUTLET, **sent)
        deliver_all(database, clock)
        assert told(receiver) == [event_id(2), event_id(3)]
        assert told(watching) == [event_id(1), event_id(2), event_id(3)]


def test_a_stream_does_not_show_when_others_capture(firms: Firms, database: Database, clock: Clock) -> None:
    number = subscribe(firms.dairy, "https://client.example.com/")
    before = shown(firms.dairy, number)
    capture(firms.shop, [1], place=OUTLET)
    assert deliver_all(database, clock) == 1
    assert shown(firms.dairy, number) == before


def test_who_has_no_living_key_is_told_nothing_until_there_is_one_again(
    app: Flask, firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url)
    party = party_number(app, "9520000000011")
    assert firms.dairy.key is not None
    capture(firms.dairy, [1])
    with database.write() as session:
        assert revoke_key(session, firms.dairy.key[3:11])
    assert deliver_all(database, clock) == 0
    with database.write() as session:
        issue_key(session, "regulator", party, "another role")
        assert session.scalars(select(ApiKey).where(ApiKey.role == "regulator")).all()
    assert deliver_all(database, clock) == 0
    Api.issue(app, "company", party)
    assert deliver_all(database, clock) == 1
    assert told(receiver) == [event_id(1)]


def test_a_schedule_reports_what_is_new_at_its_times(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    number = subscribe(firms.dairy, receiver.url, schedule={"minute": "30"})
    clock.now = datetime.fromisoformat(shown(firms.dairy, number)["nextAttemptAt"])
    assert (clock.now.minute, clock.now.second) == (30, 0)
    capture(firms.dairy, [1, 2])
    clock.advance(seconds=-1)
    assert deliver_all(database, clock) == 0
    clock.advance(seconds=1)
    assert deliver_all(database, clock) == 1
    assert datetime.fromisoformat(shown(firms.dairy, number)["minRecordTime"]) == clock.now
    capture(firms.dairy, [3])
    clock.advance(minutes=59, seconds=59)
    assert deliver_all(database, clock) == 0
    clock.advance(seconds=1)
    assert deliver_all(database, clock) == 1
    clock.advance(hours=1)
    assert deliver_all(database, clock) == 1  # nothing new, nothing sent
    assert [ids_of(one) for one in receiver.requests] == [[event_id(1), event_id(2)], [event_id(3)]]


def test_a_schedule_reports_an_empty_result_if_asked_to(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url, schedule={"hour": "[0-23]"}, reportIfEmpty=True)
    clock.advance(hours=1)
    assert deliver_all(database, clock) == 1
    clock.advance(hours=5)
    assert deliver_all(database, clock) == 1  # what was missed is one report, not five
    assert [ids_of(one) for one in receiver.requests] == [[], []]


def test_a_stream_has_no_empty_result_to_report(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url, reportIfEmpty=True)
    capture(firms.shop, [1], place=OUTLET)
    deliver_all(database, clock)
    assert receiver.requests == []


def test_a_scheduled_report_that_failed_is_repeated_and_the_schedule_goes_on(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    number = subscribe(firms.dairy, receiver.url, schedule={"minute": "0"})
    capture(firms.dairy, [1])
    clock.now = datetime.fromisoformat(shown(firms.dairy, number)["nextAttemptAt"])
    receiver.answers = [503]
    deliver_all(database, clock)
    capture(firms.dairy, [2])  # is of the next report
    clock.advance(seconds=10)
    deliver_all(database, clock)
    assert datetime.fromisoformat(shown(firms.dairy, number)["nextAttemptAt"]) == clock.now.replace(
        second=0
    ) + timedelta(hours=1)
    clock.advance(hours=1)
    deliver_all(database, clock)
    assert [ids_of(one) for one in receiver.accepted] == [[event_id(1)], [event_id(2)]]


def test_what_was_recorded_since_the_initial_record_time_is_told_first(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    capture(firms.dairy, [1])
    between = datetime.now(UTC).isoformat()
    capture(firms.dairy, [2, 3])
    with running_receiver() as later:
        subscribe(firms.dairy, receiver.url, initialRecordTime=between)
        subscribe(firms.dairy, later.url, initialRecordTime=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
        capture(firms.dairy, [4])
        deliver_all(database, clock)
        assert told(receiver) == [event_id(2), event_id(3), event_id(4)]
        assert told(later) == []


def test_an_event_that_another_firm_captured_too_is_told_to_each_that_sees_it(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url)
    capture(firms.shop, [1], place=OUTLET)
    capture(firms.dairy, [1])  # the same ID, another event: the other is not the dairy's to know
    deliver_all(database, clock)
    assert told(receiver) == [event_id(1)]


def test_declared_errors_are_told_as_events_of_their_own(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    subscribe(firms.dairy, receiver.url)
    capture(firms.dairy, [1])
    declaration = {"declarationTime": "2026-03-02T00:00:00Z", "reason": "did_not_occur"}
    capture(firms.dairy, [1], errorDeclaration=declaration)
    deliver_all(database, clock)
    assert told(receiver) == [event_id(1), event_id(1)]


def test_goods_sent_to_a_firm_are_told_to_it(
    firms: Firms, database: Database, receiver: Receiver, clock: Clock
) -> None:
    """The case that subscriptions are for: a despatch is known to the consignee before the lorry arrives."""
    name_query(firms.shop, "all", {"EQ_bizStep": ["shipping"]})
    subscribe(firms.shop, receiver.url)
    batch = {"commodity_code": GTIN, "lot": "L1", "quantity": 100, "location": PLANT, "produced_on": "2026-03-01"}
    firms.dairy.post("/api/v1/batches", batch)
    lines = [{"gtin": GTIN, "lot": "L1", "quantity": 60}]
    made = firms.dairy.post("/api/v1/shipments", {"from": PLANT, "to": OUTLET, "lines": lines})
    deliver_all(database, clock)
    assert told(receiver) == [made["event_id"]]


def test_requests_have_the_type_of_a_received_one(receiver: Receiver) -> None:
    POST(receiver.url, b"{}", {})
    assert isinstance(receiver.requests[0], Received)
