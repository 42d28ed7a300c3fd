"""Each operation of the official list does what the list says: good answers, and every error that can be provoked."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import app_over, database_maker
from tests.data import DATA
from tests.trace.web.api_client import CONTEXT, Api, document
from tests.trace.web.firms import PLANT, Firms, batch, make_firms, shipment
from tests.trace.web.official_api import problems_of
from trace.kit.web import MAX_BODY, MAX_TARGET

ENDPOINTS = DATA / "epcis" / "rest-endpoints.tsv"


@dataclass(frozen=True)
class Endpoint:
    """A line of the list."""

    method: str
    path: str
    statuses: frozenset[int]
    parameters: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def endpoints() -> list[Any]:
    """Parameters for pytest: every line, or one skip that names the file."""
    if not ENDPOINTS.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"test data missing: {ENDPOINTS}"))]
    lines = [line.split("\t") for line in ENDPOINTS.read_text("utf-8").splitlines()[1:]]
    found = [
        Endpoint(method, path, frozenset(map(int, statuses.split(","))), frozenset(names.lower().split(",")) - {""})
        for method, path, statuses, names in lines
    ]
    return [pytest.param(one, id=str(one)) for one in found]


@dataclass(frozen=True)
class Ask:
    """A request; `key` is the firm that asks, None for nobody."""

    method: str
    path: str
    key: str | None = "dairy"
    body: Any = None
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """A dairy that captured and subscribed, and how to send requests."""

    app: Flask
    firms: Firms
    event_id: str
    capture_id: str

    def send(self, ask: Ask) -> TestResponse:
        api: Api = Api(self.app, None) if ask.key is None else getattr(self.firms, ask.key)
        return api.send(ask.method, "/epcis" + ask.path + ask.query, ask.body, **ask.headers)

    def ask(self, endpoint: Endpoint) -> Ask:
        """The good request of a line: what is in the path is there."""
        known: dict[str, Callable[[], str]] = {
            "captureID": lambda: self.capture_id,
            "eventID": lambda: self.event_id,
            "eventType": lambda: "ObjectEvent",
            "epc": lambda: SERIAL,
            "bizStep": lambda: "urn:epcglobal:cbv:bizstep:shipping",
            "bizLocation": lambda: f"https://id.gs1.org/414/{PLANT}",
            "readPoint": lambda: f"https://id.gs1.org/414/{PLANT}",
            "disposition": lambda: "in_transit",
            "token": lambda: "abc",
        }
        path = endpoint.path
        if "{queryName}" in path:
            name = self.name_query()
            path = path.replace("{queryName}", name)
            if "{subscriptionID}" in path:
                path = path.replace("{subscriptionID}", self.subscribe(name))
        path = re.sub(r"\{(\w+)\}", lambda match: quote(known[match[1]](), safe=""), path)
        return Ask(endpoint.method, path, body=BODIES.get(str(endpoint), lambda: None)())

    def name_query(self) -> str:
        name = f"q{uuid.uuid4().hex}"
        self.firms.dairy.post("/epcis/queries", {"name": name, "query": {"EQ_bizStep": ["shipping"]}})
        return name

    def subscribe(self, name: str) -> str:
        number: str = self.firms.dairy.post(f"/epcis/queries/{name}/subscriptions", SUBSCRIPTION)["subscriptionID"]
        return number


SERIAL = "https://id.gs1.org/01/09520000000035/21/S1"
SUBSCRIPTION = {"dest": "https://203.0.113.7/events", "stream": True, "reportIfEmpty": False}


def event(**members: Any) -> dict[str, Any]:
    """A serial that the dairy commissions; each has an ID of its own."""
    return {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": "2026-03-05T08:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "disposition": "active",
        "epcList": [SERIAL],
        "readPoint": {"id": f"https://id.gs1.org/414/{PLANT}"},
        **members,
    }


BODIES: dict[str, Callable[[], Any]] = {
    "POST /capture": lambda: document([event()]),
    "POST /events": lambda: {"@context": CONTEXT, **event()},
    "POST /queries": lambda: {"name": f"q{uuid.uuid4().hex}", "query": {"EQ_bizStep": ["shipping"]}},
    "POST /queries/{queryName}/subscriptions": lambda: SUBSCRIPTION,
}

Provocation = Callable[[Desk, Ask], Ask]


def nobody(_desk: Desk, ask: Ask) -> Ask:
    return replace(ask, key=None)


def a_key_that_may_only_read(_desk: Desk, ask: Ask) -> Ask:
    return replace(ask, key="regulator")


def another_version(_desk: Desk, ask: Ask) -> Ask:
    return replace(ask, headers={"GS1_EPCIS_Min": "3.0"})


def what_is_not_there(_desk: Desk, ask: Ask) -> Ask:
    resource, _, rest = ask.path[1:].partition("/")
    value, slash, tail = rest.partition("/")
    if tail.startswith("subscriptions/"):
        return replace(ask, path=f"/{resource}/{value}/subscriptions/{uuid.uuid4()}")
    return replace(ask, path=f"/{resource}/urn%3Anone{slash}{tail}")


def a_query_too_long(_desk: Desk, ask: Ask) -> Ask:
    return replace(ask, query="?EQ_eventID=" + "x" * MAX_TARGET)


def no_media_type_of_ours(_desk: Desk, ask: Ask) -> Ask:
    return replace(ask, body=b"<html/>", headers={"Content_Type": "text/html"})


def a_body_too_large(_desk: Desk, ask: Ask) -> Ask:
    return replace(ask, body=b" " * (MAX_BODY + 1), headers={"Content_Type": "application/json"})


def a_result_too_large(_desk: Desk, ask: Ask) -> Ask:
    return replace(ask, query="?maxEventCount=0")


def the_same_again(desk: Desk, ask: Ask) -> Ask:
    assert desk.send(ask).status_code == 201
    return ask


def no_sense(_desk: Desk, ask: Ask) -> Ask:
    if ask.body is not None:
        return replace(ask, body={"type": "Nonsense"})
    if ask.path.endswith("/events"):
        return replace(ask, query="?EQ_nonsense=1")
    return replace(ask, headers={"GS1_EPCIS_Min": "two"})


def provocations(endpoint: Endpoint) -> Iterator[tuple[int, Provocation]]:
    """How to come to each error of a line.

    403: a company may not ask for what is another's, but then it is 404 (CONTRACT); only a key that may not write at
    all is forbidden. 413 of a definition: there is none that grows with events. 500 is provoked apart.
    """
    bodies = endpoint.method == "POST"
    table: dict[int, Provocation | None] = {
        400: no_sense,
        401: nobody,
        403: a_key_that_may_only_read if endpoint.path in ("/capture", "/events") and bodies else None,
        404: what_is_not_there,
        406: another_version,
        409: the_same_again,
        413: a_body_too_large if bodies else a_result_too_large if endpoint.path.endswith("/events") else None,
        414: a_query_too_long,
        415: no_media_type_of_ours,
    }
    for status in sorted(endpoint.statuses - {500}):
        provoke = table.get(status)
        if provoke is not None:
            yield status, provoke


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all lines: what they capture is not in each other's way."""
    for make in database_maker(request.param, request, tmp_path_factory.mktemp("endpoints")):
        app = app_over(make())
        firms = make_firms(app)
        firms.dairy.post("/api/v1/batches", batch())
        firms.dairy.post("/api/v1/shipments", shipment())
        captured = event()
        job = firms.dairy.capture(document([captured]))
        yield Desk(app, firms, captured["eventID"], job["captureID"])


