"""The life of one batch as a line: made, shipped, received, sold … with units, from the first to the last. Pure."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from trace.kit.formats import Language, say_day, say_number, say_period
from trace.picture.letters import shorten, width_of
from trace.picture.model import Box, Drawing, Shape, Stroke, Tone, Words
from trace.picture.svg import write_svg
from trace.picture.words import say, say_units

MOST = 30
"""So many moments stand on a line; the rest, which are the last, are told by their number."""

SLOT, SIZE, SMALL, DOT = 148.0, 13.0, 12.0, 12.0
MARGIN = 12.0


class Moment(Protocol):
    """What happened in one way in one unit of measure; ``quantity`` ``None``: unknown, or a count."""

    @property
    def step(self) -> str:
        """A word: made, shipped, received, sold, returned, used, destroyed, lost, counted."""

    @property
    def uom(self) -> str:
        """The unit of measure."""

    @property
    def first(self) -> datetime:
        """When it happened first."""

    @property
    def last(self) -> datetime:
        """When it happened last."""

    @property
    def times(self) -> int:
        """How often."""

    @property
    def quantity(self) -> Decimal | None:
        """How much in all."""

    @property
    def places(self) -> int:
        """At how many places."""


def draw_life_line(moments: Sequence[Moment], language: Language) -> str:
    """Return the line twice, as SVG: lying for wide screens and standing for narrow ones; a page shows one of them."""
    if not moments:
        return ""
    lying, standing = lay_out_life(moments, language), lay_out_life(moments, language, standing=True)
    return write_svg(lying, name="line-lying") + write_svg(standing, name="line-standing")


def lay_out_life(moments: Sequence[Moment], language: Language, *, standing: bool = False) -> Drawing:
    """Return the line as shapes: a mark for each moment, in the order in which they began."""
    shown = sorted(moments, key=lambda one: one.first)[:MOST]
    shapes: list[Shape] = []
    for at, moment in enumerate(shown):
        shapes += _standing(moment, at, language) if standing else _lying(moment, at, language)
    more = len(moments) - len(shown)
    rest = f"+ {say_number(more, language)}"
    if standing:
        height = len(shown) * 68 + 12.0
        line = Stroke(((MARGIN + DOT / 2, 24), (MARGIN + DOT / 2, height - 44)), "line", 3)
        if more:
            shapes.append(Words(MARGIN + 28, height, rest, SIZE, "soft", width_of(rest, SIZE)))
        return Drawing(300, height + (16 if more else 0), say("life", language), (line, *shapes))
    width = 2 * MARGIN + len(shown) * SLOT + (48 if more else 0)
    line = Stroke(((MARGIN + DOT / 2, 44), (MARGIN + DOT / 2 + (len(shown) - 1) * SLOT, 44)), "line", 3)
    if more:
        shapes.append(Words(MARGIN + len(shown) * SLOT, 48, rest, SIZE, "soft", width_of(rest, SIZE)))
    return Drawing(width, 112, say("life", language), (line, *shapes))


def _lying(moment: Moment, at: int, language: Language) -> list[Shape]:
    x, room = MARGIN + at * SLOT, SLOT - 12
    word, units, days, often = _facts(moment, language)
    return [
        Box(x, 44 - DOT / 2, DOT, DOT, _tone(moment), title=f"{word}: {units}, {days}, {often}"),
        _words(x, 24, word, SIZE, room, "ink", strong=True),
        _words(x, 70, units, SIZE, room, "ink"),
        _words(x, 87, days, SMALL, room, "soft"),
        _words(x, 104, often, SMALL, room, "soft"),
    ]


def _standing(moment: Moment, at: int, language: Language) -> list[Shape]:
    y, room, x = 24.0 + at * 68, 250.0, MARGIN + 28
    word, units, days, often = _facts(moment, language)
    return [
        Box(MARGIN, y - DOT / 2 - 4, DOT, DOT, _tone(moment), title=f"{word}: {units}, {days}, {often}"),
        _words(x, y, f"{word} {units}", SIZE, room, "ink", strong=True),
        _words(x, y + 18, days, SMALL, room, "soft"),
        _words(x, y + 35, often, SMALL, room, "soft"),
    ]


def _facts(moment: Moment, language: Language) -> tuple[str, str, str, str]:
    units = "" if moment.step == "counted" else say_units(moment.quantity, moment.uom, language)
    return say(f"step_{moment.step}", language), units, _say_days(moment, language), _say_often(moment, language)


def _say_days(moment: Moment, language: Language) -> str:
    first, last = say_day(moment.first, language), say_day(moment.last, language)
    return first if first == last else say_period(moment.first, None, language)


def _say_often(moment: Moment, language: Language) -> str:
    times, places = say_number(moment.times, language), say_number(moment.places, language)
    if language == "zh":
        return f"{times} 次" + (f"，{places} 处" if moment.places else "")
    many = f"{times} time{'' if moment.times == 1 else 's'}"
    return many + (f", {places} place{'' if moment.places == 1 else 's'}" if moment.places else "")


def _tone(moment: Moment) -> Tone:
    return "soft" if moment.step in ("destroyed", "lost", "counted") else "ink"


def _words(x: float, y: float, text: str, size: float, room: float, tone: Tone, *, strong: bool = False) -> Words:
    shown = shorten(text, size, room)
    return Words(x, y, shown, size, tone, width_of(shown, size), strong=strong)
