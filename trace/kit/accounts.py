"""People who sign in, and the browsers in which they did: sessions live on the server and end there at once."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ForeignKey, Index, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from trace.kit.auth import ApiKey, Principal, Role
from trace.kit.db import Base, BigKey

SEEN_EVERY = timedelta(minutes=5)
"""So seldom is it written that a browser was seen: a page must not wait for the one writer."""


class User(Base):
    """A person. What he may do stands in his row of ``api_keys``, which has no secret: `actor_id`, the one who acts.

    ``manages`` makes a company's person its administrator. Whoever has ``ended_at`` cannot sign in any more. The
    secret of the second factor is made from ``totp_nonce`` and the service's own key; ``totp_step`` is the last step
    whose code was used, none while the second factor is not set up. ``openid_subject`` is issuer and subject by which
    a provider names the person.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"), unique=True)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    manages: Mapped[bool]
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_nonce: Mapped[str] = mapped_column(Text)
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    openid_subject: Mapped[str | None] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignIn(Base):
    """One browser of one person; only the hash of its token is kept. ``complete`` once every factor was shown."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_user_id", "user_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    complete: Mapped[bool]
    browser: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in."""

    id: int
    name: str
    email: str
    role: Role
    party_id: int | None
    manages: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A living session: the person, as whom he acts, and what he said he is here for."""

    number: int
    user: Person
    principal: Principal
    purpose: str | None
    seen_at: datetime
    has_second_factor: bool
    totp_nonce: str


def add_user(
    session: Session, email: str, name: str, role: Role, party_id: int | None, manages: bool, now: datetime
) -> User:
    """Keep a new person with the row that acts for him. The address has to be free."""
    actor = ApiKey(
        prefix=f"user-{secrets.token_hex(8)}",
        secret_hash="",  # no key has an empty hash: nobody calls the API with it
        role=role,
        party_id=party_id,
        name=name,
        created_at=now,
    )
    session.add(actor)
    session.flush()
    user = User(actor_id=actor.id, email=email.strip().lower(), name=name, manages=manages, created_at=now)
    user.totp_nonce = secrets.token_hex(16)
    session.add(user)
    session.flush()
    actor.user_id = user.id
    session.flush()
    return user


def start_session(session: Session, user_id: int, browser: str, lasts: timedelta, now: datetime, complete: bool) -> str:
    """Open a session and return its token; this is the only time that it is seen whole."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_hash=hash_token(token),
            user_id=user_id,
            complete=complete,
            browser=browser[:200],
            created_at=now,
            seen_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return token


def find_signed_in(
    session: Session, token: str | None, now: datetime, idle: timedelta, complete: bool = True
) -> SignedIn | None:
    """Return whose living session a token is; None for one that ended, expired, or was not used for ``idle``.

    Not ``complete`` is one that still waits for the second factor.
    """
    if not token:
        return None
    row = session.execute(
        select(SignIn, User, ApiKey)
        .join(User, User.id == SignIn.user_id)
        .join(ApiKey, ApiKey.id == User.actor_id)
        .where(
            SignIn.token_hash == hash_token(token),
            SignIn.complete == complete,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            SignIn.seen_at > now - idle,
            User.ended_at.is_(None),
            ApiKey.revoked_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    sign_in, user, actor = row
    role: Role = actor.role  # type: ignore[assignment]  # a constraint of the table holds it
    person = Person(user.id, user.name, user.email, role, actor.party_id, user.manages)
    principal = Principal(role, actor.party_id, actor.id, user.name, user.id, user.manages)
    return SignedIn(
        sign_in.id, person, principal, sign_in.purpose, sign_in.seen_at, user.totp_step is not None, user.totp_nonce
    )


def find_user(session: Session, number: int) -> User:
    """The person of this number, who is there."""
    return session.get_one(User, number)


def note_seen(session: Session, number: int, now: datetime) -> None:
    """Write down that a browser is still in use."""
    session.execute(update(SignIn).where(SignIn.id == number).values(seen_at=now))


def hash_token(token: str) -> str:
    """What is kept of a token: it is long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def end_sessions(session: Session, user_id: int, now: datetime, but: int | None = None) -> None:
    """End every session of a person, but for the one with the number ``but``."""
    living = (SignIn.user_id == user_id) & SignIn.ended_at.is_(None)
    if but is not None:
        living &= SignIn.id != but
    session.execute(update(SignIn).where(living).values(ended_at=now))


def end_session(session: Session, token: str, now: datetime) -> None:
    """End the session of a token; the next request with it is nobody's."""
    living = (SignIn.token_hash == hash_token(token)) & SignIn.ended_at.is_(None)
    session.execute(update(SignIn).where(living).values(ended_at=now))


def keep_purpose(session: Session, token: str | None, purpose: str | None) -> None:
    """Keep why somebody is here, beside every call of this browser from now on."""
    session.execute(update(SignIn).where(SignIn.token_hash == hash_token(token or "")).values(purpose=purpose))
