"""What a grade brings with it: how often a firm is inspected, how large a sample is, rewards and penalties. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from oversight.credit.score import Grade


@dataclass(frozen=True, slots=True)
class Effect:
    """For a grade: inspections a year, how much larger or smaller samples are, its weight in a draw, in words."""

    inspections: int
    sample_factor: Decimal
    draw_weight: int
    text_zh: str
    text_en: str


EFFECTS: Mapping[Grade, Effect] = {
    "A": Effect(
        *(1, Decimal("0.5"), 1),
        "降低抽查比例和频次，优先办理许可延续，可用于评优推荐。",
        "Inspected less often; renewals first; may be recommended for honours.",
    ),
    "B": Effect(2, Decimal("1"), 2, "按常规比例和频次监管。", "Inspected as usual."),
    "C": Effect(
        *(4, Decimal("1.5"), 4),
        "提高抽查比例和频次，约谈负责人，要求书面整改。",
        "Inspected more often; its head is called in and mends in writing.",
    ),
    "D": Effect(
        *(12, Decimal("2"), 8),
        "列为重点监管对象，每月检查，不予评优，许可从严审查。",
        "Inspected monthly; no honours; permits are examined strictly.",
    ),
}
"""Set by the operator's authority; 风险分级监管 leaves the numbers to it."""
