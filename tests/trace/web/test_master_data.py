"""Parties, locations and products over HTTP; stubs that events named first."""

from typing import Any

import pytest
from flask import Flask

from tests.trace.web.api_client import document
from tests.trace.web.firms import DAIRY, FREE_GLN, FREE_GTIN, GTIN, OUTLET, PLANT, SHOP, Firms, batch, make_firms
from tests.trace.web.test_bad_input import event

USCC = "91330106MA2CFLD818"


@pytest.fixture
def firms(app: Flask) -> Firms:
    return make_firms(app)


def test_a_party_by_either_of_its_codes(firms: Firms) -> None:
    contact = {"phone": "0571-12345678", "email": "a@example.com", "address": "杭州"}
    body = {"uscc": USCC, "gln": FREE_GLN, "name": "某食品厂", "name_en": "A factory", "contact": contact}
    made = firms.admin.post("/api/v1/parties", body)
    assert firms.admin.post("/api/v1/parties", body, status=200) == made
    firms.admin.post("/api/v1/parties", body | {"name": "另一名"}, status=409)
    for code in (USCC, FREE_GLN):
        assert firms.regulator.get(f"/api/v1/parties/{code}") == made
    assert firms.dairy.get(f"/api/v1/parties/{FREE_GLN}")["contact"] is None
    firms.consumer.get(f"/api/v1/parties/{FREE_GLN}", status=401)


def test_a_location_again_and_otherwise(firms: Firms) -> None:
    body: dict[str, Any] = {"gln": FREE_GLN, "name": "门店", "kind": "outlet", "region": "330106"}
    body |= {"latitude": 30.2741, "longitude": -120.1551, "party": SHOP}
    made = firms.shop.post("/api/v1/locations", body)
    assert (made["latitude"], made["longitude"], made["party"]) == (30.2741, -120.1551, SHOP)
    assert firms.shop.post("/api/v1/locations", body, status=200) == made
    assert firms.admin.post("/api/v1/locations", body, status=200) == made
    firms.shop.post("/api/v1/locations", body | {"kind": "warehouse"}, status=409)
    assert firms.dairy.get(f"/api/v1/locations/{FREE_GLN}") == made


def test_a_location_of_another_scheme(firms: Firms) -> None:
    uri = "urn:gdst:example.org:location:loc:farm.1"
    made = firms.dairy.post("/api/v1/locations", {"id": uri, "name": "牧场", "kind": "other"})
    assert (made["id"], made["gln"]) == (uri, None)
    assert firms.dairy.get(f"/api/v1/locations/{uri}") == made
    body = batch(location=uri)
    assert firms.dairy.post("/api/v1/batches", body)["location"] == {"id": uri, "gln": None}


@pytest.mark.parametrize("code", [FREE_GTIN, FREE_GTIN[1:], {"scheme": "gtin", "value": FREE_GTIN[1:]}])
def test_a_product_by_any_length_of_its_code(firms: Firms, code: Any) -> None:
    body = {"commodity_code": code, "name": "酸奶", "classifications": [{"scheme": "gpc", "value": "10000028"}]}
    made = firms.dairy.post("/api/v1/products", body)
    assert (made["gtin"], made["party"]) == (FREE_GTIN, DAIRY)
    assert firms.dairy.post("/api/v1/products", body | {"commodity_code": FREE_GTIN}, status=200) == made
    firms.dairy.post("/api/v1/products", body | {"name": "牛奶"}, status=409)
    firms.shop.post("/api/v1/products", body, status=409)
    assert firms.dairy.get(f"/api/v1/products/{FREE_GTIN[1:]}") == made


