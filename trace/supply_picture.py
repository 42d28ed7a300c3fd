"""The picture of where a set of batches went: which places are its nodes, what they are called, and their units.

Figures are those of the tally (RULES 8), added up by node; the same postings give the same picture.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from trace.answers import Place, exact
from trace.fold.contents import Unit
from trace.kit.errors import NotFound
from trace.kit.formats import Language
from trace.picture.fold import Group, Spot, fold, open_group
from trace.picture.model import Evidence, Link, Node, State, SupplyView
from trace.picture.sums import LinkSum, NodeSum, neighbours, sum_links, sum_nodes
from trace.picture.words import say, say_fold, say_tier
from trace.postings import NOWHERE
from trace.regions import name_region
from trace.supply_graph import Supply
from trace.tally import PlaceTable, table_places
from trace.walk import leading_to

ZERO = Decimal(0)

UNREACHED = -1

SENDER, RECEIVER = "sender", "receiver"
"""The nodes of goods whose other end nobody recorded."""


class NothingToShow(NotFound):
    """The picture has no such group or unit of measure."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which picture: in ``uom`` (``None``: the one that most places have), narrowed to the group ``opened``.

    ``describe`` says what the reader may know of places: their names, kinds and regions. ``link_place`` and
    ``link_group`` give the address behind a node, from the place or the group's key.
    """

    language: Language
    describe: Callable[[Collection[int]], Mapping[int, Place]]
    uom: Unit | None = None
    opened: str = ""
    link_place: Callable[[Place], str] = lambda _place: ""
    link_group: Callable[[str], str] = lambda _key: ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A view, and the units of measure in which there is one, the usual first."""

    view: SupplyView
    units: tuple[Unit, ...]


def picture_supply(supply: Supply, asked: Asked) -> Picture:
    """Return the picture of a supply graph. Raises NothingToShow (404) for a group or unit that it has not."""
    table = table_places(supply.postings)
    units = units_of(table, supply)
    if not units:
        return Picture(SupplyView(asked.uom or "", (), (), ()), ())
    uom = units[0] if asked.uom is None else asked.uom
    if uom not in units:
        raise NothingToShow(f"Expected one of the units of measure {list(units)}, got {uom!r}.")
    tiers = _tiers(supply, table, uom)
    columns = sorted(set(tiers.values()))
    places = asked.describe(tiers.keys())
    spots = _spots(places, tiers, {tier: at for at, tier in enumerate(columns)})
    focus = open_group(spots, asked.opened) if asked.opened else None
    if focus is not None and not focus:
        raise NothingToShow(f"Expected a group of this picture, got {asked.opened[:60]!r}.")
    drawn = _fold(spots, supply, focus, asked.opened)
    view = _Builder(supply, table, uom, asked, places, drawn, focus).build(spots, columns)
    return Picture(view, units)


def units_of(table: PlaceTable, supply: Supply) -> tuple[Unit, ...]:
    """Return the units of measure of the places, the one that most of them have first."""
    counts = dict(zip(table.units, np.bincount(table.uom, minlength=len(table.units)).tolist(), strict=True))
    for _place, uom in supply.possible.places:
        counts[uom] = counts.get(uom, 0) + 1
    return tuple(sorted((uom for uom, count in counts.items() if count), key=lambda uom: (-counts[uom], uom)))


def _tiers(supply: Supply, table: PlaceTable, uom: Unit) -> dict[int, int]:
    """The column's tier of each place that has the unit of measure; those that nothing leads to have −1.

    They stand before the makers where they sent something, since what they sent came from somewhere; else last.
    """
    code = table.units.index(uom) if uom in table.units else NOWHERE
    numbers = table.number[table.uom == code]
    places = supply.postings.ends.places
    found = dict(zip(numbers.tolist(), supply.levels[np.searchsorted(places, numbers)].tolist(), strict=True))
    for place, unit in supply.possible.places:
        if unit == uom:
            found.setdefault(place, UNREACHED)
    lost = [place for place, tier in found.items() if tier == UNREACHED]
    if lost and not np.isin(supply.postings.origin, lost).any():
        last = max(found.values()) + 1
        found |= dict.fromkeys(lost, last + _LAST)
    return found


