"""Sheets at the desk: brought, checked, mended, recorded; nothing of others is seen."""

import io
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.desk import DeskClient, Page, sign_in
from tests.trace.web.firms import DAIRY, GTIN, OUTLET, PLANT, SHOP, make_firms, party_number
from trace.kit.web import current_database
from trace.models import Batch, Event, SheetImport
from trace.sheets_in.tables import MAX_BYTES, read_table

HEAD = "商品条码,批号,数量,生产日期,地点"


@pytest.fixture
def database_kind() -> str:
    """What pages do is alike on both databases; runs are tested on both."""
    return "sqlite"


@pytest.fixture
def dairy(app: Flask) -> DeskClient:
    """A person of the dairy's."""
    make_firms(app)
    return sign_in(app, "company", party_number(app, DAIRY), name="Quality")


def batch_rows(count: int, **faults: str) -> str:
    """So many batches; `faults` replace the quantity of a row (`r3='x'`)."""
    rows = [f"{GTIN},L{at},{faults.get(f'r{at}', '100')},2026-03-01,{PLANT}" for at in range(1, count + 1)]
    return "\n".join([HEAD, *rows])


def bring(client: DeskClient, kind: str, text: str | bytes, name: str = "sheet.csv") -> str:
    """Bring a sheet; the address of its page when its check is over."""
    data = text.encode() if isinstance(text, str) else text
    response = client.post(f"/desk/sheets/{kind}", {"file": (io.BytesIO(data), name)})
    return wait(client, response.headers["Location"])


def wait(client: DeskClient, address: str) -> str:
    """Look at a page until nothing runs any more."""
    deadline = time.monotonic() + 20
    while 'http-equiv="refresh"' in client.get(address).body:
        assert time.monotonic() < deadline, "it does not end"
        time.sleep(0.02)
    return address


def take(client: DeskClient, address: str, mode: str) -> Page:
    """Have the rows recorded."""
    client.post(f"{address}/take", {"mode": mode})
    return client.get(wait(client, address))


def figures(page: Page) -> list[int]:
    """Rows, new and right ones, those already there, wrong ones."""
    return [int(dd.text_content()) for dd in page.tree.xpath("//dl[contains(@class, 'tiles')]//dd")]


def count(app: Flask, model: Any) -> int:
    """How many rows a table has."""
    with app.app_context(), current_database().read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_sheet_is_checked_mended_by_its_error_sheet_and_recorded(app: Flask, dairy: DeskClient) -> None:
    """Good rows first; the wrong ones come as a sheet that says how, and that is brought back."""
    address = bring(dairy, "batches", batch_rows(5, r2="zwei", r4="-1"))
    page = dairy.get(address)
    assert figures(page) == [5, 3, 0, 2]
    cells = [cell.text_content() for cell in page.tree.xpath("//tbody/tr[1]/td")]
    assert cells == ["3", "数量zwei", "Expected a number such as 120 or 12.5, got “zwei”."]
    assert count(app, Batch) == 0
    assert "3 rows were recorded" in take(dairy, address, "good").text
    assert count(app, Batch) == 3

    wrong = dairy.send("GET", f"{address}/mistakes.csv").get_data().decode("utf-8-sig")
    assert wrong.splitlines()[0].endswith(",What is wrong")
    assert len(wrong.splitlines()) == 3
    mended = bring(dairy, "batches", wrong.replace("zwei", "20").replace("'-1", "30"))
    assert "2 rows were recorded" in take(dairy, mended, "all").text
    assert count(app, Batch) == 5


def test_a_sheet_of_others_is_not_there(app: Flask, dairy: DeskClient) -> None:
    """Neither its page, nor its mistakes, nor its forms."""
    address = bring(dairy, "batches", batch_rows(2, r1="x"))
    shop = sign_in(app, "company", party_number(app, SHOP))
    for path in ("", "/mistakes.csv", "/labels.pdf"):
        shop.get(address + path, 404)
    for path in ("take", "again", "columns"):
        shop.post(f"{address}/{path}", {"mode": "good"}, 404)
    assert "sheet.csv" not in shop.get("/desk/sheets").text


def test_rows_that_are_there_are_counted_and_not_recorded_again(app: Flask, dairy: DeskClient) -> None:
    """Shipments have no number of their own in the record: their rows are known by what they say."""
    take(dairy, bring(dairy, "batches", batch_rows(2)), "all")
    head = "单据号,发货时间,发货地 GLN,收货地 GLN,商品条码,批号,数量"
    rows = [f"D1,2026-03-02 08:00,{PLANT},{OUTLET},{GTIN},L{at},10" for at in (1, 2)]
    take(dairy, bring(dairy, "shipments", "\n".join([head, *rows])), "all")
    before = count(app, Event)
    again = bring(dairy, "shipments", "\n".join([head, *rows, rows[0].replace("D1", "D2")]))
    assert figures(dairy.get(again)) == [3, 1, 2, 0]
    take(dairy, again, "all")
    assert count(app, Event) == before + 1


