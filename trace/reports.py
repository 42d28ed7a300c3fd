"""The convenience calls: each builds one EPCIS event and goes through the same capture as a document (CONTRACT)."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy.orm import Session

from trace.bodies import Count, Line, Loss, Receipt, Report, Shipment, Transformation
from trace.capture import AHEAD, Captured, capture_events
from trace.documents import document_uri, is_uri
from trace.epcis.json_format import parse_event
from trace.epcis.names import EPCIS_CONTEXT
from trace.field_types import zone_of
from trace.gs1 import canonical_uri, digital_link
from trace.gs1.digital_link import CANONICAL_BASE
from trace.gs1.strict import read_strict_uri
from trace.kit.auth import Principal
from trace.kit.errors import Conflict, FieldError, Invalid, NotFound
from trace.kit.fields import parse_timestamp
from trace.master_data import LocationNotFound, owns_place
from trace.outcome import Outcome, read_outcome

EXTENSIONS = {"suyuan": "urn:suyuan:voc:"}
CONTEXT = [EPCIS_CONTEXT, EXTENSIONS]
"""What gives the events' names meaning; ``suyuan:`` names what EPCIS has no field for."""


class NotCaptured(Invalid):
    """The event that the call stands for breaks a rule."""


def report_shipment(session: Session, principal: Principal, body: Shipment, now: datetime) -> Outcome:
    """Goods leave ``from`` for ``to``.

    Raises LocationNotFound (404) where a company does not keep ``from``, Invalid (422) as all reports do.
    """
    _require_own(session, principal, body.from_, "/from")
    return capture_report(session, principal, shipment_event(body, now), now)


def report_receipt(session: Session, principal: Principal, body: Receipt, now: datetime) -> Outcome:
    """Goods arrive at ``to``; without ``from`` the shipment is found by document or batch."""
    _require_own(session, principal, body.to, "/to")
    return capture_report(session, principal, receipt_event(body, now), now)


def report_sale(session: Session, principal: Principal, body: Report, now: datetime) -> Outcome:
    """Goods are sold to consumers."""
    _require_own(session, principal, body.location, "/location")
    return capture_report(session, principal, sale_event(body, now), now)


def report_return(session: Session, principal: Principal, body: Report, now: datetime) -> Outcome:
    """A consumer brings goods back (RULES 19)."""
    return _report_at_place(session, principal, body, now, "receiving", "returned")


def report_destruction(session: Session, principal: Principal, body: Report, now: datetime) -> Outcome:
    """Goods are destroyed."""
    return _report_at_place(session, principal, body, now, "destroying", "destroyed", "DELETE")


def report_count(session: Session, principal: Principal, body: Count, now: datetime) -> Outcome:
    """Goods are counted; no balance changes (RULES 9)."""
    return _report_at_place(session, principal, body, now, "stock_taking", None)


def report_loss(session: Session, principal: Principal, body: Loss, now: datetime) -> Outcome:
    """Goods are lost at a place, or on the way: then the sender or the receiver may say so."""
    if body.location is not None:
        _require_own(session, principal, body.location, "/location")
        where = _here(body.location)
    else:
        assert body.from_ is not None
        assert body.to is not None
        if not owns_place(session, principal, body.to):
            _require_own(session, principal, body.from_, "/from")
        where = {"readPoint": {"id": body.from_}, **_ends(body.from_, body.to), **_document(body.document)}
    # CBV 2.0 §7.2: the disposition of goods of which nobody knows what became
    event = _observed(None, "unknown", body.at, now, "/at", "DELETE")
    event |= {**where, **_goods(body.lines), **_reason(body.reason)}
    return capture_report(session, principal, event, now)


def report_transformation(session: Session, principal: Principal, body: Transformation, now: datetime) -> Outcome:
    """Inputs become outputs (RULES 20)."""
    _require_own(session, principal, body.location, "/location")
    return capture_report(session, principal, transformation_event(body, now), now)


def _report_at_place(
    session: Session,
    principal: Principal,
    body: Report | Count,
    now: datetime,
    step: str,
    disposition: str | None,
    action: str = "OBSERVE",
) -> Outcome:
    _require_own(session, principal, body.location, "/location")
    return capture_report(session, principal, _event_at_place(body, now, step, disposition, action), now)


# -- building the event --------------------------------------------------------------------------------


def shipment_event(body: Shipment, now: datetime) -> dict[str, Any]:
    """Return the EPCIS event of a shipment as JSON values. Raises Invalid (422) for a time still to come, as all do."""
    return _observed("shipping", "in_transit", body.shipped_at, now, "/shipped_at") | {
        "readPoint": {"id": body.from_},
        **_ends(body.from_, body.to),
        **_document(body.document),
        **_goods(body.lines),
    }


def receipt_event(body: Receipt, now: datetime) -> dict[str, Any]:
    """Return the event of a receipt."""
    return _observed("receiving", "in_progress", body.received_at, now, "/received_at") | {
        **_here(body.to),
        **_ends(body.from_, body.to),
        **_document(body.document),
        **_goods(body.lines),
        **_reason(body.reason),
    }


def sale_event(body: Report, now: datetime) -> dict[str, Any]:
    """Return the event of a sale."""
    return _event_at_place(body, now, "retail_selling", "retail_sold")


