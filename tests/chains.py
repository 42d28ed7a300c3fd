"""A small supply chain written as text, captured as EPCIS events: the builder of ARCHITECTURE 7.9.

One line an event, a day apart from 1 January 2026 on; a line may begin with its own day (``3:``, counted from 0) and
a label (``s1:``). Goods are ``ITEM-LOT``, ``ITEM`` without a lot, ``ITEM-LOT/SERIAL``, ``ITEM/SERIAL`` or a pallet
``#1``; then an amount (none, or ``?``: unknown) and a unit (none: pieces). Several goods are parted by commas.

    mill   makes  FLOUR-1 1000 kg
    mill   packs  FLOUR-2 48 into #1            shop unpacks #1            shop unpacks FLOUR-2 3 from #1
    mill   ships  FLOUR-1 1000 kg to bakery by S1        (or departs)
    bakery receives FLOUR-1 900 kg from mill by S1       (or accepts; `from` and `by` may be left out)
    mill   voids  FLOUR-1 100 kg to bakery
    bakery makes  BREAD-7 900, CAKE-2 from FLOUR-1 600 kg as BLEND  (one transformation; `as` joins several)
    shop   sells BREAD-7 5 · takes back · destroys · loses (… to shop: under way) · counts · inspects · retires
    error s1                                             (declares the labelled event in error)
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trace.capture import capture_events
from trace.epcis.event import Event
from trace.epcis.json_format import parse_document
from trace.gs1 import read_identifier
from trace.kit.auth import Principal
from trace.models import Identifier

START = datetime(2026, 1, 1, tzinfo=UTC)
OPERATOR = Principal("admin", None, 1, "operator")
NOW = datetime(2027, 1, 1, tzinfo=UTC)
UNITS = {"kg": "KGM", "l": "LTR"}

_LINE = re.compile(r"(?:(?P<day>[\d.]+):\s+)?(?:(?P<label>\w+):\s+)?(?P<rest>.*)")
_EVENT = re.compile(
    r"(?P<place>\S+)\s+(?P<verb>takes back|\w+)(?:\s+(?P<goods>(?!from\s).+?))?"
    r"(?:\s+into\s+(?P<into>\S+))?(?:\s+to\s+(?P<to>\S+))?(?:\s+from\s+(?P<origin>.+?))?"
    r"(?:\s+by\s+(?P<by>\S+))?(?:\s+as\s+(?P<joined>\S+))?"
)
_STEPS = {
    "ships": "shipping",
    "departs": "departing",
    "voids": "void_shipping",
    "receives": "receiving",
    "accepts": "accepting",
    "takes back": "receiving",
    "sells": "retail_selling",
    "counts": "stock_taking",
    "inspects": "inspecting",
}
_ENDS = {"destroys": {"bizStep": "destroying"}, "retires": {"bizStep": "decommissioning"}}


@dataclass
class Chain:
    """The story's events, and the numbers of its names once it is captured: ``chain["FLOUR-1"]``, ``chain["mill"]``."""

    bodies: list[dict[str, Any]]
    uris: dict[str, str]
    numbers: dict[str, int] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.numbers[self.uri(name)]

    def uri(self, name: str) -> str:
        """The canonical URI of a name."""
        return read_identifier(self.uris[name]).uri

    def name(self, number: int | None) -> str | None:
        """What the story calls an identifier; of a place or party, whichever was written first."""
        uri = {found: known for known, found in self.numbers.items()}.get(number or 0)
        return next((name for name in self.uris if self.uri(name) == uri), uri)

    @property
    def events(self) -> list[Event]:
        """The story as parsed events."""
        return parse_events(self.bodies)


def supply_chain(session: Session, text: str, chain: Chain | None = None) -> Chain:
    """Capture the story in one document, as an operator. With ``chain`` it goes on with its names and days."""
    told = tell(text, chain)
    new = parse_events(told.bodies[len(chain.bodies) if chain else 0 :])
    captured = capture_events(session, new, OPERATOR, NOW)
    assert captured.success, captured.refusals
    told.numbers = {uri: number for number, uri in session.execute(select(Identifier.id, Identifier.uri))}
    return told


def tell(text: str, chain: Chain | None = None) -> Chain:
    """Read a story without capturing it."""
    teller = _Teller(list(chain.bodies) if chain else [], dict(chain.uris) if chain else {})
    for line in text.strip().splitlines():
        if line.strip() and not line.strip().startswith("#!"):
            teller.take(line.strip())
    return Chain(teller.bodies, teller.uris)


def parse_events(bodies: Sequence[dict[str, Any]]) -> list[Event]:
    """Return the events of these JSON objects, all of which must be valid."""
    document = {
        "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"cbvmda": "urn:epcglobal:cbv:mda:"},
        ],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-31T00:00:00Z",
        "epcisBody": {"eventList": list(bodies)},
    }
    events: list[Event] = []
    for event in parse_document(json.dumps(document).encode()).events:
        assert isinstance(event, Event), event
        events.append(event)
    return events


def with_check_digit(digits: str) -> str:
    """Append the GS1 check digit (General Specifications 7.9)."""
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


