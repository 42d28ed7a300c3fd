"""`/desk/inbox/<number>`: a recall as a firm has it: what to do, its own units, the answer; photographs of answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from recalls.inbox import look_up, notices_to
from recalls.models import RecallCase, Response
from recalls.notices.desk import acknowledge_notice
from recalls.notices.outbox import is_running
from recalls.notices.pass_on import PASSED_ON, NotToPassOn, pass_on
from recalls.responses.access import find_reader, find_sender
from recalls.responses.answer import Sender
from recalls.responses.checks import AnswerRefused
from recalls.responses.form import FormRow, fill_from_ledger, read_form, read_typed
from recalls.responses.photos import MOST_BYTES, MOST_PHOTOS, add_photos, list_photos, no_photo, read_photo
from recalls.responses.record import record_response
from recalls.responses.rows import ResponseRow, write_responses
from recalls.responses.show import show_sent
from recalls.responses.stated import list_responses
from recalls.seen import as_seen_by
from recalls.ways_back import Stock
from recalls.web.answer_words import NothingTyped, figure_labels, place_mistakes, require_typed, text_labels
from recalls.web.desk.desk import desk
from trace.kit.desk import FIRMS, NO_STORE, OFFICERS, DeskCall, see_other, show
from trace.kit.errors import Problem
from trace.kit.paging import PageQuery, cut, link_to_next, read_page
from trace.kit.transactions import Answer
from trace.web.desk.batch_form import read_code

A_PAGE = 20
SHOWN_ANSWERS = 5
FORM_LIMIT = MOST_PHOTOS * MOST_BYTES + (1 << 20)


@desk.page("/inbox/<number>", roles=FIRMS)
def inbox_case(call: DeskCall) -> Answer:
    """The recall in words, the firm's units as the record has them, and the form of the answer."""
    case, sender = _find(call)
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    consigned = (sender.party_id, sender.place_id)
    rows, following = read_form(call.session, case, consigned, _stock(page.after), call.now)
    notices = notices_to(call.session, call.principal, case)
    answers = list_responses(call.session, case, consigned, None, 200)[-SHOWN_ANSWERS:]
    shown = write_responses(call.session, case, answers[::-1])
    return show(
        "desk/inbox_case.html",
        call=call,
        case=case,
        rows=rows,
        following=None if following is None else link_to_next(page, following),
        notices=notices,
        silent=[one for one in notices if one.acknowledged_at is None and one.closed_at is None],
        can_answer=case.announced_at is not None and case.stage != "cancelled",
        can_pass_on=is_running(case) and any(one.kind in PASSED_ON for one in notices),
        answers=shown,
        photos=list_photos(call.session, [one["id"] for one in shown]),
        sent=show_sent(call.session, case, sender, call.args.get("sent", ""), call.now),
        labels=figure_labels(),
        words=text_labels(),
        most_photos=MOST_PHOTOS,
        **_typed(call, rows),
        **_looked_up(call, case, sender),
    )


def _find(call: DeskCall) -> tuple[RecallCase, Sender]:
    return find_sender(call.session, call.principal, call.path["number"], call.now)


def _stock(after: tuple[Any, ...] | None) -> Stock | None:
    return None if after is None else (int(after[0]), int(after[1]), str(after[2]))


def _typed(call: DeskCall, rows: list[FormRow]) -> Mapping[str, Any]:
    """What stands in the form: what was typed, what the ledger says where that is asked for, and the mistakes."""
    refused = call.problem
    if refused is None:
        return {"typed": fill_from_ledger(rows) if call.args.get("fill") == "records" else {}, "mistakes": {}}
    mistakes = place_mistakes(refused, read_typed(call.form), rows) if isinstance(refused, AnswerRefused) else {}
    return {"typed": call.form, "mistakes": mistakes, "nothing": isinstance(refused, NothingTyped)}


