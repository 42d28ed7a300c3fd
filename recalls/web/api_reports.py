"""`/api/v1/recalls/<number>/report` and `/reports`: reports computed, handed in, opened again, compared."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO, Literal

from pydantic import RootModel
from typing_extensions import TypedDict

from recalls import cases
from recalls.models import RecallCase
from recalls.reports import filing
from recalls.reports.build import Asked, ReportRow, build_report
from recalls.reports.files import write_report_csv, write_report_pdf, write_report_xlsx
from recalls.reports.filing import FiledRow, ReportChanges
from recalls.reports.forms import FormName
from recalls.reports.pictures import draw_report
from recalls.seen import as_seen_by
from recalls.web.api_progress import read_moment
from trace.kit.contract import Call
from trace.kit.fields import InputModel, Text, Timestamp
from trace.kit.formats import Language
from trace.kit.i18n import current_language
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.pdf import Drawing, find_font
from trace.sheets import CSV_TYPE, XLSX_TYPE
from trace.web.api import READERS, api, principal_of
from trace.web.sheet_answers import file_answer

PDF_TYPE = "application/pdf"
FILES = (CSV_TYPE, XLSX_TYPE, PDF_TYPE)
TYPES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE, "pdf": PDF_TYPE}

Format = Literal["json", "csv", "xlsx", "pdf"]


class FileQuery(InputModel):
    """In which format, and in which language its words are."""

    format: Format = "json"
    lang: Literal["zh", "en"] | None = None


class ReportQuery(FileQuery):
    """Which form, of which moment (without one now), and where the period that it reports begins."""

    form: FormName
    as_of: Timestamp | None = None
    period_from: Timestamp | None = None


class ReportIn(InputModel):
    """Which form is handed in. Without `period_from` the period begins where the last report of the form ended."""

    form: FormName
    period_from: Timestamp | None = None
    note: Text | None = None


class CompareQuery(InputModel):
    """With which report: its number, or `now`."""

    to: str = "now"


class ReportOut(RootModel[ReportRow]):
    """A report."""


class FiledOut(RootModel[FiledRow]):
    """A report that was handed in."""


class FiledListRow(TypedDict):
    """The reports of a case that were handed in, oldest first."""

    reports: list[FiledRow]


class FiledListOut(RootModel[FiledListRow]):
    """The reports of a case that were handed in."""


class ChangesOut(RootModel[ReportChanges]):
    """What changed from one report to another."""


@api.operation(
    "GET",
    "/recalls/<number>/report",
    query=ReportQuery,
    answers={200: ReportOut},
    roles=READERS,
    summary="A report of a recall, computed",
    tag="recalls",
    files=FILES,
)
def get_report(call: Call) -> Answer:
    """By what is known of `as_of`; `run_digest` is that of the impact of the same moment. CSV is the form's table."""
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    query: ReportQuery = call.query
    now = datetime.now(UTC)
    asked = Asked(query.form, read_moment(query.as_of, now), now, query.period_from)
    report = as_seen_by(call.session, principal, case, build_report(call.session, principal, case, asked))
    return _answer(call, case, report, query.format)


@api.operation(
    "POST",
    "/recalls/<number>/reports",
    body=ReportIn,
    answers={201: FiledOut},
    roles=READERS,
    summary="Hand in a report",
    tag="recalls",
)
def post_report(call: Call) -> Answer:
    """Of this moment: the impact is frozen, the report is kept as it is, and the clock that waits for it is met."""
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    body: ReportIn = call.body
    row = filing.file_report(call.session, principal, case, body.form, body.period_from, body.note, datetime.now(UTC))
    headers = {"Location": f"{api.prefix}/recalls/{case.number}/reports/{row.number}"}
    return Answer(201, filing.write_filed([row])[0], headers)


@api.operation(
    "GET",
    "/recalls/<number>/reports",
    answers={200: FiledListOut},
    roles=READERS,
    summary="The reports that were handed in",
    tag="recalls",
)
def list_reports(call: Call) -> Answer:
    """Oldest first; each is opened by its `id`."""
    case = cases.read_case(call.session, principal_of(call), call.path["number"])
    return Answer(200, {"reports": filing.write_filed(filing.list_reports(call.session, case))})


@api.operation(
    "GET",
    "/recalls/<number>/reports/<report>",
    query=FileQuery,
    answers={200: ReportOut},
    roles=READERS,
    summary="A report as it was handed in",
    tag="recalls",
    files=FILES,
)
def get_filed_report(call: Call) -> Answer:
    """As JSON byte for byte what `digest` was taken of; in the other formats the same figures.

    A firm reads the same figures without the names of those whom it does not deal with: not what `digest` was taken of.
    """
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    row = filing.find_report(call.session, case, call.path["report"])
    if call.query.format == "json" and principal.role != "company":
        return Answer(200, row.report)
    report = as_seen_by(call.session, principal, case, filing.open_report(row))
    return _answer(call, case, report, call.query.format)


@api.operation(
    "GET",
    "/recalls/<number>/reports/<report>/compare",
    query=CompareQuery,
    answers={200: ChangesOut},
    roles=READERS,
    summary="What changed since a report was handed in",
    tag="recalls",
)
def compare_report(call: Call) -> Answer:
    """Up to another report of the same form, or up to now: rows that came, went, or say something else."""
    principal = principal_of(call)
    case = cases.read_case(call.session, principal, call.path["number"])
    changes = filing.compare_reports(
        call.session, principal, case, call.path["report"], call.query.to, datetime.now(UTC)
    )
    return Answer(200, changes)


def _answer(call: Call, case: RecallCase, report: ReportRow, form: Format) -> Answer:
    if form == "json":
        return Answer(200, report)
    return report_file(report, form, partial(draw_report, call.session, principal_of(call), case, report))


def report_file(report: ReportRow, form: Format, draw: Callable[[Language], Sequence[Drawing]]) -> Answer:
    """The report as a file in the language of this request; on paper with the pictures that `draw` returns."""
    language = current_language()
    pictures = draw(language) if form == "pdf" else []
    number = f"-{report['id']}" if "id" in report else ""

    def write(file: BinaryIO) -> None:
        if form == "csv":
            write_report_csv(file, report, language)
        elif form == "xlsx":
            write_report_xlsx(file, report, language)
        else:
            write_report_pdf(file, report, language, find_font(current_settings().pdf_font), pictures)

    return file_answer(f"{report['number']}-{report['form']}{number}.{form}", TYPES[form], write)
