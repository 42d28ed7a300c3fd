"""Forms of our own pages: the cookie of a session, hidden fields that only we know, and forms that are sent twice."""

import hashlib
import hmac
import secrets

from flask import Response, g, request
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from trace.kit import audit, idempotency
from trace.kit.auth import Principal
from trace.kit.errors import Forbidden
from trace.kit.web import NulCharacter, current_settings

PREFIX = "/desk"

_CSRF, _ONCE = "csrf", "once"
_VISIT = "visit"


class NotOurForm(Forbidden):
    """A form that did not come from a page of ours, or from one that is too old."""


def cookie_name() -> str:
    """The name of the session's cookie: one that browsers take from this host alone, where it is served by https."""
    return "__Host-suyuan" if current_settings().public_url.startswith("https:") else "suyuan"


def session_token() -> str | None:
    """The token of this browser's session."""
    return request.cookies.get(cookie_name())


def csrf_token(secret: str | None) -> str:
    """What our own pages put into their forms: nobody can know it who has not the session's (or visit's) cookie."""
    key = current_settings().secret_key.encode()
    return hmac.new(key, f"csrf {secret or ''}".encode(), hashlib.sha256).hexdigest()


def require_own_form(secret: str | None) -> None:
    """Raise NotOurForm (403) unless the form came from a page of ours, for this very browser; NulCharacter (400)
    where a field holds one."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = site not in (None, "same-origin", "none") or (site is None and origin not in (None, _own_origin()))
    sent = request.form.get(_CSRF, "")
    if foreign or not secret or not hmac.compare_digest(sent.encode(), csrf_token(secret).encode()):
        raise NotOurForm("This form is too old, or did not come from this site. Open the page again and send it anew.")
    if any("\0" in text for _name, text in request.form.items(multi=True)):
        raise NulCharacter("Expected fields of characters, got U+0000.")


def _own_origin() -> str:
    return request.host_url.rstrip("/")


def form_secret() -> str:
    """What this browser's forms go by: its session, else its visit."""
    return session_token() or visit()


def hidden() -> Markup:
    """The hidden fields of every form."""
    return Markup('<input type="hidden" name="{}" value="{}"><input type="hidden" name="{}" value="{}">').format(
        _CSRF, csrf_token(form_secret()), _ONCE, request.form.get(_ONCE) or secrets.token_hex(16)
    )


def visit() -> str:
    """A random text that stands for this browser while nobody is signed in; it becomes a cookie with the answer."""
    known = request.cookies.get(_VISIT) or g.get("visit")
    if known is None:
        known = g.visit = secrets.token_urlsafe(16)
    return known


def read_once(principal: Principal) -> idempotency.Request | None:
    """What makes this form the same as one sent before: what it holds, and the text that our page gave it."""
    once = request.form.get(_ONCE)
    if not once:
        return None
    pairs = [pair for pair in request.form.items(multi=True) if pair[0] not in (_CSRF, _ONCE)]
    files = [(name, file.filename, _digest(file)) for name, file in request.files.items(multi=True)]
    body = repr((pairs, files)).encode()
    # who goes back, mends something and sends it again means it anew
    key = f"{once[:64]}-{hashlib.sha256(body).hexdigest()[:32]}"
    return idempotency.Request(f"desk {principal.key_id}", key, f"POST {audit.mask(request.path)}", body)


def _digest(file: FileStorage) -> str:
    seen = hashlib.sha256()
    while piece := file.stream.read(1 << 16):
        seen.update(piece)
    file.stream.seek(0)
    return seen.hexdigest()


def keep_visit(response: Response) -> Response:
    """Send the cookie of a visit that began with this page."""
    if "visit" in g:
        secure = current_settings().public_url.startswith("https:")
        response.set_cookie(_VISIT, g.visit, httponly=True, samesite="Lax", secure=secure, path=PREFIX)
    return response
