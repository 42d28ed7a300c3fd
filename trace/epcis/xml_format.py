"""EPCIS documents in XML: bytes to a Document (EPCIS 2.0 §9; the wrappers of EPCIS 1.2 are taken off).

An event comes to the same JSON-LD body as its JSON twin. Words, times and identifiers stay as written. An
extension element is its text, or an object where it has attributes ('@name' beside '#text') or children; where
elements repeat they become a list. Text between child elements is joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from trace.epcis.event import BadEvent, Document, DocumentError, Event, Problem, VocabularyElement
from trace.epcis.json_format import MAX_EVENTS, check_event_count
from trace.epcis.master_data import checked
from trace.epcis.read_event import read_event
from trace.epcis.xml_body import event_body, extension
from trace.epcis.xml_names import Prefixes, TooManyNamespaces, check_namespaces, split_tag, standard_name
from trace.kit import strict_json

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 20
# Repeated elements become lists and some texts are JSON: the event must stay within what a JSON document may have.
_MAX_EVENT_DEPTH = strict_json.MAX_DEPTH - 3
_DOCTYPE = re.compile(rb"<!doctype", re.IGNORECASE)
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_KINDS = ("EPCISDocument", "EPCISQueryDocument", "EPCISMasterDataDocument")
_PATHS = {
    "EPCISDocument": ("EPCISBody", "EventList"),
    "EPCISQueryDocument": ("EPCISBody", "QueryResults", "resultsBody", "EventList"),
}
_IN_HEADER = "/epcisHeader/epcisMasterData/vocabularyList"
_MASTER_DATA_POINTERS = {"EPCISMasterDataDocument": "/epcisBody/vocabularyList"}

__all__ = ["DocumentError", "parse_document"]


def parse_document(data: bytes, max_events: int | None = MAX_EVENTS, max_bytes: int | None = MAX_BYTES) -> Document:
    """Read an EPCISDocument, EPCISQueryDocument or EPCISMasterDataDocument from XML.

    Raises DocumentError: 400 not XML, a document type declaration, deeper than 20 levels, not EPCIS; 413 more
    than `max_events` events or `max_bytes` bytes.
    """
    root = _parse(data, max_bytes)
    uri, kind = split_tag(root.tag)
    if kind not in _KINDS or not (uri or "").startswith("urn:epcglobal:epcis"):
        raise DocumentError(400, f"expected an EPCIS document, got the root element {root.tag!r}")
    elements, pointer = _event_elements(root, kind)
    check_event_count(len(elements), max_events)
    try:
        header = _header(root)
        master_data = checked(_master_data(root, kind), _MASTER_DATA_POINTERS.get(kind, _IN_HEADER))
    except TooManyNamespaces as error:
        raise DocumentError(400, str(error)) from error
    return Document(
        kind=kind,
        events=tuple(_read(element, index, f"{pointer}/{index}") for index, element in enumerate(elements)),
        master_data=master_data,
        header=header,
        schema_version=root.get("schemaVersion", ""),
    )


def _parse(data: bytes, max_bytes: int | None) -> etree._Element:
    if max_bytes is not None and len(data) > max_bytes:
        raise DocumentError(413, f"expected at most {max_bytes} bytes, got {len(data)}")
    # Zero bytes dropped, UTF-16 and UTF-32 show the same letters: refused before any parser sees entities.
    if _DOCTYPE.search(data) or _DOCTYPE.search(data.replace(b"\0", b"")):
        raise DocumentError(400, "expected XML without a document type declaration, got <!DOCTYPE")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError(400, f"not XML: {error}") from error
    # An encoding that hides the letters (EBCDIC, UTF-7) shows its declaration only after parsing.
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError(400, "expected XML without a document type declaration, got one")
    try:
        # Those of the outer elements are in scope at every event.
        for element in (root, *root.iter("{*}EPCISBody", "{*}QueryResults", "{*}resultsBody", "{*}EventList")):
            check_namespaces(element)
    except TooManyNamespaces as error:
        raise DocumentError(400, str(error)) from error
    if _TOO_DEEP(root):
        raise DocumentError(400, f"expected at most {MAX_DEPTH} levels of nesting, got more")
    return root


def _read(element: etree._Element, index: int, at: str) -> Event | BadEvent:
    problems: list[Problem] = []
    try:
        prefixes = Prefixes.of(element)
        body = event_body(element, prefixes, at, problems)
    except TooManyNamespaces as error:
        return BadEvent(index, None, (Problem(at, str(error)),))
    if _is_deeper(body, _MAX_EVENT_DEPTH):
        return BadEvent(index, None, (Problem(at, f"expected at most {_MAX_EVENT_DEPTH} levels in JSON, got more"),))
    event = read_event(body, prefixes.names(), index, at)
    if not problems:
        return event
    if isinstance(event, BadEvent):
        problems += event.problems
    return BadEvent(index, event.event_id, tuple(problems))


def _is_deeper(value: Any, levels: int) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(item, levels - 1) for item in items)


def _event_elements(root: etree._Element, kind: str) -> tuple[list[etree._Element], str]:
    """Find the event elements and the JSON pointer of their list."""
    if kind == "EPCISMasterDataDocument":
        return [], ""
    place: etree._Element = root
    for name in _PATHS[kind]:
        found = _child(place, name)
        if found is None:
            raise DocumentError(400, f"expected <{name}> in <{split_tag(place.tag)[1]}>, got none")
        place = found
    pointer = "/epcisBody/eventList" if kind == "EPCISDocument" else "/epcisBody/queryResults/resultsBody/eventList"
    return list(_unwrapped(place)), pointer


def _unwrapped(event_list: etree._Element) -> Iterator[etree._Element]:
    """Yield the events; EPCIS 1.2 hides later event types in <extension>."""
    for child in event_list:
        if standard_name(child.tag) == "extension":
            yield from _unwrapped(child)
        else:
            yield child


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in element if standard_name(child.tag) == name), None)


def _header(root: etree._Element) -> dict[str, Any]:
    header: dict[str, Any] = {split_tag(str(name))[1]: value for name, value in root.attrib.items()}
    element = _child(root, "EPCISHeader")
    if element is not None:
        prefixes = Prefixes.of(element)
        parts = [child for child in element if standard_name(child.tag) not in ("extension", "EPCISMasterData")]
        header["epcisHeader"] = {prefixes.key(child.tag, child.prefix): extension(child, prefixes) for child in parts}
    return header


def _master_data(root: etree._Element, kind: str) -> Iterator[VocabularyElement]:
    """Yield the master data of the header, or of a master data document's body (EPCIS 2.0 §9.4)."""
    holder = _child(root, "EPCISBody" if kind == "EPCISMasterDataDocument" else "EPCISHeader")
    for vocabulary in () if holder is None else holder.iter("{*}Vocabulary"):
        for element in vocabulary.iter("{*}VocabularyElement"):
            prefixes = Prefixes.of(element)
            attributes = tuple(
                (item.get("id", "").strip(), extension(item, prefixes, skipped=("id",)))
                for item in element
                if standard_name(item.tag) == "attribute"
            )
            children = tuple((item.text or "").strip() for item in element.iterfind("{*}children/{*}id"))
            kind_of, uri = vocabulary.get("type", ""), element.get("id", "")
            yield VocabularyElement(kind_of.strip(), uri.strip(), attributes, children)
