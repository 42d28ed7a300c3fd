"""What can explain a set of cases: every delivery, batch, place and firm with the share of the cases it leads to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from trace.answers import BatchRef, Number, Place, describe_batches, describe_places, exact
from trace.documents import document_number, document_uri
from trace.identifiers import find_numbers, find_values
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.kit.errors import FieldError, NotFound
from trace.models import Party
from trace.readings import BatchNotFound, find_batch
from trace.sources.bodies import CaseIn, SourcesIn
from trace.sources.load import (
    find_batches_at,
    find_batches_under,
    find_dealt_with,
    find_moved_under,
    load_dates,
    load_network,
)
from trace.sources.network import Consigned, ways_of
from trace.sources.scores import Case, Explained, explain
from trace.sources.ways import Assumptions
from trace.visibility import own_places
from trace.vocabulary import name_places


class NotInTheRecord(NotFound):
    """Something that the body names is unknown, or not for this key to see."""


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


class Sources(TypedDict):
    """What leads to the cases, the strongest first; what explains none of them is left out (CONTRACT)."""

    total_weight: Number
    batches: list[ScoredBatch]
    movements: list[ScoredMovement]
    locations: list[ScoredPlace]
    parties: list[ScoredParty]


@dataclass(frozen=True, slots=True)
class _Named:
    """Numbers by canonical URI of what the body names."""

    numbers: Mapping[str, int]

    def all(self, uris: Iterable[str]) -> frozenset[int]:
        return frozenset(self.numbers[uri] for uri in uris)

    def documents(self, texts: Iterable[str]) -> frozenset[int]:
        return frozenset(self.numbers[document_uri(text)] for text in texts)


def find_sources(session: Session, principal: Principal, body: SourcesIn) -> Sources:
    """Return everything that leads to the cases of ``body``, with its score.

    Raises NotInTheRecord (404, with pointers) for what the key does not know. A company's answer is computed from the
    deliveries of its own places alone: a path through another firm is no path for it.
    """
    pointers = list(_pointers(body))
    named = _Named(find_numbers(session, {uri for _, _, uri in pointers}))
    own = own_places(session, principal)
    _require(session, principal, own, pointers, named.numbers)
    mixing_places, stopped_places = named.all(body.mixing.locations), named.all(body.stop.locations)
    mixing, stopped = named.documents(body.mixing.documents), named.documents(body.stop.documents)
    seeds = _find_seeds(session, body, named) | find_batches_under(session, mixing | stopped)
    network = load_network(session, seeds, own, mixing_places)
    under = network.by_document()
    flagged = {one for document in mixing for one in under.get(document, ())}
    if body.dates:
        load_dates(session, network, mixing_places | {one.destination for one in flagged if one.destination})
    stops = {one for document in stopped for one in under.get(document, ())}
    ways = ways_of(
        network, Assumptions(mixing_places, frozenset(flagged), stopped_places, frozenset(stops), body.dates)
    )
    cases = [_case(case, named, under) for case in body.cases]
    for case in cases:
        for kind, name in case.nodes:
            if kind == "at":  # a place explains what was found at it, even if nothing ever came there
                ways.lead(("place", name), ("at", name))
    return _write(session, principal, explain(ways, cases))


# -- what the body names -----------------------------------------------------------------------------------------

Pointer = tuple[str, str, str]
"""(pointer into the body, what it is, canonical URI)."""


def _pointers(body: SourcesIn) -> Iterable[Pointer]:
    """Yield everything that the body names."""
    for index, case in enumerate(body.cases):
        for kind in ("location", "batch", "document"):
            text = getattr(case, kind)
            if text is not None:
                yield f"/cases/{index}/{kind}", kind, document_uri(text) if kind == "document" else text
    for name in ("mixing", "stop"):
        lists = getattr(body, name)
        for index, place in enumerate(lists.locations):
            yield f"/{name}/locations/{index}", "location", place
        for index, text in enumerate(lists.documents):
            yield f"/{name}/documents/{index}", "document", document_uri(text)


def _require(
    session: Session,
    principal: Principal,
    own: Collection[int] | None,
    pointers: Collection[Pointer],
    numbers: Mapping[str, int],
) -> None:
    """Refuse what the key may not name: an operator names what the record has, a company what it has a part in."""
    of_kind: dict[str, dict[str, int]] = {"location": {}, "batch": {}, "document": {}}
    for _, kind, uri in pointers:
        if uri in numbers:
            of_kind[kind][uri] = numbers[uri]
    places = of_kind["location"].values()
    known = {
        "location": _find_places(session, own, set(places)),
        "batch": {number for uri, number in of_kind["batch"].items() if _knows_batch(session, principal, uri)},
        "document": find_moved_under(session, of_kind["document"].values(), own),
    }
    errors = [
        FieldError(pointer, f"No {kind} {document_number(uri) if kind == 'document' else uri} is known.")
        for pointer, kind, uri in pointers
        if numbers.get(uri) not in known[kind]
    ]
    if errors:
        raise NotInTheRecord(errors[0].detail, errors=errors)


def _find_places(session: Session, own: Collection[int] | None, places: Collection[int]) -> set[int]:
    if own is None:
        return {number for number, row in find_values(session, places).items() if row.gtin is None}
    return {place for place in places if place in own} | find_dealt_with(session, places, own)


def _knows_batch(session: Session, principal: Principal, uri: str) -> bool:
    try:
        find_batch(session, principal, uri)
    except BatchNotFound:
        return False
    return True


def _find_seeds(session: Session, body: SourcesIn, named: _Named) -> set[int]:
    """Return the batches that the cases are about."""
    places = named.all(case.location for case in body.cases if case.location is not None)
    batches = named.all(case.batch for case in body.cases if case.batch is not None)
    documents = named.documents(case.document for case in body.cases if case.document is not None)
    return {*batches, *find_batches_at(session, places), *find_batches_under(session, documents)}


def _case(case: CaseIn, named: _Named, under: Mapping[int, Sequence[Consigned]]) -> Case:
    weight = Decimal(1) if case.weight is None else case.weight
    if case.location is not None:
        return Case([("at", named.numbers[case.location])], weight)
    if case.batch is not None:
        batch = named.numbers[case.batch]
        return Case([("of", batch), ("batch", batch)], weight)
    assert case.document is not None
    return Case([one.node for one in under.get(named.numbers[document_uri(case.document)], ())], weight)


# -- the answer --------------------------------------------------------------------------------------------------


def _write(session: Session, principal: Principal, explained: Explained) -> Sources:
    batches = cast(Mapping[int, int], explained.of_kind("batch"))
    deliveries = cast(Mapping[Consigned, int], explained.of_kind("delivery"))
    found = cast(Mapping[int, int], explained.of_kind("place"))
    ends = {place for one in deliveries for place in (one.origin, one.destination) if place is not None}
    refs = describe_batches(session, {*batches, *(one.batch for one in deliveries)})
    places = name_places(session, principal, describe_places(session, ends.union(found)))
    documents = find_values(session, {document for one in deliveries for document in one.documents})
    numbers = {number: document_number(row.uri) for number, row in documents.items()}
    return {
        "total_weight": exact(explained.total),
        "batches": _ordered({**refs[number], **_scored(explained, bits)} for number, bits in batches.items()),
        "movements": _ordered(
            {**_movement(one, refs, places, numbers), **_scored(explained, bits)} for one, bits in deliveries.items()
        ),
        "locations": _ordered(
            {**places[number].ref, "name": places[number].name, **_scored(explained, bits)}
            for number, bits in found.items()
        ),
        "parties": _ordered(_parties(session, explained, {places[number]: bits for number, bits in found.items()})),
    }


def _scored(explained: Explained, bits: int) -> dict[str, Any]:
    return {"score": explained.score(bits), "explains_all": bits == explained.all}


def _movement(
    one: Consigned, refs: Mapping[int, BatchRef], places: Mapping[int, Place], numbers: Mapping[int, str]
) -> dict[str, Any]:
    start, end = (None if place is None else places[place] for place in (one.origin, one.destination))
    return {
        "documents": sorted(numbers[document] for document in one.documents),
        "from": start.gln if start else None,
        "to": end.gln if end else None,
        "from_id": start.id if start else None,
        "to_id": end.id if end else None,
        **refs[one.batch],
    }


def _parties(session: Session, explained: Explained, places: Mapping[Place, int]) -> Iterable[dict[str, Any]]:
    """A firm leads to whatever one of its places leads to."""
    bits: dict[int, int] = {}
    for place, found in places.items():
        if place.party_id is not None:
            bits[place.party_id] = bits.get(place.party_id, 0) | found
    for some in chunked(sorted(bits)):
        for party in session.scalars(select(Party).where(Party.id.in_(some))):
            yield {"id": party.uscc or party.gln or "", "name": party.name, **_scored(explained, bits[party.id])}


def _ordered(rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    """The highest score first, then by identifier, so that the same records give the same answer."""
    return sorted(
        rows,
        key=lambda row: (
            -row["score"],
            row["id"],
            row.get("from_id") or "",
            row.get("to_id") or "",
            row.get("documents") or (),
        ),
    )
