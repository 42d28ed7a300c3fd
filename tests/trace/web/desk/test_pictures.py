"""Where a batch went, as a page: the ledger's figures, the same as a table, a file to keep; as far as one may see."""

import pytest
from flask import Flask
from lxml import etree

from tests.desk import DeskClient, sign_in
from tests.trace.web.firms import DAIRY, GTIN, Firms, batch, make_firms, party_number, shipment

PAGE = f"/desk/batches/{GTIN}/L1/picture"


@pytest.fixture
def database_kind() -> str:
    """Pages are alike on both databases."""
    return "sqlite"


@pytest.fixture
def firms(app: Flask) -> Firms:
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch())
    firms.dairy.post("/api/v1/shipments", shipment())
    return firms


@pytest.fixture
def dairy(app: Flask, firms: Firms) -> DeskClient:
    return sign_in(app, "company", party_number(app, DAIRY), name="Quality")


def test_a_batch_is_drawn_with_a_table_of_the_same(dairy: DeskClient) -> None:
    page = dairy.get(PAGE)
    titles = [one.text for one in page.tree.iter("title") if one.text]
    assert any("made" in title for title in titles)
    assert not page.tree.xpath("//svg//@style")
    assert len(page.tree.xpath("//details//tbody/tr")) == len(page.tree.xpath("//svg//rect"))


def test_the_file_needs_no_page_around_it(dairy: DeskClient) -> None:
    answer = dairy.send("GET", PAGE + "?format=svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    tree = etree.fromstring(answer.get_data())
    assert not tree.xpath("//@class | //@style | //*[local-name()='a']")


def test_the_same_by_an_identifier_of_any_scheme_and_as_a_line_on_the_batch_page(dairy: DeskClient) -> None:
    uri = f"https://id.gs1.org/01/{GTIN}/10/L1"
    assert dairy.get(f"/desk/batches/by-id/picture?batch={uri}").tree.xpath("//svg//rect")
    page = dairy.get(f"/desk/batches/{GTIN}/L1").tree
    assert page.xpath("//svg[contains(@class, 'line-lying')]")
    assert page.xpath("//svg[contains(@class, 'line-standing')]")
    assert page.xpath(f"//a[@href='{PAGE}']")


def test_what_the_picture_has_not_is_not_found(dairy: DeskClient) -> None:
    for query in ("?open=3.outlet.99", "?uom=KGM", "?open=~~&uom=pieces"):
        dairy.get(PAGE + query, status=404)
    dairy.get(PAGE.replace("L1", "NONE"), status=404)
    dairy.get(PAGE + "?as_of=yesterday", status=422)