def test_rows_of_one_document_go_in_together(app: Flask, dairy: DeskClient) -> None:
    """A shipment with a wrong row waits as a whole; another goes in."""
    head = "单据号,发货时间,发货地 GLN,收货地 GLN,商品条码,批号,数量"
    rows = [f"D{at // 2},2026-03-02 08:00,{PLANT},{OUTLET},{GTIN},L{at},{at}" for at in range(4)]
    page = dairy.get(bring(dairy, "shipments", "\n".join([head, *rows])))
    assert figures(page) == [4, 2, 0, 2]
    assert "Rows of one document go in together" in page.text


def test_a_firms_own_headings_are_told_once(dairy: DeskClient) -> None:
    """A column that nobody knows is chosen on the page, and known the next time."""
    text = batch_rows(1).replace("批号", "炉次").replace("地点", "备注甲")
    address = bring(dairy, "batches", text)
    assert "These columns are needed and were not found: Lot, Place (GLN)" in dairy.get(address).text
    fields = ("commodity_code", "lot", "quantity", "produced_on", "location")
    dairy.post(f"{address}/columns", {f"column-{at}": field for at, field in enumerate(fields)})
    assert "Record 1 row" in dairy.get(wait(dairy, address)).text
    assert "Record 1 row" in dairy.get(bring(dairy, "batches", text.replace("L1", "L2"))).text


def test_the_record_may_change_between_check_and_order(app: Flask, dairy: DeskClient) -> None:
    """Then nothing goes in, and the page says what is wrong now."""
    address = bring(dairy, "batches", batch_rows(3))
    take(dairy, bring(dairy, "batches", batch_rows(1, r1="7")), "all")
    page = take(dairy, address, "all")
    assert "Nothing was recorded: the record has changed since the check." in page.text
    assert figures(page) == [3, 2, 0, 1]
    assert "registered already, with another quantity" in page.text
    assert count(app, Batch) == 1


def test_a_run_that_died_is_seen_and_begun_again(app: Flask, dairy: DeskClient) -> None:
    """Nothing of it is recorded; the page says so and has a button."""
    address = bring(dairy, "batches", batch_rows(1))
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    with app.app_context(), current_database().write() as session:
        session.execute(
            update(SheetImport).values(state="taking", mode="all", claim="gone", changed_at=long_ago, beat_at=None)
        )
    assert "Nothing of this sheet was recorded" in dairy.get(address).text
    dairy.post(f"{address}/again", {})
    assert "1 row was recorded" in dairy.get(wait(dairy, address)).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.4", "This is a PDF."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old .xls file"),
        (b"<html><table></table>", "a web page"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (b"\n\n", "The sheet is empty"),
    ],
)
def test_what_is_no_sheet_is_refused_in_words(dairy: DeskClient, data: bytes, said: str) -> None:
    assert said in dairy.get(bring(dairy, "batches", data, "x.xlsx")).text


def test_a_file_that_is_too_large_is_refused_in_words(dairy: DeskClient) -> None:
    file = (io.BytesIO(b"x" * (MAX_BYTES + 200_000)), "x.csv")
    response = dairy.post("/desk/sheets/batches", {"file": file}, 413)
    assert "may have 20 MB" in response.get_data(as_text=True)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_template_brought_back_as_it_is_has_no_rows(dairy: DeskClient, form: str, language: str) -> None:
    """Its example is not taken; its headings are all known."""
    data = dairy.send("GET", f"/desk/sheets/shipments/template.{form}?lang={language}").get_data()
    assert len(read_table(data).rows) == 2
    assert figures(dairy.get(bring(dairy, "shipments", data, f"t.{form}")))[0] == 0


def test_labels_of_all_batches_of_a_sheet(dairy: DeskClient) -> None:
    """One file for the printer."""
    address = bring(dairy, "batches", batch_rows(3))
    assert "Print labels for all" in take(dairy, address, "all").text
    response = dairy.send("GET", f"{address}/labels.pdf?part=1")
    assert response.status_code == 200
    assert response.get_data().startswith(b"%PDF")
    dairy.get(f"{address}/labels.pdf?part=2", 404)


def test_firms_are_brought_by_operators_alone(app: Flask, dairy: DeskClient) -> None:
    dairy.get("/desk/sheets/parties", 404)
    operator = sign_in(app, "admin")
    text = "统一社会信用代码,名称,GLN\n91320106MA1XXXXXXE,新企业,9520009000012"
    assert "1 row was recorded" in take(operator, bring(operator, "parties", text), "all").text
