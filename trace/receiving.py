"""A delivery is confirmed: as the sender states it, or as it was counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from trace.bodies import Confirmation, Line, Loss, Receipt
from trace.deliveries import Delivery, DeliveryLine, find_delivery, items_of
from trace.fold.contents import Unit
from trace.gs1 import IdentifierError
from trace.gs1.strict import read_strict_uri
from trace.kit.auth import Principal
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, FieldError, Invalid
from trace.outcome import Outcome
from trace.reports import report_loss, report_receipt

MOST_ITEMS = 10_000
"""A delivery with more single items is received by its batches and quantities."""


class AlreadyConfirmed(Conflict):
    """Nothing of this delivery is on the way any more, or less than the page said when it was opened."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What was recorded: the receipt, and what was declared lost on the way."""

    receipt: Outcome | None
    loss: Outcome | None


@dataclass(frozen=True, slots=True)
class _Counted:
    line: DeliveryLine
    quantity: Decimal

    @property
    def missing(self) -> Decimal:
        """What did not come of what was on the way; 0 where more came."""
        return max((self.line.waiting or self.quantity) - self.quantity, Decimal(0))


def confirm_delivery(
    session: Session, principal: Principal, event_id: str, body: Confirmation, now: datetime
) -> Confirmed:
    """Record what came of a delivery, and what of the rest is lost; else the rest stays on the way (RULES 16).

    Raises DeliveryNotFound (404); AlreadyConfirmed (409) where somebody recorded something of it since it was looked
    at; Invalid (422) for a difference without a reason; and as all reports do.
    """
    lock_writes(session)  # two people at two doors: the second reads what the first recorded
    delivery = find_delivery(session, principal, event_id)
    if not delivery.lines:
        raise AlreadyConfirmed("This delivery is confirmed already: nothing of it is on the way any more.")
    if body.state != delivery.state:
        raise AlreadyConfirmed("Somebody recorded a part of this delivery meanwhile: look at what is left of it.")
    counted = _read_counted(delivery, body)
    _require_reason(counted, body)
    receipt = loss = None
    lines = _receipt_lines(session, delivery, counted)
    if lines:
        receipt = report_receipt(session, principal, _make_receipt(delivery, lines, body.reason), now)
    missing = [_line(one.line, one.missing) for one in counted if one.missing]
    if missing and body.missing == "lost":
        loss = report_loss(session, principal, _make_loss(delivery, missing, body.reason), now)
    if receipt is None and loss is None:
        raise Invalid("Expected at least one quantity above 0, or the missing goods declared lost; got neither.")
    return Confirmed(receipt, loss)


def _read_counted(delivery: Delivery, body: Confirmation) -> list[_Counted]:
    """Each line of the delivery with what was counted of it."""
    if body.counted is not None and len(body.counted) != len(delivery.lines):
        detail = f"Expected what was counted of {len(delivery.lines)} lines, got {len(body.counted)}."
        raise Invalid.field("/counted", detail)
    if body.counted is not None:
        return [_Counted(line, quantity) for line, quantity in zip(delivery.lines, body.counted, strict=True)]
    if not delivery.complete:
        raise Invalid("The sender does not say how many were sent: expected what you counted.")
    return [_Counted(one, one.waiting or Decimal(0)) for one in delivery.lines]


def _require_reason(counted: Sequence[_Counted], body: Confirmation) -> None:
    errors = []
    if body.reason is None and any(one.line.waiting not in (None, one.quantity) for one in counted):
        detail = "Expected a reason, because what was counted differs from what was stated."
        errors.append(FieldError("/reason", detail))
    if any(one.missing for one in counted) and body.missing is None:
        detail = "Expected missing to be to_come or lost, because less came than was stated."
        errors.append(FieldError("/missing", detail))
    if errors:
        raise Invalid(errors[0].detail, errors=errors)


def _receipt_lines(session: Session, delivery: Delivery, counted: Sequence[_Counted]) -> list[Line]:
    """As the sender listed it (pallets, serials) where all came at once; else batches with quantities."""
    whole = all(one.quantity == one.line.waiting for one in counted)
    if whole and not delivery.begun:
        items = items_of(session, delivery)
        if len(items) <= MOST_ITEMS:
            return [
                _name(uri, quantity, uom) if is_class else _name(uri, None, "")
                for uri, is_class, quantity, uom in items
            ]
    return [_line(one.line, one.quantity) for one in counted if one.quantity]


def _line(line: DeliveryLine, quantity: Decimal) -> Line:
    return _name(line.batch.uri, quantity, line.uom)


def _name(uri: str, quantity: Decimal | None, uom: Unit) -> Line:
    """A line by identifier; one with a wrong check digit is evidence of the sender's, and is not said once more."""
    try:
        read_strict_uri(uri)
    except IdentifierError as error:
        raise Invalid(f"{error} Report what came without the sender's codes.") from error
    return Line(id=uri, quantity=quantity, uom=uom or None)


def _make_receipt(delivery: Delivery, lines: list[Line], reason: str | None) -> Receipt:
    origin = None if delivery.origin is None else delivery.origin.id
    values = {"from": origin, "to": delivery.destination.id, "document": delivery.document}
    return Receipt(lines=lines, reason=reason, **values)  # type: ignore[arg-type]


def _make_loss(delivery: Delivery, lines: list[Line], reason: str | None) -> Loss:
    if delivery.origin is None:
        raise Invalid.field("/missing", "Expected to_come: who sent the goods is not recorded, so none can be lost.")
    values = {"from": delivery.origin.id, "to": delivery.destination.id, "document": delivery.document}
    return Loss(lines=lines, reason=reason, **values)
