"""`/desk/ledgers`: a firm's ledger of purchases or of sales, for the firm itself and for officials who look one up."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from flask import url_for

from oversight.ledgers.firms import Wanted, find_firm, open_ledger, search_readable
from oversight.ledgers.lines import Side
from oversight.ledgers.reading import each_line, read_lines, read_totals
from oversight.ledgers.rows import each_row, write_lines, write_totals
from oversight.ledgers.sheet import SHEETS
from oversight.purchases.reading import CheckRow, list_checks, write_checks
from oversight.purchases.reading import Wanted as Checks
from oversight.web.desk.desk import desk
from oversight.web.desk.purchases import outcome_words
from oversight.web.desk.shown import Words
from recalls.clocks.working_days import CHINA, add_months
from trace.documents import printed_number
from trace.field_types import read_party_code
from trace.gs1 import Gtin, IdentifierError
from trace.kit.desk import EVERYBODY, FIRMS, DeskCall, see_other, show
from trace.kit.errors import Invalid
from trace.kit.fields import parse_day
from trace.kit.i18n import _
from trace.kit.paging import PageQuery, cut, read_page
from trace.kit.transactions import Answer
from trace.models import Party
from trace.web.sheet_answers import sheet_answer

USUAL = 12
"""Months that a page goes back where no first day is asked for."""

CONDITIONS = ("party", "from", "to", "product", "counterparty")
"""What an address may ask for, and its links ask for again."""

MOST_FOUND = 20
MOST_SUMS = 100
"""Sums that a page shows; the rest is in the sheet, and in what a product is narrowed to."""


def line_words() -> Words:
    """What each kind of line of a sales ledger is called."""
    return {
        "shipped": _("Shipped to another firm"),
        "voided": _("Shipment taken back"),
        "diverted": _("Arrived elsewhere than it was sent to"),
        "sold": _("Sold to consumers"),
        "returned": _("Returned by consumers"),
    }


@desk.page("/ledgers", roles=EVERYBODY)
def ledgers_page(_call: DeskCall) -> Answer:
    """Purchases come first."""
    return see_other(url_for("oversight_desk.ledger_page", side="purchase"))


@desk.page("/ledgers/<any(purchase, sale):side>", roles=EVERYBODY)
def ledger_page(call: DeskCall) -> Answer:
    """The lines newest first, and above them the sums of all that were asked for; an official looks a firm up."""
    side = cast(Side, call.path["side"])
    if call.user.role not in FIRMS and not call.args.get("party"):
        text = call.args.get("q", "").strip()[:200]
        found = search_readable(call.session, call.principal, text, MOST_FOUND) if text else []
        return show("desk/ledger_firms.html", side=side, text=text, found=found)
    party, wanted = _whose(call), read_wanted(call.args, call.now)
    ledger = open_ledger(call.session, party, side, wanted)
    page = read_page(PageQuery(cursor=call.args.get("cursor")))
    after: Any = page.after
    lines = read_lines(call.session, ledger, call.now, page.limit + 1, after)
    shown, following = cut(lines, page, lambda line: line.order)
    sums = read_totals(call.session, ledger) if after is None and lines else []
    return show(
        "desk/ledger.html",
        side=side,
        party=party,
        wanted=wanted,
        rows=write_lines(call.session, call.principal, shown),
        sums=write_totals(call.session, call.principal, side, sums[:MOST_SUMS]),
        more_sums=max(len(sums) - MOST_SUMS, 0),
        words=line_words(),
        refused=_refused(call, party, wanted) if side == "purchase" and after is None else [],
        outcomes=outcome_words(),
        printed=printed_number,
        today=call.now.astimezone(CHINA).date(),
        next=following,
        kept={name: text for name in CONDITIONS if (text := call.args.get(name, "").strip())},
    )


def _refused(call: DeskCall, party: Party, wanted: Wanted) -> list[CheckRow]:
    """The firm's newest refusals of these days: goods that are in no line, since they were not taken in."""
    checks = Checks(occasion="refused", party_id=party.id, since=wanted.since, until=wanted.until)
    rows = list_checks(call.session, call.principal, checks, None, MOST_FOUND)
    return write_checks(call.session, call.principal, rows)


@desk.page("/ledgers/<any(purchase, sale):side>.<any(csv, xlsx):form>", roles=EVERYBODY)
def ledger_sheet(call: DeskCall) -> Answer:
    """The same lines as a sheet."""
    side, form = cast(Side, call.path["side"]), cast(Any, call.path["form"])
    ledger = open_ledger(call.session, _whose(call), side, read_wanted(call.args, call.now))
    rows = each_row(call.session, call.principal, each_line(call.session, ledger, call.now))
    return sheet_answer(f"{side}-ledger", form, SHEETS[side], rows)


def _whose(call: DeskCall) -> Party:
    return find_firm(call.session, call.principal, call.args.get("party", "").strip() or None)


def read_wanted(args: Mapping[str, str], now: datetime) -> Wanted:
    """What the address asks for; without a first day the `USUAL` months up to the last, or today.

    Raises Invalid (422) for a day, a product or a firm's number that is none.
    """
    given = {name: args.get(name, "").strip() for name in CONDITIONS[1:]}
    since, until = (_read_day(name, given[name]) for name in ("from", "to"))
    return Wanted(
        since or _months_before(until or now.astimezone(CHINA).date()),
        until,
        _read_code("product", given["product"]),
        _read_code("counterparty", given["counterparty"]),
    )


def _months_before(day: date) -> date:
    try:
        return add_months(day, -USUAL)
    except ValueError:
        return date.min


def _read_day(name: str, text: str) -> date | None:
    try:
        return parse_day(text) if text else None
    except ValueError as error:
        raise Invalid.field("/" + name, str(error)) from error


def _read_code(name: str, text: str) -> str | None:
    if not text:
        return None
    try:
        return Gtin.read(text).gtin14 if name == "product" else read_party_code(text)
    except IdentifierError as error:
        raise Invalid.field("/" + name, str(error)) from error
