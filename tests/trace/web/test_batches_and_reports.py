"""Batches and what happens to them over HTTP: the figures that people work out with pencil and paper."""

from typing import Any

import pytest
from flask import Flask

from tests.trace.web.firms import GTIN, OUTLET, PLANT, Firms, batch, make_firms, shipment
from trace import readings

BATCH = f"/api/v1/batches/{GTIN}/L1"


@pytest.fixture
def firms(app: Flask) -> Firms:
    return make_firms(app)


def figures(firms: Firms, path: str = BATCH) -> dict[str, Any]:
    (row,) = firms.admin.get(path + "/balance")["figures"]
    return {name: value for name, value in row.items() if (value or value is False) and value is not True}


def test_a_batch_is_registered_with_its_labels(firms: Firms) -> None:
    made = firms.dairy.post("/api/v1/batches", batch(expires_on="2026-09-01", certificate="检验合格 2026-1"))
    assert made["event_id"].startswith("urn:uuid:")
    assert (made["gtin"], made["lot"]) == (GTIN, "L1")
    assert made["digital_link"] == f"https://suyuan.example/01/{GTIN}/10/L1"
    assert made["labels"]["element_string"] == f"(01){GTIN}(10)L1"
    assert figures(firms) == {"produced": 100, "on_hand": 100}
    event = firms.dairy.event(made["event_id"])
    assert event["ilmd"]["cbvmda:productionDate"] == "2026-03-01"
    assert event["suyuan:certificate"] == "检验合格 2026-1"
    assert event["eventTime"] == "2026-03-01T00:00:00+08:00"


def test_the_same_batch_again(firms: Firms) -> None:
    first = firms.dairy.post("/api/v1/batches", batch())
    assert firms.dairy.post("/api/v1/batches", batch(), status=200) == first
    assert "quantity" in firms.dairy.post("/api/v1/batches", batch(quantity=101), status=409)["detail"]
    assert figures(firms) == {"produced": 100, "on_hand": 100}


