"""The ten most usual queries on a million events, beside the same events as JSON bodies in one table.

`python -m bench.query [--quick]`. Milliseconds for the first page of 30 events, median of 5 runs after one that warms
up, for a regulator (who sees all) and for one of a hundred firms. Beside it what a user would write without an index
of fields: on PostgreSQL `jsonb` with a GIN index, on SQLite `json_extract` over the bodies; for whoever sees all.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import event_rows, tables
from bench.databases import KINDS, servers
from bench.documents import place
from bench.event_rows import advice, event_id, event_time, fill, lot, serial
from trace.epcis.query_language import read_parameters
from trace.events.search import search_events
from trace.kit.auth import Principal
from trace.kit.db import Database

REGULATOR = Principal("regulator", None, 1, "benchmark")
FIRM = Principal("company", 12, 2, "benchmark")
EVENTS, QUICK = 1_000_000, 50_000
RUNS = 5
PAGE = 30


def queries(events: int) -> dict[str, dict[str, str]]:
    """The queries by what they ask, each as parameters of a URL."""
    some = events // 2 // 500 * 500 + 11  # an event of the firm's, in the middle
    even = some + 1 if some % 2 else some
    day = event_time(some).replace(hour=0, minute=0, second=0)
    return {
        "one instance": {"MATCH_epc": serial(some)},
        "one lot": {"MATCH_anyEPCClass": lot(some)},
        "one event ID": {"EQ_eventID": event_id(some)},
        "a day": {"GE_eventTime": day.isoformat(), "LT_eventTime": (day + timedelta(days=1)).isoformat()},
        "recorded since": {"GE_recordTime": event_time(events - 100).isoformat()},
        "the latest 30 of a step": {"EQ_bizStep": "shipping", "orderBy": "eventTime", "eventCountLimit": "30"},
        "a read point": {"EQ_readPoint": place(some % event_rows.PLACES)},
        "a despatch advice": {"EQ_bizTransaction_desadv": advice(even)},
        "sent to a place": {"EQ_destination_location": place(event_rows.places_of(some)[1])},
        "an extension": {"EQ_example:batchColour": "colour 500"},
    }


def _exact(field: str, wanted: Any) -> tuple[str, str]:
    return f"json_extract(body, '$.{field}') = '{wanted}'", f'body @> \'{{"{field}": "{wanted}"}}\''


def by_hand(events: int) -> dict[str, tuple[str, str]]:
    """The same questions in SQL over JSON bodies: for SQLite, and for PostgreSQL."""
    asked = queries(events)
    day, since = asked["a day"], asked["recorded since"]["GE_recordTime"]
    instance, advised = asked["one instance"]["MATCH_epc"], asked["a despatch advice"]["EQ_bizTransaction_desadv"]
    batch, destination = asked["one lot"]["MATCH_anyEPCClass"], asked["sent to a place"]["EQ_destination_location"]
    where = asked["a read point"]["EQ_readPoint"]
    begin, end = day["GE_eventTime"], day["LT_eventTime"]
    lite, pg = "json_extract(body, '$.eventTime')", "body->>'eventTime'"
    step = _exact("bizStep", "shipping")
    return {
        "one instance": (
            f"json_extract(body, '$.epcList[0]') = '{instance}'",
            f'body @> \'{{"epcList": ["{instance}"]}}\'',
        ),
        "one lot": (
            f"json_extract(body, '$.quantityList[0].epcClass') = '{batch}'",
            f'body @> \'{{"quantityList": [{{"epcClass": "{batch}"}}]}}\'',
        ),
        "one event ID": _exact("eventID", asked["one event ID"]["EQ_eventID"]),
        "a day": (f"{lite} >= '{begin}' AND {lite} < '{end}'", f"{pg} >= '{begin}' AND {pg} < '{end}'"),
        "recorded since": (f"{lite} >= '{since}'", f"{pg} >= '{since}'"),
        "the latest 30 of a step": (f"{step[0]} ORDER BY {lite} DESC", f"{step[1]} ORDER BY {pg} DESC"),
        "a read point": (
            f"json_extract(body, '$.readPoint.id') = '{where}'",
            f'body @> \'{{"readPoint": {{"id": "{where}"}}}}\'',
        ),
        "a despatch advice": (
            f"json_extract(body, '$.bizTransactionList[0].bizTransaction') = '{advised}'",
            f'body @> \'{{"bizTransactionList": [{{"bizTransaction": "{advised}"}}]}}\'',
        ),
        "sent to a place": (
            f"json_extract(body, '$.destinationList[0].destination') = '{destination}'",
            f'body @> \'{{"destinationList": [{{"destination": "{destination}"}}]}}\'',
        ),
        "an extension": (
            "json_extract(body, '$.\"example:batchColour\"') = 'colour 500'",
            'body @> \'{"example:batchColour": "colour 500"}\'',
        ),
    }


def fill_bodies(database: Database) -> None:
    """The same bodies in one table of their own, as a user would keep them."""
    statements = {
        "sqlite": ["CREATE TABLE bodies AS SELECT id, body FROM events"],
        "postgresql": [
            "CREATE TABLE bodies AS SELECT id, body::jsonb AS body FROM events",
            "CREATE INDEX bodies_gin ON bodies USING gin (body jsonb_path_ops)",
            "ANALYZE bodies",
        ],
    }
    with database.writer.connect() as connection:
        for statement in statements[database.dialect]:
            connection.exec_driver_sql(statement)
        connection.commit()


def median_ms(work: Callable[[], Sequence[Any]]) -> tuple[float, int]:
    """The median of five runs, and how many events a run found."""
    found = len(work())
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times), found


def search(session: Session, principal: Principal, parameters: dict[str, str]) -> Sequence[Any]:
    """One page as the service finds it, reading of the parameters included."""
    query = read_parameters({name: [value] for name, value in parameters.items()})
    return search_events(session, principal, query, PAGE).events


def measure(database: Database, events: int) -> list[list[object]]:
    """One row a query: what it asks, events found, and milliseconds."""
    rows: list[list[object]] = []
    plain = by_hand(events)
    with database.read() as session:
        for name, parameters in queries(events).items():
            clause = text(
                f"SELECT body FROM bodies WHERE {plain[name][database.dialect == 'postgresql']} LIMIT {PAGE}"  # noqa: S608  (our own texts)
            )
            ours, found = median_ms(lambda asked=parameters: search(session, REGULATOR, asked))  # type: ignore[misc]
            firm, own = median_ms(lambda asked=parameters: search(session, FIRM, asked))  # type: ignore[misc]
            theirs, same = median_ms(lambda asked=clause: session.execute(asked).all())  # type: ignore[misc]
            if found != same and name != "recorded since":
                raise SystemExit(f"Cannot compare: {name} finds {found} events here and {same} there.")
            rows.append(
                [
                    name,
                    database.dialect,
                    found,
                    f"{ours:.1f}",
                    own,
                    f"{firm:.1f}",
                    f"{theirs:.1f}",
                    f"{theirs / ours:.1f}",
                ]
            )
    return rows


def main(arguments: Sequence[str] = ()) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} events instead of {EVENTS:,}")
    parser.add_argument("--events", type=int, help="another number of events")
    parser.add_argument("--only", choices=KINDS, help="one database")
    options = parser.parse_args(arguments)
    events = options.events or (QUICK if options.quick else EVENTS)
    kinds = (options.only,) if options.only else KINDS
    rows: list[list[object]] = []
    with servers(kinds) as some:
        for kind in kinds:
            with some.new(kind) as database:
                fill(database, events)
                fill_bodies(database)
                rows += measure(database, events)
    head = [
        "query",
        "database",
        "found",
        "regulator, ms",
        "firm found",
        "firm, ms",
        "JSON by hand, ms",
        "by hand ÷ regulator",
    ]
    tables.show(f"Queries on {events:,} events ({tables.machine()})", head, rows)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
