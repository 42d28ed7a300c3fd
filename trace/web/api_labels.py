"""`/api/v1`: symbols and labels of products, batches, serials and logistic units."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pydantic import RootModel
from typing_extensions import TypedDict

from trace.answers import write_time
from trace.kit.contract import Call, validate
from trace.kit.errors import Invalid
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.labels.bodies import (
    BatchLabelQuery,
    BatchSymbolQuery,
    LabelItem,
    LabelOptions,
    LabelQuery,
    LabelsIn,
    SymbolFileQuery,
)
from trace.labels.drawing import write_label, write_pdf
from trace.labels.layout import Label
from trace.labels.links import SECONDS, make_token
from trace.labels.orders import Ordered, Printing, draw_bare, draw_labels, read_items, sheet_of
from trace.labels.sheets import Sheet, sheets_needed
from trace.pdf import find_font
from trace.symbols.png import write_png
from trace.symbols.svg import write_svg
from trace.symbols.symbol import Symbol
from trace.web.api import READERS, api, principal_of
from trace.web.sheet_answers import file_answer

PDF_TYPE, SVG_TYPE, PNG_TYPE, ZIP_TYPE = "application/pdf", "image/svg+xml", "image/png", "application/zip"
_DPI = 300


class LabelPage(TypedDict):
    """A page that prints labels; whoever has its address opens it, for an hour."""

    url: str
    expires_at: str | None
    labels: int
    sheets: int


class LabelPageOut(RootModel[LabelPage]):
    """A page that prints labels."""


def printing() -> Printing:
    """The address and the font of this service."""
    settings = current_settings()
    return Printing(settings.public_url, find_font(settings.pdf_font))


@api.operation(
    "GET",
    "/products/<gtin>/symbol",
    query=SymbolFileQuery,
    answers={200: None},
    summary="The bar code of a product",
    tag="labels",
    files=(SVG_TYPE, PNG_TYPE),
    public=True,
)
def get_product_symbol(call: Call) -> Answer:
    """EAN-13, EAN-8, UPC-A or ITF-14 by the GTIN, or another kind; for everybody, of a registered product."""
    return _answer_symbol(call, {"gtin": call.path["gtin"]}, {"Cache-Control": "public, max-age=86400"})


@api.operation(
    "GET",
    "/batches/<gtin>/<path:lot>/symbol",
    query=BatchSymbolQuery,
    answers={200: None},
    roles=READERS,
    summary="The symbol of a batch, or of one serial of it",
    tag="labels",
    files=(SVG_TYPE, PNG_TYPE),
)
def get_batch_symbol(call: Call) -> Answer:
    """A QR Code with the batch's Digital Link, or a symbol of another kind."""
    return _answer_symbol(call, _batch_item(call))


@api.operation(
    "GET",
    "/logistic-units/<sscc>/symbol",
    query=SymbolFileQuery,
    answers={200: None},
    roles=READERS,
    summary="The symbol of a logistic unit",
    tag="labels",
    files=(SVG_TYPE, PNG_TYPE),
)
def get_unit_symbol(call: Call) -> Answer:
    """GS1-128 with the SSCC, or a symbol of another kind."""
    return _answer_symbol(call, {"sscc": call.path["sscc"]})


@api.operation(
    "GET",
    "/products/<gtin>/label",
    query=LabelQuery,
    answers={200: LabelPageOut},
    roles=READERS,
    summary="Labels of a product",
    tag="labels",
    files=(PDF_TYPE, SVG_TYPE),
)
def get_product_label(call: Call) -> Answer:
    """Its bar code with its names, on sheets as PDF, as the SVG of one label, or as a page to print."""
    return _answer_label(call, {"gtin": call.path["gtin"]})


@api.operation(
    "GET",
    "/batches/<gtin>/<path:lot>/label",
    query=BatchLabelQuery,
    answers={200: LabelPageOut},
    roles=READERS,
    summary="Labels of a batch, or of one serial of it",
    tag="labels",
    files=(PDF_TYPE, SVG_TYPE),
)
def get_batch_label(call: Call) -> Answer:
    """Symbol, product, lot, dates, and where to check, on sheets as PDF, as the SVG of one label, or as a page."""
    return _answer_label(call, _batch_item(call))


@api.operation(
    "GET",
    "/logistic-units/<sscc>/label",
    query=LabelQuery,
    answers={200: LabelPageOut},
    roles=READERS,
    summary="Labels of a logistic unit",
    tag="labels",
    files=(PDF_TYPE, SVG_TYPE),
)
def get_unit_label(call: Call) -> Answer:
    """Its SSCC alone; what it holds is said in an order (`POST /api/v1/labels`)."""
    return _answer_label(call, {"sscc": call.path["sscc"]})


