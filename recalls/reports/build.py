"""A report built from one moment of a case: plain JSON values, from which every file format is written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NotRequired

from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.clocks.deadlines import deadlines_of
from recalls.effectiveness.checks import list_draws, write_draws
from recalls.effectiveness.progress import stage_at
from recalls.effectiveness.recovery_days import look_ahead
from recalls.effectiveness.silence import find_silent
from recalls.impact import Impact, read_impact
from recalls.models import RecallCase
from recalls.reports import firm_rows, rows
from recalls.reports.forms import REPORTS, FormName
from recalls.reports.gather import Gathered, gather
from trace.answers import write_time
from trace.fsma import read_tracking_rows
from trace.kit.auth import Principal
from trace.kit.errors import Invalid

Rows = Iterable[Any]


class ReportRow(TypedDict):
    """A report. ``run_digest`` is the digest of the impact as of the same moment, by which anybody can check it.

    ``parts`` are lists of flat rows by the part's name. ``id`` is the number of a report that was filed.
    """

    form: str
    number: str
    id: NotRequired[int]
    as_of: str
    period_from: str | None
    version: int
    run_digest: str
    by: str
    at: str
    note: str | None
    parts: dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which report is wanted, of which moment, and who wants it at ``now``."""

    form: FormName
    as_of: datetime
    now: datetime
    period_from: datetime | None = None
    note: str | None = None


class PeriodRefused(Invalid):
    """A period that does not begin before it ends."""


def build_report(
    session: Session, principal: Principal, case: RecallCase, asked: Asked, impact: Impact | None = None
) -> ReportRow:
    """Return the report that is ``asked`` for; ``impact`` is that of its moment, if it was read already.

    Raises PeriodRefused (422); TooManyRows (413) for tracking events beyond a sheet.
    """
    if asked.period_from is not None and asked.period_from >= asked.as_of:
        raise PeriodRefused.field(
            "/period_from",
            f"Expected a moment before {write_time(asked.as_of)}, got {write_time(asked.period_from)}.",
        )
    impact = read_impact(session, case, asked.as_of) if impact is None else impact
    found = gather(session, principal, case, impact, asked.as_of, asked.period_from)
    makers = _makers(session, principal, found, asked)
    return {
        "form": asked.form,
        "number": case.number,
        "as_of": write_time(asked.as_of) or "",
        "period_from": write_time(asked.period_from),
        "version": impact["version"],
        "run_digest": impact["digest"],
        "by": principal.name,
        "at": write_time(asked.now) or "",
        "note": asked.note,
        "parts": {part.name: [dict(row) for row in makers[part.name]()] for part in REPORTS[asked.form].parts},
    }


def _makers(session: Session, principal: Principal, found: Gathered, asked: Asked) -> Mapping[str, Callable[[], Rows]]:
    """Return how the rows of each part are made; only those of the form's parts are."""
    case, standing, as_of = found.case, found.standing, asked.as_of
    return {
        "case": lambda: rows.write_facts(
            found, stage_at(case, as_of), look_ahead(case, standing, found.whole), asked.note
        ),
        "products": lambda: rows.write_products(found),
        "batches": lambda: rows.write_batches(found),
        "quantities": lambda: rows.write_quantities(found),
        "told": lambda: rows.write_told(found),
        "ratios": lambda: rows.write_ratios(found),
        "deviations": lambda: rows.write_deviations(found),
        "deadlines": lambda: rows.write_deadlines(deadlines_of(session, case, as_of)),
        "firms": lambda: firm_rows.write_firms(found),
        "notified": lambda: firm_rows.write_notified(found),
        "answers": lambda: firm_rows.write_answers(found),
        "silent": lambda: find_silent(session, case, standing),
        "checks": lambda: firm_rows.write_checks(write_draws(session, list_draws(session, case, as_of), as_of)),
        "disposals": lambda: firm_rows.write_disposals(found),
        "tracking": lambda: read_tracking_rows(session, principal, _seeds(found), "forward", as_of),
    }


def _seeds(found: Gathered) -> list[str]:
    return sorted(found.standing.batches[number]["id"] for number in found.standing.supply.seeds)
