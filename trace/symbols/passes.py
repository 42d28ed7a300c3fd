"""One picture looked at in many ways until a symbol is found or the time is over. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from PIL import Image, ImageFilter, ImageOps

from trace.symbols.decode import Reading, read_symbols

LONGEST_SIDE = 2_000

Pass = Callable[[], list[Reading]]


def search(picture: Image.Image, seconds: float) -> list[Reading]:
    """Every symbol that is found in `seconds` of processor time; each once, in the order found."""
    found: dict[tuple[str, bytes], Reading] = {}
    end = time.thread_time() + seconds
    for look in _passes(picture):
        for reading in look():
            found.setdefault((reading.identifier, reading.data), reading)
        if found or time.thread_time() > end:
            break
    return list(found.values())


def _passes(picture: Image.Image) -> Iterator[Pass]:
    small = picture.copy()
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    yield lambda: read_symbols(small)
    sharp = ImageOps.autocontrast(small, cutoff=1).filter(ImageFilter.UnsharpMask(radius=3, percent=200))
    yield lambda: read_symbols(sharp)
