"""Recording an answer: checked, captured where the ledger did not know it, kept for good (RECALLS)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from recalls.models import Notice, RecallCase, Response, ResponseLine
from recalls.notices import outbox
from recalls.responses.answer import Answer, Sender
from recalls.responses.captures import Capture, capture_units
from recalls.responses.checks import AnswerRefused, Checked, check_answer, name_suppliers, stored_together
from recalls.responses.figures import FIGURES, ZERO, missing_units
from recalls.responses.units import Units, first_unannounced, read_units
from recalls.ways_back import Stock
from trace.answers import describe_batches, describe_places
from trace.kit.db import lock_writes
from trace.kit.errors import Conflict, FieldError, NotFound


class NotAConsignee(NotFound):
    """Nothing that the case takes back is recorded at a place of this firm's."""


class NotYetAsked(Conflict):
    """The recall was not announced: nobody has been asked yet."""


class CaseCancelled(Conflict):
    """The recall was cancelled: there is nothing to answer any more."""


def record_response(session: Session, case: RecallCase, sender: Sender, answer: Answer, now: datetime) -> Response:
    """Keep an answer, capture what of it the ledger did not have, and acknowledge the consignee's notices.

    An answer is taken until the case is cancelled: what comes after its completion is late and worth having all the
    same. In a drill nothing is captured. Raises NotYetAsked or CaseCancelled (409), NotAConsignee (404),
    AnswerRefused (422).
    """
    lock_writes(session)
    session.refresh(case, ["stage", "announced_at"])  # it may have been cancelled while this waited
    require_open(case)
    units = read_consignee(session, case, sender, now)
    checked = check_answer(session, case, units, answer, now)
    answered_at = min(answer.answered_at or now, now)
    response_id = str(uuid.uuid4())
    missing: dict[Stock, tuple[Decimal, Decimal]] = {}
    if not case.drill:
        missing = {one.stock: _missing(one, units) for one in checked}
        captures = _captures(session, checked, missing, units, answered_at)
        capture_units(session, case, response_id, sender.party_id, captures, now)
    principal = sender.principal
    response = Response(
        response_id=response_id,
        case_id=case.id,
        notice_id=sender.notice_id,
        party_id=sender.party_id,
        place_id=None if sender.party_id is not None else sender.place_id,
        recorded_at=now,
        answered_at=answered_at,
        stage=case.stage,
        via=sender.via,
        actor=None if principal is None else principal.key_id,
        actor_party_id=None if principal is None else principal.party_id,
        actor_name=None if principal is None else principal.name,
        spoke_with=sender.spoke_with,
        note=answer.note,
        lines=[_write_line(one, missing.get(one.stock, (ZERO, ZERO)), now) for one in checked],
    )
    session.add(response)
    session.flush()
    _acknowledge(session, case, sender, now)
    return response


def require_open(case: RecallCase) -> None:
    """Raise NotYetAsked or CaseCancelled (409) unless the case takes answers."""
    if case.stage == "cancelled":
        raise CaseCancelled(f"Recall {case.number} was cancelled: expected no answer any more.")
    if case.announced_at is None:
        raise NotYetAsked(f"Recall {case.number} is {case.stage}: expected an answer once it is announced.")


def read_consignee(session: Session, case: RecallCase, sender: Sender, now: datetime) -> Units:
    """Return the consignee's units. Raises NotAConsignee (404) for a firm that never had any of the goods."""
    units = read_units(session, case, (sender.party_id, sender.place_id), now)
    if not units.places:
        raise NotAConsignee(f"Nothing that recall {case.number} takes back is recorded at a place of this firm.")
    return units


def _missing(one: Checked, units: Units) -> tuple[Decimal, Decimal]:
    """Return how many units returned, and destroyed, the ledger lacks; none to return where no supplier is known."""
    counted, (place, batch, _) = one.line.counted, one.stock
    returned = missing_units(counted.returned, one.recorded.returned)
    known = units.suppliers.get((place, batch))
    return returned if known else ZERO, missing_units(counted.destroyed, one.recorded.destroyed)


def _captures(
    session: Session,
    checked: Sequence[Checked],
    missing: Mapping[Stock, tuple[Decimal, Decimal]],
    units: Units,
    answered_at: datetime,
) -> list[Capture]:
    suppliers = {one.supplier for one in checked if one.supplier is not None}
    named = suppliers | {one.stock[0] for one in checked}
    places = {number: place.id for number, place in describe_places(session, named).items()}
    batches = describe_batches(session, {one.stock[1] for one in checked})
    found: list[Capture] = []
    problems: list[FieldError] = []
    for one in checked:
        place, batch, uom = one.stock
        line, (returned, destroyed) = one.line, missing[one.stock]
        goods = (places[place], batches[batch]["id"], uom)
        if destroyed:
            at = line.destruction.at if line.destruction is not None else None
            found.append(Capture(*goods, destroyed, min(at or answered_at, answered_at)))
        if returned and one.supplier is None:
            several = units.suppliers[place, batch]
            problems.append(FieldError(f"{one.pointer}/returned_to", name_suppliers(session, several, "none")))
        elif returned and one.supplier is not None:
            arrived = first_unannounced(session, place, one.supplier, batch)
            at = min(line.returned_at or answered_at, answered_at, arrived or answered_at)
            found.append(Capture(*goods, returned, at, places[one.supplier], line.returned_document))
    if problems:
        raise AnswerRefused(problems[0].detail, errors=problems)
    return found


def _write_line(one: Checked, captured: tuple[Decimal, Decimal], now: datetime) -> ResponseLine:
    line, (place, batch, uom) = one.line, one.stock
    said = line.counted.said
    (returned, destroyed, *amounts), scale = stored_together([*captured, *said.values()], one.pointer)
    told = line.destruction
    return ResponseLine(
        place_id=place,
        batch_id=batch,
        uom=uom,
        scale=scale,
        **dict.fromkeys(FIGURES) | dict(zip(said, amounts, strict=True)),
        captured_returned=returned,
        captured_destroyed=destroyed,
        returned_to_id=one.supplier,
        returned_document=line.returned_document,
        returned_at=None if line.returned_at is None else min(line.returned_at, now),
        destroyed_place=None if told is None else told.place,
        destroyed_method=None if told is None else told.method,
        destroyed_witness=None if told is None else told.witness,
        destroyed_document=None if told is None else told.document,
        destroyed_at=None if told is None or told.at is None else min(told.at, now),
        shipped_to=line.shipped_to,
        evidence=line.evidence,
    )


def _acknowledge(session: Session, case: RecallCase, sender: Sender, now: datetime) -> None:
    """Who answers has been told."""
    mine = Notice.party_id == sender.party_id if sender.party_id is not None else Notice.place_id == sender.place_id
    open_ones = select(Notice).where(Notice.case_id == case.id, mine, Notice.acknowledged_at.is_(None))
    for notice in session.scalars(open_ones.order_by(Notice.id)).all():
        outbox.acknowledge(session, notice, sender.via, sender.name, now)
