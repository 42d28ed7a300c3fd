"""An event as the fold takes it: numbers for identifiers, its place in the order, its items."""

from typing import NamedTuple

from trace.fold.contents import Item, Packing, Request
from trace.fold.order import OrderKey
from trace.fold.steps import PACKINGS, Verb


class FoldEvent(NamedTuple):
    """One event with everything that the derivation needs of it, and nothing else.

    ``items`` are the event's goods (or the children of a packing), ``inputs`` and ``outputs`` those of a
    transformation. ``transformation`` is the shared transformation ID, where there is one.
    """

    id: int
    key: OrderKey
    verb: Verb
    origin: int | None
    destination: int | None
    place: int | None
    parent: int | None
    transformation: int | None
    documents: frozenset[int]
    items: tuple[Item, ...]
    inputs: tuple[Item, ...]
    outputs: tuple[Item, ...]

    @property
    def packings(self) -> list[Packing]:
        """What this event does to containers; commissioning a container's identifier starts it anew (RULES 12)."""
        if self.verb in PACKINGS and self.parent is not None:
            return [Packing(self.key, self.id, self.parent, self.verb is Verb.PACK, self.items)]
        if self.verb is Verb.MAKE:
            return [
                Packing(self.key, self.id, item.instance, adds=False, items=(), renews=True)
                for item in self.items
                if item.instance is not None and item.batch is None
            ]
        return []

    def request(self) -> Request:
        """The goods to resolve: of a transformation its inputs, of an emptying what is inside, else its items."""
        items = self.inputs if self.verb is Verb.TRANSFORM else self.items
        if self.verb is Verb.UNPACK and not items and self.parent is not None:
            items = (Item(None, self.parent, None),)
        return Request(self.key, self.id, items, opens=self.verb not in (Verb.MAKE, Verb.RETIRE))

    def outputs_request(self) -> Request:
        """The goods that a transformation makes; new goods are never opened."""
        return Request(self.key, self.id, self.outputs, opens=False)
