"""Times in EPCIS documents: RFC 3339 with a zone (EPCIS 2.0 §7.3.2: DateTimeStamp)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.([0-9]{1,30}))?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_HASH_FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_OFFSET = re.compile(r"[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)")


def read_timestamp(text: str) -> datetime:
    """Read a time as an aware datetime in UTC, cut to microseconds; ValueError says what was expected."""
    return _read(text)[0]


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[datetime, str | None]:
    """Return the time and the digits of its fraction; cached, since the hash asks again for each time."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError(f"expected a time like 2026-03-01T08:00:00.000+08:00, got {text[:60]!r}")
    if match[2] is None:
        raise ValueError(f"expected a time with a zone (Z or +08:00), got {text!r}")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC), match[1]
    except (ValueError, OverflowError) as error:
        raise ValueError(f"expected a time that exists, got {text!r}") from error


def is_zone_offset(text: str) -> bool:
    """Tell whether the text is an eventTimeZoneOffset, '±hh:mm' up to 14:00 (EPCIS 2.0 §7.4.1.1)."""
    return _OFFSET.fullmatch(text) is not None


def hash_timestamp(text: str) -> str:
    """Write a time as the event hash wants it: UTC, three decimals, the fourth rounding half up.

    CBV 2.0 §8.9 rules 8 and 9. A text that is not a time comes back as written.
    """
    try:
        moment, fraction = _read(text)
    except ValueError:
        return text
    if text.endswith("Z") and _HASH_FORM.fullmatch(text):
        return text
    if fraction and len(fraction) > 3 and fraction[3] >= "5":
        moment += timedelta(milliseconds=1)
    return moment.isoformat(timespec="milliseconds")[:-6] + "Z"
