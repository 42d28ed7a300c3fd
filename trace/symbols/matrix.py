"""Symbols of modules: GS1 DataMatrix, and QR Code with a Digital Link or an element string (§5.6, §5.7, §5.8). Pure."""

import re
from typing import Any

import numpy as np
import zxingcpp

from trace.gs1.digital_link import read_digital_link
from trace.gs1.element_strings import Elements, bracketed, raw
from trace.symbols.symbol import SIZES, Box, Kind, Symbol, SymbolError

_DATAMATRIX_QUIET, _QR_QUIET = 1, 4
"""Modules left free on each side (ISO/IEC 16022, ISO/IEC 18004)."""

MOST_MODULES = 73
"""Modules a side of the largest QR Code that is drawn (version 14): larger ones are hard for phones."""


def draw_datamatrix(elements: Elements, x_mm: float | None = None) -> Symbol:
    """Return the GS1 DataMatrix (a square, ECC 200) of AIs and values that were checked before."""
    made = _encode(bracketed(elements), zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True)
    return _draw("GS1 DataMatrix", "]d2", elements, made, _DATAMATRIX_QUIET, x_mm)


def draw_gs1_qr(elements: Elements, x_mm: float | None = None) -> Symbol:
    """Return the GS1 QR Code of AIs and values that were checked before: for scanners, a phone shows plain digits."""
    made = _encode(bracketed(elements), zxingcpp.BarcodeFormat.QRCode, gs1=True, ec_level="M")
    return _draw("GS1 QR Code", "]Q3", elements, made, _QR_QUIET, x_mm)


def draw_qr(link: str, x_mm: float | None = None) -> Symbol:
    """Return the QR Code of a Digital Link.

    Raises IdentifierError for what is no Digital Link, SymbolError for one that is too long.
    """
    read_digital_link(link)
    return draw_address(link, x_mm)


def draw_address(url: str, x_mm: float | None = None) -> Symbol:
    """Return the QR Code of a page's address, in ASCII, with error correction M. Raises SymbolError if too long."""
    made = _encode(url, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return _symbol("QR Code", "]Q1", url.encode("ascii"), url, made, _QR_QUIET, x_mm)


def _encode(content: str, barcode_format: Any, **options: Any) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Return the dark modules. What the library does not know it ignores: what comes out is read back (`verify`)."""
    try:
        made = zxingcpp.create_barcode(content, barcode_format, **options)
    except ValueError as error:
        raise SymbolError(f"Cannot draw {len(content)} characters as one symbol: {_reason(error)}.") from error
    dark = np.array(made.to_image(scale=1, add_quiet_zones=False)) == 0
    if dark.shape[0] != dark.shape[1] or dark.shape[0] > MOST_MODULES:
        raise SymbolError(
            f"Cannot draw {len(content)} characters as one symbol: expected at most {MOST_MODULES} modules a side, "
            f"got {dark.shape[0]} × {dark.shape[1]}."
        )
    return dark


def _reason(error: ValueError) -> str:
    return re.sub(r"\s+", " ", str(error)).strip(" .")[:100]


def _draw(kind: Kind, identifier: str, elements: Elements, dark: Any, quiet: int, x_mm: float | None) -> Symbol:
    shown = "".join(f"({ai}){value}" for ai, value in elements)
    return _symbol(kind, identifier, raw(elements)[1:].encode(), shown, dark, quiet, x_mm)


def _symbol(
    kind: Kind, identifier: str, data: bytes, content: str, dark: Any, quiet: int, x_mm: float | None
) -> Symbol:
    side = len(dark) + 2 * quiet
    boxes = tuple(
        Box(quiet + int(start), quiet + row, int(end - start), 1)
        for row, modules in enumerate(dark)
        for start, end in _runs(modules)
    )
    return Symbol(kind, identifier, data, content, x_mm or SIZES[kind].target, 1, side, side, boxes)


def _runs(modules: Any) -> Any:
    """Return the beginnings and ends of dark modules in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], modules.astype(np.int8), [0]))))
    return edges.reshape(-1, 2)