def test_what_events_name_is_a_stub_until_it_is_registered(firms: Firms) -> None:
    place = f"https://id.gs1.org/414/{FREE_GLN}"
    uri = f"https://id.gs1.org/01/{FREE_GTIN}/10/L7"
    made = event(1, readPoint={"id": place}, quantityList=[{"epcClass": uri, "quantity": 5}])
    firms.dairy.capture(document([made]))
    location = firms.dairy.get(f"/api/v1/locations/{FREE_GLN}")
    assert (location["gln"], location["name"], location["registered"]) == (FREE_GLN, None, False)
    product = firms.dairy.get(f"/api/v1/products/{FREE_GTIN}")
    assert (product["gtin"], product["name"], product["registered"]) == (FREE_GTIN, None, False)
    assert firms.regulator.get(f"/api/v1/parties/{FREE_GLN}")["registered"] is False
    found = firms.admin.get(f"/api/v1/batches/{FREE_GTIN}/L7")
    assert (found["registered"], found["quantity"], found["balance"]["figures"][0]["produced"]) == (False, None, 5)
    firms.dairy.post("/api/v1/locations", {"gln": FREE_GLN, "name": "二厂", "kind": "plant"})
    firms.dairy.post("/api/v1/products", {"commodity_code": FREE_GTIN, "name": "黄油"})
    body = batch(commodity_code=FREE_GTIN, lot="L7", quantity=5, location=FREE_GLN)
    registered = firms.dairy.post("/api/v1/batches", body)
    assert registered["event_id"] == made["eventID"]
    found = firms.dairy.get(f"/api/v1/batches/{FREE_GTIN}/L7")
    assert (found["registered"], found["product"], found["balance"]["figures"][0]["produced"]) == (True, "黄油", 5)
    assert found["balance"]["locations"][0]["name"] == "二厂"


def test_a_firm_s_own_gln_is_its_place_before_it_is_registered(firms: Firms) -> None:
    body = {"to": SHOP, "lines": [{"gtin": GTIN, "lot": "L1", "quantity": 5}]}
    firms.shop.post("/api/v1/receipts", body)
    places = firms.shop.get(f"/api/v1/batches/{GTIN}/L1/trace")["locations"]
    assert [(row["gln"], row["name"], row["registered"]) for row in places] == [(SHOP, f"企业 {SHOP}", False)]


def test_a_company_sees_its_own_places_and_one_step_up_and_down(firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    line = {"gtin": GTIN, "lot": "L1"}
    way = [(PLANT, FREE_GLN, 60, firms.admin), (FREE_GLN, OUTLET, 50, firms.admin)]
    for number, (origin, destination, quantity, client) in enumerate(way):
        body = {"from": origin, "to": destination, "document": f"D{number}", "lines": [{**line, "quantity": quantity}]}
        client.post("/api/v1/shipments", body)
        client.post("/api/v1/receipts", body)
    path = f"/api/v1/batches/{GTIN}/L1"
    seen = firms.shop.get(path + "/trace")
    assert [(row["from"], row["to"]) for row in seen["movements"]] == [(FREE_GLN, OUTLET)]
    assert {row["gln"] for row in seen["locations"]} == {FREE_GLN, OUTLET}
    assert firms.shop.get(path + "/balance")["figures"][0]["produced"] == 0
    owner = firms.dairy.get(path + "/balance")
    assert owner["figures"][0]["produced"] == 100
    assert {row["gln"] for row in owner["locations"]} == {PLANT, FREE_GLN}
    assert len(firms.regulator.get(path + "/trace")["movements"]) == 2


def test_what_only_another_firm_s_events_name_is_not_known(firms: Firms) -> None:
    named = {
        f"/api/v1/parties/{FREE_GLN}": 404,
        f"/api/v1/locations/{FREE_GLN}": 404,
        f"/api/v1/products/{FREE_GTIN}": 404,
        "/api/v1/locations/urn%3Ax%3Ameadow": 404,
    }
    seen = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-01T08:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "epcList": [f"https://id.gs1.org/01/{FREE_GTIN}/21/1"],
        "readPoint": {"id": "urn:x:meadow"},
        "bizLocation": {"id": f"https://id.gs1.org/414/{FREE_GLN}/254/gate"},
    }
    firms.dairy.capture(document([seen]))
    for path, status in named.items():
        firms.shop.get(path, status)
        assert firms.regulator.get(path)["registered"] is firms.dairy.get(path)["registered"] is False
    firms.shop.capture(document([seen]))
    for path in named:
        assert firms.shop.get(path)["registered"] is False
