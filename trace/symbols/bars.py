"""Whether the bars of a picture are those of the number that was read in them: EAN-13, EAN-8, UPC-A. Pure.

One digit guards these symbols, and one in ten wrong numbers fits it: blurred or crossed aslant, a 7 is read as a 1. So
the bars of the number are drawn and laid on the picture: no other digit in any place may fit better.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from barcode.charsets.ean import CODES, LEFT_PATTERN
from PIL import Image

Corner = tuple[int, int]
Array = np.ndarray[Any, np.dtype[np.float64]]

_EDGE, _MIDDLE, _DIGIT = "101", "01010", 7
_AROUND = 3
"""Modules beside the bars that are looked at too: the guards need white beyond them."""

_FINE = 4
"""Samples of a module."""

_BLURS = (0.3, 0.6, 0.9)
"""Standard deviations of blur that are tried, in modules."""

_ROWS = 16
_FROM, _TO = 0.3, 0.7
"""The part of the height that is looked at."""

_BENDS = np.exp(np.linspace(-0.5, 0.5, 33))
"""How much nearer the last bar may be than the first, seen from the side: steps of less than a module in the middle."""

LEAST = 0.8
"""Correlation with the picture below which bars are not those that were read, whatever else they may be."""


def fits(picture: Image.Image, digits: str, corners: tuple[Corner, Corner, Corner, Corner]) -> bool:
    """Whether the bars between `corners` of a grey picture are those of an EAN-13 or EAN-8, more than any others.

    The corners are those of the bars, clockwise from the top left of the first; light bars on dark are as good.
    """
    drawn = _draw_with_others(digits)
    seen = _sample(picture, drawn.shape[1] // _FINE, corners)
    straight = _blur(drawn[:1], _FINE / 2)
    seen = max((_bend(seen, bend) for bend in _BENDS), key=lambda bent: float(abs(_correlate(straight, bent))[0]))
    best = np.zeros(len(drawn))
    for blur in _BLURS:
        blurred = _blur(drawn, blur * _FINE)
        for shift in range(-_FINE, _FINE + 1):
            inside = slice(_FINE, -_FINE)
            best = np.maximum(best, abs(_correlate(np.roll(blurred, shift, axis=1)[:, inside], seen[inside])))
    return bool(best[0] >= max(LEAST, best.max()))


@cache
def _codes() -> list[str]:
    """Return the bars of the digits in the three sets, A and B for the left half and C for the right."""
    return [code for name in "ABC" for code in CODES[name]]


def _draw_with_others(digits: str) -> Array:
    """Return rows of samples, dark as 1: the bars of `digits`, then those with another digit in one place."""
    if len(digits) == 8:
        left, right, sets = digits[:4], digits[4:], "AAAA"
    else:
        left, right, sets = digits[1:7], digits[7:], LEFT_PATTERN[int(digits[0])]
    halves = [[CODES[name][int(digit)] for name, digit in zip(sets, left, strict=True)]]
    halves.append([CODES["C"][int(digit)] for digit in right])
    rows = [halves]
    for half, (first, last) in enumerate(((0, 20), (20, 30))):
        for at, said in enumerate(halves[half]):
            for other in _codes()[first:last]:
                if other != said:
                    changed = [*halves[half][:at], other, *halves[half][at + 1 :]]
                    rows.append([changed, halves[1]] if half == 0 else [halves[0], changed])
    around = "0" * _AROUND
    texts = [around + _EDGE + "".join(a) + _MIDDLE + "".join(b) + _EDGE + around for a, b in rows]
    modules = np.array([[float(module) for module in text] for text in texts])
    return np.repeat(modules, _FINE, axis=1)


def _sample(picture: Image.Image, modules: int, corners: tuple[Corner, Corner, Corner, Corner]) -> Array:
    """Return how dark the picture is along the bars, rows of the middle of their height drawn together."""
    bars = modules - 2 * _AROUND
    top_left, top_right, bottom_right, bottom_left = (np.array(corner, float) for corner in corners)
    beyond_top, beyond_bottom = (
        (right - left) * _AROUND / bars for left, right in ((top_left, top_right), (bottom_left, bottom_right))
    )
    left = (top_left - beyond_top, bottom_left - beyond_bottom)
    right = (top_right + beyond_top, bottom_right + beyond_bottom)
    quad = [
        side[0] + (side[1] - side[0]) * part
        for side, part in ((left, _FROM), (left, _TO), (right, _TO), (right, _FROM))
    ]
    flat = [float(value) for corner in quad for value in corner]
    strip = picture.transform((modules * _FINE, _ROWS), Image.Transform.QUAD, flat, Image.Resampling.BILINEAR)
    dark: Array = -np.asarray(strip, float).mean(axis=0)
    return dark


def _bend(seen: Array, bend: float) -> Array:
    """Return the samples as they would be seen from straight ahead; the ends of the bars stay where they are."""
    beside = _AROUND * _FINE
    bars = len(seen) - 2 * beside
    along = (np.arange(len(seen)) - beside) / bars
    bent: Array = np.interp(along / (along + bend * (1 - along)) * bars + beside, np.arange(len(seen)), seen)
    return bent


def _blur(rows: Array, sigma: float) -> Array:
    reach = np.arange(-2 * _FINE, 2 * _FINE + 1)
    kernel = np.exp(-(reach**2) / (2 * sigma**2))
    width = rows.shape[1]
    padded = np.pad(rows, ((0, 0), (len(reach) // 2, len(reach) // 2)))
    blurred: Array = sum(weight * padded[:, at : at + width] for at, weight in enumerate(kernel / kernel.sum()))
    return blurred


def _correlate(rows: Array, seen: Array) -> Array:
    rows = rows - rows.mean(axis=1, keepdims=True)
    seen = seen - seen.mean()
    size = np.linalg.norm(rows, axis=1) * np.linalg.norm(seen)
    found: Array = rows @ seen / np.maximum(size, 1e-9)
    return found
