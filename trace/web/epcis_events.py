"""Captured events over HTTP (EPCIS 2.0 §12.8)."""

from trace.events.query import find_events, write_events
from trace.kit.transactions import Answer
from trace.web.epcis_binding import EpcisCall, epcis
from trace.web.epcis_headers import JSON_TYPES


@epcis.operation(
    "GET", "/events/<path:event_id>", answers={200: {"type": "object"}}, summary="An event", media_types=JSON_TYPES
)
def get_event(call: EpcisCall) -> Answer:
    """One event with every field it came with; with its error declarations where there are any."""
    events = find_events(call.session, call.principal, call.path["event_id"])
    return Answer(200, write_events(events), content_type=call.wishes.media_type)


epcis.discovery(
    "/events/<path:event_id>", exists=lambda call: find_events(call.session, call.principal, call.path["event_id"])
)
