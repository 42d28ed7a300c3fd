"""API keys and who is behind them: `sy_<8 characters>_<43 characters>`, kept as prefix and SHA-256."""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from sqlalchemy import BigInteger, CheckConstraint, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from trace.kit.db import Base, BigKey
from trace.kit.errors import Forbidden, NotAuthenticated

Role = Literal["company", "regulator", "admin", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)

OFFICIALS = frozenset({"regulator", "admin", "auditor"})
"""Roles that see more than one firm's affairs: what they do is on record (`trace.kit.audit`)."""

_KEY = re.compile(r"sy_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: the role and the party (its row number, None for an operator without one) of an API key.

    A person who signed in acts by a key without a secret of his own: then ``user_id`` says who it is, as it does for
    keys that he issued, and ``manages`` whether he administers his firm.
    """

    role: Role
    party_id: int | None
    key_id: int
    name: str
    user_id: int | None = None
    manages: bool = False


class ApiKey(Base):
    """One key; the secret itself is shown once and never stored. ``user_id`` is the person who issued or is it."""

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("role IN ('company', 'regulator', 'admin', 'auditor')", name="role"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    prefix: Mapped[str] = mapped_column(Text, unique=True)
    secret_hash: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    party_id: Mapped[int | None] = mapped_column(BigInteger)
    user_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


def issue_key(session: Session, role: Role, party_id: int | None, name: str = "", user_id: int | None = None) -> str:
    """Make a key and return it; this is the only time that it is seen whole. ``user_id`` is who issued it."""
    if role not in ROLES:
        raise ValueError(f"Cannot issue a key: expected a role of {', '.join(ROLES)}, got {role!r}.")
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    session.add(
        ApiKey(
            prefix=prefix,
            secret_hash=_hash(secret),
            role=role,
            party_id=party_id,
            user_id=user_id,
            name=name,
            created_at=datetime.now(UTC),
        )
    )
    session.flush()
    return f"sy_{prefix}_{secret}"


def revoke_key(session: Session, prefix: str) -> bool:
    """End a key; False if no living key has this prefix."""
    living = (ApiKey.prefix == prefix) & ApiKey.revoked_at.is_(None)
    ended = session.scalars(update(ApiKey).where(living).values(revoked_at=datetime.now(UTC)).returning(ApiKey.id))
    return ended.first() is not None


def authenticate(session: Session, header: str | None) -> Principal | None:
    """The caller named by an `Authorization` header, None without one. A wrong one is NotAuthenticated."""
    if header is None:
        return None
    scheme, _, key = header.strip().partition(" ")
    match = _KEY.fullmatch(key.strip())
    if scheme.lower() != "bearer" or match is None:
        raise NotAuthenticated("Expected `Authorization: Bearer sy_…`, got something else.")
    prefix, secret = match.groups()
    row = session.execute(
        select(ApiKey.id, ApiKey.secret_hash, ApiKey.role, ApiKey.party_id, ApiKey.user_id, ApiKey.name).where(
            ApiKey.prefix == prefix, ApiKey.revoked_at.is_(None)
        )
    ).one_or_none()
    # An unknown prefix takes the same road as a wrong secret, so that their times tell nothing.
    right = secrets.compare_digest(_hash(secret), row.secret_hash if row else "0" * 64)
    if row is None or not right:
        raise NotAuthenticated("This API key is not known or was revoked.")
    return Principal(
        role=row.role, party_id=row.party_id, key_id=row.id, name=row.name or row.role, user_id=row.user_id
    )


def require_role(principal: Principal | None, roles: Collection[str] | None) -> None:
    """Raise NotAuthenticated or Forbidden unless the caller may; None as `roles` lets everybody."""
    if roles is None:
        return
    if principal is None:
        raise NotAuthenticated()
    if principal.role not in roles:
        raise Forbidden(f"Expected a key of role {' or '.join(sorted(roles))}, got {principal.role}.")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
