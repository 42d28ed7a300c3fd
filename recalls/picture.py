"""The picture of an impact: its places as nodes by tier, what moved between them as bands.

The same as of any supply graph (`trace.supply_picture`); names are those that the reader of the impact may know.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from recalls.impact_table import PlaceColumns
from trace.answers import Place
from trace.fold.contents import Unit
from trace.kit.formats import Language
from trace.picture.model import SupplyView
from trace.supply_picture import Asked, Picture, picture_supply


def picture_of(
    columns: PlaceColumns,
    language: Language,
    uom: Unit | None = None,
    opened: str = "",
    link_place: Callable[[Place], str] = lambda _place: "",
    link_group: Callable[[str], str] = lambda _key: "",
) -> Picture:
    """Return the picture of an impact, narrowed to the group ``opened``. Raises NothingToShow (404)."""
    asked = Asked(language, lambda _numbers: columns.places, uom, opened, link_place, link_group)
    return picture_supply(columns.affected.supply, asked)


def facts_of(view: SupplyView) -> list[Mapping[str, object]]:
    """Return the nodes as rows, column by column and the largest first, for those who read instead of look."""
    ordered = sorted(view.nodes, key=lambda node: (node.column, -(node.units or Decimal(0)), node.key))
    return [{"node": node, "head": view.heads[node.column]} for node in ordered]
