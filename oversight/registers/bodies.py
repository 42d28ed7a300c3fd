"""What is said in each register, as it is sent, kept and read back."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from oversight.registers.validity import Validity
from trace.field_types import GtinText, PartyText
from trace.kit.errors import shorten
from trace.kit.fields import Day, InputModel, Text

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def _number(text: str) -> str:
    if text != text.strip() or _CONTROL.search(text):
        raise ValueError(f"Expected a number without blanks at its ends and control characters, got {shorten(text)}.")
    return text


def _scheme(text: str) -> str:
    if re.search(r"\s", text) or _CONTROL.search(text):
        raise ValueError(f"Expected a name without blanks, got {shorten(text)}.")
    return text


def _part(text: str) -> str:
    if text != text.strip() or _CONTROL.search(text) or re.search("[|｜]", text):
        raise ValueError(f"Expected one line without | and without blanks at its ends, got {shorten(text)}.")
    return text


Number = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_number)]
"""A number as it was given out: any signs, no blank at its ends."""

Scheme = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_scheme)]
"""A scheme's name without blanks, so that it and a number are told apart."""

Part = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_part)]
"""What can be written beside others in one line (`written`)."""

Word = Annotated[str, Field(pattern="^[a-z][a-z0-9_-]{0,39}$")]

Standing = Literal["active", "suspended", "revoked", "cancelled"]
"""存续、停业整顿、吊销、注销."""

StandardStatus = Literal["upcoming", "in_force", "replaced", "withdrawn"]


def _require_order(first: date, last: date | None, name: str) -> None:
    if last is not None and last < first:
        raise ValueError(f"Expected {name} to be {first} or later, got {last}.")


class Suspension(InputModel):
    """Days (inclusive) in which something does not count; without an end until it is lifted."""

    since: Day
    until: Day | None = None
    ground: Part

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _require_order(self.since, self.until, "until")
        return self


class _Valid(InputModel):
    valid_from: Day
    valid_to: Day | None = None
    suspensions: list[Suspension] = Field(default_factory=list, max_length=100)
    revoked_on: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _require_order(self.valid_from, self.valid_to, "valid_to")
        return self

    @property
    def validity(self) -> Validity:
        """When it is valid."""
        return Validity(
            self.valid_from, self.valid_to, [(one.since, one.until) for one in self.suspensions], self.revoked_on
        )


class StandingIn(InputModel):
    """How a firm stands from a day on, by which decision."""

    party: PartyText
    state: Standing
    since: Day
    ground: Text
    decision: Text | None = None


class CategoryIn(InputModel):
    """Products that need a licence: those whose class in ``scheme`` begins with ``prefix``, made in these days."""

    word: Word
    name: Text
    name_en: Text
    scheme: Text
    prefix: Text
    needed_from: Day
    needed_to: Day | None = None
    source: Text

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _require_order(self.needed_from, self.needed_to, "needed_to")
        return self


class LicenceIn(_Valid):
    """A licence to make products of some categories."""

    number: Number
    party: PartyText
    categories: Annotated[list[Word], Field(min_length=1, max_length=100)]
    issuer: Text | None = None


class CertificateIn(_Valid):
    """A certificate under a scheme (CCC, organic, …), for a product or, without one, for the firm."""

    scheme: Scheme
    number: Number
    compulsory: bool = False
    party: PartyText
    product: GtinText | None = None
    issuer: Text | None = None


class ScopeItem(InputModel):
    """A test item by a method, within the laboratory's scope in these days; left out: as long as it is accredited."""

    item: Part
    method: Part
    valid_from: Day | None = None
    valid_to: Day | None = None


class LaboratoryIn(_Valid):
    """A testing laboratory by its accreditation number, and what it may test."""

    number: Number
    name: Text
    name_en: Text | None = None
    scope: Annotated[list[ScopeItem], Field(max_length=2000)] = Field(default_factory=list)


class StandardIn(InputModel):
    """A standard by its number, such as GB 19302-2010."""

    number: Number
    title: Text
    title_en: Text | None = None
    status: StandardStatus
    issued_on: Day | None = None
    in_force_on: Day | None = None
    ended_on: Day | None = None
    replaced_by: Number | None = None
