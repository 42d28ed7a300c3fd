"""Goods in and out at the desk: lines scanned, reports recorded, deliveries confirmed; nothing typed is lost."""

from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from tests.desk import DeskClient, Page, sign_in
from tests.trace.web.firms import (
    DAIRY,
    GTIN,
    OTHER_GTIN,
    OUTLET,
    PLANT,
    SHOP,
    Firms,
    batch,
    make_firms,
    party_number,
    shipment,
)
from trace.gs1.check_digits import check_digit

PLACE, SHOP_PLACE = (f"https://id.gs1.org/414/{gln}" for gln in (PLANT, OUTLET))
CODE = f"(01){GTIN}(10)L1"
SSCC = "09520000000000001" + check_digit("09520000000000001")


@pytest.fixture
def database_kind() -> str:
    """Pages are alike on both databases; what they call is tested on both."""
    return "sqlite"


@pytest.fixture
def firms(app: Flask) -> Firms:
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch())
    return firms


@pytest.fixture
def dairy(app: Flask, firms: Firms) -> DeskClient:
    return sign_in(app, "company", party_number(app, DAIRY), name="Dispatch")


@pytest.fixture
def shop(app: Flask, firms: Firms) -> DeskClient:
    return sign_in(app, "company", party_number(app, SHOP), name="Receiving")


def fields(page: Page) -> dict[str, Any]:
    """What the form on a page holds, as a browser would send it."""
    (form,) = page.tree.xpath("//form[@id='goods']")
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        if name in found:
            found[name] = [*(found[name] if isinstance(found[name], list) else [found[name]]), value]
        else:
            found[name] = value
    return {name: value for name, value in found.items() if name not in ("csrf", "once")}


def change(client: DeskClient, kind: str, page: Page, status: int = 200, **more: Any) -> Page:
    """Press a button that draws the form again."""
    response = client.post(f"/desk/{kind}/lines", {**fields(page), **more}, status=status)
    return Page(status, response.get_data(as_text=True))


def scan(client: DeskClient, kind: str, *codes: str, **more: Any) -> Page:
    page = client.get(f"/desk/{kind}/new")
    for code in codes:
        page = change(client, kind, page, scan=code, **more)
    return page


# -- lines ------------------------------------------------------------------------------------------------------------


def test_each_scan_is_a_line_and_the_same_code_again_is_one_more(dairy: DeskClient) -> None:
    page = scan(dairy, "shipments", CODE, f"https://id.gs1.org/01/{GTIN}/10/L1", OTHER_GTIN[1:], SSCC)
    sent = fields(page)
    assert sent["line-gtin"] == [GTIN, OTHER_GTIN, ""]
    assert sent["line-quantity"] == ["2", "1", ""]
    assert sent["line-lot"] == ["L1", "", ""]
    assert sent["line-sscc"] == ["", "", SSCC]
    assert "Type the lot from the pack" in page.text


def test_a_line_can_be_taken_out_and_what_was_typed_stays(dairy: DeskClient) -> None:
    page = scan(dairy, "shipments", CODE, OTHER_GTIN)
    page = change(dairy, "shipments", page, remove="0", to=OUTLET, document="D-7")
    sent = fields(page)
    assert (sent["line-gtin"], sent["to"], sent["document"]) == (OTHER_GTIN, OUTLET, "D-7")


def test_a_code_that_cannot_be_read_stays_in_its_field_with_the_lines(dairy: DeskClient) -> None:
    page = scan(dairy, "sales", CODE)
    page = change(dairy, "sales", page, status=422, scan="6901234567890")
    sent = fields(page)
    assert (sent["scan"], sent["line-gtin"]) == ("6901234567890", GTIN)
    assert page.tree.xpath("//p[@id='scan-mistake']")


def test_the_stock_at_the_place_is_shown_and_more_is_warned_of(dairy: DeskClient) -> None:
    page = scan(dairy, "shipments", CODE)
    page = change(dairy, "shipments", page, **{"line-quantity": "101"})
    assert "In stock here: 100 pieces" in page.text
    assert "More than is there" in page.text


def test_a_recalled_batch_is_said_to_be_one(dairy: DeskClient, firms: Firms) -> None:
    firms.regulator.post(
        "/api/v1/recalls",
        {
            "title": "召回",
            "kind": "recall",
            "regime": "cn_food",
            "class": 2,
            "depth": "consumer",
            "hazard": "x",
            "instructions": "y",
            "remedy": "refund",
            "scope": [{"gtin": GTIN, "lots": ["L1"]}],
        },
    )
    firms.regulator.post("/api/v1/recalls/2026-0001/file-plan", {"reason": "z"}, status=200)
    firms.regulator.post("/api/v1/recalls/2026-0001/announce", {"reason": "z"}, status=200)
    page = scan(dairy, "shipments", CODE)
    assert "Recalled Set these goods apart" in page.text


# -- reports ----------------------------------------------------------------------------------------------------------


