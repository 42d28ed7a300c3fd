"""The recall as a page for a terminal, Chinese and English side by side. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from demo.values import Chain
from demo.world import PROVINCES
from recalls.report_text import text_width, write_quantity

Row = Mapping[str, Any]

STATUSES = {
    "holding": ("●", "在库", "on hand"),
    "inbound": ("→", "在途", "on the way"),
    "sold_through": ("✓", "售完", "sold through"),
    "returned": ("↩", "已退回", "sent back"),
    "cleared": ("○", "无货", "none left"),
}
_ACCOUNTS = (
    ("on_hand", "在库", "on hand"),
    ("in_transit", "在途", "in transit"),
    ("sold", "售出", "sold"),
    ("consumed", "用于生产", "used up"),
    ("destroyed", "销毁", "destroyed"),
    ("lost", "丢失", "lost"),
    ("unaccounted", "不明", "unaccounted"),
)
_OUTLET_FIGURES = ("received", "on_hand", "in_transit", "sold")
_HEAD = ("收到", "在库", "在途", "售出")
_SEVERITIES = {"error": ("错误", "error"), "warning": ("警告", "warning"), "info": ("提示", "info")}


def write_outlets(outlets: Sequence[Row]) -> list[str]:
    """Return every affected outlet under its province, two to a line; quantities are pieces of all batches."""
    cells = {row["id"]: _outlet_cell(row, _name_width(outlets)) for row in outlets}
    head = _cell("", "", _HEAD, _name_width(outlets))
    lines = [
        f"受影响门店 {len(cells)} 家（件：收到、在库、在途、售出）"
        f" / {len(cells)} affected outlets (pieces: received, on hand, in transit, sold)",
        "   ".join(f"{sign} {chinese} {english}" for sign, chinese, english in STATUSES.values()),
        "",
        f"{head} │ {head}",
    ]
    provinces: dict[str, list[Row]] = {}
    for row in outlets:
        provinces.setdefault((row["region"] or "")[:2], []).append(row)
    for code, rows in sorted(provinces.items()):
        chinese, english = PROVINCES.get(code, ("未知", "unknown"))
        lines.append(f"{chinese} {english} ({len(rows)})")
        for start in range(0, len(rows), 2):
            lines.append(" │ ".join(cells[row["id"]] for row in rows[start : start + 2]))
    return lines


def write_statuses(outlets: Sequence[Row]) -> str:
    """Return how many outlets there are of each status."""
    counts = {status: sum(row["status"] == status for row in outlets) for status in STATUSES}
    return " · ".join(f"{STATUSES[status][1]} {STATUSES[status][2]} {counts[status]}" for status in STATUSES)


def write_tally(totals: Sequence[Row], chain: Chain) -> list[str]:
    """Return for each item what was made and where it is now: one conservation line each (RULES 8)."""
    lines: list[str] = []
    for row in totals:
        product = next((one for one in chain.products if one.gtin14 == row["gtin"]), None)
        name = f"{product.name} {product.name_en}" if product else str(row["gtin"] or row["id"])
        kind = "由其制成 made from it" if row["derived"] else "被召回 recalled"
        unit = "千克 kg" if row["uom"] == "KGM" else (row["uom"] or "件 pieces")
        lines += [f"{name} · {kind} · {row['batches']} 批 batches · {unit}", f"  {write_conservation(row)}"]
    return lines


def write_conservation(row: Row) -> str:
    """Return ``made = …``, each term with its sign; accounts that hold nothing are left out."""
    terms = [(row[name], chinese, english) for name, chinese, english in _ACCOUNTS if row[name]]
    total = sum((quantity for quantity, _, _ in terms), Decimal(0))
    parts = [
        f"{'−' if quantity < 0 else '+'} {write_quantity(abs(quantity))} {chinese} {english}"
        for quantity, chinese, english in terms
    ]
    right = " ".join(parts).removeprefix("+ ") or "0"
    sign = "=" if total == row["produced"] else "≠"
    note = "" if row["complete"] else " (下限 lower bounds)"
    return f"{write_quantity(row['produced'])} 生产 made {sign} {right}{note}"


def write_findings(findings: Sequence[Row]) -> list[str]:
    """Return how many findings there are of each rule, the gravest first, with one message each."""
    first: dict[str, Row] = {}
    counts: dict[str, int] = {}
    for finding in findings:
        first.setdefault(finding["rule"], finding)
        counts[finding["rule"]] = counts.get(finding["rule"], 0) + 1
    lines = [f"核查发现 {len(findings)} 条 / {len(findings)} findings"]
    for rule, finding in first.items():
        chinese, english = _SEVERITIES[finding["severity"]]
        lines.append(f"  {chinese} {english} · {rule} × {counts[rule]}: {_message(finding)}")
    return lines


def _message(finding: Row) -> str:
    chinese = finding.get("message_zh")
    return f"{chinese} {finding['message']}" if chinese else str(finding["message"])


def _name_width(outlets: Sequence[Row]) -> int:
    return max((text_width(_short(row)) for row in outlets), default=0)


def _short(row: Row) -> str:
    # every firm of the demonstration is called 示例…; the table says it once, in its heading
    return str(row["name"] or row["id"]).removeprefix("示例")


def _outlet_cell(row: Row, width: int) -> str:
    figures = [write_quantity(row[name]) for name in _OUTLET_FIGURES]
    return _cell(STATUSES[row["status"]][0], _short(row), figures, width)


def _cell(sign: str, name: str, figures: Sequence[str], width: int) -> str:
    left = f"{sign or ' '} {name}{' ' * (width - text_width(name))}"
    return left + "".join(" " * max(6 - text_width(figure), 1) + figure for figure in figures)
