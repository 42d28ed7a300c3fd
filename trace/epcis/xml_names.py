"""Namespaces of an XML document as the prefixes of a JSON-LD context, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote

from lxml import etree

from trace.epcis.names import (
    EPCIS_CONTEXT,
    MAX_DEFINITIONS,
    MAX_NAMESPACE,
    STANDARD_PREFIXES,
    XSD_NAMESPACE,
    XSI_NAMESPACE,
    Names,
    read_context,
)

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
_EPCIS_NAMESPACES = "urn:epcglobal:epcis"
_OF_XML = frozenset({XSI_NAMESPACE, XSD_NAMESPACE})  # they say how values are written, and name no field
_TOO_MANY = f"expected at most {MAX_DEFINITIONS} namespaces, got more"
_TOO_LONG = f"expected namespaces of at most {MAX_NAMESPACE} characters, got longer ones"
_NAMESPACE_OF_OTHERS = "urn:x-namespace:"  # stands before a namespace that XML cannot use as it is
_ASCII = re.compile(r"[!-~]+")
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_.\-]")
_PREFIX = re.compile(r"(?!xml)[A-Za-z_][A-Za-z0-9_.\-]*", re.IGNORECASE)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class TooManyNamespaces(ValueError):
    """More or longer namespaces in scope than any document needs; each one costs for every event."""


@dataclass(slots=True)
class Prefixes:
    """The prefixes of one event; namespaces that inner elements declare join as they are met.

    `by_uri` gives each namespace one prefix, even if the document has several for it.
    """

    declared: dict[str, str]
    by_uri: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, element: etree._Element) -> Prefixes:
        """Collect the namespaces in scope at an element, without EPCIS's own and the standard context's.

        Raises TooManyNamespaces for more than 200.
        """
        check_namespaces(element)
        declared = {
            prefix: uri
            for prefix, uri in sorted((prefix or "", uri) for prefix, uri in element.nsmap.items())
            if prefix and uri not in _OF_XML and not uri.startswith(_EPCIS_NAMESPACES)
        }
        by_uri: dict[str, str] = {}
        for prefix, uri in declared.items():
            by_uri.setdefault(uri, prefix)
        own = {prefix: uri for prefix, uri in declared.items() if STANDARD_PREFIXES.get(prefix) != uri}
        return cls(own, by_uri)

    def key(self, tag: str, prefix: str | None) -> str:
        """Return the JSON key of an element or attribute; a name without namespace stays bare."""
        uri, local = split_tag(tag)
        if uri is None:
            return local
        if uri == XSI_NAMESPACE:
            return "xsi:" + local
        if uri == XML_NAMESPACE:
            return "xml:" + local
        if uri.startswith(_NAMESPACE_OF_OTHERS):
            uri = unquote(uri.removeprefix(_NAMESPACE_OF_OTHERS))
        known = self.by_uri.get(uri)
        if known is None:
            if len(self.declared) >= MAX_DEFINITIONS:
                raise TooManyNamespaces(_TOO_MANY)
            if len(uri) > MAX_NAMESPACE:
                raise TooManyNamespaces(_TOO_LONG)
            known = prefix or "ns1"
            while known in self.declared or known in self.by_uri.values():
                known = f"ns{len(self.declared) + 1}" if known.startswith("ns") else known + "1"
            self.declared[known] = uri
            self.by_uri[uri] = known
        return f"{known}:{local}"

    def names(self) -> Names:
        """Return these prefixes as the names of a JSON-LD context."""
        return _names(tuple(sorted(self.declared.items())))


def check_namespaces(element: etree._Element) -> None:
    """Raise TooManyNamespaces if more than 200 namespaces are in scope at an element."""
    if len(element.nsmap) > MAX_DEFINITIONS:
        raise TooManyNamespaces(_TOO_MANY)
    if any(len(uri) > MAX_NAMESPACE for uri in element.nsmap.values()):
        raise TooManyNamespaces(_TOO_LONG)


@lru_cache(maxsize=64)
def _names(prefixes: tuple[tuple[str, str], ...]) -> Names:
    return read_context([EPCIS_CONTEXT, *({prefix: uri} for prefix, uri in prefixes)])


def split_tag(tag: str) -> tuple[str | None, str]:
    """Split lxml's '{namespace}local'."""
    if not tag.startswith("{"):
        return None, tag
    uri, _, local = tag[1:].partition("}")
    return uri, local


def standard_name(tag: Any) -> str | None:
    """Return the local name of an element that EPCIS itself defines, or None for an extension's.

    The schema leaves standard elements without a namespace; documents that give them EPCIS's own are read too.
    """
    uri, local = split_tag(tag)
    return local if uri is None or uri.startswith(_EPCIS_NAMESPACES) else None


def namespace_map(names: Names) -> dict[str, str]:
    """Return the prefixes of an event's context that XML can declare, in order of the alphabet.

    The order makes one of two prefixes for a namespace win, the same one as in reading.
    """
    own = _prefixes_of(names.entries)
    return {prefix: uri for prefix, uri in sorted(own.items()) if _PREFIX.fullmatch(prefix) and _is_namespace(uri)}


def _prefixes_of(entries: tuple[Any, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry, Mapping):
            for prefix, uri in entry.items():
                if isinstance(uri, str) and not prefix.startswith("@"):
                    found[prefix] = uri
    return found


def tag_of(key: str, names: Names) -> str:
    """Return lxml's tag for a JSON key; what XML allows in no name becomes '_'."""
    uri, local = _expand(key, names)
    if not _is_local_name(local):
        replaced = _NOT_A_NAME.sub("_", local)
        local = replaced if _is_local_name(replaced) else "_" + replaced
    if uri is not None and not _is_namespace(uri):
        uri = _NAMESPACE_OF_OTHERS + quote(uri, safe="")  # a bare name would pass for a standard field
    return f"{{{uri}}}{local}" if uri else local


def is_xml_name(key: str, names: Names) -> bool:
    """Tell whether XML can hold the name of a JSON field as it is."""
    uri, local = _expand(key, names)
    return _is_local_name(local) and (uri is None or _is_namespace(uri))


def _expand(key: str, names: Names) -> tuple[str | None, str]:
    if key.startswith("xsi:"):
        return XSI_NAMESPACE, key[4:]
    if key.startswith("xml:"):
        return XML_NAMESPACE, key[4:]
    return names.expand(key)


@lru_cache(maxsize=4096)
def _is_local_name(local: str) -> bool:
    try:
        etree.Element(local)
    except ValueError:
        return False
    return local != "xmlns"


@lru_cache(maxsize=256)
def _is_namespace(uri: str) -> bool:
    """Tell whether XML can use the text as a namespace; lxml refuses what is no URI."""
    if not _ASCII.fullmatch(uri):
        return False
    try:
        etree.Element(f"{{{uri}}}a")
    except ValueError:
        return False
    return True


def xml_text(text: str) -> str:
    """Replace the control characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("\ufffd", text)


def is_xml_text(text: str) -> bool:
    """Tell whether XML 1.0 can hold every character of the text."""
    return _NOT_XML.search(text) is None
