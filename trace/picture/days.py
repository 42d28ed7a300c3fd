"""How a recall comes along: recovered against planned over days, with the deadline as a line. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trace.kit.formats import Language, say_day
from trace.picture.letters import width_of
from trace.picture.model import Box, Drawing, Shape, Stroke, Tone, Words
from trace.picture.svg import write_svg
from trace.picture.words import say, say_units

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720.0, 260.0, 12.0, 12.0, 44.0, 32.0
SIZE = 12.0


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What was recovered by the end of a day."""

    day: date
    recovered: Decimal


def draw_progress(
    days: Sequence[DayTotal], planned: Decimal | None, deadline: date | None, uom: str, language: Language
) -> str:
    """Return the chart as SVG; empty where there are no days."""
    return write_svg(lay_out_days(days, planned, deadline, uom, language), name="progress") if days else ""


def lay_out_days(
    days: Sequence[DayTotal],
    planned: Decimal | None,
    deadline: date | None,
    uom: str,
    language: Language,
    name: str = "",
) -> Drawing:
    """Return the chart as shapes: a step a day, the plan as a dashed line across, the deadline as one upright.

    ``name`` of the goods stands in its head, where nothing around it says what it is of.
    """
    ordered = sorted(days, key=lambda one: one.day)
    first, last = ordered[0].day, ordered[-1].day
    end = max(last, deadline) if deadline and (deadline - last).days <= 3 * max((last - first).days, 14) else last
    span = max((end - first).days + 1, 2)
    most = max(planned or Decimal(0), *(one.recovered for one in ordered)) or Decimal(1)

    def x(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span

    def y(units: Decimal) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * float(max(units, Decimal(0)) / most)

    step = (WIDTH - LEFT - RIGHT) / span
    shapes: list[Shape] = [
        Box(
            x(one.day),
            y(one.recovered),
            max(step - min(2.0, step / 5), 0.5),
            HEIGHT - BOTTOM - y(one.recovered),
            "back",
            f"{say_day(one.day, language)}: {say('recovered', language)} {say_units(one.recovered, uom, language)}",
        )
        for one in ordered
    ]
    shapes.append(Stroke(((LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM)), "soft"))
    head = f"{name}: " if name else ""
    head += f"{say('recovered', language)} {say_units(ordered[-1].recovered, uom, language)}"
    if planned is not None:
        head += f" / {say('planned', language)} {say_units(planned, uom, language)}"
        shapes.append(Stroke(((LEFT, y(planned)), (WIDTH - RIGHT, y(planned))), "ink", 1.5, dashed=True))
    shapes.append(_words(LEFT, 18, head, "start", "ink"))
    shapes.append(_words(LEFT, HEIGHT - 10, say_day(first, language), "start", "soft"))
    if deadline is not None and first <= deadline <= end:
        at = x(deadline) + step
        words = f"{say('deadline', language)} {say_day(deadline, language)}"
        shapes.append(Stroke(((at, TOP - 8), (at, HEIGHT - BOTTOM)), "out", 2))
        room = width_of(words, SIZE)
        left = min(max(at - room / 2, LEFT + room_of_day(first, language)), WIDTH - RIGHT - room)
        shapes.append(_words(left, HEIGHT - 10, words, "start", "out"))
    elif end > first:
        shapes.append(_words(WIDTH - RIGHT, HEIGHT - 10, say_day(end, language), "end", "soft"))
    return Drawing(WIDTH, HEIGHT, f"{say('progress', language)}: {head}", tuple(shapes))


def room_of_day(day: date, language: Language) -> float:
    """Return the room that the day on the left takes, with a gap."""
    return width_of(say_day(day, language), SIZE) + 16


def _words(x: float, y: float, text: str, anchor: str, tone: Tone) -> Words:
    return Words(x, y, text, SIZE, tone, width_of(text, SIZE), "end" if anchor == "end" else "start")
