"""What officials see first on the desk's home: what waits for them, open cases by stage and clock, newest signals."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, url_for

from recalls.case_list import GROUPS, CaseFilter, Group, ListedCase, find_cases, find_open_cases
from recalls.next_steps import waits_for
from recalls.products import name_items
from recalls.web.desk.words import group_words, say_either, step_words
from trace.kit.desk import OFFICERS, DeskCall, Section, Task, add_section, add_tasks
from trace.kit.i18n import _

SIGNALS, DRILLS = 5, 5

SHOWN_GROUPS: tuple[Group, ...] = ("deciding", "running", "finishing")

SHOWN = 30
"""Open cases that the home lists; the list of cases has all."""


def read_overview(call: DeskCall) -> Mapping[str, Any]:
    """Open cases by group, those whose clock ran out first; the newest signals and drills."""
    found = find_open_cases(call.session, call.principal, call.now)
    real = [one for one in found if not one.case.drill]
    groups = [
        (group, words, [one for one in real if one.case.stage in GROUPS[group]])
        for group, words in group_words().items()
        if group in SHOWN_GROUPS
    ]
    signals = sorted((one for one in real if one.case.stage in GROUPS["signals"]), key=lambda one: -one.case.id)
    return {
        "groups": [(group, words, cases[:SHOWN], len(cases)) for group, words, cases in groups],
        "signals": signals[:SIGNALS],
        "late": sum(one.late for one in real),
        "running": len(real),
        "drills": find_cases(call.session, call.principal, CaseFilter(drill=True), None, DRILLS, call.now),
        "names": name_items(call.session, _items_of(real)),
        "purpose": call.purpose,
    }


def _items_of(cases: Sequence[ListedCase]) -> set[str | None]:
    return {row["gtin"] for one in cases if one.counted for row in one.counted.effectiveness["items"]}


def read_waiting(call: DeskCall) -> Sequence[Task]:
    """What of class 1 waits for this person as the second one, and cases whose clock ran out."""
    found = find_open_cases(call.session, call.principal, call.now)
    labels = step_words()
    return [
        Task(
            _(
                "{step}: {number} {title} (prepared by {name})",
                step=labels[step.step],
                number=case.number,
                title=say_either(case.title, case.title_en),
                name=step.prepared_by[0],
            ),
            url_for("recalls_desk.case_page", number=case.number) + f"#step-{step.step}",
            case.steps[-1].at,
            urgent=True,
        )
        for case, step in waits_for(call.principal, [one.case for one in found])
    ]


def register(app: Flask) -> None:
    """Put both on the home of officials."""
    add_section(app, Section(10, "desk/overview.html", OFFICERS, read_overview))
    add_tasks(app, OFFICERS, read_waiting)
