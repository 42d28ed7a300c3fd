"""What is masked tells nobody whom it hides; codes are what was given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.complaints.codes import ALPHABET, LENGTH, hash_code, is_code, make_code, source_of
from oversight.complaints.flows import CLOCK_ALONE, FLOWS
from oversight.complaints.masking import find_contact, mask_email, mask_name, mask_phone, mask_words

PHONES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
PLAIN = st.text(alphabet="酸奶变质有异味，。 ", max_size=30)


@given(PHONES, PLAIN, PLAIN)
def test_a_telephone_in_a_text_is_never_left(phone: str, before: str, after: str) -> None:
    for text in (f"{before}{phone}{after}", f"{before}+86 {phone[:3]}-{phone[3:7]}-{phone[7:]}{after}"):
        assert find_contact(text) is not None
        assert not any(phone[at : at + 4] in mask_words(text) for at in range(len(phone) - 3))


@pytest.mark.parametrize("text", ["批号 20260302", "退款 128.50 元，3 天内", "2026-03-02 购买", "共 12 瓶"])
def test_days_sums_and_short_numbers_are_left(text: str) -> None:
    assert mask_words(text) == text


@pytest.mark.parametrize("text", ["身份证 32010619900101123X", "a.b@c.example", "025-83123456"])
def test_identity_numbers_and_addresses_are_found(text: str) -> None:
    assert find_contact(text) is not None
    assert mask_words(text).count("**") == 1


@given(PHONES)
def test_of_a_telephone_two_digits_are_left(phone: str) -> None:
    assert sum(one.isdigit() for one in mask_phone(phone)) == 2
    assert len(mask_phone(phone)) == len(phone)


def test_of_a_name_one_character_is_left() -> None:
    assert (mask_name(" 欧阳小明"), mask_email("a@b.c.example")) == ("欧**", "**@**.example")


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_a_code_is_its_form_s_own(one: str, other: str) -> None:
    codes = [make_code("a key", form) for form in (one, other)]
    assert all(len(code) == LENGTH and set(code) <= set(ALPHABET) for code in codes)
    assert (codes[0] == codes[1]) == (one == other)
    assert is_code(f" {codes[0][:4]}-{codes[0][4:].lower()} ", hash_code(codes[0]))
    assert make_code("another key", one) != codes[0]


def test_one_telephone_however_written_is_one_source() -> None:
    assert source_of("k", "+86 138-0013-8000", None) == source_of("k", "13800138000", "a@b.example")
    assert source_of("k", None, None) is None


def test_nobody_takes_the_steps_of_the_clock() -> None:
    for flow in FLOWS.values():
        moves = [
            move for table in flow.table.values() for step, move in table.items() if step in ("remind", "escalate")
        ]
        assert moves
        assert all(move.who == CLOCK_ALONE for move in moves)
