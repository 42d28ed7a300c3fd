"""`/api/v1/credit-files`, `/credit-records`, `/credit-repairs`: what is on record of a firm, entered and repaired."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from oversight.credit.file import FileRow, find_firm, moment_of, read_file
from oversight.credit.grades import entries_of
from oversight.credit.records import NewRecord, RecordNotFound, RecordWord, enter_record, withdraw_record
from oversight.credit.repair import Wish, ask_repair
from oversight.matters.reading import WholeMatter, write_matter
from oversight.models import CreditRecord
from trace.answers import write_time
from trace.kit.contract import Call
from trace.kit.errors import NotFound
from trace.kit.fields import Day, InputModel, Quantity, Text
from trace.kit.transactions import Answer
from trace.web.api import HISTORIANS, api, principal_of

OFFICERS = frozenset({"regulator", "admin"})
FIRMS = frozenset({"company"})

Short = Annotated[str, Field(min_length=1, max_length=200)]


class EntryNotFound(NotFound):
    """The file has no such entry."""


class FileQuery(InputModel):
    """On which day; without it now."""

    on: Day | None = None


class RecordIn(InputModel):
    """A penalty, correction, honour or commitment of a firm (USCC or GLN), and the decision that shows it."""

    party: Short
    word: RecordWord
    on: Day
    decision: Short
    text_zh: Text
    text_en: Text
    weight: Quantity | None = None


class WithdrawIn(InputModel):
    """Why it is taken back."""

    reason: Text


class RepairIn(InputModel):
    """An entry of one's own file by its word and record, and what is wished: answer, correct or repair."""

    word: Short
    record: Short
    wish: Wish
    statement: Text


class RecordRow(TypedDict):
    """A record that an official entered."""

    id: int
    word: str
    on: str
    decision: str
    text_zh: str
    text_en: str
    weight: Decimal
    withdrawn_at: str | None
    withdrawn_reason: str | None


class FileOut(RootModel[FileRow]):
    """A file."""


class RecordOut(RootModel[RecordRow]):
    """A record."""


class RepairOut(RootModel[WholeMatter]):
    """A request."""


def write_record(row: CreditRecord) -> RecordRow:
    """Return a record as it is answered."""
    return {
        "id": row.id,
        "word": row.word,
        "on": str(row.on),
        "decision": row.decision,
        "text_zh": row.text_zh,
        "text_en": row.text_en,
        "weight": row.factor,
        "withdrawn_at": write_time(row.withdrawn_at),
        "withdrawn_reason": row.withdrawn_reason,
    }


@api.operation(
    "GET",
    "/credit-files/<code>",
    query=FileQuery,
    answers={200: FileOut},
    roles=HISTORIANS,
    summary="The quality-credit file of a firm",
    tag="oversight",
)
def get_credit_file(call: Call) -> Answer:
    """On any day, each point explained. A firm reads its own alone."""
    party = find_firm(call.session, principal_of(call), call.path["code"])
    at = moment_of(call.query.on, datetime.now(UTC))
    return Answer(200, read_file(call.session, party, at))


@api.operation(
    "POST",
    "/credit-records",
    body=RecordIn,
    answers={201: RecordOut},
    roles=OFFICERS,
    summary="Enter a penalty, correction, honour or commitment",
    tag="oversight",
)
def post_credit_record(call: Call) -> Answer:
    """It counts from now on for days from its own day; it is taken back by `/withdraw`, never changed."""
    body: RecordIn = call.body
    new = NewRecord(
        body.party, body.word, body.on, body.decision, body.text_zh, body.text_en, body.weight or Decimal(1)
    )
    return Answer(201, write_record(enter_record(call.session, principal_of(call), new, datetime.now(UTC))))


@api.operation(
    "POST",
    "/credit-records/<id>/withdraw",
    body=WithdrawIn,
    answers={200: RecordOut},
    roles=OFFICERS,
    summary="Take back a credit record",
    tag="oversight",
)
def post_withdraw_record(call: Call) -> Answer:
    """It does not count any more, on any day. The office that entered it, or one above, does so."""
    text = call.path["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RecordNotFound(f"No credit record {text} is known.")
    row = withdraw_record(call.session, principal_of(call), int(text), call.body.reason, datetime.now(UTC))
    return Answer(200, write_record(row))


@api.operation(
    "POST",
    "/credit-repairs",
    body=RepairIn,
    answers={201: RepairOut},
    roles=FIRMS,
    summary="Answer an entry of one's own file, ask for its correction or repair",
    tag="oversight",
)
def post_credit_repair(call: Call) -> Answer:
    """Its steps are those of `/matters`; what is granted does not count from that day on."""
    body: RepairIn = call.body
    principal, now = principal_of(call), datetime.now(UTC)
    wanted = (body.word, body.record)
    entries = entries_of(call.session, principal.party_id or 0, now)
    entry = next((one for one in entries if (one.word, one.record) == wanted), None)
    if entry is None:
        raise EntryNotFound(f"Your file has no entry {body.word} of {body.record}.")
    matter = ask_repair(call.session, principal, entry, body.wish, body.statement, now)
    location = {"Location": f"{api.prefix}/matters/{matter.number}"}
    return Answer(201, write_matter(call.session, principal, matter, now), location)
