"""`/services`: the eight online functions of market regulation, each with what it does and where."""

from collections.abc import Callable
from typing import NamedTuple

from flask import Response, render_template

from oversight.web.public import pages
from recalls.web.public_answer import send_page
from trace.kit.i18n import _


class Service(NamedTuple):
    """A function: its name, what it does, the page, and whether officials alone come in there."""

    name: Callable[[], str]
    purpose: Callable[[], str]
    endpoint: str
    for_officials: bool


SERVICES = (
    Service(
        lambda: _("Look up"),
        lambda: _("Scan or type a code: what it is, and whether it was recalled."),
        "check.check_page",
        False,
    ),
    Service(lambda: _("Ask"), lambda: _("Put a question to the market regulator."), "complaints.new_page", False),
    Service(
        lambda: _("Complain or report"),
        lambda: _("Bring a complaint, a report, praise or a suggestion; ask how it stands."),
        "complaints.complaints_page",
        False,
    ),
    Service(
        lambda: _("Investigate"),
        lambda: _("Matters in hand, with their steps, clocks and decisions."),
        "oversight_desk.matters_page",
        True,
    ),
    Service(
        lambda: _("Dispatch"),
        lambda: _("Who has what in hand, what is late, what is for another office."),
        "oversight_desk.complaints_page",
        True,
    ),
    Service(
        lambda: _("Emergency response"),
        lambda: _("Open incidents, running clocks, where the goods are."),
        "oversight_desk.board_page",
        True,
    ),
    Service(
        lambda: _("Ongoing supervision"),
        lambda: _("Registers and quality-credit files of firms."),
        "oversight_desk.credit_page",
        True,
    ),
    Service(
        lambda: _("Published information"),
        lambda: _("Inspection results, recalls, the blacklist, grades, tips."),
        "oversight.publications_page",
        False,
    ),
)


@pages.get("/services")
def services_page() -> Response:
    """All eight."""
    return send_page(render_template("services.html", services=SERVICES))
