"""`/desk/cases/<number>/progress`: how far a recall has come, who is silent, when the rest will be back."""

from markupsafe import Markup

from recalls.cases import read_case
from recalls.effectiveness.charts import list_charts
from recalls.effectiveness.progress import ProgressRow, read_progress
from recalls.effectiveness.ratio_rows import ItemRow
from recalls.products import name_items
from recalls.seen import as_seen_by
from recalls.web.desk.case import case_tabs
from recalls.web.desk.desk import desk
from recalls.web.desk.impact import read_as_of
from trace.kit.desk import FIRMS, OFFICERS, DeskCall, show
from trace.kit.formats import Language
from trace.kit.i18n import current_language
from trace.kit.transactions import Answer
from trace.picture import draw_progress


def draw_charts(progress: ProgressRow, language: Language) -> list[tuple[ItemRow, Markup]]:
    """Return how recovery went day by day, a chart for each item of which anything is planned."""
    return [
        (one.item, Markup(draw_progress(one.days, one.planned, one.deadline, one.item["uom"] or "", language)))
        for one in list_charts(progress)
    ]


@desk.page("/cases/<number>/progress", roles=FIRMS | OFFICERS)
def progress_page(call: DeskCall) -> Answer:
    """The five ratios, whole and by tier, the days, the silent, the clocks."""
    case = read_case(call.session, call.principal, call.path["number"])
    as_of = read_as_of(call)
    progress = as_seen_by(call.session, call.principal, case, read_progress(call.session, case, as_of))
    return show(
        "desk/progress.html",
        case=case,
        pages=case_tabs(call, case.number),
        progress=progress,
        names=name_items(call.session, [row["gtin"] for row in progress["effectiveness"]["items"]]),
        charts=draw_charts(progress, current_language()),
        asked_as_of=call.args.get("as_of", ""),
    )
