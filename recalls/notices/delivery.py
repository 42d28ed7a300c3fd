"""Rounds of sending: a due notice is claimed, sent by every way, and due again until somebody acknowledges it.

What is begun is counted before anything is sent, so that whatever happens in between, the next message says that it is
a repeat.
"""

import logging
import threading
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from recalls.models import Notice, NoticeAttempt, RecallCase
from recalls.notices.channels import Outcome
from recalls.notices.channels.sending import Ways, send_everywhere, ways_of
from recalls.notices.compose import read_envelope
from recalls.notices.escalation import escalate_due, is_due
from recalls.notices.policy import Progress, next_round
from trace.kit.jobs import Job, Work

logger = logging.getLogger("suyuan.notices")

LEASE = timedelta(minutes=10)
"""How long a worker may take for a round before another takes it to be dead: twice what five contacts can last."""

BROKEN_OFF = Outcome("unknown", None, False, None, "the worker ended before it said what came of it")

_looking = threading.Lock()
"""Threads of a process look for work one after the other, as those for subscriptions do: only sending is waiting."""


def deliver_job(ways: Ways | None = None) -> Job:
    """Return the job that makes one round of the notice that is due for longest; ``ways`` stand in for the network."""

    def deliver(work: Work) -> bool:
        now = work.clock()
        with _looking:
            with work.database.read() as session:
                if session.scalar(_due(now).with_only_columns(Notice.id).limit(1)) is None:
                    return False
            with work.database.write() as session:
                claimed = claim_due(session, now)
        if claimed is None:
            return True  # another worker has taken it
        with work.database.read() as session:
            envelope = read_envelope(session, claimed, work.settings.public_url, work.settings.secret_key, now)
        out = ways or ways_of(work.settings)
        outcomes = list(send_everywhere(out, envelope, now))
        with work.database.write() as session:
            finish_round(session, claimed, outcomes, work.clock())
        return True

    return deliver


def escalate_job(work: Work) -> bool:
    """Put on the authority's list what is due for it."""
    now = work.clock()
    with work.database.read() as session:
        if not is_due(session, now):
            return False
    with work.database.write() as session:
        escalate_due(session, now)
    return True


def _due(now: datetime) -> Select[Notice]:
    return (
        select(Notice)
        .where(
            Notice.due_at <= now,
            Notice.acknowledged_at.is_(None),
            Notice.closed_at.is_(None),
            or_(Notice.claimed_until.is_(None), Notice.claimed_until < now),
        )
        .order_by(Notice.due_at, Notice.id)
    )


def claim_due(session: Session, now: datetime) -> Notice | None:
    """Take the notice that is due for longest, for this worker alone; ``None`` if there is none.

    The round is counted here. One that another worker left unfinished is recorded as such: it may have arrived.
    """
    notice = session.scalars(_due(now).limit(1).with_for_update(skip_locked=True, of=Notice)).first()
    if notice is None:
        return None
    if notice.claim is not None:
        _record(session, notice, 1, BROKEN_OFF, now)
    notice.tries += 1
    notice.first_tried_at = notice.first_tried_at or now
    notice.claim, notice.claimed_until = str(uuid.uuid4()), now + LEASE
    session.flush()
    return notice


def finish_round(session: Session, claimed: Notice, outcomes: Sequence[tuple[int, Outcome]], now: datetime) -> None:
    """Record what came of a claimed round, and when the next one is due."""
    for level, outcome in outcomes:
        _record(session, claimed, level, outcome, now)
    notice = session.get(Notice, claimed.id, with_for_update=True, populate_existing=True)
    if notice is None or notice.claim != claimed.claim:
        logger.warning("notice %s: gone, or taken over by another worker", claimed.notice_id)
        session.flush()
        return
    notice.claim = notice.claimed_until = None
    if not _addressed(outcomes):  # nothing went out: what does one day must not call itself a repeat
        notice.tries -= 1
        notice.first_tried_at = notice.first_tried_at if notice.tries else None
    taken = any(outcome.accepted for _, outcome in outcomes)
    if taken:
        notice.sent, notice.failures = notice.sent + 1, 0
        notice.first_sent_at = notice.first_sent_at or now
    else:
        notice.failures += 1
    if notice.acknowledged_at is None and notice.closed_at is None:
        notice.due_at = next_round(_progress(session, notice, outcomes), now)
    session.flush()
    logger.info("notice %s: round %d %s", notice.notice_id, notice.tries, "sent" if taken else "failed")


def _progress(session: Session, notice: Notice, outcomes: Sequence[tuple[int, Outcome]]) -> Progress:
    return Progress(
        kind=notice.kind,
        recall_class=session.scalars(select(RecallCase.recall_class).where(RecallCase.id == notice.case_id)).one(),
        created_at=notice.created_at,
        sent=notice.sent,
        failures=notice.failures,
        addressed=_addressed(outcomes),
    )


def _addressed(outcomes: Sequence[tuple[int, Outcome]]) -> bool:
    return any(outcome.address is not None for _, outcome in outcomes)


def _record(session: Session, notice: Notice, level: int, outcome: Outcome, now: datetime) -> None:
    session.add(
        NoticeAttempt(
            notice_id=notice.notice_id,
            at=now,
            channel=outcome.channel,
            address=outcome.address,
            level=level,
            repeat=max(notice.tries - 1, 0),
            status=outcome.status,
            error=outcome.error,
            accepted=outcome.accepted,
        )
    )


def find_lag(session: Session, now: datetime) -> int:
    """Return for how many seconds the oldest notice that is due has not been attempted; 0 where none is."""
    oldest = session.scalar(_due(now).with_only_columns(func.min(Notice.due_at)).order_by(None))
    return 0 if oldest is None else int((now - oldest).total_seconds())
