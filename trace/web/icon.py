"""The mark of the service, a bar code between the corners of a viewfinder, as SVG and PNG; nothing but rectangles."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

GROUND = "#0b57d0"
"""The colour of action in `public.css`."""

SIDE = 64
ROUND = 12
_BARS = ((19, 3), (24, 2), (28, 5), (35, 2), (39, 2), (43, 3))
_INSET, _ARM, _THICK = 9, 12, 4

Rectangle = tuple[float, float, float, float]


def rectangles() -> list[Rectangle]:
    """(x, y, width, height) of the white parts, in a square of 64."""
    found: list[Rectangle] = [(x, 21, width, 22) for x, width in _BARS]
    for right in (False, True):
        for low in (False, True):
            for width, height in ((_ARM, _THICK), (_THICK, _ARM)):
                x = SIDE - _INSET - width if right else _INSET
                y = SIDE - _INSET - height if low else _INSET
                found.append((x, y, width, height))
    return found


def write_icon_svg() -> str:
    """The mark as an SVG document."""
    parts = "".join(f"M{x} {y}h{width}v{height}h-{width}z" for x, y, width, height in rectangles())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">'
        f'<rect width="{SIDE}" height="{SIDE}" rx="{ROUND}" fill="{GROUND}"/><path fill="#fff" d="{parts}"/></svg>'
    )


@cache
def write_icon_png(pixels: int, full: bool) -> bytes:
    """The mark as a PNG of ``pixels`` each way; ``full`` covers the corners and keeps the mark in the inner circle.

    A launcher may cut everything outside 40 % of the side around the middle (W3C Manifest, maskable icons).
    """
    fine = pixels * 4  # drawn four times as large, so that the corners are smooth
    unit = fine / SIDE
    picture = Image.new("RGBA", (fine, fine), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, fine - 1, fine - 1), 0 if full else ROUND * unit, fill=GROUND)
    shrink = 0.7 if full else 1.0
    shift = SIDE * (1 - shrink) / 2
    for x, y, width, height in rectangles():
        left, top = (shift + x * shrink) * unit, (shift + y * shrink) * unit
        draw.rectangle((left, top, left + width * shrink * unit - 1, top + height * shrink * unit - 1), fill="#fff")
    target = BytesIO()
    picture.resize((pixels, pixels), Image.Resampling.LANCZOS).save(target, "PNG", optimize=True)
    return target.getvalue()
