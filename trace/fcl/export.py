"""An affected part of the record as an all-in-one sheet, which FoodChain-Lab and `flask import` read."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.answers import Place, describe_places
from trace.documents import document_number
from trace.fcl.events import COLUMN, COLUMNS, LOT_SIZE, STATED_AMOUNT, STATION_ATTRIBUTES
from trace.fcl.names import read_goods, read_station
from trace.fcl.sheet import Amount, Sheet, SheetDelivery, SheetLink, Station
from trace.fcl.tables import write_tables
from trace.fcl.units import read_amount, unit_word
from trace.fcl.workbook import write_workbook
from trace.genealogy import Direction
from trace.identifiers import find_values
from trace.kit.auth import Principal
from trace.kit.db import chunked
from trace.kit.errors import TooLarge
from trace.models import Event, Identifier, Product
from trace.readings import find_batch
from trace.sources.load import load_dates, load_network
from trace.sources.network import Consigned, Moved, Network, as_delivery, ways_of
from trace.sources.periods import Period, as_partial
from trace.sources.ways import Assumptions, next_deliveries
from trace.visibility import own_places, seen_master_data
from trace.vocabulary import name_places, newest_elements

MAX_LINKS = 300_000
MAX_DELIVERIES = 300_000

NOWHERE = Station("unknown", "unknown")
"""Stands for the end of a delivery that nobody recorded."""

_HEADINGS = {attribute: heading for heading, attribute in STATION_ATTRIBUTES.items()}


class TooManyLinks(TooLarge):
    """The part has more links between deliveries than a sheet is for."""


class TooManyDeliveries(TooLarge):
    """The part has more deliveries than a sheet is for."""


def export_part(session: Session, principal: Principal, batch: str, direction: Direction = "forward") -> bytes:
    """Return the workbook of all deliveries of a batch and of everything made from it (``backward``: that it was made
    from), as far as the key may see them.

    Raises BatchNotFound (404) as a trace does, TooManyLinks and TooManyDeliveries (413).
    """
    return write_workbook(write_tables(read_part(session, principal, batch, direction)))


def read_part(session: Session, principal: Principal, batch: str, direction: Direction) -> Sheet:
    """Return the sheet that `export_part` writes."""
    seed = find_batch(session, principal, batch)
    network = load_network(session, [seed.id], own_places(session, principal), direction=direction)
    if len(network.deliveries) > MAX_DELIVERIES:
        raise TooManyDeliveries(f"Expected at most {MAX_DELIVERIES} deliveries, got {len(network.deliveries)}.")
    load_dates(session, network)
    numbers = {place for one in network.deliveries for place in (one.origin, one.destination) if place is not None}
    places = name_places(session, principal, describe_places(session, numbers))
    stations = _stations(session, principal, places)
    ids = _delivery_ids(session, network)
    deliveries = _Deliveries(session, network)
    nowhere = any(None in (one.origin, one.destination) for one in network.deliveries)
    return Sheet(
        (*sorted(stations.values(), key=lambda station: station.id), *([NOWHERE] if nowhere else [])),
        tuple(
            sorted((deliveries.write(one, ids[one], stations) for one in network.deliveries), key=lambda row: row.id)
        ),
        tuple(_links(network, ids)),
    )


def _links(network: Network, ids: Mapping[Consigned, str]) -> list[SheetLink]:
    ways = ways_of(network, Assumptions())
    found: list[SheetLink] = []
    for one in network.deliveries:
        into = [other for other in next_deliveries(ways, [one.node]) if other != one]
        found += [SheetLink(ids[one], ids[other]) for other in into if isinstance(other, Consigned)]
        if len(found) > MAX_LINKS:
            raise TooManyLinks(f"Expected at most {MAX_LINKS} links between deliveries, got more.")
    return sorted(found, key=lambda link: (link.source, link.into))


def _delivery_ids(session: Session, network: Network) -> dict[Consigned, str]:
    """Return each delivery's document, where it alone has it; else that with a number, in a fixed order."""
    rows = find_values(session, {number for one in network.deliveries for number in (*one.documents, one.batch)})
    named = {
        one: " + ".join(sorted(document_number(rows[number].uri) for number in one.documents)) or "delivery"
        for one in network.deliveries
    }
    times = Counter(named.values())
    given: Counter[str] = Counter()
    ids: dict[Consigned, str] = {}
    for one in sorted(named, key=lambda one: (named[one], rows[one.batch].uri, one.origin or 0, one.destination or 0)):
        name = named[one]
        given[name] += 1
        ids[one] = name if times[name] == 1 and name != "delivery" else f"{name} #{given[name]}"
    return ids


# -- stations ----------------------------------------------------------------------------------------------------


