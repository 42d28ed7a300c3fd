"""Item coding: GS1 identifiers in every form they come in, to one canonical URI and back. Pure."""

from trace.gs1.digital_link import canonical_uri, digital_link
from trace.gs1.errors import IdentifierError
from trace.gs1.identifiers import Identifier, Kind, read_identifier

__all__ = ["Identifier", "IdentifierError", "Kind", "canonical_uri", "digital_link", "read_identifier"]
