"""`/desk/cases/<number>/picture`: where the goods went, from makers to outlets, as one picture."""

from markupsafe import Markup

from recalls.picture import facts_of
from recalls.web.desk.case import case_tabs
from recalls.web.desk.desk import desk
from recalls.web.desk.impact import load_places
from recalls.web.desk.narrowing import choices, link_with, read_text
from recalls.web.desk.supply import read_picture
from trace.kit.desk import FIRMS, OFFICERS, DeskCall, show
from trace.kit.i18n import _, current_language
from trace.kit.transactions import Answer
from trace.picture import draw_supply
from trace.supply_picture import Picture
from trace.web.desk.words import say_unit

SVG = "image/svg+xml"

PIECES = "pieces"
"""How an address names the unit of measure that has no code."""


def _read(call: DeskCall) -> tuple[str, Picture]:
    case, _as_of, _affected, columns = load_places(call)
    asked = read_text(call.args, "unit")
    uom = {"": None, PIECES: ""}.get(asked, asked)
    return case.number, read_picture(call, case.number, columns, uom, read_text(call.args, "open"))


@desk.page("/cases/<number>/picture", roles=FIRMS | OFFICERS)
def picture_page(call: DeskCall) -> Answer:
    """The picture, and the same facts as a table."""
    number, picture = _read(call)
    units = [(unit or PIECES, say_unit(unit)) for unit in picture.units]
    return show(
        "desk/picture.html",
        number=number,
        pages=case_tabs(call, number),
        picture=Markup(draw_supply(picture.view, current_language())),
        facts=facts_of(picture.view),
        uom=picture.view.uom,
        groups=[(_("Unit"), choices("unit", units, without=["open"]))],  # a group is one of a unit's places
        opened=bool(call.args.get("open")),
        link_with=link_with,
    )


@desk.page("/cases/<number>/picture.svg", roles=FIRMS | OFFICERS)
def picture_file(call: DeskCall) -> Answer:
    """The picture as a file of its own."""
    number, picture = _read(call)
    headers = {"Content-Disposition": f'attachment; filename="{number}.svg"', "Cache-Control": "no-store"}
    return Answer(200, draw_supply(picture.view, current_language(), standalone=True), headers, SVG)
