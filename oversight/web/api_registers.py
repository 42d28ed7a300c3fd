"""`/api/v1/registers`: what the authority keeps of firms, licences, certificates, laboratories and standards."""

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from oversight.registers.entering import enter
from oversight.registers.entries import (
    EntryRow,
    WantedEntries,
    WholeEntry,
    find_entry,
    home_day,
    list_entries,
    register_of,
    write_entries,
    write_entry,
)
from oversight.registers.firms import FirmRow, read_firm, write_firm
from oversight.registers.registers import REGISTERS
from oversight.registers.sheets import all_lines, import_sheet, sheet_of
from trace.field_types import PartyText
from trace.kit.contract import Call, validate
from trace.kit.fields import Day, InputModel, Text
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.kit.uploads import Upload
from trace.master_data import require_party
from trace.sheets_in.tables import MAX_BYTES
from trace.web.api import HISTORIANS, api, principal_of
from trace.web.sheet_answers import FILES, sheet_answer

OFFICERS = frozenset({"regulator", "admin"})


class EntriesQuery(PageQuery):
    """Entries of a firm, with words in their number or name; as the register was after a day in China.

    `not_valid_on`: those that are not valid on a day, by what is said of them now.
    """

    q: Text | None = None
    party: PartyText | None = None
    as_of: Day | None = None
    not_valid_on: Day | None = None


class ExportQuery(InputModel):
    """In which form, and as the register was after a day."""

    format: Literal["csv", "xlsx"] = "csv"
    as_of: Day | None = None


class AsOfQuery(InputModel):
    """As it was after a day in China; without it, as it is."""

    as_of: Day | None = None


class OnQuery(InputModel):
    """The day that is asked about; without it, today in China."""

    on: Day | None = None


class EntryIn(InputModel):
    """Why, and what is said (docs/registers.md says what each register takes)."""

    reason: Text | None = None
    states: dict[str, Any] = Field(default_factory=dict)


class RegisterRow(TypedDict):
    """A register and the fields of its entries."""

    register: str
    name: str
    name_en: str
    fields: list[str]


class RegistersRow(TypedDict):
    """All registers."""

    registers: list[RegisterRow]


class EntriesRow(TypedDict):
    """A page of entries in the order of their numbers."""

    entries: list[EntryRow]
    next: str | None


class ImportedRow(TypedDict):
    """How many rows a sheet has, and how many said anything new."""

    rows: int
    fresh: int


class RegistersOut(RootModel[RegistersRow]):
    """All registers."""


class EntriesOut(RootModel[EntriesRow]):
    """Entries."""


class EntryOut(RootModel[WholeEntry]):
    """An entry with its history."""


class ImportedOut(RootModel[ImportedRow]):
    """What became of a sheet."""


class FirmOut(RootModel[FirmRow]):
    """A firm in all registers."""


@api.operation(
    "GET", "/registers", answers={200: RegistersOut}, roles=HISTORIANS, summary="All registers", tag="oversight"
)
def get_registers(_call: Call) -> Answer:
    """With the fields that an entry of each one has."""
    rows = [
        {"register": one.word, "name": one.zh, "name_en": one.en, "fields": [field.name for field in one.fields]}
        for one in REGISTERS.values()
    ]
    return Answer(200, {"registers": rows})


@api.operation(
    "GET",
    "/registers/<register>",
    query=EntriesQuery,
    answers={200: EntriesOut},
    roles=HISTORIANS,
    summary="A register",
    tag="oversight",
)
def get_entries(call: Call) -> Answer:
    """In the order of the entries' numbers, each as it stands on the day that is asked for."""
    page, asked = read_page(call.query), call.query
    after = None if page.after is None else str(page.after[0])
    party = None if asked.party is None else require_party(call.session, asked.party).id
    wanted = WantedEntries(party, asked.q or "", asked.as_of, asked.not_valid_on)
    rows = list_entries(call.session, call.path["register"], wanted, after, page.limit + 1)
    shown, following = cut(rows, page, lambda one: [one.row.key])
    on = asked.not_valid_on or asked.as_of or home_day(datetime.now(UTC))
    return Answer(200, {"entries": write_entries(call.session, shown, on), "next": following})


@api.operation(
    "POST",
    "/registers/<register>",
    body=EntryIn,
    answers={200: EntryOut, 201: EntryOut},
    roles=OFFICERS,
    summary="Enter something in a register, or change it",
    tag="oversight",
)
def post_entry(call: Call) -> Answer:
    """By its number: 201 for what is new or newly said, 200 where this is what is said already."""
    body: EntryIn = call.body
    register, now = register_of(call.path["register"]), datetime.now(UTC)
    said = validate(register.model, body.states)
    entry, new = enter(call.session, principal_of(call), register, said, body.reason, now)
    location = {"Location": f"{api.prefix}/registers/{register.word}/{entry.row.id}"}
    return Answer(201 if new else 200, write_entry(call.session, entry, home_day(now)), location)


@api.operation(
    "GET",
    "/registers/<register>/<id>",
    query=AsOfQuery,
    answers={200: EntryOut},
    roles=HISTORIANS,
    summary="An entry of a register",
    tag="oversight",
)
def get_entry(call: Call) -> Answer:
    """With everything that was ever said of it."""
    as_of = call.query.as_of
    entry = find_entry(call.session, call.path["register"], call.path["id"], as_of)
    return Answer(200, write_entry(call.session, entry, as_of or home_day(datetime.now(UTC))))


@api.operation(
    "GET",
    "/registers/<register>/sheet",
    query=ExportQuery,
    answers={200: None},
    roles=HISTORIANS,
    summary="A register as a sheet",
    tag="oversight",
    files=FILES,
)
def get_register_sheet(call: Call) -> Answer:
    """All entries, each as it stands; the sheet can be changed and brought back."""
    register, asked = register_of(call.path["register"]), call.query
    on, wanted = asked.as_of or home_day(datetime.now(UTC)), WantedEntries(as_of=asked.as_of)
    rows = all_lines(call.session, register, wanted)
    return sheet_answer(register.word, asked.format, sheet_of(register, on), rows)


def _bytes(data: bytes) -> bytes:
    return data


@api.operation(
    "POST",
    "/registers/<register>/sheet",
    upload=Upload("file", MAX_BYTES, _bytes),
    answers={200: ImportedOut},
    roles=OFFICERS,
    summary="Enter a sheet in a register",
    tag="oversight",
)
def post_register_sheet(call: Call) -> Answer:
    """A form with the file `file`, CSV or XLSX of at most 1,000 rows; all of them go in, or none."""
    register, now = register_of(call.path["register"]), datetime.now(UTC)
    rows, fresh = import_sheet(call.session, principal_of(call), register, call.body, None, now)
    return Answer(200, {"rows": rows, "fresh": fresh})


@api.operation(
    "GET",
    "/registers/firms/<code>",
    query=OnQuery,
    answers={200: FirmOut},
    roles=HISTORIANS,
    summary="A firm in all registers",
    tag="oversight",
)
def get_firm(call: Call) -> Answer:
    """Its standing, licences, certificates and what is found on a day; a firm reads of itself alone."""
    on = call.query.on or home_day(datetime.now(UTC))
    return Answer(200, write_firm(call.session, read_firm(call.session, principal_of(call), call.path["code"], on)))
