"""Signing in through a provider: whom it names comes in if somebody invited him, and nobody by any other answer."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from tests.trace.web.desk.door import Visitor
from tests.trace.web.desk.test_sign_in import invited
from tests.trace.web.firms import DAIRY, make_firms, party_number
from trace.kit.config import Settings
from trace.kit.db import Database
from wsgi import create_app

KEY = RSAKey.generate_key(2048, {"kid": "one"})
STRANGE = RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class Provider:
    """A provider on loopback; `claims` change what it says of the person, `key` who signs it."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: Any = field(default_factory=lambda: KEY)
    asked: dict[str, str] = field(default_factory=dict)

    def token(self, form: dict[str, list[str]]) -> dict[str, Any]:
        """The answer to a code, if the browser that began is the one that ends (PKCE)."""
        challenge = hashlib.sha256(form["code_verifier"][0].encode()).digest()
        assert base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() == self.asked["code_challenge"]
        now = int(time.time())
        said = {"iss": self.issuer, "aud": "suyuan", "sub": "17", "iat": now, "exp": now + 300}
        said |= {"nonce": self.asked["nonce"], "email": "Member@dairy.example", "email_verified": True} | self.claims
        return {"access_token": "x", "token_type": "Bearer", "id_token": jwt.encode({"alg": "RS256"}, said, self.key)}


@contextmanager
def running_provider() -> Iterator[Provider]:
    """It answers until the end of the block."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def answer(self, value: Any) -> None:
            data = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            at = provider.issuer
            names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            about = {"issuer": at, **{name: f"{at}/{name}" for name in names}}
            keys = {"keys": [KEY.as_dict(private=False)]}
            self.answer(keys if self.path.endswith("jwks_uri") else about)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(provider.token(parse_qs(body)))

        def log_message(self, *_: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def database_kind() -> str:
    """Nothing here differs between databases."""
    return "sqlite"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider of an organisation."""
    with running_provider() as one:
        yield one


@pytest.fixture
def app(database: Database, provider: Provider) -> Flask:
    """The service, for which that provider was set up, with somebody invited."""
    settings = Settings(
        database.engine.url.render_as_string(hide_password=False),
        *("a key for tests", "https://suyuan.example"),
        oidc_issuer=provider.issuer,
        oidc_client_id="suyuan",
        oidc_client_secret="secret",
        repeat_seconds=0,
    )
    app = create_app(settings, database)
    make_firms(app)
    invited(app, "member@dairy.example", party=party_number(app, DAIRY))
    return app


def come_back(visitor: Visitor, provider: Provider, state: str | None = None) -> TestResponse:
    """Go to the provider and back."""
    sent = visitor.get("/desk/openid?next=/desk/batches")
    assert sent.status_code == 303
    provider.asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["Location"]).query).items()}
    return visitor.get(f"/desk/openid/return?code=c&state={state or provider.asked['state']}")


def test_whom_the_provider_names_comes_in_if_invited(app: Flask, provider: Provider) -> None:
    """The first time by the proven address, ever after by the provider's own name for the person."""
    first = come_back(Visitor(app), provider)
    assert (first.status_code, first.headers["Location"]) == (303, "/desk/batches")
    provider.claims = {"email": "renamed@dairy.example"}
    visitor = Visitor(app)
    assert come_back(visitor, provider).status_code == 303
    assert visitor.get("/desk").status_code == 200
    provider.claims = {"sub": "18"}
    assert come_back(Visitor(app), provider).status_code == 422


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "nobody@dairy.example"},
        {"aud": "another"},
        {"aud": ["suyuan", "another"]},
        {"iss": "https://another.example"},
        {"nonce": "another"},
        {"exp": 1},
        {"sub": None},
    ],
)
def test_nobody_comes_in_by_another_answer(app: Flask, provider: Provider, claims: dict[str, Any]) -> None:
    """Not proven, not invited, not for us, not from there, not to our question, too old."""
    provider.claims = claims
    visitor = Visitor(app)
    assert come_back(visitor, provider).status_code == 422
    assert visitor.get("/desk").status_code == 303


def test_nor_with_another_signature_state_or_browser(app: Flask, provider: Provider) -> None:
    """A link that somebody else began opens nothing."""
    assert come_back(Visitor(app), provider, state="another").status_code == 422
    assert Visitor(app).get(f"/desk/openid/return?code=c&state={provider.asked['state']}").status_code == 422
    provider.key = STRANGE
    assert come_back(Visitor(app), provider).status_code == 422


def test_a_regulator_shows_a_second_factor_here_or_there(app: Flask, provider: Provider) -> None:
    """What the provider says that it asked for is not asked for again."""
    invited(app, "officer@office.example", "regulator", party_number(app, DAIRY))
    provider.claims = {"email": "officer@office.example"}
    assert come_back(Visitor(app), provider).headers["Location"].startswith("/desk/second-factor")
    for one_factor in (["otp"], ["pin"], ["pwd", "pin"], "mfa"):
        provider.claims |= {"amr": one_factor}
        assert come_back(Visitor(app), provider).headers["Location"].startswith("/desk/second-factor"), one_factor
    provider.claims |= {"amr": ["pwd", "otp"]}
    assert come_back(Visitor(app), provider).headers["Location"] == "/desk/batches"


def test_a_provider_that_is_away_is_not_now(app: Flask, provider: Provider) -> None:
    """Passwords still work."""
    with running_provider() as gone:
        away = gone.issuer
    settings = Settings("sqlite://", "k", oidc_issuer=away, oidc_client_id="x", oidc_client_secret="y")
    app.extensions["suyuan_settings"] = settings
    assert Visitor(app).get("/desk/openid").status_code == 503
