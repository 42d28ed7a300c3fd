"""The postings of events that need no other event to be understood: everything but movements between places."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from trace.fold.contents import Line, Unit
from trace.fold.entries import Entry
from trace.fold.event import FoldEvent
from trace.fold.steps import MOVEMENTS, Verb

_ENTRIES: dict[Verb, Entry] = {
    Verb.MAKE: Entry.MADE,
    Verb.SELL: Entry.SOLD,
    Verb.TAKE_BACK: Entry.RETURNED,
    Verb.DESTROY: Entry.DESTROYED,
    Verb.RETIRE: Entry.DESTROYED,
    Verb.LOSE: Entry.LOST,
    Verb.COUNT: Entry.COUNTED,
    Verb.NOTHING: Entry.SEEN,
    Verb.PACK: Entry.SEEN,
    Verb.UNPACK: Entry.SEEN,
}


class Simple(NamedTuple):
    """A posting where ``event`` happened; no ``quantity``: unknown. ``transformation`` ties inputs to outputs."""

    event: FoldEvent
    entry: Entry
    batch: int
    uom: Unit
    quantity: Decimal | None
    transformation: int | None = None


def post_event(event: FoldEvent, lines: Iterable[Line], outputs: Iterable[Line]) -> list[Simple]:
    """Return the postings of ``event``, given its resolved lines; lines of one batch are added up."""
    if event.verb is Verb.TRANSFORM:
        # Events without a transformation ID are each their own; negative numbers keep the two apart (RULES 20).
        joined = event.transformation if event.transformation is not None else -event.id
        return [
            *_post(event, Entry.CONSUMED, lines, joined),
            *_post(event, Entry.YIELDED, outputs, joined),
        ]
    entry = _ENTRIES.get(event.verb)
    if event.verb in MOVEMENTS and event.place not in (None, event.origin, event.destination):
        entry = Entry.SEEN  # a store that receives under its head office's number is an affected place too (RULES 7)
    return [] if entry is None else _post(event, entry, lines)


def _post(event: FoldEvent, entry: Entry, lines: Iterable[Line], transformation: int | None = None) -> list[Simple]:
    sums: dict[tuple[int, Unit], Decimal] = {}
    unknown: dict[tuple[int, Unit], None] = {}
    for line in lines:
        which = (line.batch, line.uom)
        if line.quantity is None:
            unknown[which] = None
        else:
            sums[which] = sums.get(which, Decimal(0)) + line.quantity
    return [
        *(Simple(event, entry, batch, uom, quantity, transformation) for (batch, uom), quantity in sums.items()),
        *(Simple(event, entry, batch, uom, None, transformation) for batch, uom in unknown),
    ]
