"""Plain objects as XML, for answers of which neither an XSD nor an example exists: subscriptions."""

from collections.abc import Mapping
from typing import Any

from lxml import etree

from trace.epcis.xml_names import xml_text
from trace.epcis.xml_writer import EPCIS_NAMESPACE
from trace.kit import strict_json


def write_element(name: str, members: Mapping[str, Any]) -> bytes:
    """An object as one element: each member is a child without a namespace, a list one child for each of its values."""
    root = etree.Element(f"{{{EPCIS_NAMESPACE}}}{name}", nsmap={"epcis": EPCIS_NAMESPACE})
    _append(root, members)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _append(element: etree._Element, members: Mapping[str, Any]) -> None:
    """Add the members of an object as children; null is left out, as is `@context`, for which XML has no use."""
    for name, value in members.items():
        if name.startswith("@"):
            continue
        for one in value if isinstance(value, list | tuple) else [value]:
            if one is None:
                continue
            child = etree.SubElement(element, name)
            if isinstance(one, Mapping):
                _append(child, one)
            else:
                child.text = xml_text(one if isinstance(one, str) else strict_json.dumps(one).decode())
