"""Symbols in a picture, read by the zxing-cpp library: what a scanner would transmit, byte by byte."""

from __future__ import annotations

from dataclasses import dataclass

import zxingcpp
from PIL import Image

Point = tuple[int, int]

# The carriers of the GS1 General Specifications §5. Each further kind costs time and, on a bad photo, misreadings: the
# left half of an EAN-13 with the bars in its middle is a whole UPC-E to the decoder, so that kind is not read.
_CARRIERS = (
    zxingcpp.BarcodeFormat.EAN13,
    zxingcpp.BarcodeFormat.EAN8,
    zxingcpp.BarcodeFormat.UPCA,
    zxingcpp.BarcodeFormat.ITF14,
    zxingcpp.BarcodeFormat.Code128,
    zxingcpp.BarcodeFormat.DataBar,
    zxingcpp.BarcodeFormat.DataMatrix,
    zxingcpp.BarcodeFormat.QRCode,
)
# Interleaved 2 of 5 has no sure beginning or end, and part of a symbol reads as a shorter one: 14 digits or nothing.
_ITF_DIGITS = 14


@dataclass(frozen=True, slots=True)
class Reading:
    """One symbol that was read.

    `kind` is its name for people (`EAN-13`, `QR Code`), `identifier` its symbology identifier (ISO/IEC 15424: `]C1`,
    `]d2`, `]Q3`, `]E0`). `data` are the bytes as transmitted, with FNC1 between values as `\\x1d`; UPC-A has
    the 13 digits of the EAN-13 that it is. `position` are its corners in the picture, clockwise from
    the symbol's own top left.
    """

    kind: str
    identifier: str
    data: bytes
    text: str
    position: tuple[Point, Point, Point, Point]

    @property
    def scan(self) -> str:
        """As a scanner gives it: the symbology identifier in front of the text."""
        return self.identifier + self.text


def read_symbols(image: Image.Image, *, thorough: bool = True) -> list[Reading]:
    """Every symbol that one pass over `image` finds, in the order found; empty where there is none.

    `thorough` also looks for upright, inverted and large ones, in two to three times the time: 0.6 s for 4 million
    pixels of noise. The interpreter is not held meanwhile. In a bad picture bars of EAN and UPC may be misread,
    since one digit guards them: `trace.symbols.passes.search` looks again.
    """
    found = zxingcpp.read_barcodes(
        image if image.mode == "L" else image.convert("L"),
        zxingcpp.BarcodeFormats(_CARRIERS),
        try_rotate=thorough,
        try_downscale=thorough,
        try_invert=thorough,
        text_mode=zxingcpp.TextMode.Plain,
    )
    return [_reading(one) for one in found if one.valid and not _is_part(one)]


def _is_part(found: zxingcpp.Barcode) -> bool:
    return found.symbology == zxingcpp.BarcodeFormat.ITF and len(found.text) != _ITF_DIGITS


def _reading(found: zxingcpp.Barcode) -> Reading:
    place = found.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    first, second, third, fourth = ((corner.x, corner.y) for corner in corners)
    return Reading(
        kind=str(found.format),
        identifier=found.symbology_identifier,
        data=found.bytes,
        text=found.text,
        position=(first, second, third, fourth),
    )
