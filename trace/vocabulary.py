"""Master data that documents carry: kept for each firm, and the names it gives to what nobody registered.

What is registered (`trace.master_data`) always counts before it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from trace.answers import Place
from trace.epcis.event import VocabularyElement as Element
from trace.epcis.master_data import attribute_name
from trace.epcis.names import CBVMDA
from trace.gs1 import read_identifier
from trace.kit import strict_json
from trace.kit.auth import Principal
from trace.kit.db import chunked, insert_rows, lock_writes
from trace.models import VocabularyElement
from trace.permissions import reporting_party
from trace.visibility import seen_master_data

NAMES = ("name", "descriptionShort", "labelDescription", "tradeItemDescription", "regulatedProductName")
"""CBV master data attributes (CBV 2.0 §9) by which places, firms and trade items are called, the best first."""

_RANKS = {f"{CBVMDA}:{name}": rank for rank, name in enumerate(NAMES)}


def store_vocabulary(session: Session, elements: Sequence[Element], principal: Principal, now: datetime) -> int:
    """Keep what a document says of the elements of its vocabularies; return how many of them it says new things of.

    An element that comes twice in one document counts as it comes last.
    """
    if not elements:
        return 0
    lock_writes(session)
    party = reporting_party(principal)
    said = {(element.type, read_identifier(element.id).uri): _content(element) for element in elements}
    known = {
        (row.type, row.uri): (row.attributes, row.children)
        for row in newest_elements(
            session, {uri for _, uri in said}, VocabularyElement.captured_by.is_not_distinct_from(party)
        )
    }
    rows = [
        {
            "captured_by": party,
            "captured_at": now,
            "type": kind,
            "uri": uri,
            "attributes": attributes,
            "children": children,
        }
        for (kind, uri), (attributes, children) in said.items()
        if known.get((kind, uri)) != (attributes, children)
    ]
    insert_rows(session, VocabularyElement, rows)
    return len(rows)


def _content(element: Element) -> tuple[str, str]:
    attributes = [[attribute_name(name), value] for name, value in element.attributes]
    children = list(dict.fromkeys(read_identifier(child).uri for child in element.children))
    return strict_json.dumps(attributes).decode(), strict_json.dumps(children).decode()


def find_names(session: Session, principal: Principal | None, uris: Iterable[str]) -> dict[str, str]:
    """Return the names that master data of documents gives to canonical URIs.

    What the key's own firm said comes first, then what an operator said; among others (which only a regulator sees)
    what was said last. ``principal`` None is what everybody may use.
    """
    found: dict[str, tuple[tuple[bool, bool, int], str]] = {}
    own = principal.party_id if principal is not None else None
    for row in newest_elements(session, set(uris), seen_master_data(principal)):
        name = _name(json.loads(row.attributes))
        weight = (row.captured_by == own, row.captured_by is None, row.id)
        if name is not None and (row.uri not in found or found[row.uri][0] < weight):
            found[row.uri] = weight, name
    return {uri: name for uri, (_, name) in found.items()}


def name_places(session: Session, principal: Principal | None, places: Mapping[int, Place]) -> dict[int, Place]:
    """Return the places with names from documents where nothing with a name is registered.

    A GLN is one place whether documents name it as a location (414) or as a party (417).
    """
    unnamed = {number: place for number, place in places.items() if place.name is None}
    if not unnamed:
        return dict(places)
    spellings = {number: _spellings(place) for number, place in unnamed.items()}
    names = find_names(session, principal, {uri for uris in spellings.values() for uri in uris})
    named = {
        number: replace(place, name=next((names[uri] for uri in spellings[number] if uri in names), None))
        for number, place in unnamed.items()
    }
    return {**places, **named}


def _spellings(place: Place) -> list[str]:
    return [place.id] if place.gln is None else [place.id, f"https://id.gs1.org/417/{place.gln}"]


def newest_elements(session: Session, uris: Iterable[str], condition: Any) -> Iterable[VocabularyElement]:
    """Yield of every element the newest that each firm said, in order of capture."""
    for some in chunked(sorted(uris)):
        newest = (
            select(func.max(VocabularyElement.id))
            .where(VocabularyElement.uri.in_(some), condition)
            .group_by(VocabularyElement.type, VocabularyElement.uri, VocabularyElement.captured_by)
        )
        yield from session.scalars(
            select(VocabularyElement).where(VocabularyElement.id.in_(newest)).order_by(VocabularyElement.id)
        )


def _name(attributes: Sequence[Sequence[Any]]) -> str | None:
    names = sorted((_RANKS[name], index) for index, (name, value) in enumerate(attributes) if name in _RANKS)
    for _, index in names:
        text = _text(attributes[index][1])
        if text:
            return text
    return None


def _text(value: Any) -> str:
    """The text of a value; an object has it as `#text` (XML) or `@value` (JSON-LD), beside its language."""
    if isinstance(value, dict):
        value = value.get("@value", value.get("#text"))
    return value.strip() if isinstance(value, str) else ""
