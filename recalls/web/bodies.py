"""What clients send about cases: scopes, plans, new cases and steps."""

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from recalls import cases
from recalls.plans import Plan, Planned
from recalls.scope import Line
from recalls.web.notice_body import NoticeIn
from trace.field_types import PartyText, RegionText, Uom
from trace.kit.fields import Day, InputModel, QuantityOrZero, Text, Timestamp, WholeNumber
from trace.kit.paging import Limit

MOST_LINES = 1000
MOST_LOTS = 5000
MOST_REGIONS = 1000
MOST_PARTICIPANTS = 1000


def _check_class(value: int) -> int:
    if value not in (1, 2, 3):
        raise ValueError(f"Expected a class of 1, 2 or 3, got {value}.")
    return value


RecallClass = Annotated[
    WholeNumber,
    AfterValidator(_check_class),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 3}),
]
Remedies = Annotated[list[Text], Field(min_length=1, max_length=6)]


class LineIn(InputModel):
    """One line of a scope: an item by `gtin`, or a batch or item by `id`; every condition given must hold."""

    gtin: str | None = None
    id: Text | None = None
    lots: Annotated[list[str], Field(min_length=1, max_length=MOST_LOTS)] | None = None
    lot_from: str | None = None
    lot_to: str | None = None
    produced_from: Day | None = None
    produced_to: Day | None = None
    serial_from: str | None = None
    serial_to: str | None = None
    exclude: bool = False

    def to_line(self) -> Line:
        """The same as a plain value."""
        return Line(
            self.gtin,
            self.id,
            tuple(self.lots or ()),
            self.lot_from,
            self.lot_to,
            self.produced_from,
            self.produced_to,
            self.serial_from,
            self.serial_to,
            self.exclude,
        )


Scope = Annotated[list[LineIn], Field(max_length=MOST_LINES)]
Participants = Annotated[list[PartyText], Field(max_length=MOST_PARTICIPANTS)]


class RecallIn(InputModel):
    """A new case. `class` 1 is the gravest; a `drill` never reaches the public, and only `participants` are written to.

    `stage` is where it begins while nothing is decided yet; `learned_at` when the risk was learned of, else now.
    """

    title: Text
    title_en: Text | None = None
    kind: cases.Kind
    regime: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{1,39}$")]
    recall_class: Annotated[RecallClass, Field(alias="class")]
    depth: cases.Depth
    hazard: Text
    instructions: Text
    remedy: Text | Remedies
    drill: bool = False
    participants: Participants | None = None
    scope: Scope
    stage: cases.Beginning | None = None
    learned_at: Timestamp | None = None
    cause: Text | None = None
    consequence: Text | None = None
    regions: Annotated[list[RegionText], Field(max_length=MOST_REGIONS)] | None = None
    authority: Text | None = None

    def to_case(self) -> cases.NewCase:
        """The same as a plain value."""
        return cases.NewCase(
            title=self.title,
            title_en=self.title_en,
            kind=self.kind,
            regime=self.regime,
            recall_class=self.recall_class,
            depth=self.depth,
            hazard=self.hazard,
            instructions=self.instructions,
            remedies=self.remedy if isinstance(self.remedy, list) else [self.remedy],
            drill=self.drill,
            participants=self.participants or (),
            scope=[line.to_line() for line in self.scope],
            stage=self.stage,
            learned_at=self.learned_at,
            cause=self.cause,
            consequence=self.consequence,
            regions=self.regions or (),
            authority=self.authority,
        )


class PlannedIn(InputModel):
    """So many units of an item of the scope, or of one made from it, are to be recovered."""

    gtin: str | None = None
    id: Text | None = None
    uom: Uom | None = None
    quantity: QuantityOrZero


class PlanIn(InputModel):
    """What is to be done: every part may be left open, and be filed in a later version."""

    measures: Text | None = None
    disposal: Text | None = None
    contact: Text | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    quantities: Annotated[list[PlannedIn], Field(min_length=1, max_length=MOST_LINES)] | None = None

    def to_plan(self) -> Plan:
        """The same as a plain value."""
        return Plan(
            self.measures,
            self.disposal,
            self.contact,
            self.starts_on,
            self.ends_on,
            [Planned(Decimal(one.quantity), one.gtin, one.id, one.uom or "") for one in self.quantities or ()],
        )


class StepIn(InputModel):
    """Why the step is taken, and its papers: lines that `extend` adds, a `plan` with `file-plan` or `extend`.

    `effective` comes with `assess` (left out, the case may be executed again or terminated), a public `notice` with
    `announce` or `extend`.
    """

    reason: Text | None = None
    scope: Scope | None = None
    plan: PlanIn | None = None
    notice: NoticeIn | None = None
    effective: bool | None = None


class ParticipantsIn(InputModel):
    """The firms that take part in a drill, by USCC or GLN."""

    participants: Annotated[list[PartyText], Field(min_length=1, max_length=MOST_PARTICIPANTS)]


class PreviewIn(InputModel):
    """A scope that no case was opened for, up to which moment (else now), and how many places."""

    scope: Scope
    as_of: Timestamp | None = None
    limit: Limit | None = None
