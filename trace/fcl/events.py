"""A sheet as EPCIS events and master data (pure).

Each delivery is a shipment and a receipt under its own ID as document. It states which deliveries its goods came by
(`trace.documents.SOURCE_DELIVERY`), so the sheet's links stay exact where several deliveries are of one lot. Product
and lot that pass on unchanged stay one batch; what went into another is a transformation, of amounts that nobody
knows. What came from nowhere was made where it left.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from trace.documents import SOURCE_DELIVERY, document_uri
from trace.epcis.event import VocabularyElement
from trace.epcis.names import CBVMDA, EPCIS_CONTEXT
from trace.fcl.names import Namer
from trace.fcl.schedule import schedule
from trace.fcl.sheet import DELIVERIES, Amount, Sheet, SheetDelivery
from trace.fcl.units import is_known, unit_code, unit_word, write_amount
from trace.sources.periods import EVENT_DATE, VOCABULARY, Period, write_unspecified

CONTEXT = [EPCIS_CONTEXT, {"suyuan": VOCABULARY}]

LOCATION = "urn:epcglobal:epcis:vtype:Location"
COLUMN = VOCABULARY + "column:"
"""Begins the master data attribute of a column that has none of its own; its heading follows."""

STATION_ATTRIBUTES = {
    "Street": f"{CBVMDA}:streetAddressOne",
    "Postal Code": f"{CBVMDA}:postalCode",
    "City": f"{CBVMDA}:city",
    "State": f"{CBVMDA}:state",
}

STATED_AMOUNT, LOT_SIZE, COLUMNS = "statedAmount", "lotSize", "columns"
"""Extensions that keep what the sheet says beyond the event."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event's body and the row of the sheet that it comes from."""

    body: dict[str, Any]
    row: int
    sheet: str = DELIVERIES


def tell_stations(sheet: Sheet, namer: Namer) -> tuple[VocabularyElement, ...]:
    """Return the stations as master data of locations."""
    return tuple(
        VocabularyElement(
            LOCATION,
            namer.station(station.id),
            (
                (f"{CBVMDA}:name", station.name),
                *((STATION_ATTRIBUTES.get(name, COLUMN + name), text) for name, text in station.more.items()),
            ),
        )
        for station in sheet.stations
    )


def tell_deliveries(sheet: Sheet, namer: Namer) -> list[Told]:
    """Return the events, those of one delivery together, in the sheet's order."""
    teller = _Teller(sheet, namer)
    return [told for one in sheet.deliveries for told in teller.tell(one)]


