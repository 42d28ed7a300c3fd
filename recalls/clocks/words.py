"""What people are told about a deadline: one text, Chinese first. Pure."""

from dataclasses import dataclass
from datetime import datetime

from trace.kit.formats import say_moment


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says of a deadline."""

    text_zh: str
    text_en: str
    source: str
    confirmed: bool
    due: datetime
    complete: bool


def soon_due(told: Told) -> str:
    """Return the words of a reminder."""
    return _say(told, "即将到期", "due soon")


def overdue(told: Told) -> str:
    """Return the words for the authority about what nobody met."""
    return _say(told, "已逾期，尚未完成", "overdue, not done")


def _say(told: Told, state_zh: str, state_en: str) -> str:
    doubts_zh = "" if told.confirmed else "期限未经官方文本核实。"
    doubts_en = "" if told.confirmed else " The limit was not confirmed against the official text."
    if not told.complete:
        doubts_zh += "该年度节假日尚未录入，仅按周末计算。"
        doubts_en += " Holidays of that year are not entered; weekends alone were counted."
    chinese = f"【{state_zh}】{told.text_zh}（{told.source}），期限 {say_moment(told.due, 'zh')}。{doubts_zh}"
    english = f"[{state_en}] {told.text_en} ({told.source}), limit {say_moment(told.due, 'en')}.{doubts_en}"
    return f"{chinese} / {english}"
