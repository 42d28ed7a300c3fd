"""Notices as people and systems ask for them: whose they are, what came of them, and that they are acknowledged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from recalls.cases import RecallNotFound, read_case
from recalls.models import Notice, NoticeAttempt, RecallCase
from recalls.notices import outbox
from trace.kit.auth import Principal
from trace.kit.bulk import among
from trace.kit.db import lock_writes
from trace.kit.errors import NotFound

State = Literal["queued", "sent", "acknowledged", "escalated", "closed"]
"""``escalated`` and ``sent`` notices are still open; ``closed`` is one that nobody acknowledged in the case's life."""

STATES: tuple[State, ...] = get_args(State)


class NoticeNotFound(NotFound):
    """No such notice of this case, or none that this key may see."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A notice, how often it was attempted, and the last error since somebody took it."""

    notice: Notice
    number: str
    attempts: int
    last_error: str | None


def state_of(notice: Notice) -> State:
    """Return how a notice stands."""
    if notice.acknowledged_at is not None:
        return "acknowledged"
    if notice.closed_at is not None:
        return "closed"
    if notice.escalated_at is not None:
        return "escalated"
    return "sent" if notice.sent else "queued"


def _in_state(state: State) -> ColumnElement[bool]:
    silent = Notice.acknowledged_at.is_(None)
    waiting = silent & Notice.closed_at.is_(None)
    quiet = waiting & Notice.escalated_at.is_(None)
    return {
        "acknowledged": Notice.acknowledged_at.is_not(None),
        "closed": silent & Notice.closed_at.is_not(None),
        "escalated": waiting & Notice.escalated_at.is_not(None),
        "sent": quiet & (Notice.sent > 0),
        "queued": quiet & (Notice.sent == 0),
    }[state]


def is_official(principal: Principal) -> bool:
    """Return whether the key oversees all firms."""
    return principal.role in ("regulator", "admin")


def see_case(session: Session, principal: Principal, number: str) -> tuple[RecallCase, bool]:
    """Return a case and whether the key sees all of its notices; a consignee sees only its own.

    Raises RecallNotFound (404) for everybody else.
    """
    try:
        return read_case(session, principal, number), True
    except RecallNotFound:
        case = session.scalar(select(RecallCase).where(RecallCase.number == number))
        if case is None or session.scalar(select(Notice.id).where(_own(principal, case)).limit(1)) is None:
            raise
        return case, False


def _own(principal: Principal, case: RecallCase) -> ColumnElement[bool]:
    return (Notice.case_id == case.id) & (Notice.party_id == principal.party_id)


def list_notices(
    session: Session,
    principal: Principal,
    number: str,
    state: State | None = None,
    kind: str | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[Listed]:
    """Return up to ``limit`` notices of a case, oldest first, from above the row number ``after``.

    Raises RecallNotFound (404).
    """
    case, whole = see_case(session, principal, number)
    wanted = Notice.case_id == case.id if whole else _own(principal, case)
    return _list(session, wanted, state, kind, after, limit)


def list_inbox(
    session: Session,
    principal: Principal,
    state: State | None = None,
    kind: str | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[Listed]:
    """Return up to ``limit`` notices to the key's own firm, over all cases, oldest first."""
    return _list(session, Notice.party_id == (principal.party_id or 0), state, kind, after, limit)


def _list(
    session: Session, wanted: ColumnElement[bool], state: State | None, kind: str | None, after: int | None, limit: int
) -> list[Listed]:
    query = select(Notice).where(wanted).order_by(Notice.id).limit(limit)
    if state is not None:
        query = query.where(_in_state(state))
    if kind is not None:
        query = query.where(Notice.kind == kind)
    if after is not None:
        query = query.where(Notice.id > after)
    return _count_attempts(session, session.scalars(query).all())


def _count_attempts(session: Session, notices: Sequence[Notice]) -> list[Listed]:
    numbers = [one.notice_id for one in notices]
    made = NoticeAttempt.channel != "none"
    counted = session.execute(
        select(NoticeAttempt.notice_id, func.count().filter(made), func.max(NoticeAttempt.id))
        .where(among(session, NoticeAttempt.notice_id, numbers))
        .group_by(NoticeAttempt.notice_id)
    ).all()
    counts = {number: count for number, count, _ in counted}
    last = among(session, NoticeAttempt.id, [row for _, _, row in counted])
    newest = session.execute(select(NoticeAttempt.notice_id, NoticeAttempt.error).where(last))
    errors = {number: error for number, error in newest}  # noqa: C416  (a Result is no mapping)
    cases = among(session, RecallCase.id, {one.case_id for one in notices})
    numbered = session.execute(select(RecallCase.id, RecallCase.number).where(cases))
    names = {row: number for row, number in numbered}  # noqa: C416  (a Result is no mapping)
    return [Listed(one, names[one.case_id], counts.get(one.notice_id, 0), errors.get(one.notice_id)) for one in notices]


def read_notice(session: Session, principal: Principal, number: str, notice_id: str) -> Notice:
    """Return a notice that the key may see. Raises RecallNotFound and NoticeNotFound (404)."""
    case, whole = see_case(session, principal, number)
    notice = outbox.find_notice(session, notice_id)
    if notice is None or notice.case_id != case.id or not (whole or notice.party_id == principal.party_id):
        raise NoticeNotFound(f"No notice {notice_id} of recall {number} is known to you.")
    return notice


def read_attempts(session: Session, notice: Notice) -> tuple[Listed, Sequence[NoticeAttempt]]:
    """Return all attempts to send a notice, oldest first, with their count."""
    listed = select(NoticeAttempt).where(NoticeAttempt.notice_id == notice.notice_id).order_by(NoticeAttempt.id)
    return _count_attempts(session, [notice])[0], session.scalars(listed).all()


def acts_for(principal: Principal, notice: Notice) -> bool:
    """Return whether the key may answer for the recipient: its own firm, or an official on its behalf."""
    return is_official(principal) or (notice.party_id is not None and notice.party_id == principal.party_id)


def read_own_notice(session: Session, principal: Principal, number: str, notice_id: str) -> Notice:
    """Return a notice that the key may answer; others' are 404 even for the firm that runs the case."""
    lock_writes(session)
    notice = read_notice(session, principal, number, notice_id)
    if not acts_for(principal, notice):
        raise NoticeNotFound(f"No notice {notice_id} of recall {number} is addressed to you.")
    return notice


def acknowledge_notice(
    session: Session,
    principal: Principal,
    number: str,
    notice_id: str,
    now: datetime,
    by: str | None = None,
    note: str | None = None,
) -> Notice:
    """Acknowledge a notice for its recipient: ``by`` is the person who said so; the first time counts.

    Raises RecallNotFound and NoticeNotFound (404).
    """
    notice = read_own_notice(session, principal, number, notice_id)
    via = "api" if notice.party_id is not None and notice.party_id == principal.party_id else "on_behalf"
    outbox.acknowledge(session, notice, via, by or principal.name or via, now, note)
    return notice
