"""The shapes in which sources, what they reach and the ways between are answered, and how they are written."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NotRequired

from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from trace.answers import BatchRef, Number, Place, PlaceRef, describe_batches, describe_places
from trace.documents import document_number
from trace.identifiers import find_values
from trace.kit.auth import Principal
from trace.sources.network import Consigned
from trace.sources.scores import Explained
from trace.sources.steps import StepKind
from trace.vocabulary import name_places

# -- what leads to the cases -------------------------------------------------------------------------------------


class ScoredBatch(TypedDict):
    """A batch; ``score`` is the weight of the cases that it can explain ÷ the weight of all."""

    id: str
    gtin: str | None
    lot: str | None
    score: float
    explains_all: bool


ScoredMovement = TypedDict(
    "ScoredMovement",
    {
        "documents": list[str],
        "from": str | None,
        "to": str | None,
        "from_id": str | None,
        "to_id": str | None,
        "id": str,
        "gtin": str | None,
        "lot": str | None,
        "score": float,
        "explains_all": bool,
    },
)
"""What moved of one batch between two places under the same documents; ``from`` and ``to`` are GLNs."""


class ScoredPlace(TypedDict):
    """A place and what left it."""

    id: str
    gln: str | None
    name: str | None
    score: float
    explains_all: bool


class ScoredParty(TypedDict):
    """A firm, by all its places; ``id`` is its USCC, else its GLN."""

    id: str
    name: str
    score: float
    explains_all: bool


# -- what a source reaches ---------------------------------------------------------------------------------------


class SourceRow(TypedDict):
    """A chosen source: a place, a batch, or what was delivered under a document; the others are null."""

    location: PlaceRef | None
    batch: BatchRef | None
    document: str | None
    score: float
    explains_all: bool
    cases: list[int]


class ReachedBatch(TypedDict):
    """A batch that the source reaches; ``cases`` are those in this batch, by their place in the request."""

    id: str
    gtin: str | None
    lot: str | None
    cases: list[int]


ReachedMovement = TypedDict(
    "ReachedMovement",
    {
        "documents": list[str],
        "from": str | None,
        "to": str | None,
        "from_id": str | None,
        "to_id": str | None,
        "id": str,
        "gtin": str | None,
        "lot": str | None,
        "cases": list[int],
    },
)
"""A delivery that the source reaches; ``cases`` are those in what was delivered under its documents."""


class ReachedPlace(TypedDict):
    """A place that the source reaches; ``cases`` are those at it, or in deliveries to it. None: not yet."""

    id: str
    gln: str | None
    name: str | None
    cases: list[int]


class Forward(TypedDict):
    """Everything that a chosen source reaches, itself left out; places without a case first."""

    source: SourceRow
    batches: list[ReachedBatch]
    movements: list[ReachedMovement]
    locations: list[ReachedPlace]


# -- the ways ----------------------------------------------------------------------------------------------------


class PathPlace(TypedDict):
    """A place on a way."""

    id: str
    gln: str | None
    name: str | None


class PathDates(TypedDict):
    """The first and the last day on which it may have happened."""

    first: str
    last: str


class PathEvent(TypedDict):
    """An EPCIS event behind a step; words of CBV 2.0 bare."""

    event_id: str
    event_time: str
    type: str
    biz_step: str | None
    disposition: str | None


class PathAmount(TypedDict):
    """How much of a delivery left and came, in one unit of measure (null: pieces); null amounts are unknown."""

    uom: str | None
    shipped: Number | None
    received: Number | None


PathStep = TypedDict(
    "PathStep",
    {
        "kind": StepKind,
        "from": PathPlace | None,
        "to": PathPlace | None,
        "batch": BatchRef,
        "used": BatchRef | None,
        "documents": list[str],
        "departed": PathDates | None,
        "arrived": PathDates | None,
        "quantities": list[PathAmount],
        "events": list[PathEvent],
        "events_total": int,
    },
)
"""One thing that happened on the way: the batch was made, moved, made from ``used``, or may have been mixed.

``from`` and ``to`` are the same where nothing moved. ``events`` are the first of ``events_total`` that the key may
see, in the order of their times; a mixing place and a move that nobody recorded have none.
"""


class Chain(TypedDict):
    """A way from the source to a case. ``assumptions`` counts mixing places and unrecorded moves, ``deliveries`` all
    deliveries; ``truncated``: the steps farthest from the case are left out.
    """

    assumptions: int
    deliveries: int
    truncated: bool
    steps: list[PathStep]


class CasePaths(TypedDict):
    """The strongest ways to one case; ``truncated``: there are more. None: the source does not explain it."""

    case: int
    truncated: bool
    chains: list[Chain]


class PathsRow(TypedDict):
    """The ways from a source, chosen or the best; ``source`` is null where nothing leads to any case."""

    source: SourceRow | None
    cases: list[CasePaths]


class Sources(TypedDict):
    """What leads to the cases, the strongest first; what explains none of them is left out (CONTRACT).

    ``forward`` and ``paths`` are there if they were asked for.
    """

    total_weight: Number
    batches: list[ScoredBatch]
    movements: list[ScoredMovement]
    locations: list[ScoredPlace]
    parties: list[ScoredParty]
    forward: NotRequired[Forward]
    paths: NotRequired[PathsRow]


# -- writing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Described:
    """How batches, places and documents are written, by number."""

    batches: Mapping[int, BatchRef]
    places: Mapping[int, Place]
    documents: Mapping[int, str]

    def movement(self, one: Consigned) -> dict[str, Any]:
        """A delivery's ends, batch and documents."""
        start, end = (None if place is None else self.places[place] for place in (one.origin, one.destination))
        return {
            "documents": sorted(self.documents[document] for document in one.documents),
            "from": start.gln if start else None,
            "to": end.gln if end else None,
            "from_id": start.id if start else None,
            "to_id": end.id if end else None,
            **self.batches[one.batch],
        }

    def place(self, number: int) -> PathPlace:
        """A place with its name."""
        place = self.places[number]
        return {**place.ref, "name": place.name}


def describe(
    session: Session,
    principal: Principal,
    deliveries: Collection[Consigned],
    batches: Iterable[int] = (),
    places: Iterable[int] = (),
    documents: Iterable[int] = (),
) -> Described:
    """Return how these are written, names as the key knows them."""
    ends = {place for one in deliveries for place in (one.origin, one.destination) if place is not None}
    papers = find_values(session, {document for one in deliveries for document in one.documents}.union(documents))
    return Described(
        describe_batches(session, {one.batch for one in deliveries}.union(batches)),
        name_places(session, principal, describe_places(session, ends.union(places))),
        {number: document_number(row.uri) for number, row in papers.items()},
    )


def scored(explained: Explained, bits: int) -> dict[str, Any]:
    """How much a set of cases weighs."""
    return {"score": explained.score(bits), "explains_all": bits == explained.all}


def order_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """By identifier, so that the same records give the same answer."""
    return row["id"], row.get("from_id") or "", row.get("to_id") or "", row.get("documents") or ()
