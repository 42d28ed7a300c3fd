"""EPCIS documents about one batch, made by the thousand: what the benchmarks capture."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from trace.gs1.check_digits import check_digit

GTIN = "09520000000011"  # 952: GS1's prefix for demonstrations
LOT = "A"
PER_DOCUMENT = 1000
_START = datetime(2026, 1, 1, tzinfo=UTC)

Event = dict[str, Any]


def gln(number: int) -> str:
    """Return the GLN of the demonstration prefix with this number."""
    body = f"952000{number:06d}"
    return body + str(check_digit(body))


def place(number: int) -> str:
    """Return a place as a Digital Link."""
    return f"https://id.gs1.org/414/{gln(number)}"


def batch(lot: str = LOT) -> str:
    """Return a batch of the item as a Digital Link."""
    return f"https://id.gs1.org/01/{GTIN}/10/{lot}"


def sscc(number: int) -> str:
    """Return a pallet as a Digital Link."""
    body = f"0952000{number:010d}"
    return f"https://id.gs1.org/00/{body}{check_digit(body)}"


def serial(number: int) -> str:
    """Return a serial of the item, its lot in the link."""
    return f"{batch()}/21/S{number}"


@dataclass(frozen=True, slots=True)
class Goods:
    """What a movement lists: ``quantity`` of the batch with this lot, and instances by name."""

    quantity: int | None = None
    instances: tuple[str, ...] = ()
    lot: str = LOT

    def members(self) -> Event:
        """The two lists of an event."""
        members: Event = {}
        if self.quantity is not None:
            members["quantityList"] = [{"epcClass": batch(self.lot), "quantity": self.quantity}]
        if self.instances:
            members["epcList"] = list(self.instances)
        return members


def movement(
    number: int, minute: int, step: str, to: int, goods: Goods, despatch_advice: int | None = None, origin: int = 0
) -> Event:
    """Return a shipment or receipt between two places, ``minute`` minutes after the start."""
    event = _event("ObjectEvent", number, minute, step, "OBSERVE", origin if step == "shipping" else to)
    event["sourceList"] = [{"type": "location", "source": place(origin)}]
    event["destinationList"] = [{"type": "location", "destination": place(to)}]
    if despatch_advice is not None:
        paper = f"urn:epcglobal:cbv:bt:{gln(origin)}:S{despatch_advice}"
        event["bizTransactionList"] = [{"type": "desadv", "bizTransaction": paper}]
    return event | goods.members()


def making(number: int, minute: int, goods: Goods) -> Event:
    """Return the commissioning of ``goods`` at place 0."""
    return _event("ObjectEvent", number, minute, "commissioning", "ADD", 0) | goods.members()


def packing(number: int, minute: int, pallet: str, quantity: int) -> Event:
    """Return the packing of ``quantity`` of the batch on ``pallet`` at place 0."""
    event = _event("AggregationEvent", number, minute, "packing", "ADD", 0)
    return event | {"parentID": pallet, "childQuantityList": [{"epcClass": batch(), "quantity": quantity}]}


def _event(kind: str, number: int, minute: int, step: str, action: str, where: int) -> Event:
    return {
        "type": kind,
        "eventID": f"urn:uuid:{number:08x}-0000-4000-8000-000000000000",
        "eventTime": (_START + timedelta(minutes=minute)).isoformat(),
        "eventTimeZoneOffset": "+00:00",
        "bizStep": step,
        "action": action,
        "readPoint": {"id": place(where)},
    }


def documents(events: Sequence[Event], size: int = PER_DOCUMENT) -> Iterable[bytes]:
    """Yield EPCIS documents of ``size`` events each."""
    for start in range(0, len(events), size):
        body = {
            "@context": [
                "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
                {"example": "https://example.org/epcis/"},
            ],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-01-01T00:00:00Z",
            "epcisBody": {"eventList": events[start : start + size]},
        }
        yield json.dumps(body).encode()
