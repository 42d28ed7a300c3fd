"""Strict readers for forms, master data and labels: what is not exactly right is refused, saying why."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from trace.gs1.ai import AI_TABLE
from trace.gs1.check_digits import check_digit
from trace.gs1.errors import cannot_read
from trace.gs1.values import refuse_characters

_GTIN_LENGTHS = (8, 12, 13, 14)
# GS1 General Specifications §1.4.3: prefixes 02, 04 and 20-29 of GTIN-12/13, and 0 and 2 of GTIN-8, number
# goods inside one firm or region only.
_RESTRICTED = re.compile(r"0{6}[02].*|[0-9](?:02|04|2[0-9]).*")


def _read_digits(text: str, what: str, lengths: tuple[int, ...]) -> str:
    if not isinstance(text, str):
        raise cannot_read(text, what, f"expected text, got {type(text).__name__}", "bad_characters")
    refuse_characters(text, "N", what)
    if len(text) not in lengths:
        *others, last = (str(length) for length in lengths)
        expected = f"{', '.join(others)} or {last}" if others else last
        raise cannot_read(text, what, f"expected {expected} digits, got {len(text)}", "bad_length")
    if not text.strip("0"):
        raise cannot_read(text, what, "expected a number, got only zeros")
    expected = check_digit(text[:-1])
    if text[-1] != expected:
        reason = f"check digit should be {expected}, got {text[-1]}"
        raise cannot_read(text, what, reason, "bad_check_digit")
    return text


def _read_text(text: str, what: str, ai: str) -> str:
    if not isinstance(text, str):
        raise cannot_read(text, what, f"expected text, got {type(text).__name__}", "bad_characters")
    most = AI_TABLE[ai].length
    if not 1 <= len(text) <= most:
        raise cannot_read(text, what, f"expected 1 to {most} characters, got {len(text)}", "bad_length")
    refuse_characters(text, "X", what)
    return text


@dataclass(frozen=True, slots=True)
class Gtin:
    """A trade item number; equal to another if the 14 digits are equal, however long it was printed."""

    gtin14: str
    as_printed: str = field(compare=False)

    @classmethod
    def read(cls, text: str) -> Gtin:
        """From 8, 12, 13 or 14 ASCII digits with their check digit; else `IdentifierError`."""
        return cls(_read_digits(text, "GTIN", _GTIN_LENGTHS).zfill(14), text)

    @property
    def restricted(self) -> bool:
        """Whether the number is for restricted circulation (in-store), so that others may use it too."""
        return _RESTRICTED.fullmatch(self.gtin14) is not None

    def __str__(self) -> str:
        return self.gtin14


@dataclass(frozen=True, slots=True)
class Gln:
    """A location number, or a firm's."""

    digits: str

    @classmethod
    def read(cls, text: str) -> Gln:
        """From 13 ASCII digits with their check digit; else `IdentifierError`."""
        return cls(_read_digits(text, "GLN", (13,)))

    def __str__(self) -> str:
        return self.digits


@dataclass(frozen=True, slots=True)
class Sscc:
    """A logistic unit's number."""

    digits: str

    @classmethod
    def read(cls, text: str) -> Sscc:
        """From 18 ASCII digits with their check digit; else `IdentifierError`."""
        return cls(_read_digits(text, "SSCC", (18,)))

    def __str__(self) -> str:
        return self.digits


def read_lot(text: str) -> str:
    """`text` if it is a lot, AI (10): 1 to 20 characters of GS1 set 82; else `IdentifierError`."""
    return _read_text(text, "lot", "10")


def read_serial(text: str) -> str:
    """`text` if it is a serial, AI (21): 1 to 20 characters of GS1 set 82; else `IdentifierError`."""
    return _read_text(text, "serial", "21")
