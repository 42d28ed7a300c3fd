"""One event as an element of an XML document (EPCIS 2.0 §9.5, element order as in its XSD)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lxml import etree

from trace.epcis.event import (
    AGGREGATION_EVENT,
    ASSOCIATION_EVENT,
    OBJECT_EVENT,
    TRANSACTION_EVENT,
    TRANSFORMATION_EVENT,
)
from trace.epcis.fields import SENSOR_NUMBERS
from trace.epcis.names import STANDARD_PREFIXES, XSD_NAMESPACE, XSI_NAMESPACE, Names
from trace.epcis.sensors import METADATA_FIELDS, REPORT_FIELDS
from trace.epcis.xml_names import namespace_map, tag_of
from trace.epcis.xml_values import needs_literal, plain_text, write_attributes, write_literal, write_value

EPCIS_NAMESPACE = "urn:epcglobal:epcis:xsd:2"
ROOT_NAMESPACES: Mapping[str, str] = {**STANDARD_PREFIXES, "xsi": XSI_NAMESPACE, "xsd": XSD_NAMESPACE}
"""Prefixes for the root of a document: JSON-LD's standard ones, so that fields keep their names, and XML Schema's."""

_Writer = Callable[[etree._Element, str, Any, Names], None]


def write_event(parent: etree._Element, body: Mapping[str, Any], names: Names) -> None:
    """Add a valid event as XML 2.0 to an event list; it declares the prefixes of its own context.

    What XML cannot hold as JSON does: a list of one is its only member, and a character that no XML name may have
    becomes '_' in the name of a field.
    """
    inherited = parent.nsmap
    own = {prefix: uri for prefix, uri in namespace_map(names).items() if inherited.get(prefix) != uri}
    element = etree.SubElement(parent, body["type"], nsmap=own)
    _write_fields(element, {key: value for key, value in body.items() if key != "type"}, _ORDER[body["type"]], names)


def _write_fields(parent: etree._Element, fields: Mapping[str, Any], order: Sequence[str], names: Names) -> None:
    write_attributes(parent, _attributes_of(fields), names)
    for key in order:
        if fields.get(key) is not None:
            _WRITERS.get(key, _text)(parent, key, fields[key], names)
    for key, value in fields.items():
        if key not in order and not key.startswith("@"):
            _extension(parent, key, value, names)


def _attributes_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key[1:]: value for key, value in fields.items() if key.startswith("@")}


def _extension(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    if needs_literal(value, names):
        write_literal(parent, key, value, names)
    elif isinstance(value, list):
        for item in value:
            _extension(parent, key, item, names)
    elif isinstance(value, Mapping):
        element = etree.SubElement(parent, tag_of(key, names))
        if "#text" in value:
            write_value(element, value["#text"])
        write_attributes(element, _attributes_of(value), names)
        for name, item in value.items():
            if name != "#text" and not name.startswith("@"):
                _extension(element, name, item, names)
    else:
        write_value(etree.SubElement(parent, tag_of(key, names)), value)


# -- writers of standard fields ------------------------------------------------------------------------


def _text(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    for item in value if isinstance(value, list) else [value]:
        etree.SubElement(parent, key).text = plain_text(item)


def _time(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    etree.SubElement(parent, key).text = plain_text(value).upper()  # JSON allows 't' and 'z', the XSD does not


def _texts_in(child: str) -> _Writer:
    def write(parent: etree._Element, key: str, value: Any, names: Names) -> None:
        element = etree.SubElement(parent, key)
        for item in value:
            etree.SubElement(element, child).text = plain_text(item)

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
        if not value:
            return  # the XSD has no empty lists of these
        element = etree.SubElement(parent, key)
        for item in value:
            entry = etree.SubElement(element, child)
            attributes = {name: content for name, content in item.items() if name != child and content is not None}
            write_attributes(entry, attributes, names, {"type"})
            entry.text = plain_text(item[child])

    return write


def _quantities(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    element = etree.SubElement(parent, key)
    for item in value:
        entry = etree.SubElement(element, "quantityElement")
        if item.get("uom") is not None and item.get("quantity") is None:
            etree.SubElement(entry, "epcClass").text = plain_text(item["epcClass"])
            write_value(etree.SubElement(entry, "quantity"), None)  # the XSD has no unit without a quantity
            item = {name: content for name, content in item.items() if name not in ("epcClass", "quantity")}
        _write_fields(entry, item, ("epcClass", "quantity", "uom"), names)


def _persistent_disposition(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    element = etree.SubElement(parent, key)
    for kind in ("unset", "set"):
        for item in value.get(kind) or ():
            etree.SubElement(element, kind).text = plain_text(item)


def _sensor_elements(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    if value:
        _objects_in("sensorElement", ("sensorMetadata", "sensorReport"))(parent, key, value, names)


def _sensor_attributes(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    """Write sensorMetadata, or each sensorReport: the XSD lets them have attributes only."""
    for item in value if isinstance(value, list) else [value]:
        element = etree.SubElement(parent, key)
        others = {}
        for name, content in item.items():
            if name in _SENSOR_TIMES:
                element.set(name, plain_text(content).upper())
            elif name in _TYPED_ATTRIBUTES and content is not None:
                element.set(name, plain_text(content))
            else:
                others[name] = content
        write_attributes(element, others, names, _SENSOR_NAMES)


_SENSOR_TIMES = frozenset({"time", "startTime", "endTime"})
_TYPED_ATTRIBUTES = SENSOR_NUMBERS | {"booleanValue"}
_SENSOR_NAMES = METADATA_FIELDS | REPORT_FIELDS
_WRITERS: Mapping[str, _Writer] = {
    **dict.fromkeys(("eventTime", "recordTime", "declarationTime"), _time),
    "errorDeclaration": _object(("declarationTime", "reason", "correctiveEventIDs")),
    "correctiveEventIDs": _texts_in("correctiveEventID"),
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), _texts_in("epc")),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _quantities),
    "readPoint": _object(("id",)),
    "bizLocation": _object(("id",)),
    "bizTransactionList": _typed("bizTransaction"),
    "sourceList": _typed("source"),
    "destinationList": _typed("destination"),
    "persistentDisposition": _persistent_disposition,
    "sensorElementList": _sensor_elements,
    "sensorMetadata": _sensor_attributes,
    "sensorReport": _sensor_attributes,
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
