"""Signing in through an organisation's own provider (OpenID Connect Core 1.0, code flow with PKCE); extra `oidc`.

The provider says who it is; whether that person may come in is said here: somebody has to have invited the address.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.accounts.signing_in import Browser, Opened, SignInRefused, open_session
from trace.kit.accounts import User
from trace.kit.errors import Problem, Unavailable

SECONDS = 10.0
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures with a public key alone: with a shared secret whoever has it could be anybody."""

ENDPOINTS = frozenset({"authorization_endpoint", "token_endpoint", "jwks_uri"})

KNOWN = frozenset({"pwd", "pin", "kba"})
HAD = frozenset({"otp", "hwk", "swk", "sc", "sms", "tel"})
BEEN = frozenset({"fpt", "face", "iris", "retina", "vbm"})
"""Words of RFC 8176 by which a provider says what it asked for: what one knows, has and is. One kind is one factor."""


class NoProvider(Problem):
    """No provider is set up, or the extra is not installed."""

    status = 404


@dataclass(frozen=True, slots=True)
class Provider:
    """What the operator set up."""

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One way to the provider and back: what only this browser knows."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Told:
    """Whom the provider names: `email` where it says that the address was proven, `strong` with a second factor."""

    subject: str
    email: str | None
    strong: bool


def begin(provider: Provider, back: str) -> tuple[str, Asked]:
    """Return where to send the browser, and what to remember until it comes back. Raises Unavailable (503)."""
    asked = Asked(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
    session = _client(provider, back)
    with _over_the_network():
        address, _state = session.create_authorization_url(
            _discover(session, provider)["authorization_endpoint"],
            state=asked.state,
            nonce=asked.nonce,
            code_verifier=asked.verifier,
        )
    return str(address), asked


def finish(provider: Provider, back: str, asked: Asked, answer: str, now: datetime) -> Told:
    """Return whom the provider names in ``answer``, the address by which the browser came back.

    Raises SignInRefused (422) for an answer that is not to our question or is not rightly signed, Unavailable (503).
    """
    from authlib.common.errors import AuthlibBaseError
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    session = _client(provider, back, asked.state)
    refused = SignInRefused("Expected a sign-in that was begun in this browser a moment ago. Begin anew.")
    with _over_the_network():
        about = _discover(session, provider)
        try:
            token = session.fetch_token(
                about["token_endpoint"], authorization_response=answer, code_verifier=asked.verifier, timeout=SECONDS
            )
            keys = KeySet.import_key_set(session.request("GET", about["jwks_uri"], withhold_token=True).json())
            claims = jwt.decode(token["id_token"], keys, algorithms=ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=60,
                iss={"essential": True, "value": provider.issuer},
                aud={"essential": True, "value": provider.client_id},
                nonce={"essential": True, "value": asked.nonce},
                sub={"essential": True},
                exp={"essential": True},
            ).validate(claims)
        except (AuthlibBaseError, JoseError, KeyError, TypeError, ValueError) as error:
            raise refused from error
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != provider.client_id:
        raise refused
    proven = claims.get("email_verified") is True
    email = str(claims["email"]).strip().lower() if proven and claims.get("email") else None
    return Told(str(claims["sub"]), email, _is_strong(claims.get("amr")))


def _is_strong(methods: object) -> bool:
    """Whether a provider says that it asked for two factors: in one word, or by two of different kinds."""
    said = {one for one in methods if isinstance(one, str)} if isinstance(methods, list) else set()
    return "mfa" in said or sum(bool(said & kind) for kind in (KNOWN, HAD, BEEN)) > 1


def sign_in_as_told(session: Session, provider: Provider, told: Told, browser: Browser, now: datetime) -> Opened:
    """Open the session of whom the provider names: the first time found by the address, ever after by the subject.

    The second factor is asked for as after a password, unless the provider says that it asked for one. Raises
    SignInRefused (422) for whom nobody invited.
    """
    subject = f"{provider.issuer} {told.subject}"
    user = session.scalars(select(User).where(User.openid_subject == subject)).one_or_none()
    if user is None and told.email is not None:
        user = session.scalars(
            select(User).where(User.email == told.email, User.openid_subject.is_(None))
        ).one_or_none()
        if user is not None:
            user.openid_subject = subject
    if user is None or user.ended_at is not None:
        raise SignInRefused(
            "Nobody with this account was invited. Ask the administrator of your firm, or the operator."
        )
    session.flush()
    return open_session(session, user, browser, now, shown_second=told.strong)


def _client(provider: Provider, back: str, state: str | None = None) -> Any:
    try:
        from authlib.integrations.requests_client import OAuth2Session
    except ImportError as error:
        raise NoProvider("Expected the extra `oidc` to be installed, got a service without it.") from error
    return OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope="openid email",
        redirect_uri=back,
        state=state,
        code_challenge_method="S256",
        default_timeout=SECONDS,
    )


def _discover(session: Any, provider: Provider) -> dict[str, Any]:
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    about = session.request("GET", address, withhold_token=True, timeout=SECONDS).json()
    if not isinstance(about, dict) or not ENDPOINTS.issubset(about):
        raise Unavailable("The provider does not say where to sign in.")
    if about.get("issuer") != provider.issuer:
        raise Unavailable("The provider names itself otherwise than it was set up here.")
    return about


@contextmanager
def _over_the_network() -> Iterator[None]:
    """Whatever is wrong with the provider is "not now"."""
    from requests import RequestException

    try:
        yield
    except RequestException as error:
        raise Unavailable("The provider cannot be reached. Sign in with your password, or try again.") from error
