"""GS1 Digital Link URIs (GS1 Digital Link Standard: URI Syntax 1.4): reading, strictly, and building."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from trace.gs1.ai import AI_TABLE
from trace.gs1.errors import cannot_read
from trace.gs1.values import check_value

Elements = tuple[tuple[str, str], ...]

CANONICAL_BASE = "https://id.gs1.org"
_WHAT = "GS1 Digital Link"
_URI = re.compile(r"(?i:https?)://([^/?#]*)(/[^?#]*)?(?:\?([^#]*))?(?:#.*)?")
_HOST = re.compile(r"(?:[0-9A-Za-z_.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?")
_FOREIGN = re.compile(r"[^0-9A-Za-z._~:/?#\[\]@!$&'()*+,;=%-]")  # RFC 3986 §2
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLAIN = re.compile(r"[0-9A-Za-z._~-]*")


def encode_value(value: str) -> str:
    """`value` as one path segment: everything but RFC 3986's unreserved characters is percent-encoded."""
    return value if _PLAIN.fullmatch(value) else quote(value, safe="")


def build_path(elements: Elements) -> str:
    """`/01/<gtin>/10/<lot>` for elements in the order in which they shall stand."""
    return "".join(f"/{ai}/{encode_value(value)}" for ai, value in elements)


def canonical_uri(gtin: str, lot: str | None = None, serial: str | None = None) -> str:
    """The one URI by which the service knows an item, a batch or an instance (RULES 1).

    `gtin` has 8, 12, 13 or 14 digits and was read before; `lot` and `serial` are plain text. With a serial
    the lot is left out: an instance has one name, whether or not a link tells its batch.
    """
    head = f"{CANONICAL_BASE}/01/{gtin.zfill(14)}"
    if serial is not None:
        return f"{head}/21/{encode_value(serial)}"
    return head if lot is None else f"{head}/10/{encode_value(lot)}"


def digital_link(
    base_url: str, gtin: str, lot: str | None = None, serial: str | None = None, attributes: Elements = ()
) -> str:
    """A Digital Link to print: `base_url` with or without a path of its own, then key and qualifiers.

    `attributes` are data attributes such as `(("17", "261231"),)`, put into the query (URI Syntax §4.10).
    Raises `IdentifierError` where the outcome would not be a valid link.
    """
    qualifiers = (("10", lot), ("21", serial))
    elements = (("01", gtin.zfill(14)), *((ai, value) for ai, value in qualifiers if value is not None))
    query = "&".join(f"{ai}={encode_value(value)}" for ai, value in attributes)
    link = base_url.rstrip("/") + build_path(elements) + (f"?{query}" if query else "")
    read_digital_link(link)
    return link


def find_key(segments: list[str]) -> int | None:
    """Where the primary key's AI stands among the path `segments`: the last, in pairs from the end."""
    for index in range(len(segments) - 2, -1, -2):
        spec = AI_TABLE.get(segments[index])
        if spec is not None and spec.key is not None:
            return index
    return None


def read_path(segments: list[str]) -> Elements:
    """Elements of path `segments` that begin with a primary key: `["01", "0690…", "10", "A%2FB"]`.

    Raises `IdentifierError` for unknown qualifiers, wrong order, and values that the AI table forbids.
    """
    ais = tuple(segments[::2])
    key = AI_TABLE[ais[0]].key or ()
    if ais[1:] and not any(_in_order(ais[1:], sequence) for sequence in key):
        ways = " or ".join("/".join(sequence) for sequence in key if sequence) or "none"
        raise cannot_read(
            "/".join(segments),
            _WHAT,
            f"qualifiers of ({ais[0]}) are {ways}, in this order; got {'/'.join(ais[1:])}",
        )
    values = [unquote(value) if "%" in value else value for value in segments[1::2]]
    elements = tuple(zip(ais, values, strict=True))
    for (ai, value), raw in zip(elements, segments[1::2], strict=True):
        if "%" in raw and _BAD_ESCAPE.search(raw):
            raise cannot_read(raw, _WHAT, "each '%' needs two hexadecimal digits after it")
        check_value(AI_TABLE[ai], value)
    return elements


def _in_order(ais: tuple[str, ...], sequence: tuple[str, ...]) -> bool:
    remaining = iter(sequence)
    return all(ai in remaining for ai in ais)


def split_link(text: str) -> tuple[str, list[str], str] | None:
    """(host, path segments, query) of an http(s) URI; None for anything else. Nothing is decoded."""
    parts = _URI.fullmatch(text)
    if parts is None:
        return None
    return parts[1], (parts[2] or "").split("/")[1:], parts[3] or ""


def read_digital_link(text: str) -> Elements:
    """The elements of a Digital Link with any host and any path before the key: key, qualifiers, attributes.

    Strict (URI Syntax §4): raises `IdentifierError` for an URI that is no Digital Link or breaks the AI table
    in lengths, characters, check digits, order of qualifiers, or repeated and unknown attributes.
    Whether AIs may stand together is for `element_strings.check_pairing`.
    """
    foreign = _FOREIGN.search(text)
    if foreign:
        reason = f"character {foreign[0]!r} at position {foreign.start() + 1} must be percent-encoded"
        raise cannot_read(text, _WHAT, reason, "bad_characters")
    parts = split_link(text)
    if parts is None or not _HOST.fullmatch(parts[0]):
        raise cannot_read(text, _WHAT, "expected http:// or https:// and a host name")
    _, segments, query = parts
    start = find_key(segments)
    if start is None:
        raise cannot_read(
            text,
            _WHAT,
            "expected a primary key such as /01/<14 digits> with pairs of AI and value to the end",
        )
    elements = read_path(segments[start:])
    return elements + _read_query(text, elements, query)


def _read_query(text: str, path: Elements, query: str) -> Elements:
    qualifiers = {ai for sequence in AI_TABLE[path[0][0]].key or () for ai in sequence}
    seen = {ai for ai, _ in path}
    attributes = []
    for part in query.split("&"):
        name, equals, raw = part.partition("=")
        if not equals or not (name.isascii() and name.isdigit()):
            continue  # not ours: the standard lets other parameters pass
        spec = AI_TABLE.get(name)
        if spec is None or not spec.attribute:
            raise cannot_read(text, _WHAT, f"({name}) is no AI that may stand in the query")
        if name in seen or name in qualifiers:
            where = "stands twice" if name in seen else "belongs into the path"
            raise cannot_read(text, _WHAT, f"({name}) {where}")
        if _BAD_ESCAPE.search(raw):
            raise cannot_read(raw, _WHAT, "each '%' needs two hexadecimal digits after it")
        # '+' is a blank in a query (HTML forms), and no AI may hold a blank.
        value = unquote(raw.replace("+", " "))
        check_value(spec, value)
        seen.add(name)
        attributes.append((name, value))
    return tuple(attributes)
