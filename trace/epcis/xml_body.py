"""One XML event element as the JSON-LD body that its JSON twin has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lxml import etree

from trace.epcis.event import OBJECT_EVENT, Problem
from trace.epcis.fields import SENSOR_NUMBERS
from trace.epcis.names import XSI_NAMESPACE
from trace.epcis.xml_names import Prefixes, split_tag, standard_name
from trace.epcis.xml_values import (
    NIL,
    XSI_TYPE,
    is_literal,
    is_nil,
    read_attributes,
    read_boolean,
    read_literal,
    read_number,
    read_text,
)

_Reader = Callable[[etree._Element, Prefixes], Any]
_XSI = f"{{{XSI_NAMESPACE}}}"


class UnexpectedElement(ValueError):
    """An element where the schema has none, which a lax reader would lose."""


def event_body(element: etree._Element, prefixes: Prefixes, at: str, problems: list[Problem]) -> dict[str, Any]:
    """Convert an event element; a standard field that occurs twice becomes a Problem."""
    body: dict[str, Any] = {"type": standard_name(element.tag) or prefixes.key(element.tag, element.prefix)}
    is_quantity_event = body["type"] == "QuantityEvent"
    _read_into(body, element, prefixes, _QUANTITY_EVENT_FIELDS if is_quantity_event else _EVENT_FIELDS, at, problems)
    return _as_object_event(body) if is_quantity_event else body


def _as_object_event(body: dict[str, Any]) -> dict[str, Any]:
    """Convert a QuantityEvent, which EPCIS 1.1 §7.4.4 deprecates as equivalent to this, and 2.0 has no more."""
    element = {key: body.pop(key) for key in ("epcClass", "quantity") if key in body}
    return {**body, "type": OBJECT_EVENT, "action": "OBSERVE", "quantityList": [element]}


def extension(element: etree._Element, prefixes: Prefixes, skipped: Sequence[str] = ()) -> Any:
    """Convert an extension element: a plain value, or an object of attributes, text and children."""
    if len(element) == 0 and not element.attrib:
        return element.text or ""
    if is_nil(element):
        return None
    if is_literal(element):
        return read_literal(element)
    text, is_typed = read_text(element)
    value: dict[str, Any] = {
        "@" + prefixes.key(name, None): attribute
        for name, attribute in read_attributes(element)
        if name not in skipped and not (is_typed and name == XSI_TYPE)
    }
    if len(element) == 0:
        return {**value, "#text": text} if value and text != "" else value or text
    if isinstance(text, str):
        text = "".join(part for part in (text, *(child.tail for child in element)) if part).strip()
    if text != "":
        value["#text"] = text
    for child in element:
        _append(value, prefixes.key(child.tag, child.prefix), extension(child, prefixes))
    return value


def _read_into(
    body: dict[str, Any],
    element: etree._Element,
    prefixes: Prefixes,
    readers: dict[str, _Reader],
    at: str = "",
    problems: list[Problem] | None = None,
) -> None:
    for child in _children(element):
        name = standard_name(child.tag)
        read = readers.get(name) if name else None
        if name is None or read is None:
            key = name or prefixes.key(child.tag, child.prefix)
            _append(body, key, extension(child, prefixes))
        elif name not in body:
            try:
                body[name] = read(child, prefixes)
            except UnexpectedElement as error:
                if problems is None:
                    raise
                problems.append(Problem(f"{at}/{name}", str(error)))
        elif name in _REPEATED:
            _append(body, name, read(child, prefixes))
        elif problems is not None:
            problems.append(Problem(f"{at}/{name}", f"expected one <{name}> element, got several"))
    for attribute, content in read_attributes(element):
        if attribute.startswith("{") and not attribute.startswith(_XSI):
            body["@" + prefixes.key(attribute, None)] = content


def _children(element: etree._Element) -> Iterator[etree._Element]:
    """Yield child elements, taking off the wrappers by which EPCIS 1.2 made room for new fields."""
    for child in element:
        if child.tag in ("extension", "baseExtension"):
            yield from _children(child)
        else:
            yield child


def _append(body: dict[str, Any], key: str, value: Any) -> None:
    if key not in body:
        body[key] = value
    elif isinstance(body[key], list):
        body[key].append(value)
    else:
        body[key] = [body[key], value]


# -- readers of standard fields ------------------------------------------------------------------------


def _named(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of a standard list, which may have these names only."""
    for child in element:
        if standard_name(child.tag) not in names:
            expected = " or ".join(f"<{name}>" for name in names)
            raise UnexpectedElement(f"expected {expected}, got <{split_tag(child.tag)[1]}>")
        yield child


