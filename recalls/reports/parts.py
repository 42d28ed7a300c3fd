"""The parts that reports are made of: what each is called, its columns in both languages, what names its rows. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from recalls.clocks.working_days import CHINA
from recalls.reports.words import FACTS, WORDS
from trace.kit.formats import say_list
from trace.sheets import Cell, Column, Language, Sheet

Row = Mapping[str, Any]
"""A row of a part: flat plain JSON values."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report; ``keys`` are the fields that name a row where two reports are compared."""

    name: str
    sheet: Sheet[Any]
    keys: tuple[str, ...]


def _text(field: str) -> Callable[[Row, Language], Cell]:
    """Return how a text or a number is read: the field's ``_en`` or ``_zh`` stands for it in its language."""

    def read(row: Row, language: Language) -> Cell:
        translated = row.get(f"{field}_{language}")
        value: Cell = row[field] if translated is None else translated
        return value

    return read


def _word(field: str) -> Callable[[Row, Language], Cell]:
    def read(row: Row, language: Language) -> Cell:
        value = row[field]
        if isinstance(value, bool):
            value = "yes" if value else "no"
        return WORDS.get(value, (value, value))[0 if language == "zh" else 1]

    return read


def _uom(row: Row, language: Language) -> Cell:
    return row["uom"] or ("件" if language == "zh" else "pieces")


def _item(row: Row, _language: Language) -> Cell:
    gtin: str | None = row["gtin"]
    named: str | None = row["id"]
    return gtin or named


def _time(field: str) -> Callable[[Row, Language], Cell]:
    """Return how a moment is read: in Chinese time, to the minute."""

    def read(row: Row, _language: Language) -> Cell:
        return None if row[field] is None else write_moment(row[field])

    return read


def write_moment(text: str) -> str:
    """Return a moment of RFC 3339 in Chinese time, to the minute."""
    return datetime.fromisoformat(text).astimezone(CHINA).strftime("%Y-%m-%d %H:%M %z")


def _day(field: str) -> Callable[[Row, Language], Cell]:
    def read(row: Row, _language: Language) -> Cell:
        return None if row[field] is None else date.fromisoformat(row[field])

    return read


def _fact(row: Row, language: Language) -> Cell:
    return FACTS[row["name"]][0 if language == "zh" else 1]


def _fact_value(row: Row, language: Language) -> Cell:
    value: Cell = row.get("value_en") if language == "en" else None
    value = row["value"] if value is None else value
    if row["name"].endswith(("_at", "_from")) or row["name"] == "as_of":
        return None if value is None else write_moment(str(value))
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, str):
        number = 0 if language == "zh" else 1
        several = value.split(", ") if row["name"] == "remedy" else [value]
        return say_list((WORDS.get(one, (one, one))[number] for one in several), language)
    return value


def _part(name: str, zh: str, en: str, keys: Sequence[str], *columns: Column[Row]) -> Part:
    return Part(name, Sheet(zh, en, columns), tuple(keys))


_CONSIGNEE = (
    Column("企业代码或地点标识", "USCC, GLN or place", _text("consignee"), 20),
    Column("名称", "Name", _text("name"), 28),
)
_CONTACT = (
    Column("地址", "Address", _text("address"), 30),
    Column("电话", "Telephone", _text("phone")),
    Column("电子邮件", "E-mail", _text("email"), 24),
)
_GOODS = (
    Column("GTIN", "GTIN", _text("gtin")),
    Column("产品名称", "Product", _text("product"), 24),
    Column("批号", "Lot", _text("lot")),
)
_UOM = Column("单位", "Unit", _uom, 8)


def _number(zh: str, en: str, field: str) -> Column[Row]:
    return Column(zh, en, _text(field), 12)


