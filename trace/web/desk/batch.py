"""`/desk/batches/<gtin>/<lot>`: everything about one batch on one page, and its labels."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, current_app, url_for
from markupsafe import Markup

from trace.answers import FiguresRow, Place
from trace.batch_life import Life, read_life
from trace.batches import describe_batch
from trace.findings_list import findings_of_batch
from trace.gs1 import IdentifierError, canonical_uri, read_identifier, read_lot, to_element_string
from trace.gs1.keys import Gtin
from trace.kit.contract import validate
from trace.kit.desk import FIRMS, OFFICERS, DeskCall, see_other, show
from trace.kit.errors import Invalid
from trace.kit.formats import BEIJING
from trace.kit.i18n import current_language
from trace.kit.transactions import Answer
from trace.kit.web import current_settings
from trace.labels.bodies import LabelItem, LabelsIn
from trace.labels.drawing import write_pdf
from trace.labels.links import make_token
from trace.labels.orders import draw_labels, read_items, sheet_of
from trace.labels.sheets import SHEETS
from trace.picture import draw_life_line
from trace.readings import BatchNotFound, find_batch, read_balance
from trace.web.api_labels import PDF_TYPE, printing
from trace.web.desk.batch_form import batch_of
from trace.web.desk.desk import desk
from trace.web.sheet_answers import file_answer

ZERO = Decimal(0)

_LINKS = "suyuan_batch_links"

READERS = FIRMS | OFFICERS

MOST_PLACES = 200
"""Rows of the places table; the page says where there are more."""

PARTS = (
    ("part-1", "on_hand"),
    ("part-4", "in_transit"),
    ("part-2", "sold"),
    ("part-5", "consumed"),
    ("part-3", "destroyed"),
    ("part-6", "lost"),
    ("part-gone", "unaccounted"),
)
"""What a balance is made of, each with its shade in the bar."""

OWN_PARTS = (
    ("part-1", "on_hand"),
    ("part-4", "between"),
    ("part-7", "sent"),
    ("part-2", "sold"),
    ("part-5", "consumed"),
    ("part-3", "destroyed"),
    ("part-6", "lost"),
)


@dataclass(frozen=True, slots=True)
class Bar:
    """A balance in one unit of measure; ``parts`` are (shade, name, quantity), ``drawn`` whether they make a bar of
    ``whole`` and what turned up beyond it (``extra``)."""

    uom: str
    whole: Decimal
    extra: Decimal
    parts: list[tuple[str, str, Decimal]]
    drawn: bool


@desk.page("/batches/<gtin>/<path:lot>", roles=READERS)
def batch_page(call: DeskCall) -> Answer:
    """A batch by commodity code and lot."""
    try:
        uri = canonical_uri(Gtin.read(call.path["gtin"]).gtin14, read_lot(call.path["lot"]))
    except IdentifierError as error:
        raise BatchNotFound(f"No such batch is known: {error}") from error
    return _show_batch(call, uri)


@desk.page("/batches/by-id", roles=READERS)
def batch_by_id(call: DeskCall) -> Answer:
    """A batch by its identifier of any scheme; one with a commodity code and a lot has a page by these."""
    uri = find_batch(call.session, call.principal, call.args.get("batch", "")).uri
    known = batch_of(uri)
    if known is None:
        return _show_batch(call, uri)
    return see_other(url_for("trace_desk.batch_page", gtin=known[0], lot=known[1]))


def batch_address(uri: str) -> str:
    """The address of a batch's page, whatever scheme its identifier is of."""
    known = batch_of(uri)
    if known is None:
        return url_for("trace_desk.batch_by_id", batch=uri)
    return url_for("trace_desk.batch_page", gtin=known[0], lot=known[1])


def _picture_address(uri: str) -> str:
    known = batch_of(uri)
    if known is None:
        return url_for("trace_desk.batch_picture_by_id", batch=uri)
    return url_for("trace_desk.batch_picture", gtin=known[0], lot=known[1])


