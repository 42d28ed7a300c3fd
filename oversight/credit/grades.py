"""Entries gathered from everything that says something of a firm, its score and grade, and when a grade changed."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.blacklist import credited as listed
from oversight.complaints import credited as complained
from oversight.credit import recalled, records, registered
from oversight.credit.entries import CreditEntry
from oversight.credit.repair import repaired
from oversight.credit.score import Grade, Score, Subject, score
from oversight.models import CreditLook, GradeChange
from oversight.sampling import credited as sampled
from oversight.withdrawals import credited as withdrawn
from recalls.clocks.working_days import CHINA
from trace.kit.db import lock_writes
from trace.kit.jobs import Work
from trace.models import Location, Party

Source = Callable[[Session, int, datetime], list[CreditEntry]]

SOURCES: tuple[Source, ...] = (
    *(registered.credit_entries, recalled.credit_entries, records.credit_entries),
    *(listed.credit_entries, withdrawn.credit_entries, complained.credit_entries),
    sampled.credit_entries,
)
"""What a file is assembled from; each cites the record of every entry."""

EVERY = timedelta(days=1)
A_ROUND = 50


def entries_of(session: Session, party_id: int, at: datetime) -> list[CreditEntry]:
    """Return everything that counts for or against a firm at a moment, without what was repaired, the newest first."""
    gone = repaired(session, party_id, at)
    found = [entry for source in SOURCES for entry in source(session, party_id, at)]
    kept = [entry for entry in found if (entry.word, entry.record) not in gone]
    return sorted(kept, key=lambda entry: (entry.on, entry.record, entry.word), reverse=True)


def subject_of(session: Session, party_id: int) -> Subject:
    """Return what a firm mainly is, by its places; one without any is a producer, the strictest."""
    kinds = set(session.scalars(select(Location.kind).where(Location.party_id == party_id).distinct()))
    if "plant" in kinds or not kinds:
        return "producer"
    return "distributor" if "warehouse" in kinds else "retailer"


def score_on(session: Session, party_id: int, at: datetime) -> Score:
    """Return the score of a firm at a moment, each point explained."""
    entries = entries_of(session, party_id, at)
    return score(entries, subject_of(session, party_id), at.astimezone(CHINA).date())


def grade_on(session: Session, party_id: int, at: datetime) -> Grade:
    """Return the grade of a firm at a moment."""
    return score_on(session, party_id, at).grade


def note_grade(session: Session, party_id: int, now: datetime) -> GradeChange | None:
    """Put the grade on record if it is another than before, with the entries that make it."""
    found = score_on(session, party_id, now)
    newest = select(GradeChange).where(GradeChange.party_id == party_id).order_by(GradeChange.id.desc()).limit(1)
    before = session.scalar(newest)
    if before is not None and before.after == found.grade:
        return None
    reason = [{"record": one.entry.record, "word": one.entry.word, "points": str(one.points)} for one in found.parts]
    change = GradeChange(
        party_id=party_id,
        at=now,
        before=None if before is None else before.after,
        after=found.grade,
        points=str(found.points),
        version=found.version,
        reason=json.dumps(reason, ensure_ascii=False),
    )
    session.add(change)
    session.flush()
    return change


def follow_grades(work: Work) -> bool:
    """Work out the grades of some firms that were not looked at for a day (a job of the worker)."""
    now = work.clock()
    since = now - EVERY
    stale = (
        select(Party.id)
        .outerjoin(CreditLook, CreditLook.party_id == Party.id)
        .where(CreditLook.looked_at.is_(None) | (CreditLook.looked_at < since))
        .order_by(Party.id)
        .limit(A_ROUND)
    )
    with work.database.read() as session:
        if session.scalar(stale.limit(1)) is None:
            return False
    with work.database.write() as session:
        lock_writes(session)
        for number in session.scalars(stale).all():
            note_grade(session, number, now)
            session.merge(CreditLook(party_id=number, looked_at=now))
    return True
