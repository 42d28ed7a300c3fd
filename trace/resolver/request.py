"""What a request to the resolver asks for: path and query as they were sent, read strictly (Resolver Standard 2.4)."""

import re
from dataclasses import dataclass, replace
from urllib.parse import quote, unquote_plus

from trace.gs1.ai import AI_TABLE
from trace.gs1.compression import decompress
from trace.gs1.digital_link import CANONICAL_BASE, Elements, build_path, encode_value, find_key, read_digital_link
from trace.gs1.errors import cannot_read
from trace.resolver.link_types import read_link_type

_RESERVED = "!$&'()*+,;=:@/?-._~%[]"
_CONTEXT_LONGEST = 100
_WHAT = "GS1 Digital Link"


@dataclass(frozen=True, slots=True)
class Asked:
    """A Digital Link and what is wanted of it.

    ``elements`` are the primary key and its qualifiers, ``attributes`` the data attributes of the query.
    ``link_type`` is in its one spelling, ``linkset`` for all links, None for the default. ``query`` is the whole
    query, fit to be passed on. ``compressed`` says that the path was.
    """

    elements: Elements
    attributes: Elements
    link_type: str | None
    context: str | None
    query: str
    compressed: bool = False

    @property
    def key(self) -> str:
        """The AI of the primary key."""
        return self.elements[0][0]

    @property
    def path(self) -> str:
        """The uncompressed path."""
        return build_path(self.elements)


def read_asked(path: str, query: str) -> Asked:
    """What is asked by a path and a query, both as they were sent; trailing slashes are ignored (2.13).

    Raises IdentifierError for what is no valid Digital Link from its first segment on.
    """
    segments = path.rstrip("/").split("/")[1:]
    passed = quote(query, safe=_RESERVED)
    elements = read_digital_link(f"{CANONICAL_BASE}/{'/'.join(segments)}" + (f"?{passed}" if passed else ""))
    if find_key(segments) != 0:
        raise cannot_read(path, _WHAT, "expected the primary key first, then pairs of its qualifiers and their values")
    count = len(segments) // 2
    return _asked(elements[:count], elements[count:], passed)


def read_compressed(path: str, query: str) -> Asked:
    """The same for a path that is compressed, whole or behind its key; attributes may be in both parts.

    Raises IdentifierError for what cannot be decompressed, or is no valid Digital Link then.
    """
    elements = decompress(path.rstrip("/"))
    qualifiers = {ai for sequence in AI_TABLE[elements[0][0]].key or () for ai in sequence}
    count = 1 + sum(1 for ai, _ in elements[1:] if ai in qualifiers)
    attributes = "&".join(f"{ai}={encode_value(value)}" for ai, value in elements[count:])
    whole = read_asked(build_path(elements[:count]), "&".join(filter(None, [attributes, query])))
    return replace(whole, query=quote(query, safe=_RESERVED), compressed=True)


def _asked(elements: Elements, attributes: Elements, query: str) -> Asked:
    link_type, context = _parameter(query, "linkType"), _parameter(query, "context")
    if context is not None and len(context) > _CONTEXT_LONGEST:
        raise cannot_read(context, "context", f"expected at most {_CONTEXT_LONGEST} characters", "bad_length")
    wanted = None if link_type is None else read_link_type(link_type)
    return Asked(elements, attributes, wanted, context, query)


def _parameter(query: str, name: str) -> str | None:
    """The value of one of the resolver's own parameters; what is empty counts as left out."""
    pairs = (part.partition("=") for part in query.split("&"))
    values = {unquote_plus(value) for key, _, value in pairs if key.lower() == name.lower() and value}
    if len(values) > 1:
        raise cannot_read(query, "query", f"expected {name} once, got it with {len(values)} values")
    return values.pop() if values else None


def goods_code(asked: Asked, site: str) -> str | None:
    """The Digital Link by which the consumer's check looks the goods up; None where no goods are named.

    Key, lot, serial and the item's dates: what else a link carries decides nothing there.
    """
    if asked.key not in ("01", "8006", "00"):
        return None
    kept = (asked.elements[0], *(pair for pair in asked.elements[1:] if pair[0] in ("10", "21")))
    dates = [] if asked.key == "00" else [pair for pair in asked.attributes if pair[0] in ("11", "15", "17")]
    query = "&".join(f"{ai}={value}" for ai, value in dates)
    return site + build_path(kept) + (f"?{query}" if query else "")


def is_compressed(path: str) -> bool:
    """Whether the path is a word alone, or a key, its value and a word: the two ways in which links are compressed."""
    segments = path.rstrip("/").split("/")[1:]
    return len(segments) in (1, 3) and re.fullmatch(r"[A-Za-z0-9_-]{4,}", segments[-1]) is not None