_LAST = 1_000_000
"""Added to the tier of places that stand last because nothing leads to them."""


def _spots(places: Mapping[int, Place], tiers: Mapping[int, int], column_of: Mapping[int, int]) -> list[Spot]:
    return [
        Spot(number, column_of[tier], places[number].kind or "other", places[number].region or "")
        for number, tier in tiers.items()
    ]


def _fold(spots: list[Spot], supply: Supply, focus: set[int] | None, opened: str) -> dict[int, str | Group]:
    if focus is None:
        return fold(spots)
    near = neighbours(supply.postings, focus) - focus
    return {
        **fold(spot for spot in spots if spot.number in near),
        **fold((spot for spot in spots if spot.number in focus), within=opened),
    }


@dataclass
class _Builder:
    """Puts nodes and links together."""

    supply: Supply
    table: PlaceTable
    uom: Unit
    asked: Asked
    places: Mapping[int, Place]
    drawn: Mapping[int, str | Group]
    focus: set[int] | None

    def build(self, spots: list[Spot], columns: list[int]) -> SupplyView:
        """Return the view."""
        keys = sorted({_key(one) for one in self.drawn.values()})
        position = {key: at for at, key in enumerate(keys)}
        node_of = {number: position[_key(one)] for number, one in self.drawn.items()}
        code = self.table.units.index(self.uom) if self.uom in self.table.units else NOWHERE
        sums: list[NodeSum | None] = [None] * len(keys)
        links: list[LinkSum] = []
        if code != NOWHERE:
            sums = [*sum_nodes(self.supply.postings, self.table, code, node_of, len(keys), self.supply.seeds)]
            links = sum_links(self.supply.postings, code, node_of, len(keys), self.supply.seeds, self.focus)
        column_of = {spot.number: spot.column for spot in spots}
        nodes = self._nodes(keys, node_of, column_of, sums)
        nodes += self._unrecorded(links, len(keys), len(columns))
        if self.focus is not None:
            nodes = _only_shown(nodes, links, [*keys, SENDER, RECEIVER], self.focus, self.drawn)
        return SupplyView(
            self.uom, self._heads(columns), tuple(nodes), self._links(nodes, links, [*keys, SENDER, RECEIVER])
        )

    def _heads(self, columns: list[int]) -> tuple[str, ...]:
        return tuple(
            say("unreached", self.asked.language) if tier < 0 or tier >= _LAST else say_tier(tier, self.asked.language)
            for tier in columns
        )

    def _nodes(
        self, keys: list[str], node_of: Mapping[int, int], column_of: Mapping[int, int], sums: list[NodeSum | None]
    ) -> list[Node]:
        members: dict[int, list[int]] = {}
        for number, at in node_of.items():
            members.setdefault(at, []).append(number)
        found = []
        for at, key in enumerate(keys):
            some = members[at]
            group = self.drawn[some[0]]
            if isinstance(group, Group):
                region = name_region(group.region, self.asked.language)
                name = say_fold(len(some), group.kind, region, self.asked.language)
                link = self.asked.link_group(key)
            else:
                place = self.places[some[0]]
                name, link = name_place(place, self.asked.language), self.asked.link_place(place)
            found.append(self._node(key, name, link, column_of[some[0]], some, sums[at]))
        return found

    def _node(self, key: str, name: str, link: str, column: int, some: list[int], total: NodeSum | None) -> Node:
        possible = [self.supply.possible.places.get((number, self.uom)) for number in some]
        widened = any(one is not None and one.upper != 0 for one in possible)
        if total is None or not any(self.supply.evidence.get(number) != "possible" for number in some):
            state: State = "out" if widened else "back"
            return Node(key, name, column, None, state, "possible", {}, False, len(some), None, link)
        figures = {figure: exact(quantity) for figure, quantity in total.figures.items()}
        units = exact(figures["produced"] + figures["received"] + figures["in_transit"])
        evidence: Evidence = "certain" if total.named else "derived"
        state = "out" if widened else state_of(figures, total.complete)
        shown = None if units == 0 and not total.complete else units
        first = None if total.first is None else _EPOCH + timedelta(microseconds=total.first)
        return Node(key, name, column, shown, state, evidence, figures, total.complete, len(some), first, link)

    def _unrecorded(self, links: list[LinkSum], size: int, columns: int) -> list[Node]:
        """The nodes of goods of which only one end is recorded, if there are any."""
        language, found = self.asked.language, []
        sent = [link for link in links if link.origin == size]
        came = [link for link in links if link.target == size + 1]
        for key, word, column, some in ((SENDER, "from_nowhere", 0, sent), (RECEIVER, "to_nowhere", columns - 1, came)):
            if some:
                units = sum((max(link.shipped, link.received) for link in some), ZERO)
                state: State = "out" if key == RECEIVER else "back"
                whole = all(link.complete for link in some)
                found.append(Node(key, say(word, language), column, exact(units), state, "certain", {}, whole))
        return found

    def _links(self, nodes: list[Node], links: list[LinkSum], keys: list[str]) -> tuple[Link, ...]:
        column_of = {node.key: node.column for node in nodes}
        states = {node.key: node.state for node in nodes}
        named = [(keys[link.origin], keys[link.target], link) for link in links]
        named = [one for one in named if one[0] in column_of and one[1] in column_of]
        onward = [(begin, end) for begin, end, _ in named if column_of[begin] <= column_of[end]]
        reach: dict[State, set[str]] = {
            wanted: leading_to(onward, [key for key, state in states.items() if state == wanted])
            for wanted in ("out", "sold")
        }
        found = []
        for begin, end, link in named:
            state: State = "out" if end in reach["out"] else "sold" if end in reach["sold"] else "back"
            if column_of[begin] > column_of[end]:
                state = "back"
            found.append(
                Link(
                    begin,
                    end,
                    exact(link.shipped),
                    exact(link.received),
                    state,
                    "certain" if link.named else "derived",
                    link.complete,
                    link.times,
                )
            )
        return tuple(found)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def state_of(figures: Mapping[str, Decimal], complete: bool) -> State:
    """Return where a node stands: goods are (or may be) there or coming; none are left and some were sold; neither."""
    if figures["on_hand"] > 0 or figures["in_transit"] > 0 or not complete:
        return "out"
    return "sold" if figures["sold"] > 0 else "back"


def name_place(place: Place, language: Language) -> str:
    """What a place is called, else its number."""
    name = place.name_en if language == "en" and place.name_en else place.name
    return name or place.gln or place.id


def _key(node: str | Group) -> str:
    return node if isinstance(node, str) else node.key


def _only_shown(
    nodes: list[Node], links: list[LinkSum], keys: list[str], focus: set[int], drawn: Mapping[int, str | Group]
) -> list[Node]:
    """Of a narrowed picture, neighbours have the units that moved between them and the places it is narrowed to."""
    inside = {_key(drawn[number]) for number in focus}
    moved: dict[str, list[LinkSum]] = {}
    for link in links:
        for key in {keys[link.origin], keys[link.target]}:
            moved.setdefault(key, []).append(link)
    found = []
    for node in nodes:
        if node.key in inside:
            found.append(node)
        elif node.key in moved:
            units = sum((max(link.shipped, link.received) for link in moved[node.key]), ZERO)
            found.append(
                replace(node, units=exact(units), figures={}, complete=all(one.complete for one in moved[node.key]))
            )
    return found
