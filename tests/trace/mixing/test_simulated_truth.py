"""Lower ≤ truth ≤ upper: histories whose every unit is known, and of which the record lacks lots, days, shipments."""

import os
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trace.mixing.enumeration import Network, carried, places, property_of, reached, strike_out
from tests.trace.mixing.simulated import Habits, simulate

CAMPAIGN = int(os.environ.get("SUYUAN_CAMPAIGN", "20000"))

seeds = st.integers(0, 2**48)
ordinary = Habits(places=5, steps=25, most=9, no_lot=0.25)
careless = Habits(places=6, steps=40, most=30, no_lot=0.5, no_day=0.15, flagged=0.7)
long = Habits(places=12, steps=150, most=100, no_lot=0.2)


def check(one: Network, rng: random.Random) -> None:
    """Hold the bounds of movements, places and totals against what really happened."""
    truth = np.array([[one.known[arc.number] for arc in one.arcs]])
    mixed = one.solve()
    assert not mixed.unrecorded, "what happened needs no unrecorded units"
    for arc in one.arcs:
        found = mixed.arcs.get(arc.number)
        if found is None:
            named = (arc.quantity or 0) if arc.lot in one.in_scope else 0
            assert one.known[arc.number] == named, f"movement {arc.number} is left out"
            continue
        assert found.upper is not None
        assert found.lower <= one.known[arc.number] <= found.upper, f"movement {arc.number}"
    for place in places(one):
        found = mixed.places.get(place)
        if found is not None:
            assert found.upper is not None
            assert found.lower <= reached(one, truth, place, {})[0] <= found.upper, f"place {place}"
    for _ in range(3):
        numbers = {arc.number for arc in rng.sample(one.arcs, rng.randint(1, len(one.arcs)))}
        total = mixed.total(numbers)
        assert total.upper is not None
        assert total.lower <= carried(one, truth, numbers)[0] <= total.upper, f"total of {sorted(numbers)}"


def run(seed: int, habits: Habits) -> None:
    try:
        check(simulate(random.Random(seed), habits), random.Random(seed))
    except Exception as error:
        error.add_note(f"seed {seed}, {habits}")
        raise


@property_of(800)
@given(seeds)
def test_the_truth_lies_within_the_bounds(seed: int) -> None:
    run(seed, ordinary)


@property_of(250)
@given(seeds)
def test_the_truth_lies_within_the_bounds_where_much_is_not_written_down(seed: int) -> None:
    run(seed, careless)


@property_of(250)
@given(seeds)
def test_what_really_happened_is_possible_in_the_model(seed: int) -> None:
    """The model itself, without a solver: conservation at every stock strikes out no true history."""
    one = simulate(random.Random(seed), careless)
    truth = np.array([[one.known[arc.number] for arc in one.arcs]])
    assert len(strike_out(one, truth, {}))


@pytest.mark.campaign
def test_campaign() -> None:
    first = int(os.environ.get("SUYUAN_CAMPAIGN_SEED", "0"))
    for seed in range(first, first + CAMPAIGN // 2):
        run(seed, (ordinary, careless)[seed % 2])
    for seed in range(first, first + CAMPAIGN // 400):
        run(seed, long)
