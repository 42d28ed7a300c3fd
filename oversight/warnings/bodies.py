"""What officials state when they decide on a signal."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from oversight.sampling.bodies import ItemIn, check_tests
from oversight.sampling.draw import MOST_SAMPLES
from oversight.sampling.written import read_limits
from recalls.scope import Line
from trace.field_types import GtinText
from trace.gs1 import read_lot
from trace.kit.fields import Day, InputModel, Text, WholeNumber
from trace.typed_lots import split_lots

MOST_LOTS = 200


def _check_lots(text: str) -> str:
    lots = split_lots(text)
    if not 0 < len(lots) <= MOST_LOTS:
        raise ValueError(f"Expected 1 to {MOST_LOTS} lots, got {len(lots)}.")
    for one in lots:
        read_lot(one)
    return text


def _check_lines(text: str) -> str:
    for one in read_limits(text):
        try:
            ItemIn.model_validate(one)
        except ValidationError as error:
            raise ValueError(f"{one['item'] or 'An item'}: {error.errors()[0]['msg']}") from error
    return text


class GoodsIn(InputModel):
    """Which goods a decision is about; left out, the product and the batches of the cases.

    ``lots`` are written with blanks or commas between them; ``whole`` takes the product whatever its lot.
    """

    gtin: GtinText | None = None
    lots: Annotated[Text, AfterValidator(_check_lots)] | None = None
    whole: bool = False

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if self.whole and self.lots:
            raise ValueError("Expected lots or whole, got both.")
        return self

    def to_line(self, gtin: str, lots: Sequence[str]) -> Line | None:
        """Return the scope, with what the cases name where nothing is said; None if that is no batch at all."""
        of_cases = lots if self.gtin is None or self.gtin == gtin else ()
        given = tuple(split_lots(self.lots or "", lots) or of_cases)
        if self.whole:
            return Line(gtin=self.gtin or gtin)
        return Line(gtin=self.gtin or gtin, lots=given) if given else None


class InspectIn(InputModel):
    """A sampling plan of the product: its size, its days, and what is tested (as ``items``, or in ``lines``)."""

    size: Annotated[WholeNumber, Field(ge=1, le=MOST_SAMPLES)]
    starts_on: Day
    ends_on: Day
    food: bool = True
    items: Annotated[list[ItemIn], Field(max_length=100)] = Field(default_factory=list)
    lines: Annotated[Text, AfterValidator(_check_lines)] | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.lines is None) == (not self.items):
            raise ValueError("Expected either items or lines.")
        check_tests(self.starts_on, self.ends_on, self.all_items())
        return self

    def all_items(self) -> Sequence[ItemIn]:
        """Return what is tested, however it was given. Raises ValueError naming a line that says no limit."""
        return self.items if self.lines is None else [ItemIn.model_validate(one) for one in read_limits(self.lines)]


class HoldIn(GoodsIn):
    """A stop-sale; the instructions to the places are those that are usual if none are given."""

    instructions: Text | None = None


class RecallIn(GoodsIn):
    """What the recall is about."""

    hazard: Text
    instructions: Text
    recall_class: Literal["1", "2", "3"] = "1"
    kind: Literal["ordered", "notified"] = "notified"
