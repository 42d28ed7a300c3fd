"""A way through the network told as what happened: made, moved, transformed, mixed (pure)."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from trace.fold.entries import Entry
from trace.movements import Place
from trace.sources.network import Consigned, Network, holding
from trace.sources.ways import Node

StepKind = Literal["making", "movement", "transformation", "mixing", "unrecorded_move"]


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to ``batch`` between two places, or at one place (both the same), by number.

    ``used`` is the batch that went in where another came out. ``events`` tell of it; of a mixing place and of a move
    that nobody recorded there are none.
    """

    kind: StepKind
    origin: Place
    destination: Place
    batch: int
    used: int | None = None
    delivery: Consigned | None = None
    events: frozenset[int] = frozenset()


@dataclass(slots=True)
class StockEvents:
    """The events by which batches were made or used up."""

    made: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    joined: dict[tuple[Hashable, int], set[int]] = field(default_factory=dict)


def index_stocks(network: Network) -> StockEvents:
    """Return the events of making by (batch, place), and of transformations by (transformation, batch)."""
    found = StockEvents()
    for stock in network.stocks:
        if stock.entry is not Entry.CONSUMED:
            found.made.setdefault((stock.batch, stock.place), set()).add(stock.event)
        if stock.transformation is not None:
            found.joined.setdefault((stock.transformation, stock.batch), set()).add(stock.event)
    return found


def beginnings(network: Network, batch: int) -> list[Node]:
    """Where the goods of a batch began: where they were made; if nobody recorded that, where none came before."""
    made = {stock.place for stock in network.stocks if stock.batch == batch and stock.entry is not Entry.CONSUMED}
    moved = network.batches.get(batch, ())
    if not made:
        made = {one.origin for one in moved if one.origin is not None} - {one.destination for one in moved}
    return [holding(batch, place) for place in sorted(made)]


def tell_steps(network: Network, stocks: StockEvents, nodes: Sequence[Node]) -> Iterator[Step]:
    """Yield what happened on a way, in its order."""
    place: Place = None
    batch: int | None = None
    between: Node | None = None  # a transformation, a mixing place or a gap since the last batch at a place
    for index, (kind, name) in enumerate(nodes):
        if kind in ("joined", "mixed", "anywhere"):
            between = (kind, name)
        elif kind == "place":
            place = _number(name)
        elif kind == "batch":
            batch = _number(name)
        elif kind == "held":
            there, here = _held(name)
            if between is not None and between[0] == "joined":
                events = stocks.joined.get((between[1], there), set()) | _used(stocks, between[1], batch)
                yield Step("transformation", here, here, there, batch, events=frozenset(events))
            elif between is not None:
                yield Step("unrecorded_move", place, here, there)
            elif index == 0 or nodes[index - 1][0] == "place":
                yield from _making(stocks, there, here)
            place, batch, between = here, there, None
        elif isinstance(name, Consigned):
            if between is not None:
                yield Step("mixing", name.origin, name.origin, name.batch, batch)
            moved = network.deliveries[name]
            yield Step(
                "movement",
                name.origin,
                name.destination,
                name.batch,
                delivery=name,
                events=frozenset(moved.departures | moved.arrivals),
            )
            place, batch, between = name.destination, name.batch, None


def _making(stocks: StockEvents, batch: int, place: int) -> Iterable[Step]:
    events = stocks.made.get((batch, place))
    return [Step("making", place, place, batch, events=frozenset(events))] if events else []


def _used(stocks: StockEvents, transformation: Hashable, batch: int | None) -> set[int]:
    return stocks.joined.get((transformation, batch), set()) if batch is not None else set()


def _number(name: Hashable) -> int:
    assert isinstance(name, int)
    return name


def _held(name: Any) -> tuple[int, int]:
    batch, place = name
    return batch, place
