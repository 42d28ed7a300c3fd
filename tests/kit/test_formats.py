"""Days, moments, periods and numbers as people write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.kit.formats import say_day, say_list, say_moment, say_number, say_period

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@given(st.dates())
def test_a_day_is_its_three_numbers(day: date) -> None:
    assert say_day(day, "zh") == f"{day.year}年{day.month}月{day.day}日" == say_day(day.isoformat(), "zh")
    assert say_day(day, "en") == f"{day.day} {MONTHS[day.month - 1]} {day.year}" == say_day(day.isoformat(), "en")


def test_the_day_and_the_hour_of_a_moment_are_those_of_beijing() -> None:
    moment = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    for written in (moment, "2026-11-21T23:30:00Z", "2026-11-21T18:30:00-05:00"):
        assert say_day(written, "zh") == "2026年11月22日"
        assert say_moment(written, "zh") == "2026年11月22日 07:30（北京时间）"
        assert say_moment(written, "en") == "22 Nov 2026, 07:30 (Beijing time)"


@pytest.mark.parametrize(
    ("first", "last", "zh", "en"),
    [
        ("2026-11-01", "2026-11-22", "2026年11月1日至22日", "1 Nov 2026 – 22 Nov 2026"),
        ("2026-09-30", "2026-11-22", "2026年9月30日至11月22日", "30 Sep 2026 – 22 Nov 2026"),
        ("2025-12-31", "2026-01-01", "2025年12月31日至2026年1月1日", "31 Dec 2025 – 1 Jan 2026"),
        ("2026-11-22", "2026-11-22", "2026年11月22日", "22 Nov 2026"),
        ("2026-11-22", None, "2026年11月22日起", "from 22 Nov 2026"),
        (None, "2026-11-22", "至2026年11月22日", "until 22 Nov 2026"),
        (None, None, "", ""),
    ],
)
def test_a_period_says_what_both_days_share_once(first: str | None, last: str | None, zh: str, en: str) -> None:
    assert (say_period(first, last, "zh"), say_period(first, last, "en")) == (zh, en)


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 1, 1)), st.integers(1, 400))
def test_a_period_in_chinese_ends_with_the_day_that_ends_it(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    written = say_period(first, last, "zh")
    begin, _, end = written.partition("至")
    assert begin == say_day(first, "zh")
    assert say_day(last, "zh").endswith(end)


def test_a_number_keeps_every_digit() -> None:
    assert say_number(1240, "zh") == say_number(1240, "en") == "1,240"
    assert say_number(Decimal("1234567.123456789"), "en") == "1,234,567.123456789"
    assert say_number(-5, "zh") == "-5"


def test_a_list_is_joined_as_the_language_joins() -> None:
    assert say_list(["甲", "乙", "丙"], "zh") == "甲、乙、丙"
    assert say_list(["A", "B", "C"], "en") == "A, B, C"
    assert say_list([], "en") == ""
