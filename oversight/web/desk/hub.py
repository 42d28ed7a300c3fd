"""`/desk/supervision`: the one line of the navigation for market regulation, and what lies behind it."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from flask import Flask

from oversight.web.desk.desk import desk
from trace.kit.desk import EVERYBODY, FIRMS, OFFICERS, DeskCall, Entry, add_entry, show
from trace.kit.i18n import _
from trace.kit.transactions import Answer

OFFICIALS = EVERYBODY - FIRMS


class Link(NamedTuple):
    """A page: where it is, what it is called, what it is for, and for whom."""

    endpoint: str
    name: Callable[[], str]
    purpose: Callable[[], str]
    roles: Collection[str]


LINKS = (
    Link(
        "oversight_desk.board_page",
        lambda: _("Emergency board"),
        lambda: _("Open incidents, running clocks, who does what, where the goods are."),
        OFFICIALS,
    ),
    Link(
        "oversight_desk.complaints_page",
        lambda: _("Complaints 12315"),
        lambda: _("What citizens bring: taken, settled, mediated, counted."),
        OFFICIALS,
    ),
    Link(
        "oversight_desk.matters_page",
        lambda: _("Matters"),
        lambda: _("Everything in hand, what is late, and whose it is."),
        EVERYBODY,
    ),
    Link(
        "oversight_desk.signals_page",
        lambda: _("Early warning"),
        lambda: _("What stands out among complaints, samples, returns and scans, to be decided on."),
        OFFICIALS,
    ),
    Link(
        "oversight_desk.foreign_recalls_page",
        lambda: _("Recalls abroad"),
        lambda: _("Entered by hand; each of goods known here is a signal."),
        OFFICIALS,
    ),
    Link(
        "oversight_desk.sampling_page",
        lambda: _("Sampling inspection"),
        lambda: _("Plans, draws that anybody can repeat, results, pass rates."),
        OFFICIALS,
    ),
    Link(
        "oversight_desk.purchase_checks_page",
        lambda: _("Purchase checks"),
        lambda: _("What spoke for and against goods at every receipt, and what was refused."),
        EVERYBODY,
    ),
    Link(
        "oversight_desk.test_reports_page",
        lambda: _("Test reports"),
        lambda: _("Attach a laboratory's report to a batch that you make or have."),
        FIRMS,
    ),
    Link(
        "oversight_desk.purchase_rules_page",
        lambda: _("Rules of purchase checks"),
        lambda: _("What follows from what a check finds, and by which source."),
        EVERYBODY,
    ),
    Link(
        "oversight_desk.withdrawals_page",
        lambda: _("Off sale"),
        lambda: _("Goods that your places have to take off sale."),
        FIRMS,
    ),
    Link(
        "oversight_desk.ledgers_page",
        lambda: _("Purchase and sales ledgers"),
        lambda: _("What a firm bought and sold, straight from its events, as the food law has it recorded."),
        EVERYBODY,
    ),
    Link(
        "oversight_desk.new_withdrawal_page",
        lambda: _("Order a stop-sale"),
        lambda: _("Hold goods everywhere at once; each place gets its task."),
        OFFICERS,
    ),
    Link(
        "oversight_desk.credit_page",
        lambda: _("Credit files"),
        lambda: _("A firm's record, its score with every point explained, its grade."),
        EVERYBODY,
    ),
    Link(
        "oversight_desk.new_listing_page",
        lambda: _("Propose a firm for the blacklist"),
        lambda: _("Notified and heard before a second person decides."),
        OFFICERS,
    ),
    Link(
        "oversight_desk.new_publication_page",
        lambda: _("Draft a publication"),
        lambda: _("What the public is told, approved by a second person."),
        OFFICERS,
    ),
    Link(
        "oversight_desk.registers_page",
        lambda: _("Registers"),
        lambda: _("Licences, certificates, laboratories, standards, standing of firms."),
        EVERYBODY,
    ),
    Link(
        "oversight_desk.offices_page",
        lambda: _("Offices"),
        lambda: _("Which office answers for which place, and who works there."),
        OFFICIALS,
    ),
    Link(
        "oversight_desk.limits_page",
        lambda: _("Time limits"),
        lambda: _("The periods by which clocks run, with their sources."),
        OFFICIALS,
    ),
)
"""In the order of a working day."""

BELOW = tuple(
    f"/desk/{name}"
    for name in (
        *("board", "incidents", "complaints", "matters", "withdrawals", "ledgers", "credit", "listings"),
        *("publications", "registers", "sampling", "signals", "foreign-recalls", "offices", "limits"),
        *("purchase-checks", "purchase-refusals", "purchase-rules", "test-reports"),
    )
)
"""Where the navigation marks this line too."""


@desk.page("/supervision", roles=EVERYBODY)
def supervision_page(call: DeskCall) -> Answer:
    """The pages of market regulation for this person, each with what it is for."""
    return show("desk/supervision.html", links=[one for one in LINKS if call.user.role in one.roles])


def register(app: Flask) -> None:
    """Put it into the navigation."""
    add_entry(app, Entry(45, "oversight_desk.supervision_page", lambda: _("Supervision"), EVERYBODY, BELOW))
