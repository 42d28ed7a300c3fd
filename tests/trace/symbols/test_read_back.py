"""Every symbol says, byte by byte, what it was drawn from: as a picture, as SVG, in a PDF, after damage."""

import io
import random
import re
from dataclasses import replace
from xml.etree import ElementTree

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from bench.symbols import WAYS, make_symbols, read_back, read_upload
from tests.trace.symbols.elements import ITEMS
from trace.gs1 import IdentifierError
from trace.gs1.element_strings import Elements, raw
from trace.symbols.canvas import draw_on
from trace.symbols.decode import read_symbols
from trace.symbols.gs1_128 import MOST_CHARACTERS, MOST_MM, draw_gs1_128, encode, split_gs1_128
from trace.symbols.linear import draw_ean, draw_gtin, draw_itf_14
from trace.symbols.matrix import draw_datamatrix, draw_gs1_qr, draw_qr
from trace.symbols.png import draw_image, write_png
from trace.symbols.svg import write_svg
from trace.symbols.symbol import SIZES, Symbol, SymbolError, size_of, whole_dots
from trace.symbols.verify import NotReadBack, verify

SVG = "{http://www.w3.org/2000/svg}"
GTIN = "09520000000103"
LINK = "https://suyuan.example/01/09520000000103/10/L%2F1"

IDENTIFIERS = {
    "EAN-13": "]E0",
    "UPC-A": "]E0",
    "EAN-8": "]E4",
    "ITF-14": "]I1",
    "GS1-128": "]C1",
    "GS1 DataMatrix": "]d2",
    "QR Code": "]Q1",
    "GS1 QR Code": "]Q3",
}


def one_of_each() -> list[Symbol]:
    """A symbol of each kind."""
    elements: Elements = (("01", GTIN), ("10", "L/1"), ("21", "a%1"))
    return [
        draw_gtin("6901234567892"),
        draw_gtin("036000291452"),
        draw_gtin("96385074"),
        draw_itf_14("16901234567899"),
        draw_gs1_128(elements),
        draw_datamatrix(elements),
        draw_qr(LINK),
        draw_gs1_qr(elements),
    ]


def read(image: Image.Image) -> list[tuple[str, bytes]]:
    return [(one.identifier, one.data) for one in read_symbols(image)]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_every_symbol_of_a_random_item_is_read_back_byte_by_byte(seed: int) -> None:
    for symbol in make_symbols(random.Random(seed)):
        assert verify(symbol).identifier == IDENTIFIERS[symbol.kind]


@pytest.mark.campaign
def test_every_symbol_of_500_random_items_is_read_back() -> None:
    rng = random.Random(6)
    for _ in range(500):
        for symbol in make_symbols(rng):
            assert read_back(symbol, *WAYS["as drawn"], rng) == (True, False)


@pytest.mark.campaign
def test_a_photograph_of_a_symbol_is_read_as_that_symbol_or_not_at_all() -> None:
    rng = random.Random(6)
    for _ in range(150):
        symbol = rng.choice(make_symbols(rng))
        damage, _ = WAYS[rng.choice(list(WAYS))]
        assert not read_back(symbol, damage, read_upload, rng)[1]


