"""`/desk/batches`: a firm's batches, found and exported; a new one registered."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Literal, cast

from flask import Flask, url_for

from trace.batch_list import BatchFilter, each_batch, list_batches
from trace.batches import register_batch
from trace.bodies import BatchIn
from trace.field_words import FIELDS
from trace.kit.contract import validate
from trace.kit.desk import FIRMS, DeskCall, Entry, add_entry, see_other, show
from trace.kit.errors import Invalid
from trace.kit.fields import parse_day, row_number
from trace.kit.i18n import _
from trace.kit.transactions import Answer
from trace.list_sheets import BATCHES
from trace.own_master_data import OwnPlace, list_places, list_products
from trace.web.desk.batch_form import UNITS, read_body, read_code, read_search, typed
from trace.web.desk.desk import desk
from trace.web.desk.lists import next_page, page_of
from trace.web.desk.words import say_unit
from trace.web.sheet_answers import sheet_answer

OFFERED = 300
"""Products and places in a list to choose from; whoever has more types or scans the rest."""


def read_filter(call: DeskCall) -> BatchFilter:
    """What the address asks for. Raises Invalid (422) for a day that is none."""
    args = call.args
    wanted = read_search(args.get("q", ""), call.now.year)
    if args.get("product"):
        wanted = replace(wanted, gtin=args["product"].zfill(14))
    return replace(
        wanted,
        produced_from=_read_day(args, "from"),
        produced_to=_read_day(args, "to"),
        held=args.get("held") == "yes",
        place=row_number(args.get("place", "")) or None,
    )


def _read_day(args: Mapping[str, str], name: str) -> date | None:
    text = args.get(name, "").strip()
    try:
        return parse_day(text) if text else None
    except ValueError as error:
        raise Invalid.field("/" + name, str(error)) from error


@desk.page("/batches", roles=FIRMS)
def batches_page(call: DeskCall) -> Answer:
    """The firm's batches, newest first."""
    wanted = read_filter(call)
    limit, before = page_of(call)
    found = list_batches(call.session, call.principal, wanted, limit, before)
    return show(
        "desk/batches.html",
        found=found,
        wanted=wanted,
        places=list_places(call.session, call.principal, OFFERED),
        next=next_page(found.before),
        kept={name: text for name, text in call.args.items() if text and name not in ("cursor", "limit", "done")},
    )


@desk.page("/batches.<any(csv, xlsx):form>", roles=FIRMS)
def batches_sheet(call: DeskCall) -> Answer:
    """The same batches as a sheet."""
    rows = each_batch(call.session, call.principal, read_filter(call))
    return sheet_answer("batches", cast(Literal["csv", "xlsx"], call.path["form"]), BATCHES, rows)


@desk.page("/batches/new", roles=FIRMS)
def new_batch_page(call: DeskCall) -> Answer:
    """The form of a new batch."""
    values = typed(call.form)
    return _show_form(call, values)


def _show_form(call: DeskCall, values: Mapping[str, str]) -> Answer:
    products = list_products(call.session, call.principal, OFFERED)
    places = list_places(call.session, call.principal, OFFERED)
    return show(
        "desk/batch_new.html",
        here=(url_for("trace_desk.new_batch_page"), []),
        call=call,
        values={**values, "location": values["location"] or (places[0].uri if len(places) == 1 else "")},
        words=FIELDS,
        products=_with_typed([(one.gtin, f"{one.name} · {one.commodity_code}") for one in products], values),
        places=[(one.uri, _name_place(one)) for one in places],
        units=[(code, say_unit(code)) for code in UNITS],
    )


def _with_typed(options: Sequence[tuple[str, str]], values: Mapping[str, str]) -> list[tuple[str, str]]:
    """The products to choose from, and the one that was scanned: the record says whether it is one of ours."""
    scanned = values["commodity_code"]
    missing = scanned and scanned.zfill(14) not in {code for code, _words in options}
    return [*options, (scanned, scanned)] if missing else list(options)


def _name_place(one: OwnPlace) -> str:
    return f"{one.row.name} · {one.row.gln}" if one.row.gln else one.row.name


@desk.form("/batches/new/read", roles=FIRMS, again=new_batch_page, only_reads=True)
def read_batch_code(call: DeskCall) -> Answer:
    """Fill the form from a code; what was typed and the code does not say stays."""
    values = typed(call.form)
    said = asdict(read_code(values["scan"], call.now.year))
    return _show_form(call, {**values, **{name: text for name, text in said.items() if text}, "scan": ""})


@desk.form("/batches", roles=FIRMS, again=new_batch_page)
def register(call: DeskCall) -> Answer:
    """Register a batch, and show it with its labels."""
    body = validate(BatchIn, read_body(call.form))
    batch, new = register_batch(call.session, call.principal, body, call.now)
    address = url_for("trace_desk.batch_page", gtin=batch.identifier.gtin, lot=batch.identifier.lot)
    return see_other(address, done="registered" if new else "known")


def register_entry(app: Flask) -> None:
    """Put the list into the navigation."""
    add_entry(app, Entry(20, "trace_desk.batches_page", lambda: _("Batches"), FIRMS))
