"""What a firm can report about goods at the desk: one form for all, and what differs from kind to kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trace.bodies import Count, Loss, Receipt, Report, Shipment, Transformation
from trace.kit.fields import InputModel
from trace.kit.i18n import _
from trace.outcome import Outcome
from trace.reports import (
    report_count,
    report_destruction,
    report_loss,
    report_receipt,
    report_return,
    report_sale,
    report_shipment,
    report_transformation,
)

Words = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of report: words, the field of the own place, and the texts that are asked for beside the lines.

    ``partner`` is the field of the other place; ``takes`` says that the goods leave the stock of the own place, so
    that more than is there is warned of. ``sides`` are the lists of lines, each with its words.
    """

    title: Words
    lead: Words
    send: Words
    body: type[InputModel]
    report: Callable[..., Outcome]
    place: str = "location"
    partner: str = ""
    texts: tuple[str, ...] = ("reason",)
    takes: bool = False
    sides: tuple[tuple[str, Words], ...] = (("lines", lambda: _("Goods")),)


KINDS: Mapping[str, Kind] = {
    "shipments": Kind(
        lambda: _("Ship goods"),
        lambda: _("Goods leave a place of yours. Whoever gets them confirms what came."),
        lambda: _("Record the shipment"),
        Shipment,
        report_shipment,
        place="from",
        partner="to",
        texts=("document",),
        takes=True,
    ),
    "receipts": Kind(
        lambda: _("Receive goods"),
        lambda: _("Goods came that no supplier announced here. Announced ones are confirmed in one step instead."),
        lambda: _("Record the receipt"),
        Receipt,
        report_receipt,
        place="to",
        partner="from",
        texts=("document", "reason"),
    ),
    "sales": Kind(
        lambda: _("Record sales"),
        lambda: _("Goods were sold to consumers. In a recall these are the units that the public is told about."),
        lambda: _("Record the sale"),
        Report,
        report_sale,
        texts=(),
        takes=True,
    ),
    "returns": Kind(
        lambda: _("Take goods back"),
        lambda: _("A consumer brought goods back. They are in stock again, and no longer count as sold."),
        lambda: _("Record the return"),
        Report,
        report_return,
    ),
    "destructions": Kind(
        lambda: _("Destroy goods"),
        lambda: _("Goods were destroyed at a place of yours. This closes their account."),
        lambda: _("Record the destruction"),
        Report,
        report_destruction,
        takes=True,
    ),
    "counts": Kind(
        lambda: _("Count stock"),
        lambda: _("What is really there. A count changes no figure: a difference becomes a finding to explain."),
        lambda: _("Record the count"),
        Count,
        report_count,
    ),
    "losses": Kind(
        lambda: _("Report a loss"),
        lambda: _("Goods of a place of yours are gone, and nobody knows where."),
        lambda: _("Record the loss"),
        Loss,
        report_loss,
        takes=True,
    ),
    "transformations": Kind(
        lambda: _("Make goods from others"),
        lambda: _("Batches were used to make others. A recall of what goes in reaches everything that comes out."),
        lambda: _("Record what was made"),
        Transformation,
        report_transformation,
        texts=("transformation_id", "reason"),
        takes=True,
        sides=(("inputs", lambda: _("Goes in")), ("outputs", lambda: _("Comes out"))),
    ),
}
