"""The second factor: six digits by the clock (TOTP, RFC 6238), each step once, and codes for a lost telephone."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from trace.kit.accounts import User
from trace.kit.errors import Invalid
from trace.models import RecoveryCode

STEP_SECONDS = 30
CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class CodeRefused(Invalid):
    """Not the code of this moment, or one that was used."""

    def __init__(self) -> None:
        detail = "Expected the six digits that your telephone shows now, each once; got others. Is its clock right?"
        super().__init__(detail, errors=())


def demands_second_factor(role: str, manages: bool) -> bool:
    """Whether a person of this role has to have one: all officials, and who administers a firm."""
    return role != "company" or manages


def secret_of(key: str, nonce: str) -> str:
    """The secret in base 32. It is made from the service's key: who has the database alone has no codes."""
    made = hmac.new(key.encode(), f"totp {nonce}".encode(), hashlib.sha256).digest()
    return base64.b32encode(made[:20]).decode()


def provisioning_uri(secret: str, email: str) -> str:
    """What the QR Code for the telephone says (Key Uri Format)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Suyuan")


def use_code(session: Session, user: User, key: str, code: str, now: datetime) -> None:
    """Take a code, which then is used up; the first one sets the second factor up. Raises CodeRefused (422)."""
    digits = "".join(code.split())
    if len(digits) == 6 and digits.isascii() and digits.isdigit():
        step = _step_of(secret_of(key, user.totp_nonce), digits, now)
        newer = or_(User.totp_step.is_(None), User.totp_step < step) if step is not None else None
        if newer is not None:
            taken = session.execute(update(User).where(User.id == user.id, newer).values(totp_step=step))
            if taken.rowcount == 1:  # type: ignore[attr-defined]
                return
    elif user.totp_step is not None and _use_recovery(session, user.id, digits.lower(), now):
        return
    raise CodeRefused


def _step_of(secret: str, digits: str, now: datetime) -> int | None:
    """The step, this one or a neighbour, whose code it is: clocks go a little wrong (RFC 6238 §5.2)."""
    totp, at = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    for step in (at, at - 1, at + 1):
        if hmac.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def renew_recovery_codes(session: Session, user_id: int) -> list[str]:
    """Make new codes and return them; this is the only time that they are seen."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = ["-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(3)) for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(code)) for code in codes)
    session.flush()
    return codes


def count_recovery_codes(session: Session, user_id: int) -> int:
    """How many are left."""
    left = select(RecoveryCode.id).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return len(session.scalars(left).all())


def _use_recovery(session: Session, user_id: int, code: str, now: datetime) -> bool:
    unused = (
        (RecoveryCode.user_id == user_id) & (RecoveryCode.code_hash == _hash(code)) & RecoveryCode.used_at.is_(None)
    )
    taken = session.execute(update(RecoveryCode).where(unused).values(used_at=now))
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()  # 73 random bits need no slow hash


def reset_second_factor(session: Session, user: User) -> None:
    """Forget it: the next sign-in sets up a new one."""
    user.totp_nonce, user.totp_step = secrets.token_hex(16), None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    session.flush()
