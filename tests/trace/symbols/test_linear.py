"""Bar code symbols: every bar is read again, by tables written down here once more, and gives the number back."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.gs1 import IdentifierError
from trace.gs1.check_digits import check_digit
from trace.symbols.linear import draw_gtin
from trace.symbols.svg import write_svg
from trace.symbols.symbol import Box, Symbol

# GS1 General Specifications, number set C; A is its complement, B is C read backwards
SET_C = ("1110010", "1100110", "1101100", "1000010", "1011100", "1001110", "1010000", "1000100", "1001000", "1110100")
PARITY = ("AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA")
WIDE = {"NNWWN": 0, "WNNNW": 1, "NWNNW": 2, "WWNNN": 3, "NNWNW": 4, "WNWNN": 5, "NWWNN": 6, "NNNWW": 7, "WNNWN": 8}
WIDE["NWNWN"] = 9


def gtins(length: int) -> st.SearchStrategy[str]:
    """A GTIN of so many digits; one of 12, 13 or 14 does not begin like a shorter one."""
    body = st.from_regex(f"[1-9][0-9]{{{length - 2}}}", fullmatch=True)
    return body.map(lambda digits: digits + check_digit(digits))


def bars_of(symbol: Symbol) -> list[Box]:
    """Its bars from left to right; bearer bars lie."""
    return [box for box in symbol.boxes if box.height > box.width]


def modules_of(symbol: Symbol) -> str:
    """The symbol as modules, 1 for dark, without quiet zones."""
    row = ["0"] * symbol.width
    for bar in bars_of(symbol):
        for at in range(bar.x, bar.x + bar.width):
            row[at] = "1"
    return "".join(row).strip("0")


def read_digit(modules: str) -> tuple[str, str]:
    """The number set and the digit of seven modules."""
    other = "".join("10"[int(one)] for one in modules)
    for name, given_code in (("C", modules), ("A", other), ("B", modules[::-1])):
        if given_code in SET_C:
            return name, str(SET_C.index(given_code))
    raise AssertionError(modules)


def read_halves(modules: str, half: int) -> tuple[str, str]:
    """The number sets of the left half, and all digits."""
    assert modules.startswith("101")
    assert modules.endswith("101")
    middle = 3 + 7 * half
    assert modules[middle : middle + 5] == "01010"
    starts = [*range(3, middle, 7), *range(middle + 5, middle + 5 + 7 * half, 7)]
    read = [read_digit(modules[at : at + 7]) for at in starts]
    assert {name for name, _ in read[half:]} == {"C"}
    return "".join(name for name, _ in read[:half]), "".join(digit for _, digit in read)


@given(gtins(13))
def test_an_ean_13_gives_its_number_back(digits: str) -> None:
    symbol = draw_gtin(digits)
    sets, read = read_halves(modules_of(symbol), 6)
    assert (symbol.kind, str(PARITY.index(sets)) + read) == ("EAN-13", digits)


@given(gtins(12))
def test_a_upc_a_gives_its_number_back_however_it_is_written(digits: str) -> None:
    symbol = draw_gtin(digits.zfill(14))
    assert (symbol.kind, *read_halves(modules_of(symbol), 6)) == ("UPC-A", "AAAAAA", digits)


@given(gtins(8))
def test_an_ean_8_gives_its_number_back(digits: str) -> None:
    symbol = draw_gtin(digits)
    assert (symbol.kind, *read_halves(modules_of(symbol), 4)) == ("EAN-8", "AAAA", digits)


@given(gtins(14))
def test_an_itf_14_gives_its_number_back(digits: str) -> None:
    symbol = draw_gtin(digits)
    runs = []
    bars = bars_of(symbol)
    for bar, following in zip(bars, [*bars[1:], None], strict=True):
        runs.append(bar.width)
        if following is not None:
            runs.append(following.x - bar.x - bar.width)
    named = "".join("W" if width > symbol.module else "N" for width in runs)
    assert (named[:4], named[-3:]) == ("NNNN", "WNN")
    pairs = [named[at : at + 10] for at in range(4, len(named) - 3, 10)]
    read = "".join(f"{WIDE[pair[::2]]}{WIDE[pair[1::2]]}" for pair in pairs)
    assert (symbol.kind, read) == ("ITF-14", digits)
    bearers = [box for box in symbol.boxes if box not in bars]
    assert [(box.x, box.width) for box in bearers] == [(0, symbol.width)] * 2


@pytest.mark.parametrize("text", ["6901234567890", "690123456789", "", "６９０１２３４５６７８９２", "69012345678921"])
def test_a_number_that_is_wrong_is_not_put_right(text: str) -> None:
    with pytest.raises(IdentifierError):
        draw_gtin(text)


@pytest.mark.parametrize(
    ("digits", "quiet"), [("6901234567892", (11, 7)), ("96385074", (7, 7)), ("036000291452", (9, 9))]
)
def test_quiet_zones_are_kept_free(digits: str, quiet: tuple[int, int]) -> None:
    symbol = draw_gtin(digits)
    first, *_, last = bars_of(symbol)
    assert (first.x, symbol.width - last.x - last.width) == quiet


def test_the_picture_is_well_formed_and_says_its_number() -> None:
    for digits in ("6901234567892", "96385074", "036000291452", "16901234567899"):
        root = ElementTree.fromstring(write_svg(draw_gtin(digits), '<"&'))
        shown = "".join(node.text or "" for node in root.iter("{http://www.w3.org/2000/svg}text"))
        assert shown.replace(" ", "") == digits
        assert root[0].text == '<"&'
