"""`POST /api/v1/trace/sources` over HTTP: its answer, its errors, and what a company may learn from it."""

from decimal import Decimal
from typing import Any
from urllib.parse import quote

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
from trace.sources.bodies import MAX_CASES, MAX_CHAINS, MAX_NAMED, MAX_WORDS

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


CASES: list[dict[str, Any]] = [
    {"batch": {"gtin": GTIN, "lot": "L1"}},
    {"batch": {"id": f"https://id.gs1.org/01/{GTIN}/10/L1", "gtin": GTIN, "lot": "L1"}},
    {"batch": "urn:epc:class:lgtin:952000.0000003.L1"},
    {"document": "S1", "weight": 2.5},
    {"location": {"gln": OUTLET}},
    {"location": {"id": f"https://id.gs1.org/414/{OUTLET}"}},
]


def test_a_case_is_named_as_everywhere(firms: Firms) -> None:
    for case in CASES:
        found = ask(firms.admin, cases=[case])
        assert {row["documents"][0]: row["score"] for row in found["movements"]} == {"M-1": 1.0, "S1": 1.0}, case
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


WRONG: list[tuple[dict[str, Any], str]] = [
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
    ({"stop": {"batches": [{"gtin": GTIN}]}}, "/stop/batches/0"),
    ({"stop": {"events": [""]}}, "/stop/events/0"),
    ({"stop": {"events": ["x"] * (MAX_NAMED + 1)}}, "/stop/events"),
    ({"stop": {"biz_steps": ["heating"]}}, "/stop/biz_steps/0"),
    ({"stop": {"biz_steps": [7]}}, "/stop/biz_steps/0"),
    ({"stop": {"dispositions": [""]}}, "/stop/dispositions/0"),
    ({"stop": {"dispositions": ["active"] * (MAX_WORDS + 1)}}, "/stop/dispositions"),
    ({"mixing": {"events": []}}, "/mixing/events"),
    ({"forward": {}}, "/forward"),
    ({"forward": True}, "/forward"),
    ({"forward": {"location": "123"}}, "/forward/location"),
    ({"forward": {"location": OUTLET, "weight": 1}}, "/forward/weight"),
    ({"paths": 1}, "/paths"),
    ({"paths": {"to": {"location": OUTLET}}}, "/paths/to"),
    ({"paths": {"source": {"location": OUTLET}}}, "/paths/source"),
    ({"paths": {"from": {"document": "S1", "batch": MILK}}}, "/paths/from"),
    ({"paths": {"per_case": 0}}, "/paths/per_case"),
    ({"paths": {"per_case": MAX_CHAINS + 1}}, "/paths/per_case"),
    ({"cases": [{"document": "S1"}] * (MAX_CASES + 1)}, "/cases"),
]


def test_what_is_wrong_is_named(firms: Firms) -> None:
    """All of one service, which nothing of it changes."""
    before = ask(firms.admin)
    for body, pointer in WRONG:
        refused = ask(firms.admin, 422, **body)
        assert [error["pointer"] for error in refused["errors"]] == [pointer], body
    assert ask(firms.admin) == before


def test_weights_far_apart_add_up_exactly(firms: Firms) -> None:
    small, large = Decimal("0.000000000000000001"), Decimal(999_999_999_999_999_999)
    body = {"cases": [{"document": "S1", "weight": small}, {"location": OUTLET, "weight": large}]}
    answer = firms.admin.send("POST", PATH, strict_json.dumps(body), Content_Type="application/json")
    assert strict_json.loads(answer.get_data())["total_weight"] == Decimal("999999999999999999.000000000000000001")


def test_weights_that_no_float_can_hold_are_divided_exactly(firms: Firms) -> None:
    """Three tenths and seven tenths are one; two cases at one place count both."""
    weights = [Decimal("0.1"), Decimal("0.2"), Decimal("0.7")]
    places = [OUTLET, OUTLET, FREE_GLN]
    cases = [{"location": place, "weight": weight} for place, weight in zip(places, weights, strict=True)]
    answer = firms.admin.send("POST", PATH, strict_json.dumps({"cases": cases}), Content_Type="application/json")
    found = strict_json.loads(answer.get_data())
    assert found["total_weight"] == 1
    scores = {row["gln"]: (row["score"], row["explains_all"]) for row in found["locations"]}
    assert scores == {FREE_GLN: (1, True), PLANT: (Decimal("0.3"), False), OUTLET: (Decimal("0.3"), False)}


