"""What a request names, found in the record as far as the key may know it; all else is refused with its place."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.documents import document_number, document_uri
from trace.fold.entries import Entry
from trace.identifiers import find_numbers, find_values
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.kit.errors import FieldError, NotFound
from trace.models import Event, Posting
from trace.readings import BatchNotFound, find_batch
from trace.sources.bodies import SourcesIn, ThingIn
from trace.sources.load import find_dealt_with, find_moved_under
from trace.visibility import seen_events

Pointer = tuple[str, str, str]
"""(pointer into the body, what it is, canonical URI or the ID of an event)."""


class NotInTheRecord(NotFound):
    """Something that the body names is unknown, or not for this key to see."""


@dataclass(frozen=True, slots=True)
class Named:
    """Numbers by canonical URI, and of events by their ID, of what the body names."""

    numbers: Mapping[str, int]
    events: Mapping[str, Collection[int]]

    def all(self, uris: Iterable[str]) -> frozenset[int]:
        """The numbers of places or batches."""
        return frozenset(self.numbers[uri] for uri in uris)

    def document(self, text: str) -> int:
        """The number of a document."""
        return self.numbers[document_uri(text)]

    def documents(self, texts: Iterable[str]) -> frozenset[int]:
        """The numbers of documents."""
        return frozenset(self.document(text) for text in texts)


def find_named(session: Session, principal: Principal, own: Collection[int] | None, body: SourcesIn) -> Named:
    """Return what the body names.

    Raises NotInTheRecord (404, with pointers): an operator names what the record has, a company what it has a part in.
    """
    pointers = list(_pointers(body))
    numbers = find_numbers(session, {text for _, kind, text in pointers if kind != "transformation"})
    of_kind: dict[str, dict[str, int]] = {"location": {}, "batch": {}, "document": {}}
    for _, kind, uri in pointers:
        if uri in numbers and kind in of_kind:
            of_kind[kind][uri] = numbers[uri]
    events = _find_transformations(session, principal, {text for _, kind, text in pointers if kind == "transformation"})
    places = _find_places(session, own, set(of_kind["location"].values()))
    papers = find_moved_under(session, of_kind["document"].values(), own)
    known = {
        "location": {uri for uri, number in of_kind["location"].items() if number in places},
        "batch": {uri for uri in of_kind["batch"] if _knows_batch(session, principal, uri)},
        "document": {uri for uri, number in of_kind["document"].items() if number in papers},
        "transformation": events.keys(),
    }
    errors = [
        FieldError(pointer, f"No {kind} {document_number(text) if kind == 'document' else text} is known.")
        for pointer, kind, text in pointers
        if text not in known[kind]
    ]
    if errors:
        raise NotInTheRecord(errors[0].detail, errors=errors)
    return Named(numbers, events)


def _pointers(body: SourcesIn) -> Iterable[Pointer]:
    """Yield everything that the body names."""
    for index, case in enumerate(body.cases):
        yield _thing(f"/cases/{index}", case)
    if body.forward is not None:
        yield _thing("/forward", body.forward)
    if body.paths is not None and body.paths.source is not None:
        yield _thing("/paths/from", body.paths.source)
    for name, lists in (("mixing", body.mixing), ("stop", body.stop)):
        for index, place in enumerate(lists.locations):
            yield f"/{name}/locations/{index}", "location", place
        for index, text in enumerate(lists.documents):
            yield f"/{name}/documents/{index}", "document", document_uri(text)
    for index, batch in enumerate(body.stop.batches):
        yield f"/stop/batches/{index}", "batch", batch
    for index, event in enumerate(body.stop.events):
        yield f"/stop/events/{index}", "transformation", event


def _thing(pointer: str, thing: ThingIn) -> Pointer:
    if thing.location is not None:
        return f"{pointer}/location", "location", thing.location
    if thing.batch is not None:
        return f"{pointer}/batch", "batch", thing.batch
    assert thing.document is not None
    return f"{pointer}/document", "document", document_uri(thing.document)


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


def _find_transformations(session: Session, principal: Principal, ids: Collection[str]) -> dict[str, set[int]]:
    """Return the effective transformations with these event IDs that the key may see, by ID."""
    found: dict[str, set[int]] = {}
    for some in chunked(sorted(ids)):
        query = (
            select(Event.event_id, Event.id)
            .join(Posting, Posting.event_id == Event.id)
            .where(
                Event.event_id.in_(some),
                Posting.transformation_id.is_not(None),
                Posting.entry.in_((Entry.CONSUMED, Entry.YIELDED)),
                seen_events(principal),
            )
        )
        for text, number in session.execute(query.distinct()):
            found.setdefault(text, set()).add(number)
    return found