class _Teller:
    """Writes the events of a sheet's deliveries."""

    def __init__(self, sheet: Sheet, namer: Namer) -> None:
        self.namer = namer
        self.deliveries = {one.id: one for one in sheet.deliveries}
        self.into: dict[str, list[str]] = {}
        self.sources: dict[str, list[str]] = {}
        for link in dict.fromkeys((link.source, link.into) for link in sheet.links):
            self.into.setdefault(link[0], []).append(link[1])
            self.sources.setdefault(link[1], []).append(link[0])
        self.batches = _name_batches(sheet.deliveries, self.sources, namer)
        self.times = schedule(sheet.deliveries, self.into)
        self.makings = self._group_makings()
        self.lots_made = Counter(self.batches[group[0].id] for groups in self.makings.values() for group in groups)

    def tell(self, one: SheetDelivery) -> Iterator[Told]:
        for some in self.makings.get(one.id, ()):
            yield Told(self._making(some), one.row)
        yield Told(self._shipping(one), one.row)
        yield Told(self._receiving(one), one.row)

    # -- making --------------------------------------------------------------------------------------------------

    def _inputs(self, one: SheetDelivery) -> list[str]:
        """The deliveries of other batches that it came by."""
        return [name for name in self.sources.get(one.id, ()) if self.batches[name] != self.batches[one.id]]

    def _group_makings(self) -> dict[str, list[list[SheetDelivery]]]:
        """Return, by the first of them, the deliveries of one batch that were made of the same at one station."""
        groups: dict[tuple[str, str, frozenset[str]], list[SheetDelivery]] = {}
        for one in self.deliveries.values():
            inputs = self._inputs(one)
            if inputs or one.id not in self.sources:
                groups.setdefault((self.batches[one.id], one.origin, frozenset(inputs)), []).append(one)
        found: dict[str, list[list[SheetDelivery]]] = {}
        for some in groups.values():
            found.setdefault(some[0].id, []).append(some)
        return found

    def _making(self, some: Sequence[SheetDelivery]) -> dict[str, Any]:
        first = some[0]
        place = self.namer.station(first.origin)
        made = self._amounts(self.batches[first.id], self._made_amounts(some))
        inputs = self._inputs(first)
        body = {
            "type": "TransformationEvent" if inputs else "ObjectEvent",
            "eventID": self.namer.event("making", first.id),
            **_when(min(self.times[one.id].made for one in some)),
            "bizStep": "commissioning",
            "readPoint": {"id": place},
            "bizLocation": {"id": place},
        }
        if not inputs:
            return {**body, "action": "ADD", "quantityList": made}
        used = dict.fromkeys(self.batches[name] for name in inputs)
        return {
            **body,
            # nobody says how much of each delivery went in (RULES 8: unknown)
            "inputQuantityList": [{"epcClass": batch} for batch in used],
            "outputQuantityList": made,
            "bizTransactionList": [_source(name) for name in inputs],
        }

    def _made_amounts(self, some: Sequence[SheetDelivery]) -> list[Amount]:
        """How much was made: the lot's size where it says so for just these, else what is known to have left."""
        left = [one.amount for one in some]
        if any(len(self._inputs(one)) < len(self.sources.get(one.id, ())) for one in some):
            return [Amount()]  # a part of the lot came from elsewhere
        sizes = {one.lot_size for one in some}
        size = next(iter(sizes))
        codes = {unit_code(amount.unit) for amount in left}
        alone = self.lots_made[self.batches[some[0].id]] == 1
        if alone and len(sizes) == 1 and is_known(size) and codes == {unit_code(size.unit)}:
            known = sum((amount.quantity or Decimal(0) for amount in left), Decimal(0))
            return [size] if size.quantity is not None and size.quantity >= known else left
        return left

    def _amounts(self, batch: str, amounts: Iterable[Amount]) -> list[dict[str, Any]]:
        """Add amounts within each unit; those that are not known stand beside them without a quantity."""
        sums: dict[str, Decimal] = {}
        unknown = False
        for amount in amounts:
            code = unit_code(amount.unit)
            if amount.quantity is None or code is None:
                unknown = True
            else:
                sums[code] = sums.get(code, Decimal(0)) + amount.quantity
        found = [_element(batch, quantity, code) for code, quantity in sums.items()]
        return found + ([{"epcClass": batch}] if unknown else [])

    # -- moving --------------------------------------------------------------------------------------------------

    def _shipping(self, one: SheetDelivery) -> dict[str, Any]:
        sources = self.sources.get(one.id) or [one.id]
        body = self._moving(one, "shipping", "in_transit", self.times[one.id].left, one.origin, one.departed)
        body["bizTransactionList"] = [*body["bizTransactionList"], *map(_source, sources)]
        if not _is_plain(one.amount):
            body[f"suyuan:{STATED_AMOUNT}"] = write_amount(one.amount)
        if one.lot_size != Amount():
            body[f"suyuan:{LOT_SIZE}"] = write_amount(one.lot_size)
        if one.more:
            body[f"suyuan:{COLUMNS}"] = [
                {"suyuan:heading": name, "suyuan:entry": text} for name, text in one.more.items()
            ]
        return body

    def _receiving(self, one: SheetDelivery) -> dict[str, Any]:
        body = self._moving(one, "receiving", "in_progress", self.times[one.id].arrived, one.recipient, one.arrived)
        return {**body, "bizLocation": body["readPoint"]}

    def _moving(
        self, one: SheetDelivery, step: str, disposition: str, at: datetime, place: str, period: Period | None
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": "ObjectEvent",
            "eventID": self.namer.event(step, one.id),
            **_when(at),
            "action": "OBSERVE",
            "bizStep": step,
            "disposition": disposition,
            "readPoint": {"id": self.namer.station(place)},
            "bizTransactionList": [{"type": "desadv", "bizTransaction": document_uri(one.id)}],
            "sourceList": [{"type": "location", "source": self.namer.station(one.origin)}],
            "destinationList": [{"type": "location", "destination": self.namer.station(one.recipient)}],
            "quantityList": self._amounts(self.batches[one.id], [one.amount]),
        }
        if period is None or period.first != period.last:
            body[f"suyuan:{EVENT_DATE}"] = write_unspecified(period)
        return body


def _name_batches(
    deliveries: Sequence[SheetDelivery], sources: Mapping[str, Sequence[str]], namer: Namer
) -> dict[str, str]:
    """Return each delivery's batch: the same where a lot leaves one station, or goes on unchanged to the next."""
    by_id = {one.id: one for one in deliveries}
    parent: dict[str, str] = {}

    def find(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = name = parent[parent[name]]
        return name

    leaving: dict[tuple[str, str | None, str], str] = {}
    roots: dict[str, SheetDelivery] = {}
    for one in deliveries:
        if one.lot is None:
            continue
        same = [leaving.setdefault((one.origin, one.product, one.lot), one.id)]
        passed = [
            name for name in sources.get(one.id, ()) if (by_id[name].product, by_id[name].lot) == (one.product, one.lot)
        ]
        for name in same + passed:
            parent[find(one.id)] = find(name)
    for one in deliveries:
        passed_on = any(find(name) == find(one.id) for name in sources.get(one.id, ()))
        if one.lot is not None and not passed_on:
            roots.setdefault(find(one.id), one)
    found = {}
    for one in deliveries:
        if one.lot is None:
            found[one.id] = namer.goods(one.id, one.product)
        else:
            root = roots.get(find(one.id), by_id[find(one.id)])  # in a circle any is as good
            found[one.id] = namer.lot(root.origin, one.product, one.lot)
    return found


def _source(name: str) -> dict[str, Any]:
    return {"type": SOURCE_DELIVERY, "bizTransaction": document_uri(name)}


def _when(moment: datetime) -> dict[str, Any]:
    text = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"eventTime": text, "eventTimeZoneOffset": "+00:00"}


def _element(batch: str, quantity: Decimal, code: str) -> dict[str, Any]:
    return {"epcClass": batch, "quantity": quantity, **({"uom": code} if code else {})}


def _is_plain(amount: Amount) -> bool:
    """Whether the event says all that the sheet does."""
    if amount == Amount():
        return True
    code = unit_code(amount.unit)
    return is_known(amount) and code is not None and amount.unit == unit_word(code)
