"""Somebody at the door, for tests: a browser that signs in by its own forms."""

from dataclasses import dataclass, field
from typing import Any

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse


@dataclass
class Visitor:
    """A browser of its own; `address` is where it is."""

    app: Flask
    address: str = "192.0.2.1"
    language: str = "en"
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str) -> TestResponse:
        """A page as it is answered."""
        return self._open(path)

    def send(self, path: str, form: dict[str, Any], page: str | None = None) -> TestResponse:
        """Fill in the form of a page (by default the same address) and send it to ``path``."""
        shown = self._open(page or path)
        assert shown.status_code == 200, (shown.status_code, shown.text[:500])
        tree = html.document_fromstring(shown.text)
        hidden = {one.get("name"): one.get("value") for one in tree.xpath("//main//input[@type='hidden']")}
        return self._open(path, method="POST", data={**hidden, **form})

    def sign_in(self, email: str, password: str) -> TestResponse:
        """Type address and password."""
        return self.send("/desk/sign-in", {"email": email, "password": password})

    def show_code(self, secret: str, at: float | None = None) -> TestResponse:
        """Type the six digits of this moment, or of another."""
        totp = pyotp.TOTP(secret)
        code = totp.now() if at is None else totp.at(int(at))
        return self.send("/desk/second-factor", {"code": code})

    def _open(self, path: str, **options: Any) -> TestResponse:
        headers = {"Accept": "text/html", "Accept-Language": self.language, "User-Agent": "Test browser"}
        base = {"base_url": "https://suyuan.example", "environ_base": {"REMOTE_ADDR": self.address}}
        return self.client.open(path, headers=headers, **base, **options)


def secret_shown(page: TestResponse) -> str:
    """The secret that a page offers to set up the second factor."""
    found: str = html.document_fromstring(page.text).xpath("//p[contains(@class, 'secret-text')]")[0].text_content()
    return found.strip()
