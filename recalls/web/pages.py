"""Public pages of announced recalls; what is not announced, and every drill, is not found here."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import NamedTuple

from flask import Blueprint, Response, make_response, render_template, request
from markupsafe import Markup

from recalls.cases import RecallNotFound, list_public
from recalls.publication.fields import BY_NAME, ENGLISH, contact_of, described_in_text, missing, tell
from recalls.publication.paper import Paper, say_condition, write_paper
from recalls.publication.public import Published, read_notice, read_photograph, titles_of
from recalls.publication.records import Language, item_of, say_product
from recalls.publication.versions import Version
from trace.kit.fields import parse_whole_number
from trace.kit.formats import say_day
from trace.kit.i18n import _, current_language
from trace.kit.web import current_database, current_settings
from trace.pdf import find_font, write_pdf
from trace.symbols.linear import draw_gtin
from trace.symbols.svg import write_svg
from trace.web.check import write_day

PAGE = 20
MOST_SYMBOLS = 6
MOST_SHOWN = 50

pages = Blueprint("recalls", __name__, template_folder="templates")


def stage_words() -> Mapping[str, str]:
    """How the public reads a stage."""
    return {
        "announced": _("announced"),
        "executing": _("under way"),
        "scope_extended": _("under way, extended"),
        "completed": _("completed"),
        "summary_filed": _("completed"),
        "assessed": _("completed"),
        "terminated": _("closed; do not use what is still out"),
        "cancelled": _("cancelled"),
    }


class Past(NamedTuple):
    """Something that happened on a day; ``version`` is that of the notice that it made."""

    day: str
    text: str
    version: int | None


def language_of() -> Language:
    """Return the language of this request as notices name it."""
    return "zh" if current_language() == "zh" else "en"


@pages.get("/recalls")
def list_page() -> Response:
    """The newest first, 20 a page."""
    before = request.args.get("before", "")
    after = parse_whole_number(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    with current_database().read() as session:
        rows = list_public(session, PAGE + 1, after)
        titles = titles_of(session, rows, language_of())
    older = rows[PAGE - 1].id if len(rows) > PAGE else None
    page = render_template(
        "recalls.html",
        cases=rows[:PAGE],
        titles=titles,
        older=older,
        day_of=day_of,
        stage_words=stage_words(),
        first=after is None,
    )
    return make_response(page)


@pages.get("/recalls/<number>")
def recall_page(number: str) -> Response:
    """One recall, its facts in a fixed order; `?version=1` is the notice as it was first published."""
    try:
        with current_database().read() as session:
            notice = read_notice(session, number, _wanted(), datetime.now(UTC))
            steps = [(step.at, step.to_stage) for step in notice.case.steps]
    except RecallNotFound:
        return make_response(render_template("no_recall.html", number=number), 404)
    language, version = language_of(), notice.version
    codes = [product["gtin"] for product in version.facts["products"] if product["gtin"] is not None]
    page = render_template(
        "recall.html",
        case=notice.case,
        version=version,
        newest=notice.newest,
        facts=version.facts,
        told={name: tell(name, version.words, version.facts, language) for name in BY_NAME},
        contact=contact_of(version.words, version.facts),
        missing=_labels(version, language),
        symbols=[Markup(write_svg(draw_gtin(code), code)) for code in codes[:MOST_SYMBOLS]],
        names={product["id"]: say_product(product, language) for product in version.facts["products"]},
        codes={product["id"]: product["code"] for product in version.facts["products"]},
        item_of=item_of,
        described=described_in_text(version.facts),
        labels={name: field.label(language) for name, field in BY_NAME.items()},
        say_condition=lambda line: say_condition(line, language),
        say_iso_day=lambda day: say_day(day, language),
        history=_history(steps, notice.versions),
        stage=stage_words()[notice.case.stage],
        url=f"{current_settings().public_url}/recalls/{notice.case.number}",
        shown=MOST_SHOWN,
        published=day_of(notice.published_at),
    )
    return make_response(page)


@pages.get("/recalls/<number>/notice.pdf")
def recall_paper(number: str) -> Response:
    """The notice to print, in the language of the request."""
    with current_database().read() as session:
        notice = read_notice(session, number, _wanted(), datetime.now(UTC))
    language, version, stage = language_of(), notice.version, notice.case.stage
    answer = Response(content_type="application/pdf")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Language"] = language
    answer.headers["Content-Disposition"] = f'inline; filename="recall-{notice.case.number}-{language}.pdf"'
    answer.vary.update(("Accept-Language", "Cookie"))
    if version.digest is not None:
        answer.set_etag(f"{version.digest}-{stage}-{notice.newest}-{language}")
        if answer.make_conditional(request).status_code == 304:
            return answer  # before it is written: the same notice makes the same paper
    published = day_of(notice.published_at)
    paper = Paper(
        number=notice.case.number,
        stage=stage_words()[stage],
        published=published,
        version=version.number,
        newest=version.number == notice.newest,
    )
    footer = _("Records as of {day}. Digest of the notice: {digest}", day=published, digest=version.digest or "–")
    target = BytesIO()
    blocks = write_paper(version.words, version.facts, paper, language, notice.picture)
    title, font = _("Recall {number}", number=notice.case.number), find_font(current_settings().pdf_font)
    write_pdf(target, title, blocks, font, footer, "zh-CN" if language == "zh" else "en")
    answer.data = target.getvalue()
    return answer


@pages.get("/recalls/<number>/pictures/<digest>.jpg")
def recall_picture(number: str, digest: str) -> Response:
    """A photograph of the goods; what has this name never changes."""
    with current_database().read() as session:
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


def _history(steps: Iterable[tuple[datetime, str]], versions: Iterable[Published]) -> list[Past]:
    """Return what the public may know of the case's way, oldest first."""
    words = stage_words()
    found: list[tuple[datetime, str, int | None]] = [(at, words[stage], None) for at, stage in steps if stage in words]
    found += [(at, _("Version {version}", version=number), number) for number, at in versions]
    return [Past(day_of(at), text, number) for at, text, number in sorted(found, key=lambda one: one[0])]


def day_of(moment: datetime) -> str:
    """Return the day of a moment as people write it."""
    return write_day(moment.astimezone(UTC).isoformat())
