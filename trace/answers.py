"""The shapes in which the record is answered (CONTRACT), and how plain values take them; recalls use them too.

Each shape is a TypedDict: OpenAPI is written from it, and making one costs no more than making the dict.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import WithJsonSchema
from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import TypedDict

from trace.documents import document_number
from trace.findings import Finding
from trace.fold.contents import Unit
from trace.kit.bulk import among
from trace.models import Identifier, Location, Party
from trace.movements import Edge, Movement
from trace.tally import Figures, PlaceFigures

Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""An exact JSON number."""


class BatchRef(TypedDict):
    """A batch; ``gtin`` and ``lot`` are null for an identifier of another scheme."""

    id: str
    gtin: str | None
    lot: str | None


class PlaceRef(TypedDict):
    """A place; ``gln`` is null for an identifier of another scheme."""

    id: str
    gln: str | None


class FindingRow(TypedDict):
    """Something that a check found; ``rule`` is one of docs/findings.md."""

    rule: str
    severity: Literal["info", "warning", "error"]
    message: str
    message_zh: str
    event_id: str | None
    batch: BatchRef | None
    place: PlaceRef | None


class FiguresRow(TypedDict):
    """The tally in one unit of measure (null: pieces), RULES 8; ``complete`` false: lower bounds."""

    uom: str | None
    produced: Number
    on_hand: Number
    in_transit: Number
    sold: Number
    consumed: Number
    destroyed: Number
    lost: Number
    unaccounted: Number
    complete: bool


class PlaceFiguresRow(TypedDict):
    """What happened at one place in one unit of measure; ``in_transit`` is under way to it.

    ``counted`` is the last reported count and ``count_difference`` that minus the stock by the ledger at its moment.
    """

    id: str
    gln: str | None
    name: str | None
    uom: str | None
    produced: Number
    received: Number
    on_hand: Number
    in_transit: Number
    shipped: Number
    returned: Number
    sold: Number
    consumed: Number
    destroyed: Number
    lost: Number
    complete: bool
    counted: Number | None
    count_difference: Number | None


MovementRow = TypedDict(
    "MovementRow",
    {
        "from": str | None,
        "to": str | None,
        "from_id": str | None,
        "to_id": str | None,
        "id": str,
        "gtin": str | None,
        "lot": str | None,
        "uom": str | None,
        "shipped": Number | None,
        "received": Number | None,
        "documents": list[str],
    },
)
"""All consignments of a batch between two places; ``from`` and ``to`` are GLNs, ``id`` is the batch's."""


class LinkRow(TypedDict):
    """A batch that went into another."""

    input: BatchRef
    output: BatchRef


@dataclass(frozen=True, slots=True)
class Place:
    """What is known about a place that events name; a stub has no name unless its GLN is a registered firm's."""

    id: str
    gln: str | None
    name: str | None = None
    name_en: str | None = None
    kind: str | None = None
    region: str | None = None
    party_id: int | None = None
    party_name: str | None = None
    registered: bool = False

    @property
    def ref(self) -> PlaceRef:
        """`{id, gln}`."""
        return {"id": self.id, "gln": self.gln}


def describe_batches(session: Session, numbers: Iterable[int]) -> dict[int, BatchRef]:
    """Return how each batch is written in an answer, by its number."""
    columns = (Identifier.id, Identifier.uri, Identifier.gtin, Identifier.lot)
    rows = session.execute(select(*columns).where(among(session, Identifier.id, set(numbers))))
    return {number: {"id": uri, "gtin": gtin, "lot": lot} for number, uri, gtin, lot in rows}


