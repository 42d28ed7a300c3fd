"""`/desk/board`: the emergency board of a jurisdiction, and incidents."""

from collections.abc import Mapping, Sequence

from flask import url_for
from markupsafe import Markup

from oversight.gb2260 import level_of
from oversight.incidents.board import read_board
from oversight.incidents.incidents import IncidentIn, open_incident
from oversight.jurisdictions import office_of
from oversight.models import Matter
from oversight.web.desk.desk import desk
from oversight.web.desk.shown import Ask, Shown, Words
from trace.kit.contract import validate
from trace.kit.desk import EVERYBODY, FIRMS, OFFICERS, DeskCall, see_other, show
from trace.kit.i18n import _, current_language
from trace.kit.transactions import Answer
from trace.picture import draw_tiles

SECONDS = 60
"""So often the board is read again, where somebody asked for that."""


@desk.page("/board", roles=EVERYBODY - FIRMS)
def board_page(call: DeskCall) -> Answer:
    """Everything that is open in the office and below it."""
    office = office_of(call.session, call.principal)
    board = read_board(call.session, call.principal, office.code, call.now)
    language = current_language()
    maps = [(uom, Markup(draw_tiles(tiles, uom, language))) for uom, tiles in board.goods.tiles.items()]
    return show(
        "desk/board.html",
        board=board,
        maps=maps,
        below_county=level_of(office.code) == "office",
        now=call.now,
        seconds=SECONDS if "live" in call.args else None,
    )


@desk.page("/incidents/new", roles=OFFICERS)
def new_incident_page(call: DeskCall) -> Answer:
    """The form of an incident."""
    return show("desk/incident_new.html", call=call)


@desk.form("/incidents/new", roles=OFFICERS, again=new_incident_page)
def open_new_incident(call: DeskCall) -> Answer:
    """Open an incident."""
    given = {name: text for name in ("title", "words", "about") if (text := call.form.get(name, "").strip())}
    matter = open_incident(call.session, call.principal, validate(IncidentIn, given), call.now)
    return see_other(url_for("oversight_desk.matter_page", number=matter.number), done="open")


def _stages() -> Words:
    return {"open": _("under way"), "contained": _("contained"), "closed": _("closed")}


def _steps() -> Words:
    return {
        "task": _("Give a task"),
        "report": _("Report the situation"),
        "contain": _("It is contained"),
        "reopen": _("Take it up again"),
        "close": _("Close the incident"),
    }


def _asks(_call: DeskCall, _matter: Matter) -> Mapping[str, Sequence[Ask]]:
    return {"task": [Ask("who", _("Who"), required=True), Ask("what", _("What is to be done"), required=True)]}


SHOWN_INCIDENT = Shown(name=lambda: _("Incident"), stages=_stages, steps=_steps, asks=_asks)
