"""`/desk/products`, `/desk/places`, `/desk/firm`: what a firm registered about itself."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from flask import Flask, url_for

from trace.bodies import LocationIn, ProductIn
from trace.field_words import FIELDS
from trace.kit.contract import validate
from trace.kit.desk import FIRMS, DeskCall, Entry, add_entry, see_other, show
from trace.kit.i18n import _
from trace.kit.transactions import Answer
from trace.list_sheets import PLACES, PRODUCTS
from trace.master_data import register_location, register_product
from trace.own_master_data import each_place, each_product, list_places, list_products, own_party
from trace.web.desk.batch_form import UNITS, read_number
from trace.web.desk.desk import desk
from trace.web.desk.lists import next_page, page_of
from trace.web.desk.words import say_unit
from trace.web.sheet_answers import sheet_answer

PRODUCT_FIELDS = ("commodity_code", "name", "name_en", "brand", "specification", "uom")
PLACE_FIELDS = ("gln", "name", "name_en", "kind", "region", "address", "latitude", "longitude")
DEGREES = ("latitude", "longitude")


def _typed(call: DeskCall, names: tuple[str, ...]) -> dict[str, str]:
    return {name: call.form.get(name, "").strip() for name in names}


def _at(endpoint: str) -> tuple[str, list[tuple[str, str]]]:
    """Where the links to the other language lead from a form that was sent."""
    return url_for(endpoint), []


def _given(values: Mapping[str, str]) -> dict[str, Any]:
    """The body: what was left empty is not sent, degrees are numbers."""
    return {name: read_number(text) if name in DEGREES else text for name, text in values.items() if text}


@desk.page("/products", roles=FIRMS)
def products_page(call: DeskCall) -> Answer:
    """The firm's products, newest first."""
    limit, before = page_of(call)
    rows = list_products(call.session, call.principal, limit + 1, before, call.args.get("q", "").strip())
    after = rows[limit - 1].id if len(rows) > limit else None
    return show("desk/products.html", rows=rows[:limit], next=next_page(after), call=call)


@desk.page("/products.<any(csv, xlsx):form>", roles=FIRMS)
def products_sheet(call: DeskCall) -> Answer:
    """All of them as a sheet."""
    form = cast(Literal["csv", "xlsx"], call.path["form"])
    return sheet_answer("products", form, PRODUCTS, each_product(call.session, call.principal))


@desk.page("/products/new", roles=FIRMS)
def new_product_page(call: DeskCall) -> Answer:
    """The form of a new product."""
    units = [(code, say_unit(code)) for code in UNITS]
    values = _typed(call, PRODUCT_FIELDS)
    return show(
        "desk/product_new.html",
        here=_at("trace_desk.new_product_page"),
        call=call,
        values=values,
        words=FIELDS,
        units=units,
    )


@desk.form("/products", roles=FIRMS, again=new_product_page)
def add_product(call: DeskCall) -> Answer:
    """Register a product."""
    body = validate(ProductIn, _given(_typed(call, PRODUCT_FIELDS)))
    register_product(call.session, call.principal, body, call.now)
    return see_other(url_for("trace_desk.products_page"), done="registered")


@desk.page("/places", roles=FIRMS)
def places_page(call: DeskCall) -> Answer:
    """The firm's places, newest first."""
    limit, before = page_of(call)
    rows = list_places(call.session, call.principal, limit + 1, before, call.args.get("q", "").strip())
    after = rows[limit - 1].row.id if len(rows) > limit else None
    return show("desk/places.html", rows=rows[:limit], next=next_page(after), call=call)


@desk.page("/places.<any(csv, xlsx):form>", roles=FIRMS)
def places_sheet(call: DeskCall) -> Answer:
    """All of them as a sheet."""
    form = cast(Literal["csv", "xlsx"], call.path["form"])
    return sheet_answer("places", form, PLACES, each_place(call.session, call.principal))


@desk.page("/places/new", roles=FIRMS)
def new_place_page(call: DeskCall) -> Answer:
    """The form of a new place."""
    return show(
        "desk/place_new.html",
        here=_at("trace_desk.new_place_page"),
        call=call,
        values=_typed(call, PLACE_FIELDS),
        words=FIELDS,
    )


@desk.form("/places", roles=FIRMS, again=new_place_page)
def add_place(call: DeskCall) -> Answer:
    """Register a place."""
    body = validate(LocationIn, _given(_typed(call, PLACE_FIELDS)))
    register_location(call.session, call.principal, body, call.now)
    return see_other(url_for("trace_desk.places_page"), done="registered")


@desk.page("/firm", roles=FIRMS)
def firm_page(call: DeskCall) -> Answer:
    """What is registered about the firm, and the ways to its people, places, products and keys."""
    return show("desk/firm.html", party=own_party(call.session, call.principal), ways=_ways(call.user.manages))


def _ways(manages: bool) -> list[tuple[str, str, str]]:
    """Where the firm's page leads: address, name, what is there."""
    people = [
        (url_for("trace_desk.people_page"), _("People"), _("Who signs in for your firm, and who administers it.")),
        (url_for("trace_desk.keys_page"), _("Keys"), _("For programs that report or ask by the API.")),
    ]
    return [
        (url_for("trace_desk.products_page"), _("Products"), _("What you make or sell under your own codes.")),
        (url_for("trace_desk.places_page"), _("Places"), _("Your plants, warehouses and outlets.")),
        *(people if manages else []),
        (url_for("trace_desk.findings_page"), _("Findings"), _("What does not fit in your records.")),
        (url_for("trace_desk.glossary_page"), _("Glossary"), _("What the words of this service mean.")),
    ]


OF_FIRM = tuple(f"/desk/{name}" for name in ("places", "products", "people", "keys", "glossary"))
"""What belongs to the firm, wherever it is."""


def register_entry(app: Flask) -> None:
    """Put the firm into the navigation."""
    add_entry(app, Entry(70, "trace_desk.firm_page", lambda: _("Firm"), FIRMS, OF_FIRM))
