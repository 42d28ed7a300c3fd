"""Offices: entered, found by the place that a matter concerns, and who belongs to which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from oversight.gb2260 import NATION, Level, bounds_of, check_code, level_of, lies_within, ways_up
from oversight.models import Jurisdiction, StaffPost
from trace.kit.accounts import User
from trace.kit.auth import ApiKey, Principal
from trace.kit.errors import Invalid, NotFound
from trace.models import Location

Post = Literal["officer", "inspector", "station"]
"""An officer decides, an inspector looks and takes samples, a station (投诉站) takes complaints and settles them."""

POSTS: tuple[Post, ...] = get_args(Post)


class JurisdictionNotFound(NotFound):
    """No office of this code is entered."""


class ActorNotFound(NotFound):
    """No person or key of an authority by that name."""


@dataclass(frozen=True, slots=True)
class Office:
    """Where somebody works and as what; an official whom nobody assigned is an officer of the whole country."""

    code: str
    post: Post

    def covers(self, code: str) -> bool:
        """Whether a place, or another office, lies within."""
        return lies_within(code, self.code)


class JurisdictionRow(TypedDict):
    """An office as it is answered."""

    code: str
    level: Level
    name: str
    name_en: str
    phone: str | None


def add_jurisdiction(
    session: Session, code: str, name: str, name_en: str, phone: str | None, now: datetime
) -> Jurisdiction:
    """Enter an office, or its new names and telephone. Raises Invalid for a code that is none."""
    try:
        check_code(code)
    except ValueError as error:
        raise Invalid.field("/code", str(error)) from error
    row = session.get(Jurisdiction, code)
    if row is None:
        row = Jurisdiction(code=code, recorded_at=now)
        session.add(row)
    row.name, row.name_en, row.phone = name, name_en, phone
    session.flush()
    return row


def find_jurisdiction(session: Session, code: str) -> Jurisdiction:
    """Return an office. Raises JurisdictionNotFound."""
    row = session.get(Jurisdiction, code)
    if row is None:
        raise JurisdictionNotFound(f"No office {code} is entered.")
    return row


def list_jurisdictions(
    session: Session, within: str = NATION, after: str = "", limit: int = 1000
) -> Sequence[Jurisdiction]:
    """Return offices within one, in the order of their codes, up to ``limit`` after the code ``after``."""
    first, above = bounds_of(within)
    wanted = (Jurisdiction.code >= first) & (Jurisdiction.code < above) & (Jurisdiction.code > after)
    return session.scalars(select(Jurisdiction).where(wanted).order_by(Jurisdiction.code).limit(limit)).all()


def nearest_office(session: Session, region: str | None) -> str:
    """Return the code of the lowest office that answers for a region (GB/T 2260); for none that of the country."""
    ways = ways_up(region) if region else [NATION]
    known = set(session.scalars(select(Jurisdiction.code).where(Jurisdiction.code.in_(ways))))
    return next((code for code in ways if code in known), NATION)


def office_of_place(session: Session, place_id: int | None) -> str:
    """Return the office that answers for a place (a row of identifiers); one without a region is the country's."""
    region = None if place_id is None else session.scalar(select(Location.region).where(Location.id == place_id))
    return nearest_office(session, region)


def office_of(session: Session, principal: Principal) -> Office:
    """Return where an official works. An operator belongs to the whole country."""
    if principal.role == "admin":
        return Office(NATION, "officer")
    actors = actors_of(session, principal)
    newest = select(func.max(StaffPost.id)).where(StaffPost.actor_id.in_(actors)).scalar_subquery()
    row = session.scalar(select(StaffPost).where(StaffPost.id == newest))
    if row is None or row.code is None:
        return Office(NATION, "officer")
    return Office(row.code, row.post)  # type: ignore[arg-type]  # written by assign_staff alone


def actors_of(session: Session, principal: Principal) -> list[int]:
    """Return the rows of ``api_keys`` that somebody acts by: his key, and himself if he is the person who issued it."""
    actors = [principal.key_id]
    if principal.user_id is not None:
        actors += session.scalars(select(User.actor_id).where(User.id == principal.user_id)).all()
    return actors


def assign_staff(
    session: Session, principal: Principal, actor_id: int, code: str | None, post: Post, now: datetime
) -> None:
    """Say that a person or key of an authority works in an office from now on; without a code, in none.

    Raises ActorNotFound, JurisdictionNotFound.
    """
    role = session.scalar(select(ApiKey.role).where(ApiKey.id == actor_id, ApiKey.revoked_at.is_(None)))
    if role != "regulator":
        raise ActorNotFound(f"No regulator {actor_id} is known.")
    if code is not None:
        find_jurisdiction(session, code)
    session.add(StaffPost(actor_id=actor_id, code=code, post=post, since=now, recorded_by=principal.key_id))
    session.flush()


def staff_of(session: Session, code: str) -> list[tuple[int, str, Post]]:
    """Return who works in an office: the number of each, his name and his post, by name."""
    newest = select(func.max(StaffPost.id)).group_by(StaffPost.actor_id)
    rows = session.execute(
        select(ApiKey.id, ApiKey.name, StaffPost.post)
        .join(StaffPost, StaffPost.actor_id == ApiKey.id)
        .where(StaffPost.id.in_(newest), StaffPost.code == code, ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.name, ApiKey.id)
    )
    return [(number, name, post) for number, name, post in rows]  # type: ignore[misc]  # written by assign_staff alone


def list_officials(session: Session, limit: int = 1000) -> list[tuple[int, str]]:
    """Return the regulators whom an office may have: the number and name of each key or person, by name."""
    rows = session.execute(
        select(ApiKey.id, ApiKey.name)
        .where(ApiKey.role == "regulator", ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.name, ApiKey.id)
        .limit(limit)
    )
    return [(number, name) for number, name in rows]


def write_jurisdiction(row: Jurisdiction) -> JurisdictionRow:
    """Return an office as it is answered."""
    return {
        "code": row.code,
        "level": level_of(row.code),
        "name": row.name,
        "name_en": row.name_en,
        "phone": row.phone,
    }
