"""`/desk/cases/<number>/picture`: where the goods went, from makers to outlets, as one picture."""

from dataclasses import replace

from flask import request
from markupsafe import Markup

from recalls.picture import Asked, facts_of, units_of, view_of
from recalls.web.desk.case import case_tabs
from recalls.web.desk.desk import desk
from recalls.web.desk.impact import load_places
from recalls.web.desk.narrowing import choices, link_with, read_choice, read_text
from trace.kit.desk import FIRMS, OFFICERS, DeskCall, show
from trace.kit.i18n import _, current_language
from trace.kit.transactions import Answer
from trace.picture import Node, SupplyView, draw_supply
from trace.web.desk.words import say_unit

SVG = "image/svg+xml"


def _read(call: DeskCall) -> tuple[str, SupplyView, list[str]]:
    case, _as_of, _affected, columns = load_places(call)
    units = units_of(columns)
    named = {unit or "pieces": unit for unit in units}
    asked = read_choice(call.args, "unit", named)
    uom = named[asked] if asked is not None else next(iter(units), "")
    return case.number, view_of(columns, Asked(uom, current_language(), read_text(call.args, "open"))), units


@desk.page("/cases/<number>/picture", roles=FIRMS | OFFICERS)
def picture_page(call: DeskCall) -> Answer:
    """The picture, and the same facts as a table."""
    number, view, units = _read(call)
    nodes = tuple(replace(node, link=_address(node)) for node in view.nodes)
    linked = replace(view, nodes=nodes)
    return show(
        "desk/picture.html",
        number=number,
        pages=case_tabs(call, number),
        picture=Markup(draw_supply(linked, current_language())),
        facts=facts_of(linked),
        uom=view.uom,
        groups=[(_("Unit"), choices("unit", [(unit or "pieces", say_unit(unit)) for unit in units]))],
        opened=bool(call.args.get("open")),
        link_with=link_with,
    )


def _address(node: Node) -> str:
    """Where a click leads: a group opens, a place is looked up in the table of the impact."""
    if node.members > 1:
        return link_with(open=node.key)
    return request.path.removesuffix("/picture") + f"/impact{node.link}" if node.link else ""


@desk.page("/cases/<number>/picture.svg", roles=FIRMS | OFFICERS)
def picture_file(call: DeskCall) -> Answer:
    """The picture as a file of its own."""
    number, view, _units = _read(call)
    headers = {"Content-Disposition": f'attachment; filename="{number}.svg"', "Cache-Control": "no-store"}
    return Answer(200, draw_supply(view, current_language(), standalone=True), headers, SVG)
