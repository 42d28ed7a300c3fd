"""The named checks of the AI table: each takes a component's text and answers what is wrong, or None.

They follow the GS1 Barcode Syntax Tests ("linters") of the GS1 Syntax Dictionary (see `ai.py`). The text
has already the length and the characters that the table asks for.
Not enforced: `packagetype` (AI 7041), a list of some 400 trade package codes that recalls have no use for.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable

from trace.gs1.check_digits import check_digit, check_pair
from trace.gs1.coupons import coupon_code, coupon_positive_offer
from trace.gs1.iso_codes import COUNTRIES_ALPHA, COUNTRIES_NUMERIC, CURRENCIES_NUMERIC

Linter = Callable[[str], str | None]
_LEAST_PREFIX = 4  # digits of the shortest GS1 company prefix in use


def _csum(digits: str) -> str | None:
    expected = check_digit(digits[:-1])
    return None if digits[-1] == expected else f"check digit should be {expected}, got {digits[-1]}"


def _csumalpha(text: str) -> str | None:
    if len(text) < 3:
        return f"expected at least 3 characters with 2 check characters, got {len(text)}"
    expected = check_pair(text[:-2])
    return None if text[-2:] == expected else f"check characters should be {expected}, got {text[-2:]}"


def _company_prefix(start: int) -> Linter:
    def lint(text: str) -> str | None:
        prefix = text[start : start + _LEAST_PREFIX]
        if len(prefix) == _LEAST_PREFIX and prefix.isascii() and prefix.isdigit():
            return None
        return f"expected a GS1 company prefix of digits from position {start + 1}, got {prefix!r}"

    return lint


def _day(year: int, month: int, day: int, least: int) -> str | None:
    if not 1 <= month <= 12:
        return f"month should be 01 to 12, got {month:02}"
    last = calendar.monthrange(year, month)[1]
    return None if least <= day <= last else f"day should be {least:02} to {last}, got {day:02}"


def _yymmdd(least_day: int) -> Linter:
    # A two-digit year is a leap year exactly if it divides by 4: the window spans 2000, never 1900 or 2100.
    return lambda text: _day(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]), least_day)


def _yyyymmdd(text: str) -> str | None:
    year = int(text[:4])
    return _day(year, int(text[4:6]), int(text[6:8]), 1) if year else "year should not be 0000"


def _hhmi(text: str) -> str | None:
    return _below(24, "hour")(text[:2]) or _below(60, "minute")(text[2:])


def _below(limit: int, what: str) -> Linter:
    return lambda text: None if int(text) < limit else f"{what} should be 00 to {limit - 1}, got {text}"


def _at_most(limit: int, what: str) -> Linter:
    return lambda text: None if int(text) <= limit else f"{what} should be at most {limit}, got {text}"


def _one_of(words: frozenset[str], what: str) -> Linter:
    return lambda text: None if text in words else f"expected {what}, got {text!r}"


def _like(pattern: str, what: str) -> Linter:
    matches = re.compile(pattern).fullmatch
    return lambda text: None if matches(text) else f"expected {what}, got {text!r}"


def _piece_of_total(text: str) -> str | None:
    piece, total = int(text[:2]), int(text[2:])
    return None if 1 <= piece <= total else f"expected piece 1 to total, got piece {piece} of {total}"


def _position_in_sequence(text: str) -> str | None:
    numbers = re.fullmatch(r"([1-9])/([1-9])", text)
    if not numbers or numbers[1] > numbers[2]:
        return f"expected position and end without leading zeros like '1/3', got {text!r}"
    return None


def _iban(text: str) -> str | None:
    if len(text) < 10:
        return f"expected an IBAN of at least 10 characters, got {len(text)}"
    if text[:2] not in COUNTRIES_ALPHA:
        return f"expected an ISO 3166 country code first, got {text[:2]!r}"
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[0-9A-Z]+", text):
        return f"expected two letters, two digits, then upper-case letters and digits, got {text!r}"
    number = int("".join(str(int(character, 36)) for character in text[4:] + text[:4]))
    return None if number % 97 == 1 else f"IBAN check digits {text[2:4]} do not fit"


LINTERS: dict[str, Linter] = {
    "csum": _csum,
    "csumalpha": _csumalpha,
    "gcppos1": _company_prefix(0),
    "gcppos2": _company_prefix(1),
    "yymmd0": _yymmdd(0),
    "yymmdd": _yymmdd(1),
    "yyyymmdd": _yyyymmdd,
    "hhmi": _hhmi,
    "hh": _below(24, "hour"),
    "mi": _below(60, "minute"),
    "ss": _below(60, "second"),
    "iso3166": _one_of(COUNTRIES_NUMERIC, "a numeric ISO 3166 country code"),
    "iso3166999": _one_of(COUNTRIES_NUMERIC | {"999"}, "a numeric ISO 3166 country code or 999"),
    "iso3166alpha2": _one_of(COUNTRIES_ALPHA, "a two-letter ISO 3166 country code"),
    "iso4217": _one_of(CURRENCIES_NUMERIC, "a numeric ISO 4217 currency code"),
    "iban": _iban,
    "pcenc": _like(r"(?:[^%]|%[0-9A-Fa-f]{2})*", "each '%' followed by two hexadecimal digits"),
    "latitude": _at_most(1_800_000_000, "latitude"),
    "longitude": _at_most(3_600_000_000, "longitude"),
    "yesno": _one_of(frozenset("01"), "0 or 1"),
    "hyphen": _like("-+", "a hyphen"),
    "importeridx": _like("[-_0-9A-Za-z]", "a letter, a digit, '-' or '_'"),
    "iso5218": _one_of(frozenset("0129"), "an ISO 5218 code 0, 1, 2 or 9"),
    "mediatype": _like("0[1-9]|10|[89][0-9]", "an AIDC media type 01 to 10 or 80 to 99"),
    "posinseqslash": _position_in_sequence,
    "pieceoftotal": _piece_of_total,
    "winding": _one_of(frozenset("019"), "a winding direction 0, 1 or 9"),
    "zero": _like("0+", "0"),
    "nonzero": _like("0*[1-9][0-9]*", "a number other than 0"),
    "nozeroprefix": _like("0|[1-9][0-9]*", "a number without leading zeros"),
    "hasnondigit": _like(".*[^0-9].*", "at least one character that is not a digit"),
    "couponcode": coupon_code,
    "couponposoffer": coupon_positive_offer,
    "packagetype": lambda _text: None,
}
