"""What can be done in a case now: each step with who may take it, and what waits for a second person."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from recalls.authority import PREPARED_BY, SecondPersonNeeded, preparers, require_right, require_second_person
from recalls.cases import allowed_steps
from recalls.models import RecallCase
from recalls.stages import GRAVEST, TABLE, Step
from recalls.steps import GROUNDED
from trace.kit.auth import Principal
from trace.kit.errors import Forbidden

Who = Literal["you", "second_person", "authority"]
"""Who takes a step: the one who asks, somebody else because he prepared it himself, or the authority alone."""

FINAL: frozenset[str] = frozenset({"close", "cancel", "terminate"})
"""Steps after which nothing can be done in the case any more."""

PUBLIC: frozenset[str] = frozenset({"announce", "extend"})
"""Steps that tell the public and the firms: what was told cannot be untold."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step that the stage allows; ``prepared_by`` are the names of those who may not take it too (class 1)."""

    step: Step
    who: Who
    grounded: bool
    final: bool
    public: bool
    prepared_by: tuple[str, ...] = ()


def next_steps(principal: Principal, case: RecallCase) -> list[NextStep]:
    """Return every step that the stage of ``case`` allows, in the order of a case's life."""
    return [
        NextStep(
            step, _who(principal, case, step), step in GROUNDED, step in FINAL, step in PUBLIC, _prepared(case, step)
        )
        for step in allowed_steps(case)
    ]


def _who(principal: Principal, case: RecallCase, step: Step) -> Who:
    try:
        require_right(principal, case, step)
        require_second_person(principal, case, step)
    except Forbidden:
        return "authority"
    except SecondPersonNeeded:
        return "second_person"
    return "you"


def _prepared(case: RecallCase, step: Step) -> tuple[str, ...]:
    if case.recall_class != GRAVEST:
        return ()
    return tuple(dict.fromkeys(one.actor_name for one in preparers(case.steps, step)))


SECOND_PERSON_AT: frozenset[str] = frozenset(
    stage for stage, steps in TABLE.items() if not PREPARED_BY.keys().isdisjoint(steps)
)
"""Stages in which a step of class 1 may wait for another person than the one who prepared it."""


def waits_for(principal: Principal, cases: Iterable[RecallCase]) -> list[tuple[RecallCase, NextStep]]:
    """Return the steps of class 1 that somebody else prepared and ``principal`` may take."""
    return [
        (case, one)
        for case in cases
        if case.recall_class == GRAVEST and case.stage in SECOND_PERSON_AT
        for one in next_steps(principal, case)
        if one.step in PREPARED_BY and one.who == "you" and one.prepared_by
    ]
