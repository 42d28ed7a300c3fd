"""How often quiet products are signalled, and how soon outbreaks are: docs/early-warning.md in small."""

from random import Random

import pytest

from bench.early_warning import SEED, Usual, alarms, found_on, quiet

QUARTER = 13


@pytest.mark.parametrize(
    ("usual", "most"),
    [
        (Usual(0.2), 0.2),
        (Usual(1.0), 0.3),
        (Usual(1.0, 1.0), 1.4),
        (Usual(4.0, None, 1, 4), 0.5),
        (Usual(4.0, None, 5, 12), 0.3),
    ],
    ids=str,
)
def test_a_quiet_product_is_signalled_as_seldom_as_is_stated(usual: Usual, most: float) -> None:
    """False alarms a product and year, of 1,000 products in a quarter; of fewer where batches follow each other."""
    number = 200 if usual.lots else 1000
    random = Random(SEED)
    assert 4 * sum(len(alarms(quiet(random, usual, QUARTER))) for _ in range(number)) / number <= most


def test_an_outbreak_is_found_within_its_first_week() -> None:
    """Eight more a week where one is usual: half of 300 within five days, nine in ten within two weeks."""
    random = Random(SEED)
    days = sorted(found_on(random, 8) for _ in range(300))
    assert days[150] <= 5
    assert days[270] <= 14
