"""The stage table: whole, and no stage is reached by a step that it does not name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalls.stages import ENDS, STAGES, STEPS, TABLE, Stage, StepNotAllowed, next_stages, steps_from


def test_every_stage_has_its_row_and_every_way_ends_in_a_stage() -> None:
    assert set(TABLE) == set(STAGES)
    for steps in TABLE.values():
        for way in steps.values():
            assert set(way) <= set(STAGES)


def test_the_life_of_a_firm_s_own_recall() -> None:
    stage: Stage = "voluntary"
    passed = []
    for step in ("file-plan", "announce", "execute", "extend", "execute", "complete", "file-summary", "assess"):
        stage = next_stages(stage, step)[-1]
        passed.append(stage)
    assert passed == [
        "plan_filed",
        "announced",
        "executing",
        "scope_extended",
        "executing",
        "completed",
        "summary_filed",
        "assessed",
    ]
    assert next_stages(stage, "terminate")[-1] == "terminated"
    assert next_stages(stage, "execute")[-1] == "executing"  # assessed as ineffective


def test_a_step_shows_the_stages_that_it_passes() -> None:
    assert next_stages("announced", "complete") == ("executing", "completed")


def test_an_announcement_needs_a_plan() -> None:
    with pytest.raises(StepNotAllowed, match="voluntary cannot announce: expected file-plan, cancel") as refused:
        next_stages("voluntary", "announce")[-1]
    assert refused.value.allowed == ("file-plan", "cancel")


def test_every_stage_but_an_end_can_be_cancelled() -> None:
    for stage in STAGES:
        assert ("cancel" in steps_from(stage)) == (stage not in ENDS)
    assert {"terminated", "cancelled", "closed_no_defect"} == ENDS


@given(st.sampled_from(STAGES), st.lists(st.sampled_from([*STEPS, "release", ""]), max_size=30))
def test_no_stage_is_reached_by_a_forbidden_step(first: Stage, steps: list[str]) -> None:
    stage = first
    for step in steps:
        if step in steps_from(stage):
            way = next_stages(stage, step)
            if step != "cancel":
                assert way == TABLE[stage][step]  # type: ignore[index]
            stage = way[-1]
        else:
            with pytest.raises(StepNotAllowed) as refused:
                next_stages(stage, step)
            assert refused.value.allowed == steps_from(stage)
        if stage in ENDS:
            assert steps_from(stage) == ()
