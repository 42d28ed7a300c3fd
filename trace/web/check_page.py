"""The consumer's page `/check`: the question, its answer first, and a photograph instead of typing. No key needed."""

from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, url_for

from trace.check.answer import CheckRow
from trace.check.code import CannotTell, check_code
from trace.kit.errors import Problem
from trace.kit.web import current_database
from trace.web.check import NO_STORE, write_clock, write_day

LONGEST = 2000
FIELDS = ("code", "lot", "serial")

pages = Blueprint("check", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


@pages.get("/")
def home() -> Response:
    """The one question that everybody has; until there is more to show, its page."""
    answer = make_response(redirect(url_for("check.check_page"), 302))
    answer.headers.update(NO_STORE)
    return answer


@pages.get("/check")
def check_page() -> Response:
    """One field; with a code in it, the answer first. Works without script."""
    asked = {name: request.args.get(name, "").strip()[:LONGEST] for name in FIELDS}
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


def register(app: Flask) -> None:
    """Serve the page; the call of `trace.web.check` joins `/api/v1` when this module is imported."""
    app.register_blueprint(pages)
