"""Labels: nothing overlaps, nothing runs out, values are never cut, and the sheet is read back whole."""

import io
from datetime import date

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trace.gs1 import IdentifierError
from trace.labels.content import Choice, Item, carrier_of, draw_symbols, elements_of, kind_of, link_of, words_of
from trace.labels.drawing import letters_with, measure_with, write_label, write_page, write_pdf
from trace.labels.layout import Label, LabelTooSmall, Wording, lay_out
from trace.labels.sheets import SHEETS, Sheet, SheetName, place, sheets_needed
from trace.pdf_text import find_font
from trace.symbols.decode import read_symbols
from trace.symbols.symbol import SIZES, SymbolError

SITE = "https://suyuan.example"
FONT = find_font(None)
YOGURT = Item(
    gtin="09520000000103",
    lot="L/1",
    produced_on=date(2026, 11, 1),
    expires_on=date(2026, 11, 22),
    code="9520000000103",
    name="原味酸奶 200 g",
    name_en="Plain yogurt 200 g",
)
PRODUCT = Item(gtin=YOGURT.gtin, code=YOGURT.code, name=YOGURT.name, name_en=YOGURT.name_en)
PALLET = Item(gtin=YOGURT.gtin, lot="L1", sscc="095200000000000011", count=480, name=YOGURT.name)


def draw(
    item: Item, sheet: SheetName, choice: Choice = "auto", dpi: int | None = None, x_mm: float | None = None
) -> Label:
    """The label of an item."""
    carrier = carrier_of(item, choice)
    words = words_of(item, carrier, SITE, "both" if FONT.chinese else "en")
    words = words._replace(names=tuple(letters_with(FONT, name) for name in words.names))
    return lay_out(
        SHEETS[sheet],
        kind_of(item, carrier),
        lambda wanted, most: draw_symbols(item, carrier, SITE, wanted, most),
        Wording(words, measure_with(FONT)),
        x_mm,
        dpi,
    )


def boxes_of(label: Label) -> list[tuple[float, float, float, float]]:
    """Left, top, right, bottom of each symbol and line."""
    symbols = [(x, y, x + one.width_mm, y + one.height_mm) for x, y, one in label.symbols]
    return symbols + [(one.x, one.y - 0.8 * one.size, one.x + one.width, one.y + 0.2 * one.size) for one in label.lines]


def assert_nothing_touches(label: Label, sheet: Sheet) -> None:
    boxes = boxes_of(label)
    slack = 0.2  # a printer's dot
    for left, top, right, bottom in boxes:
        assert left >= sheet.margin - slack
        assert top >= sheet.margin - slack
        assert right <= sheet.label_width - sheet.margin + 1e-6
        assert bottom <= sheet.label_height - sheet.margin + 1e-6
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one, other)


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(max_size=300),
    name_en=st.none() | st.text(max_size=60),
    lot=st.from_regex(r"[A-Za-z0-9/]{1,20}", fullmatch=True),
    sheet=st.sampled_from(list(SHEETS)),
    choice=st.sampled_from(["auto", "ean", "gs1_datamatrix", "gs1_128"]),
    dpi=st.sampled_from([None, 203, 600]),
)
def test_whatever_the_name_is_nothing_overlaps_or_runs_out(
    name: str, name_en: str | None, lot: str, sheet: SheetName, choice: Choice, dpi: int | None
) -> None:
    item = Item(gtin=YOGURT.gtin, lot=lot, produced_on=YOGURT.produced_on, name=name, name_en=name_en)
    try:
        label = draw(item, sheet, choice, dpi)
    except SymbolError:
        return  # too small a label, said so
    assert_nothing_touches(label, SHEETS[sheet])
    assert any(lot in line.text for line in label.lines)


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "很长" * 5000, "\u202eabc\x00\x1b[31m\n", "שלום عربي", "]]>&amp;", "", "\u3000"],
)
def test_a_hostile_name_is_drawn_harmlessly(hostile: str) -> None:
    label = draw(Item(gtin=YOGURT.gtin, lot="L1", name=hostile, name_en=hostile), "a4-3x8")
    drawn = write_label(SHEETS["a4-3x8"], label)
    assert "<script" not in drawn
    assert all(one.isprintable() for one in drawn)
    assert len(label.lines) <= 9
    write_pdf(io.BytesIO(), hostile, SHEETS["a4-3x8"], [label], FONT)


def test_a_label_that_is_too_small_says_what_is_needed_and_what_there_is() -> None:
    with pytest.raises(LabelTooSmall, match=r"EAN-13 of 29.8 × 21.1 mm .* 45.7 × 21.2 mm, of which 42.7 × 18.2 mm"):
        draw(PRODUCT, "a4-4x12")
    with pytest.raises(SymbolError, match=r"expected at most 47\.0 mm"):
        draw(PALLET, "50x30")


