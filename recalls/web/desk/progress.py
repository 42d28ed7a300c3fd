"""`/desk/cases/<number>/progress`: how far a recall has come, who is silent, when the rest will be back."""

from recalls.cases import read_case
from recalls.effectiveness.progress import read_progress
from recalls.products import name_items
from recalls.web.desk.case import case_tabs
from recalls.web.desk.desk import desk
from recalls.web.desk.impact import read_as_of
from trace.kit.desk import OFFICERS, DeskCall, show
from trace.kit.transactions import Answer


@desk.page("/cases/<number>/progress", roles=OFFICERS)
def progress_page(call: DeskCall) -> Answer:
    """The five ratios, whole and by tier, the days, the silent, the clocks."""
    case = read_case(call.session, call.principal, call.path["number"])
    as_of = read_as_of(call)
    progress = read_progress(call.session, case, as_of)
    return show(
        "desk/progress.html",
        case=case,
        pages=case_tabs(call, case.number),
        progress=progress,
        names=name_items(call.session, [row["gtin"] for row in progress["effectiveness"]["items"]]),
        asked_as_of=call.args.get("as_of", ""),
    )
