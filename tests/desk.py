"""Somebody at the desk, for tests: signed in, with pages as trees and forms that carry their hidden fields."""

import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from trace.kit.accounts import add_user, start_session
from trace.kit.auth import Role
from trace.kit.forms import cookie_name, csrf_token
from trace.kit.web import current_database

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Page:
    """A page that was answered: its tree, and all its words."""

    status: int
    body: str

    @property
    def tree(self) -> Any:
        """The page as lxml has it."""
        return html.document_fromstring(self.body)

    @property
    def text(self) -> str:
        """The words between the tags, blanks as one."""
        return " ".join(self.tree.body.text_content().split())


@dataclass(frozen=True)
class DeskClient:
    """A browser in which a person is signed in."""

    app: Flask
    client: FlaskClient
    token: str
    user_id: int
    language: str = "en"

    def send(self, method: str, path: str, data: Any = None, **headers: str) -> TestResponse:
        """One request as it is given; `data` is a form."""
        sent = {"Accept-Language": self.language, "Accept": "text/html"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(path, method=method, data=data, headers=sent)

    def get(self, path: str, status: int = 200) -> Page:
        """A page."""
        response = self.send("GET", path)
        assert response.status_code == status, (response.status_code, response.get_data(as_text=True)[:3000])
        return Page(response.status_code, response.get_data(as_text=True))

    def post(self, path: str, form: Mapping[str, Any], status: int = 303, once: str | None = None) -> TestResponse:
        """Send a form with the hidden fields; values may be lists, or (file, name)."""
        response = self.send("POST", path, {**form, **self.hidden(once)})
        assert response.status_code == status, (response.status_code, response.get_data(as_text=True)[:3000])
        return response

    def hidden(self, once: str | None = None) -> dict[str, str]:
        """The hidden fields of a form."""
        with self.app.app_context():
            return {"csrf": csrf_token(self.token), "once": once or secrets.token_hex(16)}

    def follow(self, response: TestResponse) -> Page:
        """The page that an answer leads to."""
        return self.get(response.headers["Location"])


def sign_in(
    app: Flask,
    role: Role,
    party_id: int | None = None,
    manages: bool = False,
    name: str = "Test person",
    language: str = "en",
) -> DeskClient:
    """A new person of this role in a browser of his own."""
    now = datetime.now(UTC)
    with app.app_context(), current_database().write() as session:
        user = add_user(session, f"person{next(_numbers)}@desk.example", name, role, party_id, manages, now)
        token = start_session(session, user.id, "test", timedelta(days=1), now, complete=True)
        number = user.id
    client = app.test_client()
    with app.app_context():
        # the name with __Host- stands for https alone
        client.set_cookie(cookie_name(), token, secure=True, domain="localhost")
    return DeskClient(app, client, token, number, language)
