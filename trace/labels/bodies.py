"""What clients ask labels with."""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema, model_validator

from trace.bodies import Serials
from trace.field_types import GtinText, LotText, SerialText, SsccText
from trace.kit.errors import shorten
from trace.kit.fields import InputModel, WholeNumber
from trace.labels.content import Choice, Language
from trace.labels.sheets import SheetName

MOST_ITEMS = 200
MOST_DISTINCT = 500
"""Labels of one order that differ: each is drawn and read back while the caller waits."""

MOST_LABELS = 5_000


def _read_magnification(value: Any) -> float:
    try:
        number = Decimal(str(value)) if isinstance(value, int | float | str | Decimal) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or not 0 < number < 10:
        raise ValueError(f"Expected a magnification such as 1 or 1.5, got {shorten(value)}.")
    return float(number)


def _between(least: int, most: int) -> AfterValidator:
    def check(value: int) -> int:
        if not least <= value <= most:
            raise ValueError(f"Expected a whole number from {least} to {most}, got {value}.")
        return value

    return AfterValidator(check)


def _whole(least: int, most: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "integer", "minimum": least, "maximum": most})


Magnification = Annotated[
    float,
    PlainValidator(_read_magnification),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 10}),
]
"""Of the target size of the symbol, which is 1; what the standard allows depends on the symbol."""

Dpi = Annotated[WholeNumber, _between(150, 1200), _whole(150, 1200)]
"""Dots an inch of the printer: modules are then whole dots."""

Copies = Annotated[WholeNumber, _between(1, 1000), _whole(1, 1000)]
Place = Annotated[WholeNumber, _between(1, 48), _whole(1, 48)]
Count = Annotated[WholeNumber, _between(1, 99_999_999), _whole(1, 99_999_999)]
"""AI (37) has up to eight digits."""


class LabelItem(InputModel):
    """What gets labels: a product, a batch, serials (one label each), or a logistic unit.

    With `sscc`, `gtin`, `count` and `lot` are what the unit holds.
    """

    gtin: GtinText | None = None
    lot: LotText | None = None
    serials: Serials | None = None
    sscc: SsccText | None = None
    count: Count | None = None

    @model_validator(mode="after")
    def _names_one_thing(self) -> Self:
        if self.gtin is None and self.sscc is None:
            raise ValueError("Expected gtin or sscc, got neither.")
        if self.gtin is None and (self.lot is not None or self.serials is not None):
            raise ValueError("Expected lot and serials with a gtin only.")
        if self.sscc is not None and self.serials is not None:
            raise ValueError("Expected either sscc or serials.")
        if (self.count is not None) != (self.sscc is not None and self.gtin is not None):
            raise ValueError("Expected count exactly where sscc and gtin say what a logistic unit holds.")
        return self


class SymbolQuery(InputModel):
    """Which symbol, and how large."""

    symbol: Choice = "auto"
    magnification: Magnification | None = None
    dpi: Dpi | None = None


class SymbolFileQuery(SymbolQuery):
    """In which form; a PNG has whole pixels a module, by default for 300 dots an inch."""

    format: Literal["svg", "png"] = "svg"


class BatchSymbolQuery(SymbolFileQuery):
    """Of the batch, or of one serial of it."""

    serial: SerialText | None = None


class LabelOptions(SymbolQuery):
    """How labels are printed; without `sheet` one that usually fits, without `language` both that the font has."""

    sheet: SheetName | None = None
    first: Place = 1
    copies: Copies = 1
    language: Language | None = None


class LabelQuery(LabelOptions):
    """As a PDF file, as the SVG of one label, or as a page to print from a browser."""

    format: Literal["pdf", "svg", "page"] = "pdf"


class BatchLabelQuery(LabelQuery):
    """Of the batch, or of one serial of it."""

    serial: SerialText | None = None


class LabelsIn(LabelOptions):
    """Labels for several things at once; a `zip` has the bare symbols as SVG and PNG."""

    items: Annotated[list[LabelItem], Field(min_length=1, max_length=MOST_ITEMS)]
    format: Literal["pdf", "page", "zip"] = "pdf"
