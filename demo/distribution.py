"""From the maker's dock to the outlets: pallets by national and regional distributors, then cases."""

from collections.abc import Sequence
from dataclasses import dataclass

from demo import bodies, books
from demo.retail import ORDINARY, STAGED, deliver
from demo.story import Case, Pallet, Story, count
from demo.values import Lot, Place
from demo.world import World

_NATIONAL_OF = {0: 0, 1: 1, 3: 1, 4: 1, 5: 0}
"""Which national distributor serves which regional one; number 2 (Central) buys from both by turns."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a pallet goes: the regional distributor's number and the national one's.

    ``stolen`` cases disappear between the two; a pallet that ``stays`` is not sent on by the national distributor.
    """

    pallet: Pallet
    regional: int
    national: int
    stolen: int = 0
    stays: bool = False


def plan_routes(pallets: Sequence[Pallet], round_number: int, first: int) -> tuple[Route, ...]:
    """Give each pallet of a lot to another regional distributor, beginning with number ``first``."""
    regionals = [(first + number) % 6 for number in range(len(pallets))]
    return tuple(
        Route(pallet, regional, _NATIONAL_OF.get(regional, round_number % 2))
        for pallet, regional in zip(pallets, regionals, strict=True)
    )


class Distribution:
    """The distributors' days. Remembers only whose turn it is among the outlets of each region."""

    def __init__(self, story: Story, world: World, staged: set[tuple[str, str]]) -> None:
        self.story = story
        self.world = world
        self.staged = staged
        self.turn = [0] * len(world.regionals)
        self.acts = list(STAGED)

    def distribute(self, maker: Place, routes: Sequence[Route], day: int) -> None:
        """Send pallets off on ``day``: with the national on the next, the regional three, the outlets four days on."""
        for number, national in enumerate(self.world.nationals):
            mine = [route for route in routes if route.national == number]
            if not mine:
                continue
            self.carry(maker, national, [route.pallet for route in mine], day, day + 1)
            for route in mine:
                if not route.stays:
                    self._forward(national, route, day + 2)

    def carry(self, origin: Place, destination: Place, pallets: Sequence[Pallet], day: int, arrival: int) -> None:
        """Ship whole pallets in the evening of ``day``; they are received in the morning of ``arrival``."""
        document = self.story.document(origin)
        goods = bodies.units(*(pallet.sscc for pallet in pallets))
        amounts = [(pallet.lot, pallet.pieces) for pallet in pallets]
        self.story.tell(
            self.story.at(day, 20),
            bodies.shipped(origin, destination, document, goods),
            *(books.left(lot, pieces, origin, destination) for lot, pieces in amounts),
        )
        self.story.tell(
            self.story.at(arrival, 9),
            bodies.received(origin, destination, document, goods),
            *(books.arrived(lot, pieces, destination) for lot, pieces in amounts),
        )

    def _forward(self, national: Place, route: Route, day: int) -> None:
        story, pallet = self.story, route.pallet
        regional = self.world.regionals[route.regional]
        kept = pallet.cases[: len(pallet.cases) - route.stolen]
        if route.stolen:
            self._carry_with_theft(national, regional, pallet, kept, day)
        else:
            self.carry(national, regional, [pallet], day, day + 1)
        story.tell(story.at(day + 1, 14), bodies.emptied(regional, pallet.sscc))
        groups = self._groups(pallet.lot, kept)
        for number, (cases, fate) in enumerate(groups):
            outlets = self.world.outlets[route.regional]
            outlet = outlets[self.turn[route.regional] % len(outlets)]
            self.turn[route.regional] += 1
            deliver(story, regional, outlet, cases, day + 2 + (number >= len(groups) // 2), fate)

    def _carry_with_theft(
        self, national: Place, regional: Place, pallet: Pallet, kept: Sequence[Case], day: int
    ) -> None:
        """The last cases are stolen on the road: the regional scans case by case, and the theft is reported."""
        story, lot, document = self.story, pallet.lot, self.story.document(national)
        taken = pallet.cases[len(kept) :]
        story.tell(
            story.at(day, 20),
            bodies.shipped(national, regional, document, bodies.units(pallet.sscc)),
            books.left(lot, pallet.pieces, national, regional),
        )
        story.tell(
            story.at(day + 1, 9),
            bodies.received(national, regional, document, bodies.units(*(case.sscc for case in kept))),
            books.arrived(lot, count(kept), regional),
        )
        story.tell(
            story.at(day + 1, 12),
            bodies.lost_under_way(national, regional, document, bodies.units(*(case.sscc for case in taken)), "stolen"),
            books.lost_on_the_way(lot, count(taken), regional),
        )

    def _groups(self, lot: Lot, cases: Sequence[Case]) -> list[tuple[Sequence[Case], str]]:
        """Split a pallet into deliveries of one to three cases, each with what becomes of it."""
        groups: list[tuple[Sequence[Case], str]] = []
        start = 0
        while start < len(cases):
            if lot.key in self.staged and self.acts:
                fate = self.acts.pop(0)
                size = 1 if fate == "over" else 2
            else:
                fate = self.story.rng.choice(ORDINARY)
                size = self.story.rng.choice((1, 2, 2, 3))
            groups.append((cases[start : start + size], fate))
            start += size
        return groups
