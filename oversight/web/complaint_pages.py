"""`/complaints`: a citizen complains, reports, asks or praises without an account, and comes back with his query code.

Whoever has number and code may act; no cookie stands for anybody here, so another site has nothing to abuse, and the
forms need no token of their own.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from oversight.complaints.by_code import SEEN_STEPS, CodeNotKnown, Own, act_as_citizen, body_of, find_own
from oversight.complaints.causes import list_causes
from oversight.complaints.intake import KINDS, ComplaintIn, receive
from oversight.complaints.reading import read_complaint
from oversight.jurisdictions import find_jurisdiction, list_jurisdictions
from oversight.matters.reading import write_step
from oversight.matters.steps import CITIZEN
from oversight.web.complaint_form import read_said, read_sent, require_text
from oversight.web.complaint_words import kind_names, kind_words, remedy_words, stage_words, step_words
from trace.check.photo import check_photo
from trace.kit.contract import validate
from trace.kit.errors import Problem
from trace.kit.i18n import _, current_language
from trace.kit.limits import spending
from trace.kit.transactions import Answer, RawCall, in_transaction, read_body
from trace.kit.uploads import read_upload
from trace.kit.web import current_database, current_settings
from trace.mistakes import say_mistake, say_problem
from trace.web.api_photo import PHOTO, read_within_budget
from trace.web.check_words import say_photo_mistake

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""What is typed here concerns one person: no cache and no search engine keeps it, and no other site is told."""

HTML = "text/html; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
MAX_FORM = 64 * 1024
GOODS = ("code", "lot", "serial")

pages = Blueprint("complaints", __name__)


@pages.get("/complaints")
def complaints_page() -> Response:
    """Both ways: something new, or what came of something sent before."""
    return _page("complaints.html", 200, typed={}, problem=None)


@pages.get("/complaints/new")
def new_page() -> Response:
    """The form; a link may name the goods."""
    typed = {name: request.args.get(name, "") for name in GOODS}
    kind = request.args.get("kind", "")
    return _ask(typed | ({"kind": kind} if kind in KINDS else {}))


@pages.post("/complaints/photo")
def photo() -> Response:
    """The form with the code that a photograph shows; the picture is read and not kept."""
    try:
        readings = read_within_budget(read_upload(PHOTO.field, PHOTO.limit))
        with current_database().public() as session:
            found = check_photo(session, readings, datetime.now(UTC))
    except Problem as trouble:
        return _ask({}, photo=say_photo_mistake(trouble), status=trouble.status)
    goods = [one["shown"] for one in found["codes"] if one["check"] is not None]
    if not goods:
        return _ask({}, photo=_("No product code was found in the photo."))
    return _ask({"code": goods[0]}, photo=_("Compare every digit with the pack. A photo can be misread."))


@pages.post("/complaints/new")
def send() -> Response:
    """Receive it, and tell number and query code; what is refused is asked for again, with all that was typed."""

    def work(call: RawCall) -> Answer:
        with spending("complaint"):
            said = validate(ComplaintIn, read_said(request.form))
            now, sent = datetime.now(UTC), read_sent(request.form)
            got = receive(call.session, CITIZEN, said, "web", current_settings().secret_key, sent, now)
        office = find_jurisdiction(call.session, got.matter.code)
        values = {"matter": got.matter, "code": got.query_code, "office": office, "kinds": kind_names()}
        return _answer("complaint_received.html", 200, here=(url_for("complaints.complaints_page"), []), **values)

    return _do(work, lambda problem: _ask(request.form, problem, status=problem.status))


@pages.get("/complaints/<number>")
def complaint_page(number: str) -> Response:
    """Ask for the query code: whether there is such a matter is told to nobody else."""
    return _page("complaints.html", 200, typed={"number": number}, problem=None)


@pages.post("/complaints")
def query() -> Response:
    """How one's own matter stands, and what may be done in it now."""
    return _do(lambda call: _show(call, _find(call, request.form.get("number", "").strip().upper())), _ask_code)


