"""What clients send to register and report things (CONTRACT).

Web, commands and the demonstration make the same values; operations take them.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from trace.field_types import (
    CommodityCode,
    GlnText,
    GtinText,
    Latitude,
    Longitude,
    LotText,
    Moment,
    PartyText,
    PlaceText,
    RegionText,
    SerialText,
    SsccText,
    Uom,
    UsccText,
    place_uri,
)
from trace.gs1 import Gtin, Kind
from trace.gs1.strict import read_strict_uri
from trace.kit.errors import shorten
from trace.kit.fields import Day, InputModel, Quantity, QuantityOrZero, Text

_GOODS = frozenset({Kind.BATCH, Kind.ITEM, Kind.INSTANCE, Kind.SSCC, Kind.OTHER})


class Contact(InputModel):
    """How to reach a firm."""

    phone: Text | None = None
    email: Annotated[Text, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    address: Text | None = None


class PartyIn(InputModel):
    """A firm, by its USCC, its GLN, or both."""

    uscc: UsccText | None = None
    gln: GlnText | None = None
    name: Text
    name_en: Text | None = None
    contact: Contact | None = None
    webhook: Annotated[Text, Field(pattern=r"^https?://\S+$")] | None = None

    @model_validator(mode="after")
    def _has_code(self) -> Self:
        if self.uscc is None and self.gln is None:
            raise ValueError("Expected uscc or gln, got neither.")
        return self


class LocationIn(InputModel):
    """A place, by its GLN or another scheme's ``id``; ``party`` left out is the key's own."""

    gln: GlnText | None = None
    id: PlaceText | None = None
    name: Text
    name_en: Text | None = None
    party: PartyText | None = None
    kind: Literal["plant", "warehouse", "outlet", "other"]
    region: RegionText | None = None
    address: Text | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None

    @model_validator(mode="after")
    def _has_one_name(self) -> Self:
        if (self.gln is None) == (self.id is None):
            raise ValueError("Expected either gln or id.")
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("Expected latitude and longitude, got one of them.")
        return self

    @property
    def uri(self) -> str:
        """The canonical URI of the place."""
        return place_uri(self.gln) if self.gln is not None else str(self.id)


class Classification(InputModel):
    """A product's class in some scheme."""

    scheme: Text
    value: Text


def _unrestricted(code: Gtin) -> Gtin:
    if code.restricted:
        raise ValueError(
            f"Cannot take {code.as_printed!r} as commodity code: expected a number that is unique everywhere, "
            "got one for restricted circulation."
        )
    return code


class ProductIn(InputModel):
    """A trade item; ``party`` left out is the key's own."""

    commodity_code: Annotated[CommodityCode, AfterValidator(_unrestricted)]
    name: Text
    name_en: Text | None = None
    brand: Text | None = None
    specification: Text | None = None
    party: PartyText | None = None
    uom: Uom | None = None
    classifications: list[Classification] = Field(default_factory=list, max_length=100)


class MixingIn(InputModel):
    """Lots are mixed at a place: of one product, or of all; on these days (UTC, inclusive), or always."""

    gtin: GtinText | None = None
    since: Day | None = None
    until: Day | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since is not None and self.until is not None and self.until < self.since:
            raise ValueError(f"Expected until to be {self.since} or later, got {self.until}.")
        return self


class MixingEndIn(InputModel):
    """The last day (UTC) on which lots are mixed there."""

    until: Day


def _all_different(serials: list[str]) -> list[str]:
    seen: set[str] = set()
    for serial in serials:
        if serial in seen:
            raise ValueError(f"Expected every serial once, got {serial!r} twice.")
        seen.add(serial)
    return serials


Serials = Annotated[list[SerialText], Field(min_length=1, max_length=50_000), AfterValidator(_all_different)]
"""Serials, each once."""


class BatchIn(InputModel):
    """A batch as its maker registers it; it was made ``at``, else at the beginning of ``produced_on``, else now."""

    commodity_code: CommodityCode
    lot: LotText
    quantity: Quantity
    uom: Uom | None = None
    produced_on: Day | None = None
    expires_on: Day | None = None
    location: PlaceText
    serials: Serials | None = None
    certificate: Text | None = None
    at: Moment | None = None


def _goods_uri(text: str) -> str:
    identifier = read_strict_uri(text)
    if identifier.kind not in _GOODS:
        raise ValueError(f"Expected goods, got the {identifier.kind} {shorten(text)}.")
    return text.strip()


