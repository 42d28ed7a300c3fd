"""The journey's world: a dairy, four distributors, 76 shops and a yogurt of two lots, told over HTTP by each firm."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from tests.trace.web.api_client import Api, document
from tests.trace.web.firms import party_number
from trace.gs1.check_digits import check_digit

START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=10)
GTIN = "09520000000103"
MADE, TO_DISTRIBUTOR, TO_SHOP = {"L1": 8000, "L2": 4000}, {"L1": 1600, "L2": 400}, {"L1": 60, "L2": 20}
SHOPS_EACH = 19
WITH_L2 = 2
"""Of each distributor's shops the first so many get the second lot too."""


def gln(number: int) -> str:
    """The GLN with this number, below the prefix for demonstrations."""
    body = f"952{number:09d}"
    return body + check_digit(body)


@dataclass(frozen=True)
class Firm:
    """A firm with one place; ``contact`` is how it can be reached: mail, webhook, both, phone or nothing."""

    name: str
    number: int
    kind: str
    contact: str

    @property
    def code(self) -> str:
        return gln(self.number)

    @property
    def place(self) -> str:
        return gln(100_000 + self.number)

    @property
    def mail(self) -> str:
        return f"quality-{self.number}@firms.example"


@dataclass
class World:
    """Clients of all who take part; ``keys`` by the firm's number are made when they are asked for."""

    app: Flask
    operator: Api
    official: Api
    second_official: Api
    dairy: Firm
    distributors: list[Firm]
    shops: dict[int, list[Firm]]
    webhook: str
    clients: dict[int, Api] = field(default_factory=dict)

    @property
    def told(self) -> list[Firm]:
        """Everybody who has the goods but the dairy, which recalls them."""
        return [*self.distributors, *self.all_shops]

    @property
    def everybody(self) -> list[Firm]:
        return [self.dairy, *self.told]

    @property
    def all_shops(self) -> list[Firm]:
        return [shop for shops in self.shops.values() for shop in shops]

    def client(self, firm: Firm) -> Api:
        """A key of the firm's own."""
        if firm.number not in self.clients:
            self.clients[firm.number] = Api.issue(self.app, "company", party_number(self.app, firm.code))
        return self.clients[firm.number]


def make_world(app: Flask, webhook: str) -> World:
    """Register everybody and tell what happened to the first lot up to its recall."""
    operator = Api.admin(app)
    for number in (1, 2):
        operator.post(
            "/api/v1/parties", {"gln": gln(900 + number), "name": f"市场监督管理局 {number}", **_mail(900 + number)}
        )
    officials = [Api.issue(app, "regulator", party_number(app, gln(901))) for _ in range(2)]
    dairy = Firm("晨星乳业", 1, "plant", "mail")
    ways = ("mail", "mail", "webhook", "both", "mail", "phone", "mail")
    distributors = [Firm(f"配送中心 {n}", 10 + n, "warehouse", "mail") for n in range(4)]
    shops = {
        one.number: [
            Firm(f"门店 {n}-{k}", 1000 + 100 * n + k, "outlet", ways[(n + k) % len(ways)]) for k in range(SHOPS_EACH)
        ]
        for n, one in enumerate(distributors)
    }
    world = World(app, operator, *officials, dairy, distributors, shops, webhook)
    for firm in world.everybody:
        register(world, firm)
    product = {"commodity_code": GTIN[1:], "name": "原味酸奶 200 g", "name_en": "Plain yogurt 200 g", "brand": "晨星"}
    operator.post("/api/v1/products", product | {"specification": "200 g × 1", "party": dairy.code})
    for lot, made in MADE.items():
        body = {"commodity_code": GTIN[1:], "lot": lot, "quantity": made, "location": dairy.place}
        operator.post("/api/v1/batches", body | {"produced_on": START.date().isoformat()})
    operator.capture(document(list(_trade(world, "L1"))))
    return world


def register(world: World, firm: Firm) -> Firm:
    """Register a firm, its contact and its place."""
    body: dict[str, Any] = {"gln": firm.code, "name": firm.name, "name_en": f"Firm {firm.number}"}
    if firm is world.dairy:
        body["uscc"] = "91310000MA1FL0000N"
    contact = {"mail": _mail(firm.number), "both": _mail(firm.number), "phone": _phone(firm.number)}
    body |= contact.get(firm.contact, {})
    if firm.contact in ("webhook", "both"):
        body["webhook"] = f"{world.webhook}/{firm.number}"
    world.operator.post("/api/v1/parties", body)
    place = {"gln": firm.place, "name": firm.name, "party": firm.code, "kind": firm.kind, "region": "320106"}
    world.operator.post("/api/v1/locations", place)
    return firm


def tell_second_lot(world: World) -> None:
    """The second lot goes out to the distributors, and to the first shops of each."""
    world.operator.capture(document(list(_trade(world, "L2"))))


def sold_at(shop: int) -> int:
    """How many of the first lot the shop with this position among its distributor's sold."""
    return 10 * (shop % 4)


def _trade(world: World, lot: str) -> Iterator[dict[str, Any]]:
    for one in world.distributors:
        yield from _move(world.dairy, one, lot, TO_DISTRIBUTOR[lot], 1)
        for position, shop in enumerate(world.shops[one.number]):
            if lot == "L2" and position >= WITH_L2:
                continue
            yield from _move(one, shop, lot, TO_SHOP[lot], 2)
            if lot == "L1" and sold_at(position):
                yield _event("retail_selling", "retail_sold", shop, 3, _goods(lot, sold_at(position)))


def _move(one: Firm, other: Firm, lot: str, quantity: int, day: int) -> Iterator[dict[str, Any]]:
    ends = {
        "sourceList": [{"type": "location", "source": _place(one)}],
        "destinationList": [{"type": "location", "destination": _place(other)}],
    }
    yield _event("shipping", "in_transit", one, day, _goods(lot, quantity) | ends)
    yield _event("receiving", "in_progress", other, day + 0.5, _goods(lot, quantity) | ends)


def _event(step: str, disposition: str, firm: Firm, day: float, more: dict[str, Any]) -> dict[str, Any]:
    at = START + timedelta(days=day)
    return {
        "type": "ObjectEvent",
        "eventTime": at.isoformat(),
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": step,
        "disposition": disposition,
        "readPoint": {"id": _place(firm)},
        "bizLocation": {"id": _place(firm)},
        **more,
    }


def _goods(lot: str, quantity: int) -> dict[str, Any]:
    return {"quantityList": [{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/{lot}", "quantity": quantity}]}


def _place(firm: Firm) -> str:
    return f"https://id.gs1.org/414/{firm.place}"


def _mail(number: int) -> dict[str, Any]:
    return {"contact": {"email": f"quality-{number}@firms.example", "phone": f"+86 25 5555 {number:04d}"}}


def _phone(number: int) -> dict[str, Any]:
    return {"contact": {"phone": f"+86 25 5555 {number:04d}"}}
