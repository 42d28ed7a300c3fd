"""`/robots.txt` and `/sitemap.xml`: which public pages there are, for search engines."""

from collections.abc import Sequence
from datetime import datetime

from flask import Response, abort, request, url_for

from recalls.publication.listing import count_recalls, find_changes
from recalls.publication.sitemap import PER_FILE, Place, write_index, write_sitemap
from recalls.web.pages import pages
from recalls.web.public_answer import FRESH
from trace.answers import write_time
from trace.kit.web import current_database, current_settings

KEPT_OUT = ("/api/", "/epcis/", "/answer/", "/check?")
"""Not for search engines: what speaks to programs, links for one reader alone, and answers of a moment."""


@pages.get("/robots.txt")
def robots() -> Response:
    """What search engines may read, and where the list of pages is."""
    rows = ["User-agent: *", *(f"Disallow: {path}" for path in KEPT_OUT)]
    rows.append(f"Sitemap: {current_settings().public_url}{url_for('recalls.sitemap')}")
    return _answer("\n".join([*rows, ""]).encode(), "text/plain; charset=utf-8")


@pages.get("/sitemap.xml")
def sitemap() -> Response:
    """All public pages, or the list of such lists where there are more than fit in one."""
    with current_database().public() as session:
        files = -(-count_recalls(session) // PER_FILE)
        if files > 1:
            names = [url_for("recalls.sitemap_part", part=part) for part in range(1, files + 1)]
            return _answer(write_index([current_settings().public_url + name for name in names]))
        changes = find_changes(session, 0, PER_FILE)
    return _answer(write_sitemap([*_fixed_places(), *_places(changes)]))


@pages.get("/sitemap-<int:part>.xml")
def sitemap_part(part: int) -> Response:
    """One of several; the pages that are not of one recall are in the first."""
    if not 1 <= part <= 1000:
        abort(404)
    with current_database().public() as session:
        changes = find_changes(session, (part - 1) * PER_FILE, PER_FILE)
    if not changes:
        abort(404)
    return _answer(write_sitemap([*(_fixed_places() if part == 1 else ()), *_places(changes)]))


def _fixed_places() -> list[Place]:
    names = ("recalls.home", "check.check_page", "recalls.list_page")
    return [Place(current_settings().public_url + url_for(name)) for name in names]


def _places(changes: Sequence[tuple[str, datetime]]) -> list[Place]:
    site = current_settings().public_url
    return [Place(site + url_for("recalls.recall_page", number=number), write_time(at)) for number, at in changes]


def _answer(body: bytes, content_type: str = "application/xml; charset=utf-8") -> Response:
    answer = Response(body, content_type=content_type)
    answer.headers["Cache-Control"] = FRESH
    answer.add_etag()
    answer.make_conditional(request)
    return answer
