"""A symbol is read back before it is handed out: the same bytes, by the same symbology, or an error. Pure."""

from trace.symbols.decode import read_symbols
from trace.symbols.png import draw_image
from trace.symbols.symbol import Symbol

_DOTS = 4


class NotReadBack(RuntimeError):
    """A decoder read something else in a symbol than it was drawn from: a defect here, never a label."""


def verify(symbol: Symbol) -> Symbol:
    """Return ``symbol`` itself, once a decoder has read exactly its data in it. Raises NotReadBack."""
    found = read_symbols(draw_image(symbol, _DOTS), thorough=False)
    if [(one.identifier, one.data) for one in found] != [(symbol.identifier, symbol.data)]:
        got = ", ".join(f"{one.identifier} {one.data!r}" for one in found) or "nothing"
        raise NotReadBack(f"Expected {symbol.identifier} {symbol.data!r} in a {symbol.kind}, read {got}.")
    return symbol
