"""Captured events over HTTP: queries, single events, and their capture one by one (EPCIS 2.0 §12.8)."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from flask import request

from trace.capture_event import IN_DOCUMENT, capture_event
from trace.epcis import json_format
from trace.epcis.epc_format import EpcFormat
from trace.epcis.event import BadEvent, Event
from trace.epcis.names import EPCIS_CONTEXT
from trace.epcis.query_document import write_json, write_xml
from trace.epcis.query_language import EventQuery, QueryParameterError, both, read_parameters, read_query
from trace.events.errors import NoSuchResourceException, ValidationException
from trace.events.search import search_events
from trace.events.stored import stored_event
from trace.kit import strict_json
from trace.kit.errors import FieldError
from trace.kit.transactions import Answer
from trace.web.epcis_binding import PREFIX, WRITERS, Body, EpcisCall, epcis
from trace.web.epcis_capture import LIMITS
from trace.web.epcis_headers import JSON_TYPES, read_extensions
from trace.web.epcis_paging import filters, next_page, parameter_problem, read_page
from trace.web.epcis_schemas import EVENT, PAGED, QUERY, QUERY_DOCUMENT

SIMPLE = "SimpleEventQuery"
"""The predefined query that answers when no named one is asked (EPCIS 2.0 §8.2.7)."""


def read_event_query(call: EpcisCall) -> EventQuery:
    """The query in the parameters of the URL. Raises QueryParameterException (400) that names the parameter."""
    parameters: dict[str, list[str]] = {}
    for name, value in filters():
        parameters.setdefault(name, []).append(value)
    try:
        return read_parameters(parameters, call.wishes.context)
    except QueryParameterError as error:
        raise parameter_problem(error.parameter, error.detail) from error


def answer_events(call: EpcisCall, query: EventQuery, query_name: str = SIMPLE) -> Answer:
    """One page of the events that a query finds, as an EPCISQueryDocument."""
    page = read_page(call.principal)
    found = search_events(call.session, call.principal, query, page.limit, page.after)
    events = [stored_event(event) for event in found.events]
    wishes, created = call.wishes, datetime.now(UTC)
    if wishes.xml:
        data = write_xml(
            events,
            query_name=query_name,
            epc_format=wishes.epc_format,
            cbv_format=wishes.cbv_format,
            created=created,
        )
    else:
        data = write_json(events, query_name=query_name, epc_format=wishes.epc_format, created=created)
    return Answer(200, data, next_page(call.principal, page, found.next), wishes.media_type)


def answer_events_with(call: EpcisCall, query: EventQuery, query_name: str = SIMPLE) -> Answer:
    """The same for the events that `query` and the parameters of the URL both ask for."""
    try:
        return answer_events(call, both(query, read_event_query(call)), query_name)
    except QueryParameterError as error:
        raise parameter_problem(error.parameter, error.detail) from error


@epcis.operation(
    "GET",
    "/events",
    answers={200: QUERY_DOCUMENT},
    summary="The events that a query finds",
    parameters=[*PAGED, *QUERY],
    problems={413},
)
def get_events(call: EpcisCall) -> Answer:
    """Every parameter of the EPCIS Query Language; all conditions hold, each is met by one of its values."""
    return answer_events(call, read_event_query(call))


def _read_event(data: bytes, _media_type: str) -> Event:
    try:
        value = strict_json.loads(data)
    except strict_json.StrictJsonError as error:
        raise ValidationException(f"Cannot read the body as JSON: {error}.") from error
    try:
        event = json_format.parse_event(value, _context(value))
    except ValueError as error:
        raise ValidationException(f"Cannot read the event: {error}.") from error
    if isinstance(event, BadEvent):
        errors = [FieldError(one.pointer.removeprefix(IN_DOCUMENT), one.detail) for one in event.problems]
        raise ValidationException("; ".join(one.detail for one in errors), errors=errors)
    return event


def _context(value: Any) -> Any:
    """The event's own `@context` gives its names meaning; an event without one is read by the client's extensions."""
    if isinstance(value, dict) and "@context" in value:
        return None
    extensions = read_extensions(request.headers.get("GS1-Extensions", ""))
    return [EPCIS_CONTEXT, extensions] if extensions else EPCIS_CONTEXT


@epcis.operation(
    "POST",
    "/events",
    answers={201: EVENT},
    summary="Capture one event and wait for it",
    roles=WRITERS,
    media_types=JSON_TYPES,
    body=Body(JSON_TYPES, _read_event, EVENT, headers=LIMITS),
)
def post_event(call: EpcisCall) -> Answer:
    """The event as it is kept: without an ID it gets its hash ID. One that is there already is 409."""
    event = capture_event(call.session, call.body, call.principal, datetime.now(UTC))
    form = EpcFormat.NEVER_TRANSLATES
    kept = strict_json.loads(
        write_json([stored_event(event)], query_name=SIMPLE, epc_format=form, created=event.record_time)
    )
    (body,) = kept["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    location = f"{PREFIX}/events/{quote(event.event_id, safe='')}"
    return Answer(201, {"@context": kept["@context"], **body}, {"Location": location}, call.wishes.media_type)


@epcis.operation("GET", "/events/<path:eventID>", answers={200: QUERY_DOCUMENT}, summary="One event", parameters=PAGED)
def get_event(call: EpcisCall) -> Answer:
    """The event of that ID, with its error declarations and, for an operator, the copies that other firms captured."""
    return answer_events(call, _find_event(call))


def _find_event(call: EpcisCall) -> EventQuery:
    event_id = call.path["eventID"]
    try:
        query = read_query({"EQ_eventID": [event_id]})
        if search_events(call.session, call.principal, query, 1).events:
            return query
    except QueryParameterError:
        pass  # no event can have such an ID
    raise NoSuchResourceException(f"No event {event_id} is known.")


epcis.discovery("/events", headers=LIMITS)
epcis.discovery("/events/<path:eventID>", exists=_find_event)
