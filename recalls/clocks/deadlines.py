"""The deadlines of a case: started and met by what happens in it, moved by the calendar, read back with their states.

This follows a case and is called by it, so it knows nothing of ``recalls.cases``.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.clocks.calendar_days import load_calendar
from recalls.clocks.duties import duties_of, words_of
from recalls.clocks.states import marks_of, state_of
from recalls.clocks.triggers import BY_TIME, ENDINGS, EXTENDED, LEARNED, happened, happenings, widened
from recalls.clocks.working_days import Calendar, Unit, due_after
from recalls.models import Deadline, Duty, RecallCase
from trace.answers import write_time
from trace.kit.db import lock_writes


class DeadlineRow(TypedDict):
    """A clock of a case: ``duty_id`` is the version of the rule that made it, ``version`` that of the scope it is for.

    ``met_by`` are the words of what can meet it, ``met_with`` what did; ``periods`` counts those of one that repeats.
    Where ``calendar_complete`` is false a year is needed whose holidays nobody entered: the week alone was counted.
    """

    id: int
    duty: str
    duty_id: int
    text_zh: str
    text_en: str
    source: str
    confirmed: bool
    in_charge: str
    starts: str
    started_at: str
    met_by: list[str]
    amount: int
    unit: str
    periods: int
    due_at: str
    state: str
    met_at: str | None
    met_with: str | None
    version: int
    calendar_complete: bool


def follow_step(session: Session, case: RecallCase, step: str, now: datetime) -> None:
    """Let the clocks follow a step that was just taken: what it met, what it ended, what it started."""
    taken = [one for one in case.steps if one.at == now and one.step == step]
    earlier = {one.to_stage for one in case.steps if one not in taken}
    calendar = load_calendar(session)
    for event in happenings(step, [one.to_stage for one in taken], earlier, case.drill):
        if event == EXTENDED:
            _restart(session, case, happened(earlier, case.drill), now, calendar)
            continue
        _meet(session, case, (event,), now, calendar)
        _drop(session, case, event, now)
        _start(session, case, event, now, calendar)


def meet(session: Session, case: RecallCase, event: str, now: datetime) -> list[Deadline]:
    """Meet what ``event`` meets, a word of ``recalls.clocks.triggers`` that is no step, and return those deadlines.

    ``told``: all consignees acknowledged; ``report:<form>``: a report was filed; ``drill-report``: a drill's. Saying it
    again meets nothing more, but for a duty that repeats: one report is for one period, the oldest that waits.
    """
    events = widened(event)
    if all(set(events).isdisjoint(words_of(row.duty)) for row in waiting_of(session, case)):
        return []
    lock_writes(session)
    return _meet(session, case, events, now, load_calendar(session))


def deadlines_of(session: Session, case: RecallCase, now: datetime) -> list[DeadlineRow]:
    """Return the deadlines of a case with their states at ``now``, the first due first."""
    query = select(Deadline).where(Deadline.case_id == case.id, Deadline.created_at <= now)
    return [write_deadline(row, now) for row in session.scalars(query.order_by(Deadline.due_at, Deadline.id))]


def write_deadline(row: Deadline, now: datetime) -> DeadlineRow:
    """Return a deadline as it is answered."""
    duty = row.duty
    met = row.met_at if row.met_at is not None and row.met_at <= now else None
    return {
        "id": row.id,
        "duty": duty.word,
        "duty_id": duty.id,
        "text_zh": duty.text_zh,
        "text_en": duty.text_en,
        "source": duty.source,
        "confirmed": duty.confirmed,
        "in_charge": duty.in_charge,
        "starts": duty.starts,
        "started_at": write_time(row.started_at) or "",
        "met_by": words_of(duty),
        "amount": duty.amount,
        "unit": duty.unit,
        "periods": row.periods,
        "due_at": write_time(row.due_at) or "",
        "state": state_of(row.due_at, row.met_at, row.dropped_at, now),
        "met_at": write_time(met),
        "met_with": None if met is None else row.met_by,
        "version": row.version,
        "calendar_complete": row.calendar_complete,
    }


def waiting_of(session: Session, case: RecallCase) -> list[Deadline]:
    """Return the deadlines that were neither met nor dropped, in the order in which they fall due."""
    query = select(Deadline).where(Deadline.case_id == case.id, *waiting())
    return list(session.scalars(query.order_by(Deadline.due_at, Deadline.id)))


def waiting() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a deadline that was neither met nor dropped."""
    return Deadline.met_at.is_(None), Deadline.dropped_at.is_(None)


