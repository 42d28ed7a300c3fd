"""What master data of documents says for queries: places within places (WD_), attributes (HASATTR_, EQATTR_).

EPCIS 2.0 §6.5, §8.2.7.1: of each element the newest that a firm captured counts, and a company's queries use its own
and the operator's only.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from trace.epcis.search_keys import search_key
from trace.events.errors import QueryTooLargeException
from trace.kit.auth import Principal
from trace.models import VocabularyElement
from trace.visibility import seen_master_data
from trace.vocabulary import newest_elements

MAX_ELEMENTS = 10_000


def find_descendants(session: Session, principal: Principal, uris: Iterable[str]) -> set[str]:
    """Return ``uris`` (canonical) and all that is within them, however deep; circles end where they began.

    Raises QueryTooLargeException beyond 10,000 elements.
    """
    found = set(uris)
    frontier = found
    while frontier:
        elements = newest_elements(session, frontier, seen_master_data(principal))
        frontier = {child for element in elements for child in json.loads(element.children)} - found
        found = found | frontier
        if len(found) > MAX_ELEMENTS:
            raise QueryTooLargeException(f"Expected at most {MAX_ELEMENTS} places within those of a WD_ parameter.")
    return found


def find_with_attributes(
    session: Session, principal: Principal, names: Collection[str], values: Collection[str] | None
) -> set[str]:
    """Return the elements (canonical URIs) that have one of the attributes, with one of ``values`` or with any.

    A name without namespace means the attribute of that name in any. Raises QueryTooLargeException beyond 10,000.
    """
    wanted = None if values is None else {search_key(value) for value in values}
    newest = (
        select(func.max(VocabularyElement.id))
        .where(seen_master_data(principal))
        .group_by(VocabularyElement.type, VocabularyElement.uri, VocabularyElement.captured_by)
    )
    named = or_(*(VocabularyElement.attributes.contains(_local(name), autoescape=True) for name in names))
    rows = session.execute(
        select(VocabularyElement.uri, VocabularyElement.attributes).where(VocabularyElement.id.in_(newest), named)
    )
    found = {uri for uri, attributes in rows if _has(json.loads(attributes), names, wanted)}
    if len(found) > MAX_ELEMENTS:
        raise QueryTooLargeException(f"Expected at most {MAX_ELEMENTS} elements with the attribute {min(names)}.")
    return found


def _has(attributes: Iterable[tuple[str, Any]], names: Collection[str], wanted: set[str] | None) -> bool:
    for name, value in attributes:
        if (name in names or _local(name) in names) and (wanted is None or _keys(value) & wanted):
            return True
    return False


def _keys(value: Any) -> set[str]:
    """The search keys of an attribute's value; an object has it as `#text` (XML) or `@value` (JSON-LD)."""
    if isinstance(value, dict):
        value = value.get("@value", value.get("#text", ""))
    return {search_key(one) for one in (value if isinstance(value, list) else [value]) if not isinstance(one, dict)}


def _local(name: str) -> str:
    return name[max(name.rfind(mark) for mark in "/#:") + 1 :]
