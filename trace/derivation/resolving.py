"""What events move: their goods, with containers opened and serials' batches named (RULES 2, 10-13)."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.orm import Session

from trace.derivation.fold_input import load_packings, packings_of, serial_batches, unnamed_serials, with_batches
from trace.fold.contents import Line, Packing, resolve_lines
from trace.fold.event import FoldEvent
from trace.fold.steps import Verb


class Resolved:
    """The lines of events (of a transformation: its inputs), and the lines that transformations make."""

    def __init__(self, lines: Mapping[int, list[Line]], outputs: Mapping[int, list[Line]]) -> None:
        self.lines = lines
        self.outputs = outputs


def resolve_events(
    session: Session,
    events: Mapping[int, FoldEvent],
    known: Mapping[int, FoldEvent] = MappingProxyType({}),
    tells_empty: bool = False,
) -> Resolved:
    """Open containers and name serials' batches for ``events``, as of each event's own time.

    ``known`` are further events that need not be read back. With ``tells_empty`` a container inside another, of which
    nobody recorded that it holds anything, is a line too, as a batch of its own.
    """
    batches = serial_batches(session, unnamed_serials(events.values()))
    named = [with_batches(event, batches) for event in events.values()]
    requests = [event.request() for event in named]
    steps = load_packings(session, requests, {**known, **events})
    batches = serial_batches(session, unnamed_serials(steps.values()))
    packings = packings_of(with_batches(step, batches) for step in steps.values())
    if tells_empty:
        packings = [_as_goods(packing) for packing in packings]
    lines, _ = resolve_lines(packings, requests)
    makers = [event for event in named if event.verb is Verb.TRANSFORM]
    outputs, _ = resolve_lines((), [event.outputs_request() for event in makers])
    return Resolved(lines, {event.id: outputs.get(event.id, []) for event in named})


def _as_goods(packing: Packing) -> Packing:
    items = (item if item.batch is not None else item._replace(batch=item.instance) for item in packing.items)
    return packing._replace(items=tuple(items))
