"""Query codes: with one a citizen comes back to his matter; it is told once and kept as a hash. Pure."""

import hashlib
import hmac

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXYZ"
"""Without what is mistaken for something else when it is read out, and without vowels: no code is a word."""

LENGTH = 12
"""29 letters, 12 places: 3.5e17 codes."""


def make_code(secret: str, sent: str) -> str:
    """Return the query code of the form that carried the random text ``sent``: sent twice, it is the same.

    >>> len(make_code("a key", "a form"))
    12
    """
    number = int.from_bytes(hmac.digest(secret.encode(), f"query code {sent}".encode(), "sha256"), "big")
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)


def tidy_code(typed: str) -> str:
    """Return a code as it was given: without blanks and hyphens, in capitals."""
    return "".join(one for one in typed.upper() if one.isalnum())[: 2 * LENGTH]


def hash_code(code: str) -> str:
    """Return what is kept of a code."""
    return hashlib.sha256(f"query code {code}".encode()).hexdigest()


def is_code(code: str, kept: str) -> bool:
    """Whether a typed code is the one whose hash was kept, in constant time."""
    return hmac.compare_digest(hash_code(tidy_code(code)), kept)


def mark_of(sent: str) -> str:
    """Return what is kept of a form's random text."""
    return hashlib.sha256(f"form {sent}".encode()).hexdigest()


def source_of(secret: str, phone: str | None, email: str | None) -> str | None:
    """Return a mark that is the same for the same telephone (else mail address), and tells neither; None for neither.

    Two complaints of one citizen are one source for early warning.
    """
    digits = "".join(one for one in phone or "" if one.isdigit())[-11:]
    known = digits or (email or "").strip().lower()
    return hmac.new(secret.encode(), f"source {known}".encode(), "sha256").hexdigest()[:20] if known else None
