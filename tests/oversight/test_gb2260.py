"""Codes of jurisdictions say where each lies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.gb2260 import NATION, bounds_of, check_code, level_of, lies_within, stem_of, ways_up

DIGITS = st.integers(1, 99).map("{:02d}".format)
CODES = st.builds(lambda *parts: "".join(parts), DIGITS, DIGITS, DIGITS) | st.just(NATION)


@pytest.mark.parametrize(
    ("code", "level"),
    [("000000", "national"), ("320000", "province"), ("320100", "city"), ("320106", "county"), ("320106001", "office")],
)
def test_the_level_is_said_by_the_code(code: str, level: str) -> None:
    assert level_of(check_code(code)) == level


@pytest.mark.parametrize(
    "code", ["", "3201", "32010", "320006", "001000", "320100001", "320106000", "32010６", "abcdef"]
)
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="Expected"):
        check_code(code)


def test_a_county_is_in_its_city_its_province_and_the_country() -> None:
    assert ways_up("320106") == ["320106", "320100", "320000", "000000"]
    assert ways_up("320106001") == ["320106001", "320106", "320100", "320000", "000000"]


@given(CODES, CODES)
def test_the_bounds_hold_exactly_what_lies_within(code: str, jurisdiction: str) -> None:
    first, above = bounds_of(jurisdiction)
    assert (first <= code < above) == lies_within(code, jurisdiction) == code.startswith(stem_of(jurisdiction))


@given(CODES)
def test_everything_lies_within_all_that_it_is_in(code: str) -> None:
    assert all(lies_within(code, one) for one in ways_up(code))
