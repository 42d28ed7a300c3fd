"""The shapes in which answers and units are answered, and how they take them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from recalls.models import RecallCase, Response, ResponseLine
from recalls.responses.captures import captured_ids
from recalls.responses.figures import FIGURES, Counted, Stated
from recalls.responses.findings import LATE_STAGES, compare_answers, compare_line, say_late
from recalls.responses.stated import Consigned, read_counted
from recalls.responses.units import Units
from recalls.ways_back import Stock
from trace.amounts import from_stored
from trace.answers import (
    BatchRef,
    FindingRow,
    Number,
    Place,
    PlaceRef,
    describe_batches,
    describe_places,
    exact,
    exact_or_none,
    write_finding,
    write_time,
)
from trace.findings import Finding
from trace.kit.bulk import among
from trace.models import Party


class CountedRow(TypedDict):
    """Totals to date; null is not said. Every unit stands under one figure, `quarantined` is a part of `on_hand`."""

    on_hand: Number | None
    quarantined: Number | None
    returned: Number | None
    destroyed: Number | None
    corrected: Number | None
    sold: Number | None
    shipped_on: Number | None
    lost: Number | None


class DestructionRow(TypedDict):
    """How units were destroyed; `place` null is where they were, `at` null when it was answered."""

    method: str | None
    witness: str | None
    document: str | None
    place: str | None
    at: str | None


class CapturedRow(TypedDict):
    """The units of a line that the ledger did not have yet, and the events that brought them in."""

    returned: Number
    destroyed: Number
    events: list[str]


class LineRow(CountedRow):
    """What was answered of one batch at one place (``name`` is its name) in one unit of measure (null: pieces)."""

    location: PlaceRef
    name: str | None
    id: str
    gtin: str | None
    lot: str | None
    uom: str | None
    returned_to: PlaceRef | None
    returned_document: str | None
    returned_at: str | None
    destruction: DestructionRow | None
    shipped_to: str | None
    evidence: str | None
    captured: CapturedRow


class ConsigneeRef(TypedDict):
    """Who answers: a firm by USCC, else GLN, or a place whose firm nobody registered."""

    party: str | None
    name: str | None
    place: PlaceRef | None


class ResponseRow(TypedDict):
    """One answer; `via` is link, api or phone, and `spoke_with` who said it on the phone."""

    id: str
    number: str
    notice: str | None
    consignee: ConsigneeRef
    via: str
    answered_at: str
    recorded_at: str
    late: bool
    actor: str | None
    spoke_with: str | None
    note: str | None
    lines: list[LineRow]
    findings: list[FindingRow]


class LedgerRow(TypedDict):
    """What the ledger says of a batch at a place; `most` units came, were made or are under way (null: unknown).

    `returned` went back to where it had come from, `shipped_on` to others; `complete` false: lower bounds.
    """

    most: Number | None
    arrived: Number
    on_hand: Number
    returned: Number
    destroyed: Number
    sold: Number
    shipped_on: Number
    lost: Number
    complete: bool


class StatedRow(CountedRow):
    """What stands of the consignee's answers for it."""

    answered_at: str
    response: str


class SupplierRow(PlaceRef):
    """A place that a batch came from, to which it can be returned."""

    name: str | None


class UnitsRow(TypedDict):
    """One batch in scope at one place in one unit of measure: the ledger, the answer, and what does not fit."""

    location: PlaceRef
    name: str | None
    id: str
    gtin: str | None
    lot: str | None
    uom: str | None
    suppliers: list[SupplierRow]
    ledger: LedgerRow
    stated: StatedRow | None
    findings: list[FindingRow]


def write_responses(session: Session, case: RecallCase, responses: Sequence[Response]) -> list[ResponseRow]:
    """Return answers with what is found in them alone: late ones, and totals that fell."""
    lines = [line for response in responses for line in response.lines]
    places = describe_places(session, {line.place_id for line in lines} | _others(responses))
    batches = describe_batches(session, {line.batch_id for line in lines})
    firms = _firms(session, {response.party_id for response in responses if response.party_id is not None})
    earlier = _read_earlier(session, case, responses)
    return [
        {
            "id": one.response_id,
            "number": case.number,
            "notice": one.notice_id,
            "consignee": _write_consignee((one.party_id, one.place_id), firms, places),
            "via": one.via,
            "answered_at": write_time(one.answered_at) or "",
            "recorded_at": write_time(one.recorded_at) or "",
            "late": one.stage in LATE_STAGES,
            "actor": one.actor_name,
            "spoke_with": one.spoke_with,
            "note": one.note,
            "lines": [_write_line(one.response_id, line, places, batches) for line in one.lines],
            "findings": [write_finding(found, batches, places) for found in _find(one, earlier)],
        }
        for one in responses
    ]


def write_units(
    session: Session, units: Units, stated: Mapping[Stock, Stated], stocks: Collection[Stock]
) -> list[UnitsRow]:
    """Return the units at ``stocks``, in their order."""
    batches = describe_batches(session, {batch for _, batch, _ in stocks})
    suppliers = {one for stock in stocks for one in units.suppliers.get(stock[:2], ())}
    places = {**describe_places(session, suppliers), **units.places}
    return [_write_units(stock, units, stated.get(stock), places, batches) for stock in stocks]


