"""Impacts that were frozen at a step or for a report: kept as canonical JSON under its digest, and read again."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.impact import read_impact
from recalls.models import FrozenRun, RecallCase
from trace.kit.errors import NotFound
from trace.kit.strict_json import canonical_dumps

FROZEN_AT: frozenset[str] = frozenset({"file-plan", "announce", "extend", "complete", "file-summary"})
"""The steps at which the impact is kept as it is known then (RECALLS: each filing, announcement and report)."""


class RunNotFound(NotFound):
    """No impact of this case was frozen with this digest."""


def freeze_run(session: Session, case: RecallCase, step: str, now: datetime) -> FrozenRun:
    """Keep the impact as it is known at ``now``; ``step`` is the step, or the report, that it is kept for."""
    impact = read_impact(session, case, now)
    run = FrozenRun(
        step=step,
        version=case.version,
        as_of=now,
        digest=impact["digest"],
        impact=canonical_dumps(impact).decode(),
    )
    case.runs.append(run)
    session.flush()
    return run


def find_run(session: Session, case: RecallCase, digest: str) -> FrozenRun:
    """Return the first run of ``case`` with this digest. Raises RunNotFound."""
    query = select(FrozenRun).where(FrozenRun.case_id == case.id, FrozenRun.digest == digest).order_by(FrozenRun.id)
    run = session.scalars(query.limit(1)).first()
    if run is None:
        raise RunNotFound(f"No run {digest} of recall {case.number} is known.")
    return run
