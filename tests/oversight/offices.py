"""Offices and their people for tests: a city with two counties, an officer in each, and the state above them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from oversight.jurisdictions import Post, add_jurisdiction, assign_staff
from trace.kit.auth import ApiKey, Principal

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""A Monday, ten in the morning in China."""

NATION, PROVINCE, CITY, COUNTY, NEIGHBOUR = "000000", "320000", "320100", "320106", "320102"

ADMIN = Principal("admin", None, 1, "operator")


@dataclass(frozen=True, slots=True)
class Offices:
    """One officer each: of the state, the city and two counties of it; and a second one in the first county."""

    nation: Principal
    city: Principal
    county: Principal
    colleague: Principal
    neighbour: Principal


def add_official(session: Session, code: str | None, name: str, post: Post = "officer") -> Principal:
    """A regulator's key that works in an office; without one, for the whole country."""
    key = ApiKey(prefix=f"test-{name}", secret_hash="", role="regulator", party_id=None, name=name, created_at=NOW)
    session.add(key)
    session.flush()
    if code is not None:
        assign_staff(session, ADMIN, key.id, code, post, NOW)
    return Principal("regulator", None, key.id, name)


def add_offices(session: Session) -> Offices:
    """Enter the offices and their people."""
    for code, name in ((CITY, "南京市"), (COUNTY, "鼓楼区"), (NEIGHBOUR, "玄武区")):
        add_jurisdiction(session, code, f"{name}市场监督管理局", f"Office {code}", None, NOW)
    people = ((None, "nation"), (CITY, "city"), (COUNTY, "county"), (COUNTY, "colleague"), (NEIGHBOUR, "neighbour"))
    return Offices(*(add_official(session, code, name) for code, name in people))
