"""The workbook for FoodChain-Lab over HTTP: the deliveries that a key may see, which `flask import` reads."""

from typing import Any

import pytest
from flask import Flask

from tests.trace.web.api_client import Api
from tests.trace.web.firms import FREE_GLN, GTIN, OUTLET, PLANT, Firms, batch, make_firms, shipment
from trace.fcl.sheet import SHEETS, Sheet
from trace.fcl.tables import read_tables
from trace.fcl.workbook import read_workbook
from trace.sheets import XLSX_TYPE

PATH = f"/api/v1/batches/{GTIN}/L1/foodchainlab"
BATCH = f"https://id.gs1.org/01/{GTIN}/10/L1"


@pytest.fixture
def firms(app: Flask) -> Firms:
    """The dairy sends L1 to the shop, which sends some on to a café."""
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    lines = [{"gtin": GTIN, "lot": "L1", "quantity": 7}]
    onward = {"from": OUTLET, "to": FREE_GLN, "shipped_at": "2026-03-08T08:00:00+08:00", "document": "C1"}
    firms.shop.post("/api/v1/shipments", {**onward, "lines": lines})
    return firms


def get_sheet(api: Api, path: str) -> Sheet:
    response: Any = api.send("GET", path)
    assert (response.status_code, response.mimetype) == (200, XLSX_TYPE)
    assert response.headers["Content-Disposition"] == 'attachment; filename="foodchainlab.xlsx"'
    return read_tables(read_workbook(response.get_data(), SHEETS))


def test_the_deliveries_of_a_batch_come_as_a_workbook(firms: Firms) -> None:
    sheet = get_sheet(firms.regulator, PATH)
    assert [(one.id, one.origin, one.recipient) for one in sheet.deliveries] == [
        ("C1", OUTLET, FREE_GLN),
        ("S1", PLANT, OUTLET),
    ]
    assert [(link.source, link.into) for link in sheet.links] == [("S1", "C1")]
    assert get_sheet(firms.regulator, f"/api/v1/trace/foodchainlab?batch={BATCH}") == sheet
    assert get_sheet(firms.regulator, PATH + "?direction=backward") == sheet


def test_a_company_gets_what_left_it_or_came_to_it(firms: Firms) -> None:
    assert [one.id for one in get_sheet(firms.dairy, PATH).deliveries] == ["S1"]
    assert [one.id for one in get_sheet(firms.shop, PATH).deliveries] == ["C1", "S1"]


def test_what_cannot_be_asked_is_refused(firms: Firms) -> None:
    firms.shop.get(f"/api/v1/batches/{GTIN}/L2/foodchainlab", 404)
    firms.shop.get("/api/v1/trace/foodchainlab", 422)
    firms.shop.get(PATH + "?direction=up", 422)
    firms.consumer.get(PATH, 401)
