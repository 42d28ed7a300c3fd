"""Sheets and rolls that labels are printed on, and where each label lies. Pure; lengths in mm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

SheetName = Literal["a4-3x8", "a4-2x7", "a4-2x4", "a4-2x2", "a4-1x2", "a4-4x12", "50x30", "70x50", "100x60", "100x150"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Labels in rows and columns; a roll is a sheet of one.

    ``margin`` is what is left free inside a label: printers and cutters are off by a millimetre or two.
    """

    width: float
    height: float
    label_width: float
    label_height: float
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    gap: float = 0.0
    margin: float = 3.0

    @property
    def labels(self) -> int:
        """How many labels one sheet has."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Return the upper left corner of a place, counted from 0 along the rows."""
        row, column = divmod(place, self.columns)
        return self.left + column * (self.label_width + self.gap), self.top + row * self.label_height


SHEETS: dict[SheetName, Sheet] = {
    "a4-3x8": Sheet(210, 297, 70, 37, 3, 8, top=0.5, margin=4),
    "a4-2x7": Sheet(210, 297, 99.1, 38.1, 2, 7, left=4.65, top=15.15, gap=2.6),
    "a4-2x4": Sheet(210, 297, 99.1, 67.7, 2, 4, left=4.65, top=13.1, gap=2.6),
    "a4-2x2": Sheet(210, 297, 105, 148.5, 2, 2, margin=5),
    "a4-1x2": Sheet(210, 297, 210, 148.5, 1, 2, margin=5),
    "a4-4x12": Sheet(210, 297, 45.7, 21.2, 4, 12, left=9.7, top=21.3, gap=2.6, margin=1.5),
    "50x30": Sheet(50, 30, 50, 30, margin=1.5),
    "70x50": Sheet(70, 50, 70, 50, margin=2),
    "100x60": Sheet(100, 60, 100, 60, margin=2),
    "100x150": Sheet(100, 150, 100, 150, margin=3),
}


def place(sheet: Sheet, labels: Sequence[T], first: int = 1) -> Iterator[list[tuple[float, float, T]]]:
    """Yield the labels of each sheet with their corners; the first lies on place ``first`` of a begun sheet, from 1."""
    begun = first - 1
    for begin in range(0, begun + len(labels), sheet.labels):
        numbers = range(max(begin, begun), min(begin + sheet.labels, begun + len(labels)))
        yield [(*sheet.corner(number - begin), labels[number - begun]) for number in numbers]


def sheets_needed(sheet: Sheet, labels: int, first: int = 1) -> int:
    """Return how many sheets so many labels take."""
    return -(-(labels + first - 1) // sheet.labels)
