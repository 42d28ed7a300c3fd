"""`POST /api/v1/trace/sources` over HTTP: its answer, its errors, and what a company may learn from it."""

from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from tests.trace.web.firms import (
    DAIRY,
    FREE_GLN,
    FREE_GTIN,
    GTIN,
    OUTLET,
    PLANT,
    SHOP,
    Firms,
    make_firms,
    shipment,
)
from trace.kit import strict_json
from trace.sources.bodies import MAX_CASES

PATH = "/api/v1/trace/sources"
MILK = f"https://id.gs1.org/01/{FREE_GTIN}/10/M1"


@pytest.fixture
def firms(app: Flask) -> Firms:
    """A farm that nobody registered sent milk to the dairy, which made the batch L1 and sent it to the shop."""
    firms = make_firms(app)
    ends = {"from": FREE_GLN, "to": PLANT, "document": "M-1"}
    lines = [{"gtin": FREE_GTIN, "lot": "M1", "quantity": 90}]
    firms.admin.post("/api/v1/shipments", {**ends, "shipped_at": "2026-02-01T08:00:00+08:00", "lines": lines})
    firms.dairy.post("/api/v1/receipts", {**ends, "received_at": "2026-02-01T18:00:00+08:00", "lines": lines})
    firms.dairy.post(
        "/api/v1/transformations",
        {
            "location": PLANT,
            "at": "2026-02-02T08:00:00+08:00",
            "inputs": lines,
            "outputs": [{"gtin": GTIN, "lot": "L1", "quantity": 100}],
        },
    )
    firms.dairy.post("/api/v1/shipments", shipment())
    return firms


def ask(api: Any, status: int = 200, **body: Any) -> Any:
    return api.post(PATH, {"cases": [{"location": OUTLET}], **body}, status=status)


def test_a_complaint_at_a_shop_leads_back_to_the_farm(firms: Firms) -> None:
    found = ask(firms.regulator)
    assert found["total_weight"] == 1
    assert [row["id"] for row in found["batches"]] == [f"https://id.gs1.org/01/{GTIN}/10/L1", MILK]
    assert found["batches"][0] == {
        "id": f"https://id.gs1.org/01/{GTIN}/10/L1",
        "gtin": GTIN,
        "lot": "L1",
        "score": 1.0,
        "explains_all": True,
    }
    movements = {tuple(row["documents"]): (row["from"], row["to"], row["score"]) for row in found["movements"]}
    assert movements == {("M-1",): (FREE_GLN, PLANT, 1.0), ("S1",): (PLANT, OUTLET, 1.0)}
    places = {row["gln"]: (row["name"], row["score"], row["explains_all"]) for row in found["locations"]}
    assert places == {
        PLANT: (f"地点 {PLANT}", 1.0, True),
        OUTLET: (f"地点 {OUTLET}", 1.0, True),
        FREE_GLN: (None, 1.0, True),
    }
    assert {row["id"]: row["name"] for row in found["parties"]} == {DAIRY: f"企业 {DAIRY}", SHOP: f"企业 {SHOP}"}


@pytest.mark.parametrize(
    "case",
    [
        {"batch": {"gtin": GTIN, "lot": "L1"}},
        {"batch": {"id": f"https://id.gs1.org/01/{GTIN}/10/L1", "gtin": GTIN, "lot": "L1"}},
        {"batch": "urn:epc:class:lgtin:952000.0000003.L1"},
        {"document": "S1", "weight": 2.5},
        {"location": {"gln": OUTLET}},
        {"location": {"id": f"https://id.gs1.org/414/{OUTLET}"}},
    ],
    ids=str,
)
def test_a_case_is_named_as_everywhere(firms: Firms, case: dict[str, Any]) -> None:
    found = ask(firms.admin, cases=[case])
    assert {row["documents"][0]: row["score"] for row in found["movements"]} == {"M-1": 1.0, "S1": 1.0}
    assert found["total_weight"] == case.get("weight", 1)


def test_what_is_assumed_changes_the_answer(firms: Firms) -> None:
    stopped = ask(firms.admin, stop={"locations": [PLANT]})
    assert [row["documents"] for row in stopped["movements"]] == [["S1"]]
    line = [{"gtin": FREE_GTIN, "lot": "M2", "quantity": 5}]
    other = {"from": FREE_GLN, "to": PLANT, "document": "M-2", "shipped_at": "2026-04-01T08:00:00Z", "lines": line}
    firms.admin.post("/api/v1/shipments", other)
    mixing = {"locations": [PLANT]}
    late = [["M-1"], ["S1"]]
    assert sorted(row["documents"] for row in ask(firms.admin, mixing=mixing)["movements"]) == late
    undated = ask(firms.admin, mixing=mixing, dates=False)
    assert sorted(row["documents"] for row in undated["movements"]) == [["M-1"], ["M-2"], ["S1"]]


