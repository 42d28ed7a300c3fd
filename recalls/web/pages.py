"""The page of an announced recall, its paper and its pictures; what is not announced, and every drill, is not found."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from typing import Any, NamedTuple

from flask import Blueprint, Response, make_response, render_template, request, url_for
from markupsafe import Markup

from recalls.cases import RecallNotFound
from recalls.publication.fields import BY_NAME, ENGLISH, contact_of, described_in_text, missing, pictures_of, tell
from recalls.publication.paper import Paper, say_condition, write_paper
from recalls.publication.public import Notice, Published, read_notice, read_photograph
from recalls.publication.records import item_of, say_product
from recalls.publication.versions import Version
from recalls.web.own_unit import MOST_CHOICES, answer_own, asked_of, fields_of
from recalls.web.public_answer import FRESH, NO_STORE, describe, send_page
from recalls.web.words import stage_words
from trace.check.code import CannotTell
from trace.kit.formats import Language, say_day
from trace.kit.i18n import _, current_language
from trace.kit.web import current_database, current_settings
from trace.pdf import find_font, write_pdf
from trace.symbols.linear import draw_gtin
from trace.symbols.matrix import draw_address
from trace.symbols.svg import write_svg
from trace.symbols.verify import verify
from trace.web.check_words import mark_language, write_number

MOST_SYMBOLS = 6
MOST_SHOWN = 50
LONGEST_POSTER = 200
"""A longer address makes a code that phones do not read from afar."""

pages = Blueprint(
    "recalls", __name__, template_folder="templates", static_folder="static", static_url_path="/static/recalls"
)


class Past(NamedTuple):
    """Something that happened on a day; ``version`` is that of the notice that it made."""

    day: str
    text: str
    version: int | None


@pages.get("/recalls/<number>")
def recall_page(number: str) -> Response:
    """One recall, its facts in a fixed order; `?version=1` is the notice as it was first published.

    With `code`, `lot` and `serial` it says first whether that very unit is in the recall.
    """
    try:
        with current_database().public() as session:
            notice = read_notice(session, number, _wanted(), datetime.now(UTC))
            steps = [(step.at, step.to_stage) for step in notice.case.steps]
    except RecallNotFound:
        return make_response(render_template("no_recall.html", number=number, version=_wanted() is not None), 404)
    asked = asked_of(notice.version.facts)
    own = answer_own(notice.case.number, asked)
    page = render_template(
        "recall.html",
        **_told(notice),
        history=_history(steps, notice.versions),
        asked=asked,
        own=own,
        fields=fields_of(asked, own),
        most_choices=MOST_CHOICES,
        mark_language=mark_language,
        write_number=write_number,
    )
    if own is None:
        return send_page(page, cache=FRESH)
    answer = send_page(page, 503 if own.verdict == "trouble" else 200, NO_STORE)
    if own.verdict == "trouble":
        answer.headers.update(CannotTell("").headers)
    return answer


def _told(notice: Notice) -> Mapping[str, Any]:
    """Return what the template tells of a notice, in the language of the request."""
    language, version = current_language(), notice.version
    title = tell("title", version.words, version.facts, language)
    contact = contact_of(version.words, version.facts)
    told = {name: tell(name, version.words, version.facts, language) for name in BY_NAME}
    path = url_for("recalls.recall_page", number=notice.case.number)
    pictures = {name: _picture_path(notice, digest) for name, digest in pictures_of(version.words).items()}
    danger = "\n".join(one.text for one in (told["defect"], told["what_to_do"]) if one is not None)
    codes = [product["gtin"] for product in version.facts["products"] if product["gtin"] is not None]
    return {
        "case": notice.case,
        "version": version,
        "newest": notice.newest,
        "facts": version.facts,
        "told": told,
        "contact": contact,
        "dialled": _dialled(contact["phone"] or ""),
        "missing": _labels(version, language),
        "symbols": [Markup(write_svg(draw_gtin(code), code)) for code in codes[:MOST_SYMBOLS]],
        "names": {product["id"]: say_product(product, language) for product in version.facts["products"]},
        "codes": {product["id"]: product["code"] for product in version.facts["products"]},
        "pages_of": {row["id"]: _product_path(row["code"]) for row in version.facts["products"] if row["name"]},
        "gtin_names": {row["gtin"]: say_product(row, language) for row in version.facts["products"]},
        "item_of": item_of,
        "described": described_in_text(version.facts),
        "labels": {name: field.label(language) for name, field in BY_NAME.items()},
        "say_condition": lambda line: say_condition(line, language),
        "stage": stage_words()[notice.case.stage],
        "url": f"{current_settings().public_url}{path}",
        "poster": _draw_poster(current_settings().public_url + path),
        "shown": MOST_SHOWN,
        "published": say_day(notice.published_at, language),
        "pictures": pictures,
        "head": describe(title.text if title else notice.case.title, danger, path, pictures.get("picture")),
    }


@lru_cache(maxsize=1024)
def _draw_poster(url: str) -> Markup | None:
    """Return the QR Code of a page, once a decoder has read it; ``None`` for an address that none can be drawn of."""
    if not url.isascii() or len(url) > LONGEST_POSTER:
        return None
    return Markup(write_svg(verify(draw_address(url)), url))


def _dialled(phone: str) -> str | None:
    """Return what a telephone dials; ``None`` for a text that is more than one number."""
    return re.sub(r"[^+0-9]", "", phone) if re.fullmatch(r"\+?[0-9][0-9 ()-]{1,20}", phone) else None


def _product_path(code: str) -> str:
    return url_for("recalls.product_page", code=code)


def _picture_path(notice: Notice, digest: str) -> str:
    return url_for("recalls.recall_picture", number=notice.case.number, digest=digest)


@pages.get("/recalls/<number>/notice.pdf")
def recall_paper(number: str) -> Response:
    """The notice to print, in the language of the request."""
    with current_database().public() as session:
        notice = read_notice(session, number, _wanted(), datetime.now(UTC))
    language, version, stage = current_language(), notice.version, notice.case.stage
    answer = Response(content_type="application/pdf")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Language"] = language
    answer.headers["Content-Disposition"] = f'inline; filename="recall-{notice.case.number}-{language}.pdf"'
    answer.vary.update(("Accept-Language", "Cookie"))
    if version.digest is not None:
        answer.set_etag(f"{version.digest}-{stage}-{notice.newest}-{language}")
        if answer.make_conditional(request).status_code == 304:
            return answer  # before it is written: the same notice makes the same paper
    published = say_day(notice.published_at, language)
    paper = Paper(
        number=notice.case.number,
        stage=stage_words()[stage],
        published=published,
        version=version.number,
        newest=version.number == notice.newest,
    )
    footer = _("Records as of {day}. Digest of the notice: {digest}", day=published, digest=version.digest or "–")
    target = BytesIO()
    blocks = write_paper(version.words, version.facts, paper, language, notice.pictures)
    title, font = _("Recall {number}", number=notice.case.number), find_font(current_settings().pdf_font)
    write_pdf(target, title, blocks, font, footer, "zh-CN" if language == "zh" else "en")
    answer.data = target.getvalue()
    return answer


@pages.get("/recalls/<number>/pictures/<digest>.jpg")
def recall_picture(number: str, digest: str) -> Response:
    """A photograph of the goods; what has this name never changes."""
    with current_database().public() as session:
        picture = read_photograph(session, number, digest)
    answer = Response(picture, content_type="image/jpeg")
    answer.headers["Cache-Control"] = "public, max-age=86400, immutable"
    return answer


def _wanted() -> int | None:
    """Return the version that the address asks for; 0, which there never is, for what is no number."""
    text = request.args.get("version", "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _labels(version: Version, language: Language) -> list[str]:
    """Return what the notice still lacks, as the reader calls it; English texts matter to English readers alone."""
    lacking = missing(version.words, version.facts)
    found = []
    for name in lacking:
        label = BY_NAME[name.removesuffix(ENGLISH)].label(language)
        if not name.endswith(ENGLISH):
            found.append(label)
        elif language == "en" and name.removesuffix(ENGLISH) not in lacking:
            found.append(_("{name} (in English)", name=label))
    return found


def _history(steps: Iterable[tuple[datetime, str]], versions: Sequence[Published]) -> list[Past]:
    """Return what the public may know of the case's way, oldest first."""
    words, language = stage_words(), current_language()
    found: list[tuple[datetime, str, int | None]] = [(at, words[stage], None) for at, stage in steps if stage in words]
    found += [(at, _("Version {version}", version=number), number) for number, at in versions]
    return [Past(say_day(at, language), text, number) for at, text, number in sorted(found, key=lambda one: one[0])]
