"""How often a wrong password or code may be tried: counted in the database, so that all workers count together."""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from trace.kit.errors import Problem
from trace.models import SignInAttempts

WINDOW = timedelta(minutes=15)

LIMITS = {"account": 10, "device": 10, "address": 100, "code": 10, "link": 3}
"""So many attempts each of these has within `WINDOW`: an account from browsers that are not known to it, each browser
that is, a network address, the second factor of a person, and links by mail to an address."""


class TooManyAttempts(Problem):
    """No further attempt is looked at before the window is over, not even a right one."""

    status = 429

    def __init__(self, seconds: float) -> None:
        minutes = max(1, math.ceil(seconds / 60))
        super().__init__(
            f"There were too many attempts. Try again in {minutes} minutes.",
            headers={"Retry-After": str(math.ceil(seconds)), "Cache-Control": "no-store"},
        )


def take_attempt(session: Session, kind: str, who: str, now: datetime) -> float:
    """Count one attempt before it is looked at; the seconds to wait where there is none left, else 0.

    One statement counts and tells, so that of attempts at one moment no more pass than there are.
    """
    subject, table = _subject(kind, who), SignInAttempts.__table__
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert
    over = table.c.began_at <= now - WINDOW
    counted = (
        insert(table)
        .values(subject=subject, began_at=now, number=1)
        .on_conflict_do_update(
            index_elements=["subject"],
            set_={
                "number": case((over, 1), else_=table.c.number + 1),
                "began_at": case((over, now), else_=table.c.began_at),
            },
        )
        .returning(table.c.number, table.c.began_at)
    )
    number, began_at = session.execute(counted).one()
    if number <= LIMITS[kind]:
        return 0.0
    return max(1.0, (began_at + WINDOW - now).total_seconds())


def forget_attempts(session: Session, kind: str, who: str, now: datetime) -> None:
    """Begin anew after a right one; what is over long since goes too."""
    subject = _subject(kind, who)
    old = SignInAttempts.began_at <= now - 4 * WINDOW
    session.execute(delete(SignInAttempts).where((SignInAttempts.subject == subject) | old))


def give_back(session: Session, kind: str, who: str) -> None:
    """Take back one attempt that was right: not the others, which somebody else behind the same address may make."""
    mine = (SignInAttempts.subject == _subject(kind, who)) & (SignInAttempts.number > 0)
    session.execute(update(SignInAttempts).where(mine).values(number=SignInAttempts.number - 1))


def _subject(kind: str, who: str) -> str:
    return f"{kind} {hashlib.sha256(who.encode()).hexdigest()}"
