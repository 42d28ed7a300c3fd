"""What sampling inspections take in: a plan, and what the steps of plans and samples state."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from oversight.sampling.draw import MOST_SAMPLES
from oversight.sampling.limits import Limit, LimitKind
from oversight.sampling.written import read_results
from trace.field_types import GtinText
from trace.kit.fields import Day, InputModel, Quantity, QuantityOrZero, Text, WholeNumber

PlaceKind = Literal["plant", "warehouse", "outlet", "other"]
Code = Annotated[str, Field(pattern="^[0-9]{6}([0-9]{3})?$")]

MOST_ITEMS = 100


class ItemIn(InputModel):
    """A test item with its limit, in a unit, by a standard."""

    item: Text
    kind: LimitKind
    lower: QuantityOrZero | None = None
    upper: QuantityOrZero | None = None
    unit: Text | None = None
    standard: Text | None = None

    @model_validator(mode="after")
    def _is_a_limit(self) -> Self:
        self.to_limit()
        return self

    def to_limit(self) -> Limit:
        """Return its limit. Raises ValueError."""
        return Limit(self.kind, self.lower, self.upper)


class Criteria(InputModel):
    """Which goods, where: products by GTIN or licensed category; kinds of places and regions, all if none is given."""

    gtins: Annotated[list[GtinText], Field(max_length=100)] = Field(default_factory=list)
    categories: Annotated[list[Text], Field(max_length=20)] = Field(default_factory=list)
    kinds: Annotated[list[PlaceKind], Field(max_length=4)] = Field(default_factory=list)
    regions: Annotated[list[Code], Field(max_length=50)] = Field(default_factory=list)


def check_tests(starts_on: date, ends_on: date, items: Sequence[ItemIn]) -> None:
    """Raise ValueError for days in the wrong order, too many test items, or one that stands twice."""
    if ends_on < starts_on:
        raise ValueError(f"Expected an end from {starts_on} on, got {ends_on}.")
    if len(items) > MOST_ITEMS:
        raise ValueError(f"Expected at most {MOST_ITEMS} test items, got {len(items)}.")
    names = [one.item.strip().casefold() for one in items]
    if len(set(names)) < len(names):
        raise ValueError("Expected each test item once, got one twice.")


class PlanIn(Criteria):
    """A sampling plan; about ``size`` samples are drawn, more of firms of low grades and fewer of high ones.

    Each is tested for all ``items``. Food has a law of its own.
    """

    title: Text
    title_en: Text | None = None
    food: bool = True
    size: Annotated[WholeNumber, Field(ge=1, le=MOST_SAMPLES)]
    starts_on: Day
    ends_on: Day
    items: Annotated[list[ItemIn], Field(min_length=1, max_length=MOST_ITEMS)]
    code: Code | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not self.gtins and not self.categories:
            raise ValueError("Expected gtins or categories, got neither.")
        check_tests(self.starts_on, self.ends_on, self.items)
        return self


class DrawIn(InputModel):
    """The seed, as it was drawn in public; left out, the service makes one of 128 random bits."""

    seed: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")] | None = None


class TakeIn(InputModel):
    """How much was taken, in the unit of the ledger."""

    quantity: Quantity


def _of_choice(value: object) -> object:
    """A form's choice is text."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19 else value


class LaboratoryChoice(InputModel):
    """The entry of a laboratory in the register."""

    laboratory: Annotated[WholeNumber, BeforeValidator(_of_choice)]


class ResultIn(InputModel):
    """What was found for an item, in its unit; null: not detected."""

    item: Text
    value: QuantityOrZero | None
    unit: Text | None = None


class ReportIn(InputModel):
    """A laboratory's report: a result for every item of the plan, as ``results`` or written in ``lines``."""

    number: Text
    results: Annotated[list[ResultIn], Field(max_length=100)] = Field(default_factory=list)
    lines: Text | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.lines is None) == (not self.results):
            raise ValueError("Expected either results or lines.")
        self.all_results()
        return self

    def all_results(self) -> Sequence[ResultIn]:
        """Return the results, however they were given. Raises ValueError naming a line that says none."""
        if self.lines is None:
            return self.results
        return [ResultIn.model_validate(one) for one in read_results(self.lines)]


class StopSaleIn(InputModel):
    """The instructions to the places; left out, those that are usual."""

    instructions: Text | None = None


class PublishIn(InputModel):
    """What the public is told, in both languages."""

    title: Text
    title_en: Text
    text: Text
    text_en: Text


class RecallIn(InputModel):
    """What the recall is about; its scope is the batch that failed."""

    hazard: Text
    instructions: Text
    recall_class: Literal["1", "2", "3"] = "1"
    kind: Literal["ordered", "notified"] = "notified"