class _Teller:
    """Reads lines into events; keeps the names met so far."""

    def __init__(self, bodies: list[dict[str, Any]], uris: dict[str, str]) -> None:
        self.bodies, self.uris = bodies, uris

    def take(self, line: str) -> None:
        found = _LINE.fullmatch(line)
        assert found is not None, line
        if found["rest"].startswith("error "):
            self._declare(found["rest"].split()[1])
            return
        event = _EVENT.fullmatch(found["rest"])
        assert event is not None, f"Cannot read {line!r} as an event."
        day = float(found["day"] or len(self.bodies))
        self.bodies.append(
            {
                "eventID": f"urn:example:event:{found['label'] or len(self.bodies)}",
                "eventTime": (START + timedelta(days=day)).isoformat().replace("+00:00", "Z"),
                "eventTimeZoneOffset": "+08:00",
                "bizLocation": {"id": self._place(event["place"])},
                **self._body(event),
            }
        )

    def _declare(self, label: str) -> None:
        wrong = next(one for one in self.bodies if one["eventID"] == f"urn:example:event:{label}")
        declaration = {"declarationTime": "2026-06-01T00:00:00Z", "reason": "did_not_occur"}
        self.bodies.append({**wrong, "errorDeclaration": declaration})

    def _body(self, event: "re.Match[str]") -> dict[str, Any]:
        """The fields that say what happens."""
        verb, place = event["verb"], event["place"]
        if verb in ("packs", "unpacks"):
            return self._packing(event)
        if verb == "makes" and (event["origin"] or event["joined"]):
            return self._transformation(event)
        body: dict[str, Any] = {"type": "ObjectEvent", "action": "OBSERVE", **self._goods(event["goods"])}
        if verb == "makes":
            return {**body, "action": "ADD", "bizStep": "commissioning"}
        if verb in _STEPS:
            body["bizStep"] = _STEPS[verb]
        else:
            body |= {"action": "DELETE", **_ENDS.get(verb, {"disposition": "stolen"})}
        if verb == "takes back":
            body["disposition"] = "returned"
        arrives = verb in ("receives", "accepts")
        origin = event["origin"] if arrives else place if verb not in ("takes back", "sells") else None
        destination = place if arrives else event["to"]
        if origin and (arrives or destination):
            body["sourceList"] = [{"type": "possessing_party", "source": self._place(origin)}]
        if destination:
            body["destinationList"] = [{"type": "possessing_party", "destination": self._place(destination)}]
        if event["by"]:
            papers = [f"urn:example:paper:{paper}" for paper in event["by"].split("+")]
            body["bizTransactionList"] = [{"type": "desadv", "bizTransaction": paper} for paper in papers]
        return body

    def _packing(self, event: "re.Match[str]") -> dict[str, Any]:
        parent = event["into"] or event["origin"] or event["goods"]
        goods = self._goods("" if parent == event["goods"] else event["goods"], "childEPCs", "childQuantityList")
        action = "ADD" if event["verb"] == "packs" else "DELETE"
        return {"type": "AggregationEvent", "action": action, "parentID": self._thing(parent), "childEPCs": []} | goods

    def _transformation(self, event: "re.Match[str]") -> dict[str, Any]:
        made = self._goods(event["goods"], "outputEPCList", "outputQuantityList")
        used = self._goods(event["origin"], "inputEPCList", "inputQuantityList")
        joined = {"transformationID": f"urn:example:make:{event['joined']}"} if event["joined"] else {}
        return {"type": "TransformationEvent", **made, **used, **joined}

    def _goods(self, text: str | None, things: str = "epcList", amounts: str = "quantityList") -> dict[str, Any]:
        goods: dict[str, Any] = {}
        for part in filter(None, (part.strip() for part in (text or "").split(","))):
            name, *rest = part.split()
            uri = self._thing(name)
            if "/" in name or name.startswith("#"):
                goods.setdefault(things, []).append(uri)
                continue
            element: dict[str, Any] = {"epcClass": uri}
            if rest and rest[0] != "?":
                element["quantity"] = float(rest[0]) if "." in rest[0] else int(rest[0])
                if len(rest) > 1:
                    element["uom"] = UNITS[rest[1]]
            goods.setdefault(amounts, []).append(element)
        return goods

    def _place(self, name: str) -> str:
        taken = sum("/414/" in uri for uri in self.uris.values())
        gln = with_check_digit(f"9520001{taken:05d}")
        return self.uris.setdefault(name, f"https://id.gs1.org/414/{gln}")

    def _thing(self, name: str) -> str:
        if name in self.uris:
            return self.uris[name]
        if name.startswith("#"):
            uri = f"https://id.gs1.org/00/{with_check_digit(f'09520001{int(name[1:]):09d}')}"
        else:
            batch, _, serial = name.partition("/")
            item, _, lot = batch.partition("-")
            code = sum((ord(letter) - 31) * 67**place for place, letter in enumerate(item)) % 100_000
            uri = f"https://id.gs1.org/01/{with_check_digit(f'09520001{code:05d}')}"
            uri += f"/10/{lot}" if lot else ""
            uri += f"/21/{serial}" if serial else ""
        return self.uris.setdefault(name, uri)
