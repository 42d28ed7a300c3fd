"""Histories in which every unit is known, told as the record tells them: with lots left out here and there.

Each unit knows whether it is in scope and which lot its label says. At a place that mixes lots, units of any lot
leave under the label of one that is not in scope. What is recorded may lack the lot, the day or the shipment.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.trace.mixing.enumeration import DAY, SOLD, Network
from trace.mixing.flows import Arc, Flag, Node

IN_SCOPE = frozenset({1, 2})
LOTS = (1, 1, 2, 7, 8, None)
"""Two in scope, two others, and goods that never had a lot."""


@dataclass(frozen=True)
class Habits:
    """How large a history is, and how much of it the record leaves out (shares of 1).

    Who is ``orderly`` writes everything down at its moment, and sends nothing where something is still under way, so
    that nobody can take one consignment for another.
    """

    places: int = 4
    steps: int = 10
    most: int = 4
    no_lot: float = 0.35
    no_day: float = 0.05
    flagged: float = 0.4
    diverted: float = 0.4
    renamed: float = 0.15
    unshipped: float = 0.5
    orderly: bool = False


@dataclass(eq=False)
class Unit:
    """One thing that a consumer could hold."""

    in_scope: bool
    lot: int | None


@dataclass(eq=False)
class Line:
    """Goods on the road, and the lot that their shipment named."""

    number: int
    origin: int
    to: int
    lot: int | None
    units: list[Unit]


@dataclass
class World:
    """Lives through a history; ``arcs`` is what is written down, ``known`` what really moved."""

    rng: random.Random
    habits: Habits
    now: int = 100 * DAY
    stock: dict[int, list[Unit]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    sold: list[Unit] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    arcs: list[Arc] = field(default_factory=list)
    known: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stock = {place: [] for place in range(1, self.rng.randint(2, self.habits.places) + 1)}
        if self._chance(self.habits.flagged):
            since = None if self._chance(0.3) else self.now + self.rng.randint(0, 6) * DAY
            until = None if self._chance(0.6) else (since or self.now) + self.rng.randint(0, 6) * DAY
            self.flags.append(Flag(self.rng.choice(list(self.stock)), since, until))
        for _ in range(self.rng.randint(1, 3)):
            self._make()

    def live(self) -> None:
        """One more thing happens."""
        self.now += self.rng.choice((0, DAY // 8, DAY, 3 * DAY))
        acts = (self._make, *[self._ship] * 5, *[self._receive] * 5, self._void, self._divert)
        self.rng.choice((*acts, self._end, self._end, self._return, self._appear))()

    def _make(self) -> None:
        lot = self.rng.choice(LOTS)
        units = [Unit(lot in IN_SCOPE, lot) for _ in range(self.rng.randint(1, self.habits.most))]
        place = self._place()
        self.stock[place] += units
        self._record(None, ("at", place), units, lot, came=self._arrived())

    def _ship(self) -> None:
        place, to = self.rng.sample(list(self.stock), 2)
        if self.habits.orderly and any(line.units and (line.origin, line.to) == (place, to) for line in self.lines):
            return
        left = self._left()
        units, lot = self._take(place, left)
        if not units:
            return
        line = Line(len(self.arcs) + 1000, place, to, lot, units)
        self.lines.append(line)
        self._record(("at", place), ("line", line.number), units, lot, left=left, to=to)

    def _receive(self) -> None:
        line = self._on_the_road()
        if line is None:
            return
        units = self._off(line)
        lot = line.lot
        if self._chance(self.habits.renamed):
            lot = _label(units) if lot is None else None
        self.stock[line.to] += units
        self._record(("line", line.number), ("at", line.to), units, lot, came=self._arrived())

    def _void(self) -> None:
        line = self._on_the_road()
        if line is not None and self._chance(0.4):
            units = self._off(line)
            self.stock[line.origin] += units
            self._record(("line", line.number), ("at", line.origin), units, line.lot, came=self._arrived())

    def _divert(self) -> None:
        line = self._on_the_road()
        if line is None or not self._chance(self.habits.diverted):
            return
        units = self._off(line)
        other = Line(len(self.arcs) + 1000, line.origin, self._place(), line.lot, units)
        self.lines.append(other)
        self._record(("line", line.number), ("line", other.number), units, line.lot, to=other.to)

    def _end(self) -> None:
        """Sold, used up, destroyed, or lost on the road."""
        line = self._on_the_road()
        if line is not None and self._chance(0.2):
            self._record(("line", line.number), None, self._off(line), line.lot)
            return
        left = self._left()
        place = self._place()
        units, lot = self._take(place, left)
        if not units:
            return
        if self._chance(0.5):
            self.sold += units
            self._record(("at", place), SOLD, units, lot, left=left)
        else:
            self._record(("at", place), None, units, lot, left=left)

    def _return(self) -> None:
        units = self.rng.sample(self.sold, min(len(self.sold), self.rng.randint(1, self.habits.most)))
        if not units:
            return
        self.sold = _rest(self.sold, units)
        place = self._place()
        self.stock[place] += units
        lot = None if self._chance(self.habits.no_lot) else _label(units)
        self._record(SOLD, ("at", place), units, lot, came=self._arrived())

    def _appear(self) -> None:
        """A receipt of which nobody recorded the shipment; of goods from nobody knows where, or from a known sender."""
        if not self._chance(self.habits.unshipped):
            return self._make()
        place, to = self.rng.sample(list(self.stock), 2)
        left = self._left()
        units, lot = self._take(place, left)
        if units:
            self.stock[to] += units
            self._record(("at", place), ("at", to), units, lot, left=left, came=self._arrived())
        return None

    def _take(self, place: int, left: int | None) -> tuple[list[Unit], int | None]:
        """Some units of the stock, and the lot under which they are written down."""
        here = self.stock[place]
        if not here:
            return [], None
        others = [unit.lot for unit in here if unit.lot is not None and unit.lot not in IN_SCOPE]
        mixes = any(flag.place == place and _holds(flag, left) for flag in self.flags)
        if mixes and others and self._chance(0.7):
            lot: int | None = self.rng.choice(others)
            units = self._some(here)
            for unit in units:
                unit.lot = lot
        elif self._chance(self.habits.no_lot):
            units, lot = self._some(here), None
        else:
            lot = self.rng.choice(here).lot
            units = self._some([unit for unit in here if unit.lot == lot])
        self.stock[place] = _rest(here, units)
        return units, lot

    def _record(
        self,
        tail: Node | None,
        head: Node | None,
        units: list[Unit],
        lot: int | None,
        left: int | None = None,
        came: int | None = None,
        to: int | None = None,
    ) -> None:
        number = len(self.arcs) + 1
        self.arcs.append(Arc(number, tail, head, lot, len(units), left, came, to))
        self.known[number] = sum(unit.in_scope for unit in units)

    def _arrived(self) -> int | None:
        """What is written of an arrival now: nothing, the moment, or up to half a day later."""
        late = 0 if self.habits.orderly else self.rng.choice((0, 0, DAY // 4, DAY // 2))
        return None if self._chance(self.habits.no_day) else self.now + late

    def _left(self) -> int | None:
        """What is written of a departure now: nothing, the moment, or up to half a day to either side."""
        late = 0 if self.habits.orderly else self.rng.choice((0, 0, 0, -DAY // 2, DAY // 2))
        return None if self._chance(self.habits.no_day) else self.now + late

    def _on_the_road(self) -> Line | None:
        full = [line for line in self.lines if line.units]
        return self.rng.choice(full) if full else None

    def _off(self, line: Line) -> list[Unit]:
        units = line.units if self._chance(0.6) else self._some(line.units)
        line.units = _rest(line.units, units)
        return units

    def _some(self, units: list[Unit]) -> list[Unit]:
        return self.rng.sample(units, min(len(units), self.rng.randint(1, self.habits.most)))

    def _place(self) -> int:
        return self.rng.choice(list(self.stock))

    def _chance(self, share: float) -> bool:
        return self.rng.random() < share


def simulate(rng: random.Random, habits: Habits) -> Network:
    """Return what is recorded of a history, with the in-scope units that each movement really carried."""
    world = World(rng, habits)
    for _ in range(habits.steps):
        world.live()
    return Network(tuple(world.arcs), IN_SCOPE, tuple(world.flags), known=world.known)


def _holds(flag: Flag, left: int | None) -> bool:
    after = flag.since is None or left is None or flag.since <= left
    return after and (flag.until is None or left is None or left <= flag.until)


def _label(units: Iterable[Unit]) -> int | None:
    """The lot that all of these say, if it is one."""
    lots = {unit.lot for unit in units}
    return lots.pop() if len(lots) == 1 else None


def _rest(units: list[Unit], taken: list[Unit]) -> list[Unit]:
    gone = {id(unit) for unit in taken}
    return [unit for unit in units if id(unit) not in gone]
