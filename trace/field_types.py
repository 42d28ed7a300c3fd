"""Field types of the record: identifiers, codes, units and moments, read strictly from JSON."""

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from trace.epcis.timestamps import is_zone_offset
from trace.gs1 import Gln, Gtin, Kind, Sscc, read_commodity_code, read_lot, read_serial
from trace.gs1.strict import read_strict_uri
from trace.kit.errors import shorten
from trace.kit.fields import parse_quantity, parse_timestamp
from trace.units import normalise_uom
from trace.uscc import Uscc

GLN_BASE = "https://id.gs1.org/414/"


def place_uri(gln: str) -> str:
    """The canonical URI of the place with this GLN."""
    return GLN_BASE + gln


def _text(read: Callable[[str], object]) -> PlainValidator:
    """A text that ``read`` refuses or brings to its one form."""

    def check(value: Any) -> str:
        return str(read(value))

    return PlainValidator(check)


def _schema(**members: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **members})


def read_party_code(text: str) -> str:
    """A USCC (18 characters) or a GLN (13 digits). Raises IdentifierError, a ValueError."""
    if isinstance(text, str) and len(text.strip()) == 18:
        return Uscc.read(text).code
    return Gln.read(text).digits


def read_place(value: Any) -> str:
    """The canonical URI of a place from a GLN, a URI, or an object with `gln` or `id`. Raises ValueError."""
    if isinstance(value, dict):
        known = {"gln", "id"} & value.keys()
        if len(known) != 1 or len(value) != 1:
            raise ValueError(f"Expected an object with gln or id, got {shorten(value)}.")
        value = value[known.pop()]
    if not isinstance(value, str):
        raise ValueError(f"Expected a GLN or a URI, got {shorten(value)}.")
    if ":" not in value:
        return place_uri(Gln.read(value).digits)
    identifier = read_strict_uri(value)
    if identifier.kind in (Kind.LOCATION, Kind.PARTY) and identifier.gln is not None:
        return place_uri(identifier.gln)
    if identifier.kind is not Kind.OTHER:
        raise ValueError(f"Expected a place, got the {identifier.kind} {shorten(value)}.")
    return identifier.uri


def _read_code(value: Any) -> Gtin:
    return read_commodity_code(value)


def _read_uom(text: Any) -> str:
    if not (isinstance(text, str) and text.isascii() and text.isalnum() and 2 <= len(text) <= 3):
        raise ValueError(f"Expected a UN/ECE Recommendation 20 code such as KGM, got {shorten(text)}.")
    return normalise_uom(text) or ""


def _read_region(text: Any) -> str:
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) == 6 and text[0] != "0"):
        raise ValueError(f"Expected a GB/T 2260 code of 6 digits, got {shorten(text)}.")
    return text


def _read_moment(value: Any) -> str:
    parse_timestamp(value)
    text = str(value)
    if not is_zone_offset(zone_of(text)):
        raise ValueError(f"Expected a zone from -14:00 to +14:00, got {shorten(text)}.")
    return text


def zone_of(text: str) -> str:
    """The zone of an RFC 3339 time as `±hh:mm`."""
    return "+00:00" if text[-1] in "Zz" else text[-6:]


def _degrees(most: int) -> PlainValidator:
    def check(value: Any) -> Decimal:
        degrees = parse_quantity(value)
        if abs(degrees) > most:
            raise ValueError(f"Expected degrees from -{most} to {most}, got {degrees}.")
        return degrees

    return PlainValidator(check)


UsccText = Annotated[str, _text(Uscc.read), _schema(minLength=18, maxLength=18)]
GlnText = Annotated[str, _text(Gln.read), _schema(pattern="^[0-9]{13}$")]
GtinText = Annotated[str, _text(Gtin.read), _schema(pattern="^[0-9]{8}([0-9]{4,6})?$")]
SsccText = Annotated[str, _text(Sscc.read), _schema(pattern="^[0-9]{18}$")]
LotText = Annotated[str, _text(read_lot), _schema(minLength=1, maxLength=20)]
SerialText = Annotated[str, _text(read_serial), _schema(minLength=1, maxLength=20)]
PartyText = Annotated[str, _text(read_party_code), _schema(description="USCC or GLN")]
Uom = Annotated[
    str, _text(_read_uom), _schema(pattern="^[0-9A-Za-z]{2,3}$", description="UN/ECE Recommendation 20; none: pieces")
]
RegionText = Annotated[str, _text(_read_region), _schema(pattern="^[1-9][0-9]{5}$", description="GB/T 2260")]
Moment = Annotated[str, _text(_read_moment), _schema(format="date-time")]
"""RFC 3339 text with a zone, kept as written: an event keeps the zone in which it happened."""

Latitude = Annotated[Decimal, _degrees(90), WithJsonSchema({"type": "number", "minimum": -90, "maximum": 90})]
Longitude = Annotated[Decimal, _degrees(180), WithJsonSchema({"type": "number", "minimum": -180, "maximum": 180})]

PlaceText = Annotated[
    str,
    PlainValidator(read_place),
    WithJsonSchema(
        {
            "description": "A GLN, a URI, or an object with one of them",
            "anyOf": [
                {"type": "string"},
                {"type": "object", "properties": {"gln": {"type": "string"}}, "required": ["gln"]},
                {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
            ],
        }
    ),
]
"""A place → its canonical URI."""

CommodityCode = Annotated[
    Gtin,
    PlainValidator(_read_code),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": "^[0-9]{8}([0-9]{4,6})?$"},
                {
                    "type": "object",
                    "properties": {"scheme": {"const": "gtin"}, "value": {"type": "string"}},
                    "required": ["scheme", "value"],
                },
            ]
        }
    ),
]
"""A commodity code (商品条码): a GTIN of 8, 12, 13 or 14 digits."""