@api.operation(
    "POST",
    "/labels",
    body=LabelsIn,
    answers={200: LabelPageOut},
    roles=READERS,
    summary="Labels for several things",
    tag="labels",
    only_reads=True,
    files=(PDF_TYPE, ZIP_TYPE),
)
def post_labels(call: Call) -> Answer:
    """On sheets as PDF, as a page to print, or the bare symbols as SVG and PNG in a zip. Nothing is stored."""
    order: LabelsIn = call.body
    wanted = {f"/items/{number}": one for number, one in enumerate(order.items)}
    items = read_items(call.session, principal_of(call), wanted)
    if order.format == "zip":
        return file_answer("symbols.zip", ZIP_TYPE, lambda file: file.write(_write_zip(items, order)))
    sheet = sheet_of(items, order)
    labels = draw_labels(items, sheet, order, printing())
    return _answer_pdf(sheet, labels, order) if order.format == "pdf" else _answer_page(sheet, labels, order)


def _batch_item(call: Call) -> dict[str, Any]:
    serial = call.query.serial
    return {"gtin": call.path["gtin"], "lot": call.path["lot"], "serials": None if serial is None else [serial]}


def _answer_symbol(call: Call, named: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
    query = call.query
    items = read_items(call.session, call.principal, {"": validate(LabelItem, dict(named))})
    if query.format == "png" and query.dpi is None:
        query = query.model_copy(update={"dpi": _DPI})
    found = draw_bare(items[0], query, current_settings().public_url)
    if len(found) > 1:
        parts = " and ".join(symbol.content for symbol, _ in found)
        raise Invalid(f"Expected what one GS1-128 holds, got {parts}: labels carry both, and so does a zip of them.")
    symbol, dots = found[0]
    if query.format == "svg":
        return Answer(200, write_svg(symbol, symbol.content, size=True), headers or {}, SVG_TYPE)
    return Answer(200, write_png(symbol, dots or 1), headers or {}, PNG_TYPE)


def _answer_label(call: Call, named: Mapping[str, Any]) -> Answer:
    query, one = call.query, validate(LabelItem, dict(named))
    items = read_items(call.session, principal_of(call), {"": one})
    sheet = sheet_of(items, query)
    labels = draw_labels(items, sheet, query, printing())
    if query.format == "svg":
        return Answer(200, write_label(sheet, labels[0]), content_type=SVG_TYPE)
    if query.format == "pdf":
        return _answer_pdf(sheet, labels, query)
    options = query.model_dump(include=set(LabelOptions.model_fields))
    return _answer_page(sheet, labels, LabelsIn.model_validate({**options, "items": [one], "format": "page"}))


def _answer_pdf(sheet: Sheet, labels: Sequence[Label], options: LabelOptions) -> Answer:
    font = printing().font
    return file_answer(
        "labels.pdf", PDF_TYPE, lambda file: write_pdf(file, "Suyuan", sheet, labels, font, options.first)
    )


def _answer_page(sheet: Sheet, labels: Sequence[Label], order: LabelsIn) -> Answer:
    settings = current_settings()
    page: LabelPage = {
        "url": f"{settings.public_url}/labels/{make_token(settings.secret_key, order)}",
        "expires_at": write_time(datetime.now(UTC) + timedelta(seconds=SECONDS)),
        "labels": len(labels),
        "sheets": sheets_needed(sheet, len(labels), order.first),
    }
    return Answer(200, page)


def _write_zip(items: Sequence[Ordered], order: LabelsIn) -> bytes:
    """Return each symbol as SVG and PNG, and a list of what they say; the same order gives the same bytes."""
    target, listed = BytesIO(), []
    options = order if order.dpi is not None else order.model_copy(update={"dpi": _DPI})
    site = current_settings().public_url
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for number, one in enumerate(items, 1):
            for part, (symbol, dots) in enumerate(draw_bare(one, options, site), 1):
                name = f"{number:04}-{part}-{symbol.kind.lower().replace(' ', '-')}"
                archive.writestr(ZipInfo(f"{name}.svg"), write_svg(symbol, symbol.content, size=True))
                archive.writestr(ZipInfo(f"{name}.png"), write_png(symbol, dots or 1))
                listed.append(_line(name, symbol))
        archive.writestr(ZipInfo("contents.txt"), "".join(listed))
    return target.getvalue()


def _line(name: str, symbol: Symbol) -> str:
    return f"{name}\t{symbol.identifier}\t{symbol.content}\t{symbol.width_mm:.2f} x {symbol.height_mm:.2f} mm\n"
