"""GS1-128: element strings as bars (GS1 General Specifications §5.4, ISO/IEC 15417). Pure.

The patterns are python-barcode's; the code sets are chosen here, so that each symbol is the shortest there is.
"""

from collections.abc import Sequence
from math import ceil, floor

from barcode.charsets.code128 import CODES, STOP

from trace.gs1.element_strings import Elements, bracketed, raw
from trace.symbols.symbol import SIZES, Box, Symbol, SymbolError, Text

MOST_CHARACTERS = 48
"""§5.4.1: data characters of one symbol, with AIs and the FNC1 between values."""

MOST_MM = 165.10
"""§5.4.1: width of one symbol with its quiet zones."""

_QUIET = 10
_HEIGHT_MM = 31.75
"""§5.12.3, tables 2 and 5: the least height of bars in general distribution, at any size."""

_MODULES, _STOP_MODULES = 11, 13
_START_B, _START_C, _TO_C, _TO_B, _FNC1 = 104, 105, 99, 100, 102
_LETTERS_MM, _LINE_MM = 3.0, 3.6
_LETTER = 0.6
"""How wide a letter is, of its size."""

Codes = list[int]


def draw_gs1_128(elements: Elements, x_mm: float | None = None) -> Symbol:
    """Return the one symbol of AIs and values that were checked before.

    Raises SymbolError where they need more than one: `split_gs1_128` makes those.
    """
    x_mm = x_mm or SIZES["GS1-128"].target
    characters, width_mm = measure(elements, x_mm)
    if characters > MOST_CHARACTERS or width_mm > MOST_MM:
        raise SymbolError(
            f"Cannot draw {bracketed(elements)} as one GS1-128: expected at most {MOST_CHARACTERS} characters and "
            f"{MOST_MM:g} mm, got {characters} characters and {width_mm:.1f} mm."
        )
    return _draw(elements, x_mm)


def split_gs1_128(elements: Elements, x_mm: float | None = None, most_mm: float = MOST_MM) -> list[Symbol]:
    """Return as few symbols as carry the elements in their order, none wider than ``most_mm``.

    Raises SymbolError where one element alone is too long.
    """
    x_mm = x_mm or SIZES["GS1-128"].target
    most_mm = min(most_mm, MOST_MM)
    parts: list[Elements] = []
    for element in elements:
        if parts and _fits((*parts[-1], element), x_mm, most_mm):
            parts[-1] = (*parts[-1], element)
            continue
        if not _fits((element,), x_mm, most_mm):
            width_mm = measure((element,), x_mm)[1]
            raise SymbolError(
                f"Cannot draw {bracketed((element,))} as GS1-128: it is {width_mm:.1f} mm wide at X-dimension "
                f"{x_mm:.3g} mm, expected at most {most_mm:.1f} mm."
            )
        parts.append((element,))
    return [_draw(part, x_mm) for part in parts]


def measure(elements: Elements, x_mm: float) -> tuple[int, float]:
    """Return (data characters, width in mm with quiet zones) of the symbol."""
    text = raw(elements)
    return len(text) - 1, _width(encode(text)) * x_mm


def _fits(elements: Elements, x_mm: float, most_mm: float) -> bool:
    characters, width_mm = measure(elements, x_mm)
    return characters <= MOST_CHARACTERS and width_mm <= most_mm


def _width(codes: Sequence[int]) -> int:
    # each code, the check character, the stop
    return (len(codes) + 1) * _MODULES + _STOP_MODULES + 2 * _QUIET


def encode(text: str) -> Codes:
    """Return the fewest codes for GS1 set 82 and FNC1 (``\\x1d``): with the start, without check and stop.

    Backwards from the end: from each place the shortest way on in set B, which has one character a code, and in set C,
    which has two digits.
    """
    b: Codes = []
    c: Codes = []
    after: list[tuple[Codes, Codes]] = [(b, c)]
    for at in range(len(text) - 1, -1, -1):
        pair = text[at : at + 2]
        b_on, c_on = after[-1]
        if text[at] == "\x1d":
            b, c = [_FNC1, *b_on], [_FNC1, *c_on]
        else:
            b = [ord(text[at]) - 32, *b_on]
            in_pairs = len(pair) == 2 and pair.isdigit()
            c = [int(pair), *after[-2][1]] if in_pairs else [_TO_B, *b]
        if len(c) + 1 < len(b):
            b = [_TO_C, *c]
        elif len(b) + 1 < len(c):
            c = [_TO_B, *b]
        after.append((b, c))
    return [_START_C, *c] if len(c) <= len(b) else [_START_B, *b]


def _draw(elements: Elements, x_mm: float) -> Symbol:
    codes = encode(raw(elements))
    check = (codes[0] + sum(at * code for at, code in enumerate(codes[1:], 1))) % 103
    pattern = "".join(CODES[code] for code in (*codes, check)) + STOP + "11"
    tall = ceil(_HEIGHT_MM / x_mm)
    width = len(pattern) + 2 * _QUIET
    shown = bracketed(elements).replace(r"\(", "(")
    texts, height = _write_below(elements, width, tall, x_mm)
    boxes, at = [], 0
    while (start := pattern.find("1", at)) >= 0:
        end = pattern.find("0", start)
        at = len(pattern) if end < 0 else end
        boxes.append(Box(_QUIET + start, 0, at - start, tall))
    data = raw(elements)[1:].encode()
    return Symbol("GS1-128", "]C1", data, shown, x_mm, 1, width, height, tuple(boxes), texts)


def _write_below(elements: Elements, width: int, tall: int, x_mm: float) -> tuple[tuple[Text, ...], int]:
    """Return the lines for people and the whole height: an AI and its value are never on two lines (§4.14)."""
    size, line = _LETTERS_MM / x_mm, _LINE_MM / x_mm
    room = floor(width / (size * _LETTER))
    lines = [""]
    for ai, value in elements:
        part = f"({ai}){value}"
        if lines[-1] and len(lines[-1]) + len(part) > room:
            lines.append("")
        lines[-1] += part
    texts = tuple(
        Text(width / 2, tall + line * number, min(width, len(text) * size * _LETTER), size, text)
        for number, text in enumerate(lines, 1)
    )
    return texts, ceil(tall + line * (len(lines) + 0.3))
