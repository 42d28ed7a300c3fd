"""Field types of the contract: exact quantities, instants with a zone, ISO days, and the two base models."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema

from trace.kit.errors import shorten

MAX_DIGITS = 18

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
# RFC 3339 5.6; the zone is optional here only so that its absence gets a message of its own.
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,12}))?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)


class InputModel(BaseModel):
    """What a client sends: unknown fields are refused and nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OutputModel(BaseModel):
    """What the service answers; a field whose JSON name is a Python word (`from`) is set by either name."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True)


def parse_quantity(value: Any) -> Decimal:
    """An exact amount from a JSON number: finite, at most 18 digits. Raises ValueError saying what came."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"Expected a number, got {shorten(value)}.")
    amount = Decimal(value)
    if not amount.is_finite():
        raise ValueError(f"Expected a finite number, got {value}.")
    amount = _without_exponent(amount)
    digits = len(amount.as_tuple().digits)
    if max(digits, -int(amount.as_tuple().exponent)) > MAX_DIGITS:
        raise ValueError(f"Expected a number of at most {MAX_DIGITS} digits, got {shorten(value)}.")
    return amount


def _without_exponent(amount: Decimal) -> Decimal:
    # 2.500 and 25E-1 are the same amount: keep one form, and write 1E+3 as 1000.
    sign, digits, exponent = amount.as_tuple()
    assert isinstance(exponent, int)
    while exponent < 0 and digits and digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    if not digits or digits == (0,):
        return Decimal(0)
    if 0 < exponent <= 2 * MAX_DIGITS:
        digits, exponent = digits + (0,) * exponent, 0
    return Decimal((sign, digits, exponent)) if exponent <= 0 else amount


def _positive(value: Any) -> Decimal:
    amount = parse_quantity(value)
    if amount <= 0:
        raise ValueError(f"Expected a number above 0, got {amount}.")
    return amount


def _not_negative(value: Any) -> Decimal:
    amount = parse_quantity(value)
    if amount < 0:
        raise ValueError(f"Expected a number from 0 up, got {amount}.")
    return amount


def parse_timestamp(value: Any) -> datetime:
    """An instant in UTC from RFC 3339 text, cut to microseconds. Raises ValueError without a zone."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    match = _TIMESTAMP.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"Expected a time like 2026-03-01T08:30:00+08:00, got {shorten(value)}.")
    *whole, fraction, zone = match.groups()
    year, month, day, hour, minute, second = map(int, whole)
    if zone is None:
        raise ValueError(f"Expected a time with a zone (Z or +08:00), got {shorten(value)}.")
    try:
        micro = int((fraction or "0").ljust(6, "0")[:6])
        return datetime(year, month, day, hour, minute, second, micro, _zone(zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"Expected a time that exists, got {shorten(value)}.") from error


def _zone(text: str) -> timezone:
    if text in "Zz":
        return UTC
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 23 or minutes > 59:
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def parse_day(value: Any) -> date:
    """A calendar day from `YYYY-MM-DD`. Raises ValueError saying what came."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"Expected a date like 2026-03-01, got {shorten(value)}.")
    try:
        return date(*map(int, match.groups()))
    except ValueError as error:
        raise ValueError(f"Expected a date that exists, got {shorten(value)}.") from error


def parse_whole_number(value: Any) -> int:
    """A whole number from a JSON number (1.0 is one) or the digits of a query. Raises ValueError."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value):
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"Expected a whole number, got {shorten(value)}.")
    if value != value or abs(value) >= 10**MAX_DIGITS or value != int(value):
        raise ValueError(f"Expected a whole number of at most {MAX_DIGITS} digits, got {shorten(value)}.")
    return int(value)


def _number_schema(**bounds: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "number", "maximum": 10**MAX_DIGITS - 1, **bounds})


Quantity = Annotated[Decimal, PlainValidator(_positive), _number_schema(exclusiveMinimum=0)]
"""More than 0, exact, at most 18 digits."""

QuantityOrZero = Annotated[Decimal, PlainValidator(_not_negative), _number_schema(minimum=0)]
"""0 or more, exact, at most 18 digits."""

WholeNumber = Annotated[int, PlainValidator(parse_whole_number), WithJsonSchema({"type": "integer"})]

Timestamp = Annotated[
    datetime, PlainValidator(parse_timestamp), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""RFC 3339 with a zone → aware datetime in UTC."""

Day = Annotated[date, PlainValidator(parse_day), WithJsonSchema({"type": "string", "format": "date"})]
"""ISO date → date."""

Text = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
"""Text that is not blank."""


def row_number(text: str) -> int:
    """Return the number of a row as an address names it; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
