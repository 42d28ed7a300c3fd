"""The life of a case as a table (RECALLS, Life of a case): which step leads from which stage to which.

Pure. A step that passes through a stage on its way names it, so that the history shows every stage of the life.
"""

from collections.abc import Mapping
from typing import Literal, get_args

Stage = Literal[
    "signal",
    "under_investigation",
    "closed_no_defect",
    "notified",
    "objected",
    "ordered",
    "voluntary",
    "plan_filed",
    "announced",
    "executing",
    "scope_extended",
    "completed",
    "summary_filed",
    "assessed",
    "terminated",
    "cancelled",
]
Step = Literal[
    "investigate",
    "close",
    "notify",
    "object",
    "order",
    "volunteer",
    "file-plan",
    "announce",
    "execute",
    "extend",
    "complete",
    "file-summary",
    "assess",
    "terminate",
    "cancel",
]

STAGES: tuple[Stage, ...] = get_args(Stage)
STEPS: tuple[Step, ...] = get_args(Step)

Outcome = Literal["effective", "ineffective"]
"""What an assessment says."""

Way = tuple[Stage, ...]
"""The stages that a step passes, the last one being where it leads."""

TABLE: Mapping[Stage, Mapping[Step, Way]] = {
    "signal": {"investigate": ("under_investigation",), "volunteer": ("voluntary",)},
    "under_investigation": {
        "notify": ("notified",),
        "volunteer": ("voluntary",),
        "close": ("closed_no_defect",),
    },
    # a firm that accepts the notice files its plan; one that does not objects
    "notified": {"object": ("objected",), "order": ("ordered",), "file-plan": ("plan_filed",)},
    "objected": {"order": ("ordered",)},
    "ordered": {"file-plan": ("plan_filed",)},
    "voluntary": {"file-plan": ("plan_filed",)},
    "plan_filed": {"file-plan": ("plan_filed",), "extend": ("plan_filed",), "announce": ("announced",)},
    "announced": {
        "execute": ("executing",),
        "extend": ("executing", "scope_extended"),
        "complete": ("executing", "completed"),
        "terminate": ("executing", "completed", "terminated"),
    },
    "executing": {
        "extend": ("scope_extended",),
        "complete": ("completed",),
        "terminate": ("completed", "terminated"),
    },
    "scope_extended": {
        "execute": ("executing",),
        "extend": ("scope_extended",),
        "complete": ("executing", "completed"),
        "terminate": ("executing", "completed", "terminated"),
    },
    # (C) a case may be terminated without a summary or an assessment; the papers of a regime may demand more
    "completed": {"file-summary": ("summary_filed",), "terminate": ("terminated",)},
    "summary_filed": {"assess": ("assessed",), "terminate": ("terminated",)},
    "assessed": {"terminate": ("terminated",), "execute": ("executing",)},
    "closed_no_defect": {},
    "terminated": {},
    "cancelled": {},
}
"""Steps by stage, without ``cancel``, which every stage allows that is not an end."""

EXCLUDED: Mapping[Outcome, Step] = {"effective": "execute", "ineffective": "terminate"}
"""What an assessed case cannot do: one that took effect is not executed again, one that did not is not ended."""

ENDS: frozenset[Stage] = frozenset(stage for stage, steps in TABLE.items() if not steps)

HOLDING_FROM: frozenset[Stage] = frozenset({"plan_filed", "ordered"})
"""Stages at which the stop-sale takes effect, not at the announcement (RECALLS)."""


class StepNotAllowed(Exception):
    """The stage does not allow the step; ``allowed`` are the steps that it does."""

    def __init__(self, stage: str, step: str, allowed: tuple[Step, ...]) -> None:
        expected = ", ".join(allowed) or "no step at all"
        super().__init__(f"A case that is {stage} cannot {step}: expected {expected}.")
        self.stage, self.step, self.allowed = stage, step, allowed


GRAVEST = 1
"""The class in which nobody orders or announces alone (`recalls.authority`)."""


def first_stage(kind: str, recall_class: int, by_regulator: bool) -> Stage:
    """Return where a case begins that is not opened as a signal.

    An order of class 1 needs a second official: opened by one, it is a notice that waits for the other's order.
    """
    if kind == "ordered":
        return "notified" if by_regulator and recall_class == GRAVEST else "ordered"
    return "notified" if kind == "notified" else "voluntary"


def steps_from(stage: Stage, outcome: Outcome | None = None) -> tuple[Step, ...]:
    """Return the steps that ``stage`` allows, in the order of the life of a case.

    ``outcome`` is what the newest assessment said; it counts in an assessed case alone.
    """
    allowed: set[Step] = {*TABLE[stage], *(() if stage in ENDS else ("cancel",))}
    if stage == "assessed" and outcome is not None:
        allowed.discard(EXCLUDED[outcome])
    return tuple(step for step in STEPS if step in allowed)


def next_stages(stage: Stage, step: str, outcome: Outcome | None = None) -> Way:
    """Return the stages that ``step`` passes from ``stage``, the last being where it leads.

    Raises StepNotAllowed, which names the steps that are.
    """
    allowed = steps_from(stage, outcome)
    for name in allowed:
        if name == step:
            return TABLE[stage].get(name, ("cancelled",))
    raise StepNotAllowed(stage, step, allowed)
