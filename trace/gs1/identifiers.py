"""Identifiers in events, as evidence: every form to one canonical URI, nothing thrown away (RULES 1).

`read_identifier` never refuses a content. What is no valid GS1 identifier keeps its text and is equal only
to itself; a GS1 identifier that is nearly right says so in `problem`. Strict readers are in `keys.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from trace.gs1.ai import AI_TABLE
from trace.gs1.check_digits import has_check_digit
from trace.gs1.digital_link import CANONICAL_BASE, build_path, find_key, read_path, split_link
from trace.gs1.element_strings import bracketed
from trace.gs1.epc_uri import Elements, gtin_of, read_epc_urn, write_epc_urn
from trace.gs1.errors import IdentifierError, cannot_read


class Kind(StrEnum):
    """What an identifier names."""

    BATCH = "batch"  # GTIN and lot
    ITEM = "item"  # GTIN without lot
    INSTANCE = "instance"  # GTIN and serial
    SSCC = "sscc"  # a logistic unit
    ASSET = "asset"  # GRAI, GIAI
    LOCATION = "location"  # GLN of a place, with or without extension
    PARTY = "party"  # GLN of a firm
    DOCUMENT = "document"  # GDTI, GSIN, GINC, GSRN, GCN
    OTHER = "other"  # anything opaque, and GS1 keys that trade goods have no use for


@dataclass(frozen=True, slots=True)
class Identifier:
    """A canonical identifier; the fields beside `uri` and `kind` are None where they do not apply.

    `gln` is given for places and parties, `extension` is AI (254). `batch_uri` is the canonical URI of the
    batch that an instance's own link names. `problem` is the rule word of a finding about the text:
    `bad_check_digit`, `bad_length`, `bad_characters` or `bad_syntax`.
    """

    uri: str
    kind: Kind
    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    sscc: str | None = None
    gln: str | None = None
    extension: str | None = None
    problem: str | None = None
    batch_uri: str | None = None


_DOCUMENTS = frozenset({"253", "255", "401", "402", "8017", "8018"})
_ASSETS = frozenset({"8003", "8004"})
# The two forms nearly all events use, with values that need no decoding: read without the general parsers.
_PLAIN_LINK = re.compile(
    r"[Hh][Tt][Tt][Pp][Ss]?://[0-9A-Za-z.:_-]+(?:/[^?#]*?)?(?:/01/([0-9]{14})"
    r"(?:/10/([0-9A-Za-z._-]{1,20}))?(?:/21/([0-9A-Za-z._-]{1,20}))?|/00/([0-9]{18}))"
)
_PLAIN_URN = re.compile(r"urn:epc:(?:class:(lgtin)|id:sgtin):([0-9]{6,12})\.([0-9]{1,7})\.([0-9A-Za-z._-]{1,20})")
_LEAST_GUESS = 8  # digits from which a numeric value after a key's AI is taken for a GS1 key with an error
_LONGEST_KEPT = 500  # characters: the cache must not grow with absurd texts
_LEAST_PREFIX = 4  # digits with which GIAI, GINC and part numbers begin


def read_identifier(text: str) -> Identifier:
    """The identifier that `text` (an URI of any scheme) means, as evidence.

    Reads EPC URNs (instances, classes, `idpat:sgtin:…*`) and Digital Links with any host and stem; all
    other text is `Kind.OTHER` with `uri` the text without outer blanks. Raises `IdentifierError` only for
    an empty text.
    """
    return _read_known(text) if len(text) <= _LONGEST_KEPT else _read(text)


def _read(text: str) -> Identifier:
    text = text.strip()
    if not text:
        raise cannot_read(text, "identifier", "expected an URI, got an empty text")
    try:
        plain = _read_plain(text)
        if plain is not None:
            return plain
        elements = read_epc_urn(text) if text.startswith("urn:epc:") else _link_elements(text)
    except IdentifierError as error:
        return Identifier(text, Kind.OTHER, problem=error.code)
    return Identifier(text, Kind.OTHER) if elements is None else from_elements(elements)


_read_known = lru_cache(maxsize=65_536)(_read)


def _read_plain(text: str) -> Identifier | None:
    """The short way; None where the general readers must look."""
    urn = _PLAIN_URN.fullmatch(text)
    if urn is not None:
        gtin = gtin_of(urn[2], urn[3])
        return _trade_item(gtin, urn[4], None) if urn[1] else _trade_item(gtin, None, urn[4])
    link = _PLAIN_LINK.fullmatch(text)
    if link is None:
        return None
    gtin, lot, serial, sscc = link.groups()
    if not has_check_digit(gtin or sscc):
        return None
    return Identifier(f"{CANONICAL_BASE}/00/{sscc}", Kind.SSCC, sscc=sscc) if sscc else _trade_item(gtin, lot, serial)


def _trade_item(gtin: str, lot: str | None, serial: str | None) -> Identifier:
    """From values that need no encoding."""
    head = f"{CANONICAL_BASE}/01/{gtin}"
    batch_uri = None if lot is None else f"{head}/10/{lot}"
    if serial is not None:
        return Identifier(f"{head}/21/{serial}", Kind.INSTANCE, gtin, lot, serial, batch_uri=batch_uri)
    if batch_uri is not None:
        return Identifier(batch_uri, Kind.BATCH, gtin, lot)
    return Identifier(head, Kind.ITEM, gtin)


def _link_elements(text: str) -> Elements | None:
    """Key and qualifiers of a Digital Link; None if it is none, `IdentifierError` if it is a damaged one."""
    parts = split_link(text)
    if parts is None:
        return None
    _, segments, query = parts
    start = find_key(segments)
    if start is None:
        return None
    ai, value = segments[start], segments[start + 1]
    least = _LEAST_GUESS if AI_TABLE[ai].components[0].charset == "N" else _LEAST_PREFIX
    if not (len(value) >= least and value[:least].isdigit()) and "%" not in value:
        return None  # `/2024/01/15` is a date in somebody's URL, not a damaged GTIN
    elements = read_path(segments[start:])
    qualifiers = {name for sequence in AI_TABLE[ai].key or () for name in sequence}
    if query and any(part.partition("=")[0] in qualifiers for part in query.split("&")):
        raise cannot_read(text, "GS1 Digital Link", "a qualifier belongs into the path, not into the query")
    return elements


def from_elements(elements: Elements) -> Identifier:
    """The identifier of checked `elements`, key first, as the readers of URNs and links give them."""
    (ai, key), values = elements[0], dict(elements)
    if ai == "01":
        return _from_trade_item(key, values)
    if ai == "414" and values.get("254") == "0":  # TDS §6.3.3: some converters write out the absent extension
        elements = tuple(pair for pair in elements if pair[0] != "254")
        values.pop("254")
    uri = CANONICAL_BASE + build_path(elements)
    if ai == "00":
        return Identifier(uri, Kind.SSCC, sscc=key)
    if ai == "414":
        return Identifier(uri, Kind.LOCATION, gln=key, extension=values.get("254"))
    if ai == "417":
        return Identifier(uri, Kind.PARTY, gln=key)
    if ai in _ASSETS:
        return Identifier(uri, Kind.ASSET)
    return Identifier(uri, Kind.DOCUMENT if ai in _DOCUMENTS else Kind.OTHER)


def _from_trade_item(gtin: str, values: dict[str, str]) -> Identifier:
    lot, serial, variant, third_party = (values.get(ai) for ai in ("10", "21", "22", "235"))
    head: Elements = (("01", gtin),)
    batch_uri = None if lot is None else CANONICAL_BASE + build_path((*head, ("10", lot)))
    if serial is not None:
        uri = CANONICAL_BASE + build_path((*head, ("21", serial)))
        return Identifier(uri, Kind.INSTANCE, gtin, lot, serial, batch_uri=batch_uri)
    if third_party is not None:
        # The EU's unique product identifier: an instance whose serial a third party gave out.
        uri = CANONICAL_BASE + build_path((*head, ("235", third_party)))
        return Identifier(uri, Kind.INSTANCE, gtin, serial=third_party)
    if batch_uri is not None:
        return Identifier(batch_uri, Kind.BATCH, gtin, lot)
    elements = head if variant is None else (*head, ("22", variant))
    return Identifier(CANONICAL_BASE + build_path(elements), Kind.ITEM, gtin)


def elements_of(identifier: Identifier) -> Elements:
    """The AIs and values of a GS1 identifier, key first, with the lot of an instance where it is known.

    Raises `IdentifierError` for an identifier of another scheme or a damaged one.
    """
    segments = identifier.uri.removeprefix(CANONICAL_BASE).split("/")[1:]
    canonical = identifier.problem is None and identifier.uri.startswith(CANONICAL_BASE + "/")
    if not canonical or find_key(segments) != 0:
        raise cannot_read(identifier.uri, "GS1 identifier", "expected a canonical one, got an identifier kept as it is")
    elements = read_path(segments)
    if identifier.batch_uri is not None and identifier.lot is not None:
        return (elements[0], ("10", identifier.lot), *elements[1:])
    return elements


def to_element_string(identifier: Identifier) -> str:
    """`(01)…(10)…`, an opening bracket inside a value written `\\(`; errors as `elements_of`."""
    return bracketed(elements_of(identifier))


def to_epc_urn(identifier: Identifier, company_prefix_length: int) -> str:
    """The EPC URN, for a GS1 company prefix of 6 to 12 digits (TDS 1.13 §6.3).

    Items become `idpat:sgtin:…*`. Raises `IdentifierError` where no EPC scheme fits, for instance an asset
    type without serial, and for another length of prefix.
    """
    elements = elements_of(identifier)
    if identifier.serial is not None:
        elements = tuple(pair for pair in elements if pair[0] != "10")  # a URN of an instance knows no lot
    return write_epc_urn(elements, company_prefix_length)
