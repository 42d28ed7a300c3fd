"""EPCIS 2.0 documents in JSON-LD: bytes to a Document (EPCIS 2.0 §10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trace.epcis.event import BadEvent, Document, DocumentError, Event, VocabularyElement
from trace.epcis.master_data import read_vocabularies
from trace.epcis.names import EPCIS_CONTEXT, Names, read_context
from trace.epcis.read_event import read_event
from trace.kit import strict_json

DOCUMENT_TYPES = ("EPCISDocument", "EPCISQueryDocument", "EPCISMasterDataDocument")
MAX_EVENTS = 1_000

__all__ = ["DocumentError", "parse_document", "parse_event"]


def parse_document(data: bytes, max_events: int | None = MAX_EVENTS) -> Document:
    """Read an EPCISDocument, EPCISQueryDocument or EPCISMasterDataDocument from JSON.

    Events that break a rule come as BadEvent, the others are read all the same. Raises DocumentError for what
    is wrong with the whole: 400 not JSON or not EPCIS, 413 more than `max_events` events.
    """
    try:
        document = strict_json.loads(data)
    except strict_json.StrictJsonError as error:
        raise DocumentError(400, error.detail) from error
    if not isinstance(document, dict):
        raise DocumentError(400, "expected an EPCIS document, got a JSON value that is no object")
    kind = document.get("type")
    if kind not in DOCUMENT_TYPES:
        raise DocumentError(400, f"expected type {', '.join(DOCUMENT_TYPES)}, got {kind!r}")
    names = _read_names(document)
    events, pointer = _event_list(document, kind)
    check_event_count(len(events), max_events)
    return Document(
        kind=kind,
        events=tuple(read_event(body, names, index, f"{pointer}/{index}") for index, body in enumerate(events)),
        master_data=_master_data(document, kind, names),
        header=_header(document),
        schema_version=str(document.get("schemaVersion", "")),
    )


def parse_event(obj: Any, context: Any = None, index: int = 0) -> Event | BadEvent:
    """Read one event from a JSON object; `context` is the value of `@context` that gives its names meaning.

    Without one, the event's own `@context` or the standard one counts. Problems point into a document whose
    event list has the event at `index`. Raises ValueError for a context that is none.
    """
    if context is None:
        context = () if isinstance(obj, dict) and "@context" in obj else (EPCIS_CONTEXT,)
    return read_event(obj, read_context(context), index, f"/epcisBody/eventList/{index}")


def check_event_count(count: int, max_events: int | None) -> None:
    """Raise DocumentError 413 for more events than allowed."""
    if max_events is not None and count > max_events:
        raise DocumentError(413, f"expected at most {max_events} events in a document, got {count}")


def _read_names(document: Mapping[str, Any]) -> Names:
    context = document.get("@context")
    if context is None:
        raise DocumentError(400, "expected @context in the document, got none")
    try:
        return read_context(context)
    except ValueError as error:
        raise DocumentError(400, str(error)) from error


def _event_list(document: Mapping[str, Any], kind: str) -> tuple[Sequence[Any], str]:
    """Find the list of events and its JSON pointer."""
    if kind == "EPCISMasterDataDocument":
        return (), ""
    path = ["epcisBody", "eventList"]
    if kind == "EPCISQueryDocument":
        path[1:1] = ["queryResults", "resultsBody"]
    place: Any = document
    pointer = ""
    for name in path:
        pointer = f"{pointer}/{name}"
        place = place.get(name) if isinstance(place, dict) else None
        if place is None:
            raise DocumentError(400, f"expected {pointer} in an {kind}, got none")
    if not isinstance(place, list):
        raise DocumentError(400, f"expected a list at {pointer}")
    return place, pointer


def _header(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in ("epcisBody", "@context", "type")}


def _master_data(document: Mapping[str, Any], kind: str, names: Names) -> tuple[VocabularyElement, ...]:
    """Read the vocabularies of the header, or of a master data document's body (EPCIS 2.0 §9.4)."""
    alone = kind == "EPCISMasterDataDocument"
    place: Any = document
    pointer = ""
    for name in ["epcisBody"] if alone else ["epcisHeader", "epcisMasterData"]:
        pointer = f"{pointer}/{name}"
        place = place.get(name)
        if place is None and not alone:
            return ()
        if not isinstance(place, dict):
            raise DocumentError(400, f"expected an object at {pointer}")
    if "vocabularyList" not in place and not alone:
        return ()
    return read_vocabularies(place.get("vocabularyList"), names, f"{pointer}/vocabularyList")
