"""The cases of a signal as the record has them now: a lot that was learned later, a failure that a re-test reversed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.models import Matter, SignalCase
from oversight.warnings.observations import Observation, Sort
from oversight.warnings.watch import OBSERVERS

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Case:
    """One case; what does not stand any more was voided, passed its re-test, or turned out to be of other goods."""

    at: datetime
    record: str
    region: str | None
    batch_id: int | None
    place_id: int | None
    stands: bool


def cases_of(session: Session, matter: Matter) -> list[Case]:
    """Return the cases of a signal, the newest first."""
    query = select(SignalCase).where(SignalCase.matter_id == matter.id)
    rows = session.scalars(query.order_by(SignalCase.at.desc(), SignalCase.position.desc())).all()
    if not rows or rows[0].sort not in OBSERVERS:
        return [Case(one.at, one.record, one.region, one.batch_id, one.place_id, True) for one in rows]
    sort: Sort = rows[0].sort  # type: ignore[assignment]  # written by open_signal alone
    observed: dict[str, list[Observation]] = defaultdict(list)
    for seen in OBSERVERS[sort](session, rows[-1].at, rows[0].at + _MOMENT, {one.product_id for one in rows}):
        observed[seen.record].append(seen)
    return [_as_it_is(one, observed.get(one.record, ())) for one in rows]


def _as_it_is(row: SignalCase, observed: Sequence[Observation]) -> Case:
    """An event tells of several batches, each a case; a complaint or sample is of one, which may be learned later."""
    same = [one for one in observed if one.batch_id == row.batch_id] or (observed if len(observed) == 1 else ())
    if not same:
        return Case(row.at, row.record, row.region, row.batch_id, row.place_id, False)
    return Case(row.at, row.record, same[0].region, same[0].batch_id, same[0].place_id, True)
