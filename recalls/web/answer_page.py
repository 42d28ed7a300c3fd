"""`/answer/<token>`: a consignee answers on a page, without an account and without script.

Whoever holds the link may answer: it is the authority, and was sent to one consignee. No cookie stands for anybody
here, so another site has nothing to abuse, and the forms need no token of their own.
"""

from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request, url_for

from recalls.links import LinkExpired, LinkNotFound
from recalls.models import Notice, RecallCase
from recalls.responses.access import acknowledge_by_link, find_link
from recalls.responses.answer import Sender
from recalls.responses.checks import AnswerRefused
from recalls.responses.form import FormRow, read_form, read_typed
from recalls.responses.record import record_response
from recalls.responses.show import is_known, show_link, show_sent
from recalls.ways_back import Stock
from recalls.web.answer_words import NothingTyped, figure_labels, place_mistakes, require_typed, text_labels
from trace.kit import audit
from trace.kit.errors import Problem
from trace.kit.paging import make_cursor, read_cursor
from trace.kit.transactions import Answer, RawCall, transaction
from trace.kit.web import current_database, current_settings

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""The address is a secret: no cache and no search engine keeps it, and no other site is told."""

HTML = "text/html; charset=utf-8"
FORM = "application/x-www-form-urlencoded"

pages = Blueprint("answers", __name__, template_folder="templates")


@pages.get("/answer/<token>")
@transaction()
def answer_page(call: RawCall) -> Answer:
    """The recall, the units that the ledger knows, and the form; with `sent` what was recorded.

    Reading it acknowledges nothing: programs that look through mails open every link.
    """
    now = datetime.now(UTC)
    case, notice, sender = _follow(call, now)
    sent = request.args.get("sent")
    response = None if sent is None else show_sent(call.session, case, sender, sent, now)
    if response is None:
        return _show_form(call, now)
    page = render_template(
        "answer_sent.html",
        link=show_link(call.session, case, notice, sender),
        response=response,
        labels=figure_labels(),
    )
    return Answer(200, page, HEADERS, HTML)


@pages.post("/answer/<token>")
@transaction([FORM])
def send_answer(call: RawCall) -> Answer:
    """Record what was typed and show it; what is refused is asked for again, with everything that was typed."""
    now = datetime.now(UTC)
    case, _notice, sender = _follow(call, now)
    typed = read_typed(request.form)
    require_typed(typed)
    response = record_response(call.session, case, sender, typed.answer, now)
    return _see_other(url_for("answers.answer_page", token=call.path["token"], sent=response.response_id))


@pages.post("/answer/<token>/acknowledge")
@transaction()
def acknowledge(call: RawCall) -> Answer:
    """Somebody pressed the button: the notice was read."""
    now = datetime.now(UTC)
    _case, notice, sender = _follow(call, now)
    acknowledge_by_link(call.session, notice, sender, now)
    return _see_other(url_for("answers.answer_page", token=call.path["token"]))


@pages.errorhandler(AnswerRefused)
def ask_again(refused: AnswerRefused) -> Response:
    """The form once more; nothing was recorded."""
    now = datetime.now(UTC)
    with current_database().read() as session:
        answer = _show_form(RawCall(session, None, b"", request.view_args or {}), now, refused)
        return answer.to_response()


@pages.errorhandler(LinkNotFound)
@pages.errorhandler(LinkExpired)
def no_such_link(problem: Problem) -> Response:
    """Say what a link that leads nowhere may be, and how to get a new one."""
    page = render_template("no_answer_link.html", expired=isinstance(problem, LinkExpired))
    response = make_response(page, problem.status)
    response.headers.update(HEADERS)
    return response


def _follow(call: RawCall, now: datetime) -> tuple[RecallCase, Notice, Sender]:
    settings = current_settings()
    found = find_link(call.session, settings.secret_key, call.path["token"], settings.answer_link_days, now)
    audit.speak_for(call.session, found[2].name, found[2].party_id, found[0].number)
    return found


def _show_form(call: RawCall, now: datetime, refused: AnswerRefused | None = None) -> Answer:
    case, notice, sender = _follow(call, now)
    secret, scope = current_settings().secret_key, f"answer {notice.notice_id}"
    rows: list[FormRow] = []
    following: Stock | None = None
    if is_known(sender):
        begin = request.args.get("from")
        after = None if begin is None else _read_stock(read_cursor(secret, scope, begin))
        rows, following = read_form(call.session, case, (sender.party_id, sender.place_id), after, now)
    typed = read_typed(request.form)
    page = render_template(
        "answer.html",
        token=call.path["token"],
        link=show_link(call.session, case, notice, sender),
        rows=rows,
        following=None if following is None else make_cursor(secret, scope, following),
        typed=request.form if refused is not None else {},
        mistakes={} if refused is None else place_mistakes(refused, typed, rows),
        refused=refused,
        nothing=isinstance(refused, NothingTyped),
        labels=figure_labels(),
        words=text_labels(),
    )
    return Answer(200 if refused is None else refused.status, page, HEADERS, HTML)


def _read_stock(key: tuple[object, ...]) -> Stock:
    place, batch, uom = key
    return int(str(place)), int(str(batch)), str(uom)


def _see_other(address: str) -> Answer:
    return Answer(303, None, {**HEADERS, "Location": address})
