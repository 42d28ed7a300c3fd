"""`/desk/drills`: trace exercises against a clock: started, listed, read, printed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from flask import Flask, url_for

from recalls.drills.exercise import HOURS, list_drills, read_drill, run_drill
from recalls.drills.paper import write_paper
from recalls.drills.words import PARTS
from recalls.web.api_drills import PDF_TYPE, DrillIn
from recalls.web.desk.desk import desk
from recalls.web.desk.inbox import recall_tabs
from trace.kit.contract import validate
from trace.kit.desk import FIRMS, OFFICERS, DeskCall, see_other, show
from trace.kit.i18n import _, current_language
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.web.desk.batch import BatchLink, add_batch_link
from trace.web.desk.batch_form import read_code
from trace.web.sheet_answers import file_answer

A_PAGE = 20

BALANCE_PARTS = (
    ("part-1", "on_hand"),
    ("part-4", "under_way"),
    ("part-2", "sold"),
    ("part-5", "consumed"),
    ("part-3", "destroyed"),
    ("part-6", "lost"),
    ("part-gone", "difference"),
)
"""What a balance is made of, each with its shade in the bar."""

FIELDS = ("scan", "gtin", "lot", "hours", "participants", "reason")


@desk.page("/drills", roles=FIRMS | OFFICERS)
def drills_page(call: DeskCall) -> Answer:
    """The drills that were run, newest first, and the form of a new one."""
    page = read_page(PageQuery(limit=A_PAGE, cursor=call.args.get("cursor")))
    after = None if page.after is None else int(page.after[0])
    rows = list_drills(call.session, call.principal, after, A_PAGE + 1)
    shown, following = cut(rows, page, lambda one: [one.case_id])
    return show(
        "desk/drills.html",
        call=call,
        drills=shown,
        next=following,
        values=_typed(call),
        pages=recall_tabs(call),
        here=(url_for("recalls_desk.drills_page"), []),
    )


def _typed(call: DeskCall) -> Mapping[str, str]:
    given = call.form if call.problem is not None else call.args
    return {name: given.get(name, "").strip() for name in FIELDS} | {"hours": given.get("hours", "") or str(HOURS)}


@desk.form("/drills", roles=FIRMS | OFFICERS, again=drills_page)
def start_drill(call: DeskCall) -> Answer:
    """Run a drill of one batch, and show what came of it."""
    case = run_drill(call.session, call.principal, validate(DrillIn, _read_body(call)).to_drill(), call.now)
    return see_other(url_for("recalls_desk.drill_page", number=case.number), done="run")


def _read_body(call: DeskCall) -> dict[str, Any]:
    values = {name: call.form.get(name, "").strip() for name in FIELDS}
    if values["scan"]:
        scanned = read_code(values["scan"], call.now.year)
        values |= {"gtin": scanned.commodity_code, "lot": scanned.lot or values["lot"]}
    body: dict[str, Any] = {name: values[name] for name in ("gtin", "lot", "reason") if values[name]}
    hours = values["hours"]
    body["hours"] = int(hours) if hours.isascii() and hours.isdigit() and len(hours) < 6 else hours
    return body | {"participants": values["participants"].replace(",", " ").replace("，", " ").split()}


@desk.page("/drills/<number>", roles=FIRMS | OFFICERS)
def drill_page(call: DeskCall) -> Answer:
    """What a drill found: in time or not, the balance with its differences, who can be reached."""
    report = read_drill(call.session, call.principal, call.path["number"], call.now)
    at = 0 if current_language() == "zh" else 1
    return show(
        "desk/drill.html",
        report=report,
        parts=[(PARTS[one["part"]][at], one["milliseconds"]) for one in report["parts"]],
        bars=[(row, _bar(row)) for row in report["balance"]],
        silent=[one for one in report["contacts"] if not one["contacts"]],
    )


def _bar(row: Mapping[str, Any]) -> list[tuple[str, str, Decimal]]:
    """The parts of a balance with their shades; none where one is below zero and they make no bar."""
    parts = [(shade, name, Decimal(row[name])) for shade, name in BALANCE_PARTS if Decimal(row[name])]
    return parts if all(quantity > 0 for _shade, _name, quantity in parts) else []


@desk.page("/drills/<number>.pdf", roles=FIRMS | OFFICERS)
def drill_paper(call: DeskCall) -> Answer:
    """The same as a paper."""
    number = call.path["number"]
    report = read_drill(call.session, call.principal, number, call.now)
    language, font = current_language(), current_settings().pdf_font
    name = f"drill-{quote(number, safe='')}.pdf"
    return file_answer(name, PDF_TYPE, lambda file: write_paper(file, report, language, font))


def register(app: Flask) -> None:
    """Let one be started from the page of a batch."""
    add_batch_link(app, BatchLink(50, lambda: _("Start a drill"), _address_with, FIRMS | OFFICERS))


def _address_with(gtin: str, lot: str) -> str:
    return url_for("recalls_desk.drills_page", gtin=gtin, lot=lot)
