"""What a JSON-LD `@context` says about names: prefixes and terms, no more of JSON-LD than EPCIS needs.

No context is ever fetched: the standard one is fixed by EPCIS 2.0, and a document's own entries come with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

EPCIS_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"
XSD_NAMESPACE = "http://www.w3.org/2001/XMLSchema"  # JSON-LD's 'xsd:' is another, with '#' at its end
CBVMDA = "urn:epcglobal:cbv:mda"

# Official documents have a dozen; every event with names of its own costs as many again.
MAX_DEFINITIONS = 200
MAX_NAMESPACE = 2_000
_REMEMBERED = 1_000

# The prefixes that the standard context declares.
STANDARD_PREFIXES: Mapping[str, str] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": CBVMDA + ":",
    "gs1": "https://gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
_CBVMDA_NAMESPACES = frozenset({CBVMDA, CBVMDA + ":", CBVMDA + "#"})


@dataclass(frozen=True, slots=True)
class Names:
    """A read `@context`: its `entries` as written, its prefixes and terms, and `@vocab` if it has one."""

    entries: tuple[Any, ...]
    prefixes: Mapping[str, str]
    vocab: str | None
    _expanded: dict[str, tuple[str | None, str]] = field(default_factory=dict, compare=False, repr=False)

    def expand(self, key: str) -> tuple[str | None, str]:
        """Split a field's name into (namespace, local name); the namespace is None for a bare name."""
        known = self._expanded.get(key)
        if known is None:
            known = _expand(key, self.prefixes, self.vocab)
            if len(self._expanded) < _REMEMBERED:
                self._expanded[key] = known
        return known

    def expand_curie(self, text: str) -> str:
        """Write out 'prefix:name' where the prefix is declared; any other text comes back as it is."""
        prefix, colon, rest = text.partition(":")
        # JSON-LD 1.1 §5.2.2: what goes on with '//' is an absolute IRI, even if somebody declared 'https'.
        if not colon or rest.startswith("//"):
            return text
        namespace = self.prefixes.get(prefix)
        return text if namespace is None else namespace + rest

    def is_master_data_attribute(self, key: str, local: str) -> bool:
        """Tell whether the key names the CBV master data attribute `local`, in any spelling."""
        if not key.endswith(local):
            return False
        # The standard context protects 'cbvmda', so a document cannot mean anything else by it.
        if key == "cbvmda:" + local:
            return True
        namespace, name = self.expand(key)
        return name == local and namespace in _CBVMDA_NAMESPACES


def read_context(context: Any) -> Names:
    """Read the value of `@context`: a string, an object or a list of both; ValueError for anything else."""
    entries = tuple(context) if isinstance(context, (list, tuple)) else (() if context is None else (context,))
    if sum(len(entry) if isinstance(entry, Mapping) else 1 for entry in entries) > MAX_DEFINITIONS:
        raise ValueError(f"expected at most {MAX_DEFINITIONS} definitions in @context, got more")
    prefixes = dict(STANDARD_PREFIXES)
    vocab: str | None = None
    for entry in entries:
        if isinstance(entry, str):
            continue
        if not isinstance(entry, Mapping):
            raise ValueError(f"expected strings and objects in @context, got {type(entry).__name__}")
        prefixes.update(_definitions(entry.items()))
        if isinstance(entry.get("@vocab"), str):
            vocab = entry["@vocab"]
    return Names(entries, prefixes, vocab)


def extend(names: Names, context: Any) -> Names:
    """Return the names with an event's own `@context` after the document's."""
    own = [entry for entry in read_context(context).entries if entry not in names.entries]
    return read_context((*names.entries, *own)) if own else names


def _definitions(items: Iterable[tuple[str, Any]]) -> dict[str, str]:
    found = {}
    for name, value in items:
        iri = value.get("@id") if isinstance(value, Mapping) else value
        if isinstance(iri, str) and not name.startswith("@"):
            if len(iri) > MAX_NAMESPACE:
                raise ValueError(f"expected namespaces of at most {MAX_NAMESPACE} characters, got {len(iri)}")
            found[name] = iri
    return found


def _expand(key: str, prefixes: Mapping[str, str], vocab: str | None) -> tuple[str | None, str]:
    prefix, colon, local = key.partition(":")
    if not colon:
        term = prefixes.get(key)
        if term is not None and key not in STANDARD_PREFIXES:
            return _split_iri(term, prefixes)
        return (vocab, key)
    if prefix in prefixes and not local.startswith("//"):
        return prefixes[prefix], local
    if local.startswith("//") or prefix == "urn":
        return _split_iri(key, prefixes)
    return prefix + ":", local


def _split_iri(iri: str, prefixes: Mapping[str, str]) -> tuple[str | None, str]:
    declared = [uri for uri in prefixes.values() if len(uri) < len(iri) and iri.startswith(uri)]
    if declared:
        namespace = max(declared, key=len)
        return namespace, iri[len(namespace) :]
    cut = max(iri.rfind(mark) for mark in "/#:") + 1
    return (iri[:cut], iri[cut:]) if 0 < cut < len(iri) else (None, iri)
