"""Bar code symbols of a GTIN as plain bars: EAN-13, EAN-8, UPC-A and ITF-14 (GS1 General Specifications §5.2, §5.3).

Pure. The same bars become SVG here and a PDF in `trace.pdf`.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple
from xml.sax.saxutils import escape

from barcode.ean import EuropeanArticleNumber8, EuropeanArticleNumber13
from barcode.upc import UniversalProductCodeA

from trace.gs1.keys import Gtin

Kind = Literal["EAN-13", "EAN-8", "UPC-A", "ITF-14"]

MODULE = 2
"""All lengths are in half modules: the wide bars of ITF-14 are two and a half modules wide."""

_EDGE, _MIDDLE = "101", "01010"

# digit by digit, wide elements as 1 (ISO/IEC 16390)
_ITF = ["00110", "10001", "01001", "11000", "00101", "10100", "01100", "00011", "10010", "01010"]
_NARROW, _WIDE = MODULE, 5


class Bar(NamedTuple):
    """A dark bar, ``x`` from the left edge of the quiet zone; guard bars are ``tall``, down between the digits."""

    x: int
    width: int
    tall: bool = False


class Label(NamedTuple):
    """Digits for people, in the middle of ``x`` and evenly over ``width``."""

    x: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol with its quiet zones; lengths in half modules. ``framed``: with bearer bars above and below."""

    kind: Kind
    digits: str
    width: int
    height: int
    module_mm: float
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    framed: bool = False


def draw_gtin(text: str) -> Symbol:
    """Return the symbol of a GTIN of 8, 12, 13 or 14 digits; leading zeros of a GTIN-14 tell the shorter one.

    Raises IdentifierError for anything else: a wrong check digit is never put right silently.
    """
    digits = Gtin.read(text).gtin14
    if digits.startswith("000000"):
        return _ean_8(digits[6:])
    if digits.startswith("00"):
        return _upc_a(digits[2:])
    return _ean_13(digits[1:]) if digits.startswith("0") else _itf_14(digits)


def _ean_13(digits: str) -> Symbol:
    pattern = EuropeanArticleNumber13(digits).build()[0]
    guards = _guards(len(pattern), len(_EDGE))
    labels = (_label(0, 11, digits[0]), _label(11 + 3, 42, digits[1:7]), _label(11 + 50, 42, digits[7:]))
    return _retail("EAN-13", digits, pattern, guards, (11, 7), 69, labels)


def _ean_8(digits: str) -> Symbol:
    pattern = EuropeanArticleNumber8(digits).build()[0]
    labels = (_label(7 + 3, 28, digits[:4]), _label(7 + 36, 28, digits[4:]))
    return _retail("EAN-8", digits, pattern, _guards(len(pattern), len(_EDGE)), (7, 7), 55, labels)


def _upc_a(digits: str) -> Symbol:
    pattern = UniversalProductCodeA(digits).build()[0]
    # the first and the last digit stand outside, and their bars are as tall as the guards
    guards = _guards(len(pattern), len(_EDGE) + 7)
    labels = (
        _label(0, 9, digits[0]),
        _label(9 + 10, 35, digits[1:6]),
        _label(9 + 50, 35, digits[6:11]),
        _label(9 + 95, 9, digits[11]),
    )
    return _retail("UPC-A", digits, pattern, guards, (9, 9), 69, labels)


def _guards(length: int, edge: int) -> frozenset[int]:
    middle = (length - len(_MIDDLE)) // 2
    return frozenset([*range(edge), *range(middle, middle + len(_MIDDLE)), *range(length - edge, length)])


def _label(x: int, width: int, text: str) -> Label:
    return Label((x + width / 2) * MODULE, width * MODULE, text)


def _retail(
    kind: Kind,
    digits: str,
    pattern: str,
    guards: frozenset[int],
    quiet: tuple[int, int],
    height: int,
    labels: tuple[Label, ...],
) -> Symbol:
    bars = []
    for (module, tall), run in groupby(enumerate(pattern), key=lambda one: (one[1], one[0] in guards)):
        places = [at for at, _ in run]
        if module == "1":
            bars.append(Bar((quiet[0] + places[0]) * MODULE, len(places) * MODULE, tall))
    width = (quiet[0] + len(pattern) + quiet[1]) * MODULE
    return Symbol(kind, digits, width, height * MODULE, 0.33, tuple(bars), labels)


def _itf_14(digits: str) -> Symbol:
    """Draw interleaved 2 of 5: of each pair of digits the bars say the first and the spaces the second."""
    runs = [_NARROW] * 4
    for first, second in zip(digits[::2], digits[1::2], strict=True):
        for dark, light in zip(_ITF[int(first)], _ITF[int(second)], strict=True):
            runs += [_WIDE if dark == "1" else _NARROW, _WIDE if light == "1" else _NARROW]
    runs += [_WIDE, _NARROW, _NARROW]
    quiet = 10 * MODULE
    bars, x = [], quiet
    for index, width in enumerate(runs):
        if index % 2 == 0:
            bars.append(Bar(x, width))
        x += width
    groups = f"{digits[0]} {digits[1:3]} {digits[3:8]} {digits[8:13]} {digits[13]}"
    label = Label((x + quiet) / 2, x - quiet, groups)
    return Symbol("ITF-14", digits, x + quiet, 64 * MODULE, 0.495, tuple(bars), (label,), framed=True)


BEARER = 4 * MODULE
"""How thick the bars above and below an ITF-14 are."""

TEXT = 10 * MODULE
"""How much room the digits take below the bars."""

TALL = 5 * MODULE
"""How far guard bars reach down between the digits."""


def write_svg(symbol: Symbol, title: str = "") -> str:
    """Return the symbol as an SVG element: black on white in every theme, nothing loaded from elsewhere."""
    top = BEARER if symbol.framed else 0
    bottom = top + symbol.height
    height = bottom + top + TEXT + MODULE
    ends = [(bar, bottom + (TALL if bar.tall else 0)) for bar in symbol.bars]
    path = "".join(f"M{bar.x} {top}h{bar.width}V{end}h-{bar.width}z" for bar, end in ends)
    if symbol.framed:
        path += "".join(f"M0 {y}h{symbol.width}v{BEARER}h-{symbol.width}z" for y in (0, bottom))
    baseline = height - 2 * MODULE
    texts = "".join(
        f'<text x="{label.x:g}" y="{baseline}" textLength="{_spread(label):g}">{escape(label.text)}</text>'
        for label in symbol.labels
    )
    named = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {symbol.width} {height}" role="img">{named}'
        f'<path fill="#fff" d="M0 0h{symbol.width}v{height}h-{symbol.width}z"/>'
        f'<path fill="#000" shape-rendering="crispEdges" d="{path}"/>'
        f'<g font-family="monospace" font-size="{9 * MODULE}" text-anchor="middle">{texts}</g></svg>'
    )


def _spread(label: Label) -> float:
    """Digits below their bars are spread over them; a single one keeps its own width."""
    return min(label.width, len(label.text) * 7 * MODULE) * 0.9
