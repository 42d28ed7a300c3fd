"""The ledgers over the API and at the desk: a firm's own, an official's look at one, sheets, both languages."""

import csv
import io

import pytest
from flask import Flask

from tests.desk import DeskClient, sign_in
from tests.trace.web.api_client import Api
from tests.trace.web.firms import DAIRY, GTIN, OUTLET, PLANT, SHOP, Firms, batch, make_firms, party_number, shipment
from trace.kit.web import current_database
from trace.models import Party, Product

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])

DAYS = "from=2026-03-01&to=2026-03-31"


@pytest.fixture
def firms(app: Flask) -> Firms:
    """The dairy sends 60 to the shop, which counts 55 and sells 10."""
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch(expires_on="2026-03-22", certificate="QC-1"))
    firms.dairy.post("/api/v1/shipments", shipment())
    goods = [{"gtin": GTIN, "lot": "L1", "quantity": 55}]
    arrived = {"from": PLANT, "to": OUTLET, "received_at": "2026-03-03T09:00:00+08:00", "document": "S1"}
    firms.shop.post("/api/v1/receipts", {**arrived, "lines": goods})
    sold = {"location": OUTLET, "at": "2026-03-04T09:00:00+08:00", "lines": [{**goods[0], "quantity": 10}]}
    firms.shop.post("/api/v1/sales", sold)
    return firms


@pytest.fixture
def shop(app: Flask, firms: Firms) -> DeskClient:
    return sign_in(app, "company", party_number(app, SHOP))


def test_a_firm_reads_its_purchases_page_by_page(firms: Firms) -> None:
    firms.shop.post("/api/v1/receipts", {"from": PLANT, "to": OUTLET, "lines": [{"gtin": GTIN, "quantity": 1}]})
    first = firms.shop.get("/api/v1/ledgers/purchase?limit=1")
    second = firms.shop.get(first["next"])
    assert (first["party"], second["next"]) == (SHOP, None)
    assert [row["quantity"] for row in first["lines"] + second["lines"]] == [1, 55]
    (row,) = second["lines"]
    assert (row["date"], row["keep_until"], row["certificate"]) == ("2026-03-03", "2026-09-22", "QC-1")
    assert [one["number"] for one in row["documents"]] == ["S1"]
    assert row["counterparty"]["party"]["gln"] == DAIRY


def test_sums_are_those_of_the_lines(firms: Firms) -> None:
    (sold,) = firms.shop.get("/api/v1/ledgers/sale/totals")["totals"]
    assert (sold["id"], sold["quantity"], sold["to_consumers"], sold["complete"]) == (GTIN, 10, 10, True)
    (sent,) = firms.dairy.get(f"/api/v1/ledgers/sale/totals?{DAYS}")["totals"]
    assert (sent["quantity"], sent["to_consumers"]) == (60, 0)
    assert firms.dairy.get("/api/v1/ledgers/purchase/totals")["totals"] == []


def test_what_cannot_be_asked_is_refused_with_the_field(firms: Firms) -> None:
    for path, pointer in (
        (f"/api/v1/ledgers/purchase?party={SHOP}&from=2026-13-01", "/from"),
        (f"/api/v1/ledgers/purchase?party={SHOP}&from=2026-03-02&to=2026-03-01", "/to"),
        (f"/api/v1/ledgers/purchase?party={SHOP}&product=1", "/product"),
        (f"/api/v1/ledgers/purchase?party={SHOP}&counterparty=x", "/counterparty"),
        ("/api/v1/ledgers/purchase", "/party"),
    ):
        assert [one["pointer"] for one in firms.regulator.get(path, 422)["errors"]] == [pointer]
    firms.regulator.get(f"/api/v1/ledgers/stock?party={SHOP}", 404)


