"""The forms of a report: which parts each has, and which of them is its table where a file holds one alone. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from recalls.reports import parts
from recalls.reports.parts import Part
from trace.fsma_sheet import SHEET as TRACKING_SHEET

FormName = Literal["cn_plan", "cn_progress", "cn_final", "cn_firms", "fda_753", "fsma204"]
FORMS: tuple[FormName, ...] = get_args(FormName)

TRACKING = Part("tracking", TRACKING_SHEET, ("event_id", "id", "part", "uom", "event"))
"""The critical tracking events; its rows are those of `trace.fsma`."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its title, its parts in order, and the part that a CSV file holds."""

    zh: str
    en: str
    parts: tuple[Part, ...]
    main: Part


def _form(zh: str, en: str, main: Part, *of: Part) -> Form:
    return Form(zh, en, of, main)


REPORTS: Mapping[FormName, Form] = {
    "cn_plan": _form(
        "召回计划",
        "Recall plan",
        parts.FIRMS,
        *(parts.CASE, parts.PRODUCTS, parts.BATCHES, parts.QUANTITIES, parts.FIRMS, parts.DEADLINES),
    ),
    "cn_progress": _form(
        "召回阶段性总结",
        "Progress report of a recall",
        parts.QUANTITIES,
        *(parts.CASE, parts.PRODUCTS, parts.BATCHES, parts.TOLD, parts.QUANTITIES, parts.RATIOS, parts.SILENT),
        *(parts.DEVIATIONS, parts.DEADLINES),
    ),
    "cn_final": _form(
        "召回总结报告",
        "Final report of a recall",
        parts.QUANTITIES,
        *(parts.CASE, parts.PRODUCTS, parts.BATCHES, parts.TOLD, parts.QUANTITIES, parts.RATIOS, parts.CHECKS),
        *(parts.DISPOSALS, parts.SILENT, parts.DEVIATIONS, parts.DEADLINES),
    ),
    "cn_firms": _form("受影响企业名单", "List of affected firms", parts.FIRMS, parts.CASE, parts.FIRMS),
    "fda_753": _form(
        "召回状态报告（21 CFR 7.53）",
        "Recall status report (21 CFR 7.53)",
        parts.NOTIFIED,
        *(parts.CASE, parts.NOTIFIED, parts.ANSWERS, parts.SILENT, parts.QUANTITIES, parts.CHECKS, parts.RATIOS),
    ),
    "fsma204": _form(
        "可排序的追溯事件表（21 CFR 1.1455）",
        "Sortable sheet of tracking events (21 CFR 1.1455)",
        TRACKING,
        *(parts.CASE, TRACKING),
    ),
}
