"""`/publications`: what the market regulator told the public; its feeds; and a firm's public page."""

from datetime import datetime
from typing import get_args

from flask import Response, render_template, request, url_for

from oversight.publications.drafts import Topic
from oversight.publications.firm import read_public_firm
from oversight.publications.reading import (
    PublicationRow,
    Wanted,
    list_publications,
    position_of,
    read_publication,
    write_publications,
)
from oversight.web.public import pages
from recalls.publication.feeds import ATOM, JSON_FEED, Entry, Feed, write_atom, write_json_feed
from recalls.web.public_answer import send_page
from trace.kit.i18n import _, current_language
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.strict_json import dumps
from trace.kit.web import current_database, current_settings

IN_FEED = 50


def topic_words() -> dict[str, str]:
    """What publications are about."""
    return {
        "inspection": _("Inspection results"),
        "recall": _("Recalls and stop-sales"),
        "blacklist": _("Blacklist"),
        "grade": _("Credit grades"),
        "tip": _("Consumer tips"),
    }


def _topic() -> Topic | None:
    asked = request.args.get("topic", "")
    return next((one for one in get_args(Topic) if one == asked), None)


@pages.get("/publications")
def publications_page() -> Response:
    """The newest first, of one topic or all."""
    page = read_page(PageQuery(cursor=request.args.get("cursor")))
    after = None if page.after is None else (datetime.fromisoformat(page.after[0]), int(page.after[1]))
    with current_database().public() as session:
        rows = write_publications(session, list_publications(session, Wanted(_topic()), after, page.limit + 1))
        shown, following = cut(rows, page, lambda row: position_of(session, row["number"]))
    values = {"rows": shown, "next": following, "topics": topic_words(), "topic": _topic()}
    return send_page(render_template("publications.html", **values))


@pages.get("/publications/<number>")
def publication_page(number: str) -> Response:
    """One publication with every version that the public read."""
    with current_database().public() as session:
        row = read_publication(session, number)
    return send_page(render_template("publication.html", row=row, topics=topic_words()))


@pages.get("/publications.atom")
def publications_atom() -> Response:
    """The newest as Atom."""
    return _feed(ATOM)


@pages.get("/publications.json")
def publications_json() -> Response:
    """The newest as a JSON Feed."""
    return _feed(JSON_FEED)


def _feed(kind: str) -> Response:
    with current_database().public() as session:
        rows = write_publications(session, list_publications(session, Wanted(_topic()), None, IN_FEED))
    site, language = current_settings().public_url, current_language()
    address = site + request.full_path.rstrip("?")
    page = site + url_for("oversight.publications_page", topic=_topic())
    spoken = "zh-CN" if language == "zh" else "en"
    feed = Feed(_("Published by the market regulator"), address, page, spoken, [_entry(row, site) for row in rows])
    body = write_atom(feed) if kind == ATOM else dumps(write_json_feed(feed))
    answer = Response(body, content_type=f"{kind}; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    answer.vary.update(("Accept-Language", "Cookie"))
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _entry(row: PublicationRow, site: str) -> Entry:
    english = current_language() == "en"
    return Entry(
        url=site + url_for("oversight.publication_page", number=row["number"]),
        paper=None,
        title=row["title_en"] if english else row["title"],
        text=row["text_en"] if english else row["text"],
        author=row["office_en"] if english else row["office"],
        published=row["published_at"],
        updated=row["changed_at"],
        language="en" if english else "zh-CN",
    )


@pages.get("/firms/<code>")
def firm_page(code: str) -> Response:
    """A firm as everybody may know it: licences, the blacklist, publications, recalls."""
    with current_database().public() as session:
        firm = read_public_firm(session, code)
    return send_page(render_template("firm_public.html", firm=firm, topics=topic_words()))
