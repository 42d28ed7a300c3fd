"""What a drill's report says in words, in Chinese and English: its parts and its figures. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from trace.sheets import Column, Language, Sheet, join_texts

PARTS = {
    "trace_backward": ("向上追溯", "trace back"),
    "open": ("立案、计划、发布", "case, plan, announcement"),
    "trace_forward": ("向下追踪", "trace forward"),
    "balance": ("物料平衡", "mass balance"),
    "contacts": ("联系名单", "contact list"),
}

FIGURES = (
    ("on_hand", "在库", "on hand"),
    ("under_way", "在途", "under way"),
    ("sold", "售出", "sold"),
    ("consumed", "用于加工", "consumed"),
    ("destroyed", "销毁", "destroyed"),
    ("lost", "报损", "lost"),
)

Row = Mapping[str, Any]


def say(pair: Sequence[str], language: Language) -> str:
    """Return the Chinese or the English one of a pair."""
    return pair[0] if language == "zh" else pair[1]


def write_quantity(quantity: Decimal | int | None) -> str:
    """Return a quantity with thousands set apart; ``?`` where it is unknown."""
    return "?" if quantity is None else f"{Decimal(quantity):,f}"


def write_percent(percent: Decimal | None, language: Language) -> str:
    """Return a percentage; where there is none, that it cannot be told."""
    return say(("无法计算", "cannot be told"), language) if percent is None else f"{percent:f} %"


def write_unit(uom: str | None, language: Language) -> str:
    """Return a unit of measure; none is pieces."""
    return uom or say(("件", "pieces"), language)


def write_sum(row: Row, language: Language) -> str:
    """Return where the accounted units are: ``3 on hand + 5 sold``; figures that are nothing are left out."""
    parts = [f"{write_quantity(row[name])} {say(words, language)}" for name, *words in FIGURES if row[name]]
    return " + ".join(parts) or "0"


def name_of(one: Row, language: Language) -> str:
    """Return the name of a consignee: the firm's, else the place's."""
    firm = one["party"]
    if firm is not None:
        return str(firm["name_en"] or firm["name"]) if language == "en" else str(firm["name"])
    place = one["places"][0]
    return str(place["name"] or place["id"])


def code_of(one: Row) -> str:
    """Return the USCC or GLN of a consignee's firm, else of its place."""
    firm = one["party"]
    return str(firm["uscc"] or firm["gln"]) if firm is not None else str(one["places"][0]["gln"] or "")


def ways_of(one: Row) -> str:
    """Return every address of a consignee, those of the first contact first."""
    return join_texts([c[way] for c in one["contacts"] for way in ("phone", "email", "webhook") if c[way]])


def yes_no(value: bool, language: Language) -> str:
    """Return yes or no."""
    return say(("是", "yes") if value else ("否", "no"), language)


SHEET: Sheet[Row] = Sheet(
    "联系名单",
    "Contacts",
    [
        Column("企业", "Firm", name_of, 30),
        Column("代码", "Code", lambda one, _: code_of(one), 20),
        Column("地点", "Places", lambda one, _: join_texts([p["name"] or p["id"] for p in one["places"]]), 40),
        Column("GLN", "GLN", lambda one, _: join_texts([p["gln"] or p["id"] for p in one["places"]]), 30),
        Column("层级", "Tier", lambda one, _: one["tier"], 8),
        Column("依据", "Evidence", lambda one, _: one["evidence"], 12),
        Column("联系方式", "How to reach", lambda one, _: ways_of(one), 40),
        Column("可联系", "Reachable", lambda one, language: yes_no(bool(one["contacts"]), language), 10),
        Column("参加演练", "Takes part", lambda one, language: yes_no(one["takes_part"], language), 10),
    ],
)
