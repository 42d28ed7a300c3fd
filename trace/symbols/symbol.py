"""One value for every symbol: dark boxes on a grid of whole units, and what a scanner must read in them. Pure."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Literal, NamedTuple

from trace.gs1 import IdentifierError

Kind = Literal["EAN-13", "EAN-8", "UPC-A", "ITF-14", "GS1-128", "GS1 DataMatrix", "QR Code", "GS1 QR Code"]

MM_PER_INCH = 25.4
_ROUNDING = 1e-9


class Box(NamedTuple):
    """A dark rectangle, from the upper left corner of the symbol with its quiet zones; whole units."""

    x: int
    y: int
    width: int
    height: int


class Text(NamedTuple):
    """Characters for people, in the middle of ``x``, standing on ``y``, evenly over ``width``; in units."""

    x: float
    y: float
    width: float
    size: float
    text: str


class Size(NamedTuple):
    """The X-dimension of a kind of symbol: the width of its narrowest element, in mm."""

    least: float
    target: float
    most: float


SIZES: dict[Kind, Size] = {
    # General Specifications §5.12.3, table 1 (retail): magnification 0.8 to 2.0 of 0.330 mm
    "EAN-13": Size(0.264, 0.330, 0.660),
    "EAN-8": Size(0.264, 0.330, 0.660),
    "UPC-A": Size(0.264, 0.330, 0.660),
    # table 2 (general distribution), and for GS1-128 table 5 (logistic units), which ends earlier
    "ITF-14": Size(0.495, 0.495, 1.016),
    "GS1-128": Size(0.495, 0.495, 0.940),
    # table 1: what a camera reads is printed at one and a half times the size of bars
    "GS1 DataMatrix": Size(0.396, 0.495, 0.990),
    "QR Code": Size(0.396, 0.495, 0.990),
    "GS1 QR Code": Size(0.396, 0.495, 0.990),
}


class SymbolError(IdentifierError):
    """A symbol that may not be drawn so: its data is too long, or its size is not one of the standard."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol with its quiet zones and digits for people.

    ``identifier`` and ``data`` are what a scanner transmits (ISO/IEC 15424, FNC1 between values as ``\\x1d``). Lengths
    are in units, of which ``module`` make one module of ``x_mm`` millimetres. ``content`` says the same for people.
    """

    kind: Kind
    identifier: str
    data: bytes
    content: str
    x_mm: float
    module: int
    width: int
    height: int
    boxes: tuple[Box, ...]
    texts: tuple[Text, ...] = ()

    @property
    def unit_mm(self) -> float:
        """How many millimetres one unit is."""
        return self.x_mm / self.module

    @property
    def width_mm(self) -> float:
        """Width with quiet zones."""
        return self.width * self.unit_mm

    @property
    def height_mm(self) -> float:
        """Height with quiet zones and digits."""
        return self.height * self.unit_mm


def size_of(kind: Kind, magnification: float | None = None) -> float:
    """Return the X-dimension in mm of a magnification of the target size, which is 1.

    Raises SymbolError for one outside of the table of the kind.
    """
    size = SIZES[kind]
    if magnification is None:
        return size.target
    x_mm = size.target * magnification
    if not size.least - _ROUNDING <= x_mm <= size.most + _ROUNDING:
        least, most = size.least / size.target, size.most / size.target
        raise SymbolError(
            f"Cannot draw {kind} at magnification {magnification:g}: expected {least:g} to {floor(most * 100) / 100:g} "
            f"(X-dimension {size.least:g} to {size.most:g} mm)."
        )
    return x_mm


def whole_dots(kind: Kind, x_mm: float, dpi: int) -> tuple[int, float]:
    """Return (dots a module, the X-dimension they make) for a printer of so many dots an inch, nearest to ``x_mm``.

    Raises SymbolError where no whole number of dots is a size of the standard.
    """
    size, dot = SIZES[kind], MM_PER_INCH / dpi
    step = 2 if kind == "ITF-14" else 1  # its wide bars are two and a half modules
    fewest, most = (ceil(size.least / dot / step - _ROUNDING) * step, floor(size.most / dot / step + _ROUNDING) * step)
    if fewest > most:
        raise SymbolError(
            f"Cannot draw {kind} for {dpi} dots an inch: no whole number of dots is {size.least:g} to {size.most:g} mm."
        )
    dots = min(max(round(x_mm / dot / step) * step, fewest), most)
    return dots, dots * dot
