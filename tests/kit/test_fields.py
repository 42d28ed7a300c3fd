"""Quantities and times are exact, or refused."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.kit import strict_json
from trace.kit.errors import json_pointer
from trace.kit.fields import MAX_DIGITS, parse_day, parse_quantity, parse_timestamp, parse_whole_number, row_number

numbers = st.builds(
    lambda digits, exponent: Decimal(digits).scaleb(exponent),
    st.integers(-(10**20), 10**20),
    st.integers(-20, 20),
)


@given(numbers)
def test_a_quantity_is_kept_exactly_or_refused_for_its_digits(number: Decimal) -> None:
    stripped = number.normalize().as_tuple()
    assert isinstance(stripped.exponent, int)
    digits = max(len(stripped.digits) + max(stripped.exponent, 0), -stripped.exponent)
    if digits > MAX_DIGITS:
        with pytest.raises(ValueError, match="at most 18 digits"):
            parse_quantity(number)
    else:
        assert parse_quantity(number) == number
        assert strict_json.loads(strict_json.dumps(parse_quantity(number))) == number


@pytest.mark.parametrize(("text", "kept"), [("2.500", "2.5"), ("25E-1", "2.5"), ("1E+3", "1000"), ("-0.0", "0")])
def test_one_amount_has_one_form(text: str, kept: str) -> None:
    assert str(parse_quantity(Decimal(text))) == kept


@pytest.mark.parametrize("value", [True, "1", 1.5, None, Decimal("NaN"), Decimal("Infinity"), [], 10**18])
def test_what_is_no_exact_number_is_no_quantity(value: Any) -> None:
    with pytest.raises(ValueError, match="Expected a"):
        parse_quantity(value)


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_a_time_is_the_same_instant_in_utc(at: datetime, zone: timezone) -> None:
    aware = at.replace(tzinfo=zone)
    got = parse_timestamp(aware.isoformat())
    assert got == aware
    assert got.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-01", "2026-03-01T08:00:00", "2026-03-01 08:00:00Z", "2026-03-01T08:00Z", "2026-13-01T08:00:00Z"),
        *("2026-03-01T24:00:00Z", "2026-03-01T08:00:60Z", "2026-03-01T08:00:00+24:00", "0001-01-01T00:00:00+08:00"),
        *("２０２６-03-01T08:00:00Z", "2026-03-01T08:00:00Z\n", "0000-01-01T00:00:00Z", ""),
    ],
)
def test_a_time_in_another_form_or_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Expected a time"):
        parse_timestamp(text)


@pytest.mark.parametrize("text", ["2026-02-29", "2026-3-1", "20260301", "2026-03-01T00:00:00Z", "٢٠٢٦-03-01", "", 5])
def test_a_day_in_another_form_or_that_does_not_exist_is_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="Expected a date"):
        parse_day(text)


@pytest.mark.parametrize(("value", "number"), [(1, 1), (Decimal("1.0"), 1), ("17", 17), (Decimal("1E3"), 1000)])
def test_a_whole_number_may_be_written_with_a_fraction_of_zero(value: Any, number: int) -> None:
    assert parse_whole_number(value) == number


@pytest.mark.parametrize("value", [True, Decimal("1.5"), "1.0", "１", None, Decimal("NaN"), Decimal("1E300"), 1.0])
def test_what_is_no_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="Expected a whole number"):
        parse_whole_number(value)


def test_pointers_escape_what_rfc_6901_says() -> None:
    assert json_pointer(["a/b", "m~n", 0]) == "/a~1b/m~0n/0"


@pytest.mark.parametrize("text", ["", "x", "-1", "+1", "1.0", " 1", "¹", "１", "٣", "1" * 19, "1" * 5000])
def test_what_is_no_row_s_number_names_no_row(text: str) -> None:
    assert row_number(text) == 0
    assert row_number("17") == 17