def _stations(session: Session, principal: Principal, places: Mapping[int, Place]) -> dict[int, Station]:
    short = {number: read_station(place.id) if place.gln is None else place.gln for number, place in places.items()}
    times = Counter(short.values())
    more = _read_columns(session, principal, [place.id for place in places.values()])
    found = {}
    for number, place in places.items():
        name = short[number] if times[short[number]] == 1 else place.id
        business = {"Type of business": place.kind} if place.kind else {}
        found[number] = Station(name, place.name or name, {**business, **more.get(place.id, {})})
    return found


def _read_columns(session: Session, principal: Principal, uris: Iterable[str]) -> dict[str, dict[str, str]]:
    """What master data of documents says of places, by the headings of the sheet."""
    found: dict[str, dict[str, str]] = {}
    for row in newest_elements(session, set(uris), seen_master_data(principal)):
        for name, value in json.loads(row.attributes):
            heading = name.removeprefix(COLUMN) if name.startswith(COLUMN) else _HEADINGS.get(name)
            if heading and isinstance(value, str):
                found.setdefault(row.uri, {})[heading] = value
    return found


# -- deliveries --------------------------------------------------------------------------------------------------


class _Deliveries:
    """Writes deliveries, with what their shipments keep of a sheet."""

    def __init__(self, session: Session, network: Network) -> None:
        self.network = network
        self.batches = find_values(session, {one.batch for one in network.deliveries})
        self.products = _read_products(session, self.batches.values())
        self.kept = _read_kept(session, {event for moved in network.deliveries.values() for event in moved.departures})

    def write(self, one: Consigned, name: str, stations: Mapping[int, Station]) -> SheetDelivery:
        moved = self.network.deliveries[one]
        kept = next((self.kept[event] for event in sorted(moved.departures) if event in self.kept), {})
        product, lot, more = self._goods(self.batches[one.batch])
        delivery = as_delivery(self.network, one)
        stated = kept.get(f"suyuan:{STATED_AMOUNT}")
        return SheetDelivery(
            name,
            _end(one.origin, stations).id,
            _end(one.destination, stations).id,
            product,
            lot,
            read_amount(kept.get(f"suyuan:{LOT_SIZE}")),
            _partial(delivery.departed),
            _partial(delivery.arrived),
            read_amount(stated) if stated is not None else _amount(moved),
            {**more, **_columns(kept.get(f"suyuan:{COLUMNS}"))},
        )

    def _goods(self, batch: Identifier) -> tuple[str | None, str | None, dict[str, str]]:
        """Product, lot, and the item number where it is a GTIN."""
        of_sheet = read_goods(batch.uri)
        if of_sheet is not None:
            return *of_sheet, {}
        if batch.gtin is None:
            return batch.uri, None, {}
        return self.products.get(batch.gtin, batch.gtin), batch.lot, {"Item Number": batch.gtin}


def _columns(told: Any) -> dict[str, str]:
    """Other columns as a shipment keeps them; whoever captured it may have written anything there."""
    rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    pairs = [(row.get("suyuan:heading"), row.get("suyuan:entry")) for row in rows]
    return {name: text for name, text in pairs if isinstance(name, str) and isinstance(text, str)}


def _end(place: int | None, stations: Mapping[int, Station]) -> Station:
    return NOWHERE if place is None else stations[place]


def _partial(period: Period | None) -> Period | None:
    return None if period is None else as_partial(period)


def _amount(moved: Moved) -> Amount:
    """What left, else what arrived; several units of measure stand as words."""
    amounts = {uom: movement.shipped or movement.received for uom, movement in moved.amounts.items()}
    known = {uom: quantity for uom, quantity in amounts.items() if quantity is not None}
    if len(known) < len(amounts) or not known:
        return Amount()
    if len(known) > 1:
        return Amount(words=" + ".join(f"{quantity:f} {unit_word(uom)}" for uom, quantity in sorted(known.items())))
    ((uom, quantity),) = known.items()
    return Amount(quantity, unit_word(uom))


def _read_products(session: Session, batches: Iterable[Identifier]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunked(sorted({batch.gtin for batch in batches if batch.gtin is not None})):
        rows = session.execute(select(Product.gtin, Product.name).where(Product.gtin.in_(some)))
        found.update((gtin, name) for gtin, name in rows)
    return found


def _read_kept(session: Session, events: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return the bodies of those events that came from a sheet."""
    found: dict[int, dict[str, Any]] = {}
    for some in chunked(sorted(set(events))):
        rows = session.execute(select(Event.id, Event.body).where(Event.id.in_(some)))
        found.update((number, json.loads(body)) for number, body in rows if "suyuan:" in body)
    return found
