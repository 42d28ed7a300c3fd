"""Who is invited, by whom, and who goes: firms administer their own people, operators everybody's."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from trace.accounts.passwords import hash_password, require_good
from trace.accounts.second_factor import reset_second_factor
from trace.kit.accounts import SignIn, User, add_user, end_sessions, hash_token
from trace.kit.auth import ROLES, ApiKey, Principal, Role
from trace.kit.errors import Conflict, Forbidden, Invalid, NotFound
from trace.kit.fields import Text
from trace.kit.mail import read_address
from trace.models import Invitation, Party

INVITATION_LASTS = timedelta(days=7)
RESET_LASTS = timedelta(hours=1)

LONGEST_ADDRESS = 254
"""Characters of a mail address that servers take (RFC 5321 §4.5.3.1.3)."""

_text = TypeAdapter(Annotated[Text, Field(max_length=200)])


class AlreadyInvited(Conflict):
    """The address has an account."""


class PersonNotFound(NotFound):
    """Nobody of this number whom the caller administers."""


class InvitationNotFound(NotFound):
    """The link was used, is over, or never was one."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as administrators see him; `seen_at` is when he last used the desk."""

    id: int
    name: str
    email: str
    role: Role
    manages: bool
    party_id: int | None
    party_name: str | None
    has_password: bool
    has_second_factor: bool
    created_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None


def invite(
    session: Session,
    principal: Principal,
    email: str,
    name: str,
    role: Role,
    party_id: int | None,
    manages: bool,
    now: datetime,
) -> tuple[User, str]:
    """Keep a new person, and return the token of the link by which he chooses a password.

    Raises Forbidden (403) for whom the caller may not invite, Invalid (422), AlreadyInvited (409).
    """
    _require_administrator(principal, role, party_id)
    address = _read_email(email)
    name = _read_name(name)
    if role not in ROLES:
        raise Invalid.field("/role", f"Expected one of {', '.join(ROLES)}, got {role!r}.")
    if party_id is None and role != "admin":
        raise Invalid.field("/party", "Expected the firm or authority to which the person belongs, got none.")
    if session.scalar(select(User.id).where(User.email == address)) is not None:
        detail = "Expected an address without an account, got one that has one."
        raise AlreadyInvited(detail)
    user = add_user(session, address, name, role, party_id, manages and role == "company", now)
    return user, renew_invitation(session, user.id, INVITATION_LASTS, now)


def renew_invitation(session: Session, user_id: int, lasts: timedelta, now: datetime) -> str:
    """Make a new link and end those before it; return its token."""
    living = (Invitation.user_id == user_id) & Invitation.used_at.is_(None)
    session.execute(update(Invitation).where(living).values(used_at=now))
    token = secrets.token_urlsafe(32)
    session.add(Invitation(token_hash=hash_token(token), user_id=user_id, created_at=now, expires_at=now + lasts))
    session.flush()
    return token


