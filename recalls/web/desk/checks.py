"""`/desk/cases/<number>/checks`: effectiveness checks, drawn by a seed, and what they found."""

from flask import url_for

from recalls.cases import read_case
from recalls.effectiveness import checks
from recalls.effectiveness.checks import NewResult
from recalls.web.api_checks import DrawIn, ResultIn
from recalls.web.desk.case import case_tabs
from recalls.web.desk.desk import desk
from trace.kit.contract import validate
from trace.kit.desk import OFFICERS, DeskCall, see_other, show
from trace.kit.transactions import Answer
from trace.web.desk.batch_form import read_number

MEMBERS_SHOWN = 500


@desk.page("/cases/<number>/checks", roles=OFFICERS)
def checks_page(call: DeskCall) -> Answer:
    """Every draw with those chosen, and the forms to draw and to record."""
    case = read_case(call.session, call.principal, call.path["number"])
    draws = checks.write_draws(call.session, checks.list_draws(call.session, case))
    return show(
        "desk/checks.html",
        call=call,
        case=case,
        pages=case_tabs(call, case.number),
        draws=draws[::-1],
        most=MEMBERS_SHOWN,
    )


@desk.form("/cases/<number>/checks", roles=OFFICERS, again=checks_page)
def draw(call: DeskCall) -> Answer:
    """Draw the consignees whose removal of the goods is checked."""
    case = read_case(call.session, call.principal, call.path["number"])
    body = validate(DrawIn, _given(call, "level", "percent", "seed"))
    checks.draw_checks(call.session, call.principal, case, body.level, body.percent, body.seed, call.now)
    return see_other(url_for("recalls_desk.checks_page", number=case.number), done="drawn")


@desk.form("/cases/<number>/checks/<draw>", roles=OFFICERS, again=checks_page)
def check_result(call: DeskCall) -> Answer:
    """Put on record what a check of one of them found."""
    case = read_case(call.session, call.principal, call.path["number"])
    given = _given(call, "consignee", "way", "checked_by", "found", "uom", "note")
    answered = {name: call.form.get(name) == "yes" for name in ("notified", "removed")}
    body = validate(ResultIn, {**given, **answered, "checked_at": call.now})
    new = NewResult(
        consignee=body.consignee,
        way=body.way,
        notified=body.notified,
        removed=body.removed,
        checked_at=body.checked_at,
        checked_by=body.checked_by,
        found=body.found,
        uom=body.uom or "",
        note=body.note,
    )
    checks.record_result(call.session, call.principal, case, call.path["draw"], new, call.now)
    return see_other(url_for("recalls_desk.checks_page", number=case.number), done="recorded")


def _given(call: DeskCall, *names: str) -> dict[str, object]:
    """What was typed into these fields; a number as the contract takes it."""
    found: dict[str, object] = {name: call.form[name].strip() for name in names if call.form.get(name, "").strip()}
    return {name: read_number(str(text)) if name in ("percent", "found") else text for name, text in found.items()}