@pytest.mark.parametrize("symbol", one_of_each(), ids=lambda one: one.kind)
def test_a_png_has_whole_modules_and_prints_at_its_own_size(symbol: Symbol) -> None:
    image = Image.open(io.BytesIO(write_png(symbol, 4)))
    assert read(image) == [(symbol.identifier, symbol.data)]
    assert image.size == (symbol.width * 4 // symbol.module, symbol.height * 4 // symbol.module)
    assert image.width / image.info["dpi"][0] * 25.4 == pytest.approx(symbol.width_mm, rel=1e-3)


@pytest.mark.parametrize("symbol", one_of_each(), ids=lambda one: one.kind)
def test_a_pdf_at_300_dots_an_inch_is_read_back_and_has_its_own_size(symbol: Symbol) -> None:
    file = io.BytesIO()
    canvas = Canvas(file, (symbol.width_mm * mm, symbol.height_mm * mm))
    draw_on(canvas, symbol, 0, symbol.height_mm * mm)
    canvas.save()
    page = pypdfium2.PdfDocument(file.getvalue())[0]
    assert read(page.render(scale=300 / 72).to_pil()) == [(symbol.identifier, symbol.data)]


@pytest.mark.parametrize("symbol", one_of_each(), ids=lambda one: one.kind)
def test_the_paths_of_an_svg_are_the_boxes_and_are_read_back(symbol: Symbol) -> None:
    root = ElementTree.fromstring(write_svg(symbol, symbol.content, size=True))
    assert root.attrib["width"] == f"{symbol.width_mm:.4f}mm"
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    scale = 4
    image = Image.new("L", (width * scale, height * scale), 255)
    _white, black = root.iter(f"{SVG}path")
    for x, y, across, down in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", black.attrib["d"]):
        corner = (int(x) * scale, int(y) * scale)
        image.paste(0, (*corner, corner[0] + int(across) * scale, corner[1] + int(down) * scale))
    assert read(image) == [(symbol.identifier, symbol.data)]


def test_a_symbol_that_says_something_else_is_not_handed_out() -> None:
    symbol = draw_datamatrix((("01", GTIN), ("10", "L1")))
    with pytest.raises(NotReadBack, match="Expected"):
        verify(replace(symbol, data=symbol.data + b"2"))
    with pytest.raises(NotReadBack, match="nothing"):
        verify(replace(symbol, boxes=symbol.boxes[::2]))


@settings(max_examples=100, deadline=None)
@given(ITEMS)
def test_code_sets_are_chosen_so_that_no_gs1_128_could_be_shorter(elements: Elements) -> None:
    text = raw(elements)
    b_only = 1 + len(text)
    pairs = sum(len(run) // 2 for run in re.findall(r"\d+", text))
    codes = encode(text)
    assert len(text) - pairs + 1 <= len(codes) <= b_only
    assert decode_codes(codes) == text


def decode_codes(codes: list[int]) -> str:
    """What the codes say, read by a table of its own."""
    code_set, text = {104: "B", 105: "C"}[codes[0]], ""
    for code in codes[1:]:
        if code == 102:
            text += "\x1d"
        elif code_set == "C" and code < 100:
            text += f"{code:02}"
        elif code_set == "C":
            assert code == 100
            code_set = "B"
        elif code == 99:
            code_set = "C"
        else:
            text += chr(code + 32)
    return text


@settings(max_examples=100, deadline=None)
@given(ITEMS)
def test_elements_that_are_too_long_for_one_gs1_128_are_split_and_none_is_lost(elements: Elements) -> None:
    symbols = split_gs1_128(elements)
    for symbol in symbols:
        assert symbol.width_mm <= MOST_MM
        assert len(symbol.data) <= MOST_CHARACTERS
    assert "".join(symbol.content for symbol in symbols) == "".join(f"({ai}){value}" for ai, value in elements)


def test_what_one_symbol_cannot_hold_is_refused_with_its_measure() -> None:
    elements = (("01", GTIN), ("10", "abcdefghijklmnopqrst"), ("21", "abcdefghijklmnopqrst"))
    with pytest.raises(SymbolError, match=r"at most 48 characters and 165.1 mm, got 61 characters"):
        draw_gs1_128(elements)
    with pytest.raises(SymbolError, match=r"76\.2 mm wide at X-dimension 0.495 mm, expected at most 50.0 mm"):
        split_gs1_128(elements, most_mm=50)
    with pytest.raises(SymbolError, match="at most 73 modules a side"):
        draw_qr("https://suyuan.example/" + "a" * 600 + "/01/09520000000103")
    with pytest.raises(SymbolError, match="as one symbol"):
        draw_qr("https://suyuan.example/" + "a" * 20_000 + "/01/09520000000103")
    with pytest.raises(IdentifierError):
        draw_qr("https://suyuan.example/check")
    with pytest.raises(SymbolError, match="printed as ITF-14"):
        draw_ean("16901234567899")


def test_sizes_are_those_of_the_general_specifications() -> None:
    assert draw_gtin("6901234567892").width_mm == pytest.approx(37.29)
    assert draw_gtin("96385074").width_mm == pytest.approx(26.73)
    assert draw_gtin("036000291452").width_mm == pytest.approx(37.29)
    with pytest.raises(SymbolError, match=r"expected 0.8 to 2 "):
        size_of("EAN-13", 0.79)
    assert size_of("EAN-13", 0.8) == pytest.approx(0.264)
    assert size_of("EAN-13", 2.0) == pytest.approx(0.66)
    for symbol in one_of_each():
        if symbol.kind in ("GS1-128", "ITF-14"):
            tallest = max(box.height for box in symbol.boxes if box.height > box.width)
            assert tallest * symbol.unit_mm >= 31.75
        if symbol.kind in ("EAN-13", "UPC-A"):
            assert min(box.height for box in symbol.boxes) * symbol.unit_mm >= 22.85


@pytest.mark.parametrize("kind", SIZES)
@pytest.mark.parametrize("dpi", [150, 203, 300, 600, 1200])
def test_a_printer_s_dots_are_whole_and_make_a_size_of_the_standard(kind: str, dpi: int) -> None:
    size = SIZES[kind]  # type: ignore[index]
    for wanted in (size.least, size.target, size.most):
        dots, x_mm = whole_dots(kind, wanted, dpi)  # type: ignore[arg-type]
        assert dots * 25.4 / dpi == pytest.approx(x_mm)
        assert size.least - 1e-6 <= x_mm <= size.most + 1e-6
        assert kind != "ITF-14" or dots % 2 == 0


def test_pixels_that_would_cut_a_module_are_refused() -> None:
    with pytest.raises(ValueError, match="whole pixels"):
        draw_image(draw_itf_14("16901234567899"), 3)
