"""The consumer's check over HTTP: `GET /api/v1/check`, and the plain page `/check` on top of it. No key needed."""

from datetime import UTC, datetime, timedelta, timezone

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, url_for
from pydantic import RootModel

from trace.check.answer import CheckRow
from trace.check.code import CannotTell, check_code
from trace.kit.contract import Call
from trace.kit.errors import Problem
from trace.kit.fields import InputModel
from trace.kit.i18n import current_language
from trace.kit.transactions import Answer
from trace.kit.web import current_database, current_settings
from trace.web.api import api

NO_STORE = {"Cache-Control": "no-store"}
"""What is recalled a minute from now must not be answered from anybody's cache."""

LONGEST = 2000

BEIJING = timezone(timedelta(hours=8))
"""The pages' readers live by one clock."""

pages = Blueprint("check", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


class CheckOut(RootModel[CheckRow]):
    """What a code is, and whether it was recalled."""


class CheckQuery(InputModel):
    """Whatever a scanner gives, and what a person reads beside the code."""

    code: str
    lot: str | None = None
    serial: str | None = None


@api.operation(
    "GET",
    "/check",
    query=CheckQuery,
    answers={200: CheckOut},
    summary="Was this recalled?",
    tag="consumers",
)
def get_check(call: Call) -> Answer:
    """For whatever a scanner gives: GTIN, SSCC, element string, Digital Link, EPC URN. Doubt or trouble is 503."""
    query = call.query
    site = current_settings().public_url
    found = check_code(call.session, query.code, datetime.now(UTC), query.lot, query.serial, site)
    return Answer(200, found, headers=NO_STORE)


@pages.get("/")
def home() -> Response:
    """The one question that everybody has; until there is more to show, its page."""
    answer = make_response(redirect(url_for("check.check_page"), 302))
    answer.headers.update(NO_STORE)
    return answer


@pages.get("/check")
def check_page() -> Response:
    """One field; with a code in it, the answer first. Works without script."""
    asked = {name: request.args.get(name, "").strip()[:LONGEST] for name in ("code", "lot", "serial")}
    found: CheckRow | None = None
    trouble: Problem | None = None
    if asked["code"]:
        found, trouble = _look_up(asked)
    status = 200 if trouble is None else trouble.status
    page = render_template(
        "check.html", asked=asked, found=found, trouble=trouble, write_day=write_day, write_clock=write_clock
    )
    answer = make_response(page, status)
    answer.headers.update(NO_STORE)
    if trouble is not None:
        answer.headers.update(trouble.headers)
    return answer


def _look_up(asked: dict[str, str]) -> tuple[CheckRow | None, Problem | None]:
    try:
        with current_database().read() as session:
            # the page's own links stay on the site by which it was reached
            found = check_code(session, asked["code"], datetime.now(UTC), asked["lot"] or None, asked["serial"] or None)
    except CannotTell as trouble:
        return None, trouble
    return found, None


def write_day(moment: str) -> str:
    """The day in Beijing of an RFC 3339 time, as people write it: 2026年11月22日, 22 Nov 2026."""
    day = datetime.fromisoformat(moment).astimezone(BEIJING)
    if current_language() == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.day} {months[day.month - 1]} {day.year}"


def write_clock(moment: str) -> str:
    """The time of day in Beijing, hours and minutes."""
    return f"{datetime.fromisoformat(moment).astimezone(BEIJING):%H:%M}"


def register(app: Flask) -> None:
    """Serve the page; its call joins `/api/v1` when this module is imported."""
    app.register_blueprint(pages)
