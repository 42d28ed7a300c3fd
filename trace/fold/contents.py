"""What each event moves: its items, with containers opened as they were packed at the event's time (RULES 2, 10-13).

Packing events and the events to be resolved are replayed together in the order of the fold, so a packing captured
late fills an earlier shipment and a reused container holds what was in it at that moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from trace.fold.order import OrderKey

Unit = str
"""Unit of measure; the empty text is pieces."""


class Item(NamedTuple):
    """One entry of an event's lists.

    ``batch`` is the batch (or, where no lot is known, the item class) of a trade item; ``None`` for containers and
    assets, which are opened instead. ``instance`` is set for a serial or container. ``quantity`` ``None`` is unknown.
    """

    batch: int | None
    instance: int | None
    quantity: Decimal | None
    uom: Unit = ""

    @property
    def is_box(self) -> bool:
        """Whether it is a container and no goods if it has contents: not goods, or of a scheme that does not tell."""
        return self.batch is None or self.batch == self.instance


class Packing(NamedTuple):
    """One effective packing step: ``items`` go into ``parent``, come out of it, or (``renews``) it starts anew."""

    key: OrderKey
    event: int
    parent: int
    adds: bool
    items: tuple[Item, ...]
    renews: bool = False

    @property
    def empties(self) -> bool:
        """RULES 10: DELETE without children empties the container; so does commissioning its identifier anew."""
        return self.renews or (not self.adds and not self.items)


class Request(NamedTuple):
    """An event whose items are to be resolved; ``opens`` is false where containers stay closed (commissioning)."""

    key: OrderKey
    event: int
    items: tuple[Item, ...]
    opens: bool = True


class Line(NamedTuple):
    """An amount of one batch that an event moves; ``instance`` is the serial or the innermost container."""

    batch: int
    uom: Unit
    quantity: Decimal | None
    instance: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """RULES 11: ``event`` packed ``instance`` into another container without taking it out of ``parent`` first."""

    event: int
    instance: int
    parent: int


@dataclass(slots=True)
class _Inside:
    instances: dict[int, Item] = field(default_factory=dict)
    amounts: dict[tuple[int, Unit], Decimal | None] = field(default_factory=dict)


class _Store:
    """The contents of every container at one moment of the replay."""

    def __init__(self) -> None:
        self.inside: dict[int, _Inside] = {}
        self.container_of: dict[int, int] = {}
        self.moved: list[Moved] = []

    def apply(self, packing: Packing) -> None:
        inside = self.inside.setdefault(packing.parent, _Inside())
        if packing.empties:
            for instance in inside.instances:
                self.container_of.pop(instance, None)
            self.inside[packing.parent] = _Inside()
            return
        for item in packing.items:
            if item.instance is not None:
                self._apply_instance(packing, item, item.instance)
            elif item.batch is not None:
                _apply_amount(inside, packing.adds, (item.batch, item.uom), item.quantity)

    def _apply_instance(self, packing: Packing, item: Item, instance: int) -> None:
        before = self.container_of.get(instance)
        if before is not None and (packing.adds or before == packing.parent):
            if packing.adds and before != packing.parent:
                self.moved.append(Moved(packing.event, instance, before))
            self.inside[before].instances.pop(instance, None)
            del self.container_of[instance]
        if packing.adds:
            self.inside[packing.parent].instances[instance] = item
            self.container_of[instance] = packing.parent

    def lines(self, request: Request) -> list[Line]:
        """Resolve one event's items; whatever is listed twice counts once (RULES 13)."""
        seen: set[int] = set()
        lines: list[Line] = []
        listed: dict[tuple[int, Unit], Decimal | None] = {}
        for item in request.items:
            if item.instance is not None:
                self._open(item, request.opens, seen, lines)
            elif item.batch is not None:
                which = (item.batch, item.uom)
                known = listed.get(which, Decimal(0))
                listed[which] = None if known is None or item.quantity is None else known + item.quantity
        contained: dict[tuple[int, Unit], Decimal] = {}
        for line in lines:
            which = (line.batch, line.uom)
            contained[which] = contained.get(which, Decimal(0)) + (line.quantity or 0)
        for (batch, uom), quantity in listed.items():
            inside = contained.get((batch, uom), Decimal(0))
            if quantity is None and not inside:
                lines.append(Line(batch, uom, None))
            elif quantity is not None and (quantity > inside or not inside):
                lines.append(Line(batch, uom, quantity - inside))
        return lines

    def _open(self, root: Item, opens: bool, seen: set[int], lines: list[Line]) -> None:
        stack = [root]
        while stack:  # RULES 11: a container may not contain itself, however deep; `seen` ends such a loop
            item = stack.pop()
            assert item.instance is not None
            if item.instance in seen:
                continue
            seen.add(item.instance)
            inside = self.inside.get(item.instance) if opens else None
            holds = inside is not None and bool(inside.instances or inside.amounts)
            # a case with a serial of its own is goods too: its batch moves with it, whatever is inside
            if item.batch is not None and not (holds and item.is_box):
                lines.append(Line(item.batch, item.uom, item.quantity, item.instance))
            if inside is not None:
                stack.extend(reversed(inside.instances.values()))
                lines.extend(
                    Line(batch, uom, quantity, item.instance) for (batch, uom), quantity in inside.amounts.items()
                )


def _apply_amount(inside: _Inside, adds: bool, which: tuple[int, Unit], quantity: Decimal | None) -> None:
    if adds:
        known = inside.amounts.get(which, Decimal(0))
        inside.amounts[which] = None if known is None or quantity is None else known + quantity
        return
    known = inside.amounts.get(which)
    if quantity is None or (known is not None and known <= quantity):
        inside.amounts.pop(which, None)  # all of it came out; a container cannot hold less than nothing
    elif known is not None:
        inside.amounts[which] = known - quantity


def resolve_lines(
    packings: Iterable[Packing], requests: Sequence[Request]
) -> tuple[dict[int, list[Line]], list[Moved]]:
    """Return the lines of each request by event, and the moves between containers seen on the way.

    ``packings`` must hold every packing step of every container that a request can reach, in any order.
    """
    store = _Store()
    resolved: dict[int, list[Line]] = {}
    # an emptying names what it takes out: events are resolved before what they do themselves
    steps: list[Packing | Request] = [*requests, *packings]
    steps.sort(key=lambda step: step.key)
    for step in steps:
        if isinstance(step, Packing):
            store.apply(step)
        else:
            resolved[step.event] = store.lines(step)
    return resolved, store.moved
