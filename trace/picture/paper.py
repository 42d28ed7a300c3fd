"""A drawing on a page of a PDF file: the second pen, with the colours of paper. Pure."""

from collections.abc import Callable
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics

from trace.picture.model import Band, Box, Drawing, Shape, Stroke, Tone, Words
from trace.picture.svg import COLOURS, DASHES, MUTED, THIN

HALO = 3.0


def draw_on(
    canvas: Any, drawing: Drawing, left: float, top: float, scale: float, font: str, clean: Callable[[str], str]
) -> None:
    """Draw it with its upper left corner at ``left`` and ``top`` in points, ``scale`` points to its unit.

    ``clean`` returns what the font has letters for.
    """
    canvas.saveState()
    canvas.translate(left, top)
    canvas.scale(scale, scale)
    for shape in drawing.shapes:
        canvas.saveState()
        _draw(canvas, shape, font, clean)
        canvas.restoreState()
    canvas.restoreState()


def _draw(canvas: Any, shape: Shape, font: str, clean: Callable[[str], str]) -> None:
    """Heights count downwards in a drawing and upwards on paper."""
    match shape:
        case Box():
            _box(canvas, shape)
        case Band():
            _band(canvas, shape)
        case Stroke(points, tone, width, dashed):
            _rim(canvas, tone, width, dashed=dashed)
            path = canvas.beginPath()
            path.moveTo(points[0][0], -points[0][1])
            for x, y in points[1:]:
                path.lineTo(x, -y)
            canvas.drawPath(path)
        case Words():
            _words(canvas, shape, font, clean(shape.text))


def _rim(canvas: Any, tone: Tone, width: float, *, dashed: bool) -> None:
    canvas.setStrokeColor(HexColor(COLOURS[tone]))
    canvas.setLineWidth(width)
    if dashed:
        canvas.setDash(*DASHES)


def _box(canvas: Any, box: Box) -> None:
    if box.dashed:
        _rim(canvas, box.tone, 1.5, dashed=True)
    else:
        canvas.setFillColor(HexColor(COLOURS[box.tone]))
        canvas.setFillAlpha(box.shade)
    canvas.rect(box.x, -box.y - box.height, box.width, box.height, stroke=int(box.dashed), fill=int(not box.dashed))


def _band(canvas: Any, band: Band) -> None:
    line = band.dashed or band.width < THIN
    _rim(canvas, band.tone, max(band.width, 1.0) if line else band.width, dashed=band.dashed)
    canvas.setStrokeAlpha(0.6 if line else MUTED)
    y0, y1 = -band.y0 - band.width / 2, -band.y1 - band.width / 2
    canvas.bezier(band.x0, y0, band.x0 + band.bend[0], y0, band.x1 + band.bend[1], y1, band.x1, y1)


def _words(canvas: Any, words: Words, font: str, text: str) -> None:
    """A text is drawn smaller where this font needs more room than there is."""
    wide = pdfmetrics.stringWidth(text, font, words.size)
    size = words.size if wide <= words.width or not words.width else words.size * words.width / wide
    x = words.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor] * wide * size / words.size
    canvas.setFont(font, size)
    canvas.setStrokeColor(HexColor(COLOURS["paper"]))
    canvas.setLineWidth(HALO)
    canvas.setLineJoin(1)
    if words.halo:
        canvas.drawString(x, -words.y, text, mode=1)
    canvas.setFillColor(HexColor(COLOURS[words.tone]))
    if words.strong:
        canvas.setStrokeColor(HexColor(COLOURS[words.tone]))
        canvas.setLineWidth(size / 40)
    canvas.drawString(x, -words.y, text, mode=2 if words.strong else 0)
