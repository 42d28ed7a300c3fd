"""Labels drawn: as a PDF file of sheets, and as SVG for pages that are printed from a browser. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from trace.labels.layout import Label
from trace.labels.sheets import Sheet, place
from trace.pdf_text import Font, Measure, clean
from trace.symbols.canvas import draw_on
from trace.symbols.svg import draw_inside

MOST_NAME = 200
"""Characters of a name that are looked at; a label has room for fewer."""

_FAMILY = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif"


def measure_with(font: Font) -> Measure:
    """Return how wide a text is at size 1."""

    def measure(text: str) -> float:
        width: float = pdfmetrics.stringWidth(text, font.name, 1000) / 1000
        return width

    return measure


def letters_with(font: Font, name: str) -> str:
    """Return a name in one line of letters that the font has."""
    return " ".join(clean(name, font, MOST_NAME).split())


def write_pdf(target: BinaryIO, title: str, sheet: Sheet, labels: Sequence[Label], font: Font, first: int = 1) -> None:
    """Write the sheets at their own size. A label that is there several times is in the file once."""
    canvas: Any = Canvas(target, (sheet.width * mm, sheet.height * mm), invariant=True, pageCompression=True)
    canvas.setTitle(clean(title, font, MOST_NAME))
    canvas.setCreator("Suyuan")
    canvas.setViewerPreference("PrintScaling", "None")  # a symbol that is fitted to the page has another size
    forms: dict[int, str] = {}
    for page in place(sheet, labels, first):
        for x, y, label in page:
            name = forms.get(id(label))
            if name is None:
                name = forms[id(label)] = f"label{len(forms)}"
                canvas.beginForm(name, 0, 0, sheet.label_width * mm, sheet.label_height * mm)
                _draw(canvas, sheet, label, font)
                canvas.endForm()
            canvas.saveState()
            canvas.translate(x * mm, (sheet.height - y - sheet.label_height) * mm)
            canvas.doForm(name)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()


def _draw(canvas: Any, sheet: Sheet, label: Label, font: Font) -> None:
    top = sheet.label_height * mm
    for x, y, symbol in label.symbols:
        draw_on(canvas, symbol, x * mm, top - y * mm)
    canvas.setFillGray(0)
    for line in label.lines:
        canvas.setFont(font.name, line.size * mm)
        canvas.drawString(line.x * mm, top - line.y * mm, line.text)


def write_page(sheet: Sheet, page: Iterable[tuple[float, float, Label]]) -> str:
    """Return one sheet as an SVG element of its own size."""
    drawn = "".join(f'<g transform="translate({x:g} {y:g})">{_inside(label)}</g>' for x, y, label in page)
    return _element(sheet.width, sheet.height, drawn)


def write_label(sheet: Sheet, label: Label) -> str:
    """Return one label as an SVG element of its own size."""
    return _element(sheet.label_width, sheet.label_height, _inside(label))


def _element(width: float, height: float, drawn: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}mm" height="{height:g}mm" '
        f'viewBox="0 0 {width:g} {height:g}" class="sheet">{drawn}</svg>'
    )


def _inside(label: Label) -> str:
    symbols = "".join(
        f'<g transform="translate({x:.6g} {y:.6g}) scale({symbol.unit_mm:.8g})">'
        f"<title>{escape(symbol.content)}</title>{draw_inside(symbol)}</g>"
        for x, y, symbol in label.symbols
    )
    # widths are those of the PDF's font: a browser with another one keeps to them
    words = "".join(
        f'<text x="{line.x:.5g}" y="{line.y:.5g}" font-size="{line.size:.4g}" textLength="{line.width:.5g}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(line.text)}</text>'
        for line in label.lines
    )
    return f'{symbols}<g font-family="{_FAMILY}" fill="#000">{words}</g>'
