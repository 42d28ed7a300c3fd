"""The made-up chain: two farms, a sugar mill, a dairy, an ice-cream factory with its contract packer, 84 outlets.

Everything follows from a seed and a first day; nothing reads the clock. The story is cut off early on a morning, so
at its end some goods are sold, some on the shelf and some on the road, as on any real day.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from demo.books import ZERO
from demo.distribution import Distribution, plan_routes
from demo.making import haul, make, new_lot, pack, pieces_of, throw_away, transform
from demo.story import BEIJING, Pallet, Story
from demo.values import Chain, Happening, Lot
from demo.world import World, build_world
from trace.epcis.names import EPCIS_CONTEXT
from trace.kit import strict_json

FIRST_DAY = date(2026, 10, 1)
LAST_DAY = 33
END_HOUR = 7  # the vans have left the warehouses, and nobody has received them yet
ROUNDS = 10
RECALLED_ROUND = 7
CARRIED = frozenset({2, RECALLED_ROUND})
"""Rounds after which milk of the first farm stays in the tank and goes into the next plain yogurt."""
BLENDED = frozenset({3, RECALLED_ROUND})
"""Rounds in which the mango yogurt takes milk of both farms."""
SEED = 952
CASES_PER_PALLET = 15
LATE_PACKING_DAYS = 9
REPORTS_WEEKLY = 5
"""The regional distributor (North-west) whose events come once a week: after what its customers receive."""

MILK_LOST = Decimal("1.5")
SAMPLE = Decimal("2.0")
WASTE = Decimal("1.5")


def build_chain(first_day: date = FIRST_DAY, seed: int = SEED, cases_per_pallet: int = CASES_PER_PALLET) -> Chain:
    """Return the whole demonstration; fewer ``cases_per_pallet`` (at least 6) make a smaller one of the same shape.

    Raises ValueError for fewer than 6: the recall could not show every case.
    """
    if cases_per_pallet < 6:
        raise ValueError(f"Cannot build the chain: expected at least 6 cases on a pallet, got {cases_per_pallet}.")
    rng = Random(seed)
    world = build_world(rng)
    story = Story(first_day, end_of(first_day), rng)
    affected = _Makers(story, world, cases_per_pallet).tell()
    weekly = world.regionals[REPORTS_WEEKLY].uri
    happenings = [
        replace(one, reported=_end_of_week(one, story)) if one.body["readPoint"]["id"] == weekly else one
        for one in story.happenings
    ]
    made = {move.batch for one in happenings for move in one.moves if move.debit[0] == "produced"}
    return Chain(
        firms=world.firms,
        places=world.places,
        products=world.products,
        lots=tuple(lot for lot in story.lots if lot.key in made),
        happenings=tuple(sorted(happenings, key=lambda one: one.reported)),  # ties stay in the order of telling
        recalled=affected[0],
        affected=affected,
        first_day=first_day,
        end=story.end,
    )


def end_of(first_day: date) -> datetime:
    """Return the moment at which a chain that begins on ``first_day`` is cut off."""
    return datetime.combine(first_day + timedelta(days=LAST_DAY), time(END_HOUR), BEIJING)


def write_documents(chain: Chain, size: int = 500) -> Iterator[bytes]:
    """Yield the events as EPCIS 2.0 JSON documents of at most ``size`` events, in the order of capture."""
    for start in range(0, len(chain.happenings), size):
        some = chain.happenings[start : start + size]
        yield strict_json.dumps(
            {
                "@context": [EPCIS_CONTEXT],
                "type": "EPCISDocument",
                "schemaVersion": "2.0",
                "creationDate": some[-1].reported.isoformat(),
                "epcisBody": {"eventList": [one.body for one in some]},
            }
        )


def _end_of_week(one: Happening, story: Story) -> datetime:
    week = (one.at.date() - story.first_day).days // 7 + 1
    return min(datetime.combine(story.first_day + timedelta(days=7 * week), time(), BEIJING), story.end)


def _kg(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class _Recipe:
    """Kilograms that one lot of each product takes."""

    plain_first: Decimal
    plain_second: Decimal
    plain_sugar: Decimal
    carried: Decimal
    mango: Decimal
    mango_blend: Decimal
    mango_sugar: Decimal
    bulk: Decimal
    bulk_milk: Decimal
    bulk_sugar: Decimal


class _Makers:
    """Ten rounds of milking and making, three days apart."""

    def __init__(self, story: Story, world: World, cases_per_pallet: int) -> None:
        self.story = story
        self.world = world
        self.size = cases_per_pallet
        self.recipe = self._weigh()
        self.staged: set[tuple[str, str]] = {(world.plain.gtin14, f"PY-{RECALLED_ROUND + 1:02d}")}
        self.distribution = Distribution(story, world, self.staged)
        self.carried: Lot | None = None
        self.affected: list[Lot] = []

    def tell(self) -> tuple[Lot, ...]:
        """Tell the whole story; return the recalled milk and every batch made from it."""
        for number in range(ROUNDS):
            if number % 5 == 0:
                self.sugar = self._deliver_sugar(number)
            self._tell_round(number, 3 * number + 1)
        return tuple(self.affected)

    def _weigh(self) -> _Recipe:
        cups = pieces_of(self.world.plain, 3, self.size)
        yogurt = cups * Decimal("0.18")
        bulk = _kg(pieces_of(self.world.cups, 4, self.size) * Decimal("0.075")) + WASTE
        first = _kg(yogurt * Decimal("0.70"))
        return _Recipe(
            first, _kg(yogurt * Decimal("0.22")), _kg(yogurt * Decimal("0.08")), _kg(first * Decimal("0.4")),
            _kg(yogurt * Decimal("0.80")), _kg(yogurt * Decimal("0.30")), _kg(yogurt * Decimal("0.08")),
            bulk, _kg(bulk * Decimal("0.70")), _kg(bulk * Decimal("0.20")),
        )  # fmt: skip

    def _deliver_sugar(self, number: int) -> Lot:
        world, recipe = self.world, self.recipe
        dairy = 5 * (recipe.plain_sugar + recipe.mango_sugar) + 20
        factory = 3 * recipe.bulk_sugar + 10
        day = max(3 * number - 2, 0)
        sugar = new_lot(self.story, world.sugar, f"S-{number // 5 + 1:02d}", dairy + factory, world.mill, day, 700)
        make(self.story, sugar, day, 3)
        haul(self.story, sugar, dairy, (world.mill, world.dairy), day, (5, 20))
        haul(self.story, sugar, factory, (world.mill, world.ice_cream), day, (5, 20))
        return sugar

    def _tell_round(self, number: int, day: int) -> None:
        first, second = self._milk(number, day)
        plain = self._plain(number, day + 1, first, second)
        mango = self._mango(number, day + 1, first, second)
        late = {1: LATE_PACKING_DAYS} if number == RECALLED_ROUND else {}
        routes = [
            *plan_routes(pack(self.story, plain, 3, self.size, day + 1, late), number, number),
            *plan_routes(pack(self.story, mango, 3, self.size, day + 1), number, number + 3),
        ]
        if number == RECALLED_ROUND:
            routes[0] = replace(routes[0], stolen=1)
            routes[-1] = replace(routes[-1], stays=True)
        self.distribution.distribute(self.world.dairy, routes, day + 1)
        made = [first, plain, mango]
        if number % 2:
            made += self._ice_cream(number, day, first)
        if number == RECALLED_ROUND:
            self.affected += made
        elif number == RECALLED_ROUND + 1:
            self.affected.append(plain)  # the milk that was carried over
        self.carried = first if number in CARRIED else None

    def _milk(self, number: int, day: int) -> tuple[Lot, Lot]:
        world, recipe, story = self.world, self.recipe, self.story
        blend = recipe.mango_blend if number in BLENDED else ZERO
        spilt = MILK_LOST if number == RECALLED_ROUND else ZERO
        keeps_over = recipe.carried if number in CARRIED else ZERO
        from_tank = recipe.carried if self.carried else ZERO
        dairy = recipe.plain_first - from_tank + blend + keeps_over + SAMPLE + spilt
        factory = recipe.bulk_milk + SAMPLE if number % 2 else ZERO
        first = new_lot(story, world.milks[0], f"GR-{number + 1:02d}", dairy + factory, world.farms[0], day, 4)
        amount = recipe.plain_second + recipe.mango - blend + SAMPLE
        second = new_lot(story, world.milks[1], f"WC-{number + 1:02d}", amount, world.farms[1], day, 4)
        for lot in (first, second):
            make(story, lot, day, 5)
        haul(story, first, dairy, (world.farms[0], world.dairy), day, (6, 9), spilt)
        haul(story, second, amount, (world.farms[1], world.dairy), day, (6, 10))
        for lot in (first, second):
            throw_away(story, lot, SAMPLE, world.dairy, day, 13)
        if factory:
            haul(story, first, factory, (world.farms[0], world.ice_cream), day, (6, 12))
            throw_away(story, first, SAMPLE, world.ice_cream, day, 14)
        return first, second

    def _plain(self, number: int, day: int, first: Lot, second: Lot) -> Lot:
        recipe = self.recipe
        plain = self._cups("PY", number, day)
        from_tank = [(self.carried, recipe.carried)] if self.carried else []
        rest = recipe.plain_first - sum((quantity for _, quantity in from_tank), ZERO)
        inputs = [*from_tank, (first, rest), (second, recipe.plain_second), (self.sugar, recipe.plain_sugar)]
        transform(self.story, inputs, plain, day, 14)
        return plain

    def _mango(self, number: int, day: int, first: Lot, second: Lot) -> Lot:
        recipe = self.recipe
        mango = self._cups("MY", number, day)
        blend = [(first, recipe.mango_blend)] if number in BLENDED else []
        rest = recipe.mango - sum((quantity for _, quantity in blend), ZERO)
        transform(self.story, [*blend, (second, rest), (self.sugar, recipe.mango_sugar)], mango, day, 14)
        return mango

    def _cups(self, letters: str, number: int, day: int) -> Lot:
        product = self.world.plain if letters == "PY" else self.world.mango
        pieces = pieces_of(product, 3, self.size)
        return new_lot(self.story, product, f"{letters}-{number + 1:02d}", pieces, self.world.dairy, day, 21)

    def _ice_cream(self, number: int, day: int, milk: Lot) -> list[Lot]:
        """Frozen in bulk, packed by the contract packer, and back to the factory's own dock."""
        story, world, recipe = self.story, self.world, self.recipe
        bulk = new_lot(story, world.bulk, f"IB-{number + 1:02d}", recipe.bulk, world.ice_cream, day + 1, 365)
        transform(story, [(milk, recipe.bulk_milk), (self.sugar, recipe.bulk_sugar)], bulk, day + 1, 13)
        haul(story, bulk, bulk.quantity, (world.ice_cream, world.packer), day + 2, (7, 15))
        pieces = pieces_of(world.cups, 4, self.size)
        cups = new_lot(story, world.cups, f"IC-{number + 1:02d}", pieces, world.packer, day + 3, 365)
        transform(story, [(bulk, bulk.quantity - WASTE)], cups, day + 3, 10)
        throw_away(story, bulk, WASTE, world.packer, day + 3, 12)
        pallets: tuple[Pallet, ...] = pack(story, cups, 4, self.size, day + 3)
        self.distribution.carry(world.packer, world.ice_cream, pallets, day + 4, day + 5)
        self.distribution.distribute(world.ice_cream, plan_routes(pallets, number, number + 4), day + 6)
        return [bulk, cups]