def test_small_labels_have_smaller_symbols_but_never_below_the_standard() -> None:
    large, small = draw(YOGURT, "a4-3x8").symbols[0].symbol, draw(PRODUCT, "70x50", "ean", x_mm=0.264).symbols[0].symbol
    assert large.x_mm == SIZES["QR Code"].target
    assert small.x_mm == 0.264
    for sheet in SHEETS:
        try:
            x_mm = draw(YOGURT, sheet).symbols[0].symbol.x_mm
        except SymbolError:
            continue
        assert x_mm >= SIZES["QR Code"].least


def test_for_a_printer_every_module_is_whole_dots_and_begins_on_one() -> None:
    dot = 25.4 / 203
    for x, y, symbol in draw(YOGURT, "50x30", dpi=203).symbols:
        for length in (x, y, symbol.x_mm):
            assert length / dot == pytest.approx(round(length / dot), abs=1e-6)


@pytest.mark.parametrize("name", SHEETS)
def test_every_label_lies_within_its_sheet_and_apart_from_the_others(name: SheetName) -> None:
    sheet = SHEETS[name]
    corners = [sheet.corner(at) for at in range(sheet.labels)]
    assert len(set(corners)) == sheet.labels
    last_x, last_y = corners[-1]
    assert last_x + sheet.label_width <= sheet.width + 1e-6
    assert last_y + sheet.label_height <= sheet.height + 1e-6
    assert sheet.columns == 1 or corners[1][0] - corners[0][0] >= sheet.label_width


def test_a_begun_sheet_goes_on_where_its_labels_are_left() -> None:
    sheet = SHEETS["a4-2x2"]
    pages = list(place(sheet, list("abcde"), first=4))
    assert [[(x, y, one) for x, y, one in page] for page in pages] == [
        [(105, 148.5, "a")],
        [(0, 0, "b"), (105, 0, "c"), (0, 148.5, "d"), (105, 148.5, "e")],
    ]
    assert sheets_needed(sheet, 5, first=4) == len(pages)


def test_a_printed_sheet_is_read_back_whole() -> None:
    sheet = SHEETS["a4-3x8"]
    items = [Item(gtin=YOGURT.gtin, lot="L1", serial=f"S{number}", name=YOGURT.name) for number in range(5)]
    labels = [draw(one, "a4-3x8") for one in items]
    file = io.BytesIO()
    write_pdf(file, "labels", sheet, [*labels, labels[0]], FONT, first=23)
    document = pypdfium2.PdfDocument(file.getvalue())
    assert [(round(page.get_width()), round(page.get_height())) for page in document] == [(595, 842)] * 2
    found = [one.data.decode() for page in document for one in read_symbols(page.render(scale=300 / 72).to_pil())]
    assert sorted(found) == sorted([link_of(one, SITE) for one in [*items, items[0]]])


def test_a_logistic_unit_has_its_content_above_and_its_number_lowest() -> None:
    label = draw(PALLET, "100x150")
    stacked = [one.symbol.content for one in sorted(label.symbols, key=lambda one: one.y)]
    assert stacked == ["(02)09520000000103", "(37)480(10)L1", "(00)095200000000000011"]
    assert_nothing_touches(label, SHEETS["100x150"])


def test_what_a_symbol_says_follows_the_record() -> None:
    assert elements_of(YOGURT) == (("01", "09520000000103"), ("11", "261101"), ("17", "261122"), ("10", "L/1"))
    assert elements_of(YOGURT, bars=True) == (("01", "09520000000103"), ("17", "261122"), ("10", "L/1"))
    assert link_of(YOGURT, SITE) == "https://suyuan.example/01/09520000000103/10/L%2F1"
    assert link_of(PALLET, SITE) == "https://suyuan.example/00/095200000000000011"


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (PRODUCT, "EAN-13"),
        (Item(gtin="00000096385074"), "EAN-8"),
        (Item(gtin="00036000291452"), "UPC-A"),
        (Item(gtin="16901234567899"), "ITF-14"),
        (YOGURT, "QR Code"),
        (PALLET, "GS1-128"),
    ],
)
def test_each_thing_gets_the_symbol_of_its_purpose(item: Item, kind: str) -> None:
    assert kind_of(item, carrier_of(item, "auto")) == kind


def test_an_sscc_is_no_ean() -> None:
    with pytest.raises(IdentifierError, match="expected gs1_128"):
        carrier_of(PALLET, "ean")


def test_words_are_of_the_language_that_was_asked_for() -> None:
    chinese, english = (words_of(YOGURT, "qr", SITE, language) for language in ("zh", "en"))
    assert (chinese.names, english.names) == (("原味酸奶 200 g",), ("Plain yogurt 200 g",))
    assert ("批号", "L/1", False) in chinese.facts
    assert ("Use by", "2026-11-22", False) in english.facts
    assert english.facts[-1].value == "suyuan.example/check"


def test_a_page_to_print_is_the_sheet_at_its_own_size() -> None:
    sheet = SHEETS["a4-3x8"]
    drawn = write_page(sheet, next(iter(place(sheet, [draw(YOGURT, "a4-3x8")]))))
    assert drawn.startswith('<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm"')