def go_on(session: Session, row: Deadline, now: datetime, calendar: Calendar) -> None:
    """Make what follows a repeating deadline that fell due, up to the one that is not due yet."""
    while row.duty.repeats and row.due_at < now and not _followed(session, row):
        following = Deadline(
            case_id=row.case_id,
            version=row.version,
            duty=row.duty,
            started_at=row.started_at,
            periods=row.periods + 1,
            follows_id=row.id,
        )
        _add(session, following, now, calendar)
        session.flush()
        row = following


def _followed(session: Session, row: Deadline) -> bool:
    return session.scalar(select(Deadline.id).where(Deadline.follows_id == row.id)) is not None


def move_waiting(session: Session, now: datetime) -> int:
    """Work out again when everything that waits is due, by the calendar as it is now; return how many moved.

    What was met or dropped keeps the time that was in force then; what time alone will meet is not met yet.
    """
    calendar = load_calendar(session)
    moved = 0
    lasting = and_(Deadline.met_by == BY_TIME, Deadline.met_at > now)
    for row in session.scalars(select(Deadline).where(or_(and_(*waiting()), lasting))):
        before = row.due_at
        _set_due(row, calendar)
        if row.due_at == before:
            continue
        moved += 1
        if row.met_at is None:
            row.next_at = now
        else:
            row.met_at = row.due_at
    session.flush()
    return moved


def _meet(
    session: Session, case: RecallCase, events: Sequence[str], now: datetime, calendar: Calendar
) -> list[Deadline]:
    for row in waiting_of(session, case):
        go_on(session, row, now, calendar)
    met: list[Deadline] = []
    served: set[str] = set()
    for row in waiting_of(session, case):
        if set(events).isdisjoint(words_of(row.duty)) or row.duty.word in served:
            continue
        row.met_at, row.met_by, row.next_at = now, events[0], None
        met.append(row)
        if row.duty.repeats:
            served.add(row.duty.word)
            if now <= row.due_at:
                following = Deadline(
                    case_id=case.id, version=case.version, duty=row.duty, started_at=now, follows_id=row.id
                )
                _add(session, following, now, calendar)
    session.flush()
    return met


def _drop(session: Session, case: RecallCase, event: str, now: datetime) -> None:
    for row in waiting_of(session, case):
        if event in ENDINGS or event == row.duty.until:
            row.dropped_at, row.next_at = now, None
    session.flush()


def _start(session: Session, case: RecallCase, event: str, now: datetime, calendar: Calendar) -> None:
    began = now
    if event == LEARNED and case.learned_at is not None and case.learned_at < case.created_at:
        began = case.learned_at  # somebody stated it; else it is known from the moment of this step
    _add_all(
        session, case, [one for one in duties_of(session, case, began) if one.starts == event], began, now, calendar
    )


def _restart(session: Session, case: RecallCase, before: Collection[str], now: datetime, calendar: Calendar) -> None:
    """RECALLS: an extension starts the clocks anew for what was added; those of what was there go on."""
    duties = [one for one in duties_of(session, case, now) if one.restarts and one.starts in before]
    _add_all(session, case, duties, now, now, calendar)


def _add_all(
    session: Session, case: RecallCase, duties: Sequence[Duty], began: datetime, now: datetime, calendar: Calendar
) -> None:
    # what happens again, as a plan that is filed anew, does not move a clock that runs
    running = {(row.duty.word, row.version) for row in waiting_of(session, case)}
    for duty in duties:
        if (duty.word, case.version) not in running:
            _add(session, Deadline(case_id=case.id, version=case.version, duty=duty, started_at=began), now, calendar)
    session.flush()


def _add(session: Session, row: Deadline, now: datetime, calendar: Calendar) -> None:
    row.created_at = now
    row.periods = row.periods or 1
    _set_due(row, calendar)
    if words_of(row.duty):
        row.next_at = marks_of(row.started_at, row.due_at, cast(Unit, row.duty.unit), calendar)[0].at
    else:
        row.met_at, row.met_by = row.due_at, BY_TIME
    session.add(row)


def _set_due(row: Deadline, calendar: Calendar) -> None:
    amount, unit = row.duty.amount * row.periods, cast(Unit, row.duty.unit)
    due = due_after(row.started_at, amount, unit, calendar)
    row.due_at, row.calendar_complete = due.at, due.complete
