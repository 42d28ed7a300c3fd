"""Symbols and labels over HTTP: who gets which, as what, and what is refused."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
from flask import Flask
from PIL import Image

from tests.conftest import app_over, database_maker
from tests.trace.web.firms import DAIRY, GTIN, OTHER_GTIN, Firms, batch, make_firms
from trace.kit.errors import NotFound, TooLarge
from trace.labels.bodies import LabelsIn
from trace.labels.links import PageNotFound, make_token, read_token
from trace.pdf_text import Font
from trace.symbols.decode import read_symbols

SITE = "https://suyuan.example"
SSCC = "095200000000000011"


@pytest.fixture
def firms(app: Flask) -> Firms:
    """A dairy with a batch, of which two pieces have serials, and a shop that has nothing of it."""
    firms = make_firms(app)
    firms.dairy.post("/api/v1/batches", batch(lot="A/1", expires_on="2026-04-01"))
    firms.dairy.post("/api/v1/batches", batch(lot="S1", quantity=2, serials=["one", "two"]))
    return firms


def read_png(data: bytes) -> list[tuple[str, bytes]]:
    return [(one.identifier, one.data) for one in read_symbols(Image.open(io.BytesIO(data)))]


def read_pdf(data: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(data)
    return [one.data.decode() for page in pages for one in read_symbols(page.render(scale=300 / 72).to_pil())]


def order(*items: dict[str, Any], **options: Any) -> dict[str, Any]:
    return {"items": list(items), **options}


def test_labels_of_the_record(firms: Firms) -> None:
    """One chain through every call, on both databases."""
    known = firms.dairy.get(f"/api/v1/batches/{GTIN}/A%2F1")["labels"]
    assert known["symbol"] == f"{SITE}/api/v1/batches/{GTIN}/A%2F1/symbol"

    drawn = firms.dairy.send("GET", urlsplit(known["symbol"]).path + "?format=png&dpi=203")
    assert drawn.content_type == "image/png"
    assert read_png(drawn.data) == [("]Q1", f"{SITE}/01/{GTIN}/10/A%2F1".encode())]

    bars = firms.consumer.send("GET", f"/api/v1/products/{GTIN[1:]}/symbol?format=png")
    assert read_png(bars.data) == [("]E0", GTIN[1:].encode())]

    paper = firms.dairy.send("GET", urlsplit(known["label"]).path + "?copies=3&symbol=gs1_datamatrix&language=en")
    assert paper.content_type == "application/pdf"
    assert read_pdf(paper.data) == [f"01{GTIN}112603011726040110A/1"] * 3

    svg = firms.dairy.send("GET", urlsplit(known["label"]).path + "?format=svg").text
    assert "2026-03-01" in svg
    assert "2026-04-01" in svg

    both = order(
        {"gtin": GTIN, "lot": "S1", "serials": ["one", "two"]}, {"sscc": SSCC, "gtin": GTIN, "lot": "A/1", "count": 9}
    )
    paper = firms.dairy.send("POST", "/api/v1/labels", {**both, "sheet": "100x150"})
    assert sorted(read_pdf(paper.data)) == sorted(
        [
            *(f"{SITE}/01/{GTIN}/10/S1/21/{serial}" for serial in ("one", "two")),
            *(f"02{GTIN}379", "10A/1", f"00{SSCC}"),
        ]
    )

    archive = zipfile.ZipFile(io.BytesIO(firms.dairy.send("POST", "/api/v1/labels", {**both, "format": "zip"}).data))
    assert sum(name.endswith(".png") for name in archive.namelist()) == 4
    assert f"]Q1\t{SITE}/01/{GTIN}/10/S1/21/one" in archive.read("contents.txt").decode()

    # what the shop never had is for it as if it did not exist, and so is what nobody registered
    for client, lot in ((firms.shop, "A%2F1"), (firms.dairy, "A2"), (firms.regulator, "A2")):
        refused = client.get(f"/api/v1/batches/{GTIN}/{lot}/label", 404)
        assert "POST /api/v1/batches" in refused["detail"]
    assert firms.consumer.send("GET", f"/api/v1/batches/{GTIN}/S1/label").status_code == 401
    assert firms.regulator.send("GET", f"/api/v1/batches/{GTIN}/S1/label").status_code == 200

    wrong = firms.dairy.post("/api/v1/labels", order({"gtin": GTIN, "lot": "A/1", "serials": ["new", "two"]}), 422)
    assert wrong["errors"][0]["pointer"] == "/items/0/serials/1"


@pytest.fixture(scope="module")
def sqlite_firms(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firms]:
    """The same on SQLite alone, once for all: what follows asks nothing of the database."""
    for make in database_maker("sqlite", request, tmp_path_factory.mktemp("labels")):
        firms = make_firms(app_over(make()))
        firms.dairy.post("/api/v1/batches", batch(lot="A/1", expires_on="2026-04-01"))
        yield firms


def test_a_page_of_labels_is_opened_without_a_key_for_an_hour(
    sqlite_firms: Firms, monkeypatch: pytest.MonkeyPatch
) -> None:
    firms = sqlite_firms
    answer = firms.dairy.get(f"/api/v1/batches/{GTIN}/A%2F1/label?format=page&copies=30&first=3")
    assert (answer["labels"], answer["sheets"]) == (30, 2)
    path = urlsplit(answer["url"]).path
    page = firms.consumer.send("GET", path + "?lang=en")
    assert page.status_code == 200
    assert page.text.count('<svg xmlns="http://www.w3.org/2000/svg" width="210mm"') == 2
    assert "<script" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    style = firms.consumer.send("GET", "/labels/sheets/a4-3x8.css")
    assert "size: 210mm 297mm" in style.text
    assert firms.consumer.send("GET", "/labels/sheets/none.css").status_code == 404
    damaged = path[:-10] + ("A" if path[-10] != "A" else "B") + path[-9:]
    assert firms.consumer.send("GET", damaged).status_code == 404
    assert firms.consumer.send("GET", "/labels/x").status_code == 404
    monkeypatch.setattr("trace.labels.links.SECONDS", -1)
    assert firms.consumer.send("GET", path).status_code == 410


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"/batches/{GTIN}/A%2F1/label?symbol=ean&magnification=3", "expected 0.8 to 2"),
        (f"/batches/{GTIN}/A%2F1/label?first=25", "Expected 1 to 24 on sheet a4-3x8, got 25"),
        (f"/batches/{GTIN}/A%2F1/label?first=0", "Expected a whole number from 1 to 48, got 0"),
        (f"/batches/{GTIN}/A%2F1/label?copies=1001", "from 1 to 1000, got 1001"),
        (f"/batches/{GTIN}/A%2F1/label?magnification=big", "Expected a magnification such as 1 or 1.5"),
        (f"/batches/{GTIN}/A%2F1/label?magnification=NaN", "Expected a magnification such as 1 or 1.5"),
        (f"/batches/{GTIN}/A%2F1/label?sheet=50x30&symbol=gs1_128", "expected at most 47.0 mm"),
        (f"/batches/{GTIN}/A%2F1/symbol?dpi=72", "from 150 to 1200, got 72"),
        (f"/batches/{GTIN}/A%2F1/symbol?serial=%E6%89%B9", "letter '批' at position 1"),
        (f"/batches/{GTIN}/A%2F1/symbol?symbol=gs1_128&serial=abcdefghijklmnopqrst", "Expected what one GS1-128 holds"),
        (f"/batches/{GTIN}/%E6%89%B9/symbol", "letter '批' at position 1"),
        ("/products/9520000000104/symbol", "check digit should be"),
        (f"/logistic-units/{SSCC}/symbol?symbol=ean", "Cannot draw an SSCC as EAN"),
        ("/logistic-units/095200000000000012/symbol", "check digit should be 1, got 2"),
    ],
)
def test_what_cannot_be_printed_is_refused_with_the_reason(sqlite_firms: Firms, path: str, said: str) -> None:
    problem = sqlite_firms.dairy.get(f"/api/v1{path}", 422)
    assert said in problem["detail"] + "".join(one["detail"] for one in problem.get("errors", []))


@pytest.mark.parametrize(
    ("items", "status", "said"),
    [
        ([{"lot": "L"}], 422, "Expected gtin or sscc"),
        ([{"sscc": SSCC, "gtin": GTIN}], 422, "Expected count exactly where"),
        ([{"gtin": GTIN, "count": 3}], 422, "Expected count exactly where"),
        ([{"sscc": SSCC, "serials": ["a"], "gtin": GTIN, "count": 1}], 422, "Expected either sscc or serials"),
        ([{"gtin": "09520009000029"}], 404, "POST /api/v1/products"),
        ([{"gtin": GTIN, "serials": [str(number) for number in range(501)]}], 413, "at most 500 different labels"),
    ],
)
def test_an_order_that_means_nothing_is_refused(
    sqlite_firms: Firms, items: list[dict[str, Any]], status: int, said: str
) -> None:
    problem = sqlite_firms.dairy.post("/api/v1/labels", order(*items), status)
    assert said in problem["detail"] + "".join(one["detail"] for one in problem.get("errors", []))


def test_a_server_without_chinese_letters_says_so_and_prints_english(
    sqlite_firms: Firms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trace.web.api_labels.find_font", lambda _setting: Font("Helvetica", None, chinese=False))
    path = f"/api/v1/batches/{GTIN}/A%2F1/label?format=svg"
    assert "Produced: 2026-03-01" in sqlite_firms.dairy.send("GET", path).text
    refused = sqlite_firms.dairy.get(f"{path}&language=zh", 422)
    assert refused["errors"][0]["pointer"] == "/language"
    assert "PDF_FONT" in refused["detail"]


def test_too_many_copies_of_too_much_are_refused(sqlite_firms: Firms) -> None:
    items = [{"gtin": GTIN, "lot": "A/1"}] * 6
    problem = sqlite_firms.dairy.post("/api/v1/labels", order(*items, copies=1000), 413)
    assert problem["detail"] == "Expected at most 5000 labels in one order, got 6000."


def test_a_product_without_a_batch_gets_its_bars_and_any_firm_may_print_them(sqlite_firms: Firms) -> None:
    paper = sqlite_firms.shop.send("GET", f"/api/v1/products/{OTHER_GTIN}/label?copies=2")
    assert read_pdf(paper.data) == [OTHER_GTIN[1:]] * 2
    assert sqlite_firms.consumer.get("/api/v1/products/09520009000029/symbol", 404)["status"] == 404


def test_html_in_a_name_stays_text_on_every_form_of_a_label(sqlite_firms: Firms) -> None:
    evil = "<script>alert(1)</script>&\"'"
    body = {"commodity_code": "9520000000103", "name": evil, "name_en": evil, "party": DAIRY}
    sqlite_firms.dairy.post("/api/v1/products", body)
    path = "/api/v1/products/9520000000103/label"
    assert "<script" not in sqlite_firms.dairy.send("GET", path + "?format=svg").text
    page = sqlite_firms.dairy.get(path + "?format=page")["url"]
    assert "<script" not in sqlite_firms.consumer.send("GET", urlsplit(page).path).text
    assert read_pdf(sqlite_firms.dairy.send("GET", path).data) == ["9520000000103"]


def test_a_link_is_bound_to_its_order_and_its_length() -> None:
    wanted = LabelsIn.model_validate(order({"gtin": GTIN, "lot": "L"}, magnification=1.5, copies=3))
    assert read_token("secret", make_token("secret", wanted)) == wanted
    with pytest.raises(PageNotFound) as refused:
        read_token("another", make_token("secret", wanted))
    assert isinstance(refused.value, NotFound)
    serials = [f"serial-{number}-{number * 7919}" for number in range(500)]
    with pytest.raises(TooLarge, match="format pdf"):
        make_token("secret", LabelsIn.model_validate(order({"gtin": GTIN, "serials": serials})))
