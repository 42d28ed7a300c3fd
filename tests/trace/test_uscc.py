"""Codes of organisations in China: GB 32100-2015 and GB 11714."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.data import data_path
from trace.gs1 import IdentifierError
from trace.uscc import AUTHORITIES, OrganisationCode, Uscc

_VECTORS = "gs1/uscc_vectors.json"


def test_uscc_vectors_are_read_or_refused() -> None:
    for vector in json.loads(data_path(_VECTORS).read_text(encoding="utf-8"))["uscc"]:
        code, note = vector["code"], vector["note"]
        if vector["valid"] or "normalise, then valid" in note:
            assert Uscc.read(code).code == code.upper()
        elif "warn only" in note:
            assert not Uscc.read(code).organisation_code_ok
        else:
            with pytest.raises(IdentifierError, match=r"Cannot read .* as USCC"):
                print(code, note, Uscc.read(code))


def test_organisation_code_vectors_are_read_with_and_without_hyphen() -> None:
    for vector in json.loads(data_path(_VECTORS).read_text(encoding="utf-8"))["org_code_gb11714"]:
        body, check = vector["body"], vector["check"]
        for text in (body + check, f"{body}-{check}", f"{body}-{check}".lower()):
            code = OrganisationCode.read(text)
            assert (code.code, code.hyphenated) == (body + check, f"{body}-{check}")


def test_the_parts_of_a_code() -> None:
    uscc = Uscc.read("91110000600037341L")
    assert (uscc.region, uscc.organisation_code, uscc.organisation_code_ok) == ("110000", "600037341", True)
    assert uscc.authority == AUTHORITIES["9"] == "市场监督管理"
    assert str(uscc) == "91110000600037341L"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("91110000600037341M", "Cannot read '91110000600037341M' as USCC: check character should be L, got M."),
        ("91110000600037341", "Cannot read '91110000600037341' as USCC: expected 18 characters, got 17."),
        (" 91110000600037341L", "Cannot read ' 91110000600037341L' as USCC: expected 18 characters, got 19."),
        ("", "Cannot read '' as USCC: expected 18 characters, got 0."),
        (7, "Cannot read 7 as USCC: expected text, got int."),
    ],
)
def test_a_message_says_expected_and_got(text: str, message: str) -> None:
    with pytest.raises(IdentifierError) as raised:
        Uscc.read(text)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("9111000060I037341L", "'I' at position 11 is not one of"),
        ("９1110000600037341L", "'９' at position 1 is not one of"),
        ("91110000600037341\n", "at position 18 is not one of"),
        ("ı1110000600037341L", "'ı' at position 1 is not one of"),
        ("01110000600037341L", "registration authority should be one of"),
        ("9111A000600037341L", "should be 6 digits, got 11A000"),
    ],
)
def test_any_other_code_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        Uscc.read(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("D2143569-0", "check character should be X, got 0"),
        ("D2143569", "expected 9 characters, got 8"),
        ("D214-3569X", "expected 9 characters, got 10"),
        ("D214356－X", "'－' at position 8 is not one of"),
    ],
)
def test_any_other_organisation_code_is_refused(text: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        OrganisationCode.read(text)


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_any_single_wrong_character_is_found(position: int, other: str) -> None:
    code = "91110000600037341L"
    wrong = code[:position] + other + code[position + 1 :]
    if wrong == code:
        return
    with pytest.raises(IdentifierError):
        Uscc.read(wrong)


@given(st.integers(0, 16))
def test_any_swapped_neighbours_are_found(position: int) -> None:
    code = "91310000MA1K35XX7R"
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    if swapped == code:
        return
    with pytest.raises(IdentifierError):
        Uscc.read(swapped)
