"""The sortable sheet of critical tracking events over HTTP: its rows, its cells, for whose eyes."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests.trace.web.api_client import Api
from tests.trace.web.firms import (
    FREE_GLN,
    FREE_GTIN,
    GTIN,
    OTHER_GTIN,
    OUTLET,
    PLANT,
    Firms,
    make_firms,
    party_number,
    shipment,
)
from tests.trace.web.sheets import get_csv, get_xlsx
from trace import tracking_events
from trace.fsma_sheet import EVENTS

PATH = "/api/v1/trace/fsma204"
MILK, YOGURT = f"https://id.gs1.org/01/{FREE_GTIN}/10/M1", f"https://id.gs1.org/01/{GTIN}/10/L1"
FARM = FREE_GLN


@pytest.fixture
def firms(app: Flask) -> Firms:
    """A farm sent milk to the dairy, which made the batch L1 from it and sent it to the shop."""
    firms = make_firms(app)
    lines = [{"gtin": FREE_GTIN, "lot": "M1", "quantity": 90, "uom": "KGM"}]
    ends = {"from": FARM, "to": PLANT, "document": "=M-1", "lines": lines}
    made = {"commodity_code": FREE_GTIN, "lot": "M1", "quantity": 90, "uom": "KGM", "location": FARM}
    contact = {"phone": "010-1", "address": "牧场路 1"}
    firms.admin.post("/api/v1/parties", {"gln": FARM, "name": "牧场", "name_en": "Farm", "contact": contact})
    place = {"gln": FARM, "party": FARM, "name": "牧场", "name_en": "Farm", "kind": "other"}
    firms.admin.post("/api/v1/locations", place)
    milk = {"commodity_code": FREE_GTIN, "name": "生乳", "name_en": "Raw milk", "brand": "-1"}
    firms.admin.post("/api/v1/products", milk)
    firms.admin.post("/api/v1/batches", {**made, "produced_on": "2026-02-01"})
    firms.admin.post("/api/v1/shipments", {**ends, "shipped_at": "2026-02-01T18:00:00+08:00"})
    firms.dairy.post("/api/v1/receipts", {**ends, "received_at": "2026-02-02T01:00:00+08:00"})
    firms.dairy.post(
        "/api/v1/transformations",
        {"location": PLANT, "at": "2026-02-02T08:00:00+08:00", "inputs": lines,
         "outputs": [{"gtin": GTIN, "lot": "L1", "quantity": 100}]},
    )  # fmt: skip
    firms.dairy.post("/api/v1/shipments", shipment())
    received = {"from": PLANT, "to": OUTLET, "received_at": "2026-03-03T08:00:00+08:00", "document": "S1"}
    firms.shop.post("/api/v1/receipts", {**received, "lines": [{"gtin": GTIN, "lot": "L1", "quantity": 60}]})
    return firms


def short(row: dict[str, Any]) -> tuple[Any, ...]:
    ends = [row[key] and row[key]["gln"] for key in ("origin", "destination", "tlc_source")]
    return row["event"], row["part"], row["date"], row["lot"], row["quantity"], row["uom"], *ends


MADE = ("initial_packing", None, "2026-02-01", "M1", 90, "KGM", None, FARM, FARM)
SENT = ("shipping", None, "2026-02-01", "M1", 90, "KGM", FARM, PLANT, FARM)
CAME = ("receiving", None, "2026-02-02", "M1", 90, "KGM", FARM, PLANT, FARM)
USED = ("transformation", "used", "2026-02-02", "M1", 90, "KGM", None, PLANT, FARM)
BORN = ("transformation", "produced", "2026-02-02", "L1", 100, None, None, PLANT, PLANT)
SOLD = ("shipping", None, "2026-03-02", "L1", 60, None, PLANT, OUTLET, PLANT)
SHOP = ("receiving", None, "2026-03-03", "L1", 60, None, PLANT, OUTLET, PLANT)


TRACES = [
    (MILK, "forward", [MADE, SENT, CAME, USED, BORN, SOLD, SHOP]),
    (MILK, "backward", [MADE, SENT, CAME, USED]),
    (YOGURT, "forward", [BORN, SOLD, SHOP]),
    (YOGURT, "backward", [MADE, SENT, CAME, USED, BORN, SOLD, SHOP]),
    (YOGURT, "both", [MADE, SENT, CAME, USED, BORN, SOLD, SHOP]),
    (f"{YOGURT}|{MILK}", "backward", [MADE, SENT, CAME, USED, BORN, SOLD, SHOP]),
]


def test_every_tracking_event_on_the_way_is_a_row(firms: Firms) -> None:
    for batches, direction, expected in TRACES:
        found = firms.regulator.get(f"{PATH}?batch={batches}&direction={direction}")
        assert [short(row) for row in found["rows"]] == expected, (batches, direction)
        assert (found["direction"], found["as_of"]) == (direction, None)


def test_a_row_holds_all_key_data_elements(firms: Firms) -> None:
    row = firms.admin.get(f"{PATH}?batch={MILK}")["rows"][2]
    event = firms.dairy.event(row["event_id"])
    assert event["bizStep"].endswith("receiving")
    farm, plant = row["origin"], row["destination"]
    assert (farm["name"], farm["address"], farm["party"]["phone"]) == ("牧场", "牧场路 1", "010-1")
    assert (plant["name"], plant["kind"]) == (f"地点 {PLANT}", "plant")
    assert {
        key: row[key] for key in ("traceability_lot_code", "id", "gtin", "lot", "product", "time", "documents")
    } == {
        "traceability_lot_code": f"(01){FREE_GTIN}(10)M1",
        "id": MILK,
        "gtin": FREE_GTIN,
        "lot": "M1",
        "product": {"gtin": FREE_GTIN, "name": "生乳", "name_en": "Raw milk", "brand": "-1", "specification": None},
        "time": "2026-02-01T17:00:00Z",
        "documents": [{"type": "desadv", "number": "=M-1"}],
    }


def test_as_of_an_earlier_moment_only_what_had_happened(firms: Firms) -> None:
    found = firms.admin.get(f"{PATH}?batch={MILK}&as_of=2026-02-02T00:00:00Z")
    assert [short(row) for row in found["rows"]] == [MADE, SENT, CAME, USED, BORN]
    assert found["as_of"] == "2026-02-02T00:00:00Z"


def test_a_company_s_rows_are_those_of_its_own_places(firms: Firms) -> None:
    of_dairy = firms.dairy.get(f"{PATH}?batch={YOGURT}&direction=both")["rows"]
    assert [short(row) for row in of_dairy] == [SENT, CAME, USED, BORN, SOLD, SHOP]
    of_shop = firms.shop.get(f"{PATH}?batch={YOGURT}&direction=both")["rows"]
    assert [short(row) for row in of_shop] == [SOLD, SHOP]
    firms.shop.get(f"{PATH}?batch={MILK}", 404)
    firms.shop.get(f"{PATH}?batch={YOGURT}|{MILK}", 404)
    firms.consumer.get(f"{PATH}?batch={MILK}", 401)
    firms.shop.post("/api/v1/sales", {"location": OUTLET, "lines": [{"gtin": GTIN, "lot": "L1", "quantity": 2}]})
    firms.shop.post(
        "/api/v1/transformations",
        {"location": OUTLET, "inputs": [{"gtin": GTIN, "lot": "L1", "quantity": 3}],
         "outputs": [{"gtin": OTHER_GTIN, "lot": "X1", "quantity": 1}]},
    )  # fmt: skip
    assert firms.dairy.get(f"{PATH}?batch={YOGURT}&direction=both")["rows"] == of_dairy


def test_where_a_code_was_assigned_is_told_to_those_who_deal_with_that_place(firms: Firms) -> None:
    """The café gets it from the shop and never meets the dairy."""
    cafe = "9520001000034"
    onward = {"from": OUTLET, "to": cafe, "shipped_at": "2026-03-04T08:00:00+08:00"}
    firms.shop.post("/api/v1/shipments", {**onward, "lines": [{"gtin": GTIN, "lot": "L1", "quantity": 7}]})
    rows = firms.admin.get(f"{PATH}?batch={YOGURT}")["rows"]
    assert short(rows[-1]) == ("shipping", None, "2026-03-04", "L1", 7, None, OUTLET, cafe, PLANT)
    firms.admin.post("/api/v1/parties", {"gln": cafe, "name": "咖啡馆"})
    owner = Api.issue(firms.admin.app, "company", party_number(firms.admin.app, cafe))
    assert [short(row) for row in owner.get(f"{PATH}?batch={YOGURT}")["rows"]] == [
        ("shipping", None, "2026-03-04", "L1", 7, None, OUTLET, cafe, None)
    ]


REFUSED = [
    ("", 422, "/batch"),
    ("?batch=|", 422, "/batch"),
    ("?batch=" + "|".join([YOGURT] * 51), 422, "/batch"),
    (f"?batch={YOGURT}&direction=up", 422, "/direction"),
    (f"?batch={YOGURT}&format=pdf", 422, "/format"),
    (f"?batch={YOGURT}&as_of=2026", 422, "/as_of"),
    ("?batch=urn:x:nothing", 404, None),
]


def test_what_cannot_be_asked_is_refused_and_the_field_named(firms: Firms) -> None:
    for query, status, pointer in REFUSED:
        problem = firms.admin.get(PATH + query, status)
        assert [error["pointer"] for error in problem.get("errors", [])] == ([pointer] if pointer else []), query


def test_a_sheet_that_would_be_too_long_is_refused_and_never_cut(firms: Firms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracking_events, "MAX_ROWS", 6)
    problem = firms.admin.get(f"{PATH}?batch={MILK}&format=xlsx", 413)
    assert problem["detail"] == "Expected at most 6 tracking events, got more: ask for fewer batches."
    monkeypatch.setattr(tracking_events, "MAX_ROWS", 7)
    assert len(firms.admin.get(f"{PATH}?batch={MILK}")["rows"]) == 7


def test_the_sheets_say_cell_by_cell_what_the_json_says(firms: Firms) -> None:
    for lang in ("zh", "en"):
        compare_sheets(firms, lang)


def compare_sheets(firms: Firms, lang: str) -> None:
    rows = firms.admin.get(f"{PATH}?batch={MILK}")["rows"]
    table = get_xlsx(firms.admin, f"{PATH}?batch={MILK}&format=xlsx&lang={lang}")
    first = {"zh": ["关键追溯事件", "日期"], "en": ["Critical tracking event", "Date"]}
    assert table[0][:2] == first[lang]
    assert table[1:] == [expected_cells(row, lang) for row in rows]
    written = get_csv(firms.admin, f"{PATH}?batch={MILK}&format=csv&lang={lang}")
    assert [[as_csv(cell) for cell in cells] for cells in table] == written


def expected_cells(row: dict[str, Any], lang: str) -> list[Any]:
    def name(one: dict[str, Any] | None) -> Any:
        return one and (one["name_en"] if lang == "en" and one["name_en"] else one["name"])

    def place(one: dict[str, Any] | None) -> list[Any]:
        firm = (one or {}).get("party") or {}
        return [one["gln"], name(one), name(firm or None), one["address"], firm.get("phone")] if one else [None] * 5

    papers = row["documents"]
    cells = [
        EVENTS[row["event"], row["part"]][0 if lang == "zh" else 1],
        date.fromisoformat(row["date"]),
        *(row["traceability_lot_code"], row["gtin"], row["lot"]),
        *(name(row["product"]), row["product"]["brand"], row["product"]["specification"]),
        *(row["quantity"], row["uom"] or ("件" if lang == "zh" else "pieces")),
        *(*place(row["origin"]), *place(row["destination"]), *place(row["tlc_source"])),
        *(
            {"zh": "发货通知", "en": "despatch advice"}[lang] if papers else None,
            "; ".join(one["number"] for one in papers),
        ),
        *(row["time"], row["biz_step"], row["transformation"], row["event_id"]),
    ]
    return ["" if cell is None else cell for cell in cells]


def as_csv(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else "'" + cell if cell.startswith(("=", "-")) else cell