def test_the_whole_way_of_a_batch(firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    sent = firms.dairy.post("/api/v1/shipments", shipment())
    assert [(row["from"], row["to"], row["shipped"]) for row in sent["movements"]] == [(PLANT, OUTLET, 60)]
    assert sent["findings"] == []
    lines = [{"gtin": GTIN, "lot": "L1", "quantity": 58}]
    firms.shop.post(
        "/api/v1/receipts", {"to": OUTLET, "received_at": "2026-03-03T08:00:00Z", "document": "S1", "lines": lines}
    )
    day = {"location": OUTLET, "at": "2026-03-04T08:00:00Z"}
    firms.shop.post("/api/v1/sales", day | {"lines": [{"gtin": GTIN, "lot": "L1", "quantity": 20}]})
    firms.shop.post("/api/v1/returns", day | {"lines": [{"gtin": GTIN, "lot": "L1", "quantity": 3}]})
    firms.shop.post("/api/v1/destructions", day | {"lines": [{"gtin": GTIN, "lot": "L1", "quantity": 4}]})
    firms.shop.post("/api/v1/losses", day | {"lines": [{"gtin": GTIN, "lot": "L1", "quantity": 1}]})
    lost = {"from": PLANT, "to": OUTLET, "at": "2026-03-05T08:00:00Z"}
    firms.dairy.post("/api/v1/losses", lost | {"lines": [{"gtin": GTIN, "lot": "L1", "quantity": 2}]})
    counted = {"location": OUTLET, "at": "2026-03-06T08:00:00Z", "lines": [{"gtin": GTIN, "lot": "L1", "quantity": 35}]}
    firms.shop.post("/api/v1/counts", counted)
    assert figures(firms) == {"produced": 100, "on_hand": 76, "sold": 17, "destroyed": 4, "lost": 3}
    balance = firms.admin.get(BATCH + "/balance")
    outlet = next(row for row in balance["locations"] if row["gln"] == OUTLET)
    assert (outlet["received"], outlet["sold"], outlet["on_hand"]) == (58, 17, 36)
    assert (outlet["counted"], outlet["count_difference"]) == (35, -1)
    assert [row["rule"] for row in balance["findings"]] == ["count_differs"]
    assert balance["findings"][0]["message_zh"] == "盘点为 35，账面为 36：差 -1。"
    trace = firms.admin.get(BATCH + "/trace")
    (moved,) = trace["movements"]
    assert (moved["shipped"], moved["received"], moved["documents"]) == (60, 58, ["S1"])
    assert [(row["gln"], row["tier"], row["kind"]) for row in trace["locations"]] == [
        (PLANT, 0, "plant"),
        (OUTLET, 1, "outlet"),
    ]


def test_a_trace_that_one_answer_cannot_hold_is_refused_and_never_cut(
    firms: Firms, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    monkeypatch.setattr(readings, "MAX_ROWS", 2)
    assert len(firms.admin.get(BATCH + "/trace")["movements"]) == 1
    monkeypatch.setattr(readings, "MAX_ROWS", 1)
    refused = firms.admin.get(BATCH + "/trace", status=413)
    assert "got 1 batches, up to 0 links and 1 movements" in refused["detail"]


def test_a_moment_in_the_past(firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    before = firms.admin.get(BATCH + "/balance?as_of=2026-03-01T23:59:59.999999Z")
    assert [row["on_hand"] for row in before["figures"]] == [100]
    assert before["as_of"] == "2026-03-01T23:59:59.999999Z"
    at = firms.admin.get(BATCH + "/balance?as_of=2026-03-02T08:00:00%2B08:00")
    assert [row["in_transit"] for row in at["figures"]] == [60]
    firms.admin.get(BATCH + "/balance?as_of=2026-03-02T08:00:00", status=422)


def test_quantities_are_written_exactly(firms: Firms) -> None:
    body = f'{{"commodity_code":"{GTIN}","lot":"L1","quantity":60.10,"uom":"KGM","location":"{PLANT}"}}'
    firms.dairy.post("/api/v1/batches", body.encode(), content_type="application/json")
    text = firms.admin.send("GET", BATCH + "/balance").get_data(as_text=True)
    assert '"produced":60.1,' in text
    assert '"uom":"KGM"' in text


def test_more_than_the_place_has_is_captured_and_told(firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    lines = [{"gtin": GTIN, "lot": "L1", "quantity": 130}]
    sent = firms.dairy.post("/api/v1/shipments", shipment(lines=lines))
    assert [(row["rule"], row["severity"]) for row in sent["findings"]] == [("negative_stock", "error")]
    assert figures(firms) == {"produced": 100, "on_hand": -30, "in_transit": 130}
    balance = firms.admin.get(BATCH + "/balance")
    assert [row["rule"] for row in balance["findings"]] == ["negative_stock"]
    assert balance["findings"][0]["event_id"] == sent["event_id"]


def test_serials_on_a_pallet(firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch(quantity=3, serials=["a1", "a2", "a3"]))
    lines = [{"gtin": GTIN, "lot": "L1", "serials": ["a1", "a2"]}]
    firms.dairy.post("/api/v1/shipments", shipment(lines=lines))
    assert figures(firms) == {"produced": 3, "on_hand": 1, "in_transit": 2}


def test_a_shipment_without_a_quantity_is_a_lower_bound(firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    sent = firms.dairy.post("/api/v1/shipments", shipment(lines=[{"gtin": GTIN, "lot": "L1"}]))
    assert sent["movements"][0]["shipped"] is None
    assert [row["rule"] for row in sent["findings"]] == ["unknown_quantity"]
    assert figures(firms)["complete"] is False


def test_a_transformation_and_both_ways_of_the_trace(firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch(lot="RAW", quantity=50, uom="KGM"))
    made = {
        "location": PLANT,
        "at": "2026-03-02T00:00:00Z",
        "inputs": [{"gtin": GTIN, "lot": "RAW", "quantity": 40, "uom": "KGM"}],
        "outputs": [{"gtin": GTIN, "lot": "L1", "quantity": 300}],
    }
    firms.dairy.post("/api/v1/transformations", made)
    assert figures(firms) == {"produced": 300, "on_hand": 300}
    forward = firms.dairy.get(f"/api/v1/batches/{GTIN}/RAW/trace")
    assert [(row["lot"], row["evidence"], row["depth"]) for row in forward["batches"]] == [
        ("RAW", "certain", 0),
        ("L1", "derived", 1),
    ]
    backward = firms.dairy.get(BATCH + "/trace?direction=backward")
    assert [row["lot"] for row in backward["batches"]] == ["L1", "RAW"]
    assert backward["links"] == forward["links"]
    # registering what the transformation made already makes nothing twice
    registered = firms.dairy.post("/api/v1/batches", batch(quantity=300))
    assert registered["registered"]
    assert figures(firms) == {"produced": 300, "on_hand": 300}


def test_a_batch_that_events_made_in_another_amount(firms: Firms) -> None:
    made = {"location": PLANT, "at": "2026-03-02T00:00:00Z", "transformation_id": "T1"}
    firms.dairy.post("/api/v1/transformations", made | {"outputs": [{"gtin": GTIN, "lot": "L1", "quantity": 300}]})
    refused = firms.dairy.post("/api/v1/batches", batch(quantity=299), status=409)
    assert "Captured events made 300 pieces" in refused["detail"]
    assert firms.dairy.get(BATCH)["registered"] is False


def test_an_idempotency_key_stores_one_event(firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    first = firms.dairy.post("/api/v1/shipments", shipment(), Idempotency_Key="k1")
    assert firms.dairy.post("/api/v1/shipments", shipment(), Idempotency_Key="k1") == first
    assert figures(firms)["in_transit"] == 60
    firms.dairy.post("/api/v1/shipments", shipment(document="S2"), status=422, Idempotency_Key="k1")


def test_lots_of_any_characters(firms: Firms) -> None:
    lot = "A/1+B%2"
    made = firms.dairy.post("/api/v1/batches", batch(lot=lot))
    path = f"/api/v1/batches/{GTIN}/A%2F1%2BB%252"
    assert firms.dairy.get(path)["lot"] == lot
    assert firms.dairy.get(path + "/balance")["batch"]["lot"] == lot
    assert firms.dairy.get(path + "/trace")["batches"][0]["lot"] == lot
    assert firms.dairy.get(f"/api/v1/batches/{GTIN[1:]}/A%2F1%2BB%252")["id"] == made["id"]
    quoted = made["id"].replace("%", "%25")
    assert firms.dairy.get("/api/v1/balance?batch=" + quoted)["batch"]["lot"] == lot
    assert firms.dairy.get("/api/v1/trace?batch=" + quoted)["batches"][0]["lot"] == lot


def test_identifiers_of_other_schemes(firms: Firms) -> None:
    fish = {"id": "urn:gdst:example.org:product:lot:fish.1", "quantity": 12, "uom": "KGM"}
    body = {"from": {"id": "urn:gdst:example.org:party:boat.1"}, "to": PLANT, "lines": [fish]}
    firms.dairy.post("/api/v1/receipts", body)
    balance = firms.dairy.get("/api/v1/balance?batch=urn:gdst:example.org:product:lot:fish.1")
    assert balance["batch"] == {"id": fish["id"], "gtin": None, "lot": None}
    (moved,) = firms.dairy.get("/api/v1/trace?batch=" + str(fish["id"]))["movements"]
    assert (moved["from"], moved["from_id"], moved["to"]) == (None, "urn:gdst:example.org:party:boat.1", PLANT)
    rules = {row["rule"] for row in balance["findings"]}
    assert rules == {"receipt_without_shipment", "origin_not_recorded"}
