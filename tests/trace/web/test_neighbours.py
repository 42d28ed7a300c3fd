"""One up, one down over HTTP: who is a neighbour, with which figures, for whose eyes, in which form."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from tests.trace.web.api_client import CONTEXT
from tests.trace.web.firms import DAIRY, FREE_GLN, GTIN, OUTLET, PLANT, SHOP, Firms, batch, make_firms, shipment
from tests.trace.web.sheets import get_csv, get_xlsx
from trace.kit import strict_json

PATH = f"/api/v1/batches/{GTIN}/L1/neighbours"
BATCH = f"https://id.gs1.org/01/{GTIN}/10/L1"
CAFE = FREE_GLN
SECOND_SHOP = "9520001000034"


@pytest.fixture
def firms(app: Flask) -> Firms:
    """The dairy sends 60 and 20 of L1 to the shop, which gets 55 and 20, sends 5 back and 7 on to a café that nobody
    registered."""
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    firms.dairy.post(
        "/api/v1/shipments", shipment(shipped_at="2026-03-05T08:00:00+08:00", document="S2", lines=some(20))
    )
    firms.shop.post("/api/v1/receipts", receipt("2026-03-03T09:00:00+08:00", "S1", 55))
    firms.shop.post("/api/v1/receipts", receipt("2026-03-06T09:00:00+08:00", "S2", 20))
    firms.shop.post("/api/v1/shipments", trip(OUTLET, PLANT, "2026-03-07T01:00:00+08:00", "=R1", 5))
    firms.shop.post("/api/v1/shipments", trip(OUTLET, CAFE, "2026-03-08T08:00:00+08:00", "C1", 7))
    return firms


def some(quantity: int) -> list[dict[str, Any]]:
    return [{"gtin": GTIN, "lot": "L1", "quantity": quantity}]


def trip(start: str, end: str, when: str, document: str, quantity: int) -> dict[str, Any]:
    return {"from": start, "to": end, "shipped_at": when, "document": document, "lines": some(quantity)}


def receipt(when: str, document: str, quantity: int) -> dict[str, Any]:
    return {"from": PLANT, "to": OUTLET, "received_at": when, "document": document, "lines": some(quantity)}


def short(row: dict[str, Any]) -> tuple[Any, ...]:
    neighbour = row["neighbour"]
    dates = tuple(row[key] for key in ("shipped_first", "shipped_last", "received_first", "received_last"))
    papers = [one["number"] for one in row["documents"]]
    return neighbour and neighbour["gln"], row["shipped"], row["received"], dates, papers, len(row["event_ids"])


def test_a_firm_sees_where_a_batch_came_from_and_where_it_went(firms: Firms) -> None:
    found = firms.shop.get(PATH)
    bought = ("2026-03-02", "2026-03-05", "2026-03-03", "2026-03-06")
    assert [short(row) for row in found["one_up"]] == [(PLANT, 80, 75, bought, ["S1", "S2"], 4)]
    assert sorted(short(row) for row in found["one_down"]) == [
        (PLANT, 5, 0, ("2026-03-07", "2026-03-07", None, None), ["=R1"], 1),
        (CAFE, 7, 0, ("2026-03-08", "2026-03-08", None, None), ["C1"], 1),
    ]
    assert found["batch"] == {"id": BATCH, "gtin": GTIN, "lot": "L1"}
    assert found["product"]["name"] == f"产品 {GTIN}"
    assert (found["party"]["gln"], found["location"], found["as_of"]) == (SHOP, None, None)


def test_the_maker_has_customers_and_gets_its_returns_from_them(firms: Firms) -> None:
    found = firms.dairy.get(PATH)
    assert [short(row)[:3] for row in found["one_up"]] == [(OUTLET, 5, 0)]
    assert [short(row)[:3] for row in found["one_down"]] == [(OUTLET, 80, 75)]


def test_a_neighbour_comes_with_its_contact(firms: Firms) -> None:
    contact = {"phone": "025-1", "email": "a@b.cn", "address": "路 1"}
    firms.admin.post("/api/v1/parties", {"gln": CAFE, "name": "咖啡馆", "name_en": "Café", "contact": contact})
    down = [row["neighbour"] for row in firms.shop.get(PATH)["one_down"]]
    assert next(one for one in down if one["gln"] == CAFE) == {
        "id": f"https://id.gs1.org/414/{CAFE}",
        "gln": CAFE,
        "name": "咖啡馆",
        "name_en": "Café",
        "kind": None,
        "region": None,
        "address": "路 1",
        "party": {"uscc": None, "gln": CAFE, "name": "咖啡馆", "name_en": "Café", **contact},
    }


def test_as_of_an_earlier_moment_only_what_had_happened(firms: Firms) -> None:
    found = firms.shop.get(PATH + "?as_of=2026-03-04T00:00:00Z")
    days = ("2026-03-02", "2026-03-02", "2026-03-03", "2026-03-03")
    assert [short(row) for row in found["one_up"]] == [(PLANT, 60, 55, days, ["S1"], 2)]
    assert found["one_down"] == []
    assert found["as_of"] == "2026-03-04T00:00:00Z"


def test_a_shipment_that_was_voided_leaves_no_trace_of_itself(firms: Firms) -> None:
    here = f"https://id.gs1.org/414/{PLANT}"
    goods = [{"epcClass": BATCH, "quantity": 20}]
    ends = {"destinationList": [{"type": "location", "destination": f"https://id.gs1.org/414/{SECOND_SHOP}"}]}
    for number, step in enumerate(("shipping", "void_shipping"), 1):
        event = {
            "type": "ObjectEvent",
            "eventID": f"urn:x:{step}",
            "eventTime": f"2026-04-0{number}T00:00:00Z",
            "eventTimeZoneOffset": "+08:00",
            "action": "OBSERVE",
            "bizStep": step,
            "bizLocation": {"id": here},
            "sourceList": [{"type": "location", "source": here}],
            "quantityList": goods,
            **ends,
        }
        firms.dairy.post("/epcis/events", {"@context": [CONTEXT], **event})
        told = [row["neighbour"]["gln"] for row in firms.dairy.get(PATH)["one_down"]]
        assert (SECOND_SHOP in told) is (step == "shipping")


def test_an_operator_asks_about_any_firm_or_place(firms: Firms) -> None:
    of_shop = firms.shop.get(PATH)
    for asker in (firms.admin, firms.regulator):
        assert asker.get(f"{PATH}?party={SHOP}") == of_shop
        of_place = asker.get(f"{PATH}?place={OUTLET}")
        assert (of_place["one_up"], of_place["one_down"]) == (of_shop["one_up"], of_shop["one_down"])
        assert of_place["location"] == {"id": f"https://id.gs1.org/414/{OUTLET}", "gln": OUTLET}
    assert [short(row)[:3] for row in firms.admin.get(f"{PATH}?place={CAFE}")["one_up"]] == [(OUTLET, 7, 0)]


def test_what_moves_within_a_firm_is_a_neighbour_s_of_the_place_alone(firms: Firms) -> None:
    firms.shop.post("/api/v1/locations", {"gln": SECOND_SHOP, "name": "二店", "kind": "outlet"})
    firms.shop.post("/api/v1/shipments", trip(OUTLET, SECOND_SHOP, "2026-03-09T08:00:00+08:00", "I1", 3))
    assert SECOND_SHOP not in {row["neighbour"]["gln"] for row in firms.shop.get(PATH)["one_down"]}
    by_place = firms.shop.get(f"{PATH}?place={OUTLET}")
    assert SECOND_SHOP in {row["neighbour"]["gln"] for row in by_place["one_down"]}


def test_the_batch_is_found_by_any_identifier(firms: Firms) -> None:
    assert firms.shop.get("/api/v1/neighbours?batch=urn:epc:class:lgtin:9520000.000003.L1") == firms.shop.get(PATH)


REFUSED = [
    ("", 422, "/party"),
    (f"?party={SHOP}&place={OUTLET}", 422, "/place"),
    ("?party=9520000000012", 422, "/party"),
    ("?place=952", 422, "/place"),
    ("?format=pdf", 422, "/format"),
    ("?lang=de", 422, "/lang"),
    ("?party=9520009000050", 404, None),
    ("?place=9520009000050", 404, None),
]


def test_what_cannot_be_asked_is_refused_and_the_field_named(firms: Firms) -> None:
    for query, status, pointer in REFUSED:
        problem = firms.admin.get(PATH + query, status)
        assert [error["pointer"] for error in problem.get("errors", [])] == ([pointer] if pointer else []), query


def test_a_company_asks_about_itself_alone(firms: Firms) -> None:
    assert firms.shop.get(f"{PATH}?party={SHOP}") == firms.shop.get(PATH)
    firms.shop.get(f"{PATH}?party={DAIRY}", 404)
    firms.shop.get(f"{PATH}?place={PLANT}", 404)
    firms.shop.get(f"/api/v1/batches/{GTIN}/L2/neighbours", 404)
    firms.consumer.get(PATH, 401)


def test_an_event_that_a_company_may_not_see_is_counted_and_not_named(firms: Firms) -> None:
    """The shop receives without a word of whom it got it from: the dairy knows the units, not the event."""
    firms.dairy.post(
        "/api/v1/shipments", shipment(document="S3", shipped_at="2026-03-10T08:00:00+08:00", lines=some(10))
    )
    before = firms.dairy.get(PATH)["one_down"][0]
    body = receipt("2026-03-11T09:00:00+08:00", "S3", 10)
    del body["from"]
    event = firms.shop.post("/api/v1/receipts", body)["event_id"]
    after = firms.dairy.get(PATH)["one_down"][0]
    assert (before["received"], after["received"]) == (75, 85)
    assert after["event_ids"] == before["event_ids"]
    assert event in firms.shop.get(PATH)["one_up"][0]["event_ids"]
    firms.dairy.event(event, 404)


def test_the_sheets_say_cell_by_cell_what_the_json_says(firms: Firms) -> None:
    for lang in ("zh", "en"):
        compare_sheets(firms, lang)


def compare_sheets(firms: Firms, lang: str) -> None:
    found = firms.shop.get(PATH)
    table = get_xlsx(firms.shop, f"{PATH}?format=xlsx&lang={lang}")
    assert table[0][:3] == (["方向", "GTIN", "批号"] if lang == "zh" else ["Direction", "GTIN", "Lot"])
    rows = [*found["one_up"], *found["one_down"]]
    sides = ("来自 (上一步)", "去往 (下一步)") if lang == "zh" else ("from (one up)", "to (one down)")
    assert [row[0] for row in table[1:]] == [sides[0]] * len(found["one_up"]) + [sides[1]] * len(found["one_down"])
    for cells, row in zip(table[1:], rows, strict=True):
        assert cells[1:] == expected_cells(found, row, lang)
    written = get_csv(firms.shop, f"{PATH}?format=csv&lang={lang}")
    assert [[as_csv(cell) for cell in cells] for cells in table] == written


def expected_cells(found: dict[str, Any], row: dict[str, Any], lang: str) -> list[Any]:
    other = row["neighbour"]
    firm = other["party"] or {}
    days = [row[key] and date.fromisoformat(row[key])
            for key in ("shipped_first", "shipped_last", "received_first", "received_last")]  # fmt: skip
    cells = [
        *(GTIN, "L1", BATCH, found["product"]["name"], None, None),
        *(other["gln"], other["name"], firm.get("name"), other["address"], firm.get("phone")),
        *(firm.get("email"), firm.get("uscc")),
        *(row["location"]["gln"], row["location_name"], row["shipped"], row["received"]),
        *("件" if lang == "zh" else "pieces", *days),
        "; ".join("–" if one["type"] is None else {"zh": "发货通知", "en": "despatch advice"}[lang]
                  for one in row["documents"]),
        "; ".join(one["number"] for one in row["documents"]),
        "; ".join(row["event_ids"]),
    ]  # fmt: skip
    return ["" if cell is None else cell for cell in cells]


def as_csv(cell: Any) -> str:
    if isinstance(cell, float):
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date) else "'" + cell if cell.startswith("=") else cell


def test_what_others_do_among_themselves_changes_nothing(firms: Firms) -> None:
    before = [strict_json.dumps(firms.dairy.get(PATH)), get_csv(firms.dairy, PATH + "?format=csv")]
    firms.shop.post("/api/v1/sales", {"location": OUTLET, "lines": some(2)})
    firms.shop.post("/api/v1/shipments", trip(OUTLET, CAFE, "2026-03-09T08:00:00+08:00", "C2", 1))
    assert [strict_json.dumps(firms.dairy.get(PATH)), get_csv(firms.dairy, PATH + "?format=csv")] == before
