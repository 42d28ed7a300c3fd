"""`/api/v1/drills`: a trace exercise of one batch, from its opening to its report, in one call."""

from datetime import UTC, datetime
from typing import Annotated, Literal, Self
from urllib.parse import quote

from pydantic import Field, RootModel, WithJsonSchema, model_validator

from recalls.drills.exercise import HOURS, MOST_HOURS, NewDrill, read_drill, run_drill
from recalls.drills.paper import write_paper
from recalls.drills.rows import DrillRow
from recalls.drills.words import SHEET
from trace.field_types import GtinText, LotText, PartyText
from trace.gs1 import Gtin, canonical_uri
from trace.kit.contract import Call
from trace.kit.fields import InputModel, Text, WholeNumber
from trace.kit.i18n import current_language
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.web.api import READERS, api, principal_of
from trace.web.sheet_answers import FILES, file_answer, sheet_answer

MOST_PARTICIPANTS = 1000
PDF_TYPE = "application/pdf"

Hours = Annotated[
    WholeNumber,
    Field(ge=1, le=MOST_HOURS),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_HOURS}),
]


class DrillIn(InputModel):
    """A batch by `gtin` and `lot`, or by `id`; `participants` (USCC or GLN) get the drill's messages, nobody else."""

    gtin: GtinText | None = None
    lot: LotText | None = None
    id: Text | None = None
    hours: Hours = HOURS
    participants: Annotated[list[PartyText], Field(max_length=MOST_PARTICIPANTS)] = Field(default_factory=list)
    reason: Text | None = None

    @model_validator(mode="after")
    def _names_one_batch(self) -> Self:
        if self.id is None and (self.gtin is None or self.lot is None):
            raise ValueError("Expected a batch as gtin and lot, or as id.")
        if self.id is not None and (self.gtin is not None or self.lot is not None):
            raise ValueError("Expected a batch as gtin and lot, or as id, got both.")
        return self

    def to_drill(self) -> NewDrill:
        """The same as a plain value."""
        batch = self.id or canonical_uri(Gtin.read(self.gtin or "").gtin14, self.lot)
        return NewDrill(batch, self.hours, tuple(self.participants), self.reason)


class DrillOut(RootModel[DrillRow]):
    """A drill and its report."""


class DrillQuery(InputModel):
    """In which form: the report as JSON or PDF, its list of contacts as a sheet."""

    format: Literal["json", "csv", "xlsx", "pdf"] = "json"
    lang: Literal["zh", "en"] | None = None


@api.operation(
    "POST",
    "/drills",
    body=DrillIn,
    answers={201: DrillOut},
    roles=READERS,
    summary="Drill a recall of one batch",
    tag="recalls",
)
def post_drill(call: Call) -> Answer:
    """Opens a drill, traces the batch both ways, balances it, lists whom to reach, and keeps the report.

    A firm drills its own products, an official any. Nothing is held, the public sees nothing, and no firm is written
    to that does not take part. Without other participants the drill is over at once; else their answers are awaited.
    """
    principal = principal_of(call)
    case = run_drill(call.session, principal, call.body.to_drill(), datetime.now(UTC))
    headers = {"Location": f"{api.prefix}/drills/{case.number}"}
    return Answer(201, read_drill(call.session, principal, case.number, datetime.now(UTC)), headers)


@api.operation(
    "GET",
    "/drills/<number>",
    query=DrillQuery,
    answers={200: DrillOut},
    roles=READERS,
    summary="A drill and its report",
    tag="recalls",
    files=[*FILES, PDF_TYPE],
)
def get_drill(call: Call) -> Answer:
    """The report is as it was kept; `stage`, `deadlines`, `notified` and `acknowledged` are of now."""
    number, form = call.path["number"], call.query.format
    report = read_drill(call.session, principal_of(call), number, datetime.now(UTC))
    if form == "json":
        return Answer(200, report)
    name = f"drill-{quote(number, safe='')}"
    if form != "pdf":
        return sheet_answer(name, form, SHEET, report["contacts"])
    language = current_language()
    setting = current_settings().pdf_font
    return file_answer(f"{name}.pdf", PDF_TYPE, lambda file: write_paper(file, report, language, setting))
