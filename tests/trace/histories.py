"""Small random histories of a supply chain, as EPCIS events, for the property tests.

Few places, lots, pallets and papers, so that events meet: everything RULES speak of happens within ten events.
"""

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.chains import parse_events
from trace.epcis.event import Event

# the first of each list is drawn most often
PLACES = ["6901234000016", "6901234000023", "6901234000030", "6901234000047"]
ITEM = "https://id.gs1.org/01/06901234000016"
LOTS = [f"{ITEM}/10/A", f"{ITEM}/10/B", "https://id.gs1.org/01/06901234000023/10/A"]
CLASSES = [*LOTS[:1] * 4, *LOTS, ITEM]
PALLETS = ["https://id.gs1.org/00/069012340000000016", "https://id.gs1.org/00/069012340000000023"]
SERIALS = [f"{ITEM}/21/1", f"{ITEM}/10/A/21/2", f"{ITEM}/21/2", f"{ITEM}/21/3", "urn:example:crate:1"]
START = datetime(2026, 3, 1, tzinfo=UTC)
TRANSFORMATIONS = ["urn:example:blend:1", "urn:example:blend:2"]

WIDE = {
    "make": 3, "pack": 4, "unpack": 2, "ship": 8, "receive": 8, "sell": 1, "take_back": 1,
    "transform": 2, "end": 1, "look": 1, "declare": 1, "void": 2, "echo": 4,
}  # fmt: skip
NARROW = {"make": 1, "pack": 2, "unpack": 1, "ship": 8, "receive": 9, "declare": 1, "void": 3, "echo": 4}