def test_a_shipment_is_recorded_shown_and_waits_at_the_receiver(dairy: DeskClient, shop: DeskClient) -> None:
    page = scan(dairy, "shipments", CODE)
    sent = {**fields(page), "line-quantity": "60", "to": OUTLET, "document": "D-1"}
    response = dairy.post("/desk/shipments/new", sent)
    done = dairy.follow(response)
    assert "It is recorded." in done.text
    assert "60 pieces" in done.text
    assert "1 delivery to confirm" in shop.get("/desk").text
    assert "D-1" in shop.get("/desk/deliveries").text
    assert "D-1" in dairy.get("/desk/deliveries/sent").text
    # the next form begins where the last report was, and knows the partner
    assert fields(dairy.get("/desk/shipments/new"))["place"] == PLACE
    assert OUTLET in dairy.get("/desk/shipments/new").tree.xpath("//datalist/option/@value")


def test_a_refused_report_keeps_everything_and_says_where(dairy: DeskClient) -> None:
    page = scan(dairy, "shipments", CODE)
    sent = {**fields(page), "line-quantity": "many", "to": "123", "document": "D-1"}
    response = dairy.post("/desk/shipments/new", sent, status=422)
    page = Page(422, response.get_data(as_text=True))
    again = fields(page)
    assert (again["line-quantity"], again["to"], again["document"]) == ("many", "123", "D-1")
    assert page.tree.xpath("//input[@name='line-quantity' and @aria-invalid]")
    assert page.tree.xpath("//p[@id='to-mistake']")


def test_what_happens_at_a_place_is_recorded(dairy: DeskClient) -> None:
    page = scan(dairy, "counts", CODE)
    for kind in ("sales", "returns", "destructions", "counts", "losses"):
        done = dairy.follow(dairy.post(f"/desk/{kind}/new", fields(page)))
        assert "It is recorded." in done.text


def test_goods_are_made_from_others(dairy: DeskClient, firms: Firms) -> None:
    page = scan(dairy, "transformations", CODE, side="inputs")
    page = change(dairy, "transformations", page, scan=f"(01){GTIN}(10)MADE", side="outputs")
    assert fields(page)["line-side"] == ["inputs", "outputs"]
    dairy.follow(dairy.post("/desk/transformations/new", {**fields(page), "line-quantity": ["30", "28"]}))
    assert firms.dairy.get(f"/api/v1/batches/{GTIN}/MADE/balance")["figures"][0]["produced"] == 28


def test_nobody_sees_the_stock_of_others_or_reports_at_their_places(shop: DeskClient) -> None:
    page = scan(shop, "sales", CODE)
    assert "In stock here" not in page.text
    assert "100 pieces" not in page.text
    shop.post("/desk/sales/new", {**fields(page), "place": PLACE}, status=404)


# -- deliveries -------------------------------------------------------------------------------------------------------


def open_delivery(shop: DeskClient, firms: Firms) -> tuple[str, Page]:
    event = firms.dairy.post("/api/v1/shipments", shipment())["event_id"]
    address = f"/desk/deliveries/one?event={quote(event)}"
    return event, shop.get(address)


def confirmed(page: Page, **more: Any) -> dict[str, Any]:
    """The form of one tap, or with what was counted."""
    form = page.tree.xpath("//form[input[@name='state']]")[0]
    return {"event": form.fields["event"], "state": form.fields["state"], **more}


def test_one_tap_confirms_and_a_second_person_is_told(shop: DeskClient, firms: Firms) -> None:
    _event, page = open_delivery(shop, firms)
    assert "60 pieces" in page.text
    done = shop.follow(shop.post("/desk/deliveries/one", confirmed(page)))
    assert "The delivery is recorded as you counted it." in done.text
    again = shop.post("/desk/deliveries/one", confirmed(page), status=409)
    assert "nothing of it is on the way any more" in again.get_data(as_text=True)


def test_a_short_delivery_asks_why_and_keeps_the_count(shop: DeskClient, firms: Firms) -> None:
    _event, page = open_delivery(shop, firms)
    refused = shop.post("/desk/deliveries/one", confirmed(page, counted="55"), status=422)
    again = Page(422, refused.get_data(as_text=True))
    assert again.tree.xpath("//input[@name='counted']/@value") == ["55"]
    assert again.tree.xpath("//p[@id='reason-mistake']")
    sent = confirmed(page, counted="55", missing="to_come", reason="left behind")
    assert "the rest stays on the way" in shop.follow(shop.post("/desk/deliveries/one", sent)).text
    assert "5 pieces" in shop.get("/desk/deliveries").text
    left = shop.get(f"/desk/deliveries/one?event={quote(sent['event'])}")
    done = shop.follow(shop.post("/desk/deliveries/one", confirmed(left, counted="5", missing="to_come")))
    assert "the rest stays on the way" not in done.text


def test_a_delivery_to_others_is_not_there(dairy: DeskClient, shop: DeskClient, firms: Firms) -> None:
    event, page = open_delivery(shop, firms)
    address = f"/desk/deliveries/one?event={quote(event)}"
    foreign = dairy.get(address, 404).text
    assert foreign == dairy.get("/desk/deliveries/one?event=urn:uuid:none", 404).text
    dairy.post("/desk/deliveries/one", confirmed(page), status=404)
    assert "60" not in dairy.get("/desk/deliveries").text
