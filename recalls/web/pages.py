"""Public pages of announced recalls; what is not announced, and every drill, is not found here."""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request

from recalls.answers import write_case
from recalls.cases import RecallNotFound, list_public, read_public
from recalls.products import Named, find_named
from trace.kit.fields import parse_whole_number
from trace.kit.i18n import _
from trace.kit.web import current_database
from trace.web.check import write_day

PAGE = 20

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


def remedy_words() -> Mapping[str, str]:
    """What the holder of the goods gets."""
    return {
        "warning": _("a warning"),
        "repair": _("a repair"),
        "replacement": _("a replacement"),
        "return": _("take it back"),
        "refund": _("your money back"),
        "destruction": _("destroy it"),
    }


@pages.get("/recalls")
def list_page() -> Response:
    """The newest first, 20 a page."""
    before = request.args.get("before", "")
    after = parse_whole_number(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    with current_database().read() as session:
        rows = list_public(session, PAGE + 1, after)
    older = rows[PAGE - 1].id if len(rows) > PAGE else None
    page = render_template(
        "recalls.html", cases=rows[:PAGE], older=older, write_day=_day, stage_words=stage_words(), first=after is None
    )
    return make_response(page)


@pages.get("/recalls/<number>")
def recall_page(number: str) -> Response:
    """One recall, its facts in a fixed order."""
    try:
        with current_database().read() as session:
            case = read_public(session, number)
            row = write_case(session, case, "")
            named: Mapping[str, Named] = find_named(session, case)
    except RecallNotFound:
        return make_response(render_template("no_recall.html", number=number), 404)
    page = render_template(
        "recall.html",
        case=row,
        named=named,
        write_day=write_day,
        stage_words=stage_words(),
        remedy_words=remedy_words(),
    )
    return make_response(page)


def _day(moment: datetime) -> str:
    return write_day(moment.astimezone(UTC).isoformat())