def sample_event(body: Report, now: datetime) -> dict[str, Any]:
    """Return the event of a sample taken by an authority: the test uses it up, so the ledger counts it destroyed."""
    return _event_at_place(body, now, "sampling", "destroyed", "DELETE")


def transformation_event(body: Transformation, now: datetime) -> dict[str, Any]:
    """Return the event of a transformation."""
    event = _event("TransformationEvent", "commissioning", "active", body.at, now, "/at") | {
        **_here(body.location),
        **_goods(body.inputs, "inputEPCList", "inputQuantityList"),
        **_goods(body.outputs, "outputEPCList", "outputQuantityList"),
        **_reason(body.reason),
    }
    if body.transformation_id is not None:
        event["transformationID"] = _transformation_uri(body.transformation_id, body.location)
    return event


def _event_at_place(
    body: Report | Count, now: datetime, step: str, disposition: str | None, action: str = "OBSERVE"
) -> dict[str, Any]:
    event = _observed(step, disposition, body.at, now, "/at", action)
    return event | {**_here(body.location), **_goods(body.lines), **_reason(body.reason)}


def _observed(
    step: str | None, disposition: str | None, at: str | None, now: datetime, pointer: str, action: str = "OBSERVE"
) -> dict[str, Any]:
    return {**_event("ObjectEvent", step, disposition, at, now, pointer), "action": action}


def _event(
    kind: str, step: str | None, disposition: str | None, at: str | None, now: datetime, pointer: str
) -> dict[str, Any]:
    moment = at or now.isoformat()
    if parse_timestamp(moment) > now + AHEAD:
        detail = f"Expected a time at most {AHEAD} after now ({now.isoformat(timespec='seconds')}), got {moment}."
        raise Invalid.field(pointer, detail)
    words = {"bizStep": step, "disposition": disposition}
    return {
        "type": kind,
        "eventID": f"urn:uuid:{uuid.uuid4()}",
        "eventTime": moment,
        "eventTimeZoneOffset": zone_of(moment),
        **{name: word for name, word in words.items() if word is not None},
    }


def _here(place: str) -> dict[str, Any]:
    return {"readPoint": {"id": place}, "bizLocation": {"id": place}}


def _ends(origin: str | None, destination: str) -> dict[str, Any]:
    ends: dict[str, Any] = {"destinationList": [{"type": "location", "destination": destination}]}
    if origin is not None:
        ends["sourceList"] = [{"type": "location", "source": origin}]
    return ends


def _document(text: str | None) -> dict[str, Any]:
    """A delivery document. A receipt may not know the sender, so a number that is no URI says nothing of him either."""
    if text is None:
        return {}
    return {"bizTransactionList": [{"type": "desadv", "bizTransaction": document_uri(text)}]}


def _transformation_uri(text: str, place: str) -> str:
    """Two firms may both number their production orders from 1, so the place is a part of the name."""
    return text if is_uri(text) else f"urn:suyuan:transformation:{quote(place, safe='')}:{quote(text.strip(), safe='')}"


def _reason(text: str | None) -> dict[str, Any]:
    return {} if text is None else {"suyuan:reason": text}


def _goods(lines: Iterable[Line], epcs: str = "epcList", quantities: str = "quantityList") -> dict[str, Any]:
    """The lines as an event's lists; an empty list is left out."""
    instances: list[str] = []
    classes: list[dict[str, Any]] = []
    for line in lines:
        if line.counts_itself:
            instances += _instances(line)
        else:
            classes.append(_class(line))
    return {name: found for name, found in ((epcs, instances), (quantities, classes)) if found}


def _instances(line: Line) -> Sequence[str]:
    if line.sscc is not None:
        return [f"{CANONICAL_BASE}/00/{line.sscc}"]
    if line.id is not None:
        return [line.id]
    assert line.gtin is not None
    # RULES 2: a link that names lot and serial tells the batch by itself
    return [digital_link(CANONICAL_BASE, line.gtin, line.lot, serial) for serial in line.serials or ()]


def _class(line: Line) -> dict[str, Any]:
    uri = read_strict_uri(line.id).uri if line.id is not None else canonical_uri(line.gtin or "", line.lot)
    amount = {"quantity": line.quantity, "uom": line.uom or None}
    return {"epcClass": uri, **{name: value for name, value in amount.items() if value is not None}}


# -- capturing it --------------------------------------------------------------------------------------


def _require_own(session: Session, principal: Principal, place: str, pointer: str) -> None:
    if not owns_place(session, principal, place):
        detail = f"No location {place} of yours is known."
        raise LocationNotFound(detail, errors=[FieldError(pointer, detail)])


def capture_report(session: Session, principal: Principal, event: dict[str, Any], now: datetime) -> Outcome:
    """Capture an event built here and read what it made.

    Raises NotFound (404), Conflict (409) or NotCaptured (422) as capture refuses it.
    """
    captured = capture_events(session, [parse_event(event, CONTEXT)], principal, now)
    raise_refusal(captured)
    return read_outcome(session, event["eventID"], captured.batches)


def raise_refusal(captured: Captured) -> None:
    """Raise the refusal of a single event as a problem of the call; pointers into the event would mislead."""
    for refusal in captured.refusals:
        detail = "; ".join(detail for _, detail in refusal.problems)
        if refusal.status == 404:
            raise NotFound(detail)
        if refusal.status == 409:
            raise Conflict(detail)
        raise NotCaptured(detail)
