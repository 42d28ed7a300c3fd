"""A symbol on a page of a PDF file, at its own size. Pure."""

from typing import Any

from reportlab.lib.units import mm

from trace.symbols.symbol import Symbol, Text

LETTERS = "Helvetica"


def draw_on(canvas: Any, symbol: Symbol, left: float, top: float) -> None:
    """Draw the symbol in black, its upper left corner at ``left`` and ``top`` in points; nothing is drawn white."""
    unit = symbol.unit_mm * mm
    canvas.setFillGray(0)
    path = canvas.beginPath()
    for box in symbol.boxes:
        path.rect(left + box.x * unit, top - (box.y + box.height) * unit, box.width * unit, box.height * unit)
    canvas.drawPath(path, stroke=0, fill=1)
    for text in symbol.texts:
        _write(canvas, text, left, top, unit)


def _write(canvas: Any, text: Text, left: float, top: float, unit: float) -> None:
    canvas.setFont(LETTERS, text.size * unit)
    step = text.width / len(text.text)
    start = text.x - step * (len(text.text) - 1) / 2
    for at, letter in enumerate(text.text):
        canvas.drawCentredString(left + (start + at * step) * unit, top - text.y * unit, letter)
