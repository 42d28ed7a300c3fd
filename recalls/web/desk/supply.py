"""The picture of where a case's goods went, with links that lead on from it."""

from urllib.parse import urlencode

from flask import url_for

from recalls.impact_table import PlaceColumns
from recalls.picture import picture_of
from trace.answers import Place
from trace.kit.desk import DeskCall
from trace.kit.i18n import current_language
from trace.supply_picture import Picture


def read_picture(
    call: DeskCall, number: str, columns: PlaceColumns, uom: str | None = None, opened: str = ""
) -> Picture:
    """Return the picture of one unit of measure (of most places, if none is asked for) with the group ``opened``.

    A place leads to its row of the impact's table, a group to the picture in which it is open.
    """
    kept = {name: text for name in ("as_of", "unit") if (text := call.args.get(name, ""))}
    impact = url_for("recalls_desk.impact_page", number=number)
    picture = url_for("recalls_desk.picture_page", number=number)
    moment = {"as_of": kept["as_of"]} if "as_of" in kept else {}

    def link_place(place: Place) -> str:
        return f"{impact}?{urlencode({**moment, 'q': place.gln or place.name or place.id})}"

    def link_group(key: str) -> str:
        return f"{picture}?{urlencode({**kept, 'open': key})}"

    return picture_of(columns, current_language(), uom, opened, link_place, link_group)
