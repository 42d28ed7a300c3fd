"""Values of extensions in XML: what is a number, a truth value, nothing, or a structure that XML has no form for.

Each mark is a standard's own: `xsi:type` and `xsi:nil` of XML Schema, and `rdf:datatype`, by which RDF/XML marks a JSON
literal (JSON-LD 1.1 §4.2.2). Attributes can carry no type, so `json:names` lists those of an element that hold JSON.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from trace.epcis.names import XSD_NAMESPACE, XSI_NAMESPACE, Names
from trace.epcis.xml_names import is_xml_name, is_xml_text, tag_of, xml_text
from trace.kit import strict_json

NIL = f"{{{XSI_NAMESPACE}}}nil"
XSI_TYPE = f"{{{XSI_NAMESPACE}}}type"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DATATYPE = f"{{{_RDF}}}datatype"
_JSON_LITERAL = _RDF + "JSON"
_JSON_NAMES = "{urn:suyuan:json:}names"
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,401}(?:\.[0-9]{0,1300})?|\.[0-9]{1,1300})(?:[eE][+-]?[0-9]{1,3})?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_MAX_MAGNITUDE = 400  # as in JSON
_NUMBER_TYPES = frozenset(
    {"byte", "decimal", "double", "float", "int", "integer", "long", "nonNegativeInteger", "positiveInteger", "short"}
)


def read_number(text: str) -> Any:
    """Read an XML number exactly; what is none comes back as text, for the event's rules to refuse."""
    text = text.strip()
    if _INTEGER.fullmatch(text):
        return int(text)
    if not _NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    return number if abs(number.adjusted()) <= _MAX_MAGNITUDE else text


def read_boolean(text: str) -> Any:
    """Read an XML truth value; what is none comes back as text."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip(), text)


def plain_text(value: Any) -> str:
    """Write a text, number or truth value as XML does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")  # xsd:decimal has no exponent
    return xml_text(str(value))


# -- elements ------------------------------------------------------------------------------------------


def is_nil(element: etree._Element) -> bool:
    """Tell whether an element without children says that it has no value."""
    return element.get(NIL) in ("true", "1") and len(element) == 0


def is_literal(element: etree._Element) -> bool:
    """Tell whether the element's text is one JSON value."""
    return element.get(_DATATYPE) == _JSON_LITERAL and len(element) == 0


def read_literal(element: etree._Element) -> Any:
    """Read the JSON value that an element holds; what is no JSON comes back as text."""
    return _read_json(element.text or "")


def read_text(element: etree._Element) -> tuple[Any, bool]:
    """Read an element's own text by its `xsi:type`; the second value tells whether that type says no more."""
    text = element.text or ""
    prefix, colon, local = (element.get(XSI_TYPE) or "").rpartition(":")
    if not local or element.nsmap.get(prefix if colon else None) != XSD_NAMESPACE:
        return text, False
    if local in _NUMBER_TYPES:
        return read_number(text), True
    return (read_boolean(text) if local == "boolean" else text), True


def write_value(element: etree._Element, value: Any) -> None:
    """Write a text, a number, a truth value or None into an element."""
    if value is None:
        element.set(NIL, "true")
        return
    element.text = plain_text(value)
    if not isinstance(value, str):
        kind = "boolean" if isinstance(value, bool) else "decimal" if "." in element.text else "integer"
        # lxml finds or declares the prefix; its stubs know texts only.
        element.set(XSI_TYPE, etree.QName(XSD_NAMESPACE, kind))  # type: ignore[arg-type]


def write_literal(parent: etree._Element, key: str, value: Any, names: Names) -> None:
    """Write the value of a JSON field, whatever it is, as one element that holds its JSON."""
    element = etree.SubElement(parent, tag_of(key, names), {_DATATYPE: _JSON_LITERAL}, nsmap={"rdf": _RDF})
    element.text = _json(value, names)


def _json(value: Any, names: Names) -> str:
    return strict_json.dumps(value if names.vocab is None else _in_full(value, names.vocab, names)).decode()


def _in_full(value: Any, vocab: str, names: Names) -> Any:
    """Write out the names that have their meaning from `@vocab`: XML hands on prefixes only."""
    if isinstance(value, list):
        return [_in_full(item, vocab, names) for item in value]
    if not isinstance(value, Mapping):
        return value
    found = {}
    for key, item in value.items():
        mark, bare = ("@", key[1:]) if key.startswith("@") else ("", key)
        if key == "#text":
            found[key] = item
        else:
            is_bare = names.expand(bare) == (vocab, bare)
            found[mark + vocab + bare if is_bare else key] = _in_full(item, vocab, names)
    return found


def needs_literal(value: Any, names: Names) -> bool:
    """Tell whether elements, attributes and text cannot say this value of a JSON field.

    Those are: a list within a list, empty lists and objects, names that XML does not allow, control characters.
    """
    if isinstance(value, str):
        return not is_xml_text(value)
    if isinstance(value, list):
        return not value or any(isinstance(item, list) for item in value)
    if not isinstance(value, Mapping):
        return False
    return (
        not value
        or _is_hard_text(value)
        or any(key != "#text" and not is_xml_name(key.removeprefix("@"), names) for key in value)
    )


def _is_hard_text(value: Mapping[str, Any]) -> bool:
    """Tell whether an object's own text needs a literal: beside other members it is a plain text, and trimmed."""
    text = value.get("#text", "")
    if isinstance(text, str):
        return not is_xml_text(text) or (text != text.strip() and len(value) > 1)
    return text is None or isinstance(text, (list, Mapping)) or len(value) > 1


# -- attributes ----------------------------------------------------------------------------------------


def write_attributes(
    element: etree._Element, values: Mapping[str, Any], names: Names, standard: Collection[str] = ()
) -> None:
    """Write members of an object as attributes; those that are no plain text as JSON, listed in `json:names`.

    `standard` are the names that EPCIS defines here: they have no namespace, whatever the context's `@vocab` is.
    """
    listed = []
    for key, value in values.items():
        tag = key if key in standard else tag_of(key, names)
        if isinstance(value, str) and is_xml_text(value):
            element.set(tag, value)
        else:
            element.set(tag, _json(value, names))
            listed.append(tag)
    if listed:
        element.set(_JSON_NAMES, " ".join(listed))


def read_attributes(element: etree._Element) -> list[tuple[str, Any]]:
    """Read an element's attributes as (lxml's name, text or JSON value), without the marks of this module."""
    listed = element.get(_JSON_NAMES, "").split()
    return [
        (str(name), _read_json(str(text)) if name in listed else str(text))
        for name, text in element.attrib.items()
        if name != _JSON_NAMES
    ]


def _read_json(text: str) -> Any:
    try:
        return strict_json.loads(text.encode())
    except strict_json.StrictJsonError:
        return text
