"""Identifiers as the event hash wants them: constrained canonical GS1 Digital Links (CBV 2.0 §8.9 rules 17, 18)."""

from __future__ import annotations

import re
from functools import lru_cache

from trace.gs1 import IdentifierError, Kind, read_identifier

_LONGEST_REMEMBERED = 200
_DIGITAL_LINK = "https://id.gs1.org/"
_VARIANT = re.compile(r"(/01/[0-9]{14})/22/[^/]+")
# GS1 Digital Link 1.1 §4.3; withdrawn since, but CBV 2.0 §8.9's vectors have them
_SHORT_NAMES = {
    "gtin": "01",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
    "sscc": "00",
    "gln": "414",
    "glnx": "254",
    "party": "417",
    "gdti": "253",
    "gcn": "255",
    "ginc": "401",
    "gsin": "402",
    "grai": "8003",
    "giai": "8004",
    "itip": "8006",
    "cpid": "8010",
    "cpsn": "8011",
    "gsrnp": "8017",
    "gsrn": "8018",
}
_SHORT_NAME = re.compile("/(" + "|".join(_SHORT_NAMES) + ")/")


def canonical_link(text: str) -> str:
    """Bring an EPC URI or a Digital Link to the canonical Digital Link (rules 17 and 18)."""
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _convert(text)


@lru_cache(maxsize=16_384)
def _remembered(text: str) -> str:
    return _convert(text)


def _convert(text: str) -> str:
    if text.startswith("urn:epc:idpat:") and text.endswith(".*"):
        return _class_of_pattern(text)
    text = text.strip()
    try:
        identifier = read_identifier(text)
        if identifier.kind is Kind.OTHER and text.startswith("http"):
            identifier = read_identifier(_with_numeric_keys(text))
    except IdentifierError:
        return text
    uri = identifier.uri
    if not uri.startswith(_DIGITAL_LINK):
        return uri
    # The most granular key only, without the consumer variant; the vectors leave the apostrophe as it is.
    return (_VARIANT.sub(r"\1", uri) if "/22/" in uri else uri).replace("%27", "'")


def _with_numeric_keys(link: str) -> str:
    """Write the short names of early Digital Links ('/gtin/', '/lot/') as application identifiers."""
    renamed = _SHORT_NAME.sub(lambda match: f"/{_SHORT_NAMES[match[1]]}/", link)
    # Somebody's '/lot/' page is no Digital Link: only what reads as one is renamed.
    return renamed if renamed != link and read_identifier(renamed).uri.startswith(_DIGITAL_LINK) else link


def _class_of_pattern(text: str) -> str:
    """Bring a pattern over serials to the link of its class: the link of serial '0', without that serial."""
    plain = read_identifier(text).uri
    if plain != text:
        return plain
    with_serial = text.replace("urn:epc:idpat:", "urn:epc:id:", 1)[:-1] + "0"
    link = read_identifier(with_serial).uri
    if link == with_serial:
        return text
    for ending in ("/21/0", "/8011/0", "0"):
        if link.endswith(ending):
            return link.removesuffix(ending)
    return text
