"""Events captured a second, in documents of 1 to 1,000 events, beside the capture of `bench.plain_capture`.

`python -m bench.capture [--quick] [--size N] [--database KIND] [--alone] [--check] [--profile]`. Each run captures the
same documents into an empty, migrated database, one transaction a document, from bytes to commit, after a first
document that is not counted; medians of five runs, by the clock and by processor time (PostgreSQL's own included). Both
sides have the same durability (SQLite: synchronous=FULL; PostgreSQL: fsync). The plain capture needs the official JSON
Schema (SUYUAN_DATA, else ../shared/data).
"""

import argparse
import cProfile
import os
import pstats
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench import plain_capture, tables
from bench.databases import KINDS, Servers, servers
from bench.documents import documents
from bench.processor import ProcessorClock
from bench.trade import trade
from trace.capture import capture_document
from trace.derivation.rebuild import find_differences
from trace.epcis import json_format
from trace.kit.auth import Principal
from trace.kit.db import Database
from trace.kit.garbage import look_seldom

OPERATOR = Principal("admin", None, 1, "benchmark")
DOCUMENTS = {1: 200, 10: 100, 100: 20, 1000: 5}
"""How many documents of each size a run captures."""
RUNS = 5
DATA = Path(os.environ.get("SUYUAN_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")

Capture = Callable[[bytes], None]


def make_documents(size: int) -> list[bytes]:
    """The documents of one run, and one more that is captured first."""
    return list(documents(trade(size * (1 + DOCUMENTS[size])), size))


def capture_into(database: Database) -> Capture:
    """Capture as the service does: all rules, all folds, the capture job."""

    def capture(data: bytes) -> None:
        started = datetime.now(UTC)
        events = json_format.parse_document(data).events
        with database.write() as session:
            job = capture_document(session, events, OPERATOR, started, datetime.now(UTC), "rollback")
        if not job.success:
            raise SystemExit(f"Cannot go on: {job.errors}")

    return capture


def capture_plainly_into(database: Database) -> Capture:
    """Capture as `bench.plain_capture` does, into tables of its own."""
    validator = plain_capture.make_validator(DATA / "epcis" / "EPCIS-JSON-Schema.json")
    return lambda data: plain_capture.capture(database.writer, validator, data)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of one run, by the clock and by processor time (PostgreSQL's own included)."""

    clock: float
    processor: float


def spend(database: Database, capture: Capture, raw: Sequence[bytes]) -> Spent:
    """Capture all documents; the first is not counted."""
    processor = ProcessorClock(database)
    capture(raw[0])
    start, computed = time.perf_counter(), processor.seconds()
    for data in raw[1:]:
        capture(data)
    return Spent(time.perf_counter() - start, processor.seconds() - computed)


def measure(made: Servers, kind: str, raw: Sequence[bytes], alone: bool, check: bool) -> tuple[Spent, Spent | None]:
    """One run of the service, and of the plain capture unless it is left out."""
    with made.new(kind) as database:
        ours = spend(database, capture_into(database), raw)
        if check:
            with database.write() as session:
                print("differences from a rebuild:", find_differences(session), flush=True)
                session.rollback()
    if alone:
        return ours, None
    with made.empty(kind) as database:
        plain_capture.PlainBase.metadata.create_all(database.writer)
        return ours, spend(database, capture_plainly_into(database), raw)


def profile(database: Database, raw: Sequence[bytes]) -> None:
    """Print where the time of the documents after the first goes."""
    capture = capture_into(database)
    capture(raw[0])
    profiler = cProfile.Profile()
    with profiler:
        for data in raw[1:]:
            capture(data)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every size on every database and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.capture", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="documents of 1,000 events only, three runs")
    parser.add_argument("--size", type=int, choices=DOCUMENTS)
    parser.add_argument("--database", choices=KINDS)
    parser.add_argument("--alone", action="store_true", help="without the plain capture")
    parser.add_argument("--check", action="store_true", help="compare with a rebuild at the end of each run")
    parser.add_argument("--profile", action="store_true", help="profile one run instead")
    chosen = parser.parse_args(arguments)
    sizes = [chosen.size] if chosen.size else [1000] if chosen.quick else list(DOCUMENTS)
    kinds = (chosen.database,) if chosen.database else KINDS
    rows: list[list[object]] = []
    look_seldom()  # as the server does
    with servers(kinds) as made:
        for size in sizes:
            raw = make_documents(size)
            for kind in kinds:
                if chosen.profile:
                    with made.new(kind) as database:
                        profile(database, raw)
                    continue
                runs = [
                    measure(made, kind, raw, chosen.alone, chosen.check) for _ in range(3 if chosen.quick else RUNS)
                ]
                rows.append(_row(size, kind, runs))
                print(" · ".join(str(cell) for cell in rows[-1]), flush=True)
    if rows:
        head = [
            *("events in a document", "database", "events/s", "plain, events/s", "ratio"),
            *("µs of processor an event", "plain, µs", "ratio"),
        ]
        tables.show(f"Capture of EPCIS JSON ({tables.machine()})", head, rows)


def _row(size: int, kind: str, runs: Sequence[tuple[Spent, Spent | None]]) -> list[object]:
    events = size * DOCUMENTS[size]
    clock = statistics.median(ours.clock for ours, _ in runs)
    processor = statistics.median(ours.processor for ours, _ in runs)
    plain = [other for _, other in runs if other is not None]
    cells = [f"{events / clock:,.0f}", "", "", f"{processor / events * 1e6:,.0f}", "", ""]
    if plain:
        plain_clock = statistics.median(other.clock for other in plain)
        plain_processor = statistics.median(other.processor for other in plain)
        cells[1:3] = f"{events / plain_clock:,.0f}", f"{plain_clock / clock:.1f}"
        cells[4:6] = f"{plain_processor / events * 1e6:,.0f}", f"{plain_processor / processor:.1f}"
    return [f"{size:,}", kind, *cells]


if __name__ == "__main__":
    main()
