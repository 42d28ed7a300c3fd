"""Small events for tests of searches, captured as firms and operators do."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from bench.documents import gln, place
from tests.trace.query_cases import CONTEXT, uuid
from tests.trace.web.api_client import document
from trace.capture import capture_events
from trace.epcis.json_format import parse_document
from trace.epcis.query_language import EventQuery, read_parameters
from trace.events.search import search_events
from trace.kit.auth import Principal
from trace.models import Event, Party

OPERATOR = Principal("admin", None, 1, "operator")
REGULATOR = Principal("regulator", None, 2, "regulator")
START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = START + timedelta(days=30)


def observed(number: int, **members: Any) -> dict[str, Any]:
    """An event at a place of nobody's; its time is ``number`` minutes after the start."""
    body = {
        "type": "ObjectEvent",
        "eventID": uuid(number),
        "eventTime": (START + timedelta(minutes=number)).isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "epcList": [f"urn:example:thing:{number}"],
    }
    return {name: value for name, value in (body | members).items() if value is not None}


def capture(
    session: Session, bodies: Iterable[Mapping[str, Any]], principal: Principal = OPERATOR, now: datetime = NOW
) -> None:
    """Capture events that must all be good."""
    raw = json.dumps(document(list(bodies), CONTEXT)).encode()
    captured = capture_events(session, parse_document(raw).events, principal, now)
    assert captured.success, captured.refusals


def make_firm(session: Session, number: int) -> Principal:
    """A registered firm, whose GLN is `bench.documents.gln` of its number, and its key."""
    party = Party(gln=gln(number), name=f"Firm {number}", registered_at=START)
    session.add(party)
    session.flush()
    return Principal("company", party.id, 10 + number, party.name)


def shipped(number: int, source: int, destination: int, **members: Any) -> dict[str, Any]:
    """A shipment between two firms, each at its own GLN."""
    ends = {
        "sourceList": [{"type": "location", "source": place(source)}],
        "destinationList": [{"type": "location", "destination": place(destination)}],
    }
    return observed(number, bizStep="shipping", readPoint={"id": place(source)}, **ends, **members)


def ask(**parameters: str) -> EventQuery:
    """The query of these parameters; `EQ_example__level` is written for `EQ_example:level`."""
    return read_parameters({name.replace("__", ":"): [value] for name, value in parameters.items()})


def find(session: Session, query: EventQuery, principal: Principal = OPERATOR) -> list[str]:
    """The IDs of all events found, in order, which must fit on one page."""
    found = search_events(session, principal, query, 10_000)
    assert found.next is None
    return ids(found.events)


def ids(events: Iterable[Event]) -> list[str]:
    """Event IDs, in order."""
    return [event.event_id for event in events]
