"""The columns of the list of cases as a sheet."""

from recalls.case_list import ListedCase
from recalls.reports.words import WORDS
from trace.answers import write_time
from trace.sheets import Cell, Column, Language, Sheet, join_texts


def _said(word: str, language: Language) -> str:
    return WORDS.get(word, (word, word))[0 if language == "zh" else 1]


def _title(row: ListedCase, language: Language) -> Cell:
    return (row.case.title_en or row.case.title) if language == "en" else row.case.title


def _firms(row: ListedCase, language: Language) -> Cell:
    return join_texts([zh if language == "zh" else en for zh, en in row.firms])


def _clock(row: ListedCase, language: Language) -> Cell:
    return None if row.clock is None else row.clock["text_zh" if language == "zh" else "text_en"]


def _counted_at(row: ListedCase, _language: Language) -> Cell:
    return None if row.counted is None else write_time(row.counted.as_of)


SHEET: Sheet[ListedCase] = Sheet(
    "召回案件",
    "Recall cases",
    [
        Column("编号", "Number", lambda row, _: row.case.number, 12),
        Column("名称", "Title", _title, 36),
        Column("企业", "Firms", _firms, 30),
        Column("阶段", "Stage", lambda row, language: _said(row.case.stage, language), 14),
        Column("等级", "Class", lambda row, _: row.case.recall_class, 8),
        Column("类型", "Kind", lambda row, language: _said(row.case.kind, language), 14),
        Column("制度", "Regime", lambda row, language: _said(row.case.regime, language), 14),
        Column("演练", "Drill", lambda row, language: _said("yes" if row.case.drill else "no", language), 8),
        Column("立案时间", "Opened", lambda row, _: write_time(row.case.created_at), 26),
        Column("公告时间", "Announced", lambda row, _: write_time(row.case.announced_at), 26),
        Column("下一期限", "Next clock", _clock, 40),
        Column("期限时间", "Due", lambda row, _: row.clock and row.clock["due_at"], 26),
        Column("期限状态", "State", lambda row, language: row.clock and _said(row.clock["state"], language), 12),
        Column(
            "受影响收货方",
            "Affected consignees",
            lambda row, _: None if row.counted is None else row.counted.effectiveness["consignees"],
            14,
        ),
        Column(
            "已确认",
            "Acknowledged",
            lambda row, _: None if row.counted is None else row.counted.effectiveness["notified"]["numerator"],
            12,
        ),
        Column(
            "统计时间",
            "Counted as of",
            lambda row, _: None if row.counted is None else write_time(row.counted.as_of),
            26,
        ),
    ],
)
