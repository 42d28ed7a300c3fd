"""Bar code symbols of a GTIN: EAN-13, EAN-8, UPC-A and ITF-14 (GS1 General Specifications §5.2, §5.3). Pure."""

from itertools import groupby
from math import ceil

from barcode.ean import EuropeanArticleNumber8, EuropeanArticleNumber13
from barcode.upc import UniversalProductCodeA

from trace.gs1.keys import Gtin
from trace.symbols.symbol import SIZES, Box, Kind, Symbol, SymbolError, Text

_EDGE, _MIDDLE = "101", "01010"

# §5.2.3.4: left and right of the bars, in modules
_QUIET = {"EAN-13": (11, 7), "EAN-8": (7, 7), "UPC-A": (9, 9)}
# §5.2.6.1: bars at the nominal size, in mm; magnified with it
_HEIGHT_MM = {"EAN-13": 22.85, "EAN-8": 18.23, "UPC-A": 22.85}
_GUARDS_DOWN = 5
"""§5.2.3.3: guard bars go five modules further down, between the digits."""

_DIGITS = 9
"""Height of the digits' line, in modules."""

# ITF-14 is drawn in half modules: its wide elements are two and a half modules wide (§5.3.2.4).
_HALVES = 2
_NARROW, _WIDE = 2, 5
_ITF_QUIET = 10 * _HALVES
_ITF_HEIGHT_MM = 31.75
"""§5.12.3, tables 2 and 5: the least height of bars in general distribution, at any size."""

_BEARER_MM = 4.83
"""§5.3.2.4: how thick bearer bars are where printing plates press."""

# digit by digit, wide elements as 1 (ISO/IEC 16390)
_ITF = ["00110", "10001", "01001", "11000", "00101", "10100", "01100", "00011", "10010", "01010"]


def draw_gtin(text: str, x_mm: float | None = None) -> Symbol:
    """Return the symbol of a GTIN of 8, 12, 13 or 14 digits; leading zeros of a GTIN-14 tell the shorter one.

    ``x_mm`` is the X-dimension, else the target of its kind. Raises IdentifierError for anything else: a wrong check
    digit is never put right silently.
    """
    digits = Gtin.read(text).gtin14
    kind = gtin_kind(digits)
    x_mm = x_mm or SIZES[kind].target
    match kind:
        case "EAN-8":
            return _ean_8(digits[6:], x_mm)
        case "UPC-A":
            return _upc_a(digits[2:], x_mm)
        case "EAN-13":
            return _ean_13(digits[1:], x_mm)
    return draw_itf_14(digits, x_mm)


def gtin_kind(gtin14: str) -> Kind:
    """Return which symbol a retail or case GTIN is printed as."""
    if gtin14.startswith("000000"):
        return "EAN-8"
    if gtin14.startswith("00"):
        return "UPC-A"
    return "EAN-13" if gtin14.startswith("0") else "ITF-14"


def draw_ean(text: str, x_mm: float | None = None) -> Symbol:
    """Return the EAN-13, EAN-8 or UPC-A of a GTIN. Raises SymbolError for a GTIN-14, which has none of them."""
    digits = Gtin.read(text).gtin14
    if gtin_kind(digits) == "ITF-14":
        raise SymbolError(f"Cannot draw GTIN {digits} as EAN: it begins with {digits[0]}; it is printed as ITF-14.")
    return draw_gtin(digits, x_mm)


def _ean_13(digits: str, x_mm: float) -> Symbol:
    pattern = EuropeanArticleNumber13(digits).build()[0]
    guards = _guards(len(pattern), len(_EDGE))
    places = ((0, 11, digits[0]), (11 + 3, 42, digits[1:7]), (11 + 50, 42, digits[7:]))
    return _retail("EAN-13", "]E0", digits, pattern, guards, places, x_mm)


def _ean_8(digits: str, x_mm: float) -> Symbol:
    pattern = EuropeanArticleNumber8(digits).build()[0]
    places = ((7 + 3, 28, digits[:4]), (7 + 36, 28, digits[4:]))
    return _retail("EAN-8", "]E4", digits, pattern, _guards(len(pattern), len(_EDGE)), places, x_mm)


