"""One batch with 40,000 shipments: does a document cost more at the end than at the start?

`python -m bench.one_batch [--quick] [--only WORD] [--database KIND] [--profile]`. For each variant and database:
milliseconds to parse and to capture a document of 1,000 events (medians), the capture of the last ten documents
divided by that of the first ten by the clock and by processor time (PostgreSQL's own included; other programs on the
machine disturb it less), and events per second over all of it, parsing included.
"""

import argparse
import cProfile
import pstats
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bench import tables
from bench.databases import KINDS, servers
from bench.documents import PER_DOCUMENT, Event, Goods, documents, making, movement, packing, serial, sscc
from bench.processor import ProcessorClock
from trace.capture import capture_events
from trace.derivation.rebuild import find_differences
from trace.epcis import json_format
from trace.kit.auth import Principal
from trace.kit.db import Database

OPERATOR = Principal("admin", None, 1, "benchmark")
TWO = Goods(2)


def to_one_outlet(count: int) -> list[Event]:
    """Every shipment to the same outlet, without a document."""
    return [movement(number, number, "shipping", 1, TWO) for number in range(count)]


def to_many_outlets(count: int) -> list[Event]:
    """Every shipment to an outlet of its own, with a despatch advice."""
    return [movement(number, number, "shipping", 1 + number, TWO, number) for number in range(count)]


def received_at_one_outlet(count: int) -> list[Event]:
    """A document of shipments, then one of their receipts, matched oldest first."""
    return list(_followed(count, lambda number, minute, step: movement(number, minute, step, 1, TWO)))


def received_at_many_outlets(count: int) -> list[Event]:
    """A document of shipments, then one of their receipts, matched by despatch advice."""
    return list(
        _followed(
            count,
            lambda number, minute, step: movement(number, minute, step, 1 + number % count, TWO, number % count),
        )
    )


def _followed(count: int, make: Callable[[int, int, str], Event]) -> Iterator[Event]:
    for start in range(0, count, PER_DOCUMENT):
        for number in range(start, start + PER_DOCUMENT):
            yield make(number, 2 * start + number - start, "shipping")
        for number in range(start, start + PER_DOCUMENT):
            yield make(count + number, 2 * start + PER_DOCUMENT + number - start, "receiving")


def shipped_then_received(count: int) -> list[Event]:
    """All shipments to one outlet first, all receipts afterwards: a backlog of 40,000 open lines."""
    shipped = [movement(number, number, "shipping", 1, TWO) for number in range(count)]
    return shipped + [movement(count + number, count + number, "receiving", 1, TWO) for number in range(count)]


def pallets(count: int) -> list[Event]:
    """Pallets packed and shipped: two events for each."""
    pairs = (
        (
            packing(2 * number, 2 * number, sscc(number), 2),
            movement(
                2 * number + 1, 2 * number + 1, "shipping", 1 + number % 500, Goods(None, (sscc(number),)), number
            ),
        )
        for number in range(count)
    )
    return [event for pair in pairs for event in pair]


def serials(count: int) -> list[Event]:
    """Serials commissioned and shipped two at a time: two events for each shipment."""
    found: list[Event] = []
    for number in range(count):
        goods = Goods(None, (serial(2 * number), serial(2 * number + 1)))
        found.append(making(2 * number, 2 * number, goods))
        found.append(movement(2 * number + 1, 2 * number + 1, "shipping", 1 + number % 500, goods, number))
    return found


def shuffled(make: Callable[[int], list[Event]]) -> Callable[[int], list[Event]]:
    """The same events captured in random order of event time."""

    def made(count: int) -> list[Event]:
        events = make(count)
        random.Random(2026).shuffle(events)
        return events

    return made


VARIANTS: dict[str, Callable[[int], list[Event]]] = {
    "to one outlet": to_one_outlet,
    "to one outlet, random order": shuffled(to_one_outlet),
    "each to another outlet": to_many_outlets,
    "each to another outlet, random order": shuffled(to_many_outlets),
    "to one outlet, received": received_at_one_outlet,
    "each to another outlet, received": received_at_many_outlets,
    "each to another outlet, received, random order": shuffled(received_at_many_outlets),
    "to one outlet, all received afterwards": shipped_then_received,
    "pallets (SSCC)": pallets,
    "serials": serials,
}


