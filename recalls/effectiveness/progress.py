"""How far a recall has come: ratios, what was recovered day by day, who is silent, clocks, findings, expected end."""

from datetime import datetime

from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.clocks.deadlines import DeadlineRow, deadlines_of
from recalls.effectiveness.ratio_rows import EffectivenessRow, find_above_all, write_effectiveness
from recalls.effectiveness.ratios import measure, measure_tiers
from recalls.effectiveness.recovery_days import DayRow, EndRow, look_ahead, read_days, write_day
from recalls.effectiveness.silence import SilentRow, count_notices, find_silent
from recalls.effectiveness.standing import read_standing
from recalls.history import case_at
from recalls.models import RecallCase
from trace.answers import FindingRow, write_finding, write_time

MOST_SILENT = 1_000
"""So many consignees are listed as silent, those that have been so longest; all are counted."""


class TierRow(EffectivenessRow):
    """The same of the consignees of one tier; null: no recorded movement leads there."""

    tier: int | None


class ProgressRow(TypedDict):
    """How far a recall has come at a moment."""

    number: str
    as_of: str
    version: int
    stage: str
    effectiveness: EffectivenessRow
    tiers: list[TierRow]
    notices: dict[str, int]
    days: list[DayRow]
    overdue_count: int
    overdue: list[SilentRow]
    deadlines: list[DeadlineRow]
    expected_end: EndRow
    findings: list[FindingRow]


def read_progress(session: Session, case: RecallCase, as_of: datetime) -> ProgressRow:
    """Return how far ``case`` has come at ``as_of`` (inclusive)."""
    standing = read_standing(session, case, as_of)
    whole = measure(standing.told, standing.planned)
    silent = find_silent(session, case, standing)
    return {
        "number": case.number,
        "as_of": write_time(as_of) or "",
        "version": case_at(case, as_of).version,
        "stage": stage_at(case, as_of),
        "effectiveness": write_effectiveness(whole, standing.planned),
        "tiers": [{"tier": tier, **write_effectiveness(one, {})} for tier, one in measure_tiers(standing.told).items()],
        "notices": count_notices(standing),
        "days": [write_day(day, items) for day, items in read_days(case, standing)],
        "overdue_count": len(silent),
        "overdue": silent[:MOST_SILENT],
        "deadlines": deadlines_of(session, case, as_of),
        "expected_end": look_ahead(case, standing, whole),
        "findings": [write_finding(one, {}, {}) for one in find_above_all(whole)],
    }


def stage_at(case: RecallCase, as_of: datetime) -> str:
    """Return the stage of the case at ``as_of``; before it was opened, the first."""
    return next((step.to_stage for step in reversed(case.steps) if step.at <= as_of), case.steps[0].to_stage)
