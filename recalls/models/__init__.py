"""The tables of recalls; one file a noun."""

from recalls.models.cases import FrozenRun, RecallCase, ScopeLine, StageStep

__all__ = ["FrozenRun", "RecallCase", "ScopeLine", "StageStep"]
