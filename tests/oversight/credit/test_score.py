"""The score: explained to the point, of no order, and an entry that goes takes its points with it."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.credit.effects import EFFECTS
from oversight.credit.entries import CreditEntry
from oversight.credit.score import BASE, GRADES, SUBJECTS, add_months, grade_of, least_for, rules_for, score

TODAY = date(2026, 11, 22)
WORDS = sorted(rules_for("producer"))

DAYS = st.dates(date(2022, 1, 1), date(2027, 12, 31))
ENTRIES = st.builds(
    CreditEntry,
    on=DAYS,
    word=st.sampled_from([*WORDS, "unheard_of"]),
    record=st.text("0123456789", min_size=1, max_size=3),
    text_zh=st.just("x"),
    text_en=st.just("x"),
    ends_on=st.none() | DAYS,
    weight=st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(2)]),
)
SUBJECT = st.sampled_from(SUBJECTS)


def entry(word: str, on: date, record: str = "1", ends_on: date | None = None) -> CreditEntry:
    return CreditEntry(on, word, record, "x", "x", ends_on)


def test_a_firm_of_which_nothing_is_on_record_has_the_whole_score() -> None:
    found = score([], "producer", TODAY)
    assert (found.points, found.grade, found.parts) == (100, "A", ())


def test_a_failed_sample_counts_whole_for_a_year_then_half_for_two_then_not_at_all() -> None:
    failed = entry("sample_failed", date(2024, 2, 29))
    days = (date(2025, 2, 27), date(2025, 2, 28), date(2027, 2, 27), date(2027, 2, 28))
    assert [score([failed], "producer", day).points for day in days] == [85, Decimal("92.5"), Decimal("92.5"), 100]


def test_a_listing_counts_as_long_as_it_lasts() -> None:
    listed = entry("listed", date(2026, 1, 1), ends_on=date(2026, 6, 1))
    assert [score([listed], "retailer", date(2026, month, 1)).grade for month in (1, 5, 6)] == ["D", "D", "A"]


def test_what_is_still_to_come_does_not_count() -> None:
    assert score([entry("penalty", TODAY + timedelta(days=1))], "producer", TODAY).points == 100


@given(st.lists(ENTRIES, max_size=12), SUBJECT, DAYS, st.randoms())
def test_a_score_is_the_sum_of_its_printed_parts_in_whatever_order(entries, subject, on, random) -> None:
    found = score(entries, subject, on)
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert score(shuffled, subject, on) == found
    assert BASE + sum(part.points for part in found.parts) == found.total
    assert found.points == min(max(found.total, Decimal(0)), Decimal(100))


@given(st.lists(ENTRIES, min_size=1, max_size=12), SUBJECT, DAYS)
def test_an_entry_that_goes_takes_exactly_its_points_with_it(entries, subject, on) -> None:
    alone = score(entries[:1], subject, on).total - BASE
    assert score(entries, subject, on).total - score(entries[1:], subject, on).total == alone


@given(st.lists(ENTRIES, max_size=8), SUBJECT, DAYS)
def test_the_points_stay_until_the_day_that_is_printed(entries, subject, on) -> None:
    for part in score(entries, subject, on).parts:
        if part.until is not None:
            before = score([part.entry], subject, part.until - timedelta(days=1))
            after = score([part.entry], subject, part.until)
            assert before.total - BASE == part.points
            assert after.total - BASE != part.points


@pytest.mark.parametrize("subject", SUBJECTS)
def test_grades_follow_one_another(subject) -> None:
    least = least_for(subject)
    assert [grade_of(Decimal(least[grade]), subject) for grade in GRADES] == list(GRADES)
    assert all(least[better] > least[worse] for better, worse in pairwise(GRADES))
    assert all(EFFECTS[worse].draw_weight > EFFECTS[better].draw_weight for better, worse in pairwise(GRADES))


def test_months_end_on_the_last_day_where_there_is_no_corresponding_one() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
