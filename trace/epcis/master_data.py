"""Master data in documents: vocabularies, their elements, attributes and children (EPCIS 2.0 §6.5, §9.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from trace.epcis.event import DocumentError, VocabularyElement
from trace.epcis.names import CBVMDA, Names
from trace.kit import strict_json

MAX_ELEMENTS = 5_000
MAX_ATTRIBUTES = 200
MAX_CHILDREN = 5_000
MAX_NAME = 500
"""Characters of an identifier, of a vocabulary's type or of an attribute's name."""
MAX_VALUE = 20_000
"""Characters of an attribute's value, written as JSON."""


def read_vocabularies(value: Any, names: Names, at: str) -> tuple[VocabularyElement, ...]:
    """Read a `vocabularyList` from its JSON value, which stands at the JSON pointer `at`.

    Abbreviated types and attribute names are written out. Raises DocumentError (400) for what has not the shape of
    the official schema, and as `checked`.
    """
    elements = [
        _element(kind, element, names, where)
        for index, vocabulary in enumerate(_list(value, at))
        for kind, listed, inside in [_vocabulary(vocabulary, names, f"{at}/{index}")]
        for number, element in enumerate(listed)
        for where in [f"{inside}/{number}"]
    ]
    return checked(elements, at)


def checked(elements: Iterable[VocabularyElement], at: str) -> tuple[VocabularyElement, ...]:
    """Return the elements of the list at `at`; raises DocumentError (400) where one has no ID or is beyond limits."""
    found = tuple(elements)
    _limit(len(found), MAX_ELEMENTS, "elements", at)
    for element in found:
        if not element.id.strip():
            raise DocumentError(400, f"expected an id for every vocabulary element in {at}, got none")
        where = f"{at} (element {element.id[:100]})"
        _limit(len(element.attributes), MAX_ATTRIBUTES, "attributes", where)
        _limit(len(element.children), MAX_CHILDREN, "children", where)
        for name in (element.type, element.id, *(name for name, _ in element.attributes), *element.children):
            if not name.strip():
                raise DocumentError(400, f"expected a URI for every type, attribute and child at {where}, got none")
            _limit(len(name), MAX_NAME, "characters of a URI", where)
        for _, value in element.attributes:
            _limit(len(strict_json.dumps(value).decode()), MAX_VALUE, "characters of a value", where)
    return found


def attribute_name(text: str) -> str:
    """Return the one spelling of an attribute's name: CBV's `urn:epcglobal:cbv:mda#name` is `…:mda:name`."""
    if text.startswith(CBVMDA + "#"):
        return CBVMDA + ":" + text.removeprefix(CBVMDA + "#")
    return text


def _vocabulary(value: Any, names: Names, at: str) -> tuple[str, list[Any], str]:
    vocabulary = _object(value, at)
    kind = names.expand_curie(_text(vocabulary, "type", at))
    inside = f"{at}/vocabularyElementList"
    return kind, _list(vocabulary.get("vocabularyElementList", []), inside), inside


def _element(kind: str, value: Any, names: Names, at: str) -> VocabularyElement:
    element = _object(value, at)
    attributes = []
    for index, item in enumerate(_list(element.get("attributes", []), f"{at}/attributes")):
        where = f"{at}/attributes/{index}"
        attribute = _object(item, where)
        attributes.append((names.expand_curie(_text(attribute, "id", where)), attribute.get("attribute")))
    children = _list(element.get("children", []), f"{at}/children")
    for index, child in enumerate(children):
        if not isinstance(child, str):
            raise DocumentError(400, f"expected a URI at {at}/children/{index}, got {_shape(child)}")
    return VocabularyElement(kind, _text(element, "id", at), tuple(attributes), tuple(children))


def _text(value: Mapping[str, Any], name: str, at: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise DocumentError(400, f"expected a URI at {at}/{name}, got {_shape(text)}")
    return text


def _list(value: Any, at: str) -> list[Any]:
    if not isinstance(value, list):
        raise DocumentError(400, f"expected a list at {at}, got {_shape(value)}")
    return value


def _object(value: Any, at: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise DocumentError(400, f"expected an object at {at}, got {_shape(value)}")
    return value


def _shape(value: Any) -> str:
    shapes = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "nothing"}
    return shapes.get(type(value), "a number")


def _limit(got: int, limit: int, what: str, at: str) -> None:
    if got > limit:
        raise DocumentError(400, f"expected at most {limit} {what} at {at}, got {got}")