def _show_batch(call: DeskCall, uri: str) -> Answer:
    as_of = read_as_of(call.args)
    batch = describe_batch(call.session, call.principal, find_batch(call.session, call.principal, uri).id)
    balance = read_balance(call.session, call.principal, uri, as_of)
    life = read_life(call.session, call.principal, uri, as_of)
    return show(
        "desk/batch.html",
        call=call,
        batch=batch,
        uri=uri,
        life=life,
        bars=_bars(balance["figures"], life),
        figures=balance["figures"] if life.whole else [],
        places=balance["locations"][:MOST_PLACES],
        more_places=max(len(balance["locations"]) - MOST_PLACES, 0),
        findings=findings_of_batch(call.session, call.principal, uri),
        as_of=as_of,
        typed_as_of=call.args.get("as_of", ""),
        sheets=SHEETS,
        address=batch_address(uri),
        names={number: name_place(one) for number, one in life.places.items()},
        named={one.id: name_place(one) for one in life.places.values()},
        links=_links(call, uri),
        ships=call.user.role in FIRMS,
        scan=to_element_string(read_identifier(uri)) if batch_of(uri) else "",
        # its text is escaped where it is written
        line=Markup(draw_life_line(life.moments, current_language())),
        picture=_picture_address(uri),
    )


def name_place(place: Place) -> str:
    """What a place is called in the reader's language, else its number."""
    name = place.name_en if current_language() == "en" and place.name_en else place.name
    return name or place.gln or place.id


@dataclass(frozen=True, slots=True)
class BatchLink:
    """Where one may go on from a batch's page: the words, the address by GTIN and lot, and for whom."""

    order: int
    label: Callable[[], str]
    address: Callable[[str, str], str]
    roles: Collection[str]


def add_batch_link(app: Flask, link: BatchLink) -> None:
    """Put a link on the pages of batches that have a GTIN and a lot."""
    app.extensions.setdefault(_LINKS, []).append(link)


def _links(call: DeskCall, uri: str) -> list[tuple[str, str]]:
    known = batch_of(uri)
    if known is None:
        return []
    links: Sequence[BatchLink] = current_app.extensions.get(_LINKS, ())
    mine = sorted((one for one in links if call.user.role in one.roles), key=lambda one: one.order)
    return [(one.address(*known), one.label()) for one in mine]


def _bars(figures: Sequence[FiguresRow], life: Life) -> list[Bar]:
    """One bar for each unit of measure."""
    if life.whole:
        rows: list[tuple[str, Decimal, Mapping[str, Any]]] = [
            (row["uom"] or "", row["produced"], row) for row in figures
        ]
        return [make_bar(uom, whole, [(*part, row[part[1]]) for part in PARTS]) for uom, whole, row in rows]
    return [
        make_bar(one.uom, one.came, [(*part, getattr(one, part[1])) for part in OWN_PARTS]) for one in life.accounts
    ]


def make_bar(uom: str, whole: Decimal, parts: Sequence[tuple[str, str, Decimal]]) -> Bar:
    """A balance without its empty parts. Where more turned up than was recorded, "unaccounted" is below zero: the bar
    then has what was made and what turned up. With any other part below zero, or a wrong sum, there is no bar."""
    extra = max((-quantity for _shade, name, quantity in parts if name == "unaccounted"), default=ZERO)
    shown = [part for part in parts if part[2] > 0 or (part[2] < 0 and part[1] != "unaccounted")]
    extra = max(extra, ZERO)
    drawn = all(part[2] > 0 for part in shown) and sum((part[2] for part in shown), ZERO) == whole + extra
    return Bar(uom, whole, extra, shown, drawn and bool(shown))


def read_as_of(args: Mapping[str, str]) -> datetime | None:
    """The moment that a page is asked for, by Beijing's clock where it names no zone. Raises Invalid (422)."""
    text = args.get("as_of", "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=BEIJING)
        return moment.astimezone(UTC).astimezone(BEIJING)  # what neither clock can show is no moment
    except (ValueError, OverflowError) as error:
        raise Invalid.field("/as_of", f"Expected a day and time such as 2026-11-22T08:30, got {text[:40]}.") from error


@desk.page("/labels", roles=READERS)
def labels_of_batch(call: DeskCall) -> Answer:
    """Labels of a batch: a page that prints, or a PDF."""
    args = call.args
    item = {"gtin": args.get("gtin", ""), "lot": args.get("lot", "")}
    options = {name: args[name] for name in ("sheet", "copies", "first") if args.get(name)}
    form = "pdf" if args.get("format") == "pdf" else "page"
    order = validate(LabelsIn, {**options, "items": [item], "format": form})
    items = read_items(call.session, call.principal, {"": validate(LabelItem, item)})
    if form == "page":
        token = make_token(current_settings().secret_key, order)
        return see_other(url_for("labels.page", token=token))
    sheet = sheet_of(items, order)
    drawn = draw_labels(items, sheet, order, printing())
    font = printing().font
    return file_answer("labels.pdf", PDF_TYPE, lambda file: write_pdf(file, "Suyuan", sheet, drawn, font, order.first))
