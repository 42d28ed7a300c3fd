"""Keys of values: their order is the order of the values."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.epcis.search_keys import NUMBER, TEXT, TIME, number_key, search_key, text_key, time_key

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)
exact = st.builds(lambda digits, exponent: Decimal(digits).scaleb(exponent), st.integers(), st.integers(-300, 300))
times = st.datetimes(
    min_value=datetime(1, 1, 3),
    max_value=datetime(9999, 12, 30),
    timezones=st.sampled_from([UTC, timezone(-timedelta(hours=7))]),
)


def compare(first: object, second: object) -> int:
    return (first > second) - (first < second)  # type: ignore[operator]


@given(numbers | exact, numbers | exact)
def test_numbers_sort_as_numbers(first: Decimal, second: Decimal) -> None:
    assert compare(number_key(first), number_key(second)) == compare(first, second)


@given(times, times)
def test_times_sort_as_instants(first: datetime, second: datetime) -> None:
    assert compare(time_key(first), time_key(second)) == compare(first, second)


@given(st.text(max_size=400), st.text(max_size=400))
def test_equal_keys_are_equal_texts(first: str, second: str) -> None:
    assert (text_key(first) == text_key(second)) == (first == second)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (7, NUMBER),
        ("7", NUMBER),
        ("-0.50", NUMBER),
        ("1e3", NUMBER),
        ("007", TEXT),
        ("+7", TEXT),
        ("", TEXT),
        (True, TEXT),
        ("2026-03-01", TIME),
        ("2026-03-01T08:00:00+08:00", TIME),
        ("2026-02-30", TEXT),
        ("2026-03-01T08:00:00", TEXT),
    ],
)
def test_what_a_text_counts_as(value: object, kind: str) -> None:
    assert search_key(value)[0] == kind


def test_one_value_in_two_spellings_has_one_key() -> None:
    assert search_key("0.10") == search_key(Decimal("0.1"))
    assert search_key("1e3") == search_key(1000)
    assert search_key("2026-03-01T08:00:00+08:00") == search_key("2026-03-01T00:00:00.000Z") == search_key("2026-03-01")
