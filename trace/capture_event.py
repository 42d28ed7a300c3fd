"""Capture of a single event whose sender waits for it (EPCIS 2.0 §12.8, `POST /events`)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.capture import Refusal, capture_events
from trace.epcis.event import BadEvent
from trace.epcis.event import Event as CapturedEvent
from trace.events.errors import ResourceAlreadyExistsException, ValidationException
from trace.kit.auth import Principal
from trace.kit.errors import FieldError, Problem
from trace.models import Event

IN_DOCUMENT = "/epcisBody/eventList/0"
"""Where capture takes the event to stand; the sender's pointers begin at the event itself."""


def capture_event(session: Session, event: CapturedEvent | BadEvent, principal: Principal, now: datetime) -> Event:
    """Store one event and return it as it is kept.

    Raises ResourceAlreadyExistsException (409) if it is there already, with the same or other content, and
    ValidationException (400) if it may not be captured.
    """
    captured = capture_events(session, [event], principal, now)
    if captured.refusals:
        raise _problem(captured.refusals[0])
    if captured.fates[0] == "repeated":
        raise ResourceAlreadyExistsException(f"The event {captured.event_ids[0]} was captured before.")
    newest = select(Event).where(Event.event_id == captured.event_ids[0]).order_by(Event.id.desc()).limit(1)
    return session.scalars(newest).one()


def _problem(refusal: Refusal) -> Problem:
    errors = [FieldError(pointer.removeprefix(IN_DOCUMENT), detail) for pointer, detail in refusal.problems]
    kind = ResourceAlreadyExistsException if refusal.status == 409 else ValidationException
    return kind("; ".join(error.detail for error in errors), errors=errors)
