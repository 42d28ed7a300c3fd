"""Time limits as an operator edits them: a changed rule is a new row; clocks that run keep the rule they began by."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.models import TimeLimit
from recalls.clocks.working_days import Unit
from trace.answers import write_time
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, NotFound


class LimitNotFound(NotFound):
    """No limit of this kind and word is in force."""


@dataclass(frozen=True, slots=True)
class Period:
    """How long, by what source, and whether that was compared with the official text."""

    amount: int
    unit: Unit
    source: str
    confirmed: bool


class LimitRow(TypedDict):
    """A version of a limit; ``valid_to`` is null for the one in force, ``extends`` as `TimeLimit` has it."""

    kind: str
    limit: str
    starts: str
    met_by: list[str]
    extends: bool
    amount: int
    unit: str
    in_charge: str
    text_zh: str
    text_en: str
    source: str
    confirmed: bool
    valid_from: str
    valid_to: str | None


def list_limits(session: Session, kind: str | None = None, word: str | None = None) -> Sequence[TimeLimit]:
    """Return the limits in force, by kind; of one word all its versions, the newest first."""
    query = select(TimeLimit).order_by(TimeLimit.kind, TimeLimit.id)
    if kind is not None:
        query = query.where(TimeLimit.kind == kind)
    if word is None:
        return session.scalars(query.where(TimeLimit.valid_to.is_(None))).all()
    versions = select(TimeLimit).where(TimeLimit.kind == kind, TimeLimit.word == word)
    return session.scalars(versions.order_by(TimeLimit.valid_from.desc())).all()


def find_limit(session: Session, kind: str, word: str) -> TimeLimit:
    """Return the limit in force. Raises LimitNotFound."""
    wanted = (TimeLimit.kind == kind) & (TimeLimit.word == word) & TimeLimit.valid_to.is_(None)
    row = session.scalar(select(TimeLimit).where(wanted))
    if row is None:
        raise LimitNotFound(f"No limit {word} of {kind} is in force.")
    return row


def change_limit(
    session: Session, principal: Principal, kind: str, word: str, period: Period, now: datetime
) -> TimeLimit:
    """Have a limit be another from now on. Raises LimitNotFound, and Conflict for one that is not yet in force."""
    lock_writes(session)
    before = find_limit(session, kind, word)
    if before.valid_from >= now:
        raise Conflict(f"Limit {word} of {kind} begins at {write_time(before.valid_from)}: expected an earlier one.")
    before.valid_to = now
    kept: dict[str, Any] = {
        name: getattr(before, name)
        for name in ("kind", "word", "starts", "met_by", "extends", "in_charge", "text_zh", "text_en")
    }
    row = TimeLimit(
        **kept,
        amount=period.amount,
        unit=period.unit,
        source=period.source,
        confirmed=period.confirmed,
        valid_from=now,
        recorded_by=principal.key_id,
    )
    session.add(row)
    session.flush()
    return row


def write_limit(row: TimeLimit) -> LimitRow:
    """Return a limit as it is answered."""
    return {
        "kind": row.kind,
        "limit": row.word,
        "starts": row.starts,
        "met_by": json.loads(row.met_by),
        "extends": row.extends,
        "amount": row.amount,
        "unit": row.unit,
        "in_charge": row.in_charge,
        "text_zh": row.text_zh,
        "text_en": row.text_en,
        "source": row.source,
        "confirmed": row.confirmed,
        "valid_from": write_time(row.valid_from) or "",
        "valid_to": None if row.valid_to is None else write_time(row.valid_to),
    }
