"""The table of duties: which rule makes a deadline when. A changed rule is a new row; the old one is closed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.clocks.triggers import LEARNED, MEETS, STARTS, can_meet
from recalls.clocks.working_days import Unit
from recalls.models import Duty, RecallCase
from recalls.stages import STAGES
from trace.answers import write_time
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Invalid, NotFound

Charge = Literal["firm", "authority"]
CHARGES: tuple[Charge, ...] = get_args(Charge)

MOST_UNITS = 1000


class DutyNotFound(NotFound):
    """No such duty."""


class DutyEnded(Conflict):
    """The duty has an end already."""


class DutyOverlaps(Conflict):
    """A version of the duty begins at that time or later."""


@dataclass(frozen=True, slots=True)
class NewDuty:
    """A rule as somebody enters it; ``regime`` and ``recall_class`` None are all of them."""

    word: str
    starts: str
    met_by: tuple[str, ...]
    amount: int
    unit: Unit
    text_zh: str
    text_en: str
    source: str
    regime: str | None = None
    recall_class: int | None = None
    until: str | None = None
    repeats: bool = False
    restarts: bool = False
    in_charge: Charge = "firm"
    confirmed: bool = False
    valid_from: datetime | None = None


DutyRow = TypedDict(
    "DutyRow",
    {
        "id": int,
        "duty": str,
        "regime": str | None,
        "class": int | None,
        "starts": str,
        "met_by": list[str],
        "until": str | None,
        "amount": int,
        "unit": str,
        "repeats": bool,
        "restarts": bool,
        "in_charge": str,
        "text_zh": str,
        "text_en": str,
        "source": str,
        "confirmed": bool,
        "valid_from": str | None,
        "valid_to": str | None,
    },
)
"""A rule of the table; ``regime`` and ``class`` null are all of them, ``valid_from`` null is always."""


def duties_of(session: Session, case: RecallCase, at: datetime) -> list[Duty]:
    """Return the duties that apply to a case and are valid at ``at``, oldest row first.

    Of several rows of one word the most special applies: its regime before its class before all cases.
    """
    rows = session.scalars(
        select(Duty)
        .where(
            or_(Duty.regime.is_(None), Duty.regime == case.regime),
            or_(Duty.recall_class.is_(None), Duty.recall_class == case.recall_class),
            *_valid(at),
        )
        .order_by(Duty.regime.is_not(None), Duty.recall_class.is_not(None))
    )
    special = {duty.word: duty for duty in rows}
    return sorted(special.values(), key=lambda duty: duty.id)


def words_of(duty: Duty) -> list[str]:
    """Return what meets a duty."""
    words: list[str] = json.loads(duty.met_by)
    return words


def list_duties(
    session: Session, after: int, limit: int, regime: str | None = None, at: datetime | None = None
) -> list[Duty]:
    """Return up to ``limit`` rows after the number ``after``; if given, those of a regime, and valid at a moment."""
    query = select(Duty).where(Duty.id > after)
    if regime is not None:
        query = query.where(or_(Duty.regime.is_(None), Duty.regime == regime))
    if at is not None:
        query = query.where(*_valid(at))
    return list(session.scalars(query.order_by(Duty.id).limit(limit)))


def add_duty(session: Session, principal: Principal, new: NewDuty, now: datetime) -> tuple[Duty, bool]:
    """Enter a rule, and close the one of the same word, regime and class that it replaces.

    The same rule again is that which is there; the second value says whether a row was added. Deadlines that run keep
    the row that made them. Raises Invalid with pointers, and DutyOverlaps.
    """
    _check(new, now)
    lock_writes(session)
    since = new.valid_from or now
    versions = list(
        session.scalars(
            select(Duty)
            .where(
                Duty.word == new.word,
                Duty.regime.is_not_distinct_from(new.regime),
                Duty.recall_class.is_not_distinct_from(new.recall_class),
            )
            .order_by(Duty.id)
        )
    )
    newest = versions[-1] if versions else None
    if newest is not None:
        begun = newest.valid_from is None or newest.valid_from <= now
        if begun and newest.valid_to is None and new.valid_from is None and _content(newest) == _content_of(new):
            return newest, False
        if (newest.valid_from is not None and newest.valid_from >= since) or (newest.valid_to or since) > since:
            begins = (newest.valid_from or since).isoformat()
            raise DutyOverlaps(f"Expected a beginning after that of the newest version ({begins}), got {since}.")
        if newest.valid_to is None:
            newest.valid_to = since
    row = Duty(
        **_content_of(new),
        valid_from=since,
        valid_to=None,
        recorded_at=now,
        recorded_by=principal.key_id,
    )
    session.add(row)
    session.flush()
    return row, True


def end_duty(session: Session, number: int, at: datetime | None, now: datetime) -> Duty:
    """Let a rule end at ``at`` (now, if not given) without another in its place.

    Raises DutyNotFound, DutyEnded, and Invalid for a time that is past or before its beginning.
    """
    lock_writes(session)
    duty = session.get(Duty, number)
    if duty is None:
        raise DutyNotFound(f"No duty {number} is known.")
    if duty.valid_to is not None:
        raise DutyEnded(f"Duty {number} ends at {duty.valid_to.isoformat()}: expected one without an end.")
    end = at or now
    first = max(now, duty.valid_from or now)
    if end < first:
        raise Invalid.field("/at", f"Expected a time from {first.isoformat()} on, got {end.isoformat()}.")
    duty.valid_to = end
    session.flush()
    return duty


def write_duty(duty: Duty) -> DutyRow:
    """Return a rule as it is answered."""
    return {
        "id": duty.id,
        "duty": duty.word,
        "regime": duty.regime,
        "class": duty.recall_class,
        "starts": duty.starts,
        "met_by": words_of(duty),
        "until": duty.until,
        "amount": duty.amount,
        "unit": duty.unit,
        "repeats": duty.repeats,
        "restarts": duty.restarts,
        "in_charge": duty.in_charge,
        "text_zh": duty.text_zh,
        "text_en": duty.text_en,
        "source": duty.source,
        "confirmed": duty.confirmed,
        "valid_from": write_time(duty.valid_from),
        "valid_to": write_time(duty.valid_to),
    }


def _valid(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        or_(Duty.valid_from.is_(None), Duty.valid_from <= at),
        or_(Duty.valid_to.is_(None), Duty.valid_to > at),
    )


def _check(new: NewDuty, now: datetime) -> None:
    if new.starts not in STARTS:
        raise Invalid.field("/starts", f"Expected one of {', '.join(STARTS)}, got {new.starts!r}.")
    for index, word in enumerate(new.met_by):
        if not can_meet(word):
            expected = f"one of {', '.join(MEETS)} or report:<form>"
            raise Invalid.field(f"/met_by/{index}", f"Expected {expected}, got {word!r}.")
    if new.until is not None and new.until not in STAGES:
        raise Invalid.field("/until", f"Expected a stage ({', '.join(STAGES)}), got {new.until!r}.")
    if not 0 <= new.amount <= MOST_UNITS:
        raise Invalid.field("/amount", f"Expected 0 to {MOST_UNITS}, got {new.amount}.")
    if new.repeats and (new.amount == 0 or not new.met_by):
        raise Invalid.field("/repeats", "Expected an amount above 0 and what meets it, for a duty that repeats.")
    if new.repeats and new.unit == "h":
        raise Invalid.field("/unit", "Expected days, weeks or months for a duty that repeats, got h.")
    if new.repeats and new.starts == LEARNED:
        raise Invalid.field("/starts", "Expected a stage for a duty that repeats, got learned, which may be long ago.")
    if new.repeats and new.restarts:
        raise Invalid.field("/restarts", "Expected a duty that repeats or one that restarts, got both.")
    if new.valid_from is not None and new.valid_from < now:
        raise Invalid.field(
            "/valid_from", f"Expected a time from {now.isoformat()} on, got {new.valid_from.isoformat()}."
        )


def _content_of(new: NewDuty) -> dict[str, object]:
    return {
        "word": new.word,
        "regime": new.regime,
        "recall_class": new.recall_class,
        "starts": new.starts,
        "met_by": json.dumps(list(new.met_by)),
        "until": new.until,
        "amount": new.amount,
        "unit": new.unit,
        "repeats": new.repeats,
        "restarts": new.restarts,
        "in_charge": new.in_charge,
        "text_zh": new.text_zh,
        "text_en": new.text_en,
        "source": new.source,
        "confirmed": new.confirmed,
    }


def _content(duty: Duty) -> dict[str, object]:
    return {name: getattr(duty, name) for name in _NAMES}


_NAMES = (
    *("word", "regime", "recall_class", "starts", "met_by", "until", "amount", "unit", "repeats", "restarts"),
    *("in_charge", "text_zh", "text_en", "source", "confirmed"),
)
