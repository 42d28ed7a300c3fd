"""What a picture shows, as frozen plain values; and what it is drawn with. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

State = Literal["out", "sold", "back"]
"""Goods are still there or under way; none are left and some were sold; none are left, and none were sold."""

Evidence = Literal["certain", "derived", "possible"]

Measure = Literal["units", "share"]


@dataclass(frozen=True, slots=True)
class Node:
    """A place, a batch, or a fold of several, in one unit of measure.

    ``units`` is what reached it or was made there, ``None`` where only that it may have got some is known;
    ``figures`` are those of the impact, exactly; ``complete`` false: they are lower bounds. ``members`` is how many a
    fold stands for; ``link`` leads to more about it.
    """

    key: str
    name: str
    column: int
    units: Decimal | None
    state: State
    evidence: Evidence = "certain"
    figures: Mapping[str, Decimal] = field(default_factory=dict)
    complete: bool = True
    members: int = 1
    first: datetime | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What moved from one node to another, in the view's unit of measure; ``complete`` false: at least so many.

    ``times`` is how many events tell of it.
    """

    origin: str
    target: str
    shipped: Decimal
    received: Decimal
    state: State
    evidence: Evidence = "certain"
    complete: bool = True
    times: int = 1

    @property
    def units(self) -> Decimal:
        """What is drawn: the larger of what was sent and what arrived."""
        return max(self.shipped, self.received, Decimal(0))


@dataclass(frozen=True, slots=True)
class SupplyView:
    """A picture from makers to outlets: ``heads`` names the columns from left to right.

    ``measure`` is what the amounts are: units in ``uom``, or shares of the cases that are explained, in hundredths.
    """

    uom: str
    heads: tuple[str, ...]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    measure: Measure = "units"


Tone = Literal["ink", "soft", "line", "out", "sold", "back", "wait", "paper", "field", "action", "on-out"]
"""What a shape means; a pen knows its colour."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; ``dashed`` is drawn as an outline. ``shade`` below 1 is muted, 0 is without filling."""

    x: float
    y: float
    width: float
    height: float
    tone: Tone
    title: str = ""
    link: str = ""
    dashed: bool = False
    shade: float = 1.0


@dataclass(frozen=True, slots=True)
class Band:
    """A band between two upright edges of the same width: from (x0, y0) to (x1, y1), which are its upper corners.

    ``bend`` is how far its curve reaches out; both ends on one side make a loop.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    width: float
    tone: Tone
    title: str = ""
    dashed: bool = False
    bend: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    tone: Tone
    width: float = 1.0
    dashed: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; ``y`` is its base line, ``width`` the most it takes."""

    x: float
    y: float
    text: str
    size: float
    tone: Tone = "ink"
    width: float = 0.0
    anchor: Literal["start", "middle", "end"] = "start"
    halo: bool = False
    strong: bool = False

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Its rectangle: left, top, right, bottom."""
        left = self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width
        return left, self.y - 0.85 * self.size, left + self.width, self.y + 0.2 * self.size


Shape = Box | Band | Stroke | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on a sheet, in the order in which they are drawn; ``title`` says what it shows to those who cannot see."""

    width: float
    height: float
    title: str
    shapes: tuple[Shape, ...]
