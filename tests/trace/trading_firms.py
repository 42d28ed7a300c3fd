"""Three firms that trade, and events as one or the other captures them: for tests of who sees what."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.chains import parse_events
from tests.trace.derived_rows import NOW
from trace.capture import Captured, capture_document, capture_events
from trace.gs1 import read_identifier
from trace.identifiers import intern_identifiers
from trace.kit.auth import Principal
from trace.models import CaptureJob, Event, Location, Party
from trace.visibility import seen_events, ways_to_see_events

OPERATOR = Principal("admin", None, 1, "operator")
REGULATOR = Principal("regulator", None, 2, "regulator")
GLNS = {"dairy": "9520000000011", "shop": "9520001000010", "carrier": "9520002000019"}
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
MILK = "https://id.gs1.org/01/09520000000035/10/L1"


def place(gln: str) -> str:
    """The URI of a place."""
    return f"https://id.gs1.org/414/{gln}"


def shipment(number: int = 1, **changes: Any) -> dict[str, Any]:
    """60 units leave the dairy's yard; a change to None takes a field away."""
    body = {
        "type": "ObjectEvent",
        "eventID": f"urn:x:event:{number}",
        "eventTime": "2026-03-02T08:00:00Z",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "readPoint": {"id": place(GLNS["dairy"])},
        "quantityList": [{"epcClass": MILK, "quantity": 60}],
        **changes,
    }
    return {key: value for key, value in body.items() if value is not None}


def to(uri: str, kind: str = "location") -> list[dict[str, str]]:
    """A destination list."""
    return [{"type": kind, "destination": uri}]


@dataclass(frozen=True)
class Trade:
    """The firms' keys over one database."""

    session: Session
    keys: dict[str, Principal]

    @classmethod
    def open(cls, session: Session) -> "Trade":
        """Register the firms."""
        keys = {"operator": OPERATOR, "regulator": REGULATOR}
        for number, (name, gln) in enumerate(GLNS.items(), 10):
            party = Party(gln=gln, name=name, registered_at=SINCE)
            session.add(party)
            session.flush()
            keys[name] = Principal("company", party.id, number, name)
        return cls(session, keys)

    def register(self, firm: str, uri: str) -> None:
        """Register a place of a firm."""
        identifier = read_identifier(uri)
        number = intern_identifiers(self.session, [identifier])[identifier.uri]
        party = self.keys[firm].party_id
        assert party is not None
        self.session.add(
            Location(id=number, gln=identifier.gln, name=uri, party_id=party, kind="other", registered_at=SINCE)
        )
        self.session.flush()

    def capture(self, firm: str, *bodies: dict[str, Any]) -> Captured:
        """Capture events, which must be good, with the key of a firm."""
        captured = self.report(firm, *bodies)
        assert captured.success, captured.refusals
        return captured

    def report(self, firm: str, *bodies: dict[str, Any]) -> Captured:
        """Capture events that may be refused."""
        return capture_events(self.session, parse_events(list(bodies)), self.keys[firm], NOW)

    def send(self, firm: str, *bodies: dict[str, Any]) -> CaptureJob:
        """Capture events as a document, with a job; they may be refused."""
        return capture_document(self.session, parse_events(list(bodies)), self.keys[firm], NOW, NOW, "rollback")

    def sees(self, firm: str) -> list[str]:
        """The IDs of the events that a firm's key sees, in order of capture; both ways of asking must agree."""
        key = self.keys[firm]
        query = select(Event.event_id).order_by(Event.id)
        seen = list(self.session.scalars(query.where(seen_events(key))))
        ways = {
            number
            for way in ways_to_see_events(self.session, key)
            for number in self.session.scalars(select(Event.id).where(way))
        }
        assert list(self.session.scalars(query.where(Event.id.in_(ways)))) == seen
        return seen