def find_invited(session: Session, token: str, now: datetime) -> User:
    """Return whose link it is. Raises InvitationNotFound (404)."""
    found = session.scalars(
        select(User)
        .join(Invitation, Invitation.user_id == User.id)
        .where(
            Invitation.token_hash == hash_token(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
            User.ended_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise InvitationNotFound("This link was used already, or is over. Ask for a new one.")
    return found


def take_invitation(session: Session, token: str, name: str, password_hash: str, now: datetime) -> User:
    """Use the link up, keep the password, and end every session of before. Raises InvitationNotFound (404)."""
    user = find_invited(session, token, now)
    used = session.execute(
        update(Invitation)
        .where(Invitation.token_hash == hash_token(token), Invitation.used_at.is_(None))
        .values(used_at=now)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]  # somebody was faster
        raise InvitationNotFound("This link was used already. Ask for a new one.")
    rename(session, user, name)
    set_password(session, user, password_hash, now)
    return user


def prepare_password(email: str, name: str, password: str, repeated: str) -> str:
    """Return the hash of a new password. Raises PasswordRefused (422), Invalid where both differ."""
    require_good(password, email, name)
    if password != repeated:
        raise Invalid.field("/repeated", "Expected the same password once more, got another one.")
    return hash_password(password)


def set_password(session: Session, user: User, password_hash: str, now: datetime, but: int | None = None) -> None:
    """Keep a new password; every other session ends."""
    user.password_hash = password_hash
    end_sessions(session, user.id, now, but)
    session.flush()


def rename(session: Session, user: User, name: str) -> None:
    """Keep a new name, on the row that acts too. Raises Invalid (422)."""
    user.name = _read_name(name)
    session.execute(update(ApiKey).where(ApiKey.id == user.actor_id).values(name=user.name))
    session.flush()


def list_people(session: Session, principal: Principal, after: str | None, limit: int) -> list[Listed]:
    """The people whom the caller administers, by address; ended ones last are there too."""
    seen = select(func.max(SignIn.seen_at)).where(SignIn.user_id == User.id).correlate(User).scalar_subquery()
    query = (
        select(User, ApiKey.role, ApiKey.party_id, Party.name, seen)
        .join(ApiKey, ApiKey.id == User.actor_id)
        .outerjoin(Party, Party.id == ApiKey.party_id)
        .order_by(User.email)
        .limit(limit)
    )
    if principal.role != "admin":
        query = query.where(ApiKey.party_id == (principal.party_id or 0), ApiKey.role == "company")
    if after is not None:
        query = query.where(User.email > after)
    return [
        Listed(
            id=user.id,
            name=user.name,
            email=user.email,
            role=role,  # type: ignore[arg-type]  # a constraint of the table holds it
            manages=user.manages,
            party_id=party_id,
            party_name=party,
            has_password=user.password_hash is not None,
            has_second_factor=user.totp_step is not None,
            created_at=user.created_at,
            seen_at=seen_at,
            ended_at=user.ended_at,
        )
        for user, role, party_id, party, seen_at in session.execute(query)
    ]


def find_by_email(session: Session, email: str) -> User | None:
    """Return who signs in with this address and still may."""
    query = select(User).where(User.email == email.strip().lower(), User.ended_at.is_(None))
    return session.scalars(query).one_or_none()


def find_person(session: Session, principal: Principal, number: str) -> User:
    """Return somebody whom the caller administers. Raises PersonNotFound (404)."""
    row = None
    if number.isascii() and number.isdigit() and len(number) < 19:
        row = session.execute(
            select(User, ApiKey).join(ApiKey, ApiKey.id == User.actor_id).where(User.id == int(number))
        ).one_or_none()
    theirs = ("company", principal.party_id or 0)  # never an official, whatever party he belongs to
    if row is None or (principal.role != "admin" and (row[1].role, row[1].party_id) != theirs):
        raise PersonNotFound("Nobody of yours has this number.")
    user: User = row[0]
    return user


def make_new_link(session: Session, principal: Principal, number: str, now: datetime) -> tuple[User, str]:
    """Make somebody a new link, which ends the one before. Raises PersonNotFound (404), Conflict (409) for oneself."""
    user = _find_other(session, principal, number)
    return user, renew_invitation(session, user.id, INVITATION_LASTS, now)


def end_person(session: Session, principal: Principal, number: str, keys_too: bool, now: datetime) -> User:
    """Let somebody go: no sign-in any more, every session ends at once; ``keys_too`` the API keys he issued.

    Raises PersonNotFound (404), Conflict (409) for oneself.
    """
    user = find_person(session, principal, number)
    if user.id == principal.user_id:
        raise Conflict("Expected another person: nobody ends his own account.")
    user.ended_at = user.ended_at or now
    end_sessions(session, user.id, now)
    ended = ApiKey.id == user.actor_id
    if keys_too:
        ended = ended | (ApiKey.user_id == user.id)
    session.execute(update(ApiKey).where(ended, ApiKey.revoked_at.is_(None)).values(revoked_at=now))
    session.execute(
        update(Invitation).where(Invitation.user_id == user.id, Invitation.used_at.is_(None)).values(used_at=now)
    )
    session.flush()
    return user


def set_manager(session: Session, principal: Principal, number: str, manages: bool, now: datetime) -> User:
    """Make somebody administrator of the firm, or no longer; his sessions end, since he may do other things now."""
    user = find_person(session, principal, number)
    if user.id == principal.user_id:
        raise Conflict("Expected another person: nobody changes his own rights.")
    role = session.scalar(select(ApiKey.role).where(ApiKey.id == user.actor_id))
    if role != "company":
        raise Conflict("Expected a person of a company: authorities have no administrators of their own.")
    user.manages = manages
    end_sessions(session, user.id, now)
    session.flush()
    return user


def reset_person(session: Session, principal: Principal, number: str, now: datetime) -> str:
    """Forget password and second factor of somebody who lost them; return the token of a link for a new password.

    The password goes too: with it alone somebody else could set up the second factor anew.
    """
    user = _find_other(session, principal, number)
    reset_second_factor(session, user)
    user.password_hash = None
    end_sessions(session, user.id, now)
    return renew_invitation(session, user.id, INVITATION_LASTS, now)


def _find_other(session: Session, principal: Principal, number: str) -> User:
    """Whoever sits down at an open browser must not get a link for its owner's password."""
    user = find_person(session, principal, number)
    if user.id == principal.user_id:
        raise Conflict("Expected another person: nobody makes himself a link.")
    if user.ended_at is not None:
        raise Conflict("Expected a person with an account, got one whose account ended.")
    return user


def forgot_password(session: Session, email: str, now: datetime) -> tuple[str, str] | None:
    """Return address and token of a link for a new password; None where nobody has the address.

    Who has chosen none yet has an invitation, which no stranger may end.
    """
    user = find_by_email(session, email)
    if user is None or user.password_hash is None:
        return None
    return user.email, renew_invitation(session, user.id, RESET_LASTS, now)


def _require_administrator(principal: Principal, role: Role, party_id: int | None) -> None:
    if principal.role == "admin":
        return
    if not (principal.manages and role == "company" and party_id == principal.party_id):
        raise Forbidden("Expected an administrator of the firm, who invites people of his own firm, or an operator.")


def _read_email(text: str) -> str:
    try:
        address = read_address(text.strip()).addr_spec.lower()
        if len(address) > LONGEST_ADDRESS:
            raise ValueError(f"expected at most {LONGEST_ADDRESS} characters")
        return address
    except ValueError as error:
        raise Invalid.field("/email", f"Cannot read {text[:60]!r} as mail address: {error}.") from error


def _read_name(text: str) -> str:
    try:
        return _text.validate_python(text.strip())
    except ValidationError as error:
        raise Invalid.field("/name", f"Expected a name of 1 to 200 characters, got {text[:60]!r}.") from error
