"""The life of a matter as a table: which step leads from which stage to which, and who takes it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Right = Literal["authority", "firm", "citizen"]
"""Who may take a step: an official of the office that has the matter in hand, the firm concerned, or the citizen who
brought it (with the query code).
"""

AUTHORITY: frozenset[Right] = frozenset({"authority"})
FIRM: frozenset[Right] = frozenset({"firm"})
CITIZEN: frozenset[Right] = frozenset({"citizen"})

OPEN = "open"
"""The step that every matter begins with."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a step leads (None: the stage stays), who takes it, and whether he must say why.

    ``not_by`` names steps: who took the last of any of them does not take this one (the second person).
    """

    to: str | None
    who: frozenset[Right] = AUTHORITY
    reason: bool = False
    not_by: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Flow:
    """All the moves of one kind of matter; ``letters`` begin its numbers.

    A firm sees a matter that concerns it once it has reached one of the stages ``shown_from``; an empty set never
    shows it. A stage without moves is an end, and so is one of ``rests``, from which a matter can be taken up again.
    A table that leads nowhere is refused when the program starts.
    """

    kind: str
    letters: str
    first: str
    table: Mapping[str, Mapping[str, Move]]
    shown_from: frozenset[str] = frozenset()
    rests: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        stages = set(self.table)
        named = {self.first, *self.shown_from, *self.rests}
        named |= {move.to for moves in self.table.values() for move in moves.values() if move.to is not None}
        if not named <= stages:
            raise ValueError(f"The flow {self.kind} leads to stages that its table lacks: {sorted(named - stages)}.")
        steps = {OPEN, *self.steps}
        for moves in self.table.values():
            for step, move in moves.items():
                if not move.not_by <= steps:
                    raise ValueError(f"The flow {self.kind} lets {step} follow steps that it lacks.")

    @property
    def ends(self) -> frozenset[str]:
        """The stages in which a matter has ended."""
        return self.rests | {stage for stage, moves in self.table.items() if not moves}

    @property
    def steps(self) -> frozenset[str]:
        """Every step that the table knows."""
        return frozenset(step for moves in self.table.values() for step in moves)

    def steps_from(self, stage: str) -> tuple[str, ...]:
        """The steps that a stage allows, in the table's order."""
        return tuple(self.table[stage])
