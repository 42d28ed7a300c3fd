"""Plain values as XML, for answers that are no EPCIS document: problems, collections, capture jobs."""

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from trace.kit import strict_json

EPCIS_NAMESPACE = "urn:epcglobal:epcis:xsd:2"

_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""Characters that XML 1.0 has no way to write; texts that repeat a client's words may have them."""


def write_element(name: str, members: Mapping[str, Any], namespace: str) -> bytes:
    """An object as one element: each member is a child without a namespace, a list one child for each of its values."""
    root = etree.Element(f"{{{namespace}}}{name}", nsmap={"epcis": namespace})
    append_members(root, members)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def append_members(element: etree._Element, members: Mapping[str, Any]) -> None:
    """Add the members of an object as children; null is left out, as is `@context`, for which XML has no use."""
    for name, value in members.items():
        if name.startswith("@"):
            continue
        for one in value if isinstance(value, list | tuple) else [value]:
            if one is None:
                continue
            child = etree.SubElement(element, name)
            if isinstance(one, Mapping):
                append_members(child, one)
            else:
                child.text = xml_text(one if isinstance(one, str) else strict_json.dumps(one).decode())


def xml_text(text: str) -> str:
    """The text with U+FFFD for what XML cannot say."""
    return _NOT_XML.sub("\ufffd", text)
