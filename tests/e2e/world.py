"""What the browser finds: a yogurt recalled in part, nuts held back, a juice of which nothing is known, and a list."""

import base64
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from PIL import Image, ImageDraw, ImageFont

from tests.recalls.journey_world import gln
from tests.recalls.publication.notice_cases import COMPLETE
from tests.trace.web.api_client import Api
from tests.trace.web.firms import party_number
from trace.gs1.check_digits import check_digit

DAIRY, PRESS, SHOP = (gln(number) for number in (1, 2, 3))
PLANT, PRESS_HALL, OUTLET = (gln(number) for number in (101, 102, 103))


def ean(number: int) -> str:
    """The EAN-13 with this number below the prefix for demonstrations."""
    body = f"952{number:09d}"
    return body + check_digit(body)


YOGURT, JUICE, NUTS = ean(10), ean(20), ean(30)
RECALLED, SAFE = "L1", "L2"
MANY = 24
"""More recalls than one page of the list shows."""


def days_from_now(days: int) -> str:
    """The day so many days from today, as records write it."""
    return (datetime.now(UTC).date() + timedelta(days)).isoformat()


MADE_ON = days_from_now(-21)
SOLD = {"sold_from": days_from_now(-20), "sold_to": days_from_now(0)}
NOTICE: dict[str, Any] = COMPLETE | SOLD | {"starts_on": days_from_now(0), "ends_on": days_from_now(180)}
CASE: dict[str, Any] = {
    "title": "原味酸奶召回",
    "title_en": "Plain yogurt recall",
    "kind": "recall",
    "regime": "cn_food",
    "class": 2,
    "depth": "consumer",
    "hazard": "菌落总数超标",
    "instructions": "停止食用，退回购买处。",
    "remedy": "refund",
}


def make_world(app: Flask) -> str:
    """Register and trade the goods, announce the recalls; the number of the yogurt's recall."""
    admin = Api.admin(app)
    office = {"gln": gln(900), "name": "示范市场监督管理局", "name_en": "Model market regulator"}
    admin.post("/api/v1/parties", office)
    official = Api.issue(app, "regulator", party_number(app, office["gln"]))
    _register(admin)
    _trade(admin)
    scopes = [{"gtin": "0" + YOGURT, "lots": [RECALLED]}]
    for number in range(MANY):
        goods = {"commodity_code": ean(1000 + number), "name": f"苏打饼干 {number} 号", "party": PRESS}
        admin.post("/api/v1/products", goods | {"name_en": f"Soda biscuit no. {number}"})
        title = {"title": f"苏打饼干 {number} 号召回", "title_en": f"Recall of soda biscuit no. {number}"}
        _announce(official, CASE | title | {"scope": [{"gtin": "0" + ean(1000 + number)}]}, {})
    held = official.post("/api/v1/recalls", CASE | {"title": "核桃停售", "scope": [{"gtin": "0" + NUTS}]})
    official.post(f"/api/v1/recalls/{held['number']}/file-plan", {}, 200)
    picture = {"picture": {"data": base64.b64encode(_photograph()).decode()}}
    return _announce(official, CASE | {"scope": scopes}, {"notice": NOTICE | picture})


def order_labels(app: Flask) -> str:
    """The path of a page with labels of the yogurt: of the product, of both batches and of three serials."""
    items = [{"gtin": "0" + YOGURT, "lot": lot} for lot in (RECALLED, SAFE)]
    serials = {"gtin": "0" + YOGURT, "lot": RECALLED, "serials": ["S1", "S2", "S3"]}
    order = {"items": [{"gtin": "0" + YOGURT}, *items, serials], "format": "page", "copies": 2}
    return urlsplit(Api.admin(app).post("/api/v1/labels", order, 200)["url"]).path


def _register(admin: Api) -> None:
    dairy = {"gln": DAIRY, "name": "晨露乳业", "name_en": "Morning Dew Dairy", "uscc": "91310000MA1FL0000N"}
    admin.post("/api/v1/parties", dairy)
    admin.post("/api/v1/parties", {"gln": PRESS, "name": "果园食品", "name_en": "Orchard Foods"})
    admin.post("/api/v1/parties", {"gln": SHOP, "name": "和顺超市", "name_en": "Heshun Stores"})
    for code, name, party, kind, region in (
        (PLANT, "晨露一厂", DAIRY, "plant", "310112"),
        (PRESS_HALL, "果园一厂", PRESS, "plant", "370600"),
        (OUTLET, "和顺超市中山路店", SHOP, "outlet", "320106"),
    ):
        admin.post("/api/v1/locations", {"gln": code, "name": name, "party": party, "kind": kind, "region": region})
    for code, name, english, party, brand, size in (
        (YOGURT, "原味酸奶", "Plain yogurt", DAIRY, "晨露", "200 g"),
        (JUICE, "苹果汁", "Apple juice", PRESS, "果园", "1 L"),
        (NUTS, "核桃仁", "Walnut kernels", PRESS, "果园", "500 g"),
    ):
        goods = {"commodity_code": code, "name": name, "name_en": english, "party": party}
        admin.post("/api/v1/products", goods | {"brand": brand, "specification": size})


def _trade(admin: Api) -> None:
    for code, lot, plant in ((YOGURT, RECALLED, PLANT), (YOGURT, SAFE, PLANT), (JUICE, "A1", PRESS_HALL)):
        batch = {"commodity_code": code, "lot": lot, "quantity": 1200, "produced_on": MADE_ON, "location": plant}
        admin.post("/api/v1/batches", batch)
        lines = [{"gtin": code, "lot": lot, "quantity": 600}]
        ends = {"from": plant, "to": OUTLET, "document": f"DA-{code}-{lot}", "lines": lines}
        admin.post("/api/v1/shipments", ends)
        admin.post("/api/v1/receipts", ends)


def _announce(official: Api, case: dict[str, Any], body: dict[str, Any]) -> str:
    number: str = official.post("/api/v1/recalls", case)["number"]
    official.post(f"/api/v1/recalls/{number}/file-plan", {}, 200)
    official.post(f"/api/v1/recalls/{number}/announce", body, 200)
    return number


def _photograph() -> bytes:
    """A cup with a lid on which its lot is printed, as a photograph of the goods."""
    picture = Image.new("RGB", (420, 280), "#e8e4da")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(110, 60), (310, 60), (288, 268), (132, 268)], fill="#fafafa", outline="#888888")
    draw.ellipse((92, 22, 328, 98), fill="#b9d4ec", outline="#557799", width=3)
    draw.rectangle((124, 140, 296, 210), fill="#2f6fb0")
    draw.text((210, 175), "YOGURT 200 g", "white", ImageFont.load_default(24), anchor="mm")
    draw.text((210, 60), "LOT L1", "#333333", ImageFont.load_default(24), anchor="mm")
    stored = BytesIO()
    picture.save(stored, "JPEG", quality=85)
    return stored.getvalue()
