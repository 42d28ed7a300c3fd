"""Papers: texts are drawn as they are, tables of any length, and one font that has Chinese."""

import base64
import re
import zlib
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace import pdf, pdf_text
from trace.pdf import Block, Facts, Font, Heading, Paragraph, Table, find_font, write_pdf
from trace.pdf_text import FontRefused, letters_of, wrap
from trace.picture import Link, Node, SupplyView, lay_out_supply
from trace.picture.supply import PAPER
from trace.symbols.linear import draw_gtin

LATIN = Font("Helvetica", None, chinese=False)


def written(blocks: list[Block], font: Font = LATIN, footer: str = "") -> bytes:
    """The bytes of a paper."""
    target = BytesIO()
    write_pdf(target, "title", blocks, font, footer)
    return target.getvalue()


def pages_of(paper: bytes) -> list[str]:
    """What is drawn on each page, and in the forms that pages share, as operators."""
    found = []
    for data in re.findall(rb"stream\r?\n(.*?)endstream", paper, re.DOTALL):
        plain = data.strip()
        if plain.endswith(b"~>"):
            plain = base64.a85decode(plain, adobe=False) if plain.startswith(b"<~") else base64.a85decode(plain[:-2])
        try:
            text = zlib.decompress(plain).decode("latin-1")
        except zlib.error:
            continue
        if "BT" in text:
            found.append(text)
    return found


def count_pages(paper: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", paper))


def test_texts_are_never_read_as_markup() -> None:
    blocks: list[Block] = [Heading("<b>x</b>", 1), Paragraph("a & <font color=red>"), Facts([("&lt;", "<para>")])]
    drawn = "".join(pages_of(written(blocks)))
    assert all(text in drawn for text in ("<b>x</b>", "a & <font color=red>", "&lt;", "<para>"))


def test_a_font_with_chinese_is_embedded_and_its_letters_can_be_taken_out_again() -> None:
    font = find_font(None)
    if not font.chinese:
        pytest.skip("this system has no TrueType font with Chinese")
    paper = written([Paragraph("召回公告")], font)
    assert b"/FontFile2" in paper
    assert b"/ToUnicode" in paper
    assert len(paper) < 100_000  # only the letters that are used


def test_the_same_values_give_the_same_bytes() -> None:
    blocks: list[Block] = [Heading("x", 1), draw_gtin("6901234567892"), draw_gtin("16901234567899")]
    assert written(blocks) == written(blocks)


def test_without_chinese_the_first_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "FOLDERS", ())
    find_font.cache_clear()
    font = find_font("/no/such/font.ttf")
    find_font.cache_clear()
    assert (font.name, font.chinese) == ("Helvetica", False)
    drawn = "".join(pages_of(written([Paragraph("召回 recall")], font)))
    assert "no TrueType font" in drawn
    assert "?? recall" in drawn


def test_a_font_without_chinese_is_refused() -> None:
    with pytest.raises(FontRefused):
        pdf_text.load_font(pdf_text.Path(pdf.__file__))


def test_a_long_table_repeats_its_head_and_numbers_its_pages() -> None:
    rows = ([f"place {number}", str(number)] for number in range(500))
    paper = written([Table(["Where", "Units"], rows, right={1})], footer="digest abc")
    drawn = [page for page in pages_of(paper) if "place" in page]
    assert count_pages(paper) == len(drawn) > 5
    assert all("(Where)" in page and "digest abc" in page for page in drawn)
    assert any(f" / {len(drawn)}" in page for page in pages_of(paper))
    assert "place 499" in drawn[-1]


def test_a_row_longer_than_a_page_goes_on_on_the_next() -> None:
    text = "\n".join(f"line {number}" for number in range(200))
    drawn = "".join(pages_of(written([Table(["Note", "Units"], [[text, "1"]], widths=(3, 1))])))
    assert all(f"(line {number})" in drawn for number in range(200))


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_ROWS", 300)
    with pytest.raises(ValueError, match="at most 300 rows"):
        written([Table(["x"], (["1"] for _ in range(301)))])


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\u202egnp.exe", "a\x00b\x1b", "x" * 50_000, "\U0001f600" * 300, "（" * 300]
)
def test_odd_texts_do_no_harm(text: str) -> None:
    for font in (LATIN, find_font(None)):
        assert count_pages(written([Heading(text, 2), Paragraph(text, strong=True), Table([text], [[text]])], font))


LETTERS = st.text(alphabet=st.sampled_from("ab 召回，。（）\n-"), max_size=200)


@given(LETTERS, st.integers(2, 30))
def test_lines_fit_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width, lambda part: float(len(part)))
    assert all(len(line) <= width for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)


def test_no_line_begins_with_a_closing_mark_where_there_is_room_to_avoid_it() -> None:
    lines = wrap("请停止食用，并退回商店。谢谢（全部）。", 6, lambda part: float(len(part)))
    assert not any(line.startswith(("，", "。", "）")) for line in lines)
    assert not any(line.endswith("（") for line in lines)


def test_the_built_in_font_draws_what_it_has() -> None:
    assert all(ord(one) in (letters_of(LATIN) or ()) for one in "aé€")


def test_a_drawing_is_drawn_within_the_margins_with_its_words() -> None:
    maker, outlet = Node("a", "Mist Dairy", 0, Decimal(100), "out"), Node("b", "店", 1, None, "back", "possible")
    link = Link("a", "b", Decimal(60), Decimal(50), "out")
    view = SupplyView("", ("Makers", "Tier 1"), (maker, outlet), (link,))
    paper = written([Heading("t", 1), lay_out_supply(view, "en", PAPER), Paragraph("after")])
    drawn = "".join(pages_of(paper))
    assert "Mist Dairy" in drawn
    assert "100 pieces" in drawn
    assert "after" in drawn
    assert count_pages(paper) == 1
    assert written([lay_out_supply(view, "en", PAPER)]) == written([lay_out_supply(view, "en", PAPER)])


def test_a_drawing_of_any_size_has_room_on_one_page() -> None:
    nodes = tuple(Node(str(at), f"n{at}", at % 12, Decimal(1), "sold") for at in range(12 * 60))
    drawing = lay_out_supply(SupplyView("", tuple("" for _ in range(12)), nodes, ()), "en", PAPER)
    assert count_pages(written([Heading("t"), drawing])) == 1
