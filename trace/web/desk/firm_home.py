"""What a firm sees first on its desk: findings, goods that must not be sold, today's batches and shipments."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, url_for

from trace.findings_list import find_recent
from trace.firm_today import held_in_stock, read_today
from trace.kit.desk import FIRMS, DeskCall, Section, Task, add_section, add_tasks
from trace.kit.i18n import _n
from trace.web.desk.batch import name_place


def read_tasks(call: DeskCall) -> Sequence[Task]:
    """Stock under a stop-sale or recall first, then findings in what the firm told of lately."""
    held = held_in_stock(call.session, call.principal)
    waiting = find_recent(call.session, call.principal)
    found = []
    if held:
        words = _n(
            "{number} batch at your places is recalled or under a stop-sale: do not ship or sell it",
            "{number} batches at your places are recalled or under a stop-sale: do not ship or sell them",
            len(held),
        )
        found.append(Task(words, url_for("trace_desk.batches_page", held="yes"), urgent=True))
    if waiting:
        words = _n(
            "{number} finding in what you reported lately: correct or explain it",
            "{number} findings in what you reported lately: correct or explain them",
            len(waiting),
        )
        found.append(Task(words, url_for("trace_desk.findings_page")))
    return found


def read_section(call: DeskCall) -> Mapping[str, Any]:
    """Today's batches and shipments."""
    today = read_today(call.session, call.principal, call.now)
    names = {number: name_place(one) for number, one in today.places.items()}
    return {"today": today, "names": names}


def register(app: Flask) -> None:
    """Put them on the home of firms."""
    add_tasks(app, FIRMS, read_tasks)
    add_section(app, Section(10, "desk/firm_today.html", FIRMS, read_section))
