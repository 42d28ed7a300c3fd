"""A drawing as SVG: with classes for our pages, or with colours of its own for a file. Pure.

Neither has a style attribute or a script: the pages' policy allows none, and a file needs none.
"""

from collections.abc import Iterable
from html import escape

from trace.picture.model import Band, Box, Drawing, Shape, Stroke, Tone, Words

COLOURS: dict[Tone, str] = {
    "ink": "#1b1f24",
    "soft": "#57606a",
    "line": "#c8ced6",
    "out": "#b3130e",
    "sold": "#57606a",
    "back": "#a8b0ba",
    "wait": "#c98a00",
    "paper": "#ffffff",
    "field": "#f2f4f7",
    "action": "#0b57d0",
    "on-out": "#ffffff",
}
"""On paper and in files; on pages desk.css has them, for both themes."""

FONT = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Segoe UI',sans-serif"

MUTED, THIN, DASHES = 0.4, 1.5, (4, 3)
"""How much of its colour a band has; below which width it is a line; how lines are dashed."""


def write_svg(drawing: Drawing, standalone: bool = False, name: str = "drawing") -> str:
    """Return the drawing as SVG; ``standalone`` is a file that needs no stylesheet and leads nowhere."""
    pen = _Pen(standalone)
    body = "".join(pen.draw(shape) for shape in drawing.shapes)
    width, height = _short(drawing.width), _short(drawing.height)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    if standalone:
        head = f'xmlns="http://www.w3.org/2000/svg" {size}'
        ground = f'<rect width="100%" height="100%" fill="{COLOURS["paper"]}"/>'
        return f'<svg {head} font-family="{FONT}"><title>{escape(drawing.title)}</title>{ground}{body}</svg>'
    head = f'class="drawing {name}" {size}'
    return f'<svg {head} role="group" aria-label="{escape(drawing.title)}">{body}</svg>'


class _Pen:
    """Writes shapes one by one."""

    def __init__(self, standalone: bool) -> None:
        self.standalone = standalone

    def draw(self, shape: Shape) -> str:
        """Return the element of one shape."""
        match shape:
            case Box():
                return self._box(shape)
            case Band():
                return self._band(shape)
            case Stroke():
                return self._stroke(shape)
            case Words():
                return self._words(shape)

    def _look(self, tone: Tone, line: bool, dashed: bool = False, width: float = 1.0) -> str:
        dash = f' stroke-dasharray="{DASHES[0]} {DASHES[1]}"' if dashed else ""
        if not self.standalone:
            extra = f' stroke-width="{_short(width)}"' if line else ""
            return f' class="{"rim" if line else "fill"}-{tone}"{extra}{dash}'
        if line:
            return f' fill="none" stroke="{COLOURS[tone]}" stroke-width="{_short(width)}"{dash}'
        return f' fill="{COLOURS[tone]}"'

    def _box(self, box: Box) -> str:
        at = f'x="{_short(box.x)}" y="{_short(box.y)}" width="{_short(box.width)}" height="{_short(box.height)}"'
        shade = f' fill-opacity="{_short(box.shade)}"' if box.shade != 1.0 and not box.dashed else ""
        look = self._look(box.tone, line=box.dashed, dashed=box.dashed, width=1.5)
        element = f"<rect {at}{look}{shade}{_titled(box.title, 'rect')}"
        if box.link and not self.standalone:
            return f'<a href="{escape(box.link)}" aria-label="{escape(box.title)}">{element}</a>'
        return element

    def _band(self, band: Band) -> str:
        path = "M" + " ".join(_curve(band))
        if band.dashed or band.width < THIN:
            look = self._look(band.tone, line=True, dashed=band.dashed, width=max(band.width, 1.0))
            opacity = ' stroke-opacity="0.6"'
        else:
            look = self._look(band.tone, line=True, width=band.width)
            opacity = f' stroke-opacity="{MUTED}"'
        return f'<path d="{path}"{look}{opacity}{_titled(band.title, "path")}'

    def _stroke(self, stroke: Stroke) -> str:
        points = " ".join(f"{_short(x)},{_short(y)}" for x, y in stroke.points)
        look = self._look(stroke.tone, line=True, dashed=stroke.dashed, width=stroke.width)
        return f'<polyline points="{points}"{look}{_titled(stroke.title, "polyline")}'

    def _words(self, words: Words) -> str:
        anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
        weight = ' font-weight="700"' if words.strong else ""
        if self.standalone:
            halo = f' stroke="{COLOURS["paper"]}" stroke-width="3" paint-order="stroke"' if words.halo else ""
            look = f' fill="{COLOURS[words.tone]}"{halo}'
        else:
            look = f' class="fill-{words.tone}{" halo" if words.halo else ""}"'
        at = f'x="{_short(words.x)}" y="{_short(words.y)}" font-size="{_short(words.size)}"'
        return f"<text {at}{anchor}{weight}{look}>{escape(words.text)}</text>"


def _curve(band: Band) -> Iterable[str]:
    """The middle line of a band, drawn as wide as the band is."""
    y0, y1 = band.y0 + band.width / 2, band.y1 + band.width / 2
    yield f"{_short(band.x0)},{_short(y0)}"
    first, last = band.x0 + band.bend[0], band.x1 + band.bend[1]
    yield f"C{_short(first)},{_short(y0)} {_short(last)},{_short(y1)} {_short(band.x1)},{_short(y1)}"


def _titled(title: str, element: str) -> str:
    return f"><title>{escape(title)}</title></{element}>" if title else "/>"


def _short(number: float) -> str:
    """A number with one decimal, and none where it is whole."""
    return f"{number:.1f}".removesuffix(".0")
