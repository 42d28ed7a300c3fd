"""Several clients capture events of one batch at once: the result is that of one after the other, and nobody fails."""

import threading
from collections.abc import Sequence
from typing import Any

from flask import Flask
from sqlalchemy import select

from bench.documents import Goods, documents, making, movement
from tests.conftest import NewDatabase
from tests.trace.web.api_client import Api
from trace.derivation.rebuild import find_differences
from trace.kit.config import Settings
from trace.kit.db import Database
from trace.models import Identifier
from trace.supply_graph import load
from trace.tally import tally, tally_places
from wsgi import create_app

THREADS = 4
ROUNDS = 4
PER_DOCUMENT = 8


def test_threads_that_capture_one_batch_give_what_one_after_the_other_gives(new_database: NewDatabase) -> None:
    requests = [_bodies(thread) for thread in range(THREADS)]
    at_once, in_turn = new_database(), new_database()
    api = Api.admin(_app(at_once))
    failures: list[tuple[int, str]] = []
    start = threading.Barrier(THREADS)

    def capture(bodies: Sequence[bytes]) -> None:
        start.wait()
        for body in bodies:
            answer = api.send("POST", "/epcis/capture", body, Content_Type="application/json")
            if answer.status_code != 202 or not answer.get_json()["success"]:
                failures.append((answer.status_code, answer.get_data(as_text=True)))

    threads = [threading.Thread(target=capture, args=(bodies,), daemon=True) for bodies in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive(), "a client waits for ever: deadlock"
    assert not failures, failures[:3]
    alone = Api.admin(_app(in_turn))
    for bodies in requests:
        for body in bodies:
            alone.capture(body, Content_Type="application/json")
    assert _figures(at_once) == _figures(in_turn)
    with at_once.write() as session:
        assert find_differences(session) == 0
        session.rollback()


def _bodies(thread: int) -> list[bytes]:
    """Shipments, with and without a document, and receipts of other threads' shipments, all of one batch."""
    events = [making(100_000 + thread, 0, Goods(1000))] if thread == 0 else []
    for number in range(ROUNDS * PER_DOCUMENT):
        mine, theirs = number * THREADS + thread, number * THREADS + (thread + 1) % THREADS
        advice = mine if number % 2 else None
        events.append(movement(mine, mine, "shipping", 1 + number % 3, Goods(2), advice))
        received = theirs if number % 2 else None
        events.append(movement(50_000 + mine, 1000 + mine, "receiving", 1 + number % 3, Goods(1), received))
    return list(documents(events, 2 * PER_DOCUMENT))


def _app(database: Database) -> Flask:
    url = database.engine.url.render_as_string(hide_password=False)
    return create_app(Settings(database_url=url, secret_key="a key for tests", public_url="http://localhost"), database)


def _figures(database: Database) -> dict[str, Any]:
    """Everything a recall reads, with identifiers for numbers: those depend on who came first."""
    with database.read() as session:
        names = {row.id: row.uri for row in session.execute(select(Identifier.id, Identifier.uri))}
        batches = [number for number, uri in names.items() if "/10/" in uri]
        supply = load(session, batches)
        return {
            "tally": {(names[batch], uom): figures for (batch, uom), figures in tally(supply.postings).items()},
            "places": {(names[place], uom): figures for (place, uom), figures in tally_places(supply.postings).items()},
            "movements": {
                (names.get(origin or 0), names.get(destination or 0), names[batch], uom): movement
                for (origin, destination, batch, uom), movement in supply.movements.items()
            },
        }
