"""Who has a duty is reminded before it is due, and the authority is told of what nobody met; each exactly once."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.clocks.calendar_days import load_calendar
from recalls.clocks.deadlines import go_on, waiting
from recalls.clocks.states import DUE, Mark, marks_of
from recalls.clocks.words import Told, overdue, soon_due
from recalls.clocks.working_days import Calendar, Unit
from recalls.history import scope_of
from recalls.models import Deadline, DeadlineReminder, RecallCase
from recalls.notices.escalation import authorities_of
from recalls.notices.outbox import Recipient, queue_notice
from recalls.scope import gtins_of
from trace.kit.db import lock_writes
from trace.kit.jobs import Work
from trace.models import Product

AT_ONCE = 100
"""Deadlines that one transaction looks after."""


def keep_deadlines(work: Work) -> bool:
    """Do one round of reminding, as a job of the worker; False if nothing was due."""
    now = work.clock()
    with work.database.read() as session:
        due = session.scalar(select(Deadline.id).where(Deadline.next_at < now, *waiting()).limit(1))
    if due is None:
        return False
    with work.database.write() as session:
        remind(session, now)
    return True


def remind(session: Session, now: datetime) -> int:
    """Write the notices for every mark that was passed by ``now``, and return how many.

    Of several marks that passed since the last round the newest alone is told; the others are on record as passed.
    """
    lock_writes(session)
    calendar = load_calendar(session)
    query = select(Deadline).where(Deadline.next_at < now, *waiting()).order_by(Deadline.next_at, Deadline.id)
    return sum(_look_after(session, row, now, calendar) for row in session.scalars(query.limit(AT_ONCE)).all())


def _look_after(session: Session, row: Deadline, now: datetime, calendar: Calendar) -> int:
    said = _said(session, row)
    marks = marks_of(row.started_at, row.due_at, cast(Unit, row.duty.unit), calendar)
    passed = [mark for mark in marks if mark.at < now and mark.word not in said]
    row.next_at = next((mark.at for mark in marks if mark.at >= now), None)
    notices = 0
    for mark in passed:
        notices = _tell(session, row, mark, now) if mark is passed[-1] else 0
        session.add(
            DeadlineReminder(deadline_id=row.id, mark=mark.word, due_at=row.due_at, told_at=now, notices=notices)
        )
    go_on(session, row, now, calendar)
    session.flush()
    return notices


def _said(session: Session, row: Deadline) -> set[str]:
    """A reminder is sent once; that nothing was done is said again if the deadline was moved and missed anew."""
    told = select(DeadlineReminder.mark, DeadlineReminder.due_at).where(DeadlineReminder.deadline_id == row.id)
    return {mark for mark, due in session.execute(told) if mark != DUE or due == row.due_at}


def _tell(session: Session, row: Deadline, mark: Mark, now: datetime) -> int:
    case = session.get_one(RecallCase, row.case_id)
    duty = row.duty
    told = Told(duty.text_zh, duty.text_en, duty.source, duty.confirmed, row.due_at, row.calendar_complete)
    authorities = authorities_of(session, case)
    if mark.word == DUE:
        missed = f"{row.id} {mark.word} {row.due_at.isoformat()}"
        return _send(session, case, authorities, "deadline_missed", overdue(told), missed, now)
    # where nobody knows the firm, the authority has to find it
    in_charge = authorities if duty.in_charge == "authority" else _makers(session, case) or authorities
    return _send(session, case, in_charge, "deadline", soon_due(told), f"{row.id} {mark.word}", now)


def _send(
    session: Session, case: RecallCase, parties: Iterable[int], cause: str, words: str, mark: str, now: datetime
) -> int:
    sent = [
        queue_notice(session, case, "reminder", Recipient(party), cause, now, words, f"deadline {mark}")
        for party in sorted(parties)
    ]
    return sum(notice is not None for notice in sent)


def _makers(session: Session, case: RecallCase) -> set[int]:
    """The firms whose products the newest scope names: whoever opened the case, the duty is theirs."""
    gtins = gtins_of(scope_of(case)) - {None}
    owners = select(Product.party_id).where(Product.gtin.in_(gtins), Product.party_id.is_not(None)).distinct()
    return {party for party in session.scalars(owners) if party is not None}