def test_a_company_gets_what_its_own_places_sent_and_got(firms: Firms) -> None:
    found = ask(firms.dairy)
    assert {tuple(row["documents"]) for row in found["movements"]} == {("M-1",), ("S1",)}
    found = ask(firms.shop)
    assert [row["documents"] for row in found["movements"]] == [["S1"]]
    assert [row["lot"] for row in found["batches"]] == ["L1"]
    assert {row["gln"] for row in found["locations"]} == {PLANT, OUTLET}


def test_what_a_company_has_no_part_in_is_not_known(firms: Firms) -> None:
    unseen = [{"location": FREE_GLN}, {"batch": MILK}, {"document": "M-1"}, {"location": OUTLET}]
    refused = ask(firms.shop, 404, cases=unseen)
    assert [error["pointer"] for error in refused["errors"]] == [
        "/cases/0/location",
        "/cases/1/batch",
        "/cases/2/document",
    ]
    refused = ask(firms.shop, 404, cases=[{"document": "M-1"}])
    unknown = ask(firms.shop, 404, cases=[{"document": "M-9"}])
    assert refused["errors"][0]["detail"].replace("M-1", "M-9") == unknown["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"cases": []}, "/cases"),
        ({"cases": [{}]}, "/cases/0"),
        ({"cases": [{"location": OUTLET, "document": "S1"}]}, "/cases/0"),
        ({"cases": [{"location": "123"}]}, "/cases/0/location"),
        ({"cases": [{"batch": {"gtin": GTIN}}]}, "/cases/0/batch"),
        ({"cases": [{"batch": {"gtin": "09520000000036", "lot": "L1"}}]}, "/cases/0/batch"),
        ({"cases": [{"batch": {"gtin": 1, "lot": "L1"}}]}, "/cases/0/batch"),
        ({"cases": [{"batch": {"gtin": GTIN, "lot": 7}}]}, "/cases/0/batch"),
        ({"cases": [{"batch": {"id": ""}}]}, "/cases/0/batch"),
        ({"cases": [{"batch": {"id": [], "gtin": GTIN}}]}, "/cases/0/batch"),
        ({"cases": [{"batch": "x" * 3000}]}, "/cases/0/batch"),
        ({"cases": [{"batch": 7}]}, "/cases/0/batch"),
        ({"cases": [{"location": {"gln": 7}}]}, "/cases/0/location"),
        ({"cases": [{"document": "x" * 2001}]}, "/cases/0/document"),
        ({"cases": [{"document": " "}]}, "/cases/0/document"),
        ({"cases": [{"document": "S1", "weight": 0}]}, "/cases/0/weight"),
        ({"cases": [{"document": "S1", "weight": -1}]}, "/cases/0/weight"),
        ({"cases": [{"document": "S1", "weight": "1"}]}, "/cases/0/weight"),
        ({"mixing": {"places": []}}, "/mixing/places"),
        ({"stop": {"locations": ["x"]}}, "/stop/locations/0"),
        ({"dates": "yes"}, "/dates"),
        ({"cases": [{"document": "S1"}] * (MAX_CASES + 1)}, "/cases"),
    ],
    ids=str,
)
def test_what_is_wrong_is_named(firms: Firms, body: dict[str, Any], pointer: str) -> None:
    refused = ask(firms.admin, 422, **body)
    assert [error["pointer"] for error in refused["errors"]] == [pointer]


def test_weights_far_apart_add_up_exactly(firms: Firms) -> None:
    small, large = Decimal("0.000000000000000001"), Decimal(999_999_999_999_999_999)
    body = {"cases": [{"document": "S1", "weight": small}, {"location": OUTLET, "weight": large}]}
    answer = firms.admin.send("POST", PATH, strict_json.dumps(body), Content_Type="application/json")
    assert strict_json.loads(answer.get_data())["total_weight"] == Decimal("999999999999999999.000000000000000001")


def test_a_consumer_may_not_ask(firms: Firms) -> None:
    ask(firms.consumer, 401)


def test_asked_twice_under_one_key_it_is_answered_once(firms: Firms) -> None:
    first = firms.admin.post(PATH, {"cases": [{"location": OUTLET}]}, 200, Idempotency_Key="k1")
    assert firms.admin.post(PATH, {"cases": [{"location": OUTLET}]}, 200, Idempotency_Key="k1") == first
    firms.admin.post(PATH, {"cases": [{"location": PLANT}]}, 422, Idempotency_Key="k1")
