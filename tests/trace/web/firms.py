"""Firms for tests: two companies with a product, a plant and an outlet each, and keys for all roles."""

from dataclasses import dataclass
from typing import Any

from flask import Flask

from tests.trace.web.api_client import Api
from trace.kit.web import current_database
from trace.master_data import find_party

DAIRY, PLANT, GTIN = "9520000000011", "9520000000028", "09520000000035"
SHOP, OUTLET, OTHER_GTIN = "9520001000010", "9520001000027", "09520001000034"
FREE_GLN, FREE_GTIN = "9520009000012", "09520009000029"


@dataclass(frozen=True)
class Firms:
    """Clients of the operator, a dairy, a shop, the regulator and a consumer."""

    admin: Api
    dairy: Api
    shop: Api
    regulator: Api
    consumer: Api


def make_firms(app: Flask) -> Firms:
    """Register both firms with one place and one product each."""
    admin = Api.admin(app)
    clients = []
    for firm, place, gtin, kind in ((DAIRY, PLANT, GTIN, "plant"), (SHOP, OUTLET, OTHER_GTIN, "outlet")):
        admin.post("/api/v1/parties", {"gln": firm, "name": f"企业 {firm}"})
        client = Api.issue(app, "company", party_number(app, firm))
        client.post("/api/v1/locations", {"gln": place, "name": f"地点 {place}", "kind": kind})
        client.post("/api/v1/products", {"commodity_code": gtin[1:], "name": f"产品 {gtin}"})
        clients.append(client)
    return Firms(admin, clients[0], clients[1], Api.issue(app, "regulator"), Api(app, None))


def party_number(app: Flask, code: str) -> int:
    """The row number of a registered firm."""
    with app.app_context(), current_database().read() as session:
        party = find_party(session, code)
        assert party is not None
        return party.id


def batch(**changes: Any) -> dict[str, Any]:
    """A batch of the dairy's."""
    body = {"commodity_code": GTIN, "lot": "L1", "quantity": 100, "location": PLANT, "produced_on": "2026-03-01"}
    return {**body, **changes}


def shipment(**changes: Any) -> dict[str, Any]:
    """60 of that batch go to the shop."""
    body = {"from": PLANT, "to": OUTLET, "shipped_at": "2026-03-02T08:00:00+08:00", "document": "S1"}
    return {**body, "lines": [{"gtin": GTIN, "lot": "L1", "quantity": 60}], **changes}
