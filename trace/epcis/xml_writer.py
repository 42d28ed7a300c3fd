"""Events to an EPCIS 2.0 document in XML (EPCIS 2.0 §9, element order as in its XSD)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from trace.epcis.event import (
    AGGREGATION_EVENT,
    ASSOCIATION_EVENT,
    OBJECT_EVENT,
    TRANSACTION_EVENT,
    TRANSFORMATION_EVENT,
    Event,
)
from trace.epcis.names import STANDARD_PREFIXES, XSI_NAMESPACE, Names, read_context
from trace.epcis.xml_names import namespace_map, tag_of, xml_text

_EPCIS = "urn:epcglobal:epcis:xsd:2"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_Writer = Callable[[etree._Element, str, Any, Names], None]


def write_document(events: Iterable[Event], creation_date: datetime | None = None) -> bytes:
    """Write events as one EPCISDocument in XML 2.0.

    `creation_date` defaults to the latest event's time. Each event declares the prefixes of its own context.
    Numbers and booleans of a JSON extension become text, a list within a list is opened, and characters that
    XML cannot hold are replaced.
    """
    listed = list(events)
    latest = max((event.event_time for event in listed), default=_EPOCH)
    root = etree.Element(
        f"{{{_EPCIS}}}EPCISDocument",
        {"schemaVersion": "2.0", "creationDate": (creation_date or latest).isoformat()},
        # JSON-LD's standard prefixes, so that a field keeps its name; 'epcis' means the schema in XML.
        nsmap={**STANDARD_PREFIXES, "xsi": XSI_NAMESPACE, "epcis": _EPCIS},
    )
    event_list = etree.SubElement(etree.SubElement(root, "EPCISBody"), "EventList")
    for event in listed:
        names = read_context(event.context)
        element = etree.SubElement(event_list, event.type, nsmap=namespace_map(names))
        _write_fields(element, event.body, _ORDER[event.type], names, skipped=("type", "@context"))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _write_fields(
    parent: etree._Element,
    fields: Mapping[str, Any],
    order: Iterable[str],
    names: Names,
    skipped: tuple[str, ...] = (),
) -> None:
    listed = list(order)
    for key in listed:
        if fields.get(key) is not None:
            _WRITERS.get(key, _text)(parent, key, fields[key], names)
    for key, value in fields.items():
        if key not in listed and key not in skipped:
            _extension(parent, key, value, names)


def _extension(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    if isinstance(value, list):
        for item in value:
            _extension(parent, key, item, names)
        return
    element = etree.SubElement(parent, tag_of(key, names))
    if value is None:
        element.set(f"{{{XSI_NAMESPACE}}}nil", "true")
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name == "#text":
                element.text = _plain(item)
            elif name.startswith("@"):
                element.set(tag_of(name[1:], names), _plain(item))
            else:
                _extension(element, name, item, names)
    else:
        element.text = _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")  # xsd:decimal has no exponent
    return xml_text(str(value))


# -- writers of standard fields ------------------------------------------------------------------------


def _text(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    for item in value if isinstance(value, list) else [value]:
        etree.SubElement(parent, key).text = _plain(item)


def _texts_in(child: str) -> _Writer:
    def write(parent: etree._Element, key: str, value: Any, names: Names) -> None:
        element = etree.SubElement(parent, key)
        for item in value:
            etree.SubElement(element, child).text = _plain(item)

    return write


def _object(order: tuple[str, ...]) -> _Writer:
    def write(parent: etree._Element, key: str, value: Any, names: Names) -> None:
        _write_fields(etree.SubElement(parent, key), value, order, names)

    return write


def _objects_in(child: str, order: tuple[str, ...]) -> _Writer:
    def write(parent: etree._Element, key: str, value: Any, names: Names) -> None:
        element = etree.SubElement(parent, key)
        for item in value:
            _write_fields(etree.SubElement(element, child), item, order, names)

    return write


def _typed(child: str) -> _Writer:
    def write(parent: etree._Element, key: str, value: Any, names: Names) -> None:
        element = etree.SubElement(parent, key)
        for item in value:
            entry = etree.SubElement(element, child)
            for name, content in item.items():
                if name != child and content is not None:
                    entry.set(tag_of(name, names), _plain(content))
            entry.text = _plain(item[child])

    return write


def _persistent_disposition(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    element = etree.SubElement(parent, key)
    for kind in ("unset", "set"):
        for item in value.get(kind) or ():
            etree.SubElement(element, kind).text = _plain(item)


def _attributes(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    """Write sensorMetadata, or each sensorReport: plain fields are attributes, others child elements."""
    for item in value if isinstance(value, list) else [value]:
        element = etree.SubElement(parent, key)
        for name, content in item.items():
            if isinstance(content, (list, Mapping)) or content is None:
                _extension(element, name, content, names)
            else:
                element.set(tag_of(name, names), _plain(content))


_WRITERS: Mapping[str, _Writer] = {
    "errorDeclaration": _object(("declarationTime", "reason", "correctiveEventIDs")),
    "correctiveEventIDs": _texts_in("correctiveEventID"),
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), _texts_in("epc")),
    **dict.fromkeys(
        ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"),
        _objects_in("quantityElement", ("epcClass", "quantity", "uom")),
    ),
    "readPoint": _object(("id",)),
    "bizLocation": _object(("id",)),
    "bizTransactionList": _typed("bizTransaction"),
    "sourceList": _typed("source"),
    "destinationList": _typed("destination"),
    "persistentDisposition": _persistent_disposition,
    "sensorElementList": _objects_in("sensorElement", ("sensorMetadata", "sensorReport")),
    "sensorMetadata": _attributes,
    "sensorReport": _attributes,
    "ilmd": _object(()),
}

_HEAD = "eventTime recordTime eventTimeZoneOffset eventID errorDeclaration certificationInfo"
_WHY = "bizStep disposition readPoint bizLocation"
_PARTIES = "sourceList destinationList sensorElementList persistentDisposition"
_CHILDREN = "parentID childEPCs"
_ORDER: Mapping[str, tuple[str, ...]] = {
    event_type: tuple(f"{_HEAD} {fields}".split())
    for event_type, fields in {
        OBJECT_EVENT: f"epcList action {_WHY} bizTransactionList quantityList {_PARTIES} ilmd",
        AGGREGATION_EVENT: f"{_CHILDREN} action {_WHY} bizTransactionList childQuantityList {_PARTIES}",
        ASSOCIATION_EVENT: f"{_CHILDREN} childQuantityList action {_WHY} bizTransactionList {_PARTIES}",
        TRANSACTION_EVENT: f"bizTransactionList parentID epcList action {_WHY} quantityList {_PARTIES}",
        TRANSFORMATION_EVENT: "inputEPCList inputQuantityList outputEPCList outputQuantityList"
        f" transformationID {_WHY} bizTransactionList {_PARTIES} ilmd",
    }.items()
}
