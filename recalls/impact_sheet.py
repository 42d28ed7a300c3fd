"""The columns of the affected places of an impact as a sheet."""

from decimal import Decimal

from recalls.affected import Row
from recalls.reports.words import WORDS
from trace.sheet_columns import uom_cell
from trace.sheets import Cell, Column, Language, Sheet

_FIGURES = {
    "lower": ("到达(至少)", "Reached, at least"),
    "upper": ("到达(至多)", "Reached, at most"),
    "on_hand": ("在库", "On hand"),
    "in_transit": ("在途", "On the way"),
    "sold": ("已售出", "Sold"),
    "shipped": ("转出", "Sent on"),
    "returned": ("其中退回", "of it sent back"),
    "consumed": ("已投料", "Used up"),
    "destroyed": ("已销毁", "Destroyed"),
    "lost": ("丢失", "Lost"),
    "produced": ("生产", "Made"),
}

_STATUSES = {
    "holding": ("有货", "has goods"),
    "inbound": ("货物在途", "goods are under way"),
    "sold_through": ("已售完", "sold out"),
    "returned": ("已全部退回", "all sent back"),
    "cleared": ("已无货", "nothing left"),
}

_KINDS = {
    "plant": ("工厂", "plant"),
    "warehouse": ("仓库", "warehouse"),
    "outlet": ("门店", "outlet"),
    "other": ("其他", "other"),
}


def _in(words: tuple[str, str] | None, language: Language) -> Cell:
    return None if words is None else words[0 if language == "zh" else 1]


def _figure(name: str) -> Column[Row]:
    zh, en = _FIGURES[name]

    def read(row: Row, _language: Language) -> Cell:
        value = row[name]
        return value if value is None or isinstance(value, int) else Decimal(value)

    return Column(zh, en, read, 12)


def _place_name(row: Row, language: Language) -> Cell:
    name: str | None = row["name_en"] if language == "en" else None
    return name or row["name"]


SHEET: Sheet[Row] = Sheet(
    "受影响地点",
    "Affected places",
    [
        Column("GLN或标识", "GLN or identifier", lambda row, _: row["gln"] or row["id"], 20),
        Column("地点名称", "Place", _place_name, 30),
        Column("企业", "Firm", lambda row, _: row["party_name"], 30),
        Column("企业代码", "Firm's code", lambda row, _: row["party"], 20),
        Column("地区代码", "Region", lambda row, _: row["region"], 10),
        Column("类型", "Kind", lambda row, language: _in(_KINDS.get(row["kind"] or ""), language), 10),
        Column("层级", "Tier", lambda row, _: row["tier"], 8),
        Column("证据", "Evidence", lambda row, language: _in(WORDS.get(row["evidence"]), language), 10),
        Column("状态", "State", lambda row, language: _in(_STATUSES[row["status"]], language), 14),
        Column("计量单位", "Unit", lambda row, language: uom_cell(row["uom"], language), 10),
        *(_figure(name) for name in _FIGURES),
        Column(
            "数量完整",
            "All quantities recorded",
            lambda row, language: _in(WORDS["yes" if row["complete"] else "no"], language),
            12,
        ),
    ],
)
