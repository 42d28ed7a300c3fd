"""Item coding: GS1 identifiers in every form they come in, to one canonical URI and back. Pure."""

from trace.gs1.commodity_code import read_commodity_code
from trace.gs1.digital_link import canonical_uri, digital_link
from trace.gs1.errors import IdentifierError
from trace.gs1.identifiers import Identifier, Kind, read_identifier, to_element_string, to_epc_urn
from trace.gs1.keys import Gln, Gtin, Sscc, read_lot, read_serial
from trace.gs1.scan import Scan, read_scan

__all__ = [
    "Gln",
    "Gtin",
    "Identifier",
    "IdentifierError",
    "Kind",
    "Scan",
    "Sscc",
    "canonical_uri",
    "digital_link",
    "read_commodity_code",
    "read_identifier",
    "read_lot",
    "read_scan",
    "read_serial",
    "to_element_string",
    "to_epc_urn",
]