def test_a_source_goes_forward_again_and_its_ways_are_told(firms: Firms) -> None:
    """The answer is enough to draw: places with names, dates, documents, and the events behind each step."""
    found = ask(firms.regulator, forward={"batch": MILK}, paths=True)
    forward = found["forward"]
    assert forward["source"] == {
        "location": None,
        "batch": {"id": MILK, "gtin": FREE_GTIN, "lot": "M1"},
        "document": None,
        "score": 1,
        "explains_all": True,
        "cases": [0],
    }
    assert [(row["gln"], row["cases"]) for row in forward["locations"]] == [(PLANT, []), (FREE_GLN, []), (OUTLET, [0])]
    assert [row["documents"] for row in forward["movements"]] == [["S1"], ["M-1"]]
    (case,) = found["paths"]["cases"]
    (way,) = case["chains"]
    steps = [(step["kind"], step["from"]["gln"], step["to"]["name"], step["documents"]) for step in way["steps"]]
    assert steps == [
        ("movement", FREE_GLN, f"地点 {PLANT}", ["M-1"]),
        ("transformation", PLANT, f"地点 {PLANT}", []),
        ("movement", PLANT, f"地点 {OUTLET}", ["S1"]),
    ]
    assert [step["departed"]["first"] for step in way["steps"]] == ["2026-02-01", "2026-02-02", "2026-03-02"]
    for step in way["steps"]:
        for event in step["events"]:
            kept = firms.regulator.get(f"/epcis/events/{quote(event['event_id'], safe='')}")
            assert kept["epcisBody"]["queryResults"]["resultsBody"]["eventList"][0]["type"] == event["type"]


def test_a_company_is_told_the_ways_by_events_that_it_may_see(firms: Firms) -> None:
    """The farm's shipment was captured by the operator, the receipt by the dairy: the shop sees neither."""
    assert (
        ask(firms.shop, 404, paths={"from": {"location": FREE_GLN}})["errors"][0]["pointer"] == "/paths/from/location"
    )
    assert ask(firms.shop, 404, forward={"batch": MILK})["errors"][0]["pointer"] == "/forward/batch"
    found = ask(firms.shop, forward={"location": PLANT}, paths=True)
    assert [row["documents"] for row in found["forward"]["movements"]] == [["S1"]]
    (way,) = found["paths"]["cases"][0]["chains"]
    for step in way["steps"]:
        for event in step["events"]:
            firms.shop.get(f"/epcis/events/{quote(event['event_id'], safe='')}")
    all_told = ask(firms.regulator, paths={"from": {"location": PLANT}})
    assert [step["kind"] for step in all_told["paths"]["cases"][0]["chains"][0]["steps"]] == ["movement"]
    made = next(
        step["events"][0]["event_id"]
        for step in ask(firms.regulator, paths={"from": {"batch": MILK}})["paths"]["cases"][0]["chains"][0]["steps"]
        if step["kind"] == "transformation"
    )
    assert ask(firms.shop, 404, stop={"events": [made]})["errors"][0]["pointer"] == "/stop/events/0"
    stopped = ask(firms.dairy, stop={"events": [made]})
    assert [row["documents"] for row in stopped["movements"]] == [["S1"]]


def test_a_consumer_may_not_ask(firms: Firms) -> None:
    ask(firms.consumer, 401)


def test_asked_twice_under_one_key_it_is_answered_once(firms: Firms) -> None:
    first = firms.admin.post(PATH, {"cases": [{"location": OUTLET}]}, 200, Idempotency_Key="k1")
    assert firms.admin.post(PATH, {"cases": [{"location": OUTLET}]}, 200, Idempotency_Key="k1") == first
    firms.admin.post(PATH, {"cases": [{"location": PLANT}]}, 422, Idempotency_Key="k1")
