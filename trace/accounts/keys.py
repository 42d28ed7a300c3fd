"""API keys as people manage them in a page: a firm's own, and for operators everybody's."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, aliased

from trace.kit.accounts import User
from trace.kit.auth import ROLES, ApiKey, Principal, Role, issue_key
from trace.kit.errors import Forbidden, Invalid, NotFound
from trace.models import Party

MOST_KEYS = 100
"""Living keys of one firm."""


class KeyNotFound(NotFound):
    """No living key of this beginning whom the caller manages."""


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A living key: what it begins with, what it is for, and who issued it."""

    prefix: str
    name: str
    role: Role
    party_name: str | None
    issued_by: str | None
    created_at: datetime


def list_keys(session: Session, principal: Principal, limit: int = 1000) -> list[ListedKey]:
    """The living keys that the caller manages, the newest first."""
    person = aliased(User)
    query = (
        select(ApiKey, Party.name, person.name)
        .outerjoin(Party, Party.id == ApiKey.party_id)
        .outerjoin(person, person.id == ApiKey.user_id)
        .where(ApiKey.revoked_at.is_(None), ApiKey.secret_hash != "")
        .order_by(ApiKey.id.desc())
        .limit(limit)
    )
    if principal.role != "admin":
        query = query.where(ApiKey.party_id == (principal.party_id or 0), ApiKey.role == "company")
    return [
        ListedKey(key.prefix, key.name, key.role, party, issuer, key.created_at)  # type: ignore[arg-type]
        for key, party, issuer in session.execute(query)
    ]


def issue_own_key(session: Session, principal: Principal, role: Role, party_id: int | None, name: str) -> str:
    """Issue a key and return it; this is the only time that it is seen. Raises Forbidden (403), Invalid (422)."""
    if principal.role != "admin" and not (principal.manages and role == "company" and party_id == principal.party_id):
        raise Forbidden("Expected an administrator of the firm, for its own keys, or an operator.")
    if role not in ROLES:
        raise Invalid.field("/role", f"Expected one of {', '.join(ROLES)}, got {role!r}.")
    if party_id is None and role != "admin":
        raise Invalid.field("/party", "Expected the firm or authority whose key it is, got none.")
    if not 0 < len(name.strip()) <= 200:
        raise Invalid.field("/name", "Expected what the key is for, in 1 to 200 characters.")
    living = (ApiKey.party_id == party_id) & ApiKey.revoked_at.is_(None) & (ApiKey.secret_hash != "")
    if (session.scalar(select(func.count()).where(living)) or 0) >= MOST_KEYS:
        raise Invalid(f"Expected at most {MOST_KEYS} living keys of one firm. End one that is not used any more.")
    return issue_key(session, role, party_id, name.strip(), principal.user_id)


def end_key(session: Session, principal: Principal, prefix: str, now: datetime) -> None:
    """End a key at once. Raises KeyNotFound (404)."""
    mine = (ApiKey.prefix == prefix) & ApiKey.revoked_at.is_(None) & (ApiKey.secret_hash != "")
    if principal.role != "admin":
        mine &= (ApiKey.party_id == (principal.party_id or 0)) & (ApiKey.role == "company")
    ended = session.execute(update(ApiKey).where(mine).values(revoked_at=now))
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise KeyNotFound("No living key of yours begins like that.")
