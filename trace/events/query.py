"""Stored events as they came, for who may see them."""

import json
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trace.answers import write_time
from trace.epcis.names import EPCIS_CONTEXT
from trace.kit import strict_json
from trace.kit.auth import Principal
from trace.kit.errors import NotFound
from trace.models import Event
from trace.visibility import seen_events


class EventNotFound(NotFound):
    """No such event is stored, or none that this key may see."""


def find_events(session: Session, principal: Principal, event_id: str) -> list[Event]:
    """Return what is stored under an event ID: the event, and after it the error declarations of it.

    A company sees what it captured itself and what names a place of its own. Raises EventNotFound (404).
    """
    same = Event.event_id == event_id
    query = (
        select(Event)
        .where(or_(same & Event.declaration.is_(None), same & Event.declaration.is_not(None)))
        .where(seen_events(principal))
    )
    found = list(session.scalars(query.order_by(Event.declaration.is_not(None), Event.id)))
    if not found:
        raise EventNotFound(f"No event {event_id} is known.")
    return found


def write_event(event: Event) -> dict[str, Any]:
    """The event as a JSON object that stands alone: every field it came with, and when it was recorded."""
    body = strict_json.loads(event.body.encode())
    context = json.loads(event.context) or [EPCIS_CONTEXT]
    return {"@context": context, **body, "recordTime": body.get("recordTime", write_time(event.record_time))}


def write_events(events: list[Event]) -> dict[str, Any]:
    """One event by itself, several as a query document (EPCIS 2.0 §9.5)."""
    if len(events) == 1:
        return write_event(events[0])
    return {
        "@context": [EPCIS_CONTEXT],
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": write_time(max(event.record_time for event in events)),
        "epcisBody": {
            "queryResults": {
                "queryName": "SimpleEventQuery",
                "resultsBody": {"eventList": [write_event(event) for event in events]},
            }
        },
    }
