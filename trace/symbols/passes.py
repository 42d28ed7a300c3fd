"""One picture looked at in many ways until a symbol is found or the time is over. Pure."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from PIL import Image, ImageFilter, ImageOps

from trace.gs1.errors import IdentifierError
from trace.gs1.scan import read_scan
from trace.symbols.bars import fits
from trace.symbols.decode import Reading, read_symbols

LONGEST_SIDE = 2_000
"""Pixels to which a picture is scaled down: a symbol that fills a tenth of it has 200, enough for most."""

TILE = 1_600
"""Pixels of the parts in which a large picture is looked at in full, half over one another."""

FURTHER = 0.4
"""Seconds spent on after an item was found without its lot: the lot may stand in a smaller symbol beside it."""

FLAT = 12
"""Levels of grey, of 256, below which there is nothing to be told apart."""

THINNEST = 0.08
"""Of its width that a weak symbol must be read over: a few rows at the edge of glare read as anything."""

_SMALL = 1_300
_WEAK = "EI"


@dataclass(frozen=True, slots=True)
class Look:
    """A picture to be read, and whether upright and inverted symbols are looked for too."""

    picture: Image.Image
    thorough: bool = True


def search(picture: Image.Image, seconds: float) -> list[Reading]:
    """Every symbol that is found in `seconds` of processor time; each once, in the order found.

    Symbols whose check is one digit (EAN, UPC, ITF-14) are believed when seen twice, over some height; of EAN and UPC
    the bars must fit no other number better.
    """
    found: dict[tuple[str, bytes], Reading] = {}
    end = time.thread_time() + seconds
    for look in _looks(picture):
        for reading in read_symbols(look.picture, thorough=look.thorough):
            key = reading.identifier, reading.data
            if key not in found and (reading.identifier[1] not in _WEAK or _is_sure(look, reading)):
                found[key] = reading
        known = max(map(_known, found.values()), default=0)
        if known == 1:
            end = min(end, time.thread_time() + FURTHER)
        if known == 2 or time.thread_time() > end:
            break
    return list(found.values())


def _is_sure(look: Look, reading: Reading) -> bool:
    """Whether the bars are more than a few rows high, and also read with the picture smaller, turned, or larger."""
    first, second, _, fourth = reading.position
    if math.dist(first, fourth) < THINNEST * math.dist(first, second):
        return False
    if reading.identifier[1] == "E" and not fits(look.picture, reading.text, reading.position):
        return False
    again = (_scale(look.picture, 5 / 6), _turn(look.picture, 4), _scale(look.picture, 5 / 4))
    return any(one.data == reading.data for other in again for one in read_symbols(other, thorough=look.thorough))


def _known(reading: Reading) -> int:
    """0: no item code; 1: an item alone; 2: its batch, an instance or a logistic unit, more than which nobody asks."""
    try:
        scan = read_scan(reading.scan)
    except IdentifierError:
        return 0
    if scan.lot is not None or scan.serial is not None or scan.sscc is not None:
        return 2
    return int(scan.gtin is not None)


def _looks(picture: Image.Image) -> Iterator[Look]:
    """In the order of what they find for their time (measured by `bench/photos.py`)."""
    small = picture.copy()
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    levels = [level for level, count in enumerate(small.histogram()) if count]
    if levels[-1] - levels[0] < FLAT:
        return
    yield Look(small)
    yield Look(_sharpen(small, 3, 200))
    yield Look(small.reduce(2))
    # a linear symbol is read up to some 20° from upright or level
    for angle in (45, 22, 67):
        yield Look(_turn(small, angle))
    for tile in _tiles(picture):
        yield Look(tile)
    for angle in (0, 90):
        yield Look(_squeeze(_turn(small, angle)), thorough=False)
    if max(small.size) <= _SMALL:
        yield Look(_sharpen(_scale(small, 2), 4, 250))
    yield Look(_sharpen(small, 5, 400))
    yield Look(ImageOps.autocontrast(small.filter(ImageFilter.MedianFilter(3)), cutoff=1))
    for angle in chain(range(15, 90, 15), range(105, 180, 15)):
        yield Look(_squeeze(_turn(small, angle)), thorough=False)
    for angle in range(10, 90, 10):
        yield Look(_sharpen(_turn(small, angle), 3, 200))


def _sharpen(picture: Image.Image, radius: float, percent: int) -> Image.Image:
    return ImageOps.autocontrast(picture, cutoff=1).filter(ImageFilter.UnsharpMask(radius, percent, 0))


def _scale(picture: Image.Image, factor: float) -> Image.Image:
    wide, high = (max(1, round(side * factor)) for side in picture.size)
    return picture.resize((wide, high), Image.Resampling.BICUBIC)


def _turn(picture: Image.Image, angle: float) -> Image.Image:
    return picture.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=128) if angle else picture


def _squeeze(picture: Image.Image) -> Image.Image:
    """Each four rows as one: noise goes, and upright bars stay."""
    flat = picture.resize((picture.width, max(1, picture.height // 4)), Image.Resampling.BOX)
    return _sharpen(flat, 3, 200)


def _tiles(picture: Image.Image) -> Iterator[Image.Image]:
    if max(picture.size) <= LONGEST_SIDE:
        return
    for top in range(0, max(1, picture.height - TILE // 2), TILE // 2):
        for left in range(0, max(1, picture.width - TILE // 2), TILE // 2):
            yield picture.crop((left, top, min(left + TILE, picture.width), min(top + TILE, picture.height)))
