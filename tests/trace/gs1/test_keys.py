"""Strict readers: exactly right or refused, saying what was expected and what came."""

import pytest

from tests.trace.gs1.vectors import document
from trace.gs1 import Gln, Gtin, IdentifierError, Sscc, read_commodity_code, read_lot, read_serial


def test_valid_gtin_vectors_are_read() -> None:
    for text, note, _ in document("gtin_vectors.json")["valid"]:
        gtin = Gtin.read(text)
        assert (gtin.gtin14, gtin.as_printed) == (text.zfill(14), text)
        assert gtin.restricted == ("restricted" in note)


def test_invalid_gtin_vectors_are_refused() -> None:
    for text, note, _ in document("gtin_vectors.json")["invalid"]:
        with pytest.raises(IdentifierError, match=r"Cannot read .* as GTIN"):
            print(repr(text), note, Gtin.read(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("6901234567893", "Cannot read '6901234567893' as GTIN: check digit should be 2, got 3."),
        ("69012345678", "Cannot read '69012345678' as GTIN: expected 8, 12, 13 or 14 digits, got 11."),
        ("６901", "Cannot read '６901' as GTIN: full-width digit '６' at position 1; expected ASCII digits."),
        (" 69012341", "Cannot read ' 69012341' as GTIN: blank at position 1; expected ASCII digits."),
        ("69012341\n", "Cannot read '69012341\\n' as GTIN: newline at position 9; expected ASCII digits."),
        ("6901-2341", "Cannot read '6901-2341' as GTIN: hyphen at position 5; expected ASCII digits."),
        ("٦٩٠١٢٣٤١", "Cannot read '٦٩٠١٢٣٤١' as GTIN: digit '٦' at position 1; expected ASCII digits."),
        ("00000000", "Cannot read '00000000' as GTIN: expected a number, got only zeros."),
        (69012341, "Cannot read 69012341 as GTIN: expected text, got int."),
    ],
)
def test_a_message_says_expected_and_got(text: str, message: str) -> None:
    with pytest.raises(IdentifierError) as raised:
        Gtin.read(text)
    assert str(raised.value) == message


def test_one_item_is_equal_however_long_its_number_was_printed() -> None:
    assert Gtin.read("69012341") == Gtin.read("00000069012341")
    assert len({Gtin.read("6901234567892"), Gtin.read("06901234567892")}) == 1


@pytest.mark.parametrize(
    ("text", "restricted"),
    [
        ("2112345678900", True),
        ("212345678992", True),  # UPC-A, number system 2
        ("412345678903", True),  # UPC-A, number system 4
        ("20123451", True),
        ("02345673", True),
        ("69012341", False),
        ("6901234567892", False),
        ("16901234567899", False),
    ],
)
def test_numbers_for_restricted_circulation_are_told(text: str, restricted: bool) -> None:
    assert Gtin.read(text).restricted == restricted


def test_gln_and_sscc_have_one_length() -> None:
    assert str(Gln.read("0614141123452")) == "0614141123452"
    assert str(Sscc.read("106141412345678908")) == "106141412345678908"
    with pytest.raises(IdentifierError, match="as GLN: expected 13 digits, got 12"):
        Gln.read("614141123452")
    with pytest.raises(IdentifierError, match="as SSCC: check digit should be 8, got 9"):
        Sscc.read("106141412345678909")


@pytest.mark.parametrize("lot", ["A", "L-2024/07.1", "!\"%&'()*+,-./:;<=>?_", "x" * 20])
def test_a_lot_may_hold_all_of_character_set_82(lot: str) -> None:
    assert read_lot(lot) == lot
    assert read_serial(lot) == lot


@pytest.mark.parametrize(
    ("lot", "reason"),
    [
        ("", "as lot: expected 1 to 20 characters, got 0"),
        ("x" * 21, "as lot: expected 1 to 20 characters, got 21"),
        ("A B", "as lot: blank at position 2"),
        (" A", "as lot: blank at position 1"),
        ("批次1", "as lot: letter '批' at position 1"),
        ("A１", "as lot: full-width digit '１' at position 2"),
        ("A#1", "as lot: character '#' at position 2"),
        (7, "as lot: expected text, got int"),
    ],
)
def test_any_other_lot_is_refused(lot: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        read_lot(lot)


@pytest.mark.parametrize("value", ["6901234567892", {"scheme": "gtin", "value": "6901234567892"}])
def test_a_commodity_code_is_a_gtin(value: object) -> None:
    assert read_commodity_code(value).gtin14 == "06901234567892"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"scheme": "ean", "value": "6901234567892"}, "known schemes are: gtin; got 'ean'"),
        ({"scheme": ["gtin"], "value": "6901234567892"}, "known schemes are: gtin"),
        ({"value": "6901234567892"}, "expected the members scheme and value, got value"),
        ({"scheme": "gtin", "value": 6901234567892}, "expected text, got int"),
        (6901234567892, "got int"),
        (None, "got NoneType"),
        ("6901234567893", "check digit should be 2, got 3"),
    ],
)
def test_any_other_commodity_code_is_refused(value: object, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        read_commodity_code(value)
