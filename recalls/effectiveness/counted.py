"""How far running cases have come, counted now and then: what a list of many cases shows without counting each anew.

A list says as of when its figures are; a case's own page counts at once (`recalls.effectiveness.progress`).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from recalls.effectiveness.ratio_rows import EffectivenessRow, write_effectiveness
from recalls.effectiveness.ratios import measure
from recalls.effectiveness.standing import read_standing
from recalls.models import CaseFigures, RecallCase
from recalls.stages import ENDS
from trace.kit.bulk import among
from trace.kit.db import lock_writes
from trace.kit.jobs import Work
from trace.kit.strict_json import canonical_dumps, loads

COUNT_EVERY = timedelta(minutes=10)
"""A running case is counted anew when its figures are older."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The five ratios of a case as of a moment."""

    as_of: datetime
    effectiveness: EffectivenessRow


def count_case(session: Session, case: RecallCase, now: datetime) -> str:
    """Return the five ratios of a case at ``now`` as canonical JSON."""
    standing = read_standing(session, case, now)
    return canonical_dumps(write_effectiveness(measure(standing.told, standing.planned), standing.planned)).decode()


def keep_counted(session: Session, case_id: int, figures: str, now: datetime) -> None:
    """Keep what was counted, unless somebody counted later."""
    lock_writes(session)
    row = session.get(CaseFigures, case_id)
    if row is None:
        session.add(CaseFigures(case_id=case_id, as_of=now, effectiveness=figures))
    elif row.as_of < now:
        row.as_of, row.effectiveness = now, figures
    session.flush()


def count_next(work: Work) -> bool:
    """Count one running case whose figures are old, as a job of the worker; False if none is.

    Counting only reads, so it holds no lock; of two workers that count the same case the later one's figures stay.
    """
    now = work.clock()
    with work.database.read() as session:
        case = session.scalars(
            select(RecallCase)
            .outerjoin(CaseFigures, CaseFigures.case_id == RecallCase.id)
            .where(
                RecallCase.announced_at.is_not(None),
                RecallCase.stage.not_in(ENDS),
                or_(CaseFigures.as_of.is_(None), CaseFigures.as_of < now - COUNT_EVERY),
            )
            .order_by(CaseFigures.as_of, RecallCase.id)
            .limit(1)
        ).first()
        if case is None:
            return False
        number, figures = case.id, count_case(session, case, now)
    with work.database.write() as session:
        keep_counted(session, number, figures, now)
    return True


def read_counted(session: Session, cases: Collection[int]) -> dict[int, Counted]:
    """Return what was last counted of these cases (row numbers); what was never counted is left out."""
    rows = session.scalars(select(CaseFigures).where(among(session, CaseFigures.case_id, cases)))
    return {row.case_id: Counted(row.as_of, cast(EffectivenessRow, loads(row.effectiveness.encode()))) for row in rows}
