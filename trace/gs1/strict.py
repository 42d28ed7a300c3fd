"""URIs in forms and master data: what is nearly a GS1 identifier is refused, saying why."""

from __future__ import annotations

import re

from trace.gs1.digital_link import read_digital_link
from trace.gs1.epc_uri import read_epc_urn
from trace.gs1.errors import cannot_read
from trace.gs1.identifiers import Identifier, read_identifier

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def read_strict_uri(text: str) -> Identifier:
    """The identifier that the URI `text` means; another scheme's is kept as it is.

    Raises `IdentifierError` for what is no URI, and for an EPC URN or Digital Link with an error in it (RULES 1).
    """
    if not isinstance(text, str) or not _URI.fullmatch(text.strip()):
        raise cannot_read(text, "identifier", "expected an URI", "bad_syntax")
    identifier = read_identifier(text)
    if identifier.problem is not None:
        read = read_epc_urn if identifier.uri.startswith("urn:epc:") else read_digital_link
        read(identifier.uri)  # says what is wrong
        raise cannot_read(text, "GS1 identifier", "expected a valid one", identifier.problem)
    return identifier
