"""What comes with a step: its ground and its papers, and which step takes which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recalls.plans import Plan
from recalls.scope import Line
from recalls.stages import Outcome, Step
from trace.kit.errors import Invalid

GROUNDED: frozenset[str] = frozenset({"close", "object", "order", "assess", "cancel"})
"""Steps that are not taken without saying why: each decides against somebody, or ends what was begun."""

PLANNED_AT: frozenset[str] = frozenset({"file-plan", "extend"})
"""The steps that a plan may come with: its filing, and an extension, which changes what is planned."""


@dataclass(frozen=True, slots=True)
class StepBody:
    """What comes with a step: its ground, the lines that ``extend`` adds, and the papers of some steps.

    ``plan`` comes with ``file-plan`` and ``extend``, ``effective`` with ``assess`` (left out: both ways stay open);
    ``notice`` are the words of a public notice, as `recalls.publication` takes them.
    """

    reason: str | None = None
    scope: Sequence[Line] = ()
    plan: Plan | None = None
    notice: Mapping[str, Any] | None = None
    effective: bool | None = None


NOTHING = StepBody()
"""What most steps come with."""


class ReasonMissing(Invalid):
    """A step that decides against somebody needs a reason."""


def check_body(step: Step, body: StepBody) -> None:
    """Refuse what a step lacks, and what it does not take. Raises ReasonMissing and other 422 with pointers."""
    if step in GROUNDED and not (body.reason or "").strip():
        raise ReasonMissing.field("/reason", f"Expected the reason to {step}, got nothing.")
    if body.scope and step != "extend":
        raise Invalid.field("/scope", f"Expected lines of a scope with extend alone, got them with {step}.")
    if body.plan is not None and step not in PLANNED_AT:
        raise Invalid.field("/plan", f"Expected a plan with file-plan or extend alone, got one with {step}.")
    if body.effective is not None and step != "assess":
        raise Invalid.field("/effective", f"Expected effective with assess alone, got it with {step}.")


def said(body: StepBody) -> Outcome | None:
    """Return what an assessment says; ``None`` for one that leaves it open, and for every other step."""
    if body.effective is None:
        return None
    return "effective" if body.effective else "ineffective"
