"""What tests of subscriptions share: events of a firm, a clock that is set by hand, and what receivers were told."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.kit.receiver import Received, Receiver
from tests.trace.web.api_client import Api, document
from tests.trace.web.firms import PLANT
from trace.kit.db import Database
from trace.kit.webhook import Policy
from trace.worker import Send, deliver_next, sender

POST = sender(Policy(allow_http=True, allow_private=True))


@dataclass
class Clock:
    """A clock that stands still until it is told otherwise; it begins a minute ahead of the captures of the test."""

    now: datetime

    @classmethod
    def ahead(cls) -> "Clock":
        """A minute ahead, so that what was just subscribed is due."""
        return cls(datetime.now(UTC) + timedelta(minutes=1))

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        """Let so much time pass."""
        self.now += timedelta(**duration)


def event_id(number: int) -> str:
    """The ID of the test's event of that number."""
    return f"urn:uuid:00000000-0000-4000-8000-{number:012}"


def observed(number: int, place: str = PLANT, **changes: Any) -> dict[str, Any]:
    """An observation at a place."""
    found = {
        "type": "ObjectEvent",
        "eventID": event_id(number),
        "eventTime": f"2026-03-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "epcList": [f"https://id.gs1.org/01/09520000000035/21/{number}"],
        "readPoint": {"id": f"https://id.gs1.org/414/{place}"},
    }
    return found | changes


def capture(api: Api, numbers: Iterable[int], **changes: Any) -> None:
    """Capture observations of these numbers, in one document."""
    api.capture(document([observed(number, **changes) for number in numbers]))


def name_query(api: Api, name: str = "all", query: Mapping[str, Any] | None = None) -> str:
    """A named query; for everything unless told otherwise."""
    api.post("/epcis/queries", {"name": name, "query": query or {}})
    return name


def subscribe(api: Api, dest: str, name: str = "all", **controls: Any) -> str:
    """Subscribe to a named query, to its stream unless there is a schedule; the subscription's ID."""
    body = {"dest": dest, **({} if "schedule" in controls else {"stream": True}), **controls}
    number: str = api.post(f"/epcis/queries/{name}/subscriptions", body)["subscriptionID"]
    return number


def deliver_all(database: Database, clock: Clock, send: Send = POST) -> int:
    """Deliver until nothing is due; how many deliveries there were, successful or not."""
    count = 0
    while deliver_next(database, send, clock):
        count += 1
        assert count < 1000, "deliveries without end"
    return count


def ids_of(request: Received) -> list[str]:
    """The IDs of the events in a message, in its order."""
    results = json.loads(request.body)["epcisBody"]["queryResults"]
    return [event["eventID"] for event in results["resultsBody"]["eventList"]]


def told(receiver: Receiver) -> list[str]:
    """The IDs of all events in accepted messages; a message that came twice counts once, by its delivery ID."""
    found: list[str] = []
    seen: set[str] = set()
    for request in receiver.accepted:
        if request.headers["suyuan-delivery"] not in seen:
            found += ids_of(request)
        seen.add(request.headers["suyuan-delivery"])
    return found


def shown(api: Api, number: str) -> Any:
    return api.get(f"/epcis/queries/all/subscriptions/{number}")
