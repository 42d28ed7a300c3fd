"""A symbol as SVG: black on white in every theme, nothing loaded from elsewhere. Pure."""

from xml.sax.saxutils import escape

from trace.symbols.symbol import Symbol, Text

LETTERS = "monospace"


def write_svg(symbol: Symbol, title: str = "", size: bool = False) -> str:
    """Return the symbol as an SVG element; with ``size`` it says its millimetres, so that it prints at its own size."""
    named = f"<title>{escape(_printable(title))}</title>" if title else ""
    sized = f' width="{symbol.width_mm:.4f}mm" height="{symbol.height_mm:.4f}mm"' if size else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {symbol.width} {symbol.height}"{sized} role="img">'
        f"{named}{draw_inside(symbol)}</svg>"
    )


def draw_inside(symbol: Symbol) -> str:
    """Return what stands inside the element, with one unit of the symbol as its unit."""
    path = "".join(f"M{box.x} {box.y}h{box.width}v{box.height}h-{box.width}z" for box in symbol.boxes)
    return (
        f'<path fill="#fff" d="M0 0h{symbol.width}v{symbol.height}h-{symbol.width}z"/>'
        f'<path fill="#000" shape-rendering="crispEdges" d="{path}"/>'
        f"{''.join(map(_text, symbol.texts))}"
    )


def _text(text: Text) -> str:
    return (
        f'<text x="{text.x:g}" y="{text.y:.6g}" font-family="{LETTERS}" font-size="{text.size:.6g}" '
        f'text-anchor="middle" textLength="{text.width:.6g}" fill="#000">{escape(text.text)}</text>'
    )


def _printable(text: str) -> str:
    """Return ``text`` without characters that XML has no way to write."""
    return "".join(one for one in text if one.isprintable() or one == " ")
