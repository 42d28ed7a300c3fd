"""Samples of consignees: the levels, and that anybody can draw the same ones again."""

import subprocess
from decimal import Decimal
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalls.effectiveness.sampling import FIXED, Level, ShareRefused, draw, sample_size, share_of

NAMES = st.sets(st.text("0123456789ABCDEFG", min_size=1, max_size=18), max_size=60)


@given(NAMES, st.decimals(0, 100, places=4), st.text("abc:", max_size=6))
def test_the_first_of_the_order_are_chosen_and_no_share_is_rounded_down(
    names: set[str], percent: Decimal, seed: str
) -> None:
    drawn = draw(names, percent, seed)
    assert {one.name for one in drawn} == names
    assert [one.digest for one in drawn] == sorted(one.digest for one in drawn)
    size = ceil(len(names) * percent / 100)
    assert [one.chosen for one in drawn] == [True] * size + [False] * (len(names) - size)
    assert drawn == draw(sorted(names, reverse=True), percent, seed)


@given(NAMES, st.decimals(0, 100, places=4), st.decimals(0, 100, places=4))
def test_a_larger_share_keeps_all_of_a_smaller_one(names: set[str], one: Decimal, other: Decimal) -> None:
    chosen = [{row.name for row in draw(names, share, "s") if row.chosen} for share in sorted((one, other))]
    assert chosen[0] <= chosen[1]


def test_the_recipe_for_a_shell_draws_the_same() -> None:
    recipe = (
        'while read -r name; do printf "%s %s\\n" "$(printf %s "$SEED:$name" | sha256sum | cut -c1-64)" "$name"; done'
        ' | sort | head -n "$N"'
    )
    names = [f"952000000{number:04d}" for number in range(30)]
    chosen = [f"{one.digest} {one.name}" for one in draw(names, Decimal(10), "spring") if one.chosen]
    done = subprocess.run(
        ["bash", "-c", recipe],
        input="\n".join(names) + "\n",
        env={"SEED": "spring", "N": "3", "PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split("\n")[:-1] == chosen


@pytest.mark.parametrize(("level", "size"), [("A", 80), ("C", 8), ("D", 2), ("E", 0)])
def test_levels_of_eighty(level: Level, size: int) -> None:
    assert sample_size(80, share_of(level, None)) == size
    assert share_of(level, FIXED[level]) == FIXED[level]


@pytest.mark.parametrize(
    ("level", "percent"),
    [("B", None), ("B", "10"), ("B", "100"), ("B", "33.33333"), ("A", "99"), ("E", "1")],
)
def test_a_share_that_is_not_the_levels_is_refused(level: Level, percent: str | None) -> None:
    with pytest.raises(ShareRefused):
        share_of(level, None if percent is None else Decimal(percent))


def test_one_consignee_is_checked_although_a_tenth_of_one_is_less() -> None:
    assert (sample_size(1, Decimal(10)), sample_size(0, Decimal(10)), sample_size(11, Decimal(10))) == (1, 0, 2)
