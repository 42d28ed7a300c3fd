"""A letter as plain values, for tests of words and channels."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from recalls.notices.letter import CaseFacts, GoodsLine, Letter

FIRST = datetime(2026, 3, 1, 8, tzinfo=UTC)

CASE = CaseFacts(
    number="2026-0001",
    title="草莓酸奶召回",
    title_en="Strawberry yogurt recall",
    kind="voluntary",
    recall_class=1,
    drill=False,
    hazard="检出李斯特菌",
    hazard_en="Listeria was found",
    instructions="请退回供货商。",
    instructions_en=None,
    remedies=("refund", "按比例补偿"),
    scope=("GTIN 09521234500011; LOT L1; SN 100 – 200",),
    runner="岭南乳业",
    runner_phone="020-5555 0100",
    runner_email="recall@dairy.example",
    page="https://suyuan.example/recalls/2026-0001",
)
GOODS = GoodsLine(
    place="东城店",
    place_en="Dongcheng shop",
    place_id="https://id.gs1.org/414/9521234500028",
    gln="9521234500028",
    product="岭南 草莓酸奶 200 g",
    product_en="Lingnan strawberry yogurt 200 g",
    batch_id="https://id.gs1.org/01/09521234500011/10/L1",
    gtin="09521234500011",
    lot="L1",
    uom=None,
    received=Decimal("25"),
    on_hand=Decimal("12.50"),
    in_transit=Decimal(0),
    complete=True,
)
LETTER = Letter(
    notice_id="3f2c8c1e-6d0c-5f4e-8a54-1d6f4f0f0a01",
    kind="notification",
    cause="announced",
    case=CASE,
    recipient="东城超市",
    recipient_en="Dongcheng Supermarkets",
    goods=(GOODS,),
    as_of=FIRST,
    link="https://suyuan.example/answer/AbC.dEf",
    acknowledge="https://suyuan.example/api/v1/recalls/2026-0001/notices/3f2c/acknowledge",
)


def letter(case: dict[str, Any] | None = None, **values: Any) -> Letter:
    """The same with other values."""
    return replace(LETTER, case=replace(CASE, **(case or {})), **values)
