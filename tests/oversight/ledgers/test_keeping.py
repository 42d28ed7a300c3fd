"""How long a record is kept: six months beyond the shelf life, else two years (食品安全法, article 50)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.ledgers.keeping import keep_until

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("expires", "until"),
    [
        (date(2026, 3, 15), date(2026, 9, 15)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
    ],
)
def test_it_is_kept_to_the_corresponding_day_six_months_after_the_shelf_life(expires: date, until: date) -> None:
    assert keep_until(date(2026, 1, 1), expires) == until


def test_without_a_shelf_life_it_is_kept_for_two_years() -> None:
    assert keep_until(date(2026, 3, 15), None) == date(2028, 3, 15)
    assert keep_until(date(2024, 2, 29), None) == date(2026, 2, 28)


def test_no_day_is_said_that_no_calendar_has() -> None:
    assert keep_until(date(2026, 1, 1), date(9999, 12, 31)) is None


@given(DAYS, DAYS)
def test_six_months_are_180_to_184_days_and_two_years_730_or_731(on: date, expires: date) -> None:
    found, without = keep_until(on, expires), keep_until(on, None)
    assert found is not None
    assert without is not None
    assert timedelta(180) <= found - expires <= timedelta(184)
    assert timedelta(730) <= without - on <= timedelta(731)


@given(DAYS, DAYS)
def test_what_expires_later_is_never_kept_shorter(one: date, other: date) -> None:
    kept = [keep_until(one, day) or date.max for day in sorted((one, other))]
    assert kept == sorted(kept)
