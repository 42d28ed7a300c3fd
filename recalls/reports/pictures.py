"""The pictures of a report on paper: where the goods went at its moment, in each unit of measure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from recalls.affected import find_affected
from recalls.impact import load_scope
from recalls.impact_table import read_columns
from recalls.models import RecallCase
from recalls.picture import picture_of
from recalls.reports.build import ReportRow
from recalls.reports.forms import FormName
from trace.kit.auth import Principal
from trace.kit.fields import parse_timestamp
from trace.kit.formats import Language
from trace.picture.model import Drawing
from trace.picture.supply import PAPER, lay_out_supply

PICTURED: frozenset[FormName] = frozenset({"cn_progress", "cn_final"})

MOST_UNITS = 3
"""So many units of measure have a picture on paper, those of most places first."""


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
    """Return the pictures of a case at a moment; a firm reads no names of strangers on them."""
    columns = read_columns(session, principal, find_affected(load_scope(session, case, as_of)))
    usual = picture_of(columns, language)
    units: Sequence[str] = usual.units[:MOST_UNITS]
    views = [usual.view if uom == usual.view.uom else picture_of(columns, language, uom).view for uom in units]
    return [lay_out_supply(view, language, PAPER) for view in views]
