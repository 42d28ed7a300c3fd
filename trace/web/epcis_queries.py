"""Named queries and their subscriptions over HTTP (EPCIS 2.0 §12.8)."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from flask import Flask, Response

from trace.events.errors import NotImplementedException, ValidationException
from trace.kit import strict_json
from trace.kit.fields import parse_timestamp
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.kit.webhook import Policy
from trace.models import NamedQuery, Subscription
from trace.subscriptions.controls import Controls, read_controls
from trace.subscriptions.deliveries import XML_TYPE
from trace.subscriptions.named_queries import (
    MAX_DEFINITION,
    create_named_query,
    delete_named_query,
    event_query,
    find_named_query,
    list_named_queries,
    write_named_query,
)
from trace.subscriptions.subscriptions import (
    Format,
    create_subscription,
    delete_subscription,
    find_subscription,
    list_subscriptions,
    write_attempts,
    write_subscription,
)
from trace.web.epcis_binding import PREFIX, Body, EpcisCall, answer_plain, epcis
from trace.web.epcis_events import answer_events_with
from trace.web.epcis_headers import JSON_TYPES
from trace.web.epcis_paging import cut_page, read_page
from trace.web.epcis_schemas import PAGED, QUERY_DOCUMENT
from trace.web.epcis_schemas import QUERY as PARAMETERS

QUERY_PATH = "/queries/<queryName>"
EVENTS_PATH = "/queries/<queryName>/events"
SUBSCRIPTIONS_PATH = "/queries/<queryName>/subscriptions"
SUBSCRIPTION_PATH = "/queries/<queryName>/subscriptions/<subscriptionID>"
MAX_BODY = 2 * MAX_DEFINITION

QUERY: dict[str, Any] = {
    "type": "object",
    "required": ["name", "query"],
    "properties": {"name": {"type": "string"}, "query": {"type": "object"}},
}
CONTROLS: dict[str, Any] = {
    "dest": {"type": "string", "format": "uri"},
    "stream": {"type": "boolean"},
    "schedule": {"type": "object"},
    "reportIfEmpty": {"type": "boolean"},
    "initialRecordTime": {"type": "string", "format": "date-time"},
}
SUBSCRIPTION: dict[str, Any] = {
    "type": "object",
    "required": ["subscriptionID", "dest", "createdAt"],
    "properties": {
        **CONTROLS,
        "subscriptionID": {"type": "string"},
        "queryName": {"type": "string"},
        "createdAt": {"type": "string", "format": "date-time"},
        "lastNotifiedAt": {"type": "string", "format": "date-time"},
        "minRecordTime": {"type": "string", "format": "date-time"},
        "nextAttemptAt": {"type": "string", "format": "date-time"},
        "epcFormat": {"type": "string"},
        "mediaType": {"type": "string"},
        "failures": {"type": "integer"},
        "attempts": {"type": "array", "items": {"type": "object"}},
    },
}
NEW_QUERY: dict[str, Any] = {**QUERY, "additionalProperties": False}
NEW_QUERY["properties"] = {**QUERY["properties"], "@context": {}}
NEW_SUBSCRIPTION: dict[str, Any] = {
    "type": "object",
    "required": ["dest"],
    "properties": {**CONTROLS, "signatureToken": {"type": "string"}, "secret": {"type": "string"}},
    "additionalProperties": False,
}


def _read_object(data: bytes, _media_type: str) -> dict[str, Any]:
    try:
        body = strict_json.loads(data)
    except strict_json.StrictJsonError as error:
        raise ValidationException(f"Cannot read the body: {error.detail}.") from error
    if not isinstance(body, dict):
        raise ValidationException("Expected a JSON object as body, got another value.")
    return body


def _read_controls(data: bytes, media_type: str) -> Controls:
    settings = current_settings()
    policy = Policy(settings.webhooks_allow_http, settings.webhooks_allow_private)
    return read_controls(_read_object(data, media_type), policy)


@epcis.operation(
    "GET",
    "/queries",
    answers={200: {"type": "array", "items": QUERY}},
    summary="The named queries of your firm",
    parameters=PAGED,
    problems={400},
    media_types=JSON_TYPES,
)
def get_queries(call: EpcisCall) -> Answer:
    """By name, page by page. Names are private to a firm; operators share theirs."""
    page = read_page(call.principal)
    after = None if page.after is None else str(page.after[0])
    found = list_named_queries(call.session, call.principal, page.limit + 1, after)
    shown, headers = cut_page(call.principal, page, found, lambda query: [query.name])
    return Answer(200, [write_named_query(one) for one in shown], headers, call.wishes.media_type)


@epcis.operation(
    "POST",
    "/queries",
    answers={201: QUERY},
    summary="Name a query",
    media_types=JSON_TYPES,
    body=Body(JSON_TYPES, _read_object, NEW_QUERY, MAX_BODY),
    problems={409},
)
def create_query(call: EpcisCall) -> Answer:
    """The name serves as a view on the events and can be subscribed to. Prefixes are read by an `@context` in the
    query, else by `GS1-Extensions`."""
    context = call.wishes.context if call.wishes.extensions else None
    query = create_named_query(call.session, call.principal, call.body, context, datetime.now(UTC))
    location = {"Location": f"/epcis/queries/{quote(query.name, safe='')}"}
    return Answer(201, write_named_query(query), location, call.wishes.media_type)


@epcis.operation("GET", QUERY_PATH, answers={200: QUERY}, summary="The definition of a query", media_types=JSON_TYPES)
def get_query(call: EpcisCall) -> Answer:
    """As it was given."""
    return Answer(200, write_named_query(_find_query(call)), {}, call.wishes.media_type)


@epcis.operation("DELETE", QUERY_PATH, answers={204: None}, summary="Remove a query", media_types=())
def delete_query(call: EpcisCall) -> Answer:
    """Its subscriptions end with it."""
    delete_named_query(call.session, call.principal, call.path["queryName"])
    return Answer(204)


@epcis.operation(
    "GET",
    EVENTS_PATH,
    answers={200: QUERY_DOCUMENT},
    summary="The events that a named query finds",
    parameters=[*PAGED, *PARAMETERS],
    problems={400, 413, 501},
)
def get_query_events(call: EpcisCall) -> Answer:
    """As of now; further parameters of the EPCIS Query Language narrow them down. WebSockets are not offered."""
    query = _find_query(call)
    return answer_events_with(call, event_query(query), query.name)


@epcis.operation(
    "GET",
    SUBSCRIPTIONS_PATH,
    answers={200: {"type": "array", "items": SUBSCRIPTION}},
    summary="The subscriptions of a query",
    parameters=PAGED,
    problems={400},
    media_types=JSON_TYPES,
)
def get_subscriptions(call: EpcisCall) -> Answer:
    """The oldest first, page by page."""
    page = read_page(call.principal)
    after = None if page.after is None else (parse_timestamp(page.after[0]), str(page.after[1]))
    name = call.path["queryName"]
    found = list_subscriptions(call.session, call.principal, name, page.limit + 1, after)
    shown, headers = cut_page(call.principal, page, found, lambda one: [one.created_at.isoformat(), one.id])
    return Answer(200, [write_subscription(one, name) for one in shown], headers, call.wishes.media_type)


@epcis.operation(
    "POST",
    SUBSCRIPTIONS_PATH,
    answers={201: SUBSCRIPTION},
    summary="Subscribe to a query",
    body=Body(JSON_TYPES, _read_controls, NEW_SUBSCRIPTION, MAX_BODY),
)
def create_query_subscription(call: EpcisCall) -> Answer:
    """What the query finds is posted to `dest` as EPCISQueryDocument: each event once it is captured (`stream`), or
    what is new at the times of a `schedule`. `Accept`, `GS1-EPC-Format` and `GS1-CBV-XML-Format` choose the form."""
    wishes, name = call.wishes, call.path["queryName"]
    form = Format(XML_TYPE if wishes.xml else wishes.media_type, wishes.epc_format, wishes.cbv_format)
    found = create_subscription(call.session, call.principal, name, call.body, form, datetime.now(UTC))
    location = {"Location": f"/epcis/queries/{quote(name, safe='')}/subscriptions/{found.id}"}
    return answer_plain(call, "Subscription", write_subscription(found, name), 201, location)


@epcis.operation("GET", SUBSCRIPTION_PATH, answers={200: SUBSCRIPTION}, summary="A subscription")
def get_subscription(call: EpcisCall) -> Answer:
    """With what became of the latest deliveries; its token is never shown."""
    found = _find_subscription(call)
    members = write_subscription(found, call.path["queryName"]) | {"attempts": write_attempts(call.session, found)}
    return answer_plain(call, "Subscription", members)


@epcis.operation("DELETE", SUBSCRIPTION_PATH, answers={204: None}, summary="End a subscription", media_types=())
def delete_query_subscription(call: EpcisCall) -> Answer:
    """Nothing is sent any more; what is on its way still arrives."""
    delete_subscription(call.session, call.principal, call.path["queryName"], call.path["subscriptionID"])
    return Answer(204)


def _find_query(call: EpcisCall) -> NamedQuery:
    return find_named_query(call.session, call.principal, call.path["queryName"])


def _find_subscription(call: EpcisCall) -> Subscription:
    return find_subscription(call.session, call.principal, call.path["queryName"], call.path["subscriptionID"])


def register(app: Flask) -> None:
    """Answer the handshake of a WebSocket, which has routes of its own, with what there is instead."""
    app.add_url_rule(PREFIX + EVENTS_PATH, "epcis.websocket", _refuse_websocket, websocket=True)


def _refuse_websocket(queryName: str) -> Response:
    raise NotImplementedException(
        f"Expected a subscription by webhook (POST {PREFIX}/queries/{queryName}/subscriptions), got a WebSocket."
    )


epcis.discovery(QUERY_PATH, exists=_find_query)
epcis.discovery(EVENTS_PATH, exists=_find_query)
epcis.discovery(SUBSCRIPTIONS_PATH, exists=_find_query)
epcis.discovery(SUBSCRIPTION_PATH, exists=_find_subscription)
