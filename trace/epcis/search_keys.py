"""Values of any type as texts whose order is the order of the values: exact comparisons in an index of text.

A number sorts among numbers, a time among times, any other text among texts. Binary fractions are never made, so
0.1 is found as 0.1 on every database. Compare the keys byte by byte (SQLite's BINARY, PostgreSQL's "C").
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from trace.epcis.timestamps import read_timestamp

NUMBER, TEXT, TIME = "n", "s", "t"
"""The first letter of a key: what kind of value it is."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,100})?(?:[eE][+-]?[0-9]{1,3})?")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt].{1,50})?")
_COMPLEMENT = str.maketrans("0123456789", "9876543210")
_EXPONENT = 5_000  # added to exponents so that all have four digits
_LONGEST = 200  # characters of a text kept in its key; longer ones end in a hash
_YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)


def search_key(value: Any) -> str:
    """Return the key of a JSON value or of a parameter's text.

    A text that is written as a number ("7", "-0.5", not "007") or as a time or date counts as one: XML and URLs know
    texts only. A date is its midnight in UTC.
    """
    if isinstance(value, bool):
        return TEXT + ("true" if value else "false")
    if isinstance(value, (int, Decimal)):
        return number_key(Decimal(value))
    text = str(value).strip()
    if _NUMBER.fullmatch(text):
        return number_key(Decimal(text))
    if _TIME.fullmatch(text):
        moment = _read_time(text)
        if moment is not None:
            return time_key(moment)
    return text_key(text)


def number_key(number: Decimal) -> str:
    """Return the key of a number: sign, exponent and digits, complemented below zero."""
    sign, digits, _ = number.as_tuple()
    significant = "".join(map(str, digits)).lstrip("0").rstrip("0")
    if not significant:
        return NUMBER + "1"
    text = f"{number.adjusted() + _EXPONENT:04d}{significant}"
    # of two negative numbers the one with more digits is the smaller: '~' sorts after every digit
    return NUMBER + ("0" + text.translate(_COMPLEMENT) + "~" if sign else "2" + text)


def time_key(moment: datetime) -> str:
    """Return the key of an instant, exact to the microsecond."""
    since = moment.astimezone(UTC) - _YEAR_ONE
    return f"{TIME}{since.days * 86_400 + since.seconds:012d}{since.microseconds:06d}"


def text_key(text: str) -> str:
    """Return the key of a text that is nothing else; equal texts have equal keys, and no others do."""
    if len(text) <= _LONGEST:
        return TEXT + text
    return f"{TEXT}{text[:_LONGEST]} {hashlib.sha256(text.encode()).hexdigest()}"


def _read_time(text: str) -> datetime | None:
    try:
        if len(text) == len("2026-01-01"):
            return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        return read_timestamp(text)
    except ValueError:
        return None
