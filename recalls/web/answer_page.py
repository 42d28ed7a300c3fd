"""`/answer/<token>`: a consignee answers on a page, without an account and without script.

Whoever holds the link may answer: it is the authority, and was sent to one consignee. No cookie stands for anybody
here, so another site has nothing to abuse, and the forms need no token of their own.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request, url_for

from recalls.links import LinkExpired, LinkNotFound
from recalls.models import Notice, RecallCase
from recalls.responses.access import acknowledge_by_link, find_link
from recalls.responses.answer import Sender
from recalls.responses.checks import AnswerRefused
from recalls.responses.form import FormRow, Typed, read_form, read_typed
from recalls.responses.record import record_response
from recalls.responses.show import is_known, show_link, show_sent
from recalls.ways_back import Stock
from trace.kit import audit
from trace.kit.errors import Problem
from trace.kit.i18n import _
from trace.kit.paging import make_cursor, read_cursor
from trace.kit.transactions import Answer, RawCall, transaction
from trace.kit.web import current_database, current_settings

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""The address is a secret: no cache and no search engine keeps it, and no other site is told."""

HTML = "text/html; charset=utf-8"
FORM = "application/x-www-form-urlencoded"

pages = Blueprint("answers", __name__, template_folder="templates")


def figure_labels() -> Mapping[str, str]:
    """How the page asks for each figure, in its order."""
    return {
        "on_hand": _("On hand now"),
        "quarantined": _("of these kept apart"),
        "returned": _("Returned to the supplier"),
        "destroyed": _("Destroyed"),
        "sold": _("Sold"),
        "corrected": _("Corrected"),
        "shipped_on": _("Shipped on to others"),
        "lost": _("Lost"),
    }


def text_labels() -> Mapping[str, str]:
    """How it asks for what is said in words."""
    return {
        "returned_to": _("Returned to whom"),
        "returned_document": _("Number of the return note"),
        "method": _("How they were destroyed"),
        "witness": _("Who saw it"),
        "document": _("Number of the record"),
        "shipped_to": _("Shipped on to whom"),
        "evidence": _("Other evidence"),
    }


def _mistakes() -> Mapping[str, str]:
    """What the page says of a refused field, by the last part of its pointer."""
    return {
        "on_hand": _("Say how many are on hand; those kept apart are a part of them."),
        "quarantined": _("No more can be kept apart than are on hand."),
        "method": _("Say how they were destroyed."),
        "witness": _("Say who saw it."),
        "document": _("Give the number of the record."),
        "returned_to": _("Say to whom they went back."),
        "location": _("This place has none of the goods any more on record. Open the link again."),
        "id": _("These goods are not recalled. Open the link again."),
        "uom": _("These goods are counted in another unit. Open the link again."),
    }


class NothingTyped(AnswerRefused):
    """No figure was filled in."""


class Unreadable(AnswerRefused):
    """Something that is no number stands where one belongs."""


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
    if typed.problems:
        raise Unreadable("Expected numbers.")
    if not typed.answer.lines:
        raise NothingTyped("Expected at least one figure, got none.")
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
        mistakes={} if refused is None else _place_mistakes(refused, typed, rows),
        refused=refused,
        nothing=isinstance(refused, NothingTyped),
        labels=figure_labels(),
        words=text_labels(),
    )
    return Answer(200 if refused is None else refused.status, page, HEADERS, HTML)


def _place_mistakes(refused: AnswerRefused, typed: Typed, rows: list[FormRow]) -> dict[str, str]:
    """Return what to say at which field: of a whole row, at its first figure."""
    found = dict.fromkeys(typed.problems, _("Write a number such as 12 or 2.5."))
    said = _mistakes()
    for error in refused.errors:
        _empty, _lines, line, *field = error.pointer.split("/")
        row = typed.rows[int(line)]
        if field:
            found[f"{row}.{field[-1]}"] = said.get(field[-1], error.detail)
        else:
            most = rows[row].units["ledger"]["most"] if row < len(rows) else None
            found[f"{row}.on_hand"] = _("All figures together can be no more than the {most} that came.", most=most)
    return found


def _read_stock(key: tuple[object, ...]) -> Stock:
    place, batch, uom = key
    return int(str(place)), int(str(batch)), str(uom)


def _see_other(address: str) -> Answer:
    return Answer(303, None, {**HEADERS, "Location": address})
