"""Deliveries, batches held at places and transformations, as the record knows them, and the ways through them (pure).

A *delivery* is all movements of one batch between two places under the same documents. Goods pass from delivery to
delivery by the batch that is held at a place, and through transformations there. An event may state which deliveries
its goods came by (`trace.documents.SOURCE_DELIVERY`); then these and no others lead to it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from trace.fold.contents import Unit
from trace.fold.entries import Entry
from trace.movements import Movement, Place
from trace.sources.periods import Period
from trace.sources.ways import Assumptions, Delivery, Node, Ways, build_ways

Held = tuple[int, int]
"""(batch, place)."""

Link = tuple[Node, Node]
"""What leads to what."""


class Consigned(NamedTuple):
    """Which delivery: its ends, its batch and the documents that its events name, all by number."""

    origin: Place
    destination: Place
    batch: int
    documents: tuple[int, ...]

    @property
    def node(self) -> Node:
        """The delivery as a step."""
        return ("delivery", self)


@dataclass(slots=True)
class Moved:
    """What is known of a delivery: amounts by unit of measure, and the events of its departure and arrival."""

    amounts: dict[Unit, Movement] = field(default_factory=dict)
    departures: set[int] = field(default_factory=set)
    arrivals: set[int] = field(default_factory=set)


class Stock(NamedTuple):
    """A batch that was made (``entry`` MADE or YIELDED) or used up (CONSUMED) at a place."""

    entry: Entry
    batch: int
    place: int
    transformation: int | None
    event: int


@dataclass(slots=True)
class Network:
    """Everything that a key may see of the deliveries of some batches; plain values, no database behind them.

    ``stated`` are the documents of the deliveries that an event says its goods came by. ``kept`` are the places of
    which all records are there (``None``: all places). ``batches`` are those that were read, with their deliveries.
    """

    deliveries: dict[Consigned, Moved] = field(default_factory=dict)
    batches: dict[int, list[Consigned]] = field(default_factory=dict)
    stocks: list[Stock] = field(default_factory=list)
    stated: dict[int, set[int]] = field(default_factory=dict)
    dates: dict[int, Period | None] = field(default_factory=dict)
    kept: frozenset[int] | None = None
    postings: int = 0

    def by_document(self) -> dict[int, list[Consigned]]:
        """The deliveries under each document."""
        found: dict[int, list[Consigned]] = {}
        for one in self.deliveries:
            for document in one.documents:
                found.setdefault(document, []).append(one)
        return found


def holding(batch: int, place: int) -> Node:
    """A batch held at a place, as a step."""
    return ("held", (batch, place))


def as_delivery(network: Network, one: Consigned) -> Delivery:
    """The delivery as the walk takes it, with the dates that were read."""
    moved = network.deliveries[one]
    return Delivery(one, one.origin, one.destination, _when(network, moved.departures), _when(network, moved.arrivals))


def _when(network: Network, events: Iterable[int]) -> Period | None:
    period: Period | None = None
    for event in events:
        known = network.dates.get(event)
        if known is None:
            return None
        period = known if period is None else period | known
    return period


def ways_of(network: Network, assumptions: Assumptions, treated: Collection[Stock] = ()) -> Ways:
    """Return the ways on which goods went through the network.

    ``treated`` are inputs and outputs of transformations that removed the hazard: it does not pass by them.
    """
    held: set[Held] = set()
    links = [*_deliver(network, held), *_transform(network, held, treated)]
    links += _fill_gaps(network, held)
    for batch, place in held:
        node = holding(batch, place)
        links += [(("batch", batch), node), (node, ("of", batch)), (node, ("at", place))]
    deliveries = [as_delivery(network, one) for one in network.deliveries]
    return build_ways(deliveries, links, assumptions, {holding(*one): one[1] for one in held})


def _deliver(network: Network, held: set[Held]) -> Iterator[Link]:
    """A delivery brings its batch to a place, and takes it from one; or what it states that it came by leads to it."""
    coming = _coming(network)
    for one, moved in network.deliveries.items():
        yield ("batch", one.batch), one.node
        yield one.node, ("of", one.batch)
        if one.destination is not None:
            held.add((one.batch, one.destination))
            yield one.node, holding(one.batch, one.destination)
        if one.origin is None:
            continue
        stated = {document for event in moved.departures for document in network.stated.get(event, ())}
        if not stated:
            held.add((one.batch, one.origin))
            yield holding(one.batch, one.origin), one.node
        for document in stated:
            some = coming.get((document, one.origin), ())
            yield from ((other.node, one.node) for other in some if other != one)  # itself: it came by none


def _transform(network: Network, held: set[Held], treated: Collection[Stock]) -> Iterator[Link]:
    """RULES 20: every input may be in every output."""
    coming = _coming(network)
    for stock in network.stocks:
        held.add((stock.batch, stock.place))
        here = holding(stock.batch, stock.place)
        joined: Node = ("joined", stock.transformation)
        passes = stock.transformation is not None and stock not in treated
        if stock.entry is not Entry.CONSUMED:
            yield ("place", stock.place), here
            if passes:
                yield joined, here
            continue
        if not passes:
            continue
        named = network.stated.get(stock.event, ())
        if not named:
            yield here, joined
        for document in named:
            some = coming.get((document, stock.place), ())
            yield from ((other.node, joined) for other in some if other.batch == stock.batch)


def _coming(network: Network) -> dict[tuple[int, int], list[Consigned]]:
    """The deliveries under each document to each place."""
    found: dict[tuple[int, int], list[Consigned]] = {}
    for document, some in network.by_document().items():
        for one in some:
            if one.destination is not None:
                found.setdefault((document, one.destination), []).append(one)
    return found


def _fill_gaps(network: Network, held: set[Held]) -> Iterator[Link]:
    """Where a batch left a place that it never came to, it came there from wherever it was (a move not recorded).

    Only if its making is recorded elsewhere: else the place that nothing came to counts as its maker.
    """
    made: dict[int, set[int]] = {}
    for stock in network.stocks:
        if stock.entry is not Entry.CONSUMED:
            made.setdefault(stock.batch, set()).add(stock.place)
    came = {(one.batch, one.destination) for one in network.deliveries}
    gaps: set[int] = set()
    for batch, place in held:
        known = network.kept is None or place in network.kept
        if known and batch in made and place not in made[batch] and (batch, place) not in came:
            gaps.add(batch)
            yield ("anywhere", batch), holding(batch, place)
    for batch in gaps:
        yield from ((holding(batch, place), ("anywhere", batch)) for place in made[batch])
    yield from ((one.node, ("anywhere", one.batch)) for one in network.deliveries if one.batch in gaps)
