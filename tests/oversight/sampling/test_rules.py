"""Pure rules of sampling inspection: the draw, the limits, the pass rates."""

from collections import Counter
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from oversight.credit.effects import EFFECTS
from oversight.sampling.draw import MOST_SAMPLES, draw_lines, size_by_grades
from oversight.sampling.limits import Limit, satisfies
from oversight.sampling.rates import wilson

WEIGHTS = [1, 2, 4, 8, 1, 2]
FACTORS = [effect.sample_factor for effect in EFFECTS.values()]
CHI_SQUARE_5 = 20.515
"""The 99.9 % point of χ² with five degrees of freedom."""


def test_a_draw_can_be_repeated_with_nothing_but_sha256() -> None:
    weights, left, drawn = [3, 1, 2], [0, 1, 2], []
    for number in (1, 2, 3):
        rest = int(sha256(f"2026-03-02:{number}".encode()).hexdigest(), 16) % sum(weights[one] for one in left)
        for one in left:
            rest -= weights[one]
            if rest < 0:
                drawn.append(one)
                left.remove(one)
                break
    assert draw_lines(weights, 3, "2026-03-02") == drawn


@given(some.lists(some.integers(1, 9), max_size=30), some.integers(1, 40), some.text(max_size=9))
def test_each_line_is_drawn_once_at_most_and_the_same_seed_draws_the_same(
    weights: list[int], size: int, seed: str
) -> None:
    drawn = draw_lines(weights, size, seed)
    assert len(set(drawn)) == len(drawn) == min(size, len(weights))
    assert draw_lines(weights, size, seed) == drawn


@given(some.integers(1, MOST_SAMPLES), some.lists(some.sampled_from(FACTORS), min_size=1, max_size=40))
def test_grades_halve_a_draw_at_least_and_double_it_at_most(size: int, factors: list[Decimal]) -> None:
    drawn = size_by_grades(size, factors)
    assert max(size / 2, 1) <= drawn <= min(2 * size, MOST_SAMPLES)
    assert drawn == size_by_grades(size, factors[::-1])
    assert size_by_grades(size, [*factors, max(FACTORS)]) >= drawn


@pytest.mark.parametrize("draws", [1_000, pytest.param(10_000, marks=pytest.mark.campaign)])
def test_frequencies_fit_the_weights(draws: int) -> None:
    first = Counter(draw_lines(WEIGHTS, 1, f"seed {number}")[0] for number in range(draws))
    assert chi_square(first, [weight / sum(WEIGHTS) * draws for weight in WEIGHTS]) < CHI_SQUARE_5


@pytest.mark.parametrize("draws", [1_000, pytest.param(10_000, marks=pytest.mark.campaign)])
def test_the_second_line_is_drawn_by_the_weights_that_are_left(draws: int) -> None:
    whole = sum(WEIGHTS)
    second = Counter(draw_lines(WEIGHTS, 2, f"seed {number}")[1] for number in range(draws))
    expected = [
        sum(other / whole * one / (whole - other) for place, other in enumerate(WEIGHTS) if place != number) * draws
        for number, one in enumerate(WEIGHTS)
    ]
    assert chi_square(second, expected) < CHI_SQUARE_5


def chi_square(seen: Counter[int], expected: list[float]) -> float:
    return sum((seen[place] - much) ** 2 / much for place, much in enumerate(expected))


@pytest.mark.parametrize(
    ("limit", "value", "fine"),
    [
        (Limit("max", upper=Decimal("0.5")), "0.5", True),
        (Limit("max", upper=Decimal("0.5")), "0.50001", False),
        (Limit("max", upper=Decimal("0.5")), None, True),
        (Limit("min", lower=Decimal("2.8")), "2.8", True),
        (Limit("min", lower=Decimal("2.8")), "2.79", False),
        (Limit("min", lower=Decimal("2.8")), None, False),
        (Limit("range", Decimal(6), Decimal(7)), "6.5", True),
        (Limit("range", Decimal(6), Decimal(7)), "7.1", False),
        (Limit("range", Decimal(6), Decimal(7)), None, False),
        (Limit("absent"), None, True),
        (Limit("absent"), "0", False),
    ],
)
def test_bounds_satisfy_and_not_detected_is_below_every_upper_bound(
    limit: Limit, value: str | None, fine: bool
) -> None:
    assert satisfies(limit, None if value is None else Decimal(value)) is fine


@pytest.mark.parametrize(
    "bounds", [("max", None, None), ("absent", None, Decimal(1)), ("range", Decimal(2), Decimal(1))]
)
def test_a_limit_that_says_too_little_or_too_much_is_refused(
    bounds: tuple[str, Decimal | None, Decimal | None],
) -> None:
    with pytest.raises(ValueError, match="Expected"):
        Limit(*bounds)  # type: ignore[arg-type]


def test_the_interval_is_wilsons() -> None:
    # 8 of 10: 0.4902 to 0.9433 (L. D. Brown, T. T. Cai, A. DasGupta, 2001, give the formula)
    assert wilson(8, 10) == (Decimal("0.8000"), Decimal("0.4902"), Decimal("0.9433"))
    assert wilson(10, 10).upper == 1
    assert wilson(0, 10).lower == 0


@given(some.integers(1, 500).flatmap(lambda n: some.tuples(some.integers(0, n), some.just(n))))
def test_an_interval_holds_its_share_and_mirrors_that_of_the_failures(counts: tuple[int, int]) -> None:
    passed, tested = counts
    rate, other = wilson(passed, tested), wilson(tested - passed, tested)
    assert 0 <= rate.lower <= rate.share <= rate.upper <= 1
    assert abs(rate.lower + other.upper - 1) <= Decimal("0.0001")
