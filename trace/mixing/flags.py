"""Flags on places that mix lots: recorded by the firm that keeps the place or by the operator, ended, and listed."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from trace.bodies import MixingEndIn, MixingIn
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, Invalid, NotFound
from trace.master_data import LocationNotFound, owns_place
from trace.models import Identifier, Location, MixingPlace

MOST_FLAGS = 1000
"""Flags on one place."""


class FlagNotFound(NotFound):
    """The place has no such flag."""


class FlagEnded(Conflict):
    """The flag ends before the day on which it is to end."""


class TooManyFlags(Conflict):
    """The place has as many flags as it can."""


class FlagRow(TypedDict):
    """A flag: lots of ``gtin`` (null: of every product) are mixed there, from ``since`` to ``until`` inclusive."""

    number: int
    gtin: str | None
    since: str | None
    until: str | None
    reason: str | None


class FlagRows(TypedDict):
    """The flags of a place."""

    flags: list[FlagRow]


def flag_place(session: Session, principal: Principal, uri: str, body: MixingIn, now: datetime) -> tuple[FlagRow, bool]:
    """Record that a registered place mixes lots; returns the flag and whether it is new.

    Raises LocationNotFound (404) for a place that is not registered or is another firm's, TooManyFlags (409).
    """
    lock_writes(session)
    location = _find_place(session, principal, uri)
    same = (
        MixingPlace.location_id == location,
        MixingPlace.gtin.is_not_distinct_from(body.gtin),
        MixingPlace.since.is_not_distinct_from(body.since),
        MixingPlace.until.is_not_distinct_from(body.until),
        MixingPlace.reason.is_not_distinct_from(body.reason),
    )
    row = session.scalar(select(MixingPlace).where(*same))
    if row is not None:
        return _write(row), False
    if (session.scalar(select(func.count()).where(MixingPlace.location_id == location)) or 0) >= MOST_FLAGS:
        raise TooManyFlags(f"Expected at most {MOST_FLAGS} flags on a place.")
    row = MixingPlace(location_id=location, recorded_at=now, **body.model_dump())
    session.add(row)
    session.flush()
    return _write(row), True


def end_flag(session: Session, principal: Principal, uri: str, number: int, body: MixingEndIn) -> FlagRow:
    """Set the last day of a flag. Raises as `flag_place`; FlagNotFound (404), FlagEnded (409) if it ended earlier,
    Invalid (422) for a day before it began.
    """
    lock_writes(session)
    location = _find_place(session, principal, uri)
    row = session.get(MixingPlace, number)
    if row is None or row.location_id != location:
        raise FlagNotFound(f"The place has no flag {number}.")
    if row.until is not None and row.until < body.until:
        raise FlagEnded(f"The flag ended on {row.until}: a later time of mixing is another flag.")
    if row.since is not None and body.until < row.since:
        raise Invalid.field("/until", f"Expected a day from {row.since} on, got {body.until}.")
    row.until = body.until
    session.flush()
    return _write(row)


def list_flags(session: Session, principal: Principal, uri: str) -> FlagRows:
    """Return all flags of a place, ended ones too. Raises LocationNotFound (404); a regulator sees every place's."""
    location = _find_place(session, principal, uri)
    rows = session.scalars(select(MixingPlace).where(MixingPlace.location_id == location).order_by(MixingPlace.id))
    return {"flags": [_write(row) for row in rows]}


def _find_place(session: Session, principal: Principal, uri: str) -> int:
    number = session.scalar(
        select(Location.id).join(Identifier, Identifier.id == Location.id).where(Identifier.uri == uri)
    )
    if number is None or not (principal.role == "regulator" or owns_place(session, principal, uri)):
        raise LocationNotFound(f"No location {uri} is registered that this key may write for.")
    return number


def _write(row: MixingPlace) -> FlagRow:
    return {
        "number": row.id,
        "gtin": row.gtin,
        "since": None if row.since is None else row.since.isoformat(),
        "until": None if row.until is None else row.until.isoformat(),
        "reason": row.reason,
    }
