"""Columns of the sheets that the figures of complaints are exported as."""

from collections.abc import Callable, Mapping

from oversight.complaints.statistics import By, CountRow, DutyRow
from trace.sheets import Cell, Column, Language, Sheet, join_texts

_HEADINGS: Mapping[By, tuple[str, str]] = {
    "cause": ("问题类别", "What it is about"),
    "product": ("产品", "Product"),
    "firm": ("经营者", "Firm"),
    "region": ("地区", "Region"),
    "month": ("月份", "Month"),
}
_KINDS = {
    "complaint": ("投诉", "Complaints"),
    "report": ("举报", "Reports of violations"),
    "inquiry": ("咨询", "Inquiries"),
    "praise": ("表扬、建议", "Praise and suggestions"),
}
_DUTIES = (
    ("total", "收到", "Came"),
    ("taken_up", "已受理或处理", "Taken up"),
    ("taken_up_in_time", "其中按期受理或处理", "Taken up in time"),
    ("settled", "已办结或决定", "Settled or decided"),
    ("settled_in_time", "其中按期办结或决定", "Settled or decided in time"),
    ("answered", "已首次答复", "Answered"),
    ("answer_minutes", "首次答复用时合计（分钟）", "Minutes to the first answer, in all"),
)
_NOT_SAID, _OTHERS = ("未填写", "not said"), ("其余合计", "all others")


def counts_sheet(by: By) -> Sheet[CountRow]:
    """Return the sheet of a statistic: a row of each key, whose columns sum to all that came."""
    zh, en = _HEADINGS[by]
    return Sheet(
        "投诉举报统计",
        "Complaints counted",
        (
            Column(zh, en, _name, 28),
            Column("代码", "Code", lambda row, _language: "" if row["key"] == "*" else row["key"], 20),
            *(_count_of(kind) for kind in _KINDS),
            Column("合计", "Sum", lambda row, _language: row["total"], 10),
        ),
    )


def _name(row: CountRow, language: Language) -> Cell:
    if row["key"] in ("", "*"):
        return _in(_OTHERS if row["key"] else _NOT_SAID, language)
    return (row["name_en"] if language == "en" else None) or row["name"] or row["key"]


def _count_of(kind: str) -> Column[CountRow]:
    return Column(*_KINDS[kind], lambda row, _language: row[kind], 14)


def _in(words: tuple[str, str], language: Language) -> str:
    return words[0 if language == "zh" else 1]


def duties_sheet(outcomes: Mapping[str, str]) -> Sheet[DutyRow]:
    """Return the sheet of how duties were done, a row a kind; ``outcomes`` are their words in the reader's language.

    Averages are left to who divides minutes by answers.
    """
    return Sheet(
        "办理情况",
        "Duties",
        (
            Column("事项类型", "Kind", lambda row, language: _in(_KINDS[row["kind"]], language), 18),
            *(Column(zh, en, _figure(name), 12) for name, zh, en in _DUTIES),
            *(Column(f"满意度 {mark} 分", f"Satisfaction {mark} of 5", _marked(mark), 12) for mark in "12345"),
            Column("办理结果", "Outcomes", lambda row, _language: _outcomes(row, outcomes), 40),
        ),
    )


def _figure(name: str) -> Callable[[DutyRow, Language], int]:
    return lambda row, _language: row[name]  # type: ignore[literal-required]


def _marked(mark: str) -> Callable[[DutyRow, Language], int]:
    return lambda row, _language: row["satisfaction"].get(mark, 0)


def _outcomes(row: DutyRow, outcomes: Mapping[str, str]) -> str:
    return join_texts([f"{outcomes[word]} {number}" for word, number in sorted(row["outcomes"].items())])
