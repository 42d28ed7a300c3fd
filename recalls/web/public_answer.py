"""How public pages answer: how long they may be kept, and what other sites and phones are told about them."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Response, make_response, request, url_for

from trace.kit.front import remember
from trace.kit.i18n import LANGUAGES, current_language
from trace.kit.web import current_settings

FRESH = "public, max-age=30"
"""A new recall shows within half a minute on a page that somebody keeps."""

NO_STORE = "no-store"
"""An answer about somebody's own goods is of this moment, and nobody else's business."""

SHORT = 200
"""So many characters of a text are told to who shows a link to a page."""


class Head(NamedTuple):
    """What a page says of itself to search engines and to who shows a link to it."""

    title: str
    description: str
    url: str
    alternates: Mapping[str, str]
    picture: str


def describe(title: str, description: str, path: str, picture: str | None = None) -> Head:
    """Return what a page under ``path`` says of itself; the same page in each language is an address of its own.

    Where it has no ``picture`` (its path), the mark of the service stands for one.
    """
    site = current_settings().public_url
    alternates = {one: f"{site}{path}?{urlencode({'lang': one})}" for one in LANGUAGES}
    asked = request.args.get("lang")
    url = alternates[asked] if asked in LANGUAGES else site + path
    text = " ".join(description.split())
    text = text if len(text) <= SHORT else text[: SHORT - 1] + "…"
    shown = site + (picture or url_for("shell.icon_picture", name="512"))
    return Head(title, text, url, alternates | {"x-default": site + path}, shown)


def send_page(page: str, status: int = 200, cache: str = FRESH) -> Response:
    """Return a page; where it may be kept, whoever has it already is answered 304."""
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = cache if status == 200 else NO_STORE
    if status == 200:
        remember()
    if status == 200 and cache != NO_STORE:
        answer.headers["Content-Language"] = current_language()
        answer.vary.update(("Accept-Language", "Cookie"))
        answer.add_etag()
        answer.make_conditional(request)
    return answer
