"""More than usual: exact tails, and what is asked of a signal."""

from fractions import Fraction
from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.warnings.rates import negative_binomial_tail, poisson_tail, rate_week

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


def test_a_quiet_week_of_goods_that_often_come_back_is_nothing_unusual() -> None:
    """Where 2,000 a week are usual, the chance of exactly 3 is too small for a number; that of 3 or more is one."""
    assert poisson_tail(3, 2000) == negative_binomial_tail(3, 2000, 2100) == 1
    assert not rate_week([2000] * 12, 3, 3).stands_out
    assert poisson_tail(0, 1) == negative_binomial_tail(0, 1, 2) == 1


@given(means)
def test_the_tail_has_no_step_at_its_mean(mean: float) -> None:
    """Below the mean it is taken from one, above it summed: one term lies between the two."""
    count = int(mean)
    term = exp(-mean) * mean**count / factorial(count)
    assert poisson_tail(count, mean) - poisson_tail(count + 1, mean) == pytest.approx(term, abs=1e-13)


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
