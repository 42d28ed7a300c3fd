"""The quality-credit score: a versioned table of points, added up, every one of them explained. Pure.

A score is 100 and the sum of the points of all entries that count on a day, cut to 0 to 100. An entry has the whole
points of its rule for some months after its day, then half of them for some, then none; one that lasts has them all
until it ends. So the sum depends on no order, an entry that goes takes exactly its points with it, and anybody can add
it up again.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from oversight.credit.entries import CreditEntry

Grade = Literal["A", "B", "C", "D"]
GRADES: tuple[Grade, ...] = get_args(Grade)

Subject = Literal["producer", "distributor", "retailer"]
"""What a firm mainly is: it has a plant, else a warehouse, else outlets."""

SUBJECTS: tuple[Subject, ...] = get_args(Subject)

VERSION = "2026.1"
"""Of the table below: a score says by which version it was made."""

BASE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Rule:
    """Points of an entry, for how many months they count whole, and for how many more by half; ``lasting`` ones count
    from their day to their end.
    """

    points: Decimal
    whole: int = 0
    half: int = 0
    lasting: bool = False


def _rule(points: str, whole: int, half: int = 0) -> Rule:
    return Rule(Decimal(points), whole, half)


_COMMON: Mapping[str, Rule] = {
    "sample_passed": _rule("1", 12),
    "sample_failed": _rule("-15", 12, 24),
    "recall_ordered": _rule("-15", 12, 24),
    "recall_notified": _rule("-8", 12, 12),
    "recall_voluntary": _rule("-2", 6),
    "recall_effective": _rule("2", 12),
    "recall_ineffective": _rule("-10", 12, 12),
    "recall_limit_missed": _rule("-5", 12, 12),
    "recall_answer_late": _rule("-3", 12),
    "withdrawal_unanswered": _rule("-3", 12),
    "complaint_upheld": _rule("-2", 12),
    "report_upheld": _rule("-8", 12, 12),
    "penalty": _rule("-10", 12, 24),
    "licence_lapsed": Rule(Decimal("-10"), lasting=True),
    "certificate_lapsed": Rule(Decimal("-5"), lasting=True),
    "suspended": Rule(Decimal("-20"), lasting=True),
    "revoked": Rule(Decimal("-60"), lasting=True),
    "listed": Rule(Decimal("-50"), lasting=True),
    "correction_done": _rule("3", 12),
    "correction_overdue": _rule("-5", 12),
    "commitment": _rule("2", 12),
    "honour": _rule("5", 24),
}

_OWN: Mapping[Subject, Mapping[str, Rule]] = {
    "producer": {},
    # who only sells answers for what it did with the goods more than for how they were made
    "distributor": {"sample_failed": _rule("-8", 12, 12), "recall_answer_late": _rule("-5", 12)},
    "retailer": {
        "sample_failed": _rule("-6", 12, 12),
        "recall_answer_late": _rule("-5", 12),
        "withdrawal_unanswered": _rule("-6", 12),
    },
}

_LEAST: Mapping[Subject, Mapping[Grade, int]] = {
    "producer": {"A": 95, "B": 80, "C": 60, "D": 0},
    "distributor": {"A": 93, "B": 78, "C": 58, "D": 0},
    "retailer": {"A": 90, "B": 75, "C": 55, "D": 0},
}
"""The least score of each grade."""


@dataclass(frozen=True, slots=True)
class Explained:
    """An entry and the points it has on the day; ``until`` is the day on which they change, None without an end."""

    entry: CreditEntry
    points: Decimal
    until: date | None


@dataclass(frozen=True, slots=True)
class Score:
    """A score on a day: its parts sum to ``total``, which cut to 0 to 100 is ``points``."""

    on: date
    subject: Subject
    version: str
    parts: tuple[Explained, ...]
    total: Decimal
    points: Decimal
    grade: Grade


def rules_for(subject: Subject) -> Mapping[str, Rule]:
    """Return the rules for a kind of firm."""
    return {**_COMMON, **_OWN[subject]}


def least_for(subject: Subject) -> Mapping[Grade, int]:
    """Return the least score of each grade for a kind of firm."""
    return _LEAST[subject]


def score(entries: Iterable[CreditEntry], subject: Subject, on: date) -> Score:
    """Return the score of a firm on a day. Entries of later days, and of words without a rule, have no points."""
    rules = rules_for(subject)
    parts = [_explain(entry, rules[entry.word], on) for entry in entries if entry.word in rules and entry.on <= on]
    counted = tuple(sorted((one for one in parts if one.points), key=_order))
    total = BASE + sum((one.points for one in counted), Decimal(0))
    points = min(max(total, Decimal(0)), Decimal(100))
    return Score(on, subject, VERSION, counted, total, points, grade_of(points, subject))


def grade_of(points: Decimal, subject: Subject) -> Grade:
    """Return the grade of a score."""
    return next(grade for grade in GRADES if points >= _LEAST[subject][grade])


def add_months(day: date, months: int) -> date:
    """Return the corresponding day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _explain(entry: CreditEntry, rule: Rule, on: date) -> Explained:
    points = rule.points * entry.weight
    if rule.lasting:
        over = entry.ends_on is not None and entry.ends_on <= on
        return Explained(entry, Decimal(0) if over else points, entry.ends_on)
    whole = add_months(entry.on, rule.whole)
    half = add_months(entry.on, rule.whole + rule.half)
    if on < whole:
        return Explained(entry, points, whole)
    return Explained(entry, points / 2, half) if on < half else Explained(entry, Decimal(0), None)


def _order(one: Explained) -> tuple[date, str, str, Decimal, date, str]:
    entry = one.entry
    return entry.on, entry.record, entry.word, one.points, entry.ends_on or date.max, entry.text_en + entry.text_zh
