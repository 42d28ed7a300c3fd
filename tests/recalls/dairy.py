"""A dairy, two distributors and three shops, with an announced recall of one lot: for progress, checks and reports.

100 made; 40 to north, 30 to south, 30 never leave. North passes 25 on to mall and 10 to corner, south 20 to market;
mall sold 5. Nobody registered the firm of market.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Flask

from tests.recalls.chain import START, Chain, gln_of, gtin_of
from tests.trace.web.api_client import Api
from trace.kit.db import Database
from trace.models import Party

ITEM, LOT = "yogurt", "L1"
BODY = {
    "title": "酸奶召回",
    "title_en": "Yogurt recall",
    "kind": "voluntary",
    "regime": "cn_food",
    "class": 2,
    "depth": "retail",
    "hazard": "菌落总数超标",
    "instructions": "请停止食用，退回商店。",
    "remedy": "refund",
    "scope": [{"gtin": gtin_of(ITEM), "lots": [LOT]}],
}
PLAN = {"reason": "检验不合格", "plan": {"quantities": [{"gtin": gtin_of(ITEM), "quantity": 70}]}}


@dataclass
class Dairy:
    """Clients of an official and of the firms, and the number of the announced case."""

    app: Flask
    database: Database
    official: Api
    firms: dict[str, int]
    number: str

    def client(self, firm: str) -> Api:
        return Api.issue(self.app, "company", self.firms[firm])

    def path(self, rest: str) -> str:
        return f"/api/v1/recalls/{self.number}{rest}"

    def told(self, action: str, *values: object) -> None:
        """Something more that happens in the chain, now."""
        now = datetime.now(UTC)
        with self.database.write() as session:
            chain = Chain(session, count=int(now.timestamp() * 1e6))  # event IDs that no other event has
            getattr(chain, action)(*values, day=(now - START) / timedelta(days=1))


def make_dairy(app: Flask, database: Database, announce: bool = True) -> Dairy:
    """Everything up to the announcement, by an official."""
    firms = {}
    with database.write() as session:
        chain = Chain(session)
        kinds = {"dairy": "plant", "north": "warehouse", "south": "warehouse", "mall": "outlet", "corner": "outlet"}
        for name, kind in kinds.items():
            party = Party(gln=gln_of("party " + name), name=name, name_en=name.title(), registered_at=datetime.now(UTC))
            party.address, party.phone, party.email = f"{name} 1 号", "025-000000", f"{name}@firms.example"
            session.add(party)
            session.flush()
            chain.place(name, kind, party, "320106")
            firms[name] = party.id
        chain.product(ITEM, session.get(Party, firms["dairy"]), "酸奶")
        chain.make("dairy", ITEM, LOT, 100)
        chain.move("dairy", "north", ITEM, LOT, 40)
        chain.move("dairy", "south", ITEM, LOT, 30)
        chain.move("north", "mall", ITEM, LOT, 25)
        chain.move("north", "corner", ITEM, LOT, 10)
        chain.move("south", "market", ITEM, LOT, 20)
        chain.sell("mall", ITEM, LOT, 5)
    official = Api.issue(app, "regulator")
    number = official.post("/api/v1/recalls", BODY)["number"]
    found = Dairy(app, database, official, firms, number)
    if announce:
        official.post(found.path("/file-plan"), PLAN, 200)
        official.post(found.path("/announce"), {"reason": "计划已备案"}, 200)
    return found