def _upc_a(digits: str, x_mm: float) -> Symbol:
    pattern = UniversalProductCodeA(digits).build()[0]
    # the first and the last digit stand outside, and their bars are as tall as the guards
    guards = _guards(len(pattern), len(_EDGE) + 7)
    places = (
        (0, 9, digits[0]),
        (9 + 10, 35, digits[1:6]),
        (9 + 50, 35, digits[6:11]),
        (9 + 95, 9, digits[11]),
    )
    return _retail("UPC-A", "]E0", digits, pattern, guards, places, x_mm)


def _guards(length: int, edge: int) -> frozenset[int]:
    middle = (length - len(_MIDDLE)) // 2
    return frozenset([*range(edge), *range(middle, middle + len(_MIDDLE)), *range(length - edge, length)])


def _retail(
    kind: Kind,
    identifier: str,
    digits: str,
    pattern: str,
    guards: frozenset[int],
    places: tuple[tuple[int, int, str], ...],
    x_mm: float,
) -> Symbol:
    left, right = _QUIET[kind]
    tall = ceil(_HEIGHT_MM[kind] / SIZES[kind].target)
    boxes = []
    for (dark, guard), run in groupby(enumerate(pattern), key=lambda one: (one[1], one[0] in guards)):
        modules = [at for at, _ in run]
        if dark == "1":
            boxes.append(Box(left + modules[0], 0, len(modules), tall + (_GUARDS_DOWN if guard else 0)))
    texts = tuple(
        # a single digit keeps its own width
        Text(x + width / 2, tall + _DIGITS - 0.5, min(width - 4, len(part) * 6.5), _DIGITS, part)
        for x, width, part in places
    )
    width, height = left + len(pattern) + right, tall + _DIGITS + 1
    # UPC-A is transmitted as the EAN-13 that it is (ISO/IEC 15420)
    data = digits.zfill(13).encode() if kind == "UPC-A" else digits.encode()
    return Symbol(kind, identifier, data, digits, x_mm, 1, width, height, tuple(boxes), texts)


def draw_itf_14(text: str, x_mm: float | None = None) -> Symbol:
    """Return the ITF-14 of a GTIN, filled up to 14 digits with zeros in front.

    Interleaved 2 of 5: of each pair of digits the bars say the first and the spaces the second. Bearer bars stand above
    and below, which keeps a part of the symbol from being read as a shorter one; a frame on all four sides is needed by
    printing plates alone (§5.3.2.4).
    """
    digits = Gtin.read(text).gtin14
    x_mm = x_mm or SIZES["ITF-14"].target
    unit_mm = x_mm / _HALVES
    tall, bearer = ceil(_ITF_HEIGHT_MM / unit_mm), ceil(min(_BEARER_MM, 4 * x_mm) / unit_mm)
    runs = [_NARROW] * 4
    for first, second in zip(digits[::2], digits[1::2], strict=True):
        for dark, light in zip(_ITF[int(first)], _ITF[int(second)], strict=True):
            runs += [_WIDE if dark == "1" else _NARROW, _WIDE if light == "1" else _NARROW]
    runs += [_WIDE, _NARROW, _NARROW]
    bars, x = [], _ITF_QUIET
    for index, run in enumerate(runs):
        if index % 2 == 0:
            bars.append(Box(x, bearer, run, tall))
        x += run
    width, below = x + _ITF_QUIET, bearer + tall
    bearers = (Box(0, 0, width, bearer), Box(0, below, width, bearer))
    groups = f"{digits[0]} {digits[1:3]} {digits[3:8]} {digits[8:13]} {digits[13]}"
    line = 10 * _HALVES
    label = Text(width / 2, below + bearer + line - 3, width * 0.7, line - 2, groups)
    height = below + bearer + line
    return Symbol("ITF-14", "]I1", digits.encode(), digits, x_mm, _HALVES, width, height, (*bearers, *bars), (label,))
