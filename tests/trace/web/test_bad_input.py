"""Bad input, row by row: the status, the field, what was expected and what came; and that nothing was stored."""

import json
from typing import Any

import pytest
from flask import Flask

from tests.trace.web.api_client import Api, document
from tests.trace.web.firms import (
    DAIRY,
    FREE_GLN,
    FREE_GTIN,
    GTIN,
    OTHER_GTIN,
    OUTLET,
    PLANT,
    SHOP,
    Firms,
    batch,
    make_firms,
    shipment,
)

FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in GTIN)
LINE = {"gtin": GTIN, "lot": "L1", "quantity": 5}


@pytest.fixture
def firms(app: Flask) -> Firms:
    return make_firms(app)


def location(**changes: Any) -> dict[str, Any]:
    return {"gln": FREE_GLN, "name": "门店", "kind": "outlet", **changes}


def product(**changes: Any) -> dict[str, Any]:
    return {"commodity_code": FREE_GTIN, "name": "酸奶", **changes}


WRONG_FIELDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("products", product(commodity_code="09520009000023"), "/commodity_code", "check digit should be 9, got 3"),
    ("products", product(commodity_code=FULL_WIDTH), "/commodity_code", "Cannot read"),
    ("products", product(commodity_code="952000900002"), "/commodity_code", "check digit"),
    ("products", product(commodity_code=6901234567892), "/commodity_code", "got int"),
    ("products", product(commodity_code={"scheme": "ean", "value": FREE_GTIN}), "/commodity_code", "known schemes"),
    ("products", product(commodity_code="2000000000008"), "/commodity_code", "restricted circulation"),
    ("products", product(party=FREE_GLN), "/party", "nobody registered"),
    ("products", product(party="9520000000012"), "/party", "check digit should be 1, got 2"),
    ("products", product(uom="kilo"), "/uom", "Recommendation 20"),
    ("products", product(colour="red"), "/colour", "No such field"),
    ("products", {"commodity_code": FREE_GTIN}, "/name", "got nothing"),
    ("locations", location(gln="9520009000018"), "/gln", "check digit should be 2, got 8"),
    ("locations", location(gln=FULL_WIDTH[1:]), "/gln", "Cannot read"),
    ("locations", location(kind="shop"), "/kind", "'plant', 'warehouse', 'outlet' or 'other'"),
    ("locations", location(region="3301"), "/region", "6 digits"),
    ("locations", location(latitude=91, longitude=0), "/latitude", "-90 to 90"),
    ("locations", location(latitude=9), "", "latitude and longitude"),
    ("parties", {"name": "某厂"}, "", "uscc or gln"),
    ("parties", {"name": "某厂", "uscc": "91330106MA2CFLD81A"}, "/uscc", "check character"),
    ("parties", {"name": " ", "gln": FREE_GLN}, "/name", "Expected"),
    ("batches", batch(commodity_code="09520000000036"), "/commodity_code", "check digit should be 5, got 6"),
    ("batches", batch(commodity_code=FULL_WIDTH), "/commodity_code", "Cannot read"),
    ("batches", batch(commodity_code=FREE_GTIN), "/commodity_code", "nobody registered"),
    ("batches", batch(location=FREE_GLN), "/location", "nobody registered"),
    ("batches", batch(location="https://id.gs1.org/414/9520000000029"), "/location", "check digit should be 8"),
    ("batches", batch(lot="批次一"), "/lot", "Cannot read"),
    ("batches", batch(lot="x" * 21), "/lot", "1 to 20 characters, got 21"),
    ("batches", batch(quantity=0), "/quantity", "above 0, got 0"),
    ("batches", batch(quantity=-1), "/quantity", "above 0, got -1"),
    ("batches", batch(quantity="100"), "/quantity", "Expected a number"),
    ("batches", batch(quantity=10**18), "/quantity", "at most 18 digits"),
    ("batches", batch(serials=["a", "a"], quantity=2), "/serials", "'a' twice"),
    ("batches", batch(serials=["a"], quantity=2), "/serials", "one serial a piece"),
    ("batches", batch(produced_on="2026-02-30"), "/produced_on", "that exists"),
    ("batches", batch(produced_on="2999-01-01"), "/produced_on", "not in the future"),
    ("batches", batch(expires_on="2026-02-01"), "/expires_on", "not before"),
    ("shipments", shipment(**{"from": "9520000000029"}), "/from", "check digit should be 8, got 9"),
    ("shipments", shipment(to=f"https://id.gs1.org/01/{GTIN}/10/L1"), "/to", "Expected a place, got the batch"),
    ("shipments", shipment(lines=[]), "/lines", "at least 1"),
    ("shipments", shipment(lines=[{**LINE, "quantity": 0}]), "/lines/0/quantity", "above 0, got 0"),
    ("shipments", shipment(lines=[LINE, {**LINE, "quantity": -1}]), "/lines/1/quantity", "above 0, got -1"),
    ("shipments", shipment(lines=[{**LINE, "quantity": 10**18}]), "/lines/0/quantity", "at most 18 digits"),
    ("shipments", shipment(lines=[{**LINE, "gtin": "9520000000034"}]), "/lines/0/gtin", "check digit"),
    ("shipments", shipment(lines=[{"sscc": "095200000000000018"}]), "/lines/0/sscc", "check digit"),
    ("shipments", shipment(lines=[{"lot": "L1"}]), "/lines/0", "one of sscc, gtin and id"),
    ("shipments", shipment(lines=[{**LINE, "serials": ["a"]}]), "/lines/0", "Expected 1 pieces"),
    ("shipments", shipment(lines=[{"id": f"https://id.gs1.org/01/{GTIN[1:]}/10/L1"}]), "/lines/0/id", "14"),
    ("shipments", shipment(lines=[{"id": f"https://id.gs1.org/414/{PLANT}"}]), "/lines/0/id", "got the location"),
    ("shipments", shipment(shipped_at="2999-01-01T00:00:00Z"), "/shipped_at", "at most 1 day"),
    ("shipments", shipment(shipped_at="2026-03-02T08:00:00"), "/shipped_at", "with a zone"),
    ("transformations", {"location": PLANT, "inputs": [LINE]}, "", "got one side"),
    ("losses", {"location": PLANT, "to": OUTLET, "lines": [LINE]}, "", "either location, or from and to"),
]