@pytest.mark.parametrize("endpoint", endpoints())
def test_a_good_request_is_answered_as_the_standard_says(desk: Desk, endpoint: Endpoint) -> None:
    answer = desk.send(desk.ask(endpoint))
    good = {status for status in endpoint.statuses if status < 300} or {501}
    assert answer.status_code in (good if endpoint.path != "/nextPageToken/{token}" else {501}), answer.text
    assert problems_of(endpoint.method, endpoint.path, answer) == []


@pytest.mark.parametrize("endpoint", endpoints())
def test_every_error_that_can_be_provoked_is_the_one_of_the_standard(desk: Desk, endpoint: Endpoint) -> None:
    for status, provoke in provocations(endpoint):
        answer = desk.send(provoke(desk, desk.ask(endpoint)))
        assert answer.status_code == status, (provoke.__name__, answer.status_code, answer.text)
        assert answer.mimetype == "application/problem+json"
        assert answer.json is not None
        assert answer.json["type"].startswith("epcisException:"), answer.json
        assert problems_of(endpoint.method, endpoint.path, answer) == []


@pytest.mark.parametrize("endpoint", endpoints())
def test_a_defect_of_the_service_is_an_implementation_exception(
    desk: Desk, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = desk.ask(endpoint)
    monkeypatch.setattr("trace.kit.transactions.in_transaction", None)
    monkeypatch.setattr("trace.web.epcis_binding.in_transaction", None)
    answer = desk.send(ask)
    assert answer.status_code == 500
    assert answer.json is not None
    assert answer.json["type"] == "epcisException:ImplementationException"


@pytest.mark.parametrize("endpoint", endpoints())
def test_an_answer_that_no_client_asked_for_is_not_acceptable(desk: Desk, endpoint: Endpoint) -> None:
    answer = desk.send(replace(desk.ask(endpoint), headers={"Accept": "text/html"}))
    bodiless = endpoint.method in ("OPTIONS", "DELETE")
    assert (answer.status_code == 406) != bodiless, answer.text


def test_what_the_standard_does_not_have_is_not_allowed(desk: Desk) -> None:
    for path in ("/events", "/capture", "/queries", "/epcs", "/"):
        answer = desk.send(Ask("PATCH", path, body={}))
        assert answer.status_code == 405
        assert "GET" in answer.headers["Allow"]


NOT_DONE = {
    "DELETE /nextPageToken/{token}": {204},  # nothing is kept that could be released
    "GET /queries/{queryName}": {413},  # a definition does not grow with events
    "GET /queries/{queryName}/events": {101},  # no WebSocket: docs/decisions
}
SUBSCRIBED_BY_URL = re.compile("gs1-query-|upgrade|connection")
"""Parameters of a WebSocket."""


@pytest.mark.parametrize("endpoint", endpoints())
def test_the_openapi_document_has_the_line_with_its_statuses_and_parameters(desk: Desk, endpoint: Endpoint) -> None:
    document = desk.firms.consumer.get("/api/v1/openapi.json")
    declared = document["paths"]["/epcis" + endpoint.path][endpoint.method.lower()]
    statuses = set(map(int, declared["responses"]))
    assert endpoint.statuses - statuses == NOT_DONE.get(str(endpoint), set())
    assert statuses - endpoint.statuses <= {400, 401, 403, 404, 406, 409, 413, 414, 422, 500, 501, 503}
    names = {one["name"].lower() for one in declared["parameters"]}
    missing = {name for name in endpoint.parameters - names if not SUBSCRIBED_BY_URL.match(name)}
    assert missing == set()
