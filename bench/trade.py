"""A small trade in milk, event by event: what a benchmark captures where the mix of events matters.

Raw milk is commissioned and bottled; four pallets a batch are packed, shipped with a despatch advice and an order,
received, and sold from. Commissioning and bottling carry ilmd; some shipments an extension.
"""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bench.documents import GTIN, Event, gln, place, sscc

RAW_MILK = "09520000000028"
STORES = 400
PALLETS = 4
SALES = 2
PER_PALLET = 480
_START = datetime(2026, 1, 1, tzinfo=UTC)


def trade(count: int) -> list[Event]:
    """Return the first ``count`` events, in the order of their times, two minutes apart."""
    bits = random.Random(2026)
    return [
        {
            "eventID": f"urn:uuid:{uuid.UUID(int=bits.getrandbits(128), version=4)}",
            "eventTime": (_START + timedelta(minutes=2 * number)).isoformat(timespec="milliseconds"),
            "eventTimeZoneOffset": "+08:00",
            **event,
        }
        for number, event in enumerate(islice(_days(), count))
    ]


def _days() -> Iterator[Event]:
    day = 0
    while True:
        milk = f"https://id.gs1.org/01/{RAW_MILK}/10/M{day:06d}"
        bottles = f"https://id.gs1.org/01/{GTIN}/10/B{day:06d}"
        best_before = (_START + timedelta(days=day + 21)).date().isoformat()
        yield _at(0) | {
            "type": "ObjectEvent",
            "action": "ADD",
            "bizStep": "commissioning",
            "disposition": "active",
            "quantityList": [{"epcClass": milk, "quantity": 1000.5, "uom": "KGM"}],
            "ilmd": {"cbvmda:lotNumber": f"M{day:06d}", "example:fatPercent": 3.6, "example:herd": f"H{day % 40}"},
        }
        yield _at(0) | {
            "type": "TransformationEvent",
            "bizStep": "commissioning",
            "disposition": "in_progress",
            "inputQuantityList": [{"epcClass": milk, "quantity": 1000.5, "uom": "KGM"}],
            "outputQuantityList": [{"epcClass": bottles, "quantity": PALLETS * PER_PALLET}],
            "ilmd": {"cbvmda:itemExpirationDate": best_before, "cbvmda:countryOfOrigin": "CN"},
        }
        for number in range(day * PALLETS, (day + 1) * PALLETS):
            yield from _pallet(number, bottles)
        day += 1


def _pallet(number: int, bottles: str) -> Iterator[Event]:
    pallet, store = sscc(number), 1 + number % STORES
    goods = {"epcClass": bottles, "quantity": PER_PALLET}
    yield _at(0) | {
        "type": "AggregationEvent",
        "action": "ADD",
        "bizStep": "packing",
        "disposition": "in_progress",
        "parentID": pallet,
        "childQuantityList": [goods],
    }
    shipping = _movement(number, store) | _at(0) | {"bizStep": "shipping", "disposition": "in_transit"}
    if number % PALLETS == 0:
        shipping["example:truck"] = {"example:plate": f"A{number % 300:05d}", "example:celsius": 4.5}
    yield shipping
    yield _movement(number, store) | _at(store) | {"bizStep": "receiving", "disposition": "in_progress"}
    for _ in range(SALES):
        yield _at(store) | {
            "type": "ObjectEvent",
            "action": "OBSERVE",
            "bizStep": "retail_selling",
            "disposition": "retail_sold",
            "quantityList": [{"epcClass": bottles, "quantity": 24}],
        }


def _movement(number: int, store: int) -> Event:
    firm, shop = f"https://id.gs1.org/417/{gln(0)}", f"https://id.gs1.org/417/{gln(store)}"
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "epcList": [sscc(number)],
        "bizTransactionList": [
            {"type": "desadv", "bizTransaction": f"urn:epcglobal:cbv:bt:{gln(0)}:D{number}"},
            {"type": "po", "bizTransaction": f"urn:epcglobal:cbv:bt:{gln(store)}:P{number // STORES}"},
        ],
        "sourceList": [{"type": "owning_party", "source": firm}, {"type": "location", "source": place(0)}],
        "destinationList": [
            {"type": "owning_party", "destination": shop},
            {"type": "location", "destination": place(store)},
        ],
    }


def _at(where: int) -> dict[str, Any]:
    return {"readPoint": {"id": place(where)}, "bizLocation": {"id": place(where)}}
