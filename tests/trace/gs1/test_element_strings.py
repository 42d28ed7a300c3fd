"""Element strings by the GS1 Syntax Dictionary."""

import re

import pytest

from tests.trace.gs1.vectors import document, lines
from trace.gs1.ai import AI_TABLE, Component
from trace.gs1.check_digits import check_pair
from trace.gs1.coupons import coupon_code, coupon_positive_offer
from trace.gs1.element_strings import bracketed, raw, read_bracketed, read_raw
from trace.gs1.errors import IdentifierError
from trace.gs1.linters import LINTERS

# Valid by syntax, but not alone: the vectors' authors tested syntax and pairing apart.
_NEEDS_ANOTHER_AI = {
    "(10)12345",
    "(3100)123456(10)12345",
    "(3900)12345(11)991225",
    r"(10)12345\(11)991225",
    "(235)ABC",
    "(235)ABCDEFGHIJKLMNOPQRSTUVWXYZ12",
}
_UNKNOWN_AI = {"(89)ABC(89)ABC(89)ABC"}
# Linters that the table names and we do not enforce, and why.
_NOT_ENFORCED = {"packagetype": "some 400 trade package codes (AI 7041) that no recall needs"}


def test_valid_vectors_are_read_with_their_exact_content() -> None:
    for (text,) in lines("element_strings_valid.txt"):
        elements = read_bracketed(text, pairing=False, unknown_ais=text in _UNKNOWN_AI)
        assert bracketed(elements) == text


def test_valid_vectors_are_read_strictly_but_for_those_that_need_another_ai() -> None:
    for (text,) in lines("element_strings_valid.txt"):
        if text in _NEEDS_ANOTHER_AI:
            with pytest.raises(IdentifierError, match="needs"):
                read_bracketed(text)
        elif text in _UNKNOWN_AI:
            with pytest.raises(IdentifierError, match=r"AI \(89\) is not in the GS1 Syntax Dictionary"):
                read_bracketed(text)
        else:
            read_bracketed(text)


def test_every_invalid_vector_is_refused() -> None:
    accepted = []
    for text, *_ in lines("element_strings_invalid.txt"):
        for unknown_ais in (False, True):
            try:
                read_bracketed(text, unknown_ais=unknown_ais)
            except IdentifierError:
                continue
            accepted.append(text)
    assert accepted == []


def test_a_repeated_unknown_ai_must_repeat_its_value() -> None:
    with pytest.raises(IdentifierError, match="there twice, with 'ABC' and 'XYZ'"):
        read_bracketed("(89)ABC(89)XYZ(89)ABC", unknown_ais=True)


def test_valid_vectors_survive_the_raw_form() -> None:
    for (text,) in lines("element_strings_valid.txt"):
        if text in _UNKNOWN_AI:
            continue
        elements = read_bracketed(text, pairing=False)
        assert read_raw(raw(elements), pairing=False) == elements


def test_raw_strings_put_fnc1_only_after_values_of_open_length() -> None:
    elements = (("01", "06901234567892"), ("17", "261231"), ("10", "A"), ("21", "7"))
    assert raw(elements, "^") == "^0106901234567892" + "17261231" + "10A^" + "217"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "expected a known AI at position 1, got ''"),
        ("\x1d", "expected a known AI at position 2, got ''"),
        ("04123", "expected a known AI at position 1, got '04'"),
        ("0106901234567892\x1d\x1d10A", "expected a known AI at position 18"),
        ("01069012345678", r"as AI \(01\): expected 14 digits, got 12"),
        ("0106901234567892" + "10", r"as AI \(10\): expected 1 to 20 characters, got 0"),
        ("0106901234567893", r"as AI \(01\): check digit should be 2, got 3"),
        ("10A", r"AI \(10\) needs \(01\) or"),
    ],
)
def test_raw_strings_are_refused_with_their_reason(text: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        read_raw(text)


def test_the_table_holds_all_the_facts_of_the_published_one() -> None:
    for row in document("ai_table.json")["ais"]:
        first, _, last = row["ai"].partition("-")
        for number in range(int(first), int(last or first) + 1):
            spec = AI_TABLE[str(number).zfill(len(first))]
            assert spec.fixed != row["fnc1_required"]
            assert spec.attribute == row["dl_data_attr"]
            assert [_written(part) for part in spec.components] == row["components"]
            ways = [",".join("+".join(way) for way in group) for group in spec.requires]
            assert (ways, list(spec.excludes)) == (row["req"], [o for e in row["ex"] for o in e.split(",")])
            key = None if spec.key is None else "|".join(",".join(way) for way in spec.key)
            assert key == row["dlpkey"]


def _written(part: Component) -> str:
    length = f"..{part.most}" if part.least != part.most else str(part.most)
    text = f"{part.charset}{length}"
    text = f"[{text}]" if part.optional else text
    return ",".join((text, *part.linters))


def test_every_linter_of_the_table_exists_and_refuses_something() -> None:
    named = {name for spec in AI_TABLE.values() for part in spec.components for name in part.linters}
    assert named == set(LINTERS)
    wrong = {
        "csum": "11",
        "csumalpha": "1",
        "hasnondigit": "1",
        "hyphen": "x",
        "iso3166999": "998",
        "latitude": "9999999999",
        "longitude": "9999999999",
        "nonzero": "00",
        "nozeroprefix": "01",
        "pcenc": "%",
        "pieceoftotal": "0201",
        "zero": "1",
    }
    unwanted = {name: wrong.get(name, "99999999") for name in named - _NOT_ENFORCED.keys()}
    unwanted |= {"gcppos1": "123", "gcppos2": "1234"}
    assert [name for name, value in unwanted.items() if LINTERS[name](value) is None] == []
    for name in _NOT_ENFORCED:
        assert LINTERS[name]("??") is None


def test_the_check_pair_of_a_model_number_is_that_of_the_standard() -> None:
    assert check_pair("1987654Ad4X4bL5ttr2310c") == "2K"
    read_bracketed("(8013)1987654Ad4X4bL5ttr2310c2K")
    with pytest.raises(IdentifierError, match="check characters should be 2K, got K2"):
        read_bracketed("(8013)1987654Ad4X4bL5ttr2310cK2")


def test_whole_coupons_pass() -> None:
    head = "0123456" + "123456" + "11" + "110123"
    second, third = "1" + "0" + "110123" + "9", "2" + "110123" + "0123456"
    dates, serial, retailer, last = "3500607" + "4500606", "5" + "0123456", "6" + "11234567", "9" + "0000"
    assert coupon_code(head) is None
    assert coupon_code(head + second + third + dates + serial + retailer + last) is None
    assert re.search("should rise, got 3 after 4", coupon_code(head + "4500606" + "3500607") or "")
    assert re.search("should be 1 to 6 or 9, got 7", coupon_code(head + "7") or "")
    assert re.search("digits only", coupon_code("A") or "")
    assert coupon_positive_offer("00123456" + "123456" + "0123456") is None
    assert re.search("1 digits too many", coupon_positive_offer("00123456" + "123456" + "01234567") or "")
