"""The demonstration's case as it stands: its clocks, who was told, how much came back; and the drill of one batch."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.story import BEIJING
from demo.values import Chain
from recalls.drills.exercise import NewDrill, read_drill, run_drill
from recalls.models import Drill, RecallCase
from recalls.report_text import write_quantity
from trace.gs1 import canonical_uri
from trace.kit.auth import Principal

Row = Mapping[str, Any]

STATES = {
    "open": ("未到期", "open"),
    "met": ("按时完成", "met"),
    "late": ("逾期完成", "late"),
    "missed": ("已逾期", "missed"),
    "dropped": ("不再适用", "dropped"),
    "queued": ("待发出", "not sent yet"),
    "sent": ("已发出", "sent"),
    "acknowledged": ("已知悉", "acknowledged"),
    "escalated": ("已上报", "escalated"),
    "closed": ("已撤回", "closed"),
}
"""States of deadlines, and of notices."""


def drill_yogurt(session: Session, chain: Chain, principal: Principal, now: datetime) -> dict[str, Any]:
    """Drill the first batch made from the recalled milk, once; return the report."""
    lot = chain.affected[1]
    uri = canonical_uri(lot.product.gtin14, lot.lot)
    query = select(RecallCase.number).join(Drill, Drill.case_id == RecallCase.id).where(Drill.batch_uri == uri)
    number = session.scalars(query.order_by(Drill.id)).first()
    if number is None:
        number = run_drill(session, principal, NewDrill(uri, reason="演示 demonstration"), now).number
    return read_drill(session, principal, number, now)


def write_progress(progress: Row, chain: Chain) -> list[str]:
    """Return how far the recall has come: deadlines, who was told and answered, what came back of each item."""
    whole = progress["effectiveness"]
    lines = ["案件进展 / How far the case has come"]
    lines += [_deadline(one) for one in progress["deadlines"]]
    states = [f"{STATES[name][0]} {STATES[name][1]} {count}" for name, count in progress["notices"].items() if count]
    lines += [
        f"  通知 notices {sum(progress['notices'].values())}: {' · '.join(states)}",
        f"  收货方 consignees {whole['consignees']} · 地点 places {whole['places']}",
        f"  已知悉 ÷ 受影响 notified ÷ affected     {_ratio(whole['notified'])}",
        f"  已答复 ÷ 已知悉 responded ÷ notified    {_ratio(whole['responded'])}",
    ]
    for item in whole["items"]:
        product = next((one for one in chain.products if one.gtin14 == item["gtin"]), None)
        name = f"{product.name} {product.name_en}" if product else item["id"]
        lines.append(f"  已收回 ÷ 计划 recovered ÷ planned       {_ratio(item['recovered_of_planned'])}  {name}")
    return lines


def _deadline(row: Row) -> str:
    chinese, english = STATES[row["state"]]
    due = datetime.fromisoformat(row["due_at"]).astimezone(BEIJING)
    return f"  {due:%Y-%m-%d %H:%M} {chinese} {english} · {row['text_zh']} {row['text_en']}"


def _ratio(row: Row) -> str:
    whole = "?" if row["denominator"] is None else write_quantity(Decimal(row["denominator"]))
    return f"{write_quantity(Decimal(row['numerator']))} ÷ {whole} = {row['text']}"


def write_drill(report: Row) -> list[str]:
    """Return the drill in a few lines: the clock, the balance with what explains each difference, the contacts."""
    taken = sum(one["milliseconds"] for one in report["parts"])
    batch = report["batch"]
    lines = [
        f"追溯演练 {report['number']} / Trace exercise {report['number']}: {batch['gtin']} {batch['lot']}",
        f"  时限 limit {report['hours']} h, 用时 took {taken} ms · "
        f"向上 back to {len(report['backward']['batches'])} 批 batches · "
        f"向下 forward to {report['forward']['places']} 地点 places",
    ]
    for row in report["balance"]:
        percent = "?" if row["accounted_percent"] is None else f"{row['accounted_percent']:f} %"
        accounted, produced, difference, unexplained = (
            write_quantity(row[name]) for name in ("accounted", "produced", "difference", "unexplained")
        )
        lines.append(
            f"  有据可查 accounted {percent}: {accounted} / {produced}, "
            f"差异 difference {difference}, 未能解释 unexplained {unexplained}"
        )
        lines += _differences(row["differences"])
    silent = len(report["contacts"]) - report["reachable"]
    lines.append(f"  联系名单 contacts {len(report['contacts'])}, 无联系方式 without an address {silent}")
    return lines


def _differences(rows: Sequence[Row]) -> list[str]:
    """Return the differences by their rule, each with how many there are."""
    sums: dict[str, tuple[int, Decimal]] = {}
    for one in rows:
        count, quantity = sums.get(one["rule"], (0, Decimal(0)))
        sums[one["rule"]] = count + 1, quantity + one["quantity"]
    first = {one["rule"]: one for one in reversed(rows)}
    return [
        f"    {write_quantity(quantity)} · {rule} × {count}: {first[rule]['message_zh']} {first[rule]['message']}"
        for rule, (count, quantity) in sums.items()
    ]
