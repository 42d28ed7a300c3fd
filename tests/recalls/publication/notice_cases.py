"""A yogurt of which some was made, shipped and is to come back; and a notice that says all it must."""

from datetime import date
from typing import Any

from flask import Flask

from tests.recalls.chain import Chain, gtin_of
from tests.trace.web.api_client import Api
from trace.kit.web import current_database
from trace.models import Product

USCC = "91310000MA1FL00001"

COMPLETE: dict[str, Any] = {
    "title_en": "Plain yogurt recall",
    "lot_position": "批号印在瓶盖边缘",
    "lot_position_en": "The lot is printed on the rim of the lid",
    "channels": "超市、便利店",
    "channels_en": "Supermarkets and corner shops",
    "sold_from": "2026-03-02",
    "sold_to": "2026-03-20",
    "defect_en": "Too many germs",
    "consequence": "可引起腹泻",
    "consequence_en": "May cause diarrhoea",
    "what_to_do_en": "Stop eating it and take it back to the shop.",
    "starts_on": "2026-03-21",
    "ends_on": "2026-06-21",
    "contact": {"phone": "400-800-1234", "email": "help@milk.example", "address": "上海市乳品路 1 号"},
    "feedback": "向当地市场监督管理部门反映, 或拨打 12315",
    "feedback_en": "Write to the market regulator, or call 12315",
}

CASE: dict[str, Any] = {
    "title": "酸奶召回",
    "kind": "voluntary",
    "regime": "cn_food",
    "class": 2,
    "depth": "consumer",
    "hazard": "菌落总数超标",
    "instructions": "停止食用，退回商店。",
    "remedy": "refund",
    "scope": [{"gtin": gtin_of("yogurt"), "lots": ["L1"]}],
}


def make_goods(app: Flask, name: str = "原味酸奶") -> None:
    """100 yogurts of lot L1, 60 of them shipped to a shop in Jiangsu; lot L2 of 40, all shipped."""
    with app.app_context(), current_database().write() as session:
        chain = Chain(session)
        firm, shop = chain.party("晨露乳业"), chain.party("和顺超市")
        firm.uscc, firm.name_en = USCC, "Morning Dew Dairy"
        chain.place("plant", "plant", firm)
        chain.place("store", "outlet", shop, "320106")
        chain.product("yogurt", firm, name)
        product = session.query(Product).one()
        product.name_en, product.brand, product.specification = "Plain yogurt", "晨露", "200 g"
        for lot, quantity, shipped in (("L1", 100, 60), ("L2", 40, 40)):
            chain.make("plant", "yogurt", lot, quantity)
            chain.batch("yogurt", lot, "plant", produced_on=date(2026, 3, 1))
            chain.move("plant", "store", "yogurt", lot, shipped)


def open_case(desk: Api, **change: Any) -> str:
    number: str = desk.post("/api/v1/recalls", CASE | change)["number"]
    return number


def announce(desk: Api, number: str, body: Any = None, status: int = 200) -> Any:
    """File the plan, then announce."""
    case = desk.get(f"/api/v1/recalls/{number}")
    if case["stage"] == "voluntary":
        desk.post(f"/api/v1/recalls/{number}/file-plan", {}, 200)
    return desk.post(f"/api/v1/recalls/{number}/announce", body or {}, status)
