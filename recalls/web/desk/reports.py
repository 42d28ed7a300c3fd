"""`/desk/cases/<number>/reports`: every form to download or to hand in, and those that were handed in."""

from functools import partial
from typing import cast

from flask import url_for

from recalls.cases import read_case
from recalls.models import RecallCase
from recalls.reports import filing
from recalls.reports.build import Asked, ReportRow, build_report
from recalls.reports.forms import FORMS, REPORTS, FormName
from recalls.reports.pictures import draw_report
from recalls.web.api_reports import Format, ReportIn, report_file
from recalls.web.desk.case import case_tabs
from recalls.web.desk.desk import desk
from recalls.web.desk.narrowing import read_choice
from trace.kit.contract import validate
from trace.kit.desk import OFFICERS, DeskCall, see_other, show
from trace.kit.errors import NotFound
from trace.kit.i18n import current_language
from trace.kit.transactions import Answer


@desk.page("/cases/<number>/reports", roles=OFFICERS)
def reports_page(call: DeskCall) -> Answer:
    """The forms, and what was handed in."""
    case = read_case(call.session, call.principal, call.path["number"])
    at = 0 if current_language() == "zh" else 1
    return show(
        "desk/reports.html",
        call=call,
        case=case,
        pages=case_tabs(call, case.number),
        forms=[(name, (REPORTS[name].zh, REPORTS[name].en)[at]) for name in FORMS],
        filed=filing.write_filed(filing.list_reports(call.session, case))[::-1],
    )


@desk.form("/cases/<number>/reports", roles=OFFICERS, again=reports_page)
def file_report(call: DeskCall) -> Answer:
    """Hand in a report of this moment."""
    case = read_case(call.session, call.principal, call.path["number"])
    body = validate(ReportIn, {name: call.form[name] for name in ("form", "note") if call.form.get(name)})
    filing.file_report(call.session, call.principal, case, body.form, None, body.note, call.now)
    return see_other(url_for("recalls_desk.reports_page", number=case.number), done="filed")


@desk.page("/cases/<number>/report.<any(csv, xlsx, pdf):form>", roles=OFFICERS)
def report_now(call: DeskCall) -> Answer:
    """A form as it would be handed in now."""
    case = read_case(call.session, call.principal, call.path["number"])
    wanted = cast(FormName | None, read_choice(call.args, "form", FORMS))
    if wanted is None:
        raise NotFound(f"Expected a form of {', '.join(FORMS)}, got none.")
    report = build_report(call.session, call.principal, case, Asked(wanted, call.now, call.now, None))
    return _file(call, case, report)


@desk.page("/cases/<number>/reports/<report>.<any(csv, xlsx, pdf):form>", roles=OFFICERS)
def filed_report(call: DeskCall) -> Answer:
    """A report as it was handed in."""
    case = read_case(call.session, call.principal, call.path["number"])
    row = filing.find_report(call.session, case, call.path["report"])
    return _file(call, case, filing.open_report(row))


def _file(call: DeskCall, case: RecallCase, report: ReportRow) -> Answer:
    draw = partial(draw_report, call.session, call.principal, case, report)
    return report_file(report, cast(Format, call.path["form"]), draw)