@dataclass(slots=True)
class Times:
    """Seconds of each document: to parse it, to capture it, and how much processor time the capture took."""

    parsing: list[float] = field(default_factory=list)
    capturing: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def measure(database: Database, events: Sequence[Event]) -> Times:
    """Capture ``events`` document by document."""
    times = Times()
    clock = ProcessorClock(database)
    for raw in documents(events):
        start = time.perf_counter()
        document = json_format.parse_document(raw)
        parsed, spent = time.perf_counter(), clock.seconds()
        with database.write() as session:
            captured = capture_events(session, document.events, OPERATOR, datetime.now(UTC))
        times.capturing.append(time.perf_counter() - parsed)
        times.processor.append(clock.seconds() - spent)
        times.parsing.append(parsed - start)
        if not captured.success:
            raise SystemExit(f"Cannot go on: {captured.refusals[0]}")
    return times


def growth(seconds: Sequence[float]) -> float:
    """Return the median of the last ten documents divided by that of the first ten (of few: of each half)."""
    size = min(10, len(seconds) // 2)
    return statistics.median(seconds[-size:]) / statistics.median(seconds[:size])


def profile(database: Database, events: Sequence[Event]) -> None:
    """Print where the time of the last document goes."""
    *before, last = documents(events)
    for raw in before:
        with database.write() as session:
            capture_events(session, json_format.parse_document(raw).events, OPERATOR, datetime.now(UTC))
    profiler = cProfile.Profile()
    with profiler, database.write() as session:
        capture_events(session, json_format.parse_document(last).events, OPERATOR, datetime.now(UTC))
    pstats.Stats(profiler).sort_stats("tottime").print_stats(25)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every variant on every database and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.one_batch", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="4,000 shipments instead of 40,000")
    parser.add_argument("--only", default="", help="variants whose name contains this")
    parser.add_argument("--database", choices=KINDS)
    parser.add_argument("--profile", action="store_true", help="profile the last document instead")
    parser.add_argument("--check", action="store_true", help="compare with a rebuild at the end")
    chosen = parser.parse_args(arguments)
    count = 4_000 if chosen.quick else 40_000
    kinds = (chosen.database,) if chosen.database else KINDS
    rows: list[list[object]] = []
    with servers(kinds) as made:
        for name, make in VARIANTS.items():
            if chosen.only not in name:
                continue
            for kind in kinds:
                with made.new(kind) as database:
                    if chosen.profile:
                        print(f"{name}, {database.describe()}")
                        profile(database, make(count))
                        continue
                    rows.append(_row(name, database, make(count)))
                    print(" · ".join(str(cell) for cell in rows[-1]), flush=True)
                    if chosen.check:
                        with database.write() as session:
                            print("differences from a rebuild:", find_differences(session), flush=True)
                            session.rollback()
    if rows:
        head = [
            *("variant", "database", "events", "parse, ms", "first 10, ms", "last 10, ms"),
            *("ratio", "ratio (processor)", "events/s"),
        ]
        tables.show(
            f"One batch, {count:,} shipments, documents of {PER_DOCUMENT:,} events ({tables.machine()})", head, rows
        )


def _row(name: str, database: Database, events: Sequence[Event]) -> list[object]:
    times = measure(database, events)
    return [
        name,
        database.dialect,
        f"{len(events):,}",
        f"{statistics.median(times.parsing) * 1000:.0f}",
        f"{statistics.median(times.capturing[:10]) * 1000:.0f}",
        f"{statistics.median(times.capturing[-10:]) * 1000:.0f}",
        f"{growth(times.capturing):.2f}",
        f"{growth(times.processor):.2f}",
        f"{len(events) / (sum(times.parsing) + sum(times.capturing)):,.0f}",
    ]


if __name__ == "__main__":
    main()