def describe_places(session: Session, numbers: Iterable[int]) -> dict[int, Place]:
    """Return what is known about each place, by its number; one statement, and one for the GLNs nobody registered.

    The firm's own GLN stands for its place until that is registered.
    """
    location = (Location.name, Location.name_en, Location.kind, Location.region, Location.party_id, Party.name)
    rows = session.execute(
        select(Identifier.id, Identifier.uri, Identifier.gln, *location)
        .outerjoin(Location, Location.id == Identifier.id)
        .outerjoin(Party, Party.id == Location.party_id)
        .where(among(session, Identifier.id, set(numbers)))
    ).all()
    glns = {gln for _, _, gln, *_, party, _ in rows if gln is not None and party is None}
    firms = {}
    if glns:
        columns = (Party.gln, Party.name, Party.name_en, Party.id)
        known = session.execute(select(*columns).where(among(session, Party.gln, glns)))
        firms = {gln: Place("", gln, name, name_en, None, None, party, name) for gln, name, name_en, party in known}
    found = {}
    for number, uri, gln, name, name_en, kind, region, party, party_name in rows:
        if party is not None:
            found[number] = Place(uri, gln, name, name_en, kind, region, party, party_name, registered=True)
        elif gln in firms:
            found[number] = replace(firms[gln], id=uri)
        else:
            found[number] = Place(uri, gln)
    return found


def exact(quantity: Decimal) -> Decimal:
    """The same quantity as JSON shall show it: 60, not 60.0 and not 6E+1."""
    if quantity == 0:
        return Decimal(0)
    plain = f"{quantity:f}"
    return Decimal(plain.rstrip("0").rstrip(".") if "." in plain else plain)


def exact_or_none(quantity: Decimal | None) -> Decimal | None:
    """As `exact`; an unknown quantity stays unknown."""
    return None if quantity is None else exact(quantity)


def write_time(moment: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def write_figures(uom: Unit, figures: Figures) -> FiguresRow:
    """The tally of one unit of measure."""
    return {
        "uom": uom or None,
        "produced": exact(figures.produced),
        "on_hand": exact(figures.on_hand),
        "in_transit": exact(figures.in_transit),
        "sold": exact(figures.sold),
        "consumed": exact(figures.consumed),
        "destroyed": exact(figures.destroyed),
        "lost": exact(figures.lost),
        "unaccounted": exact(figures.unaccounted),
        "complete": figures.complete,
    }


def write_place_figures(
    place: Place, uom: Unit, figures: PlaceFigures, counted: tuple[Decimal, Decimal] | None = None
) -> PlaceFiguresRow:
    """The figures of one place; ``counted`` is (the last count, its difference from the ledger)."""
    return {
        "id": place.id,
        "gln": place.gln,
        "name": place.name,
        "uom": uom or None,
        "produced": exact(figures.produced),
        "received": exact(figures.received),
        "on_hand": exact(figures.on_hand),
        "in_transit": exact(figures.in_transit),
        "shipped": exact(figures.shipped),
        "returned": exact(figures.returned),
        "sold": exact(figures.sold),
        "consumed": exact(figures.consumed),
        "destroyed": exact(figures.destroyed),
        "lost": exact(figures.lost),
        "complete": figures.complete,
        "counted": exact(counted[0]) if counted else None,
        "count_difference": exact(counted[1]) if counted else None,
    }


def write_movement(
    edge: Edge,
    movement: Movement,
    batches: Mapping[int, BatchRef],
    places: Mapping[int, Place],
    documents: Iterable[str] = (),
) -> MovementRow:
    """One row for each (from, to, batch, unit of measure)."""
    origin, destination, batch, uom = edge
    start, end = _known(origin, places), _known(destination, places)
    return {
        "from": start.gln if start else None,
        "to": end.gln if end else None,
        "from_id": start.id if start else None,
        "to_id": end.id if end else None,
        **batches[batch],
        "uom": uom or None,
        "shipped": exact_or_none(movement.shipped),
        "received": exact_or_none(movement.received),
        "documents": [document_number(uri) for uri in documents],
    }


def write_finding(finding: Finding, batches: Mapping[int, BatchRef], places: Mapping[int, Place]) -> FindingRow:
    """A finding with the batch and the place it is about, where the answer knows them."""
    place = _known(finding.place, places)
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "message_zh": finding.message_zh or finding.message,
        "event_id": finding.event_id,
        "batch": batches.get(finding.batch) if finding.batch is not None else None,
        "place": place.ref if place else None,
    }


def _known(number: int | None, places: Mapping[int, Place]) -> Place | None:
    return None if number is None else places.get(number)
