"""The pages of a firm: batches registered, found, shown and exported; findings explained; products and places."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from tests.desk import DeskClient, sign_in
from tests.trace.web.firms import (
    DAIRY,
    FREE_GLN,
    FREE_GTIN,
    GTIN,
    PLANT,
    SHOP,
    Firms,
    batch,
    make_firms,
    party_number,
    shipment,
)
from trace.kit.config import ROOT

BATCHES = "/desk/batches"
PAGE = f"{BATCHES}/{GTIN}/L1"
PLACE = f"https://id.gs1.org/414/{PLANT}"


@pytest.fixture
def database_kind() -> str:
    """Pages are alike on both databases; what they call is tested on both."""
    return "sqlite"


@pytest.fixture
def firms(app: Flask) -> Firms:
    return make_firms(app)


@pytest.fixture
def dairy(app: Flask, firms: Firms) -> DeskClient:
    return sign_in(app, "company", party_number(app, DAIRY), name="Quality")


@pytest.fixture
def shop(app: Flask, firms: Firms) -> DeskClient:
    return sign_in(app, "company", party_number(app, SHOP), name="Till")


def form(**changes: Any) -> dict[str, Any]:
    """What somebody types into the form of a batch."""
    typed = {"commodity_code": GTIN, "lot": "L1", "quantity": "1,200", "uom": "", "location": PLACE}
    return {**typed, "produced_on": "2026-03-01", "expires_on": "2026-04-01", **changes}


# -- registering -----------------------------------------------------------------------------------------------------


def test_a_batch_is_registered_and_shown_with_its_labels(dairy: DeskClient) -> None:
    page = dairy.follow(dairy.post(BATCHES, form()))
    assert "The batch is registered." in page.text
    assert "Made: 1,200 pieces" in page.text
    assert page.tree.xpath("//form[contains(@action, '/desk/labels')]")
    assert "L1" in dairy.get(BATCHES).text


def test_the_same_batch_again_changes_nothing_and_another_amount_is_refused(dairy: DeskClient) -> None:
    dairy.post(BATCHES, form())
    assert dairy.post(BATCHES, form()).headers["Location"].endswith("done=known")
    refused = dairy.post(BATCHES, form(quantity="7"), status=409)
    assert 'value="7"' in refused.get_data(as_text=True)


MISTAKES: list[tuple[dict[str, str], str]] = [
    ({"quantity": "many"}, "quantity"),
    *(({"quantity": amount}, "quantity") for amount in ("0", "-0", "1e9999", "NaN", "1.2.3", "9" * 19)),
    ({"lot": "with blank"}, "lot"),
    ({"expires_on": "2026-02-01"}, "expires_on"),
    ({"produced_on": "2999-01-01", "expires_on": ""}, "produced_on"),
    ({"commodity_code": FREE_GTIN}, "commodity_code"),
    ({"location": ""}, "location"),
    ({"uom": "QQQQ"}, "uom"),
]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_mistake_stands_at_its_field_and_what_was_typed_stays(app: Flask, firms: Firms, language: str) -> None:
    person = sign_in(app, "company", party_number(app, DAIRY), language=language)
    for typed, field in MISTAKES:
        response = person.send("POST", BATCHES, {**form(**typed), **_hidden(person)})
        assert response.status_code in (404, 422), typed
        body = response.get_data(as_text=True)
        assert f'id="{field}-mistake"' in body, typed
        assert 'value="2026-03-01"' in body or "produced_on" in typed
    assert person.get(BATCHES).tree.xpath("//tbody") == []


def _hidden(person: DeskClient) -> dict[str, str]:
    tree = person.get(f"{BATCHES}/new").tree
    return {name: tree.xpath(f"//main//input[@name='{name}']/@value")[0] for name in ("csrf", "once")}


def test_one_code_fills_product_lot_and_dates_without_script(dairy: DeskClient) -> None:
    """(01) product, (11) produced, (17) expires, (10) lot; what was typed elsewhere stays."""
    code = f"01{GTIN}112603011726040110L7"
    body = dairy.post(f"{BATCHES}/new/read", {"scan": code, "quantity": "5"}, status=200).get_data(as_text=True)
    for text in ('value="L7"', 'value="2026-03-01"', 'value="2026-04-01"', 'value="5"'):
        assert text in body
    assert f'<option value="{GTIN}" selected>' in body


def test_a_code_that_is_none_is_told_at_the_scanner_s_field(dairy: DeskClient) -> None:
    body = dairy.post(f"{BATCHES}/new/read", {"scan": "hello", "lot": "L9"}, status=422).get_data(as_text=True)
    assert 'id="scan-mistake"' in body
    assert 'value="L9"' in body


def test_serials_of_a_row_are_registered_one_by_one(dairy: DeskClient, firms: Firms) -> None:
    typed = form(quantity="3", serial_first="S08", serial_last="S10")
    dairy.post(BATCHES, typed)
    (figures,) = firms.dairy.get(f"/api/v1/batches/{GTIN}/L1")["balance"]["figures"]
    assert figures["produced"] == 3
    refused = dairy.post(BATCHES, {**typed, "lot": "L2", "quantity": "4"}, status=422)
    assert 'id="serials-mistake"' in refused.get_data(as_text=True)


def test_a_form_sent_twice_makes_one_batch(dairy: DeskClient, firms: Firms) -> None:
    for _time in range(2):
        dairy.post(BATCHES, form(), once="a" * 32)
    (figures,) = firms.dairy.get(f"/api/v1/batches/{GTIN}/L1")["balance"]["figures"]
    assert figures["produced"] == 1200


def test_what_no_database_keeps_is_refused_before_it(dairy: DeskClient) -> None:
    for typed in (form(certificate="a\0b"), form(lot="L\0")):
        dairy.post(BATCHES, typed, status=400)


def test_an_amount_may_be_typed_as_people_type_it(dairy: DeskClient) -> None:
    """With commas, and in the wide digits of Chinese keyboards."""
    assert "Made: 1,200.5 kg" in dairy.follow(dairy.post(BATCHES, form(quantity=" １，２００.5 ", uom="KGM"))).text


# -- finding ---------------------------------------------------------------------------------------------------------


def test_the_empty_list_teaches_how_to_fill_it(dairy: DeskClient) -> None:
    assert "There is no batch yet. Register the first one" in dairy.get(BATCHES).text


def test_a_batch_is_found_by_lot_by_bar_code_and_by_a_scan(dairy: DeskClient, firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/batches", batch(lot="K2"))
    for query, found in (("L", ["L1"]), (GTIN[1:], ["K2", "L1"]), (f"01{GTIN}10K2", ["K2"]), ("nothing", [])):
        page = dairy.get(f"{BATCHES}?q={quote(query)}")
        assert page.tree.xpath("//tbody//tr/td[1]/a/text()") == found
    assert "No batch of yours fits." in dairy.get(f"{BATCHES}?q=nothing").text


def test_each_figure_of_the_list_stands_below_its_word(dairy: DeskClient, firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    table = dairy.get(BATCHES).tree.xpath("//table")[0]
    words = [one.text_content() for one in table.xpath(".//th")]
    row = [one.text_content() for one in table.xpath(".//td")]
    told = dict(zip(words, row, strict=True))
    assert (told["Stock at your places"], told["Registered as made"]) == ("40 pieces", "100 pieces")


def test_a_wrong_day_or_cursor_is_said_in_words(dairy: DeskClient) -> None:
    for query in ("from=2026-13-01", "cursor=x"):
        dairy.get(f"{BATCHES}?{query}", status=422)


def test_the_sheet_has_what_the_list_has_and_no_formula(dairy: DeskClient, firms: Firms) -> None:
    """A name that a spreadsheet would take for a formula gets an apostrophe; codes stay text."""
    firms.dairy.post("/api/v1/products", {"commodity_code": FREE_GTIN, "name": "=cmd|' /C calc'!A0"})
    firms.dairy.post("/api/v1/batches", batch(commodity_code=FREE_GTIN, lot="-1+2", quantity=12.5, uom="KGM"))
    text = dairy.send("GET", f"{BATCHES}.csv").get_data().decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(text))
    told = dict(zip(head, row, strict=True))
    assert told["Product"] == "'=cmd|' /C calc'!A0"
    assert told["Lot"] == "'-1+2"
    assert (told["Commodity code"], told["Registered as made"], told["Unit"]) == (FREE_GTIN, "12.5", "KGM")
    assert dairy.send("GET", f"{BATCHES}.xlsx").get_data()[:2] == b"PK"
    assert dairy.send("GET", f"{BATCHES}.pdf").status_code == 404


# -- one batch -------------------------------------------------------------------------------------------------------


def test_the_page_of_a_batch_tells_each_firm_its_own_part(dairy: DeskClient, shop: DeskClient, firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    shop_page = shop.get(PAGE)
    assert "Came to you: 0 pieces" not in shop_page.text
    firms.shop.post("/api/v1/receipts", {**_receipt(), "lines": [{"gtin": GTIN, "lot": "L1", "quantity": 50}]})
    assert "Came to you: 50 pieces" in shop.get(PAGE).text
    page = dairy.get(PAGE)
    assert "Made: 100 pieces" in page.text
    widths = [
        float(one) for one in page.tree.xpath("//*[local-name()='svg'][@class='bar']//*[local-name()='rect']/@width")
    ]
    assert sum(widths) == pytest.approx(1000, abs=0.01)
    assert "in all" not in shop.get(PAGE).text.lower() or "Quality" not in shop.get(PAGE).text


def _receipt() -> dict[str, Any]:
    outlet = {key: value for key, value in shipment().items() if key in ("from", "to", "document")}
    return {**outlet, "received_at": "2026-03-03T08:00:00+08:00"}


def test_what_a_firm_may_not_see_is_not_there(dairy: DeskClient, shop: DeskClient, firms: Firms) -> None:
    """The shop never had it: the same answer as for a batch that there is not, in words and in labels."""
    firms.dairy.post("/api/v1/batches", batch())
    foreign, absent = (shop.get(f"{BATCHES}/{GTIN}/{lot}", status=404).text for lot in ("L1", "LX"))
    assert foreign.replace("L1", "LX") == absent
    shop.get(f"{BATCHES}/by-id?batch=https://id.gs1.org/01/{GTIN}/10/L1", status=404)
    shop.get(f"/desk/labels?gtin={GTIN}&lot=L1", status=404)
    assert dairy.send("GET", f"/desk/labels?gtin={GTIN}&lot=L1").headers["Location"].startswith("/labels/")


def test_an_earlier_moment_is_asked_for_by_beijing_s_clock(dairy: DeskClient, firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    assert "Shipped" in dairy.get(PAGE).text
    before = dairy.get(f"{PAGE}?as_of=2026-03-02T07:59")
    assert "As of 2 Mar 2026, 07:59 (Beijing time)" in before.text
    assert "Shipped" not in before.text
    for text in ("soon", "0001-01-01T00:00", "9999-12-31T23:59-05:00"):
        dairy.get(f"{PAGE}?as_of={text}", status=422)


def test_an_officer_sees_the_whole_batch(app: Flask, firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    officer = sign_in(app, "regulator")
    assert "Made: 100 pieces" in officer.get(PAGE).text
    assert "Keep the explanation" not in officer.get(PAGE).text


def test_labels_come_as_pdf(dairy: DeskClient, firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    response = dairy.send("GET", f"/desk/labels?gtin={GTIN}&lot=L1&copies=3&format=pdf")
    assert response.get_data()[:4] == b"%PDF"
    dairy.get(f"/desk/labels?gtin={GTIN}&lot=L1&copies=0", status=422)


# -- findings, home, master data -------------------------------------------------------------------------------------


def test_a_finding_waits_at_home_until_it_is_explained(shop: DeskClient, firms: Firms) -> None:
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    firms.shop.post("/api/v1/receipts", {**_receipt(), "lines": [{"gtin": GTIN, "lot": "L1", "quantity": 70}]})
    assert "1 finding in what you reported lately" in shop.get("/desk").text
    tree = shop.get("/desk/findings").tree
    fields = {one.get("name"): one.get("value") for one in tree.xpath("//li[@class='finding']//input")}
    empty = shop.post("/desk/findings", {**fields, "words": ""}, status=422).get_data(as_text=True)
    assert "Keep the explanation" in empty
    page = shop.follow(shop.post("/desk/findings", {**fields, "words": "Ten too many were loaded."}))
    assert "Ten too many were loaded." in page.text
    assert "Till" in page.text
    assert "finding in what you reported" not in shop.get("/desk").text
    assert "Ten too many were loaded." in shop.get(PAGE).text


def test_a_product_and_a_place_are_registered_and_listed(dairy: DeskClient) -> None:
    product = {"commodity_code": FREE_GTIN[1:], "name": "奶酪", "name_en": "Cheese", "uom": "KGM"}
    assert "Cheese" in dairy.follow(dairy.post("/desk/products", product)).text
    place = {"gln": FREE_GLN, "name": "冷库", "kind": "warehouse", "latitude": "31.5", "longitude": "118.7"}
    assert "冷库" in dairy.follow(dairy.post("/desk/places", place)).text
    refused = dairy.post("/desk/places", {**place, "gln": "9520009000013"}, status=422).get_data(as_text=True)
    assert 'id="gln-mistake"' in refused
    assert 'value="冷库"' in refused
    for address in ("/desk/products.csv", "/desk/places.xlsx", "/desk/firm", "/desk/glossary"):
        assert dairy.send("GET", address).status_code == 200


def test_pages_stay_light_and_bring_nothing_from_elsewhere(dairy: DeskClient, firms: Firms) -> None:
    for number in range(60):
        firms.dairy.post("/api/v1/batches", batch(lot=f"N{number}"))
    pages = [dairy.get(path).body for path in (BATCHES, f"{BATCHES}/new", PAGE.replace("L1", "N1"), "/desk")]
    assert 'rel="next"' in pages[0]
    static = sum((ROOT / "trace/web/static" / name).stat().st_size for name in ("public.css", "desk.css", "desk.js"))
    for body in pages:
        assert len(body.encode()) + static < 150_000
        assert "style=" not in body
        assert "http" not in body.replace("http://www.w3.org", "").replace(PLACE, "").replace("https://id.gs1.org", "")
