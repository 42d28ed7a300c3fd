"""A row of the event log as the writers of documents take it."""

import json

from trace.epcis.query_document import StoredEvent
from trace.kit import strict_json
from trace.models import Event


def stored_event(event: Event) -> StoredEvent:
    """The event as it was captured, with the context that gives its names meaning; without an ID its hash ID is one."""
    body = strict_json.loads(event.body.encode())
    if not event.has_event_id:
        body = {"eventID": event.event_id, **body}
    return StoredEvent(body, tuple(json.loads(event.context)), event.record_time)
