"""What owners send to set a link, and what they are answered."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema, model_validator
from typing_extensions import TypedDict

from trace.field_types import GlnText, GtinText, LotText, SerialText, SsccText
from trace.gs1 import Gtin
from trace.gs1.digital_link import Elements, read_digital_link
from trace.gs1.iso_codes import COUNTRIES_ALPHA
from trace.kit.errors import shorten
from trace.kit.fields import InputModel
from trace.resolver.levels import SUPPORTED, is_level
from trace.resolver.link_types import KNOWN, MEDIA_TYPES, RESERVED, read_link_type

MOST_WORDS = 20
"""Languages, and contexts, of one link."""


def _read_key(value: Any) -> Elements:
    """The elements of a Digital Link that names something of which links are kept."""
    if not isinstance(value, str):
        raise ValueError(f"Expected a GS1 Digital Link, got {shorten(value)}.")
    elements = read_digital_link(value)
    if elements[0][0] not in SUPPORTED:
        raise ValueError(f"Expected a primary key of {', '.join(SUPPORTED)}, got {elements[0][0]}.")
    if not is_level(elements):
        raise ValueError("Expected no data attributes, and a serial number without its lot: it is unique by itself.")
    return elements


def _read_type(value: Any) -> str:
    link_type = read_link_type(value) if isinstance(value, str) else ""
    if link_type in RESERVED:
        raise ValueError(f"Expected a link type that owners set; {link_type} is the resolver's own.")
    if link_type not in KNOWN:
        raise ValueError(f"Expected a link type of GS1 (gs1:pip), schema.org or IANA, got {shorten(value)}.")
    return link_type


def _check_country(code: str) -> str:
    if code not in COUNTRIES_ALPHA:
        raise ValueError(f"Expected a country of ISO 3166-1 such as CN, got {shorten(code)}.")
    return code


def _check_media_type(text: str) -> str:
    if text not in MEDIA_TYPES:
        raise ValueError(f"Expected one of {', '.join(sorted(MEDIA_TYPES))}, got {shorten(text)}.")
    return text


def _once(words: list[str]) -> list[str]:
    if len(set(words)) < len(words):
        raise ValueError("Expected each of them once.")
    return words


LinkText = Annotated[str, PlainValidator(_read_type), WithJsonSchema({"type": "string", "examples": ["gs1:pip"]})]
KeyText = Annotated[Elements, PlainValidator(_read_key), WithJsonSchema({"type": "string", "format": "uri"})]
_PRINTABLE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
Title = Annotated[str, Field(min_length=1, max_length=200, pattern=_PRINTABLE)]
Country = Annotated[str, AfterValidator(_check_country)]
# what a link set may hold by the standard's schema: `zh`, `zh-CN`
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]


class LinkKeyIn(InputModel):
    """What a link is about: an item with its lot or serial number, a place, a logistic unit, or a Digital Link."""

    gtin: GtinText | None = None
    lot: LotText | None = None
    serial: SerialText | None = None
    gln: GlnText | None = None
    sscc: SsccText | None = None
    id: KeyText | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if sum(one is not None for one in (self.gtin, self.gln, self.sscc, self.id)) != 1:
            raise ValueError("Expected one of gtin, gln, sscc and id.")
        if self.gtin is None and (self.lot is not None or self.serial is not None):
            raise ValueError("Expected lot and serial with a gtin.")
        return self

    @property
    def elements(self) -> Elements:
        """Key and qualifiers; with a serial number the lot is left out, since one item has one name (RULES 1)."""
        if self.id is not None:
            return self.id
        if self.gtin is None:
            return (("00", self.sscc),) if self.sscc is not None else (("414", self.gln or ""),)
        item = ("01", Gtin.read(self.gtin).gtin14)
        if self.serial is not None:
            return (item, ("21", self.serial))
        return (item,) if self.lot is None else (item, ("10", self.lot))


class LinkIn(InputModel):
    """A link from what a firm numbers to an address of its own; ``default`` is where a plain scan leads."""

    key: LinkKeyIn
    link_type: LinkText
    href: Annotated[str, Field(min_length=1, max_length=2000)]
    title: Title
    title_en: Title | None = None
    hreflang: Annotated[list[Language], AfterValidator(_once)] = Field(default_factory=list, max_length=MOST_WORDS)
    media_type: Annotated[str, AfterValidator(_check_media_type)] | None = None
    context: Annotated[list[Country], AfterValidator(_once)] = Field(default_factory=list, max_length=MOST_WORDS)
    default: bool = False


class LinkRow(TypedDict):
    """A link as it is kept; ``followed`` false: its host is no longer approved, and the resolver does not show it."""

    id: int
    key: str
    link_type: str
    href: str
    title: str
    title_en: str | None
    hreflang: list[str]
    media_type: str | None
    context: list[str]
    default: bool
    followed: bool


class LinkListRow(TypedDict):
    """A page of links."""

    links: list[LinkRow]
    next: str | None
