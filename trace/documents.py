"""Numbers of delivery documents: as a firm writes them, and as the URI that an event needs (CBV 2.0 §8.5).

A number says nothing of its sender: who receives goods may know the paper and not the sender's GLN, and both must
write the same identifier.
"""

import re
from urllib.parse import quote, unquote

_OURS = "urn:suyuan:bt:"
_GS1 = "urn:epcglobal:cbv:bt:"
_URI = re.compile(r"(?i:urn|https?|ni|uuid|tag):\S+")
"""A number such as ``PO:17`` is none: only schemes that papers really have."""


def is_uri(text: str) -> bool:
    """Whether a text can stand in an event as it is."""
    return _URI.fullmatch(text) is not None


def document_uri(number: str) -> str:
    """Return the URI of a document; what is a URI already stays as it is."""
    text = number.strip()
    return text if is_uri(text) else _OURS + quote(text, safe="")


def document_number(uri: str) -> str:
    """Return the number as its firm wrote it; of another scheme the URI itself."""
    return unquote(uri.removeprefix(_OURS)) if uri.startswith(_OURS) else uri


def printed_number(uri: str) -> str:
    """Return the number as it stands on the paper, to be read and not to be looked up: GS1's scheme begins with the
    GLN of who wrote it (CBV 2.0 §8.5.2).
    """
    number = document_number(uri)
    owner, _colon, printed = number.removeprefix(_GS1).partition(":")
    return unquote(printed) if number.startswith(_GS1) and owner.isdigit() and printed else number


SOURCE_DELIVERY = "urn:suyuan:btt:source_delivery"
"""The type of a business transaction by which an event says which delivery its goods came by; a shipment that names
its own delivery says that they came by none."""