@pytest.mark.parametrize(("path", "body", "pointer", "words"), WRONG_FIELDS)
def test_a_wrong_field_is_named(firms: Firms, path: str, body: dict[str, Any], pointer: str, words: str) -> None:
    client = firms.admin if path == "parties" else firms.dairy
    problem = client.post(f"/api/v1/{path}", body, status=422)
    errors = {one["pointer"]: one["detail"] for one in problem["errors"]}
    assert pointer in errors, errors
    assert words in errors[pointer]


FOREIGN: list[tuple[str, dict[str, Any]]] = [
    ("batches", batch(commodity_code=OTHER_GTIN)),
    ("batches", batch(location=OUTLET)),
    ("products", product(party=SHOP)),
    ("locations", location(party=SHOP)),
    ("locations", location(gln=SHOP)),
    ("shipments", shipment(**{"from": OUTLET, "to": PLANT})),
    ("shipments", shipment(**{"from": FREE_GLN})),
    ("receipts", {"to": OUTLET, "lines": [LINE]}),
    ("sales", {"location": OUTLET, "lines": [LINE]}),
    ("counts", {"location": OUTLET, "lines": [LINE]}),
    ("losses", {"from": OUTLET, "to": OUTLET, "lines": [LINE]}),
    ("transformations", {"location": PLANT, "inputs": [LINE], "outputs": [{**LINE, "gtin": OTHER_GTIN}]}),
]


@pytest.mark.parametrize(("path", "body"), FOREIGN)
def test_another_firm_s_is_not_found(firms: Firms, path: str, body: dict[str, Any]) -> None:
    firms.dairy.post(f"/api/v1/{path}", body, status=404)


def test_who_may_write(firms: Firms) -> None:
    firms.regulator.post("/api/v1/batches", batch(), status=403)
    firms.regulator.capture(document([]), status=403)
    firms.consumer.post("/api/v1/batches", batch(), status=401)
    firms.consumer.capture(document([]), status=401)
    firms.dairy.post("/api/v1/parties", {"gln": FREE_GLN, "name": "别家"}, status=403)
    firms.dairy.post("/api/v1/parties", {"gln": DAIRY, "name": f"企业 {DAIRY}"}, status=200)
    firms.admin.post("/api/v1/batches", batch(), status=201)


