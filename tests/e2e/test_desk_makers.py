"""A maker at the desk: 200 batches come as a sheet with 7 wrong rows, the good ones get labels, the rest is mended."""

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.conftest import app_over
from tests.e2e.conftest import DESKTOP, PHONE, Site, Visit, Visitor, visitors
from tests.faults.gunicorn import Server
from tests.trace.web.firms import DAIRY, GTIN, PLANT, make_firms, party_number
from trace.accounts.people import invite, prepare_password, take_invitation
from trace.kit.auth import Principal
from trace.kit.db import Database
from trace.kit.web import current_database

EMAIL, PASSWORD = "quality@dairy.example", "lantern-orchard-37-quiet"

HEADINGS = {
    "zh": ("商品条码", "批号", "数量", "生产日期", "到期日期", "地点 GLN"),
    "en": ("Commodity code", "Lot", "Quantity", "Produced on", "Expires on", "Place (GLN)"),
}
WRONG: dict[int, dict[int, str]] = {
    7: {0: "9520000000036"},  # a check digit
    30: {1: "with blank"},
    61: {2: "0"},
    62: {2: "many"},
    99: {3: "2026-02-30"},
    150: {4: "2026-02-28"},  # before it was made
    200: {5: "9520009000012"},  # a place that nobody registered
}
"""Of each wrong row, counted as people count, the cell that is wrong."""

SAID = {"zh": "已登记 193 行", "en": "193 rows were recorded"}


def rows_of(language: str, lots: str, wrong: dict[int, dict[int, str]]) -> list[list[str]]:
    rows = [list(HEADINGS[language])]
    for number in range(1, 201):
        row = [GTIN[1:], f"{lots}{number:03}", str(100 + number), "2026-03-01", "2026-04-01", PLANT]
        for cell, text in wrong.get(number, {}).items():
            row[cell] = text
        rows.append(row)
    return rows


def as_csv(rows: list[list[str]], encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def hire(app: Flask, firm: str) -> None:
    """Somebody of the firm, invited and with a password."""
    now = datetime.now(UTC)
    hashed = prepare_password(EMAIL, "王敏", PASSWORD, PASSWORD)
    with app.app_context():
        party = party_number(app, firm)
        with current_database().write() as session:
            operator = Principal("admin", None, 1, "operator")
            _user, token = invite(session, operator, EMAIL, "王敏", "company", party, False, now)
            take_invitation(session, token, "王敏", hashed, now)


@pytest.fixture(scope="module")
def dairy(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A dairy with a product, a plant and a person; nothing was made yet."""
    folder = tmp_path_factory.mktemp("makers")
    url = f"sqlite:///{folder / 'world.sqlite3'}"
    shutil.copyfile(sqlite_template, folder / "world.sqlite3")
    database = Database(url)
    app = app_over(database)
    make_firms(app)
    hire(app, DAIRY)
    database.close()
    server = Server(url, folder / "gunicorn.log")
    try:
        yield Site(server.wait().url, "")
    finally:
        server.kill()


@pytest.fixture
def visit(dairy: Site, browser: Browser) -> Iterator[Visit]:
    """Visitors of the dairy's site."""
    yield from visitors(dairy, browser)


def sign_in(visitor: Visitor) -> None:
    page = visitor.open("/desk")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.click("main form button")
    page.wait_for_selector("nav.side")


def bring(visitor: Visitor, name: str, data: bytes) -> None:
    """Bring a sheet, and wait until it was checked."""
    page = visitor.page
    page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": data})
    page.click("form:has(#file) button")
    page.wait_for_selector("form[action$='/take'], .done", timeout=60_000)


def record(visitor: Visitor) -> None:
    visitor.page.click("form[action$='/take'] button")
    visitor.page.wait_for_selector(".done", timeout=60_000)


@pytest.mark.parametrize(("language", "size"), [("zh", DESKTOP), ("en", PHONE)], ids=["zh-desktop", "en-phone"])
def test_two_hundred_batches_by_sheet_with_seven_wrong_rows_and_labels(
    visit: Visit, language: str, size: tuple[int, int]
) -> None:
    visitor = visit(language, size)
    page = visitor.page
    sign_in(visitor)
    page.click("nav.side a[href='/desk/sheets']")
    page.click("a[href='/desk/sheets/batches']")
    lots = {"zh": "M", "en": "N"}[language]
    data = as_csv(rows_of(language, lots, WRONG), "gbk" if language == "zh" else "utf-8")
    bring(visitor, "批次.csv", data)
    told = page.locator("section[aria-labelledby=wrong] tbody tr")
    assert told.count() == 7
    assert {int(row.locator("td").first.inner_text()) for row in told.all()} == {number + 1 for number in WRONG}
    with page.expect_download() as downloaded:
        page.click("a[href$='mistakes.csv']")
    kept = list(csv.reader(io.StringIO(Path(downloaded.value.path()).read_bytes().decode("utf-8-sig"))))
    assert len(kept) == 8
    record(visitor)
    assert SAID[language] in visitor.text
    with page.expect_download() as downloaded:
        page.click("a[href*='labels.pdf']")
    assert Path(downloaded.value.path()).read_bytes()[:4] == b"%PDF"

    # the seven, mended in the sheet that came back
    right = rows_of(language, lots, {})
    mended = [right[0], *(right[number] for number in WRONG)]
    page.click("a[href='/desk/sheets']")
    page.click("a[href='/desk/sheets/batches']")
    bring(visitor, "mended.csv", as_csv(mended, "utf-8-sig"))
    record(visitor)

    # found again, on its page, with a label of its own
    visitor.open(f"/desk/batches?q={lots}007")
    page.click("tbody a")
    assert f"{lots}007" in visitor.headline
    assert "107" in visitor.text
    assert page.locator("svg.bar").count() == 1
    page.fill("#copies", "12")
    page.click("button[name=format][value=page]")
    page.wait_for_selector("svg.sheet")
    assert f"{lots}007" in page.content()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_a_batch_is_typed_on_a_phone_with_a_scanned_code(visit: Visit, script: bool) -> None:
    """Without script the code is read by a button; a mistake keeps what was typed."""
    visitor = visit("zh", PHONE, script)
    page = visitor.page
    sign_in(visitor)
    visitor.open("/desk/batches/new")
    lot = f"P{int(script)}"
    page.fill("#scan", f"(01){GTIN}(11)260301(17)260401(10){lot}")
    page.click("button[formaction]")
    page.wait_for_selector(f"#lot[value='{lot}']")
    assert page.input_value("#commodity_code") == GTIN
    assert page.input_value("#produced_on") == "2026-03-01"
    page.fill("#quantity", "many")
    page.click("form.narrow > button:last-of-type")
    page.wait_for_selector("#quantity-mistake")
    assert page.input_value("#lot") == lot
    page.fill("#quantity", "1,200")
    page.click("form.narrow > button:last-of-type")
    page.wait_for_selector(".done")
    assert lot in visitor.headline
    assert "1,200" in visitor.text
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
