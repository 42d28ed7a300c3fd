"""Provinces as equal squares in their rough places, with affected outlets and units. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from trace.kit.formats import Language, say_number
from trace.picture.letters import shorten, width_of
from trace.picture.model import Box, Drawing, Shape, Tone, Words
from trace.picture.svg import write_svg
from trace.picture.words import say, say_units
from trace.regions import PROVINCES

PLACES: dict[str, tuple[int, int]] = {
    "23": (8, 0),
    "65": (0, 1), "15": (6, 1), "22": (8, 1),
    "62": (2, 2), "64": (3, 2), "14": (5, 2), "13": (6, 2), "11": (7, 2), "21": (8, 2),
    "63": (1, 3), "61": (4, 3), "41": (5, 3), "37": (6, 3), "12": (7, 3),
    "54": (0, 4), "51": (2, 4), "50": (3, 4), "42": (4, 4), "34": (5, 4), "32": (6, 4), "31": (7, 4),
    "53": (2, 5), "52": (3, 5), "43": (4, 5), "36": (5, 5), "33": (6, 5),
    "45": (3, 6), "44": (4, 6), "35": (5, 6), "71": (7, 6),
    "46": (3, 7), "81": (5, 7), "82": (4, 7),
}  # fmt: skip
"""Column and row of each province, by the first two digits of GB/T 2260: rough places on a grid."""

NOWHERE = (0, 7)
SIDE, GAP, SIZE = 76.0, 4.0, 12.0
SHADES = (0.08, 0.18, 0.3, 0.85, 1.0)
"""Of red, from a small part to a large one; none between, where neither dark nor light words could be read."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A province (first two digits of GB/T 2260; ``None``: not known), its affected outlets, and what reached them."""

    region: str | None
    outlets: int
    amount: Decimal


def draw_tiles(rows: Sequence[Tile], uom: str, language: Language, standalone: bool = False) -> str:
    """Return the map as SVG: darker is a larger part of all that reached outlets; each square says its figures."""
    return write_svg(lay_out_tiles(rows, uom, language), standalone, "tiles")


def lay_out_tiles(rows: Sequence[Tile], uom: str, language: Language) -> Drawing:
    """Return the map as shapes."""
    found = {(row.region if row.region in PLACES else None): row for row in rows}
    most = max((row.amount for row in rows), default=Decimal(0))
    shapes: list[Shape] = []
    for region, place in [*PLACES.items(), *([(None, NOWHERE)] if None in found else [])]:
        shapes += _tile(region, place, found.get(region), most, uom, language)
    return Drawing(9 * (SIDE + GAP) + GAP, 8 * (SIDE + GAP) + GAP, say("map", language), tuple(shapes))


def _tile(
    region: str | None, place: tuple[int, int], row: Tile | None, most: Decimal, uom: str, language: Language
) -> list[Shape]:
    x, y = GAP + place[0] * (SIDE + GAP), GAP + place[1] * (SIDE + GAP)
    name = PROVINCES[region][0 if language == "zh" else 1] if region else say("no_region", language)
    if row is None or not row.outlets:
        return [Box(x, y, SIDE, SIDE, "field", name), _words(x, y + 20, name, "soft")]
    step = min(int(row.amount * len(SHADES) / most), len(SHADES) - 1) if most else 0
    count = say_number(row.outlets, language)
    outlets = f"{count} 家门店" if language == "zh" else f"{count} outlet{'' if row.outlets == 1 else 's'}"
    title = f"{name}: {outlets}, {say_units(row.amount, uom, language)}"
    tone: Tone = "on-out" if step >= 3 else "ink"
    return [
        Box(x, y, SIDE, SIDE, "field"),
        Box(x, y, SIDE, SIDE, "out", title, shade=SHADES[step]),
        _words(x, y + 20, name, tone, strong=True),
        _words(x, y + 42, outlets, tone),
        _words(x, y + 62, say_units(row.amount, uom, language), tone),
    ]


def _words(x: float, y: float, text: str, tone: Tone, *, strong: bool = False) -> Words:
    shown = shorten(text, SIZE, SIDE - 10)
    return Words(x + 6, y, shown, SIZE, tone, width_of(shown, SIZE), strong=strong)