@pages.post("/complaints/<number>/<step>")
def step(number: str, step: str) -> Response:
    """Agree, disagree, add something, withdraw, say how content one is, or have it taken up again."""

    def work(call: RawCall) -> Answer:
        own = _find(call, number)
        stated = {name: text for name in ("words",) if (text := request.form.get(name, "").strip())}
        if mark := request.form.get("satisfaction", "").strip():
            stated["satisfaction"] = mark
        body = validate(body_of(own.matter, step), stated)
        now = datetime.now(UTC)
        code = request.form.get("query_code", "")
        return _show(call, act_as_citizen(call.session, number, code, step, body, now), done=step)

    return _do(work, lambda problem: _show_again(number, problem))


def _find(call: RawCall, number: str) -> Own:
    with spending("query_code"):
        return find_own(call.session, number, request.form.get("query_code", ""))


def _do(work: Callable[[RawCall], Answer], again: Callable[[Problem], Response]) -> Response:
    """Run a form in its transaction; its answer is kept for no repetition, since it holds what is told once."""
    try:
        read_body([FORM], MAX_FORM)
        require_text(request.form)
        return in_transaction(None, lambda session: work(RawCall(session, None, b"", {})), once=None, open_to_all=True)
    except Problem as problem:
        if problem.status in (404, 409, 422):
            return again(problem)
        raise


def _ask_code(problem: Problem) -> Response:
    return _page("complaints.html", problem.status, typed={"number": request.form.get("number", "")}, problem=problem)


def _show_again(number: str, problem: Problem) -> Response:
    """What was refused, above how the matter stands; a wrong code is asked for again."""
    try:
        with current_database().read() as session:
            call = RawCall(session, None, b"", {})
            own = find_own(session, number, request.form.get("query_code", ""))
            return _show(call, own, problem=problem).to_response()
    except CodeNotKnown as unknown:
        return _page("complaints.html", 404, typed={"number": number}, problem=unknown)


def _show(call: RawCall, own: Own, done: str | None = None, problem: Problem | None = None) -> Answer:
    matter, words = own.matter, step_words()
    history = [write_step(one, for_firm=True) for one in matter.steps if one.step in SEEN_STEPS]
    return _answer(
        "complaint_status.html",
        200 if problem is None else problem.status,
        here=(url_for("complaints.complaint_page", number=matter.number), []),
        matter=matter,
        complaint=read_complaint(call.session, matter),
        office=find_jurisdiction(call.session, matter.code),
        stage=stage_words(matter.kind)[matter.stage],
        kinds=kind_names(),
        labels={"open": _("We have received it"), "hand-over": _("Given to another office"), **words},
        remedies=remedy_words(),
        history=history,
        steps=own.steps,
        query_code=request.form.get("query_code", ""),
        done=None if done is None else words[done],
        problem=problem,
    )


def _ask(
    typed: Mapping[str, str], problem: Problem | None = None, photo: str | None = None, status: int = 200
) -> Response:
    at, language = (0, "zh") if current_language() == "zh" else (1, "en")
    with current_database().public() as session:
        causes = [(one.word, (one.text_zh, one.text_en)[at]) for one in list_causes(session, offered=True)]
        offices = [(one.code, (one.name, one.name_en)[at]) for one in list_jurisdictions(session)]
    errors = () if problem is None else problem.errors
    mistakes = {one.pointer.rsplit("/", 1)[-1]: say_mistake(one, None, language) for one in errors}  # type: ignore[arg-type]
    return _page(
        "complaint_new.html",
        status,
        typed=typed,
        mistakes=mistakes,
        problem=problem,
        photo=photo,
        causes=causes,
        offices=offices,
        kinds=list(kind_words().items()),
        once=read_sent(typed),
        here=(url_for("complaints.new_page"), []),
    )


def _answer(template: str, status: int, **values: Any) -> Answer:
    return Answer(status, render_template(template, say_refused=_say_refused, **values), HEADERS, HTML)


def _page(template: str, status: int, **values: Any) -> Response:
    page = make_response(render_template(template, say_refused=_say_refused, **values), status)
    page.headers.update(HEADERS)
    return page


def _say_refused(problem: Problem) -> str:
    return say_problem(problem, current_language())
