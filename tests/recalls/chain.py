"""A small supply chain as EPCIS events, captured the way firms capture them; for the recall and check tests."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from trace.capture import capture_events
from trace.epcis.json_format import parse_document
from trace.gs1 import read_identifier
from trace.gs1.check_digits import check_digit
from trace.identifiers import intern_identifiers
from trace.kit.auth import Principal
from trace.models import Batch, Event, Location, Party, Product

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
ADMIN = Principal("admin", None, 1, "operator")
REGULATOR = Principal("regulator", None, 2, "regulator")
COLLEAGUE = Principal("regulator", None, 3, "colleague")
"""Who announces and orders in class 1 what the regulator prepared."""


def gtin_of(name: str) -> str:
    """The same GTIN-14 for the same name, below the demonstration prefix 952."""
    body = "0952" + f"{sum(ord(c) * 31**i for i, c in enumerate(name)) % 10**9:09d}"
    return body + check_digit(body)


def gln_of(name: str) -> str:
    """The same GLN for the same name."""
    body = "952" + f"{sum(ord(c) * 37**i for i, c in enumerate(name)) % 10**9:09d}"
    return body + check_digit(body)


def place_uri(name: str) -> str:
    return f"https://id.gs1.org/414/{gln_of(name)}"


def batch_uri(item: str, lot: str) -> str:
    return f"https://id.gs1.org/01/{gtin_of(item)}/10/{lot}"


@dataclass
class Chain:
    """Each call captures one event, an hour after the one before unless ``day`` (from the first of March) is given.

    An event is recorded when it happens, unless ``recorded`` says when.
    """

    session: Session
    principal: Principal = ADMIN
    hours: int = 0
    count: int = 0
    captured: list[dict[str, Any]] = field(default_factory=list)
    recorded: datetime | None = None

    def capture(self, body: dict[str, Any], day: float | None = None) -> str:
        self.count += 1
        self.hours += 1
        at = START + (timedelta(hours=self.hours) if day is None else timedelta(days=day))
        event = {
            "eventID": f"urn:example:event:{self.count}",
            "eventTime": at.isoformat(),
            "eventTimeZoneOffset": "+08:00",
            **body,
        }
        document = {
            "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": at.isoformat(),
            "epcisBody": {"eventList": [event]},
        }
        parsed = parse_document(json.dumps(document).encode())
        done = capture_events(self.session, parsed.events, self.principal, self.recorded or at)
        assert done.success, done.refusals
        self.captured.append(event)
        return str(event["eventID"])

    def declare_in_error(self, event_id: str, recorded: datetime) -> None:
        """Say of an event captured before that it did not happen."""
        body = next(one for one in self.captured if one["eventID"] == event_id)
        said = {"declarationTime": recorded.isoformat(), "reason": "did_not_occur"}
        self.recorded, before = recorded, self.recorded
        self.capture({**body, "errorDeclaration": said})
        self.recorded = before

    def make(self, place: str, item: str, lot: str, quantity: int | None, day: float | None = None, **ilmd: str) -> str:
        body = self._object("ADD", "commissioning", place, self._amount(item, lot, quantity))
        if ilmd:
            body["ilmd"] = {f"cbvmda:{name}": value for name, value in ilmd.items()}
        return self.capture(body, day)

    def ship(
        self, origin: str, to: str, item: str, lot: str, quantity: int | None, day: float | None = None, uom: str = ""
    ) -> str:
        body = self._object("OBSERVE", "shipping", origin, self._amount(item, lot, quantity, uom))
        return self.capture(self._between(body, origin, to), day)

    def receive(self, origin: str, to: str, item: str, lot: str, quantity: int | None, day: float | None = None) -> str:
        body = self._object("OBSERVE", "receiving", to, self._amount(item, lot, quantity))
        return self.capture(self._between(body, origin, to), day)

    def move(self, origin: str, to: str, item: str, lot: str, quantity: int, day: float | None = None) -> None:
        self.ship(origin, to, item, lot, quantity, day)
        self.receive(origin, to, item, lot, quantity, day)

    def sell(self, place: str, item: str, lot: str, quantity: int | None, day: float | None = None) -> str:
        return self.capture(self._object("OBSERVE", "retail_selling", place, self._amount(item, lot, quantity)), day)

    def destroy(self, place: str, item: str, lot: str, quantity: int) -> str:
        return self.capture(self._object("DELETE", "destroying", place, self._amount(item, lot, quantity)))

    def blend(
        self,
        place: str,
        inputs: list[tuple[str, str, int]],
        outputs: list[tuple[str, str, int]],
        day: float | None = None,
    ) -> str:
        body = {
            "type": "TransformationEvent",
            "bizStep": "commissioning",
            "bizLocation": {"id": place_uri(place)},
            "inputQuantityList": [self._amount(*one) for one in inputs],
            "outputQuantityList": [self._amount(*one) for one in outputs],
        }
        return self.capture(body, day)

    def pack(self, place: str, sscc: str, item: str, lot: str, quantity: int) -> str:
        return self.capture(
            {
                "type": "AggregationEvent",
                "action": "ADD",
                "bizStep": "packing",
                "parentID": f"https://id.gs1.org/00/{sscc}",
                "childQuantityList": [self._amount(item, lot, quantity)],
                "bizLocation": {"id": place_uri(place)},
            }
        )

    def _object(self, action: str, step: str, place: str, amount: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "ObjectEvent",
            "action": action,
            "bizStep": step,
            "readPoint": {"id": place_uri(place)},
            "bizLocation": {"id": place_uri(place)},
            "quantityList": [amount],
        }

    def _between(self, body: dict[str, Any], origin: str, to: str) -> dict[str, Any]:
        return body | {
            "sourceList": [{"type": "location", "source": place_uri(origin)}],
            "destinationList": [{"type": "location", "destination": place_uri(to)}],
        }

    def _amount(self, item: str, lot: str, quantity: int | None, uom: str = "") -> dict[str, Any]:
        amount: dict[str, Any] = {"epcClass": batch_uri(item, lot) if lot else f"https://id.gs1.org/01/{gtin_of(item)}"}
        if quantity is not None:
            amount["quantity"] = quantity
        if uom:
            amount["uom"] = uom
        return amount

    def party(self, name: str) -> Party:
        party = Party(gln=gln_of("party " + name), name=name, registered_at=START)
        self.session.add(party)
        self.session.flush()
        return party

    def place(self, name: str, kind: str, party: Party, region: str | None = None) -> None:
        uri = place_uri(name)
        number = intern_identifiers(self.session, [read_identifier(uri)])[uri]
        self.session.add(
            Location(
                id=number,
                gln=gln_of(name),
                name=name,
                party_id=party.id,
                kind=kind,
                region=region,
                registered_at=START,
            )
        )
        self.session.flush()

    def product(self, item: str, party: Party | None = None, name: str | None = None) -> str:
        gtin = gtin_of(item)
        uri = f"https://id.gs1.org/01/{gtin}"
        number = intern_identifiers(self.session, [read_identifier(uri)])[uri]
        self.session.add(
            Product(
                id=number,
                gtin=gtin,
                commodity_code=gtin,
                name=name or item,
                party_id=None if party is None else party.id,
                registered_at=START,
            )
        )
        self.session.flush()
        return gtin

    def batch(self, item: str, lot: str, place: str, **dates: Any) -> None:
        """Register the master data of a batch; the newest event stands for the one that made it."""
        uri = batch_uri(item, lot)
        numbers = intern_identifiers(self.session, [read_identifier(uri), read_identifier(place_uri(place))])
        event = self.session.query(Event).order_by(Event.id.desc()).first()
        assert event is not None
        self.session.add(
            Batch(
                id=numbers[uri],
                gtin=gtin_of(item),
                lot=lot,
                amount=1,
                scale=0,
                uom="",
                location_id=numbers[place_uri(place)],
                event_id=event.id,
                registered_at=START,
                **dates,
            )
        )
        self.session.flush()
