"""The expected figure: departures without a lot take of a pool in proportion, in order of time (RULES 7). Pure.

For planning only: it says what happens if goods are drawn at random, and proves nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from heapq import heapify, heappop, heappush

from trace.mixing.arcs import Arc
from trace.mixing.bins import Bin, Bins, Step, came_at, left_at, totals

NONE = Fraction(0)

_LONG = 256
"""Bits of a denominator beyond which a stock is rounded: goods that went through hundreds of pools are no plan."""

Place = tuple[Bin, int]
"""A step of a bin."""


def expect(
    bins: Bins,
    members: Collection[Bin],
    variable: Mapping[int, Arc],
    in_scope: Collection[int],
    unrecorded: Mapping[Bin, int],
) -> dict[int, Fraction]:
    """Return how many units in scope each ``variable`` arc is expected to carry; 0 where its quantity is unknown.

    A step waits for the one before it and for the departures that arrive in it; where goods went round within the
    tolerance, the earliest goes first.
    """
    found: dict[int, Fraction] = {}
    stock = {which: _start(bins.steps[which], unrecorded.get(which, 0)) for which in members}
    for which, index in _in_order(bins, members, variable):
        held, whole = stock[which]
        step = bins.steps[which][index]
        for arc in step.arrivals:
            held += found.get(arc.number, NONE) if arc.number in variable else _named(arc, in_scope)
            whole = None if whole is None or arc.quantity is None else whole + arc.quantity
        for arc in sorted(step.departures, key=lambda one: (left_at(one), one.number in variable)):
            quantity = arc.quantity or 0
            if arc.number in variable and arc.lot not in in_scope:
                taken = quantity * held / whole if whole else NONE
                found[arc.number] = taken
            else:
                taken = _named(arc, in_scope)
            held = max(NONE, held - taken)
            if whole is not None:
                whole = max(0, whole - quantity)
                held = min(held, Fraction(whole))
        if held.denominator.bit_length() > _LONG:
            held = Fraction(round(held * 2**_LONG), 2**_LONG)
        stock[which] = (held, whole)
    return found


def _named(arc: Arc, in_scope: Collection[int]) -> Fraction:
    return Fraction(arc.quantity or 0) if arc.lot in in_scope else NONE


def _start(steps: list[Step], unrecorded: int) -> tuple[Fraction, int | None]:
    return Fraction(unrecorded), totals(steps, unrecorded)[0]


def _in_order(bins: Bins, members: Collection[Bin], variable: Mapping[int, Arc]) -> Iterable[Place]:
    """Every step, after those that it waits for; in a circle the earliest first."""
    waits: dict[Place, int] = {}
    frees: dict[Place, list[Place]] = {}
    moments: dict[Place, float] = {}
    for which in members:
        for index, step in enumerate(bins.steps[which]):
            place = (which, index)
            before = [(which, index - 1)] if index else []
            for arc in step.arrivals:
                tail = bins.of(arc.tail, arc.lot)
                if arc.number in variable and tail in members and tail is not None:
                    before.append((tail, bins.left_in[arc.number]))
            waits[place] = len(before)
            for other in before:
                frees.setdefault(other, []).append(place)
            moments[place] = min([left_at(arc) for arc in step.departures] + [came_at(arc, 0) for arc in step.arrivals])
    ready = [(moments[place], place) for place, count in waits.items() if not count]
    heapify(ready)
    stuck = sorted((moment, place) for place, moment in moments.items())
    done: set[Place] = set()
    at = 0
    while len(done) < len(waits):
        if ready:
            place = heappop(ready)[1]
        else:
            while stuck[at][1] in done:
                at += 1
            place = stuck[at][1]
        if place in done:
            continue
        done.add(place)
        yield place
        for other in frees.get(place, ()):
            waits[other] -= 1
            if not waits[other] and other not in done:
                heappush(ready, (moments[other], other))
