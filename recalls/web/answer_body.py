"""What a consignee sends: an answer, line by line."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from recalls.responses.access import OnBehalf
from recalls.responses.answer import Answer, AnswerLine, Destruction
from recalls.responses.figures import Counted
from trace.field_types import GtinText, LotText, PartyText, PlaceText, Uom
from trace.gs1 import canonical_uri, read_identifier
from trace.kit.fields import InputModel, QuantityOrZero, Text, Timestamp

MOST_LINES = 5_000

Short = Annotated[Text, Field(max_length=200)]


class DestructionIn(InputModel):
    """How units were destroyed: how, before whom, by which paper; where and when, if not where they were and now."""

    method: Short | None = None
    witness: Short | None = None
    document: Short | None = None
    place: Short | None = None
    at: Timestamp | None = None


class AnswerLineIn(InputModel):
    """Totals to date of one batch at one place. Every unit stands under one figure; quarantined ones are on hand too.

    `location` may be left out by a consignee with one place, `uom` where the ledger counts the batch in one unit.
    `corrected` units stand there alone, wherever they are; `destroyed` needs `destruction`.
    """

    location: PlaceText | None = None
    gtin: GtinText | None = None
    lot: LotText | None = None
    id: Text | None = None
    uom: Uom | None = None
    on_hand: QuantityOrZero | None = None
    quarantined: QuantityOrZero | None = None
    returned: QuantityOrZero | None = None
    destroyed: QuantityOrZero | None = None
    corrected: QuantityOrZero | None = None
    sold: QuantityOrZero | None = None
    shipped_on: QuantityOrZero | None = None
    lost: QuantityOrZero | None = None
    returned_to: PlaceText | None = None
    returned_document: Short | None = None
    returned_at: Timestamp | None = None
    destruction: DestructionIn | None = None
    shipped_to: Text | None = None
    evidence: Text | None = None

    @model_validator(mode="after")
    def _names_one_batch(self) -> Self:
        if (self.id is None) != (self.gtin is not None and self.lot is not None):
            raise ValueError("Expected a batch as gtin and lot, or as id.")
        if self.id is not None and (self.gtin is not None or self.lot is not None):
            raise ValueError("Expected a batch as gtin and lot, or as id, got both.")
        return self

    def to_line(self) -> AnswerLine:
        """The same as a plain value."""
        told = self.destruction
        return AnswerLine(
            batch=read_identifier(self.id).uri if self.id is not None else canonical_uri(self.gtin or "", self.lot),
            place=self.location,
            uom=self.uom,
            counted=Counted(
                on_hand=self.on_hand,
                quarantined=self.quarantined,
                returned=self.returned,
                destroyed=self.destroyed,
                corrected=self.corrected,
                sold=self.sold,
                shipped_on=self.shipped_on,
                lost=self.lost,
            ),
            returned_to=self.returned_to,
            returned_document=self.returned_document,
            returned_at=self.returned_at,
            destruction=None
            if told is None
            else Destruction(told.method, told.witness, told.document, told.place, told.at),
            shipped_to=self.shipped_to,
            evidence=self.evidence,
            named_by="id" if self.id is not None else "lot",
        )


class AnswerIn(InputModel):
    """An answer; `answered_at` left out is now."""

    answered_at: Timestamp | None = None
    note: Text | None = None
    lines: Annotated[list[AnswerLineIn], Field(min_length=1, max_length=MOST_LINES)]

    def to_answer(self) -> Answer:
        """The same as a plain value."""
        return Answer([line.to_line() for line in self.lines], self.answered_at, self.note)


class OnBehalfIn(InputModel):
    """Who answered on the phone: a firm by USCC or GLN, or a place whose firm nobody registered; and who spoke."""

    party: PartyText | None = None
    place: PlaceText | None = None
    by: Literal["phone"] = "phone"
    spoke_with: Short | None = None

    def to_value(self) -> OnBehalf:
        """The same as a plain value."""
        return OnBehalf(self.party, self.place, self.spoke_with)


class ResponseIn(AnswerIn):
    """An answer by a key: a firm's own, or one that an official writes down `on_behalf` of a firm."""

    notice: Text | None = None
    on_behalf: OnBehalfIn | None = None
