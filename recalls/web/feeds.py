"""`/recalls.atom` and `/recalls.json`: announced recalls for feed readers, in both languages, cheap to ask again."""

from datetime import datetime

from flask import Response, request

from recalls.publication.feeds import ATOM, JSON_FEED, Feed, write_atom, write_json_feed
from recalls.publication.public import read_entries
from recalls.web.pages import language_of, pages, stage_words
from trace.kit.i18n import _
from trace.kit.strict_json import dumps
from trace.kit.web import current_database, current_settings


@pages.get("/recalls.atom")
def atom_feed() -> Response:
    """The newest recalls as Atom."""
    feed = _read_feed("recalls.atom")
    return _answer(feed, write_atom(feed), ATOM)


@pages.get("/recalls.json")
def json_feed() -> Response:
    """The newest recalls as a JSON Feed."""
    feed = _read_feed("recalls.json")
    return _answer(feed, dumps(write_json_feed(feed)), JSON_FEED)


def _read_feed(name: str) -> Feed:
    site, language = current_settings().public_url, language_of()
    with current_database().read() as session:
        entries = read_entries(session, site, language, stage_words())
    page = f"{site}/recalls?lang={language}"
    spoken = "zh-CN" if language == "zh" else "en"
    return Feed(_("Recalls announced here"), f"{site}/{name}?lang={language}", page, spoken, entries)


def _answer(feed: Feed, body: bytes, content_type: str) -> Response:
    answer = Response(body, content_type=f"{content_type}; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"  # a reader asks each time, and is told in a line that nothing is new
    answer.headers["Content-Language"] = feed.language
    answer.vary.update(("Accept-Language", "Cookie"))
    answer.add_etag()
    answer.last_modified = datetime.fromisoformat(feed.updated)
    answer.make_conditional(request)
    return answer
