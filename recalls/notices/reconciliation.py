"""Nobody affected goes without a notice: goods move on after the announcement, and rows can be lost.

Every announced case is looked through when events came since the last look, and in any case every few minutes, for
affected consignees that no notification names with all their goods.
"""

import logging
import threading
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from recalls.consignees import find_consignees
from recalls.models import NoticeWatch, RecallCase
from recalls.notices.outbox import find_superseded, find_untold, is_running, tell_untold
from recalls.stages import ENDS
from trace.kit.db import lock_writes
from trace.kit.jobs import Work
from trace.models import Event

logger = logging.getLogger("suyuan.notices")

AT_MOST = timedelta(minutes=5)
"""Between two looks at a case, whether or not anything came: what else may change, and rows that were lost."""
AT_LEAST = timedelta(seconds=15)
"""Where events come all the time; where a look lasts long, several times as long as it lasts."""
SHARE = 4
LEASE = timedelta(minutes=10)

_looking = threading.Lock()


def reconcile_job(work: Work) -> bool:
    """Look through one case that is due; False if none is."""
    now = work.clock()
    with _looking:
        with work.database.read() as session:
            if session.scalar(_due(session, now).with_only_columns(RecallCase.id).limit(1)) is None:
                return False
        with work.database.write() as session:
            claimed = _claim(session, now)
    if claimed is None:
        return True
    number, looked_to = claimed
    with work.database.read() as session:
        newest = _newest(session)
        case = session.get(RecallCase, number)
        assert case is not None
        consignees = find_consignees(session, case, now)
        missing = bool(find_untold(session, case, consignees) or find_superseded(session, case, consignees))
    with work.database.write() as session:
        lock_writes(session)
        case = session.get(RecallCase, number)
        assert case is not None
        if missing and is_running(case):
            cause = "new_consignee" if newest > looked_to else "reconciled"
            written = tell_untold(session, case, consignees, cause, work.clock())
            logger.warning("recall %s: %d consignees had no notice (%s)", case.number, len(written), cause)
        _finish(session, number, newest, now, work.clock())
    return True


def _due(session: Session, now: datetime) -> Select[RecallCase]:
    newest = _newest(session)
    unwatched = NoticeWatch.case_id.is_(None)
    late = NoticeWatch.looked_at <= now - AT_MOST
    fresh = (NoticeWatch.looked_to < newest) & (NoticeWatch.due_at <= now)
    free = or_(NoticeWatch.claimed_until.is_(None), NoticeWatch.claimed_until < now)
    return (
        select(RecallCase)
        .outerjoin(NoticeWatch, NoticeWatch.case_id == RecallCase.id)
        .where(_running(), or_(unwatched, (late | fresh) & free))
        .order_by(NoticeWatch.looked_at, RecallCase.id)
    )


def _running() -> ColumnElement[bool]:
    return RecallCase.announced_at.is_not(None) & RecallCase.stage.not_in(sorted(ENDS))


def _newest(session: Session) -> int:
    return session.scalar(select(func.max(Event.id))) or 0


def _claim(session: Session, now: datetime) -> tuple[int, int] | None:
    """Take the case that has waited longest; its number, and up to which event it was looked through before."""
    case = session.scalars(_due(session, now).limit(1).with_for_update(skip_locked=True, of=RecallCase)).first()
    if case is None:
        return None
    watch = session.get(NoticeWatch, case.id, with_for_update=True)
    if watch is None:
        watch = NoticeWatch(case_id=case.id, looked_to=0, looked_at=case.announced_at, due_at=now)
        session.add(watch)
    watch.claimed_until = now + LEASE
    session.flush()
    return case.id, watch.looked_to


def _finish(session: Session, number: int, newest: int, begun: datetime, now: datetime) -> None:
    watch = session.get(NoticeWatch, number, with_for_update=True)
    assert watch is not None
    watch.looked_to, watch.looked_at = max(newest, watch.looked_to), begun
    watch.due_at = now + max(AT_LEAST, SHARE * (now - begun))
    watch.claimed_until = None
    session.flush()
