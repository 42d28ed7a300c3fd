"""Signing in: count the attempt, look at the password outside of any transaction, then open a session.

What a stranger learns is always the same: that address and password do not belong together, or that he tried too often.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.accounts.attempts import TooManyAttempts, forget_attempts, give_back, take_attempt
from trace.accounts.passwords import check_password
from trace.accounts.second_factor import demands_second_factor, renew_recovery_codes, use_code
from trace.kit.accounts import SignedIn, SignIn, User, end_session, find_signed_in, start_session
from trace.kit.auth import ApiKey
from trace.kit.db import Database
from trace.kit.errors import Invalid

HALF_LASTS = timedelta(minutes=15)
"""So long the second factor may take."""


class SignInRefused(Invalid):
    """Address and password do not belong together, for whatever reason."""

    def __init__(
        self, detail: str = "Expected an address and its password, got two that do not belong together."
    ) -> None:
        super().__init__(detail)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in: what the browser says it is, its network address, and its mark if it has one."""

    name: str
    address: str
    mark: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that was opened: its token, whose it is, and whether the second factor is still to come."""

    token: str
    user_id: int
    complete: bool


def lasts(role: str) -> timedelta:
    """How long a session lives, used or not."""
    return timedelta(days=7) if role == "company" else timedelta(hours=12)


def mark_browser(key: str, user_id: int) -> str:
    """A mark for a browser in which a person signed in: strangers who try his name do not lock this one out."""
    body = f"{user_id}.{secrets.token_hex(8)}"
    return f"{body}.{_sign(key, body)}"


def _known_browser(key: str, mark: str | None, user_id: int | None) -> str | None:
    body, _, signature = (mark or "").rpartition(".")
    right = hmac.compare_digest(signature.encode(), _sign(key, body).encode())
    return body if right and user_id is not None and body.startswith(f"{user_id}.") else None


def _sign(key: str, body: str) -> str:
    return hmac.new(key.encode(), f"browser {body}".encode(), hashlib.sha256).hexdigest()


@contextmanager
def counted(database: Database, attempts: list[tuple[str, str]], now: datetime) -> Iterator[None]:
    """Count attempts before what they are for. Raises TooManyAttempts (429); what was counted stays counted."""
    with database.write() as session:
        wait = max(take_attempt(session, kind, who, now) for kind, who in attempts)
    if wait:
        raise TooManyAttempts(wait)
    yield


def sign_in(database: Database, key: str, email: str, password: str, browser: Browser, now: datetime) -> Opened:
    """Open a session for who knows the password. Raises SignInRefused (422), TooManyAttempts (429)."""
    email = email.strip().lower()[:320]
    with database.read() as session:
        user = session.scalars(select(User).where(User.email == email)).one_or_none()
        known = None if user is None else _known_browser(key, browser.mark, user.id)
        kept = user.password_hash if user is not None and user.ended_at is None else None
    attempt = ("account", email) if known is None else ("device", known)
    with counted(database, [attempt, ("address", browser.address)], now):
        right, renewed = check_password(password, kept)
    if user is None or not right:
        raise SignInRefused
    with database.write() as session:
        fresh = session.get_one(User, user.id)
        if fresh.ended_at is not None or fresh.password_hash != kept:  # changed while it was looked at
            raise SignInRefused
        fresh.password_hash = renewed or kept
        forget_attempts(session, *attempt, now)
        give_back(session, "address", browser.address)
        return open_session(session, fresh, browser, now)


def open_session(session: Session, user: User, browser: Browser, now: datetime, shown_second: bool = False) -> Opened:
    """Open the session of who showed the first factor: complete where no second one is asked for, or was shown too."""
    role = session.scalars(select(ApiKey.role).where(ApiKey.id == user.actor_id)).one()
    complete = shown_second or (user.totp_step is None and not demands_second_factor(role, user.manages))
    token = start_session(session, user.id, browser.name, lasts(role) if complete else HALF_LASTS, now, complete)
    return Opened(token, user.id, complete)


def find_half(session: Session, token: str | None, now: datetime) -> SignedIn | None:
    """Return who still has to show the second factor."""
    return find_signed_in(session, token, now, HALF_LASTS, complete=False)


def complete_sign_in(
    database: Database, key: str, token: str, code: str, browser: Browser, now: datetime
) -> tuple[Opened, list[str]]:
    """Take the second factor and open the real session under a new token; the half one ends.

    Where it is the first code of all, the second factor is set up by it, and recovery codes are returned with it.
    Raises SignInRefused (422) without a half session, CodeRefused (422), TooManyAttempts (429).
    """
    with database.read() as session:
        half = find_half(session, token, now)
    if half is None:
        raise SignInRefused
    with counted(database, [("code", str(half.user.id))], now), database.write() as session:
        user = session.get_one(User, half.user.id)
        first = user.totp_step is None
        use_code(session, user, key, code, now)
        codes = renew_recovery_codes(session, user.id) if first else []
        forget_attempts(session, "code", str(user.id), now)
        end_session(session, token, now)
        opened = start_session(session, user.id, browser.name, lasts(half.user.role), now, complete=True)
        return Opened(opened, user.id, True), codes


def confirm_password(database: Database, user_id: int, password: str, now: datetime) -> None:
    """Raise SignInRefused (422) or TooManyAttempts (429) unless it is the person's: asked again before what matters."""
    with database.read() as session:
        kept = session.get_one(User, user_id).password_hash
    with counted(database, [("code", str(user_id))], now):
        right, _renewed = check_password(password, kept)
    if not right:
        raise SignInRefused("Expected your present password, got another one.")
    with database.write() as session:
        forget_attempts(session, "code", str(user_id), now)


def list_browsers(session: Session, user_id: int, now: datetime) -> list[SignIn]:
    """Where a person is signed in, the last used first."""
    living = (SignIn.user_id == user_id) & SignIn.ended_at.is_(None) & (SignIn.expires_at > now) & SignIn.complete
    return list(session.scalars(select(SignIn).where(living).order_by(SignIn.seen_at.desc()).limit(100)))
