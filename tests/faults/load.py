"""Clients that capture without a pause and remember what they were told."""

import http.client
import itertools
import json
import threading
from dataclasses import dataclass, field

from bench.documents import GTIN, LOT, Goods, documents, gln, making, movement
from tests.faults.gunicorn import Answer, Server

CLIENTS = 4
OUTLETS = 5
MADE = 3


@dataclass
class Sent:
    """One request; ``answer`` is ``None`` as long as nobody acknowledged it."""

    path: str
    body: bytes
    idempotency_key: str
    event_ids: tuple[str, ...]
    """Of a document; a convenience call learns its event's ID only from the answer."""
    answer: Answer | None = None

    def send(self, server: Server, key: str) -> Answer:
        """Post it (again); remembers the first whole answer."""
        headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Idempotency-Key": self.idempotency_key,
        }
        answer = server.call("POST", self.path, self.body, headers)
        if self.answer is None:
            self.answer = answer
        return answer


@dataclass
class Load:
    """All requests ever made, by all clients; request ``n`` has its own events, documents and key."""

    events: int = 20
    sent: list[Sent] = field(default_factory=list)
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    unexpected: list[BaseException] = field(default_factory=list)

    def start(self, server: Server, key: str) -> list[threading.Thread]:
        """Start the clients; each goes on until the server is gone."""
        threads = [threading.Thread(target=self._capture, args=(server, key), daemon=True) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def _capture(self, server: Server, key: str) -> None:
        try:
            while True:
                one = self.request(next(self.numbers))
                self.sent.append(one)  # list.append is atomic
                one.send(server, key)
        except (OSError, http.client.HTTPException):
            return  # the server was killed: what happened to the last request is the question of the test
        except BaseException as error:  # noqa: BLE001  (a thread's error must fail the test, not vanish)
            self.unexpected.append(error)

    def request(self, number: int) -> Sent:
        """Every fifth request is a convenience call, the others are documents."""
        return self._shipment(number) if number % 5 == 4 else self._document(number)

    def _document(self, number: int) -> Sent:
        """Units made at a plant, shipped to outlets one by one, and some of the shipments received."""
        first = number * self.events
        events = [making(first, first, Goods(MADE * self.events))]
        for event in range(first + 1, first + self.events):
            # every third event receives what the two before it brought on the way
            step, advice = ("receiving", event - 1) if event % 3 == 0 else ("shipping", event)
            to = 1 + (event - event % 3) % OUTLETS
            events.append(movement(event, event, step, to, Goods(2), advice))
        [body] = documents(events, self.events)
        ids = tuple(event["eventID"] for event in events)
        return Sent("/epcis/capture", body, f"document-{number}", ids)

    def _shipment(self, number: int) -> Sent:
        body = {
            "from": gln(0),
            "to": gln(1 + number % OUTLETS),
            "shipped_at": "2026-02-01T08:00:00Z",
            "document": f"CALL-{number}",
            "lines": [{"gtin": GTIN, "lot": LOT, "quantity": 2}],
        }
        return Sent("/api/v1/shipments", json.dumps(body).encode(), f"call-{number}", ())