def test_who_may_see(firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    path = f"/api/v1/batches/{GTIN}/L1"
    for name in ("", "/balance", "/trace"):
        firms.shop.get(path + name, status=404)
        firms.regulator.get(path + name)
    firms.dairy.post("/api/v1/shipments", shipment())
    firms.shop.get(path + "/trace")


# -- documents -----------------------------------------------------------------------------------------


def event(number: int, **changes: Any) -> dict[str, Any]:
    found = {
        "type": "ObjectEvent",
        "eventID": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "eventTime": "2026-03-01T00:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "readPoint": {"id": f"https://id.gs1.org/414/{PLANT}"},
        "quantityList": [{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L1", "quantity": 1}],
    }
    return found | changes


WHOLE = json.dumps(document([event(1)])).encode()
REFUSED_DOCUMENTS: list[tuple[str, bytes, str, int]] = [
    ("not JSON", b"hello", "application/json", 400),
    ("not EPCIS", b'{"a": 1}', "application/json", 400),
    ("a list", b"[]", "application/json", 400),
    ("not XML", b"hello", "application/xml", 400),
    ("XML that is not EPCIS", b"<a/>", "text/xml", 400),
    ("a document type declaration", b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "application/xml", 400),
    ("a repeated key", WHOLE.replace(b'"type"', b'"type": "x", "type"', 1), "application/json", 400),
    ("NaN", WHOLE.replace(b'"quantity": 1', b'"quantity": NaN'), "application/json", 400),
    ("too deep", WHOLE.replace(b'"ADD"', b"[" * 30 + b"]" * 30), "application/json", 400),
    ("100,000 brackets", b"[" * 100_000, "application/json", 400),
    ("more than 5 MB", b" " * (5 * 1024 * 1024 + 1), "application/json", 413),
    ("another type", WHOLE, "text/plain", 415),
]


@pytest.mark.parametrize(("data", "kind", "status"), [row[1:] for row in REFUSED_DOCUMENTS],
                         ids=[row[0] for row in REFUSED_DOCUMENTS])  # fmt: skip
def test_a_document_that_cannot_be_read(firms: Firms, data: bytes, kind: str, status: int) -> None:
    problem = firms.dairy.capture(data, status=status, content_type=kind)
    assert problem["status"] == status
    assert firms.dairy.get("/epcis/capture") == []


def test_more_than_a_thousand_events(firms: Firms) -> None:
    firms.dairy.capture(document([event(number) for number in range(1001)]), status=413)
    assert firms.dairy.get("/epcis/capture") == []


def test_one_bad_event_among_500_with_rollback(firms: Firms) -> None:
    events = [event(number) for number in range(500)]
    del events[321]["eventTimeZoneOffset"]
    response = firms.dairy.send("POST", "/epcis/capture", document(events))
    assert response.status_code == 202
    job = firms.dairy.get(response.headers["Location"])
    assert (job["success"], job["captured"], job["refused"], job["captureErrorBehaviour"]) == (False, 0, 1, "rollback")
    (error,) = job["errors"]
    assert (error["index"], error["eventID"], error["status"]) == (321, events[321]["eventID"], 400)
    assert error["errors"][0]["pointer"] == "/epcisBody/eventList/321/eventTimeZoneOffset"
    firms.admin.event(events[0]["eventID"], status=404)
    firms.shop.get(response.headers["Location"], status=404)
    firms.regulator.get(response.headers["Location"])


def test_one_bad_event_among_500_with_proceed(firms: Firms) -> None:
    events = [event(number) for number in range(500)]
    events[7]["eventTime"] = "2999-01-01T00:00:00Z"
    job = firms.dairy.capture(document(events), GS1_Capture_Error_Behaviour="proceed")
    assert (job["success"], job["captured"], job["refused"]) == (False, 499, 1)
    assert "2999" in job["errors"][0]["detail"]
    assert job["outcomes"][7] == {"eventID": events[7]["eventID"], "outcome": "refused"}
    assert firms.dairy.get(f"/api/v1/batches/{GTIN}/L1/balance")["figures"][0]["produced"] == 499


@pytest.mark.parametrize("quantity", [-1, 10**18, "5"])
def test_a_quantity_that_cannot_be(firms: Firms, quantity: Any) -> None:
    bad = event(1, quantityList=[{"epcClass": f"https://id.gs1.org/01/{GTIN}/10/L1", "quantity": quantity}])
    job = firms.dairy.capture(document([bad]), GS1_Capture_Error_Behaviour="rollback")
    assert job["errors"][0]["errors"][0]["pointer"] == "/epcisBody/eventList/0/quantityList/0/quantity"


def test_other_content_under_the_same_id(firms: Firms) -> None:
    firms.dairy.capture(document([event(1)]))
    assert firms.dairy.capture(document([event(1)]))["repeated"] == 1
    job = firms.dairy.capture(document([event(1, disposition="active")]), GS1_Capture_Error_Behaviour="rollback")
    assert job["errors"][0]["status"] == 409
    rules = [row["rule"] for row in firms.dairy.get(f"/api/v1/batches/{GTIN}/L1/balance")["findings"]]
    assert rules == ["conflicting_event"]


def test_a_wrong_check_digit_inside_an_event_is_kept_and_told(firms: Firms) -> None:
    uri = "https://id.gs1.org/01/09520000000036/10/L1"
    firms.dairy.capture(document([event(1, quantityList=[{"epcClass": uri, "quantity": 4}])]))
    balance = firms.dairy.get("/api/v1/balance?batch=" + uri)
    assert balance["batch"] == {"id": uri, "gtin": None, "lot": None}
    assert [row["rule"] for row in balance["findings"]] == ["bad_check_digit"]


def test_an_unknown_error_behaviour(firms: Firms) -> None:
    firms.dairy.capture(document([event(1)]), status=400, GS1_Capture_Error_Behaviour="perhaps")


def test_a_capture_sent_again_with_its_key(firms: Firms) -> None:
    first = firms.dairy.capture(document([event(1)]), Idempotency_Key="a")
    assert firms.dairy.capture(document([event(1)]), Idempotency_Key="a") == first
    firms.dairy.capture(document([event(2)]), status=422, Idempotency_Key="a")


def test_capture_jobs_page_by_page(firms: Firms) -> None:
    numbers = [firms.dairy.capture(document([event(number)]))["captureID"] for number in range(5)]
    seen: list[str] = []
    path = "/epcis/capture?perPage=2"
    while path:
        response = firms.dairy.send("GET", path)
        seen += [job["captureID"] for job in response.get_json()]
        path = response.headers.get("Link", "").partition(">")[0].removeprefix("<")
    assert seen == numbers[::-1]
    assert firms.shop.get("/epcis/capture") == []


def test_a_company_s_place_in_another_firm_s_event(firms: Firms) -> None:
    foreign = event(1, readPoint={"id": f"https://id.gs1.org/414/{OUTLET}"})
    job = firms.dairy.capture(document([foreign]), GS1_Capture_Error_Behaviour="rollback")
    assert job["errors"][0]["status"] == 404


def test_a_path_that_is_no_identifier(firms: Firms) -> None:
    firms.dairy.get("/api/v1/batches/09520000000036/L1", status=422)
    firms.dairy.get(f"/api/v1/batches/{GTIN}/unheard-of", status=404)
    firms.dairy.get("/api/v1/products/9520009000025", status=422)
    firms.dairy.get(f"/api/v1/products/{FREE_GTIN}", status=404)
    firms.dairy.get(f"/api/v1/locations/{FREE_GLN}", status=404)
    firms.dairy.get("/api/v1/locations/9520009000018", status=422)
    firms.dairy.get(f"/api/v1/parties/{FREE_GLN}", status=404)
    firms.dairy.get("/api/v1/parties/12", status=422)
    Api.admin(firms.dairy.app).event("urn:uuid:nothing", status=404)


def test_a_refusal_says_the_same_in_chinese_beside_each_sentence(firms: Firms) -> None:
    wrong = firms.dairy.post("/api/v1/products", {"commodity_code": "952000900002"}, status=422)
    assert wrong["detail_zh"] == "有 2 处需要更正，各处写明了怎么改。"
    assert {one["pointer"]: "请填写“名称”" in one["detail_zh"] for one in wrong["errors"]} == {
        "/commodity_code": False,
        "/name": True,
    }
    absent = firms.dairy.get(f"/api/v1/batches/{GTIN}/NONE/balance", status=404)
    assert absent["detail_zh"].startswith("没有找到")
    nobody = Api(firms.dairy.app, None).get(f"/api/v1/batches/{GTIN}/NONE/balance", status=401)
    assert nobody["detail_zh"].startswith("需要 API 密钥")
    nowhere = firms.dairy.get("/api/v1/nowhere", status=404)
    assert nowhere["detail_zh"] == "没有这个地址。"
