"""Passwords: argon2id (RFC 9106, second recommended parameters), few at a time, and which ones are refused."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from trace.kit.errors import Invalid, Unavailable

LEAST, MOST = 12, 200
"""Characters of a password; any character counts, none is demanded."""

AT_ONCE = 4
"""So many are hashed at a time in one process: each takes 64 MiB and a core for a moment."""
WAIT_SECONDS = 10

COMMON = frozenset(
    {
        *("password1234", "password12345", "password123456", "passwordpassword", "qwertyuiop123", "qwertyuiop[]"),
        *("1qaz2wsx3edc", "1q2w3e4r5t6y", "zaq12wsxcde3", "iloveyou1234", "letmein12345", "welcome12345"),
        *("administrator", "admin1234567", "admin123456789", "changeme1234", "woaini1314520", "woaini520520"),
        *("5201314520131", "147258369147", "112233445566", "abcd12345678", "a123456789012", "suyuan123456"),
    }
)
"""Commonest ones of at least that length; runs and repeats are found by rule."""

_hasher = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=64 * 1024, parallelism=1),))
_places = threading.BoundedSemaphore(AT_ONCE)
_nobody: list[str] = []


class PasswordRefused(Invalid):
    """A password that others would guess."""


def hash_password(password: str) -> str:
    """What is kept of a password. Raises Unavailable (503) where too many are hashed already."""
    with _place():
        return _hasher.hash(password)


def check_password(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Whether it is the password, and what to keep instead where the parameters are others now.

    Without ``kept`` it takes as long as a wrong one, so that its time does not tell who has an account.
    """
    with _place():
        if kept is None:
            if not _nobody:
                _nobody.append(_hasher.hash("nobody has this password"))
            _hasher.verify(password[:MOST], _nobody[0])
            return False, None
        return _hasher.verify_and_update(password[:MOST], kept)


def require_good(password: str, email: str, name: str) -> None:
    """Raise PasswordRefused (422) for one that is too short, too common, or made of the person's own name."""
    if not LEAST <= len(password) <= MOST:
        detail = f"Expected a password of {LEAST} to {MOST} characters, got {len(password)}."
        raise PasswordRefused.field("/password", detail)
    plain = password.casefold()
    own = [part.casefold() for part in (email, email.partition("@")[0], name) if len(part) >= 4]
    guessable = (
        plain in COMMON or _is_run(plain) or any(plain.replace(part, "").strip("0123456789") == "" for part in own)
    )
    if guessable:
        detail = "Expected a password that others do not guess, got a common one. Several unrelated words are good."
        raise PasswordRefused.field("/password", detail)


def _is_run(text: str) -> bool:
    """Whether it only repeats one to four characters, or counts up or down."""
    if any(text == (text[:length] * len(text))[: len(text)] for length in (1, 2, 3, 4)):
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}  # 9 is followed by 0


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("Too many people sign in at this moment. Try again in a few seconds.")
    try:
        yield
    finally:
        _places.release()
