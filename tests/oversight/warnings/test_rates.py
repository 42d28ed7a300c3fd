"""More than usual: exact tails, what is asked of a signal, and how often a quiet history raises one."""

from fractions import Fraction
from math import exp, factorial, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.warnings.rates import negative_binomial_tail, poisson_tail, rate_week

SEED = 20260302
counts = st.integers(1, 40)
means = st.floats(0.05, 20)


@given(counts, means)
def test_a_poisson_tail_and_what_lies_below_it_make_one(count: int, mean: float) -> None:
    exact = Fraction(mean)
    below = exp(-mean) * float(sum(exact**n / factorial(n) for n in range(count)))
    assert poisson_tail(count, mean) + below == pytest.approx(1, abs=1e-11)


def test_a_negative_binomial_tail_of_size_one_is_the_geometric() -> None:
    """With size 1 the variance is mean + mean², and the tail is a plain power."""
    for count in (1, 2, 5, 30):
        assert negative_binomial_tail(count, 3.0, 12.0) == pytest.approx(0.75**count, rel=1e-10)


@given(counts, means)
def test_a_larger_count_is_never_more_likely(count: int, mean: float) -> None:
    assert poisson_tail(count + 1, mean) <= poisson_tail(count, mean)
    assert negative_binomial_tail(count + 1, mean, mean * 3) <= negative_binomial_tail(count, mean, mean * 3)


def test_an_unsteady_base_asks_for_more() -> None:
    steady, unsteady = [2] * 12, [0, 0, 0, 8] * 3
    assert rate_week(steady, 9, 9).law == "poisson"
    assert rate_week(unsteady, 9, 9).law == "negative_binomial"
    assert rate_week(steady, 9, 9).tail < rate_week(unsteady, 9, 9).tail


def test_two_sources_raise_no_signal_however_often_they_speak() -> None:
    assert not rate_week([0] * 12, 50, 2).stands_out
    assert rate_week([0] * 12, 5, 3).stands_out


def test_a_base_of_other_than_twelve_weeks_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected 12 weekly counts, got 11"):
        rate_week([1] * 11, 3, 3)


@pytest.mark.parametrize("mean", [0.2, 1.0, 4.0])
def test_quiet_histories_seldom_raise_a_signal(mean: float) -> None:
    """Of 2,000 thirteenth weeks of a steady rate, each observation a source of its own, fewer than 1 in 100."""
    random = Random(SEED)
    weeks = [[_poisson(random, mean) for _ in range(13)] for _ in range(2000)]
    raised = sum(rate_week(week[:12], week[12], week[12]).stands_out for week in weeks)
    assert raised < 20


def test_unsteady_histories_raise_more_but_still_few() -> None:
    """Where the rate itself varies from week to week, as much as its mean: fewer than 2 in 100."""
    random = Random(SEED)
    rates = ((max(random.gammavariate(1.0, 1.0), 1e-9) for _ in range(13)) for _ in range(2000))
    weeks = [[_poisson(random, rate) for rate in one] for one in rates]
    raised = sum(rate_week(week[:12], week[12], week[12]).stands_out for week in weeks)
    assert raised < 40


def test_a_planted_outbreak_is_found_in_its_first_week() -> None:
    """Eight more in a week where one is usual: found at once in at least nine of ten histories."""
    random = Random(SEED)
    found = 0
    for _ in range(500):
        base = [_poisson(random, 1.0) for _ in range(12)]
        count = _poisson(random, 1.0) + 8
        found += rate_week(base, count, count).stands_out
    assert found >= 450


def _poisson(random: Random, mean: float) -> int:
    """Count the arrivals of a week, drawn by the gaps between them."""
    at, count = -log(1 - random.random()) / mean, 0
    while at < 1:
        at, count = at - log(1 - random.random()) / mean, count + 1
    return count
