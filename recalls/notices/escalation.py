"""What nobody acknowledges, or nobody can be told, goes to the authority's list; the attempts go on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from recalls.models import Notice, RecallCase
from recalls.notices.contacts import find_authorities
from recalls.notices.queue import Entry, Reason, Recipient, write_notices
from recalls.participants import participants_of
from trace.kit.db import lock_writes

SILENT = "not_acknowledged"
"""Why a notice that could be sent is on the list; of those that cannot, it is known when they are written."""

GATHERED = timedelta(minutes=1)
"""What is escalated within this time is one message to the authority."""
AT_ONCE = 500
"""Notices that one transaction escalates."""


def escalate(session: Session, case: RecallCase, notices: Sequence[Notice], now: datetime) -> None:
    """Put notices on the list of the case's authority, each with its reason, and tell the authority that it grew."""
    for notice in notices:
        notice.escalated_at = now
        notice.escalate_at = None
        notice.escalation_reason = notice.escalation_reason or SILENT
    if notices:
        session.flush()
        _tell_authorities(session, case, now)


def _tell_authorities(session: Session, case: RecallCase, now: datetime) -> None:
    """Write one message to each authority, unless one is waiting that will show the list as it is when it goes out."""
    for party in sorted(authorities_of(session, case)):
        recipient = Recipient(party)
        mine = (Notice.case_id == case.id) & (Notice.kind == "escalation") & (Notice.recipient == recipient.key)
        count, untried = session.execute(select(func.count(), func.count().filter(Notice.tries == 0)).where(mine)).one()
        if not untried:
            entry = Entry(recipient, dedupe=str(count + 1))
            for notice in write_notices(session, case, "escalation", [entry], Reason("escalated"), now):
                notice.due_at = now + GATHERED


def authorities_of(session: Session, case: RecallCase) -> set[int]:
    """Return the regulators that oversee the case: the one that it names or that opened it, else all there are."""
    names = find_authorities(session)
    own = {party for party, known_as in names.items() if party == case.initiator_id or case.authority in known_as}
    chosen = own or set(names)
    return chosen & participants_of(case) if case.drill else chosen


def is_due(session: Session, now: datetime) -> bool:
    """Return whether any notice has to go to the list, without waiting for the right to write."""
    return session.scalar(_due(now).with_only_columns(Notice.id).limit(1)) is not None


def _due(now: datetime) -> Select[Notice]:
    return select(Notice).where(Notice.escalate_at <= now, Notice.acknowledged_at.is_(None), Notice.closed_at.is_(None))


def escalate_due(session: Session, now: datetime) -> None:
    """Escalate what is due for it, each case's notices together."""
    lock_writes(session)
    found: dict[int, list[Notice]] = {}
    for notice in session.scalars(_due(now).order_by(Notice.case_id, Notice.id).limit(AT_ONCE)):
        found.setdefault(notice.case_id, []).append(notice)
    for number, notices in found.items():
        case = session.get(RecallCase, number)
        assert case is not None
        escalate(session, case, notices, now)
