"""`/api/v1/ledgers`: what a firm bought and sold, as the food law has it recorded."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, RootModel
from typing_extensions import TypedDict

from oversight.ledgers.firms import Wanted, find_firm, open_ledger, side_of
from oversight.ledgers.lines import Side
from oversight.ledgers.reading import Ledger, each_line, read_lines, read_totals
from oversight.ledgers.rows import LedgerRow, TotalRow, each_row, write_lines, write_totals
from oversight.ledgers.sheet import SHEETS
from trace.field_types import GtinText, PartyText
from trace.kit.contract import Call
from trace.kit.fields import Day, InputModel
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.web.api import HISTORIANS, api, principal_of
from trace.web.sheet_answers import FILES, sheet_answer


class LedgerQuery(InputModel):
    """Whose ledger (a firm's own is its key's), from a day in China to another; of a product, with one other firm."""

    party: PartyText | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    to: Day | None = None
    product: GtinText | None = None
    counterparty: PartyText | None = None


class LinesQuery(LedgerQuery, PageQuery):
    """The same, page by page."""


class SheetQuery(LedgerQuery):
    """The same, in which form and with headings in which language."""

    format: Literal["csv", "xlsx"] = "csv"
    lang: Literal["zh", "en"] | None = None


class LinesRow(TypedDict):
    """A page of lines, the newest first."""

    ledger: Side
    party: str | None
    lines: list[LedgerRow]
    next: str | None


class TotalsRow(TypedDict):
    """The sums of all lines that were asked for."""

    ledger: Side
    party: str | None
    totals: list[TotalRow]


class LinesOut(RootModel[LinesRow]):
    """Lines of a ledger."""


class TotalsOut(RootModel[TotalsRow]):
    """Sums of a ledger."""


@api.operation(
    "GET",
    "/ledgers/<side>",
    query=LinesQuery,
    answers={200: LinesOut},
    roles=HISTORIANS,
    summary="A firm's ledger of purchases or sales",
    tag="oversight",
)
def get_ledger(call: Call) -> Answer:
    """Every receipt from others (`purchase`), every shipment to others and sale (`sale`), by the ledger of units."""
    party, ledger = _open(call)
    page = read_page(call.query)
    after: Any = page.after
    found = read_lines(call.session, ledger, datetime.now(UTC), page.limit + 1, after)
    shown, following = cut(found, page, lambda line: line.order)
    rows = write_lines(call.session, principal_of(call), shown)
    return Answer(200, {"ledger": ledger.side, "party": party, "lines": rows, "next": following})


@api.operation(
    "GET",
    "/ledgers/<side>/totals",
    query=LedgerQuery,
    answers={200: TotalsOut},
    roles=HISTORIANS,
    summary="The sums of a ledger by product and unit",
    tag="oversight",
)
def get_ledger_totals(call: Call) -> Answer:
    """They are exactly the sums of the lines with the same conditions."""
    party, ledger = _open(call)
    rows = write_totals(call.session, principal_of(call), ledger.side, read_totals(call.session, ledger))
    return Answer(200, {"ledger": ledger.side, "party": party, "totals": rows})


@api.operation(
    "GET",
    "/ledgers/<side>/sheet",
    query=SheetQuery,
    answers={200: None},
    roles=HISTORIANS,
    summary="A ledger as a sheet",
    tag="oversight",
    files=FILES,
)
def get_ledger_sheet(call: Call) -> Answer:
    """All lines with the same conditions, at most 100,000."""
    _party, ledger = _open(call)
    rows = each_row(call.session, principal_of(call), each_line(call.session, ledger, datetime.now(UTC)))
    return sheet_answer(f"{ledger.side}-ledger", call.query.format, SHEETS[ledger.side], rows)


def _open(call: Call) -> tuple[str | None, Ledger]:
    """The code of the firm whose ledger it is, and the ledger."""
    asked, side = call.query, side_of(call.path["side"])
    party = find_firm(call.session, principal_of(call), asked.party)
    wanted = Wanted(asked.from_, asked.to, asked.product, asked.counterparty)
    return party.uscc or party.gln, open_ledger(call.session, party, side, wanted)
