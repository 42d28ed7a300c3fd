"""`/desk/cases/<number>`: a case with its clocks, its history, and what may be done in it now."""

from typing import Any

from flask import url_for

from recalls.answers import CaseRow, write_case
from recalls.cases import read_case, take_step
from recalls.next_steps import FINAL, PUBLIC, next_steps
from recalls.products import name_items
from recalls.stages import STEPS
from recalls.steps import PLANNED_AT, StepBody
from recalls.web.bodies import StepIn
from recalls.web.desk.desk import desk
from recalls.web.desk.words import step_meanings, step_words
from trace.kit.contract import validate
from trace.kit.desk import EVERYBODY, FIRMS, OFFICERS, DeskCall, see_other, show
from trace.kit.errors import Invalid, NotFound
from trace.kit.i18n import _
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.typed_lots import read_lots

PLAN_FIELDS = ("measures", "disposal", "contact", "starts_on", "ends_on")
SCOPE_FIELDS = ("gtin", "lot_from", "lot_to", "produced_from", "produced_to")


class NotConfirmed(Invalid):
    """What cannot be undone is confirmed before it is done."""


@desk.page("/cases/<number>", roles=EVERYBODY)
def case_page(call: DeskCall) -> Answer:
    """The case as it stands."""
    case = read_case(call.session, call.principal, call.path["number"])
    steps = next_steps(call.principal, case)
    written = write_case(call.session, case, current_settings().public_url, call.now)
    return show(
        "desk/case.html",
        call=call,
        case=written,
        names=name_items(call.session, _items_of(written)),
        steps=steps,
        main_step=next((one.step for one in steps if one.who == "you" and not one.final), None),
        asked=call.path.get("step"),
        labels=step_words(),
        meanings=step_meanings(),
        pages=case_tabs(call, case.number),
        can_read_runs=call.user.role in FIRMS | OFFICERS,
        done_words={name: _("Done: {step}.", step=words) for name, words in step_words().items()},
    )


def _items_of(case: CaseRow) -> set[str | None]:
    scoped = {line["gtin"] for version in case["versions"] for line in version["scope"]}
    return scoped | {row["gtin"] for plan in case["plans"] for row in plan["quantities"]}


def case_tabs(call: DeskCall, number: str) -> list[tuple[str, str]]:
    """The pages of a case that this person may open: (words, address)."""
    endpoints = [("case_page", _("Case"))]
    if call.user.role in FIRMS | OFFICERS:
        endpoints += [("impact_page", _("Impact")), ("picture_page", _("Picture")), ("progress_page", _("Progress"))]
    if call.user.role in OFFICERS:
        endpoints += [
            ("case_notices_page", _("Notices")),
            ("case_answers", _("Answers")),
            ("checks_page", _("Checks")),
            ("reports_page", _("Reports")),
        ]
    return [(words, url_for(f"recalls_desk.{endpoint}", number=number)) for endpoint, words in endpoints]


@desk.form("/cases/<number>/steps/<step>", roles=FIRMS | OFFICERS, again=case_page)
def step(call: DeskCall) -> Answer:
    """Take the case to its next stage."""
    number, name = call.path["number"], call.path["step"]
    if name not in STEPS:
        raise NotFound(f"Expected a step of {', '.join(STEPS)}, got {name}.")
    if name in FINAL | PUBLIC and call.form.get("sure") != "yes":
        raise NotConfirmed.field("/sure", "Expected the box to be ticked, since this cannot be undone.")
    take_step(call.session, call.principal, number, name, call.now, _read_body(call, name))
    return see_other(url_for("recalls_desk.case_page", number=number), done=name)


def _read_body(call: DeskCall, name: str) -> StepBody:
    form = call.form
    given = {field: form[field].strip() for field in ("reason", *PLAN_FIELDS) if form.get(field, "").strip()}
    plan = {field: given.pop(field) for field in PLAN_FIELDS if field in given}
    body: dict[str, Any] = dict(given)
    if name in PLANNED_AT and plan:
        body["plan"] = plan
    if name == "extend":
        body["scope"] = [_read_line(call)]
    if name == "assess" and form.get("effective") in ("yes", "no"):
        body["effective"] = form["effective"] == "yes"
    read = validate(StepIn, body)
    return StepBody(
        reason=read.reason,
        scope=[line.to_line() for line in read.scope or ()],
        plan=None if read.plan is None else read.plan.to_plan(),
        effective=read.effective,
    )


def _read_line(call: DeskCall) -> dict[str, Any]:
    form = call.form
    line: dict[str, Any] = {name: form[name].strip() for name in SCOPE_FIELDS if form.get(name, "").strip()}
    lots = read_lots(call.session, form.get("gtin", "").strip().zfill(14), form.get("lots", ""))
    return {**line, "lots": lots} if lots else line
