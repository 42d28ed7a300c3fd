"""`/desk/batches/<gtin>/<lot>/picture`: where one batch, and what was made from it, went."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import url_for
from markupsafe import Markup

from trace.answers import Place, describe_places
from trace.events.rows import microseconds
from trace.gs1 import IdentifierError, canonical_uri, read_lot
from trace.gs1.keys import Gtin
from trace.kit.desk import NO_STORE, DeskCall, show
from trace.kit.i18n import current_language
from trace.kit.transactions import Answer
from trace.picture import draw_supply
from trace.readings import BatchNotFound, find_batch
from trace.supply_graph import load
from trace.supply_picture import Asked, Picture, picture_supply
from trace.visibility import seen_by
from trace.vocabulary import name_places
from trace.web.desk.batch import READERS, batch_address, read_as_of
from trace.web.desk.desk import desk

PIECES = "pieces"
"""How an address names the unit of measure that has no code."""


@desk.page("/batches/<gtin>/<path:lot>/picture", roles=READERS)
def batch_picture(call: DeskCall) -> Answer:
    """By commodity code and lot."""
    try:
        uri = canonical_uri(Gtin.read(call.path["gtin"]).gtin14, read_lot(call.path["lot"]))
    except IdentifierError as error:
        raise BatchNotFound(f"No such batch is known: {error}") from error
    return _show(call, uri, "trace_desk.batch_picture", dict(call.path))


@desk.page("/batches/by-id/picture", roles=READERS)
def batch_picture_by_id(call: DeskCall) -> Answer:
    """By an identifier of any scheme."""
    uri = call.args.get("batch", "")
    return _show(call, uri, "trace_desk.batch_picture_by_id", {"batch": uri})


def _show(call: DeskCall, uri: str, endpoint: str, parts: dict[str, Any]) -> Answer:
    as_of = read_as_of(call.args)
    kept: dict[str, Any] = {"as_of": call.args["as_of"]} if as_of else {}

    def address(**more: str) -> str:
        return url_for(endpoint, **parts, **{**kept, **more})

    picture = _read(call, uri, address)
    svg = draw_supply(picture.view, current_language(), standalone=call.args.get("format") == "svg")
    if call.args.get("format") == "svg":
        named = {"Content-Disposition": 'attachment; filename="picture.svg"', **NO_STORE}
        return Answer(200, svg, named, "image/svg+xml")
    uom = picture.view.uom
    return show(
        "desk/batch_picture.html",
        uri=uri,
        batch=batch_address(uri),
        view=picture.view,
        svg=Markup(svg),
        units=[(unit, address(uom=unit or PIECES)) for unit in picture.units if unit != uom],
        whole=address(uom=uom or PIECES) if call.args.get("open") else "",
        file=address(uom=uom or PIECES, format="svg", **({"open": call.args["open"]} if call.args.get("open") else {})),
    )


def _read(call: DeskCall, uri: str, address: Callable[..., str]) -> Picture:
    """The picture, as far as the reader may see: a firm its own places and one step up and down."""
    number = find_batch(call.session, call.principal, uri).id
    as_of, asked = read_as_of(call.args), call.args.get("uom")
    supply = load(call.session, {number}, until=None if as_of is None else microseconds(as_of))
    seen = seen_by(call.session, call.principal, supply)
    uom = None if asked is None else "" if asked == PIECES else asked

    def group(key: str) -> str:
        return address(open=key, **({} if asked is None else {"uom": asked}))

    def describe(numbers: Collection[int]) -> Mapping[int, Place]:
        return name_places(call.session, call.principal, describe_places(call.session, numbers))

    return picture_supply(seen, Asked(current_language(), describe, uom, call.args.get("open", ""), link_group=group))
