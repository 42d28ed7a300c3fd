"""The demonstration's recall: one batch of raw milk, taken back with everything that was made from it."""

from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.story import BEIJING
from demo.values import Chain
from recalls.cases import NewCase, open_case, take_step
from recalls.impact import read_impact
from recalls.models import RecallCase, ScopeLine
from recalls.scope import Line
from recalls.steps import StepBody
from trace.kit.auth import Principal

REASON = "演示 demonstration"


def recall_milk(session: Session, chain: Chain, principal: Principal, colleague: Principal, now: datetime) -> str:
    """Open, order, file and announce the recall of the chain's raw-milk batch; return the case's number.

    It is of class 1: two officials decide it.
    """
    lot = chain.recalled
    new = NewCase(
        title=f"召回含抗生素残留的生牛乳（批次 {lot.lot}）及其制成的酸牛奶、冰淇淋【演示】",
        title_en=f"Raw milk {lot.lot} with antibiotic residue, and the yogurt and ice cream made of it [demonstration]",
        hazard="生牛乳检出超过限量的抗生素残留。Antibiotic residue above the limit in raw milk.",
        instructions=(
            "请勿食用，将产品退回购买门店，全额退款。 Do not eat it. Take it back to the shop for a full refund."
        ),
        scope=[Line(gtin=lot.product.gtin, lots=(lot.lot,))],
        kind="ordered",
        regime="cn_food",
        recall_class=1,
        remedies=("return", "refund"),
    )
    case = open_case(session, principal, new, now)
    if case.stage == "notified":
        take_step(session, colleague, case.number, "order", now, StepBody(REASON))
    take_step(session, principal, case.number, "file-plan", now, StepBody(REASON))
    take_step(session, colleague, case.number, "announce", now, StepBody(REASON, notice=write_notice(chain, now)))
    return case.number


def write_notice(chain: Chain, now: datetime) -> dict[str, Any]:
    """Return the words of the public notice that no record holds."""
    today = now.astimezone(BEIJING).date()
    return {
        "title_en": f"Recall of raw milk {chain.recalled.lot}, and of the yogurt and ice cream made of it",
        "lot_position": "批号印在杯盖边缘，生产日期之后。",
        "lot_position_en": "The lot is printed on the rim of the lid, after the date of production.",
        "channels": "超市、便利店、社区食品店",
        "channels_en": "Supermarkets, convenience stores, local food shops",
        "sold_from": min(lot.produced_on for lot in chain.affected).isoformat(),
        "sold_to": today.isoformat(),
        "defect": "生牛乳检出超过限量的抗生素残留。",
        "defect_en": "Antibiotic residue above the limit in raw milk.",
        "consequence": "可引起过敏反应，严重时危及生命。",
        "consequence_en": "It can set off allergic reactions, in grave cases a danger to life.",
        "what_to_do": "请勿食用，将产品退回购买门店，全额退款。",
        "what_to_do_en": "Do not eat it. Take it back to the shop for a full refund.",
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=30)).isoformat(),
        "contact": {"email": "recall@dairy.example", "address": "示例路 1 号"},
        "feedback": "向当地市场监督管理部门反映，或拨打 12315。",
        "feedback_en": "Write to the local market regulator, or call 12315.",
    }


def find_recall(session: Session, chain: Chain) -> RecallCase | None:
    """Return the demonstration's case, if it was opened before."""
    query = (
        select(RecallCase)
        .join(ScopeLine)
        .where(ScopeLine.gtin == chain.recalled.product.gtin14, ScopeLine.lot == chain.recalled.lot)
        .order_by(RecallCase.id)
    )
    return session.scalars(query).first()


def time_impact(session: Session, case: RecallCase, now: datetime) -> tuple[dict[str, Any], float]:
    """Return the impact of ``case`` as of ``now``, and how many milliseconds it took."""
    started = perf_counter()
    impact = read_impact(session, case, now)
    return impact, (perf_counter() - started) * 1000
