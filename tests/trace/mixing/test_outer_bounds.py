"""Where too much moved without a lot to be searched, the bounds given are wider, never narrower."""

import random

import pytest
from sqlalchemy.orm import Session

from tests.chains import supply_chain
from tests.trace.mixing.simulated import Habits, simulate
from tests.trace.mixing.test_bounds import spoil
from tests.trace.mixing.test_reach import MIXED, places, possible, rules
from trace.mixing import parts, reach
from trace.mixing.flows import Limits, Mixed

HABITS = Habits(places=5, steps=40, most=9, no_lot=0.4)


def is_within(outer: Limits, tight: Limits) -> bool:
    if outer.lower > tight.lower:
        return False
    return outer.upper is None or (tight.upper is not None and outer.upper >= tight.upper)


def is_true(units: int, limits: Limits) -> bool:
    return limits.lower <= units and (limits.upper is None or units <= limits.upper)


def ask(mixed: Mixed, is_tight: bool) -> list[Limits]:
    rng = random.Random(7)
    numbers = sorted(mixed.arcs)
    sums = [rng.sample(numbers, rng.randint(1, len(numbers))) for _ in range(6)] if numbers else []
    return [mixed.total(some, (), is_tight) for some in [*sums, *([number] for number in numbers)]]


@pytest.mark.parametrize("seed", range(60))
def test_outer_bounds_hold_the_tight_ones(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    one = simulate(random.Random(seed), HABITS)
    tight = one.solve()
    asked = ask(tight, True)
    assert tight.is_tight
    assert all(is_within(outer, inner) for outer, inner in zip(ask(tight, False), asked, strict=True))
    monkeypatch.setattr(parts, "LARGEST_SHARED", 0)
    assert all(is_true(one.known[number], tight.total([number], (), False)) for number in tight.arcs)
    monkeypatch.setattr(parts, "LARGEST_PART", 0)
    unsearched = one.solve()
    assert unsearched.is_tight == (not unsearched.arcs)
    assert set(tight.arcs) <= set(unsearched.arcs)
    for number, limits in unsearched.arcs.items():  # the truth, for no unit passes twice, as it may in a circle
        assert is_true(one.known[number], limits)


@pytest.mark.parametrize(("module", "limit"), [(reach, "MOST_SEARCHED"), (parts, "LARGEST_PART")])
def test_bounds_that_are_not_tight_are_told(
    session: Session, monkeypatch: pytest.MonkeyPatch, module: object, limit: str
) -> None:
    chain = supply_chain(session, MIXED + "3: depot ships FLOUR 95 to shop by D1")
    monkeypatch.setattr(module, limit, 0)
    found = possible(session, chain, "FLOUR-A")
    lower, _, upper = places(chain, found)["shop"]
    assert lower <= 35
    assert upper >= 40
    assert rules(found) == ["bounds_not_tight"]


@pytest.mark.parametrize("seed", range(40))
def test_as_few_units_are_unrecorded_however_they_are_found(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    one = spoil(simulate(random.Random(seed), HABITS), random.Random(seed))
    one_by_one = one.solve().unrecorded
    monkeypatch.setattr(parts, "MOST_SERVED", 0)
    assert sum(one.solve().unrecorded.values()) == sum(one_by_one.values())
