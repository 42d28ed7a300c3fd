"""A client of the service for tests: one key, JSON in and out, statuses checked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Flask
from werkzeug.test import TestResponse

from trace.kit.auth import Role, issue_key
from trace.kit.web import current_database

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"


@dataclass(frozen=True)
class Api:
    """Calls with one key; `key` None is a consumer."""

    app: Flask
    key: str | None

    @classmethod
    def issue(cls, app: Flask, role: Role, party_id: int | None = None) -> "Api":
        """A client with a new key."""
        with app.app_context(), current_database().write() as session:
            return cls(app, issue_key(session, role, party_id, "test"))

    @classmethod
    def admin(cls, app: Flask) -> "Api":
        """The operator's client."""
        return cls.issue(app, "admin")

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """One request; `body` is JSON, or bytes with a `content_type`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.key is not None:
            sent["Authorization"] = f"Bearer {self.key}"
        if isinstance(body, bytes):
            return self.app.test_client().open(path, method=method, data=body, headers=sent)
        return self.app.test_client().open(path, method=method, json=body, headers=sent)

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        """The JSON answer of a GET."""
        return _answer(self.send("GET", path, **headers), status)

    def post(self, path: str, body: Any, status: int = 201, **headers: str) -> Any:
        """The JSON answer of a POST."""
        return _answer(self.send("POST", path, body, **headers), status)

    def capture(self, body: Mapping[str, Any] | bytes, status: int = 202, **headers: str) -> Any:
        """Capture a document that must be accepted whole, unless another status is expected."""
        answer = _answer(self.send("POST", "/epcis/capture", body, **headers), status)
        if status == 202 and "GS1_Capture_Error_Behaviour" not in headers:
            assert answer["success"], answer["errors"]
        return answer

    def event(self, event_id: str, status: int = 200) -> Any:
        """A stored event by itself, or the problem."""
        answer = self.get("/epcis/events/" + quote(event_id, safe=""), status)
        return answer if status != 200 else answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0]


def _answer(response: TestResponse, status: int) -> Any:
    assert response.status_code == status, (response.status_code, response.get_data(as_text=True)[:2000])
    return json.loads(response.get_data() or b"null")


def document(events: Sequence[Mapping[str, Any]], context: Any = CONTEXT) -> dict[str, Any]:
    """Events as an EPCISDocument."""
    return {
        "@context": context,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-31T00:00:00Z",
        "epcisBody": {"eventList": list(events)},
    }