class History:
    """Draws one history from ``random``; ``events`` are the parsed values."""

    def __init__(self, rng: random.Random, size: int) -> None:
        self.rng = rng
        self.narrow = rng.random() < 0.5  # one batch, few ties: its movements meet all the time
        self.bodies: list[dict[str, Any]] = []
        for _ in range(size):
            self._draw()
        self.events = parse_events(self.bodies)

    @classmethod
    def of(cls, bodies: list[dict[str, Any]]) -> "History":
        """The history of given events."""
        history = cls(random.Random(0), 0)
        history.bodies, history.events = bodies, parse_events(bodies)
        return history

    def __repr__(self) -> str:
        return json.dumps(self.bodies, indent=1)

    def _draw(self) -> None:
        weights = NARROW if self.narrow else WIDE
        kind = self.rng.choices(list(weights), list(weights.values()))[0]
        body = getattr(self, f"_{kind}")()
        if body is not None:
            number = len(self.bodies)
            if kind != "declare":
                body = {"eventID": f"urn:example:event:{number}", "eventTime": self._time(), **body}
            body.setdefault("eventTimeZoneOffset", "+08:00")
            self.bodies.append(body)

    def shared(self, firms: Sequence[Any]) -> list[tuple[Event, Any]]:
        """The events with who captured each: one of ``firms``, who do not see each other's, and some copied by another.

        A copy has the same ID, and mostly the same content. Some declarations are an operator's (``None``).
        """
        captured: list[tuple[dict[str, Any], Any]] = []
        for body in self.bodies:
            declared = "errorDeclaration" in body
            firm, *others = self.rng.sample(list(firms), len(firms))
            captured.append((body, None if declared and self._chance(30) else firm))
            if self._chance(50) and not declared:
                changes = {} if self._chance(70) else {"eventTime": self._time()}
                captured.append(({**body, **changes}, others[0]))
        events = parse_events([body for body, _ in captured])
        return [(event, firm) for event, (_, firm) in zip(events, captured, strict=True)]

    # -- pieces --------------------------------------------------------------------------------------------------------

    def _chance(self, percent: int) -> bool:
        return self.rng.random() * 100 < percent

    def _time(self) -> str:
        hours = self.rng.choice([1, 1, 2, 3, 4, 5, 6, 7, 8, 24, 30, 48, 100, 168, 169, 200])
        return (START + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")

    def _place(self) -> str:
        return f"https://id.gs1.org/414/{self.rng.choice(PLACES)}"

    def _here(self) -> dict[str, Any]:
        name = "bizLocation" if self._chance(80) else "readPoint"
        return {name: {"id": self._place()}}

    def _amount(self) -> dict[str, Any]:
        element: dict[str, Any] = {"epcClass": self.rng.choice(CLASSES[:1] if self.narrow else CLASSES)}
        if not self._chance(10):
            element["quantity"] = self.rng.choice([1, 2, 5, 5, 10, 10, 2.5])
            if self._chance(0 if self.narrow else 15):
                element["uom"] = "KGM"
        return element

    def _things(self, pallets: bool = True) -> list[str]:
        things = [*(PALLETS if pallets else []), *SERIALS]
        if self.narrow:
            things = [PALLETS[0] if pallets else SERIALS[1], SERIALS[1], SERIALS[2]]
        return self.rng.sample(things, 1 if self._chance(80) else 2)

    def _goods(self, epcs: str = "epcList", quantities: str = "quantityList", pallets: bool = True) -> dict[str, Any]:
        goods: dict[str, Any] = {}
        if self._chance(45):
            goods[epcs] = self._things(pallets)
        if not goods or self._chance(30):
            goods[quantities] = [self._amount() for _ in range(self.rng.choice([1, 1, 1, 2]))]
        return goods

    def _papers(self) -> dict[str, Any]:
        if not self._chance(60):
            return {}
        numbers = self.rng.sample("12", self.rng.choice([1, 1, 1, 2]))
        kind = self.rng.choice(["desadv", "desadv", "po", "testprd"])
        return {"bizTransactionList": [{"type": kind, "bizTransaction": f"urn:example:paper:{n}"} for n in numbers]}

    def _ends(self, source: int = 90, destination: int = 90) -> dict[str, Any]:
        origin, target = (self.rng.choice(PLACES) for _ in range(2))
        if self._chance(85):
            origin, target = self.rng.sample(PLACES[:3], 2)
        ends: dict[str, Any] = {}
        if self._chance(source):
            ends["sourceList"] = [{"type": "possessing_party", "source": f"https://id.gs1.org/417/{origin}"}]
        if self._chance(destination):
            ends["destinationList"] = [{"type": "location", "destination": f"https://id.gs1.org/414/{target}"}]
        return ends

    # -- events --------------------------------------------------------------------------------------------------------

    def _object(self, action: str, step: str | None, **more: Any) -> dict[str, Any]:
        body = {"type": "ObjectEvent", "action": action, **more}
        return body if step is None else {**body, "bizStep": step}

    def _make(self) -> dict[str, Any]:
        lot = {"ilmd": {"cbvmda:lotNumber": self.rng.choice("AB")}} if self._chance(50) else {}
        return self._object("ADD", "commissioning", **self._here(), **self._goods(), **lot)

    def _pack(self) -> dict[str, Any]:
        parent = self.rng.choice([*PALLETS * 3, SERIALS[0], SERIALS[4]])
        return self._packing("ADD", parent, self._goods("childEPCs", "childQuantityList"))

    def _unpack(self) -> dict[str, Any]:
        goods = {} if self._chance(40) else self._goods("childEPCs", "childQuantityList")
        return self._packing("DELETE", self.rng.choice(PALLETS), goods)

    def _packing(self, action: str, parent: str, goods: dict[str, Any]) -> dict[str, Any]:
        children = [child for child in goods.pop("childEPCs", []) if child != parent]
        if action == "ADD" and not children and not goods:
            children = [SERIALS[3]]
        body = {"type": "AggregationEvent", "action": action, "parentID": parent, **self._here()}
        return {**body, "childEPCs": children, **goods}

    def _ship(self) -> dict[str, Any]:
        step = self.rng.choice(["shipping", "shipping", "shipping", "departing"])
        return self._object("OBSERVE", step, **self._here(), **self._ends(80), **self._papers(), **self._goods())

    def _receive(self) -> dict[str, Any]:
        step = self.rng.choice(["receiving", "receiving", "receiving", "accepting"])
        return self._object("OBSERVE", step, **self._here(), **self._ends(60, 70), **self._papers(), **self._goods())

    def _void(self) -> dict[str, Any]:
        ends = {**self._here(), **self._ends(), **self._papers(), **self._goods()}
        if self._chance(70):
            return self._object("OBSERVE", "void_shipping", **ends)
        return self._object("DELETE", None, disposition="stolen", **ends)

    def _sell(self) -> dict[str, Any]:
        return self._object("OBSERVE", "retail_selling", **self._here(), **self._goods())

    def _take_back(self) -> dict[str, Any]:
        return self._object("OBSERVE", "receiving", disposition="returned", **self._here(), **self._goods())

    def _end(self) -> dict[str, Any]:
        step = self.rng.choice(["destroying", "decommissioning", None])
        disposition = {"disposition": "unknown"} if self._chance(30) else {}
        return self._object("DELETE", step, **disposition, **self._here(), **self._goods())

    def _look(self) -> dict[str, Any]:
        step = self.rng.choice(["cycle_counting", "storing", "inspecting"])
        return self._object("OBSERVE", step, **self._here(), **self._goods())

    def _transform(self) -> dict[str, Any]:
        goods: dict[str, Any] = {}
        if self._chance(80):
            goods |= self._goods("inputEPCList", "inputQuantityList")
        if not goods or self._chance(80):
            goods |= self._goods("outputEPCList", "outputQuantityList", pallets=False)
        whole = any(name.startswith("input") for name in goods) and any(name.startswith("output") for name in goods)
        if not whole or self._chance(40):
            goods["transformationID"] = self.rng.choice(TRANSFORMATIONS)
        if self._chance(20):
            goods["ilmd"] = {"cbvmda:lotNumber": self.rng.choice("AB")}
        return {"type": "TransformationEvent", **self._here(), **goods}

    def _declare(self) -> dict[str, Any] | None:
        """An earlier event again, as an error: with its ID, or by content alone; maybe naming a correction."""
        ordinary = [body for body in self.bodies if "errorDeclaration" not in body]
        if not ordinary:
            return None
        body = dict(self.rng.choice(ordinary))
        declaration: dict[str, Any] = {"declarationTime": "2026-04-01T00:00:00Z", "reason": "incorrect_data"}
        if self._chance(30):
            declaration["correctiveEventIDs"] = [f"urn:example:event:{self.rng.randrange(10)}"]
        if self._chance(30):
            body["eventID"] = f"urn:example:declaration:{len(self.bodies)}"
        elif self._chance(40):
            del body["eventID"]
        return {**body, "errorDeclaration": declaration}

    def _echo(self) -> dict[str, Any] | None:
        """An earlier movement seen from the other end, or said again: the events that meet."""
        moves = [body for body in self.bodies if "destinationList" in body and "errorDeclaration" not in body]
        if not moves:
            return None
        body = dict(self.rng.choice(moves))
        del body["eventID"], body["eventTime"]
        body["bizStep"] = self.rng.choice(
            ["receiving", "receiving", "accepting", "departing", "shipping", "void_shipping"]
        )
        body["action"] = "OBSERVE"
        body.pop("disposition", None)
        if self._chance(25):
            body.pop("sourceList", None)
        if self._chance(25):
            body |= self._papers()
        if self._chance(25):
            body.pop("epcList", None)
            body.pop("quantityList", None)
            body |= self._goods()
        return body
