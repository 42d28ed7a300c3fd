"""The pictures of a report on paper: where the goods went by its moment, on a map too, and how they came back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from recalls.affected import find_affected
from recalls.effectiveness.charts import list_charts
from recalls.effectiveness.progress import read_progress
from recalls.impact import load_scope
from recalls.impact_table import read_columns, total_regions
from recalls.models import RecallCase
from recalls.picture import picture_of
from recalls.products import name_items
from recalls.reports.build import ReportRow
from recalls.reports.forms import FormName
from trace.kit.auth import Principal
from trace.kit.fields import parse_timestamp
from trace.kit.formats import Language
from trace.picture.days import lay_out_days
from trace.picture.model import Drawing
from trace.picture.supply import PAPER, lay_out_supply
from trace.picture.tiles import Tile, lay_out_tiles

PICTURED: frozenset[FormName] = frozenset({"cn_progress", "cn_final"})

MOST_UNITS = 3
"""So many units of measure have a picture on paper, those of most places first."""

MOST_CHARTS = 6
"""So many items have a chart of their days on paper."""


def draw_report(
    session: Session, principal: Principal, case: RecallCase, report: ReportRow | Mapping[str, Any], language: Language
) -> list[Drawing]:
    """Return the pictures of a report as of its moment; none of forms that have none."""
    if report["form"] not in PICTURED:
        return []
    return draw_case(session, principal, case, parse_timestamp(report["as_of"]), language)


def draw_case(
    session: Session, principal: Principal, case: RecallCase, as_of: datetime, language: Language
) -> list[Drawing]:
    """Return the pictures of a case at a moment: supply and provinces in each unit of measure, recovery by days.

    A firm reads no names of strangers on them.
    """
    columns = read_columns(session, principal, find_affected(load_scope(session, case, as_of)))
    usual = picture_of(columns, language)
    units: Sequence[str] = usual.units[:MOST_UNITS]
    views = [usual.view if uom == usual.view.uom else picture_of(columns, language, uom).view for uom in units]
    regions = total_regions(columns)
    tiles = [
        lay_out_tiles([Tile(one.region, one.outlets, one.reached) for one in regions if one.uom == uom], uom, language)
        for uom in units
        if any(one.uom == uom for one in regions)
    ]
    supply = [lay_out_supply(view, language, PAPER) for view in views]
    return [*supply, *tiles, *_charts(session, case, as_of, language)]


def _charts(session: Session, case: RecallCase, as_of: datetime, language: Language) -> list[Drawing]:
    charts = list_charts(read_progress(session, case, as_of))[:MOST_CHARTS]
    names = name_items(session, [one.item["gtin"] for one in charts])
    return [
        lay_out_days(
            one.days,
            one.planned,
            one.deadline,
            one.item["uom"] or "",
            language,
            names.get(one.item["gtin"] or "", (one.item["id"],) * 2)[0 if language == "zh" else 1],
        )
        for one in charts
    ]
