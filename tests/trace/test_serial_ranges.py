"""Serials of a row: from the first to the last."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.serial_ranges import MOST, RangeRefused, expand_serials, split_serials


@given(st.text("ABx-/", max_size=6), st.integers(0, 99_000), st.integers(0, 300), st.integers(0, 8))
def test_a_row_has_every_number_between_its_ends_once(head: str, first: int, more: int, width: int) -> None:
    """With leading zeros the digits keep their width."""
    width = max(width, len(str(first + more)))
    ends = [f"{head}{number:0{width}}" for number in (first, first + more)]
    found = expand_serials(*ends)
    assert (found[0], found[-1]) == tuple(ends)
    assert len(set(found)) == more + 1 == len(found)
    assert {len(one) for one in found} == {len(ends[0])}


def test_without_leading_zeros_digits_may_grow() -> None:
    assert expand_serials("A8", "A11") == ["A8", "A9", "A10", "A11"]


@pytest.mark.parametrize(
    ("first", "last"),
    [("A1", "B2"), ("A2", "A1"), ("A", "B"), ("A1", ""), ("A01", "A9"), ("A1", f"A{MOST + 1}"), ("A1", "A1x")],
)
def test_what_is_no_row_is_refused(first: str, last: str) -> None:
    with pytest.raises(RangeRefused):
        expand_serials(first, last)


def test_a_list_is_split_at_whatever_stands_between() -> None:
    assert split_serials(" A1, A2；A3\nA4、A5\t") == ["A1", "A2", "A3", "A4", "A5"]