def _write_units(
    stock: Stock,
    units: Units,
    stated: Stated | None,
    places: Mapping[int, Place],
    batches: Mapping[int, BatchRef],
) -> UnitsRow:
    place, batch, uom = stock
    recorded = units.at(stock)
    found = [] if stated is None else compare_line(stock, stated, recorded)
    suppliers = [places[one] for one in units.suppliers.get((place, batch), ())]
    return {
        "location": places[place].ref,
        "name": places[place].name,
        **batches[batch],
        "uom": uom or None,
        "suppliers": [
            {**one.ref, "name": one.name} for one in sorted(suppliers, key=lambda one: (one.name or "", one.id))
        ],
        "ledger": {
            "most": exact_or_none(recorded.most),
            "arrived": exact(recorded.arrived),
            "on_hand": exact(recorded.on_hand),
            "returned": exact(recorded.returned),
            "destroyed": exact(recorded.destroyed),
            "sold": exact(recorded.sold),
            "shipped_on": exact(recorded.shipped_on),
            "lost": exact(recorded.lost),
            "complete": recorded.complete,
        },
        "stated": None if stated is None else _write_stated(stated),
        "findings": [write_finding(one, batches, places) for one in found],
    }


def _write_stated(stated: Stated) -> StatedRow:
    return {
        **_write_counted(stated),
        "answered_at": write_time(stated.answered_at) or "",
        "response": stated.response_id,
    }


def _write_counted(counted: Counted) -> CountedRow:
    return {
        "on_hand": exact_or_none(counted.on_hand),
        "quarantined": exact_or_none(counted.quarantined),
        "returned": exact_or_none(counted.returned),
        "destroyed": exact_or_none(counted.destroyed),
        "corrected": exact_or_none(counted.corrected),
        "sold": exact_or_none(counted.sold),
        "shipped_on": exact_or_none(counted.shipped_on),
        "lost": exact_or_none(counted.lost),
    }


def _write_line(
    response_id: str, line: ResponseLine, places: Mapping[int, Place], batches: Mapping[int, BatchRef]
) -> LineRow:
    place, batch = places[line.place_id], batches[line.batch_id]
    returned, destroyed = (
        exact(from_stored(amount, line.scale)) for amount in (line.captured_returned, line.captured_destroyed)
    )
    told = (line.destroyed_method, line.destroyed_witness, line.destroyed_document, line.destroyed_place)
    return {
        "location": place.ref,
        "name": place.name,
        **batch,
        "uom": line.uom or None,
        **_write_counted(read_counted(line)),
        "returned_to": None if line.returned_to_id is None else places[line.returned_to_id].ref,
        "returned_document": line.returned_document,
        "returned_at": write_time(line.returned_at),
        "destruction": None
        if told == (None, None, None, None)
        else {
            "method": line.destroyed_method,
            "witness": line.destroyed_witness,
            "document": line.destroyed_document,
            "place": line.destroyed_place,
            "at": write_time(line.destroyed_at),
        },
        "shipped_to": line.shipped_to,
        "evidence": line.evidence,
        "captured": {
            "returned": returned,
            "destroyed": destroyed,
            "events": captured_ids(response_id, place.id, batch["id"], line.uom, bool(returned), bool(destroyed)),
        },
    }


def write_consignee(session: Session, consigned: Consigned) -> ConsigneeRef:
    """Return how a firm, or a place without one, is written."""
    party, place = consigned
    firms = _firms(session, [] if party is None else [party])
    return _write_consignee(consigned, firms, describe_places(session, [] if place is None else [place]))


def _write_consignee(consigned: Consigned, firms: Mapping[int, Party], places: Mapping[int, Place]) -> ConsigneeRef:
    party, place = consigned
    if party is not None:
        return {"party": firms[party].uscc or firms[party].gln, "name": firms[party].name, "place": None}
    known = places[place or 0]
    return {"party": None, "name": known.name, "place": known.ref}


def _others(responses: Iterable[Response]) -> set[int]:
    suppliers = {line.returned_to_id for response in responses for line in response.lines}
    return {number for number in suppliers | {one.place_id for one in responses} if number is not None}


def _firms(session: Session, numbers: Collection[int]) -> dict[int, Party]:
    return {firm.id: firm for firm in session.scalars(select(Party).where(among(session, Party.id, numbers)))}


Told = tuple[datetime, int, Counted]
"""(when, row number of the answer, what)."""


def _read_earlier(session: Session, case: RecallCase, responses: Iterable[Response]) -> dict[Stock, list[Told]]:
    """Return all that was ever answered of the stocks of ``responses``, in the order in which it counts."""
    places = {line.place_id for response in responses for line in response.lines}
    query = (
        select(Response.answered_at, Response.id, ResponseLine)
        .join(ResponseLine, ResponseLine.response_id == Response.id)
        .where(Response.case_id == case.id, among(session, ResponseLine.place_id, places))
        .order_by(Response.answered_at, Response.id)
    )
    found: dict[Stock, list[Told]] = {}
    for at, number, line in session.execute(query):
        found.setdefault((line.place_id, line.batch_id, line.uom), []).append((at, number, read_counted(line)))
    return found


def _find(response: Response, earlier: Mapping[Stock, Sequence[Told]]) -> Iterable[Finding]:
    if response.stage in LATE_STAGES:
        yield from say_late(sorted({line.place_id for line in response.lines}))
    for line in response.lines:
        stock = (line.place_id, line.batch_id, line.uom)
        before = [one for one in earlier.get(stock, ()) if one[:2] < (response.answered_at, response.id)]
        if before:
            yield from compare_answers(stock, before[-1][2], read_counted(line))


assert set(CountedRow.__annotations__) == set(FIGURES)
