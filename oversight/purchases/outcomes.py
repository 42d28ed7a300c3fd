"""What a purchase check can find, and what follows from it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Outcome = Literal["pass", "hold", "reject"]
"""``hold``: taken in, but kept apart until what is missing is there; ``reject``: not to be taken in."""

Word = Literal[
    "supplier_listed",
    "supplier_not_in_standing",
    "supplier_licence_not_valid",
    "maker_listed",
    "maker_not_in_standing",
    "made_without_licence",
    "certificate_not_valid",
    "batch_held",
    "lot_may_be_held",
    "test_report_failed",
    "licensed_without_test_report",
    "no_test_report",
    "batch_not_registered",
]

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""The mildest first."""

WORDS: tuple[Word, ...] = get_args(Word)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found, in both languages; ``record`` is the entry, listing or hold that shows it."""

    word: Word
    record: str
    text_zh: str
    text_en: str


def outcome_of(words: Iterable[Word], rules: Mapping[Word, Outcome]) -> Outcome:
    """Return the gravest of what the rules say of some findings; without any, or any rule, ``pass``."""
    return max((rules.get(word, "pass") for word in words), key=OUTCOMES.index, default="pass")