def test_a_sheet_has_no_formula_and_the_same_lines(app: Flask, firms: Firms) -> None:
    with app.app_context(), current_database().write() as session:
        session.query(Party).filter_by(gln=DAIRY).one().name = "=1+1"
        session.query(Product).filter_by(gtin=GTIN).one().specification = "200 g"
    path = f"/api/v1/ledgers/purchase/sheet?party={SHOP}&lang=zh"
    data = firms.regulator.send("GET", path).get_data().decode("utf-8-sig")
    heading, row = csv.reader(io.StringIO(data))
    said = dict(zip(heading, row, strict=True))
    assert said["供货者名称"] == "'=1+1"
    assert (said["规格"], said["数量"], said["计量单位"]) == ("200 g", "55", "件")
    assert (said["供货者地址"], said["供货者联系方式"], said["记录保存至"]) == ("未登记", "未登记", "2026-09-22")
    answer = firms.shop.send("GET", "/api/v1/ledgers/sale/sheet?format=xlsx")
    assert answer.get_data().startswith(b"PK")


def test_the_page_shows_lines_sums_and_what_is_missing(shop: DeskClient) -> None:
    page = shop.get(f"/desk/ledgers/purchase?{DAYS}")
    assert "55 pieces" in page.text
    assert "Address: not on record" in page.text
    assert "22 Sep 2026" in page.text
    assert "Consumers" in shop.get(f"/desk/ledgers/sale?{DAYS}").text
    assert "No receipt from another firm" in shop.get("/desk/ledgers/purchase?from=2020-01-01&to=2020-01-31").text
    assert shop.send("GET", f"/desk/ledgers/purchase.csv?{DAYS}").status_code == 200
    assert shop.follow(shop.send("GET", "/desk/ledgers")).tree.find(".//h1").text == "Purchase ledger"


def test_the_page_in_chinese(app: Flask, firms: Firms) -> None:
    page = sign_in(app, "company", party_number(app, SHOP), language="zh").get(f"/desk/ledgers/purchase?{DAYS}")
    assert all(word in page.text for word in ("进货台账", "供货者", "记录保存至", "保存期限不少于产品保质期满后六个月"))


def test_an_official_looks_a_firm_up_and_his_look_is_on_record(app: Flask, firms: Firms) -> None:
    official = sign_in(app, "regulator")
    found = official.get(f"/desk/ledgers/sale?q={SHOP}")
    (link,) = found.tree.xpath("//main//ul//a/@href")
    page = official.get(link + f"&{DAYS}")
    assert "10 pieces" in page.text
    assert f"企业 {SHOP}" in page.text
    log = Api.issue(app, "auditor").get("/api/v1/audit")["entries"]
    assert any(one["path"] == "/desk/ledgers/sale" and SHOP in one["query"] for one in log)


def test_days_that_are_none_or_run_backwards_are_refused_in_words(app: Flask, firms: Firms) -> None:
    shop = sign_in(app, "company", party_number(app, SHOP), language="zh")
    assert "日期" in shop.get("/desk/ledgers/purchase?from=yesterday", 422).text
    page = shop.get("/desk/ledgers/purchase?from=2026-03-02&to=2026-03-01", 422)
    assert "截止日期 2026-03-01 早于起始日期 2026-03-02" in page.text


@pytest.mark.parametrize("more", ["side=x", "form=x", "endpoint=x", "_method=x", "_scheme=x&_external=1"])
def test_what_a_page_does_not_know_in_its_address_changes_nothing(shop: DeskClient, more: str) -> None:
    pages = [shop.get(f"/desk/ledgers/purchase?{DAYS}{rest}").tree for rest in (f"&{more}", "")]
    strange, plain = ([str(one) for one in page.xpath("//main//@href | //main//text()")] for page in pages)
    assert strange == plain


def test_the_first_days_of_the_calendar_are_days(shop: DeskClient) -> None:
    for days in ("to=0001-01-01", "from=0001-01-01&to=0001-01-01", "from=0001-01-01&to=9999-12-31"):
        assert "Purchase ledger" in shop.get(f"/desk/ledgers/purchase?{days}").text
