"""Whatever a scanner gives."""

from datetime import date

import pytest

from tests.trace.gs1.vectors import document, lines
from trace.gs1 import IdentifierError, read_scan
from trace.gs1.digital_link import read_digital_link

GTIN = "06901234567892"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("6901234567892", "gtin"),
        ("06901234567892", "gtin"),
        ("]E06901234567892", "gtin"),
        ("]I106901234567892", "gtin"),
        ("６９０１２３４５６７８９２", "gtin"),
        ("6 901234 567892", "gtin"),
        (" 6901234567892\r\n", "gtin"),
        ("(01)06901234567892", "element_string"),
        ("（01）06901234567892", "element_string"),
        ("0106901234567892", "element_string"),
        ("]C10106901234567892", "element_string"),
        ("]e00106901234567892", "element_string"),
        ("https://id.gs1.org/01/06901234567892", "digital_link"),
        ("]Q1HTTPS://EXAMPLE.COM/STEM/01/06901234567892", "digital_link"),
        ("urn:epc:idpat:sgtin:6901234.056789.*", "epc_urn"),
    ],
)
def test_one_item_in_every_form(text: str, form: str) -> None:
    scan = read_scan(text)
    assert (scan.gtin, scan.lot, scan.form) == (GTIN, None, form)


@pytest.mark.parametrize("separator", ["\x1d", "^", "|", "<GS>", "{GS}", "[GS]", "<FNC1>", "\u241d"])
@pytest.mark.parametrize("start", ["", "]C1", "]d2", "]Q3", "]J1", "\x1d", "^"])
def test_one_label_from_every_symbol_and_separator(start: str, separator: str) -> None:
    scan = read_scan(f"{start}0106901234567892" + f"10L/1{separator}" + "17261200" + "11260131" + "21S")
    assert (scan.gtin, scan.lot, scan.serial) == (GTIN, "L/1", "S")
    assert (scan.expiry, scan.production_date) == (date(2026, 12, 31), date(2026, 1, 31))
    assert scan.form == "element_string"


def test_blanks_around_brackets_are_layout() -> None:
    scan = read_scan("(01) 06901234567892 (10) A1 (17) 260228")
    assert (scan.gtin, scan.lot, scan.expiry, scan.normalised) == (GTIN, "A1", date(2026, 2, 28), True)
    with pytest.raises(IdentifierError, match="blank at position 2"):
        read_scan("(01)06901234567892(10)A 1")


def test_normalised_says_that_something_was_put_right() -> None:
    assert read_scan("６９０１２３４５６７８９２").normalised
    assert not read_scan("6901234567892").normalised


def test_logistic_units_and_places() -> None:
    assert read_scan("106141412345678908").form == "sscc"
    assert read_scan("(00)106141412345678908").sscc == "106141412345678908"
    assert read_scan("00106141412345678908").sscc == "106141412345678908"
    assert read_scan("urn:epc:id:sscc:0614141.1234567890").sscc == "106141412345678908"
    assert read_scan("(414)0614141123452(254)7").gln == "0614141123452"
    pallet = read_scan("(00)106141412345678908(02)06901234567892(37)12(10)A")
    assert (pallet.gtin, pallet.lot) == (None, "A")
    assert dict(pallet.elements)["02"] == GTIN


@pytest.mark.parametrize(
    ("yymmdd", "this_year", "expiry"),
    [
        ("261231", 2026, date(2026, 12, 31)),
        ("240200", 2026, date(2024, 2, 29)),
        ("760101", 2026, date(2076, 1, 1)),
        ("770101", 2026, date(1977, 1, 1)),
        ("100101", 2060, date(2110, 1, 1)),
        ("110101", 2060, date(2011, 1, 1)),
    ],
)
def test_two_digit_years_lie_around_this_year(yymmdd: str, this_year: int, expiry: date) -> None:
    assert read_scan(f"(01){GTIN}(17){yymmdd}", this_year=this_year).expiry == expiry


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "got an empty text"),
        ("]d2", "got an empty text"),
        (" " * 1990 + "6901234567892", "expected at most 2000 characters, got 2003"),
        ("hello", "expected a GTIN of 8, 12, 13 or 14 digits"),
        ("690-1234-56789-2", "expected a GTIN of 8, 12, 13 or 14 digits"),
        ("6901234567893", "as GTIN: check digit should be 2, got 3"),
        ("0000000000000", "got only zeros"),
        ("(01)00000000000000", "got only zeros"),
        ("https://example.com/01/6901234567892", "expected 14 digits, got 13"),
        ("https://example.com/", "expected a primary key"),
        (f"https://example.com/01/{GTIN}?37=2", "may not stand together"),
        ("urn:isbn:9787115000000", "expected an EPC URN"),
        ("URN:EPC:ID:SGTIN:0614141.812345.6789", "expected an EPC URN"),
        (f"]C1{GTIN}69012341", "expected a known AI at position 1, got '06'"),
        ("]d26901234567892", "expected a known AI at position 1, got '69'"),
    ],
)
def test_anything_else_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        read_scan(text)


def test_gtin_vectors_as_scans() -> None:
    vectors = document("gtin_vectors.json")
    for text, *_ in vectors["valid"]:
        assert read_scan(text).gtin == text.zfill(14)
    put_right = {"６９０１２３４５６７８９２", " 6901234567892 ", "6901234567892\n"}
    for text, *_ in vectors["invalid"]:
        if text in put_right:
            assert read_scan(text).normalised
        else:
            with pytest.raises(IdentifierError):
                read_scan(text)


def test_link_vectors_as_scans() -> None:
    for link, content in lines("dl_uris_valid.txt"):
        assert read_scan(link).elements == read_digital_link(link) == read_scan(content).elements
    for link, *_ in lines("dl_uris_invalid.txt") + lines("element_strings_invalid.txt"):
        with pytest.raises(IdentifierError):
            read_scan(link)
