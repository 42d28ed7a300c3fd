"""The watch: after every change it looks whether anything stands out, and raises a signal (a job of the worker)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from oversight.complaints.observed import observe_complaints
from oversight.matters.steps import CLOCK
from oversight.models import Matter, MatterStep, SignalCase, SignalWatch
from oversight.sampling.observed import observe_samples
from oversight.warnings.copies import find_copied, note_copied, observe_copies
from oversight.warnings.flow import CONFIRMED
from oversight.warnings.foreign import follow_registrations, has_registered
from oversight.warnings.observations import Observation, Sort
from oversight.warnings.raising import join_open, open_signal, without_signal
from oversight.warnings.recorded import observe_returns
from oversight.warnings.unusual import GAP, REACH, WEEK, Told, find_unusual, may_stand_out, untold, window_of
from trace.kit.db import lock_writes
from trace.kit.jobs import Work
from trace.models import Event

Observe = Callable[[Session, datetime, datetime, Collection[int] | None], list[Observation]]
"""(session, since, before, products or None for all) → what was observed in that time, in order."""

OBSERVERS: Mapping[Sort, Observe] = {
    "complaint": observe_complaints,
    "sample": observe_samples,
    "return": observe_returns,
    "scan": observe_copies,
}
"""Each sort has a base of its own: a shop takes goods back every day, and complaints about them are rare."""

EVENTS_EVERY = timedelta(minutes=1)

_ROW = 1


@dataclass(frozen=True, slots=True)
class Look:
    """What a look saw at a moment: by sort the cases of seven days, and the past of the goods that may stand out."""

    now: datetime
    newest: str
    cases: Mapping[Sort, Sequence[Observation]]
    past: Mapping[Sort, Sequence[Observation]]
    products: Mapping[Sort, Collection[int]]


def watch_goods(work: Work) -> bool:
    """Look at everything once more if any step was taken since the last look, or, once a minute, any event captured.

    The registration of a product that is recalled abroad is looked after at once too. It looks beside those who write;
    only what follows is written while they wait.
    """
    with work.database.read() as session:
        row = session.get(SignalWatch, _ROW)
        due = row is None or _is_due(row, _newest(session), work.clock()) or has_registered(session)
        if not due:
            return False
        copied, up_to = find_copied(session, 0 if row is None else row.copies_seen)
    if copied:
        with work.database.write() as session:
            note_copied(session, copied)
    with work.database.read() as session:
        seen = look(session, work.clock())
    with work.database.write() as session:
        lock_writes(session)
        raised = tell(session, seen)
        row = session.get(SignalWatch, _ROW) or SignalWatch(id=_ROW)
        row.seen, row.copies_seen, row.looked_at = seen.newest, up_to, seen.now
        session.add(row)
    return bool(raised)


def _is_due(row: SignalWatch, newest: str, now: datetime) -> bool:
    if row.seen.split()[0] != newest.split()[0]:
        return True
    return row.seen != newest and now - row.looked_at >= EVENTS_EVERY


def _newest(session: Session) -> str:
    step = session.scalar(select(func.max(MatterStep.id))) or 0
    event = session.scalar(select(func.max(Event.id))) or 0
    return f"{step} {event}"


def watch(session: Session, now: datetime) -> list[str]:
    """Look at everything and raise what stands out at a moment; return the numbers of the new signals."""
    note_copied(session, find_copied(session, 0)[0])
    return tell(session, look(session, now))


def look(session: Session, now: datetime) -> Look:
    """Read what was observed that no signal tells, and the past of goods that enough sources speak of."""
    newest = _newest(session)
    cases, past, products = {}, {}, {}
    for sort, observe in OBSERVERS.items():
        cases[sort] = window_of(observe(session, now - WEEK, now, None), now, _told(session, sort, now - WEEK))
        products[sort] = may_stand_out(without_signal(session, sort, cases[sort]))
        past[sort] = _past(session, sort, products[sort], now) if products[sort] else []
    return Look(now, newest, cases, past, products)


def _past(session: Session, sort: Sort, products: Collection[int], now: datetime) -> list[Observation]:
    confirmed = _told(session, sort, now - REACH, CONFIRMED)
    return untold(OBSERVERS[sort](session, now - REACH, now - WEEK - GAP, products), confirmed)


def tell(session: Session, seen: Look) -> list[str]:
    """Raise what stood out and let further cases join; return the numbers of the new signals.

    What was told or decided since the look is left out; goods whose signal was closed since are seen by the next look.
    """
    now = seen.now
    raised = [matter.number for matter in follow_registrations(session, now)]
    for sort, cases in seen.cases.items():
        rest = join_open(session, sort, window_of(cases, now, _told(session, sort, now - WEEK)), now)
        products = may_stand_out(rest).intersection(seen.products[sort])
        for one in find_unusual([case for case in rest if case.product_id in products], seen.past[sort], now):
            raised.append(open_signal(session, CLOCK, sort, one.goods, one.cases, now, one.rate, one.base).number)
    return raised


def _told(session: Session, sort: Sort, since: datetime, stages: Collection[str] = ()) -> set[Told]:
    columns = (SignalCase.product_id, SignalCase.batch_id, SignalCase.record)
    query = select(*columns).where(SignalCase.sort == sort, SignalCase.at > since)
    if stages:
        query = query.join(Matter, Matter.id == SignalCase.matter_id).where(Matter.stage.in_(sorted(stages)))
    return {(product, batch, record) for product, batch, record in session.execute(query)}
