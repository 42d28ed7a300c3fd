"""Reports that are handed in: kept as they are for good, opened again byte for byte, compared with each other."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.clocks import deadlines
from recalls.clocks.triggers import REPORTED
from recalls.models import FiledReport, RecallCase
from recalls.reports.build import Asked, ReportRow, build_report
from recalls.reports.compare import PartChanges, compare_parts
from recalls.reports.forms import REPORTS, FormName
from recalls.runs import freeze_run
from recalls.seen import as_seen_by
from trace.answers import write_time
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Invalid, NotFound
from trace.kit.strict_json import canonical_dumps, loads


class ReportNotFound(NotFound):
    """No such report was filed in this case."""


class NotTheSameForm(Conflict):
    """Reports of two forms have no parts to compare."""


class FiledRow(TypedDict):
    """A report that was handed in; ``digest`` is the SHA-256 of its JSON, byte for byte."""

    id: int
    form: str
    as_of: str
    period_from: str | None
    by: str
    note: str | None
    run_digest: str
    digest: str


class ReportChanges(TypedDict):
    """What changed from one report to the other."""

    number: str
    form: str
    id: int
    to: int | None
    as_of: str
    to_as_of: str
    run_digest: str
    to_run_digest: str
    parts: list[PartChanges]


def file_report(
    session: Session,
    principal: Principal,
    case: RecallCase,
    form: FormName,
    period_from: datetime | None,
    note: str | None,
    now: datetime,
) -> FiledReport:
    """Hand in a report of this moment: its run is frozen, its duty met, the report kept.

    Without ``period_from`` the period begins where that of the last report of the form ended. Raises as `build_report`.
    """
    lock_writes(session)
    if period_from is None:
        period_from = session.scalar(
            select(func.max(FiledReport.as_of)).where(FiledReport.case_id == case.id, FiledReport.form == form)
        )
    run = freeze_run(session, case, f"report:{form}", now)
    report = build_report(
        session, principal, case, Asked(form, now, now, period_from, note), loads(run.impact.encode())
    )
    newest = session.scalar(select(func.max(FiledReport.number)).where(FiledReport.case_id == case.id)) or 0
    report["id"] = newest + 1
    text = canonical_dumps(report)
    row = FiledReport(
        case_id=case.id,
        number=report["id"],
        form=form,
        as_of=now,
        period_from=period_from,
        run_digest=run.digest,
        digest=hashlib.sha256(text).hexdigest(),
        report=text.decode(),
        actor=principal.key_id,
        actor_name=principal.name,
        note=note,
    )
    session.add(row)
    session.flush()
    deadlines.meet(session, case, f"{REPORTED}:{form}", now)
    return row


def list_reports(session: Session, case: RecallCase) -> list[FiledReport]:
    """Return the reports that were filed, oldest first, without their texts."""
    return list(session.scalars(select(FiledReport).where(FiledReport.case_id == case.id).order_by(FiledReport.number)))


def find_report(session: Session, case: RecallCase, number: str) -> FiledReport:
    """Return a filed report by its number. Raises ReportNotFound."""
    known = int(number) if number.isascii() and number.isdigit() and len(number) <= 9 else -1
    query = select(FiledReport).where(FiledReport.case_id == case.id, FiledReport.number == known)
    row = session.scalar(query)
    if row is None:
        raise ReportNotFound(f"No report {number} of recall {case.number} was filed.")
    return row


def open_report(row: FiledReport) -> ReportRow:
    """Return a filed report as it was."""
    return cast(ReportRow, loads(row.report.encode()))


def compare_reports(
    session: Session, principal: Principal, case: RecallCase, number: str, to: str, now: datetime
) -> ReportChanges:
    """Return what changed from one report to another, or to the same form of ``now``.

    Raises ReportNotFound (404), NotTheSameForm (409), and Invalid for a ``to`` that is neither.
    """
    row = find_report(session, case, number)
    before = open_report(row)
    form = cast(FormName, row.form)
    if to == "now":
        after = build_report(session, principal, case, Asked(form, now, now, row.period_from, row.note))
    elif to.isdigit():
        after = open_report(find_report(session, case, to))
    else:
        raise Invalid.field("/to", f"Expected the number of a report, or now, got {to}.")
    if after["form"] != form:
        raise NotTheSameForm(f"Expected two reports of one form, got {form} and {after['form']}.")
    before_parts, after_parts = (as_seen_by(session, principal, case, one["parts"]) for one in (before, after))
    return {
        "number": case.number,
        "form": form,
        "id": row.number,
        "to": after.get("id"),
        "as_of": before["as_of"],
        "to_as_of": after["as_of"],
        "run_digest": before["run_digest"],
        "to_run_digest": after["run_digest"],
        "parts": compare_parts(REPORTS[form].parts, before_parts, after_parts),
    }


def write_filed(rows: Sequence[FiledReport]) -> list[FiledRow]:
    """Return filed reports as they are listed."""
    return [
        {
            "id": row.number,
            "form": row.form,
            "as_of": write_time(row.as_of) or "",
            "period_from": write_time(row.period_from),
            "by": row.actor_name,
            "note": row.note,
            "run_digest": row.run_digest,
            "digest": row.digest,
        }
        for row in rows
    ]
