"""What is found in answers: where they differ from the ledger, from each other, or came late. Both languages."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from recalls.responses.figures import Counted, Recorded, find_differences, find_fallen, units_above, units_left_open
from recalls.ways_back import Stock
from trace.finding_words import Rule
from trace.findings import Finding

RULES: Mapping[str, Rule] = {
    "answer_differs": Rule(
        "warning",
        {
            "": (
                "{figure}: {stated} stated, {recorded} by the ledger.",
                "{figure_zh}：答复为 {stated}，台账为 {recorded}。",
            )
        },
    ),
    "answer_leaves_open": Rule(
        "warning",
        {
            "": (
                "{quantity} of the {arrived} units that arrived are under no figure of the answer.",
                "到货 {arrived}，其中 {quantity} 在答复中没有去向。",
            )
        },
    ),
    "answer_above_ledger": Rule(
        "error",
        {
            "": (
                "{stated} units stated in all, {quantity} more than came, were made or are on their way there.",
                "答复合计 {stated}，比到货、生产和在途合计多 {quantity}。",
            )
        },
    ),
    "answer_changed": Rule(
        "warning",
        {
            "": (
                "{figure}: {before} to date in an earlier answer, {now} in this one. The newer stands.",
                "{figure_zh}：先前答复累计 {before}，本次为 {now}；以本次为准。",
            )
        },
    ),
    "answer_late": Rule(
        "info",
        {
            "": (
                "The answer came when the recall was already completed.",
                "答复在召回完成之后才收到。",
            )
        },
    ),
}
"""The words of the rules; docs/findings.md says what to do about each."""

FIGURE_WORDS: Mapping[str, tuple[str, str]] = {
    "on_hand": ("on hand", "在库"),
    "quarantined": ("of which quarantined", "其中已封存"),
    "returned": ("returned to the supplier", "已退回供货方"),
    "destroyed": ("destroyed", "已销毁"),
    "corrected": ("corrected", "已整改"),
    "sold": ("sold", "已售出"),
    "shipped_on": ("shipped on", "已转出"),
    "lost": ("lost", "损失"),
}

LATE_STAGES = frozenset({"completed", "summary_filed", "assessed", "terminated"})
"""An answer that comes at one of these is late, and is taken all the same."""


def compare_line(stock: Stock, stated: Counted, recorded: Recorded) -> Iterator[Finding]:
    """Yield where what is stated of a batch at a place does not fit the ledger."""
    for one in find_differences(stated, recorded):
        yield _say("answer_differs", stock, one.figure, stated=one.stated, recorded=one.recorded)
    above = units_above(stated, recorded)
    if above:
        yield _say("answer_above_ledger", stock, stated=stated.sum, quantity=above)
    left = units_left_open(stated, recorded)
    if left:
        yield _say("answer_leaves_open", stock, quantity=left, arrived=recorded.arrived)


def compare_answers(stock: Stock, earlier: Counted, later: Counted) -> Iterator[Finding]:
    """Yield where a total to date is lower than it was."""
    for one in find_fallen(earlier, later):
        yield _say("answer_changed", stock, one.figure, before=one.recorded, now=one.stated)


def say_late(places: Iterable[int]) -> Iterator[Finding]:
    """Yield for each place that its answer came late."""
    for place in places:
        yield _say("answer_late", (place, None, ""))


def _say(name: str, stock: tuple[int, int | None, str], figure: str = "", **values: Decimal) -> Finding:
    place, batch, uom = stock
    rule = RULES[name]
    english, chinese = FIGURE_WORDS.get(figure, ("", ""))
    unit = f" {uom}" if uom else ""
    words = {value: f"{units:f}{unit}" for value, units in values.items()}
    words |= {"figure": english[:1].upper() + english[1:], "figure_zh": chinese}
    first, second = rule.sentences[""]
    return Finding(name, rule.severity, first.format_map(words), None, batch, place, second.format_map(words))
