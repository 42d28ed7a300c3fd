"""Validity on a day, and the days that may be relied on: two readings of one rule."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from oversight.registers.validity import Validity, state_on, valid_days
from oversight.registers.written import SUSPENSION, read_lines, write_lines

FIRST = date(2026, 1, 1)
day = st.integers(0, 30).map(lambda n: FIRST + timedelta(days=n))
span = st.tuples(day, st.none() | day).map(lambda s: (s[0], s[1] if s[1] is None else max(s)))  # type: ignore[type-var]
validity = st.builds(
    lambda whole, suspended, revoked: Validity(whole[0], whole[1], suspended, revoked),
    span,
    st.lists(span, max_size=4),
    st.none() | day,
)


@given(validity)
def test_the_days_that_count_are_those_on_which_it_is_valid(validity: Validity) -> None:
    spans = valid_days(validity)
    for n in range(-1, 33):
        on = FIRST + timedelta(days=n)
        within = [one for one in spans if one[0] <= on and (one[1] is None or on <= one[1])]
        assert len(within) == (state_on(validity, on) == "valid")


def test_what_is_final_is_said_first() -> None:
    one = Validity(FIRST, FIRST + timedelta(days=9), [(FIRST, None)], FIRST + timedelta(days=20))
    assert [state_on(one, FIRST + timedelta(days=n)) for n in (-1, 0, 10, 20)] == [
        "pending",
        "suspended",
        "expired",
        "revoked",
    ]


def test_lists_are_written_a_line_each() -> None:
    text = "2026-03-01 | 2026-04-30 | hygiene\n2026-06-01 |  | labels"
    rows = read_lines(text, SUSPENSION)
    assert rows == [
        {"since": "2026-03-01", "until": "2026-04-30", "ground": "hygiene"},
        {"since": "2026-06-01", "ground": "labels"},
    ]
    assert read_lines(write_lines(rows, SUSPENSION), SUSPENSION) == rows
