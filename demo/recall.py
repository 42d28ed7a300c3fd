"""The demonstration's recall: one batch of raw milk, taken back with everything that was made from it."""

from datetime import datetime
from time import perf_counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from demo.values import Chain
from recalls.cases import NewCase, announce, file_plan, open_case
from recalls.impact import read_impact
from recalls.models import RecallCase, ScopeLine
from recalls.scope import Line
from trace.kit.auth import Principal


def recall_milk(session: Session, chain: Chain, principal: Principal, now: datetime) -> str:
    """Open, file and announce the recall of the chain's raw-milk batch; return the case's number."""
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
    number = open_case(session, principal, new, now).number
    file_plan(session, principal, number, now, "演示 demonstration")
    announce(session, principal, number, now, "演示 demonstration")
    return number


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
