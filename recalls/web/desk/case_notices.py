"""`/desk/cases/<number>/notices`: who was told and acknowledged, one notice with its attempts, and the answers."""

from flask import url_for

from recalls.cases import read_case
from recalls.notices import desk as notices
from recalls.notices.answers import write_notices, write_whole
from recalls.responses.rows import write_responses
from recalls.responses.stated import list_responses
from recalls.web.api_notices import AcknowledgeIn
from recalls.web.desk.case import case_tabs
from recalls.web.desk.desk import desk
from recalls.web.desk.narrowing import choices, read_choice
from recalls.web.desk.words import say_word
from trace.kit.contract import validate
from trace.kit.desk import OFFICERS, DeskCall, see_other, show
from trace.kit.i18n import _
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.web import current_settings

ANSWERS_SHOWN = 50


@desk.page("/cases/<number>/notices", roles=OFFICERS)
def case_notices_page(call: DeskCall) -> Answer:
    """The notices, oldest first, and the newest answers."""
    number, page = call.path["number"], read_page(PageQuery(cursor=call.args.get("cursor")))
    state = read_choice(call.args, "state", notices.STATES)
    after = None if page.after is None else int(page.after[0])
    found = notices.list_notices(call.session, call.principal, number, state, None, after, page.limit + 1)  # type: ignore[arg-type]
    shown, following = cut(found, page, lambda one: [one.notice.id])
    case = read_case(call.session, call.principal, number)
    answers = list_responses(call.session, case, None, None, ANSWERS_SHOWN)
    return show(
        "desk/case_notices.html",
        case=case,
        pages=case_tabs(call, number),
        notices=write_notices(call.session, shown),
        next=following,
        groups=[(_("State"), choices("state", [(one, say_word(one)) for one in notices.STATES]))],
        answers=write_responses(call.session, case, answers),
    )


@desk.page("/cases/<number>/notices/<notice>", roles=OFFICERS)
def case_notice_page(call: DeskCall) -> Answer:
    """One notice: its words, every attempt to send it, and who acknowledged."""
    number, settings = call.path["number"], current_settings()
    notice = notices.read_notice(call.session, call.principal, number, call.path["notice"])
    listed, attempts = notices.read_attempts(call.session, notice)
    return show(
        "desk/case_notice.html",
        call=call,
        number=number,
        notice=write_whole(
            call.session, call.principal, listed, attempts, settings.public_url, settings.secret_key, call.now
        ),
        pages=case_tabs(call, number),
    )


@desk.form("/cases/<number>/notices/<notice>", roles=OFFICERS, again=case_notice_page)
def acknowledge(call: DeskCall) -> Answer:
    """Acknowledge a notice on behalf of its recipient: whom an official spoke with."""
    number, notice = call.path["number"], call.path["notice"]
    body = validate(AcknowledgeIn, {name: call.form[name] for name in ("by", "note") if call.form.get(name)})
    notices.acknowledge_notice(call.session, call.principal, number, notice, call.now, body.by, body.note)
    return see_other(url_for("recalls_desk.case_notice_page", number=number, notice=notice), done="acknowledged")
