"""What people type and paste: put right where it cannot be misread, refused where it can."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.gs1 import IdentifierError, read_scan
from trace.gs1.typed import tidy

GTIN = "06901234567892"


@pytest.mark.parametrize(
    "text",
    [
        "条码：6901234567892",
        "商品条码:6 901 234 567 892",
        "条形码６９０１２３４５６７８９２",
        "EAN-13: 6901234567892",
        "barcode 6901234567892",
        "GTIN: (01)06901234567892",
        "\u202d6901234567892\u202c",
        "690123\u200b4567892\ufeff",
        "【01】06901234567892",
        "[01] 06901234567892",
        "id.gs1.org/01/06901234567892",
        "//example.com:8080/shop/01/06901234567892?utm=1",
        "/01/06901234567892",
        "01/06901234567892",
        "https%3A%2F%2Fid.gs1.org%2F01%2F06901234567892",
        "https://suyuan.example/check?code=6901234567892",
        "https://suyuan.example/recalls/2026-0001?code=https%3A%2F%2Fid.gs1.org%2F01%2F06901234567892",
    ],
)
def test_an_item_is_read_from_whatever_stands_around_it(text: str) -> None:
    scan = read_scan(text)
    assert (scan.gtin, scan.lot, scan.serial) == (GTIN, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "6901234567892 批号 L1",
        "条码：6901234567892，生产批号：L1",
        "GTIN 6901234567892, Lot No. L1",
        "【01】06901234567892【10】L1",
        "(01)06901234567892(10)L1<GS>",
        "example.com/01/06901234567892/10/L1",
        "https://suyuan.example/check?code=6901234567892&lot=L1&lang=zh",
    ],
)
def test_an_item_and_its_lot_are_read_together(text: str) -> None:
    scan = read_scan(text)
    assert (scan.gtin, scan.lot) == (GTIN, "L1")


SEPARATORS = ["\x1d", "␝", "^", "^]", "|", "~1", "~d029", "<GS>", "<gs>", "{FNC1}", "[GS]", "\\x1d", "\\u001D", "&#29;"]


@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_separator_may_be_written_in_any_usual_way(separator: str) -> None:
    scan = read_scan(f"01{GTIN}10L/1{separator}21S")
    assert (scan.lot, scan.serial) == ("L/1", "S")


def test_a_percent_sign_is_not_guessed_away() -> None:
    with pytest.raises(IdentifierError, match="%1D may be a separator or part of a value"):
        read_scan(f"01{GTIN}10L1%1D21S")
    assert read_scan(f"]d201{GTIN}10L1%1D21S").lot == "L1%1D21S"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("条码：", "expected a GTIN of 8, 12, 13 or 14 digits"),
        ("条码：6901234567893", "check digit should be 2, got 3"),
        ("GTIN-146901234567892", "expected a GTIN of 8, 12, 13 or 14 digits"),
        ("12345 批号 L1", "expected a GTIN of 8, 12, 13 or 14 digits"),
        ("6901234567892 批号 批1", "letter '批' at position 1"),
        ("6901234567892\n6901234567892", "expected a GTIN of 8, 12, 13 or 14 digits"),
        ("https://u.wechat.com/EIr4kd9AsdkjH", "expected a primary key"),
        ("https://example.com/login", "expected a primary key"),
        ("https://suyuan.example/check", "expected .code= in the address of a page, got none"),
        ("https://a.example/check?code=https%3A%2F%2Fa.example%2Fcheck%3Fcode%3D6901234567892", "primary key"),
        (f"https://a.example/check?code=(01){GTIN}(10)L1&lot=L2", "expected 'L1' as in the code, or nothing"),
        ("\x07\x1b[31m", "expected a GTIN of 8, 12, 13 or 14 digits"),
    ],
)
def test_what_says_nothing_or_two_things_is_refused(text: str, reason: str) -> None:
    with pytest.raises(IdentifierError, match=reason):
        read_scan(text)


# Each begins what a pattern looks for, many times over.
_BUILDING = [
    "(",
    " ",
    "[01]",
    "条码",
    "1 ",
    " 批号 ",
    "^",
    "~1",
    "%1d",
    "\\(",
    "https://",
    "a.",
    "01/",
    "//",
    "A",
    "&#29;",
]


@pytest.mark.parametrize("piece", _BUILDING)
def test_no_text_takes_long_however_it_is_built(piece: str) -> None:
    start = time.thread_time()
    for text in (
        piece * (2_000 // len(piece)),
        f"(01){piece * (1_990 // len(piece))}",
        f"x{piece * 200}(",
        piece * 20_000,
    ):
        with pytest.raises(IdentifierError):
            read_scan(text)
    assert time.thread_time() - start < 2  # a pattern that goes back and forth would take minutes


@given(st.text("01 2(（）)[]【】条码批号lotGTIN:：^\x1d\u200b", max_size=40))
def test_any_text_is_tidied_and_then_read_or_refused(text: str) -> None:
    assert "\u200b" not in tidy(text)
    with suppress(IdentifierError):
        assert read_scan(text).elements
