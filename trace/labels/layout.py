"""Where symbols and words lie on a label: nothing overlaps, nothing runs out of it. Pure; lengths in mm."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import floor
from typing import NamedTuple

from trace.labels.content import Words
from trace.labels.sheets import Sheet
from trace.pdf_text import Measure, wrap
from trace.symbols.symbol import MM_PER_INCH, SIZES, Kind, Symbol, SymbolError, whole_dots

NAME_LINES = 2
LEGIBLE, LEAST, MOST = 2.0, 1.4, 4.0
"""Sizes of letters: preferred at the least, at the least, and at the most (about 5.7, 4 and 11 points)."""

_STEP = 0.2
_LEADING = 1.3
_GAP = 1.5
_NARROWEST = 16.0
"""A column of words beside a symbol is at least so wide."""


class LabelTooSmall(SymbolError):
    """The symbols and facts of a label need more room than it has."""


class Line(NamedTuple):
    """One line of words: its left end, its baseline, the height of its letters, its width."""

    x: float
    y: float
    size: float
    width: float
    text: str


class Set(NamedTuple):
    """A symbol with its upper left corner."""

    x: float
    y: float
    symbol: Symbol


@dataclass(frozen=True, slots=True)
class Label:
    """A label ready to be drawn."""

    symbols: tuple[Set, ...]
    lines: tuple[Line, ...]


class Wording(NamedTuple):
    """Words, and how wide one part of them is at size 1."""

    words: Words
    measure: Measure


Draw = Callable[[float, float], list[Symbol]]
"""(X-dimension, most width) → symbols from top to bottom. Raises SymbolError where they do not fit."""


def lay_out(
    sheet: Sheet, kind: Kind, draw: Draw, wording: Wording, wanted: float | None, dpi: int | None = None
) -> Label:
    """Return the label with the largest symbol and then the largest letters that fit.

    ``wanted`` is the X-dimension that was asked for; without one the target is, and down to the least of the standard
    where the label is small. With ``dpi`` modules are whole dots and begin on one. Raises SymbolError, LabelTooSmall.
    """
    width, height = sheet.label_width - 2 * sheet.margin, sheet.label_height - 2 * sheet.margin
    refused: SymbolError | None = None
    for least in (LEGIBLE, LEAST):
        for x_mm in _x_dimensions(kind, wanted, dpi):
            try:
                symbols = draw(x_mm, width)
            except SymbolError as error:
                refused = error
                continue
            for broken in (False, True):
                tries = (way(symbols, wording, width, height, least, broken) for way in (_beside, _above))
                found = [one for one in tries if one is not None]
                if found:
                    return _moved(max(found, key=lambda one: one.size), sheet.margin, dpi)
    if refused is not None:
        raise refused
    need = " and ".join(f"{one.kind} of {one.width_mm:.1f} × {one.height_mm:.1f} mm" for one in symbols)
    lines = len(wording.words.facts) + len(wording.words.names)
    raise LabelTooSmall(
        f"Cannot put {need} with {lines} lines on a label of {sheet.label_width:g} × {sheet.label_height:g} mm, of "
        f"which {width:g} × {height:g} mm are safe: choose a larger sheet."
    )


def _x_dimensions(kind: Kind, wanted: float | None, dpi: int | None) -> Iterator[float]:
    size = SIZES[kind]
    if wanted is not None:
        yield whole_dots(kind, wanted, dpi)[1] if dpi else wanted
    elif dpi:
        yield from sorted({whole_dots(kind, x_mm, dpi)[1] for x_mm in _steps(size.least, size.target)}, reverse=True)
    else:
        yield from sorted(set(_steps(size.least, size.target)), reverse=True)


def _steps(least: float, target: float) -> list[float]:
    return [least + (target - least) * part / 3 for part in range(4)]


class _Try(NamedTuple):
    size: float
    symbols: list[Set]
    lines: list[Line]


def _beside(
    symbols: Sequence[Symbol], wording: Wording, width: float, height: float, least: float, broken: bool
) -> _Try | None:
    """Words stand on the right of the symbols."""
    wide, tall = max(one.width_mm for one in symbols), _tall(symbols)
    room = width - wide - _GAP
    if room < _NARROWEST or tall > height:
        return None
    for size in _sizes(least):
        lines = _set_words(wording, room, size, wide + _GAP, broken)
        if lines is not None and _height(lines) <= height:
            down = (height - _height(lines)) / 2
            return _Try(
                size, _stack(symbols, wide, (height - tall) / 2), [one._replace(y=one.y + down) for one in lines]
            )
    return None


def _above(
    symbols: Sequence[Symbol], wording: Wording, width: float, height: float, least: float, broken: bool
) -> _Try | None:
    """Words stand above the symbols, which are in the middle."""
    tall = _tall(symbols)
    if tall > height or max(one.width_mm for one in symbols) > width:
        return None
    for size in _sizes(least):
        lines = _set_words(wording, width, size, 0.0, broken)
        if lines is not None and _height(lines) + _GAP + tall <= height:
            return _Try(size, _stack(symbols, width, height - tall), lines)
    return None


def _sizes(least: float) -> list[float]:
    return [MOST - _STEP * step for step in range(round((MOST - least) / _STEP) + 1)]


def _tall(symbols: Sequence[Symbol]) -> float:
    return sum(one.height_mm for one in symbols) + _GAP * (len(symbols) - 1)


def _stack(symbols: Sequence[Symbol], width: float, top: float) -> list[Set]:
    found = []
    for one in symbols:
        found.append(Set((width - one.width_mm) / 2, top, one))
        top += one.height_mm + _GAP
    return found


def _set_words(wording: Wording, width: float, size: float, left: float, broken: bool) -> list[Line] | None:
    """Return the lines at a size of letters; None where a value does not fit: names are cut, values never are.

    ``broken``: a value may stand below what it is, instead of beside it.
    """
    written = [line for name in wording.words.names for line in _cut(name, width / size, wording.measure)]
    for name, value, long in wording.words.facts:
        whole = f"{name}: {value}"
        parts = [whole] if wording.measure(whole) * size <= width else [name, value]
        if (len(parts) > 1 and not (broken or long)) or any(wording.measure(part) * size > width for part in parts):
            return None
        written += parts
    return [
        Line(left, (number + 0.8) * size * _LEADING, size, wording.measure(line) * size, line)
        for number, line in enumerate(written)
    ]


def _height(lines: Sequence[Line]) -> float:
    return len(lines) * lines[0].size * _LEADING


def _cut(name: str, width: float, measure: Measure) -> list[str]:
    lines = wrap(name, width, measure)
    if len(lines) <= NAME_LINES:
        return lines
    last = lines[NAME_LINES - 1]
    while last and measure(last + "…") > width:
        last = last[:-1]
    return [*lines[: NAME_LINES - 1], last + "…"]


def _moved(found: _Try, margin: float, dpi: int | None) -> Label:
    """Return the label with its margin; symbols begin on a whole dot of the printer."""
    dot = MM_PER_INCH / dpi if dpi else None

    def snap(at: float) -> float:
        return at if dot is None else floor(at / dot) * dot

    return Label(
        tuple(Set(snap(one.x + margin), snap(one.y + margin), one.symbol) for one in found.symbols),
        tuple(one._replace(x=one.x + margin, y=one.y + margin) for one in found.lines),
    )
