"""Units that an answer tells and the ledger does not have: captured as the consignee's own events (RULES 8).

What was sent back is a shipment to the supplier, what was destroyed a destruction, each of the units that the ledger
lacks. So an answer that comes twice, or repeats an older total, captures nothing.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from recalls.models import RecallCase
from trace.capture import capture_events
from trace.documents import document_uri
from trace.epcis.json_format import parse_event
from trace.fold.contents import Unit
from trace.kit.auth import Principal
from trace.reports import CONTEXT, raise_refusal

RECALL_CASE = "urn:suyuan:btt:recall"
"""The type of the business transaction by which an event says for which recall it happened."""


@dataclass(frozen=True, slots=True)
class Capture:
    """Units of one batch at one place, all by URI, that left it: to ``supplier``, or destroyed where there is none."""

    place: str
    batch: str
    uom: Unit
    quantity: Decimal
    at: datetime
    supplier: str | None = None
    document: str | None = None


def capture_units(
    session: Session,
    case: RecallCase,
    response_id: str,
    party_id: int | None,
    captures: Sequence[Capture],
    now: datetime,
) -> None:
    """Capture the events of one answer as the consignee's own; for a place without a firm, as the operator's.

    Raises what capture refuses (404, 409, 422).
    """
    if not captures:
        return
    events = [parse_event(body, CONTEXT, at) for at, body in enumerate(_events(case, response_id, captures))]
    principal = Principal("admin" if party_id is None else "company", party_id, 0, f"recall {case.number}")
    raise_refusal(capture_events(session, events, principal, now))


def captured_ids(response_id: str, place: str, batch: str, uom: Unit, returned: bool, destroyed: bool) -> list[str]:
    """Return the IDs of the events that a line of an answer brought in."""
    kinds = [kind for kind, wanted in (("returned", returned), ("destroyed", destroyed)) if wanted]
    return [_event_id(response_id, kind, place, batch, uom) for kind in kinds]


def _event_id(response_id: str, kind: str, place: str, batch: str, uom: Unit) -> str:
    """The same units of one answer are one event, however often they are sent."""
    return f"urn:uuid:{uuid.uuid5(uuid.UUID(response_id), '|'.join((kind, place, batch, uom)))}"


def _events(case: RecallCase, response_id: str, captures: Sequence[Capture]) -> Iterator[dict[str, Any]]:
    for one in captures:
        amount = {"epcClass": one.batch, "quantity": one.quantity, **({"uom": one.uom} if one.uom else {})}
        papers = [{"type": RECALL_CASE, "bizTransaction": f"urn:suyuan:recall:{quote(case.number)}"}]
        if one.document is not None and one.supplier is not None:
            papers.append({"type": "desadv", "bizTransaction": document_uri(one.document)})
        kind = "destroyed" if one.supplier is None else "returned"
        yield {
            "type": "ObjectEvent",
            "eventID": _event_id(response_id, kind, one.place, one.batch, one.uom),
            "eventTime": one.at.isoformat(),
            "eventTimeZoneOffset": "+00:00",
            "readPoint": {"id": one.place},
            "quantityList": [amount],
            "bizTransactionList": papers,
            "suyuan:response": f"urn:uuid:{response_id}",
            **(_destruction(one) if one.supplier is None else _shipment(one, one.supplier)),
        }


def _destruction(one: Capture) -> dict[str, Any]:
    where = {"bizLocation": {"id": one.place}}
    return {"action": "DELETE", "bizStep": "destroying", "disposition": "destroyed", **where}


def _shipment(one: Capture, supplier: str) -> dict[str, Any]:
    return {
        "action": "OBSERVE",
        "bizStep": "shipping",
        "disposition": "recalled",
        "sourceList": [{"type": "location", "source": one.place}],
        "destinationList": [{"type": "location", "destination": supplier}],
    }