class Line(InputModel):
    """Goods of an event: a logistic unit, serials, a batch, or an item without a lot; no quantity is unknown.

    ``id`` takes the place of gtin, lot and sscc.
    """

    gtin: GtinText | None = None
    lot: LotText | None = None
    serials: Serials | None = None
    sscc: SsccText | None = None
    id: Annotated[Text, AfterValidator(_goods_uri)] | None = None
    quantity: Quantity | None = None
    uom: Uom | None = None

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        given = [name for name in ("sscc", "gtin", "id") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"Expected one of sscc, gtin and id, got {' and '.join(given) or 'none'}.")
        if self.gtin is None and (self.lot is not None or self.serials is not None):
            raise ValueError("Expected lot and serials with a gtin only.")
        if self.counts_itself and (self.uom or self.quantity not in (None, self._pieces())):
            raise ValueError(f"Expected {self._pieces()} pieces or no quantity, got {self.quantity} {self.uom or ''}.")
        return self

    @property
    def counts_itself(self) -> bool:
        """Whether it names single things, which need no quantity."""
        if self.id is not None:
            return read_strict_uri(self.id).kind in (Kind.SSCC, Kind.INSTANCE)
        return self.sscc is not None or self.serials is not None

    def _pieces(self) -> int:
        return len(self.serials) if self.serials is not None else 1


class CountLine(Line):
    """Goods as counted: 0 says that none are there."""

    quantity: QuantityOrZero | None = None


Lines = Annotated[list[Line], Field(min_length=1, max_length=10_000)]


class Shipment(InputModel):
    """Goods leave ``from`` for ``to``; ``document`` ties the receipt to it."""

    from_: PlaceText = Field(alias="from")
    to: PlaceText
    shipped_at: Moment | None = None
    document: Text | None = None
    lines: Lines


class Receipt(InputModel):
    """Goods arrive at ``to``; ``reason`` says why they differ from what was sent."""

    from_: PlaceText | None = Field(None, alias="from")
    to: PlaceText
    received_at: Moment | None = None
    document: Text | None = None
    lines: Lines
    reason: Text | None = None


class Report(InputModel):
    """What happened to goods at one place: sold, returned by a consumer, destroyed."""

    location: PlaceText
    at: Moment | None = None
    lines: Lines
    reason: Text | None = None


class Count(InputModel):
    """What was counted at a place; it never changes a balance."""

    location: PlaceText
    at: Moment | None = None
    lines: Annotated[list[CountLine], Field(min_length=1, max_length=10_000)]
    reason: Text | None = None


class Confirmation(InputModel):
    """What came of a delivery: ``counted`` for each of its lines in their order, left out where all came as stated.

    ``state`` names what was on the way when it was looked at. ``missing``: what becomes of goods that did not come.
    """

    state: Text
    counted: Annotated[list[QuantityOrZero], Field(min_length=1, max_length=10_000)] | None = None
    missing: Literal["to_come", "lost"] | None = None
    reason: Text | None = None


class Loss(InputModel):
    """Goods lost at ``location``, or on the way from ``from`` to ``to``; ``document`` says of which delivery."""

    location: PlaceText | None = None
    from_: PlaceText | None = Field(None, alias="from")
    to: PlaceText | None = None
    document: Text | None = None
    at: Moment | None = None
    lines: Lines
    reason: Text | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        on_the_way = self.from_ is not None and self.to is not None
        if (self.location is not None) == on_the_way or (self.from_ is None) != (self.to is None):
            raise ValueError("Expected either location, or from and to.")
        if self.location is not None and self.document is not None:
            raise ValueError("Expected document with from and to only.")
        return self


class Transformation(InputModel):
    """Inputs become outputs; reports with the same ``transformation_id`` at one place are one transformation."""

    location: PlaceText
    at: Moment | None = None
    transformation_id: Text | None = None
    inputs: Annotated[list[Line], Field(max_length=10_000)] = Field(default_factory=list)
    outputs: Annotated[list[Line], Field(max_length=10_000)] = Field(default_factory=list)
    reason: Text | None = None

    @model_validator(mode="after")
    def _has_both_sides(self) -> Self:
        if not (self.inputs or self.outputs):
            raise ValueError("Expected inputs and outputs, got neither.")
        if self.transformation_id is None and not (self.inputs and self.outputs):
            raise ValueError("Expected inputs and outputs, or a transformation_id that ties them, got one side.")
        return self
