"""PDF files of headings, paragraphs, facts, tables, bar codes and drawings, on A4. Pure: plain values in, bytes out.

Texts are drawn letter by letter and never read as markup. Tables of any length take the memory of their pages only.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import chain, islice
from typing import Any, BinaryIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from trace.pdf_text import NO_CHINESE, Font, clean, find_font, wrap
from trace.picture.model import Drawing
from trace.picture.paper import draw_on as draw_picture
from trace.symbols.canvas import draw_on
from trace.symbols.symbol import Symbol

__all__ = [
    "Drawing",
    "Facts",
    "Font",
    "Heading",
    "Paragraph",
    "Picture",
    "Symbol",
    "Symbols",
    "Table",
    "find_font",
    "write_pdf",
]

MAX_TEXT = 20_000
"""Characters of one paragraph or cell; what is longer is cut, with an ellipsis."""

MAX_ROWS = 200_000
"""Rows of one table."""

MAX_HEAD = 5
"""Lines of a table's head, which every page repeats."""

MAX_WHOLE = 40
"""A row of so many lines or fewer is never divided between pages; every page has room for it below a head."""

_WIDTH, _HEIGHT = A4
_LEFT, _RIGHT, _TOP, _BOTTOM = 18 * mm, _WIDTH - 18 * mm, _HEIGHT - 18 * mm, 24 * mm
_SIZES = {1: 18.0, 2: 13.0, 3: 11.0}
_BODY, _CELL, _SMALL = 10.5, 8.5, 7.5
_LEADING = 1.45
_GAP = 6.0
_GREY = 0.35
_PICTURE = 70 * mm
_UNDER_HEADING = 28 * mm
_MOST_SCALE = 0.75
"""Letters of a drawing are no larger than those of the paper."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title of the paper."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; line breaks in it are kept. ``strong`` is set in a frame, ``small`` in smaller letters."""

    text: str
    strong: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names on the left, what is to be said of each on the right."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose head is repeated on every page; ``widths`` are relative, columns in ``right`` are flush right."""

    heads: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[float] | None = None
    right: Collection[int] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Symbols:
    """Bar codes side by side, as many as fit."""

    items: Sequence[Symbol]


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph, as the bytes of a JPEG that the service itself wrote."""

    jpeg: bytes


Block = Heading | Paragraph | Facts | Table | Symbol | Symbols | Picture | Drawing


def write_pdf(
    target: BinaryIO, title: str, blocks: Iterable[Block], font: Font, footer: str = "", language: str = "zh-CN"
) -> None:
    """Write a paper; each page ends with ``footer`` and its number of all. The same values give the same bytes.

    Raises ValueError for a table beyond MAX_ROWS.
    """
    paper = _Paper(target, title, font, footer, language)
    if not font.chinese:
        paper.write(Paragraph(NO_CHINESE, strong=True))
    for block in blocks:
        paper.write(block)
    paper.close()


@dataclass(frozen=True, slots=True)
class _Grid:
    """Columns: their parts of the width, the size of letters, which are flush right; the first ``soft`` are grey."""

    parts: Sequence[float]
    size: float
    right: Collection[int] = frozenset()
    soft: int = 0

    @property
    def step(self) -> float:
        """Return how far one line is below the other."""
        return self.size * _LEADING


_FACTS = _Grid((0.24, 0.76), _BODY, soft=1)


def _at_most(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    for number, row in enumerate(rows):
        if number == MAX_ROWS:
            raise ValueError(f"Expected at most {MAX_ROWS} rows, got more.")
        yield row


class _Paper:
    """A canvas with a place on it, from top to bottom; it turns the page when one is full."""

    def __init__(self, target: BinaryIO, title: str, font: Font, footer: str, language: str) -> None:
        self.font = font
        self.footer = footer
        self.canvas: Any = Canvas(target, pagesize=A4, invariant=True, pageCompression=True, lang=language)
        self.canvas.setTitle(self.clean(title, 500))
        self.canvas.setCreator("Suyuan")
        self.y = _TOP
        self.pages = 0

    def close(self) -> None:
        """End the last page, and say on every page how many there are."""
        self._end_page()
        self.canvas.beginForm("pages")
        self.canvas.setFont(self.font.name, _SMALL)
        self.canvas.drawString(0, 0, f" / {self.pages}")
        self.canvas.endForm()
        self.canvas.save()

    def write(self, block: Block) -> None:
        """Write one block below those before it."""
        match block:
            case Heading(text, level):
                self._heading(text, level)
            case Paragraph(text, strong, small):
                self._paragraph(text, strong, _SMALL if small else _BODY)
            case Facts(rows):
                self._rows(_at_most(rows), _FACTS)
            case Table():
                self._table(block)
            case Symbol():
                self._symbols([block])
            case Picture(jpeg):
                self._picture(jpeg)
            case Drawing():
                self._drawing(block)
            case Symbols(items):
                self._symbols(items)

    def clean(self, text: str, limit: int = MAX_TEXT) -> str:
        """Return ``text`` without what is no letter (controls, marks that turn the direction), at most so long."""
        return clean(text, self.font, limit)

    def _heading(self, text: str, level: int) -> None:
        size = _SIZES[level]
        lines = self._wrap(text, _RIGHT - _LEFT, size)
        # a heading does not end a page: what a table begins with stands below it
        room = (len(lines) + 1) * size * _LEADING + (MAX_HEAD + 2) * _CELL * _LEADING
        self._make_room(room)
        if self.y < _TOP:
            self.y -= size * 0.8
        self._lines(lines, size)
        self.y -= _GAP / 2

    def _paragraph(self, text: str, strong: bool, size: float) -> None:
        inset = 8.0 if strong else 0.0
        lines = self._wrap(text, _RIGHT - _LEFT - 2 * inset, size)
        if strong:
            self._make_room(min(len(lines), 30) * size * _LEADING + 2 * inset)
            self.y -= inset
        top = self.y
        first = self.pages
        self._lines(lines, size, _LEFT + inset)
        if strong and first == self.pages:
            self.y -= inset
            self.canvas.rect(_LEFT, self.y, _RIGHT - _LEFT, top + inset - self.y)
        self.y -= _GAP

    def _lines(self, lines: Iterable[str], size: float, x: float = _LEFT) -> None:
        for line in lines:
            self._make_room(size * _LEADING)
            self.y -= size * _LEADING
            self._draw(x, self.y + size * 0.3, line, size)

    def _draw(self, x: float, y: float, line: str, size: float, grey: float = 0.0) -> None:
        self.canvas.setFont(self.font.name, size)
        self.canvas.setFillGray(grey)
        self.canvas.drawString(x, y, line)

    def _table(self, table: Table) -> None:
        rows = iter(table.rows)
        sample = list(islice(rows, 200))
        widths = table.widths or _natural_widths([table.heads, *sample])
        grid = _Grid(tuple(width / sum(widths) for width in widths), _CELL, frozenset(table.right))
        self._rows(_at_most(chain(sample, rows)), grid, table.heads)

    def _rows(self, rows: Iterable[Sequence[str]], grid: "_Grid", head: Sequence[str] = ()) -> None:
        """Write rows of cells. A row that is longer than the page goes on on the next, below the head once more."""
        heads = [lines[:MAX_HEAD] for lines in self._wrap_cells(head, grid)] if head else []
        if heads:
            self._make_room((MAX_HEAD + 2) * grid.step)
            self._row(heads, grid, grey=True)
        for cells in rows:
            lines = self._wrap_cells(cells, grid)
            tallest = max(map(len, lines), default=0)
            while tallest > 0:
                fits = self._lines_left(grid)
                if fits < min(tallest, MAX_WHOLE):
                    self._end_page()
                    if heads:
                        self._row(heads, grid, grey=True)
                    fits = self._lines_left(grid)
                self._row([one[:fits] for one in lines], grid)
                lines, tallest = [one[fits:] for one in lines], tallest - fits
        self.y -= _GAP

    def _lines_left(self, grid: "_Grid") -> int:
        return int((self.y - _BOTTOM - _GAP) / grid.step)

    def _wrap_cells(self, cells: Sequence[str], grid: "_Grid") -> list[list[str]]:
        room = _RIGHT - _LEFT
        return [self._wrap(cell, part * room - _GAP, grid.size) for cell, part in zip(cells, grid.parts, strict=True)]

    def _row(self, cells: Sequence[Sequence[str]], grid: "_Grid", grey: bool = False) -> None:
        left, room = _LEFT, _RIGHT - _LEFT
        for number, (lines, part) in enumerate(zip(cells, grid.parts, strict=True)):
            shade = _GREY if grey or number < grid.soft else 0.0
            for at, line in enumerate(lines, 1):
                x = left
                if number in grid.right:
                    x += part * room - _GAP - pdfmetrics.stringWidth(line, self.font.name, grid.size)
                self._draw(x, self.y - at * grid.step + grid.size * 0.3, line, grid.size, shade)
            left += part * room
        self.y -= max(map(len, cells), default=1) * grid.step + 2
        self.canvas.setStrokeGray(0.75)
        self.canvas.setLineWidth(0.4)
        self.canvas.line(_LEFT, self.y, _RIGHT, self.y)
        self.canvas.setStrokeGray(0)
        self.y -= 2

    def _picture(self, jpeg: bytes) -> None:
        reader = ImageReader(BytesIO(jpeg))
        wide, high = reader.getSize()
        scale = min((_RIGHT - _LEFT) / wide, _PICTURE / high)
        self._make_room(high * scale)
        self.y -= high * scale
        self.canvas.drawImage(reader, _LEFT, self.y, wide * scale, high * scale)
        self.y -= _GAP

    def _drawing(self, drawing: Drawing) -> None:
        """Draw it as large as the page has room for, never larger than it is."""
        scale = min((_RIGHT - _LEFT) / drawing.width, (_TOP - _BOTTOM - _UNDER_HEADING) / drawing.height, _MOST_SCALE)
        self._make_room(drawing.height * scale)
        draw_picture(self.canvas, drawing, _LEFT, self.y, scale, self.font.name, self.clean)
        self.y -= drawing.height * scale + _GAP

    def _symbols(self, symbols: Iterable[Symbol]) -> None:
        """Draw symbols from left to right at their own size; the next line begins below the highest."""
        x, lowest = _LEFT, self.y
        for symbol in symbols:
            width, height = symbol.width_mm * mm, symbol.height_mm * mm
            if x > _LEFT and x + width > _RIGHT:
                x, self.y = _LEFT, lowest - _GAP
            if x == _LEFT:
                self._make_room(height)
                lowest = self.y
            draw_on(self.canvas, symbol, x, self.y)
            lowest = min(lowest, self.y - height)
            x += width + 6 * mm
        self.y = lowest - _GAP

    def _wrap(self, text: str, width: float, size: float) -> list[str]:
        return wrap(self.clean(text), width, lambda part: pdfmetrics.stringWidth(part, self.font.name, size))

    def _make_room(self, height: float) -> None:
        if self.y - height < _BOTTOM and self.y < _TOP:
            self._end_page()

    def _end_page(self) -> None:
        self.pages += 1
        self.y = _BOTTOM - 4 * mm
        room = _RIGHT - _LEFT - 22 * mm
        for at, line in enumerate(self._wrap(self.footer, room, _SMALL)[:2], 1):
            self._draw(_LEFT, self.y - at * _SMALL * 1.3, line, _SMALL, _GREY)
        number = str(self.pages)
        self._draw(_RIGHT - 11 * mm, self.y - _SMALL * 1.3, number, _SMALL)
        self.canvas.saveState()
        wide = pdfmetrics.stringWidth(number, self.font.name, _SMALL)
        self.canvas.translate(_RIGHT - 11 * mm + wide, self.y - _SMALL * 1.3)
        self.canvas.doForm("pages")
        self.canvas.restoreState()
        self.canvas.showPage()
        self.y = _TOP


_LETTER = 0.55
"""The width of a narrow letter, of its size."""


def _natural_widths(rows: Sequence[Sequence[str]]) -> list[float]:
    """Return the width of each column in letters: its longest word, then as much of its texts as there is room."""
    columns = list(zip(*rows, strict=True))
    least = [2.0 + min(max(_columns(word) for cell in column for word in _words(cell)), 24) for column in columns]
    whole = [2.0 + min(max(_columns(cell) for cell in column), 36) for column in columns]
    spare = max(0.0, (_RIGHT - _LEFT) / (_CELL * _LETTER) - sum(least))
    more = [max(0.0, most - word) for most, word in zip(whole, least, strict=True)]
    share = min(1.0, spare / sum(more)) if sum(more) else 0.0
    return [word + extra * share for word, extra in zip(least, more, strict=True)]


def _words(text: str) -> list[str]:
    """Return what is not broken: words of letters; Chinese is broken anywhere."""
    narrow = "".join(" " if unicodedata.east_asian_width(one) in "WF" else one for one in text[:200])
    return narrow.split() or ["汉"]


def _columns(text: str) -> int:
    """Return how many narrow letters a text is wide."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text[:80])