CASE = _part(
    "case",
    "基本情况",
    "The case",
    ["name"],
    Column("项目", "Item", _fact, 28),
    Column("内容", "Content", _fact_value, 60),
)
PRODUCTS = _part(
    "products",
    "产品",
    "Products",
    ["gtin"],
    Column("GTIN", "GTIN", _text("gtin")),
    Column("产品名称", "Product", _text("name"), 28),
    Column("品牌", "Brand", _text("brand")),
    Column("规格", "Specification", _text("specification"), 20),
    Column("生产者", "Producer", _text("producer"), 28),
    Column("统一社会信用代码或GLN", "USCC or GLN", _text("producer_code"), 22),
    *_CONTACT,
)
BATCHES = _part(
    "batches",
    "批次",
    "Batches",
    ["id"],
    *_GOODS,
    Column("标识", "Identifier", _text("id"), 44),
    Column("依据", "Evidence", _word("evidence")),
)
QUANTITIES = _part(
    "quantities",
    "召回数量",
    "Quantities",
    ["id", "uom"],
    Column("GTIN或标识", "GTIN or identifier", _item),
    Column("产品名称", "Product", _text("name"), 24),
    _UOM,
    _number("批次数", "Batches", "batches"),
    _number("生产数量", "Produced", "produced"),
    _number("生产者售出数量", "Sold by the producer", "distributed"),
    _number("已售给消费者", "Sold to consumers", "sold"),
    _number("计划召回数量", "Planned", "planned"),
    _number("本期召回数量", "Recalled this period", "recovered_in_period"),
    _number("累计召回数量", "Recalled in all", "recovered"),
    _number("本期经营者数", "Operators this period", "operators_in_period"),
    _number("本期从经营者召回", "From operators this period", "from_operators_in_period"),
    _number("累计经营者数", "Operators in all", "operators"),
    _number("累计从经营者召回", "From operators in all", "from_operators"),
    _number("本期消费者人次", "Consumers this period", "consumers_in_period"),
    _number("本期从消费者召回", "From consumers this period", "from_consumers_in_period"),
    _number("累计消费者人次", "Consumers in all", "consumers"),
    _number("累计从消费者召回", "From consumers in all", "from_consumers"),
    _number("召回占计划", "Recalled ÷ planned", "recovered_of_planned"),
    _number("召回占售出", "Recalled ÷ sold", "recovered_of_distributed"),
    _number("未出厂已封存", "Withheld, never sold", "withheld"),
    _number("在库", "On hand", "on_hand"),
    _number("其中隔离", "Of it quarantined", "quarantined"),
    _number("退回", "Returned", "returned"),
    _number("销毁", "Destroyed", "destroyed"),
    _number("整改", "Corrected", "corrected"),
    _number("丢失", "Lost", "lost"),
    _number("未说明", "Unaccounted", "unaccounted"),
    Column("数量完整", "Complete", _word("complete"), 10),
)
TOLD = _part(
    "told",
    "通知情况",
    "Notices sent",
    ["to", "way"],
    Column("对象", "To", _word("to")),
    Column("方式", "Way", _word("way")),
    _number("通知份数", "Notices", "notices"),
    _number("确认收到", "Acknowledged", "acknowledged"),
    Column("首次时间", "First", _time("first_at"), 24),
    Column("最近时间", "Last", _time("last_at"), 24),
)
FIRMS = _part(
    "firms",
    "受影响企业",
    "Affected firms",
    ["consignee", "place", "id", "uom"],
    *_CONSIGNEE,
    *_CONTACT,
    Column("地点", "Place", _text("place_name"), 26),
    Column("地点标识", "Place identifier", _text("place"), 18),
    *_GOODS,
    _UOM,
    Column("首次购进日期", "First bought", _day("bought_first")),
    Column("最近购进日期", "Last bought", _day("bought_last")),
    _number("购进数量", "Quantity bought", "quantity"),
    _number("在途数量", "On the way", "in_transit"),
    Column("供货方", "Bought from", _text("suppliers"), 28),
)
NOTIFIED = _part(
    "notified",
    "已通知的收货方",
    "Consignees notified",
    ["consignee"],
    *_CONSIGNEE,
    _number("层级", "Tier", "tier"),
    *_CONTACT,
    Column("首次送出", "First sent", _time("sent_at"), 24),
    Column("方式", "Method", _word("method")),
    Column("确认时间", "Acknowledged", _time("acknowledged_at"), 24),
    Column("确认方式", "Acknowledged by", _word("acknowledged_via")),
    Column("首次答复", "First answer", _time("answered_at"), 24),
)
ANSWERS = _part(
    "answers",
    "答复与数量",
    "Answers and quantities",
    ["consignee", "place", "id", "uom"],
    *_CONSIGNEE,
    Column("地点", "Place", _text("place"), 18),
    *_GOODS,
    _UOM,
    _number("购进数量", "Received", "received"),
    Column("答复时间", "Answered", _time("answered_at"), 24),
    _number("在库", "On hand", "on_hand"),
    _number("其中隔离", "Of it quarantined", "quarantined"),
    _number("退回", "Returned", "returned"),
    _number("销毁", "Destroyed", "destroyed"),
    _number("整改", "Corrected", "corrected"),
    _number("售出", "Sold", "sold"),
    _number("转出", "Shipped on", "shipped_on"),
    _number("丢失", "Lost", "lost"),
    _number("收回（每件一次）", "Recovered (each once)", "recovered"),
)
SILENT = _part(
    "silent",
    "未确认或未答复",
    "Not responding",
    ["consignee"],
    *_CONSIGNEE,
    _number("层级", "Tier", "tier"),
    Column("缺少", "Missing", _word("missing")),
    Column("自", "Since", _time("since"), 24),
    _number("联系人级别", "Contact level", "level"),
    Column("已升级", "Escalated", _time("escalated_at"), 24),
)
RATIOS = _part(
    "ratios",
    "有效性",
    "Effectiveness",
    ["tier", "ratio", "id", "uom"],
    Column("层级", "Tier", lambda row, language: _tier(row, language), 8),
    Column("指标", "Ratio", _word("ratio"), 24),
    Column("GTIN或标识", "GTIN or identifier", _item),
    Column("单位", "Unit", lambda row, language: None if row["id"] is None else _uom(row, language), 8),
    _number("分子", "Numerator", "numerator"),
    _number("分母", "Denominator", "denominator"),
    _number("比例", "Per cent", "percent"),
)
CHECKS = _part(
    "checks",
    "有效性核查",
    "Effectiveness checks",
    ["draw", "consignee"],
    _number("抽取", "Draw", "draw"),
    Column("级别", "Level", _text("level"), 8),
    _number("比例", "Per cent", "percent"),
    Column("种子", "Seed", _text("seed"), 20),
    *_CONSIGNEE,
    Column("核查时间", "Checked", _time("checked_at"), 24),
    Column("方式", "Way", _word("way")),
    Column("已通知", "Notified", _word("notified"), 8),
    Column("已下架", "Removed", _word("removed"), 8),
    _number("发现数量", "Units found", "found"),
    Column("通过", "Passed", _word("passed"), 8),
    Column("备注", "Note", _text("note"), 28),
)
DEVIATIONS = _part(
    "deviations",
    "偏差",
    "Deviations",
    ["rule", "place", "id", "message"],
    Column("级别", "Severity", _word("severity"), 10),
    Column("规则", "Rule", _text("rule"), 24),
    Column("说明", "What was found", _text("message"), 60),
    Column("地点", "Place", _text("place"), 20),
    Column("批次", "Batch", _text("id"), 40),
)
DISPOSALS = _part(
    "disposals",
    "销毁情况",
    "Destruction",
    ["response", "place", "id", "uom"],
    Column("地点标识", "Place identifier", _text("place"), 18),
    *_GOODS,
    _UOM,
    _number("累计销毁", "Destroyed to date", "destroyed"),
    Column("销毁地点", "Where", _text("where"), 24),
    Column("方法", "Method", _text("method"), 20),
    Column("见证人", "Witness", _text("witness")),
    Column("文件", "Document", _text("document")),
    Column("答复时间", "Answered", _time("answered_at"), 24),
)
DEADLINES = _part(
    "deadlines",
    "期限",
    "Deadlines",
    ["duty", "due_at"],
    Column("义务", "Duty", _text("duty"), 44),
    Column("期限", "Due", _time("due_at"), 24),
    Column("状态", "State", _word("state"), 10),
    Column("完成时间", "Met", _time("met_at"), 24),
    Column("依据", "Source", _text("source"), 40),
)


def _tier(row: Row, language: Language) -> Cell:
    if row["scope"] == "all":
        return "全部" if language == "zh" else "all"
    tier: int | None = row["tier"]
    return tier


def shown(cell: Cell) -> str:
    """Return a cell as text on paper."""
    if cell is None:
        return ""
    return f"{cell:f}" if isinstance(cell, Decimal) else str(cell)
