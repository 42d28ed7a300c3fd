"""The consumer's page `/check`: the question, its answer first, and a photograph instead of typing. No key needed."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, url_for

from trace.check.answer import CheckRow
from trace.check.code import CannotTell, check_code
from trace.check.photo import check_photo
from trace.kit.errors import Problem, set_error_page
from trace.kit.front import remember
from trace.kit.uploads import read_upload
from trace.kit.web import current_database, current_settings
from trace.web import shell
from trace.web.api_photo import PHOTO, read_within_budget
from trace.web.check import NO_STORE
from trace.web.check_words import (
    Mistake,
    mark_language,
    say_answer,
    say_kind,
    say_mistake,
    say_photo_mistake,
    say_problem,
    shorten,
    write_number,
)

FIELDS = ("code", "lot", "serial")

pages = Blueprint("check", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
pages.after_request(shell.keep_assets)


@pages.get("/check")
def check_page() -> Response:
    """One field; with a code in it, the answer first. Works without script."""
    asked = {name: request.args.get(name, "") for name in FIELDS}  # whole: a code that is cut may name something else
    if not asked["code"].strip():
        return _page("check.html", asked=asked)
    try:
        with current_database().public() as session:
            # the page's own links stay on the site by which it was reached
            found = check_code(session, asked["code"], datetime.now(UTC), asked["lot"] or None, asked["serial"] or None)
    except CannotTell as trouble:
        return _page("check.html", trouble, asked=asked, headline=say_answer(None))
    remember()
    return _page(
        "check.html",
        asked=asked,
        again=ask_again(asked, found),
        found=found,
        headline=say_answer(found),
        mistake=say_mistake(**asked) if found["status"] == "unreadable" else None,
        report_url=current_settings().report_url,
    )


@pages.get("/check/photo")
def no_photo_page() -> Response:
    """Who comes back to the address of a photograph without one is asked anew."""
    return make_response(redirect(url_for("check.check_page"), 303))


@pages.post("/check/photo")
def photo_page() -> Response:
    """The numbers that a photograph shows, to be compared with the pack before they are checked. Nothing is kept."""
    try:
        readings = read_within_budget(read_upload(PHOTO.field, PHOTO.limit))
        with current_database().public() as session:
            found = check_photo(session, readings, datetime.now(UTC))
    except Problem as trouble:
        mistake = Mistake("photo", say_photo_mistake(trouble))
        return _page("photo.html", trouble, mistake=mistake, here=(url_for("check.check_page"), []))
    goods = [code for code in found["codes"] if code["check"] is not None]
    asked = [("code", goods[0]["shown"])] if goods else []
    return _page("photo.html", found=found, goods=goods, here=(url_for("check.check_page"), asked))


def ask_again(asked: dict[str, str], found: CheckRow) -> dict[str, str]:
    """What stands in the fields under an answer: the number without the lot of its code; another may be typed."""
    if found["status"] == "unreadable" or found["gtin"] is None or found["sscc"] is not None:
        return asked
    return asked | {"code": shorten(found["gtin"])}


def _page(template: str, trouble: Problem | None = None, **values: Any) -> Response:
    """A page that nobody keeps, with the status of what is wrong."""
    page = render_template(
        template,
        trouble=trouble,
        say_answer=say_answer,
        say_kind=say_kind,
        write_number=write_number,
        **values,
    )
    answer = make_response(page, 200 if trouble is None else trouble.status)
    answer.headers.update(NO_STORE)
    if trouble is not None:
        answer.headers.update(trouble.headers)
    return answer


def problem_page(problem: Problem) -> Response | None:
    """A problem for people, below every address but those that programs ask."""
    if request.path.startswith(("/api/", "/epcis")):
        return None
    values = {"headline": say_problem(problem), "number": problem.extra.get("id")}
    answer = make_response(render_template("problem.html", **values))
    answer.headers.update(NO_STORE)
    return answer


def register(app: Flask) -> None:
    """Serve the pages; the call of `trace.web.check` joins `/api/v1` when this module is imported."""
    app.jinja_env.filters["mark_language"] = mark_language
    app.register_blueprint(pages)
    shell.register(app)
    set_error_page(app, problem_page)
