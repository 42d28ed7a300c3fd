"""How often quiet products are signalled, and how soon outbreaks are: docs/early-warning.md in small."""

from random import Random

import pytest

from bench.early_warning import SEED, alarms, found_on, quiet

QUARTER = 13


@pytest.mark.parametrize(("mean", "shape", "most"), [(0.2, None, 0.2), (1.0, None, 0.3), (1.0, 1.0, 1.3)])
def test_a_quiet_product_is_signalled_as_seldom_as_is_stated(mean: float, shape: float | None, most: float) -> None:
    """False alarms a product and year, of 1,000 products in a quarter."""
    random = Random(SEED)
    assert 4 * sum(len(alarms(quiet(random, mean, shape, QUARTER))) for _ in range(1000)) / 1000 <= most


def test_an_outbreak_is_found_within_its_first_week() -> None:
    """Eight more a week where one is usual: half of 300 within five days, nine in ten within two weeks."""
    random = Random(SEED)
    days = sorted(found_on(random, 8) for _ in range(300))
    assert days[150] <= 5
    assert days[270] <= 14
