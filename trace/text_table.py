"""Tables for a terminal: columns as wide as their widest cell, where a Chinese character takes two places."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal


def write_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Lines of text; numbers are flush right, missing values are empty."""
    cells = [[_text(value) for value in row] for row in rows]
    right = [any(isinstance(row[column], int | Decimal) for row in rows) for column in range(len(head))]
    widths = [max([_width(name), *(_width(row[column]) for row in cells)]) for column, name in enumerate(head)]
    lines = [list(head), ["-" * width for width in widths], *cells]
    return "\n".join(
        "  ".join(_pad(cell, width, flush) for cell, width, flush in zip(line, widths, right, strict=True)).rstrip()
        for line in lines
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, width: int, flush_right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if flush_right else text + blanks