def _text(element: etree._Element, prefixes: Prefixes) -> str:
    for child in element:
        raise UnexpectedElement(f"expected a text, got <{split_tag(child.tag)[1]}>")
    return (element.text or "").strip()


def _quantity(element: etree._Element, prefixes: Prefixes) -> Any:
    return None if element.get(NIL) in ("true", "1") else read_number(_text(element, prefixes))


def _texts(name: str) -> _Reader:
    return lambda element, prefixes: [_text(child, prefixes) for child in _named(element, name)]


def _object_of(readers: dict[str, _Reader]) -> _Reader:
    def read(element: etree._Element, prefixes: Prefixes) -> dict[str, Any]:
        value: dict[str, Any] = {}
        _read_into(value, element, prefixes, readers)
        return value

    return read


def _quantity_element(element: etree._Element, prefixes: Prefixes) -> dict[str, Any]:
    value: dict[str, Any] = _QUANTITY_ELEMENT(element, prefixes)
    if value.get("quantity", 0) is None:
        del value["quantity"]  # xsi:nil: the amount is unknown, as when the element is missing
    return value


def _list_of(name: str, read: _Reader) -> _Reader:
    return lambda element, prefixes: [read(child, prefixes) for child in _named(element, name)]


def _typed(child_name: str) -> _Reader:
    def read(element: etree._Element, prefixes: Prefixes) -> list[dict[str, Any]]:
        return [
            {
                **{prefixes.key(str(name), None): str(text).strip() for name, text in child.attrib.items()},
                child_name: _text(child, prefixes),
            }
            for child in _named(element, child_name)
        ]

    return read


def _persistent_disposition(element: etree._Element, prefixes: Prefixes) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for child in _named(element, "set", "unset"):
        value.setdefault(split_tag(child.tag)[1], []).append(_text(child, prefixes))
    return value


def _attributes(element: etree._Element, prefixes: Prefixes) -> dict[str, Any]:
    """Convert sensorMetadata and sensorReport, whose fields are attributes in XML."""
    value: dict[str, Any] = {}
    for name, content in read_attributes(element):
        key = prefixes.key(name, None)
        value[key] = _attribute(key, content) if isinstance(content, str) else content
    for child in element:
        _append(value, prefixes.key(child.tag, child.prefix), extension(child, prefixes))
    return value


def _attribute(key: str, text: str) -> Any:
    if key in SENSOR_NUMBERS:
        return read_number(text)
    return read_boolean(text) if key == "booleanValue" else text


def _sensor_element(element: etree._Element, prefixes: Prefixes) -> dict[str, Any]:
    value: dict[str, Any] = {}
    reports: list[dict[str, Any]] = []
    for child in _children(element):
        name = standard_name(child.tag)
        if name == "sensorReport":
            reports.append(_attributes(child, prefixes))
            value["sensorReport"] = reports
        elif name == "sensorMetadata":
            value["sensorMetadata"] = _attributes(child, prefixes)
        else:
            _append(value, prefixes.key(child.tag, child.prefix), extension(child, prefixes))
    return value


_QUANTITY_ELEMENT = _object_of({"epcClass": _text, "quantity": _quantity, "uom": _text})
_QUANTITIES = _list_of("quantityElement", _quantity_element)
_PLACE = _object_of({"id": _text})
_REPEATED = frozenset({"certificationInfo"})
_EVENT_FIELDS: dict[str, _Reader] = {
    "eventTime": _text,
    "recordTime": _text,
    "eventTimeZoneOffset": _text,
    "eventID": _text,
    "certificationInfo": _text,
    "errorDeclaration": _object_of(
        {"declarationTime": _text, "reason": _text, "correctiveEventIDs": _texts("correctiveEventID")}
    ),
    "parentID": _text,
    "epcList": _texts("epc"),
    "childEPCs": _texts("epc"),
    "inputEPCList": _texts("epc"),
    "outputEPCList": _texts("epc"),
    "quantityList": _QUANTITIES,
    "childQuantityList": _QUANTITIES,
    "inputQuantityList": _QUANTITIES,
    "outputQuantityList": _QUANTITIES,
    "action": _text,
    "transformationID": _text,
    "bizStep": _text,
    "disposition": _text,
    "persistentDisposition": _persistent_disposition,
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": _typed("bizTransaction"),
    "sourceList": _typed("source"),
    "destinationList": _typed("destination"),
    "sensorElementList": _list_of("sensorElement", _sensor_element),
    "ilmd": _object_of({}),
}
_QUANTITY_EVENT_FIELDS: dict[str, _Reader] = {**_EVENT_FIELDS, "epcClass": _text, "quantity": _quantity}
