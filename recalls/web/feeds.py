"""`/recalls.atom` and `/recalls.json`: announced recalls for feed readers, in both languages, cheap to ask again.

They take the parameters of the list `/recalls`, so that a list of one product, firm or region has its feed.
"""

from datetime import datetime

from flask import Response, request, url_for

from recalls.publication.feeds import ATOM, JSON_FEED, Feed, write_atom, write_json_feed
from recalls.publication.public import read_entries
from recalls.web.filters import link, read_filters
from recalls.web.pages import pages
from recalls.web.words import stage_words
from trace.kit.i18n import _, current_language
from trace.kit.strict_json import dumps
from trace.kit.web import current_database, current_settings


@pages.get("/recalls.atom")
def atom_feed() -> Response:
    """The newest recalls as Atom."""
    feed = _read_feed("recalls.atom_feed")
    return _answer(feed, write_atom(feed), ATOM)


@pages.get("/recalls.json")
def json_feed() -> Response:
    """The newest recalls as a JSON Feed."""
    feed = _read_feed("recalls.json_feed")
    return _answer(feed, dumps(write_json_feed(feed)), JSON_FEED)


def _read_feed(endpoint: str) -> Feed:
    filters = read_filters(request.args)
    site, language = current_settings().public_url, current_language()
    with current_database().public() as session:
        entries = read_entries(session, site, language, stage_words(), filters)
    asked = {**request.args, "lang": language}
    address, page = (site + link(url_for(name), asked) for name in (endpoint, "recalls.list_page"))
    spoken = "zh-CN" if language == "zh" else "en"
    return Feed(_("Recalls announced here"), address, page, spoken, entries)


def _answer(feed: Feed, body: bytes, content_type: str) -> Response:
    answer = Response(body, content_type=f"{content_type}; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"  # a reader asks each time, and is told in a line that nothing is new
    answer.headers["Content-Language"] = feed.language
    answer.vary.update(("Accept-Language", "Cookie"))
    answer.add_etag()
    answer.last_modified = datetime.fromisoformat(feed.updated)
    answer.make_conditional(request)
    return answer
