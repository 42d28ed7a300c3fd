"""`/api/v1`: what happens to goods, each call stored as one EPCIS event."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, RootModel
from typing_extensions import TypedDict

from trace import reports
from trace.answers import FindingRow, MovementRow
from trace.bodies import Count, Loss, Receipt, Report, Shipment, Transformation
from trace.kit.auth import Principal
from trace.kit.contract import Call
from trace.kit.transactions import Answer
from trace.outcome import Outcome
from trace.web.api import WRITERS, api, principal_of


class OutcomeRow(TypedDict):
    """The stored event, the movements it made, and what was found in it."""

    event_id: str
    movements: list[MovementRow]
    findings: list[FindingRow]


class OutcomeOut(RootModel[OutcomeRow]):
    """What a report made."""


Reporting = Callable[[Any, Principal, Any, datetime], Outcome]


def _declare(path: str, body: type[BaseModel], report: Reporting, summary: str) -> None:
    """Declare `POST <path>`: all reports differ only in what they are about."""

    def post(call: Call) -> Answer:
        outcome = report(call.session, principal_of(call), call.body, datetime.now(UTC))
        return Answer(201, asdict(outcome))

    post.__name__ = report.__name__
    post.__doc__ = report.__doc__
    api.operation(
        "POST", path, body=body, answers={201: OutcomeOut}, roles=WRITERS, summary=summary, tag="what happens to goods"
    )(post)


_declare("/shipments", Shipment, reports.report_shipment, "Goods leave for another place")
_declare("/receipts", Receipt, reports.report_receipt, "Goods arrive")
_declare("/sales", Report, reports.report_sale, "Goods are sold to consumers")
_declare("/returns", Report, reports.report_return, "Consumers bring goods back")
_declare("/destructions", Report, reports.report_destruction, "Goods are destroyed")
_declare("/counts", Count, reports.report_count, "Goods are counted")
_declare("/losses", Loss, reports.report_loss, "Goods are lost, at a place or on the way")
_declare("/transformations", Transformation, reports.report_transformation, "Goods are made from others")
