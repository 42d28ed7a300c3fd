"""The words of findings: every rule with its severity and its sentences in English and Chinese (docs/findings.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a finding of one rule says; ``sentences`` are (English, Chinese) by variant, with ``{name}`` to fill in."""

    severity: Severity
    sentences: Mapping[str, tuple[str, str]]


def _rule(severity: Severity, english: str, chinese: str, **variants: tuple[str, str]) -> Rule:
    return Rule(severity, {"": (english, chinese), **variants})


RULES: Mapping[str, Rule] = {
    "unknown_quantity": _rule(
        "info",
        "A quantity is not recorded: every figure is a lower bound.",
        "有一笔数量未记录：各项数字均为下限。",
    ),
    "over_receipt": _rule(
        "warning",
        "{quantity} more received than shipped; the count received stands.",
        "收货比发货多 {quantity}；以实收数量为准。",
        unknown=(
            "More received than shipped, by an unknown amount; the count received stands.",
            "收货多于发货，差额未知；以实收数量为准。",
        ),
    ),
    "receipt_without_shipment": _rule(
        "warning",
        "{quantity} received; nobody recorded a shipment.",
        "收货 {quantity}，但没有任何发货记录。",
        unknown=(
            "An unknown amount received; nobody recorded a shipment.",
            "收货数量未知，且没有任何发货记录。",
        ),
    ),
    "origin_not_recorded": _rule(
        "info",
        "Nobody recorded the making of this batch.",
        "没有该批次的生产记录。",
    ),
    "made_without_permit": _rule(
        "error",
        "Made on {day} without a valid licence for {category}.",
        "生产日期 {day} 时没有“{category}”的有效生产许可。",
    ),
    "self_shipment": _rule(
        "info",
        "Shipped from a place to itself: nothing moved.",
        "发货地与收货地相同：货物没有移动。",
    ),
    "repeated_step": _rule(
        "info",
        "The same consignment was reported twice by two steps; counted once.",
        "同一批货由两个步骤重复报告；只计一次。",
    ),
    "void_without_shipment": _rule(
        "warning",
        "A shipment was voided that nobody recorded.",
        "作废了一笔没有记录的发货。",
    ),
    "loss_without_shipment": _rule(
        "warning",
        "A loss on the way was reported without a shipment.",
        "报告了途中损失，但没有相应的发货记录。",
    ),
    "diverted": _rule(
        "info",
        "Received at another place than it was shipped to.",
        "收货地点与发货目的地不同。",
    ),
    "negative_stock": _rule(
        "error",
        "{quantity} more left this place than ever came in.",
        "该地点的发出量比全部收入量多 {quantity}。",
    ),
    "impossible_date": _rule(
        "warning",
        "It left before it came in, by its dates.",
        "按日期，货物在到达之前就已离开。",
        receipt=(
            "Received before it was shipped, by its dates.",
            "按日期，收货早于发货。",
        ),
    ),
    "count_differs": _rule(
        "warning",
        "Counted {counted}, the ledger says {expected}: {difference}.",
        "盘点为 {counted}，账面为 {expected}：差 {difference}。",
    ),
    "moved_between_containers": _rule(
        "warning",
        "Packed into another container without being taken out of the first.",
        "未从原容器取出就装入了另一容器。",
    ),
    "missing_corrective_event": _rule(
        "warning",
        "The correction {event} is not captured.",
        "更正事件 {event} 尚未收到。",
    ),
    "conflicting_event": _rule(
        "warning",
        "The same event came again with other content; the second was refused.",
        "同一事件以不同内容再次报送；后一次已拒收。",
    ),
    "possible_without_units": _rule(
        "info",
        "Goods that may be in scope came here without a lot; how many is not recorded.",
        "可能在召回范围内的货物未带批号到达此处；数量没有记录。",
    ),
    "unrecorded_in_scope": _rule(
        "warning",
        "{quantity} more left this place under their lot than can have come to it, even among goods without a lot.",
        "以批号发出的数量比可能到达的数量多 {quantity}，未带批号的货物也计算在内。",
    ),
    "bounds_not_tight": _rule(
        "info",
        "Too much moved without a lot to find the exact bounds: they hold, but may be wider than they need be.",
        "未带批号的移动过多，无法求得精确界限：所给界限成立，但可能偏宽。",
    ),
    "shipped_under_hold": _rule(
        "error",
        "Shipped while under {hold}.",
        "在 {hold} 期间仍然发货。",
    ),
    "sold_under_hold": _rule(
        "error",
        "Sold while under {hold}.",
        "在 {hold} 期间仍然销售。",
    ),
    "bad_check_digit": _rule(
        "warning",
        "{identifier} is kept as it is: its check digit is wrong.",
        "{identifier} 按原文保留：校验码错误。",
    ),
    "bad_length": _rule(
        "warning",
        "{identifier} is kept as it is: it has a wrong number of characters.",
        "{identifier} 按原文保留：位数错误。",
    ),
    "bad_characters": _rule(
        "warning",
        "{identifier} is kept as it is: it has characters that do not belong there.",
        "{identifier} 按原文保留：含有不允许的字符。",
    ),
    "bad_syntax": _rule(
        "warning",
        "{identifier} is kept as it is: it is not a valid GS1 identifier.",
        "{identifier} 按原文保留：不是有效的 GS1 标识。",
    ),
}


def say(rule: str, variant: str, values: Mapping[str, str]) -> tuple[Severity, str, str]:
    """Return a finding's severity and its sentence in English and in Chinese. An unknown rule is a KeyError."""
    found = RULES[rule]
    english, chinese = found.sentences[variant]
    return found.severity, english.format_map(values), chinese.format_map(values)