def _looked_up(call: DeskCall, case: RecallCase, sender: Sender) -> Mapping[str, Any]:
    """What a scanned code is to the firm in this recall."""
    code = call.args.get("code", "").strip()
    if not code:
        return {"code": "", "found": None}
    try:
        scanned = read_code(code, call.now.year)
    except Problem as problem:
        return {"code": code, "found": None, "unread": problem}
    consigned = (sender.party_id, sender.place_id)
    found = look_up(call.session, case, consigned, scanned.commodity_code, scanned.lot, call.now)
    return {"code": code, "found": found, "scanned": scanned}


@desk.form("/inbox/<number>/read", roles=FIRMS, again=inbox_case)
def acknowledge_case(call: DeskCall) -> Answer:
    """Say that the notices of this recall were read."""
    case, _sender = _find(call)
    for notice in notices_to(call.session, call.principal, case):
        if notice.acknowledged_at is None:
            acknowledge_notice(call.session, call.principal, case.number, notice.notice_id, call.now)
    return see_other(url_for("recalls_desk.inbox_case", number=case.number), done="read")


@desk.form("/inbox/<number>/answer", roles=FIRMS, again=inbox_case, limit=FORM_LIMIT)
def send_desk_answer(call: DeskCall) -> Answer:
    """Record the answer with its photographs, and show how it fits the record."""
    case, sender = _find(call)
    typed = read_typed(call.form)
    require_typed(typed)
    response = record_response(call.session, case, sender, typed.answer, call.now)
    files = [file for file in call.files.getlist("photos") if file.filename]
    add_photos(call.session, response, [file.stream.read(MOST_BYTES + 1) for file in files[: MOST_PHOTOS + 1]])
    return see_other(url_for("recalls_desk.inbox_case", number=case.number, sent=response.response_id))


@desk.form("/inbox/<number>/pass-on", roles=FIRMS, again=inbox_case)
def pass_case_on(call: DeskCall) -> Answer:
    """Tell the firm's own customers of the goods."""
    case, _sender = _find(call)
    notice = next((one for one in notices_to(call.session, call.principal, case) if one.kind in PASSED_ON), None)
    if notice is None:
        raise NotToPassOn(f"Expected a notice of recall {case.number} that can be passed on, got none.")
    note = call.form.get("note", "").strip()[:2000] or None
    done = pass_on(call.session, call.principal, case.number, notice.notice_id, call.now, note)
    address = url_for("recalls_desk.inbox_case", number=case.number, told=len(done.written), before=done.already)
    return see_other(address, done="passed")


@desk.page("/cases/<number>/answers", roles=FIRMS | OFFICERS)
def case_answers(call: DeskCall) -> Answer:
    """What consignees answered, with their photographs: all for the authority and who recalls, else one's own."""
    case, consigned = find_reader(call.session, call.principal, call.path["number"], call.now)
    page = read_page(PageQuery(limit=A_PAGE, cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    rows = list_responses(call.session, case, consigned, after, A_PAGE + 1)
    shown, following = cut(rows, page, lambda row: [row.id])
    answers, named = _read_answers(call, case, shown)
    return show(
        "desk/case_answers.html",
        case=case,
        answers=answers,
        photos=list_photos(call.session, named),
        labels=figure_labels(),
        next=following,
    )


def _read_answers(call: DeskCall, case: RecallCase, rows: Sequence[Response]) -> tuple[list[ResponseRow], set[str]]:
    """Answers as this person may read them, and which of them say whose they are: a photograph may show that too."""
    whole = write_responses(call.session, case, rows)
    seen = as_seen_by(call.session, call.principal, case, whole)
    who = {one["id"]: one["consignee"] for one in whole}
    return seen, {one["id"] for one in seen if one["consignee"] == who[one["id"]]}


@desk.page("/cases/<number>/photos/<digest>", roles=FIRMS | OFFICERS)
def answer_photo(call: DeskCall) -> Answer:
    """One photograph of an answer."""
    case, consigned = find_reader(call.session, call.principal, call.path["number"], call.now)
    data, answers = read_photo(call.session, case, consigned, call.path["digest"])
    if not _read_answers(call, case, answers)[1]:
        raise no_photo(case, call.path["digest"])
    return Answer(200, data, NO_STORE, "image/jpeg")
