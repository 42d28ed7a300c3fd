"""`/desk/openid`: to the organisation's own provider, and back."""

from datetime import UTC, datetime

from flask import Response, request, url_for
from itsdangerous import BadData, URLSafeTimedSerializer

from trace.accounts.openid import Asked, NoProvider, Provider, begin, finish, sign_in_as_told
from trace.accounts.signing_in import SignInRefused
from trace.kit.forms import PREFIX
from trace.kit.web import current_database, current_settings
from trace.web.desk.desk import desk
from trace.web.desk.sign_in import browser_of, go_on, lead

COOKIE = "openid"
SECONDS = 600


def provider_of_settings() -> Provider | None:
    """The provider that the operator set up."""
    found = current_settings()
    if found.oidc_issuer is None or found.oidc_client_id is None or found.oidc_client_secret is None:
        return None
    return Provider(found.oidc_issuer, found.oidc_client_id, found.oidc_client_secret)


@desk.blueprint.get("/openid")
def begin_openid() -> Response:
    """Send the browser to the provider; what only it knows goes along in a signed cookie."""
    provider = _provider()
    address, asked = begin(provider, _back())
    kept = _signer().dumps([asked.state, asked.nonce, asked.verifier, request.args.get("next", "")])
    response = lead(address)
    secure = current_settings().public_url.startswith("https:")
    response.set_cookie(COOKIE, kept, SECONDS, path=PREFIX, httponly=True, secure=secure, samesite="Lax")
    return response


@desk.blueprint.get("/openid/return")
def return_openid() -> Response:
    """Open the session of whom the provider names."""
    provider, now = _provider(), datetime.now(UTC)
    try:
        state, nonce, verifier, wanted = _signer().loads(request.cookies.get(COOKIE, ""), max_age=SECONDS)
    except (BadData, ValueError) as error:
        raise SignInRefused("Expected a sign-in that was begun in this browser a moment ago. Begin anew.") from error
    told = finish(provider, _back(), Asked(state, nonce, verifier), _back() + "?" + request.query_string.decode(), now)
    with current_database().write() as session:
        opened = sign_in_as_told(session, provider, told, browser_of(), now)
    response = go_on(opened, wanted or None)
    response.delete_cookie(COOKIE, path=PREFIX)
    return response


def _provider() -> Provider:
    found = provider_of_settings()
    if found is None:
        raise NoProvider("No provider is set up here. Sign in with your password.")
    return found


def _back() -> str:
    return current_settings().public_url + url_for("trace_desk.return_openid")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_settings().secret_key, salt="openid")
