"""How recovery went day by day, as what a chart of it is drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from recalls.effectiveness.progress import ProgressRow
from recalls.effectiveness.ratio_rows import ItemRow
from trace.kit.formats import BEIJING
from trace.picture import DayTotal

COMPLETION = "complete"
"""The step that a completed recall takes: the limit for it is drawn as a line."""


@dataclass(frozen=True, slots=True)
class Chart:
    """An item of which something is planned: what was recovered by each day, the plan, and the limit if any."""

    item: ItemRow
    days: Sequence[DayTotal]
    planned: Decimal
    deadline: date | None


def list_charts(progress: ProgressRow) -> list[Chart]:
    """Return a chart for each item of which anything is planned, once there is more than one day."""
    ends = [row["due_at"] for row in progress["deadlines"] if COMPLETION in row["met_by"]]
    deadline = None if not ends else datetime.fromisoformat(min(ends)).astimezone(BEIJING).date()
    found = []
    for item in progress["effectiveness"]["items"]:
        days = [
            DayTotal(date.fromisoformat(day["day"]), Decimal(row["recovered"]))
            for day in progress["days"]
            for row in day["items"]
            if (row["id"], row["uom"]) == (item["id"], item["uom"])
        ]
        planned = Decimal(item["planned"] or 0)
        if planned and len(days) > 1:
            found.append(Chart(item, days, planned, deadline))
    return found
