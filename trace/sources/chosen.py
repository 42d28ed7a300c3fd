"""Sources that are chosen, and what they reach: forward again under the same assumptions."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy.orm import Session

from trace.documents import document_uri
from trace.kit.auth import Principal
from trace.sources.bodies import ThingIn
from trace.sources.load import find_batches_at, find_batches_under
from trace.sources.named import Named
from trace.sources.network import Consigned, Network
from trace.sources.rows import Described, Forward, SourceRow, describe, order_key, scored
from trace.sources.scores import Case, Explained, set_bits
from trace.sources.ways import Node


@dataclass(frozen=True, slots=True)
class Source:
    """A place, a batch, or the deliveries under a document, by number; the others are None."""

    place: int | None = None
    batch: int | None = None
    document: int | None = None

    def nodes(self, under: Mapping[int, Sequence[Consigned]]) -> list[Node]:
        """The steps that it stands for."""
        if self.place is not None:
            return [("place", self.place)]
        if self.batch is not None:
            return [("batch", self.batch)]
        assert self.document is not None
        return [one.node for one in under.get(self.document, ())]


def read_source(thing: ThingIn, named: Named) -> Source:
    """Return what a body names as a source."""
    if thing.location is not None:
        return Source(place=named.numbers[thing.location])
    if thing.batch is not None:
        return Source(batch=named.numbers[thing.batch])
    assert thing.document is not None
    return Source(document=named.numbers[document_uri(thing.document)])


def source_of(node: Node) -> Source:
    """The source that a place or a batch is as a step."""
    kind, number = node
    assert kind in ("place", "batch")
    assert isinstance(number, int)
    return Source(place=number) if kind == "place" else Source(batch=number)


def find_source_batches(session: Session, source: Source) -> set[int]:
    """Return the batches that were at the source."""
    if source.place is not None:
        return find_batches_at(session, [source.place])
    if source.batch is not None:
        return {source.batch}
    assert source.document is not None
    return find_batches_under(session, [source.document])


def write_source(
    source: Source, explained: Explained, described: Described, under: Mapping[int, Sequence[Consigned]]
) -> SourceRow:
    """A source with the cases that it explains."""
    bits = 0
    for node in source.nodes(under):
        bits |= explained.of(node)
    return cast(
        SourceRow,
        {
            "location": None if source.place is None else described.places[source.place].ref,
            "batch": None if source.batch is None else described.batches[source.batch],
            "document": None if source.document is None else described.documents[source.document],
            **scored(explained, bits),
            "cases": list(set_bits(bits)),
        },
    )


def describe_with(
    session: Session,
    principal: Principal,
    source: Source,
    deliveries: Collection[Consigned],
    batches: Iterable[int] = (),
    places: Iterable[int] = (),
) -> Described:
    """As `trace.sources.rows.describe`, of a source too."""
    return describe(
        session,
        principal,
        deliveries,
        {*batches, *([] if source.batch is None else [source.batch])},
        {*places, *([] if source.place is None else [source.place])},
        [] if source.document is None else [source.document],
    )


def read_forward(
    session: Session, principal: Principal, source: Source, network: Network, explained: Explained
) -> Forward:
    """Return everything that the source reaches, itself left out, with the cases that were found there."""
    under = network.by_document()
    starts = source.nodes(under)
    reached = explained.ways.reached
    deliveries = cast(set[Consigned], reached(starts, "delivery"))
    batches = cast(set[int], reached(starts, "of")) - {source.batch}
    places = cast(set[int], reached(starts, "at")) - {source.place}
    described = describe_with(session, principal, source, deliveries, batches, places)
    found = _cases_by_step(explained.cases)

    def cases(*nodes: Node) -> list[int]:
        return sorted({case for node in nodes for case in found.get(node, ())})

    delivered: dict[Hashable, set[Node]] = {}
    for one in deliveries:
        if one.node in found:
            delivered.setdefault(one.destination, set()).add(one.node)
    return {
        "source": write_source(source, explained, described, under),
        "batches": _ordered({**described.batches[number], "cases": cases(("of", number))} for number in batches),
        "movements": _ordered({**described.movement(one), "cases": cases(one.node)} for one in deliveries),
        "locations": _ordered(
            {**described.place(number), "cases": cases(("at", number), *delivered.get(number, ()))} for number in places
        ),
    }


def _cases_by_step(cases: Iterable[Case]) -> dict[Node, list[int]]:
    found: dict[Node, list[int]] = {}
    for number, case in enumerate(cases):
        for node in case.nodes:
            found.setdefault(node, []).append(number)
    return found


def _ordered(rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    """Those without a case first: nobody has looked there yet."""
    return sorted(rows, key=lambda row: (bool(row["cases"]), *order_key(row)))
