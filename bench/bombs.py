"""Genealogies that are made to break a walk: a chain of 200,000 batches, 49 dense layers of 40, cycles by rework.

`python -m bench.bombs [--quick]`. For each, on each database: what its documents took to capture, then the closure of
its first batch, its trace and the impact of a recall of it, in seconds; medians of a few runs in one process. The
closure must have as many batches, as far away, as the making of the genealogy says, before its time counts.
"""

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import tables
from bench.databases import KINDS, servers
from bench.documents import GTIN, Event, batch, documents, place
from recalls.cases import NewCase, open_case
from recalls.impact import read_impact
from recalls.scope import Line
from trace.capture import capture_events
from trace.epcis import json_format
from trace.genealogy import read_closure
from trace.identifiers import find_numbers
from trace.kit.auth import Principal
from trace.kit.db import Database
from trace.kit.strict_json import dumps
from trace.readings import MAX_ROWS, read_trace

OPERATOR = Principal("admin", None, 1, "benchmark")
RUNS = 3
_START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bomb:
    """A genealogy: transformations (inputs, outputs), and what the closure of its lot ``first`` must be.

    ``last`` is one of the lots that are farthest away from it.
    """

    name: str
    first: str
    last: str
    transformations: Sequence[tuple[Sequence[str], Sequence[str]]]
    batches: int
    depth: int

    @property
    def links(self) -> int:
        """How many pairs of input and output there are; all are different."""
        return sum(len(inputs) * len(outputs) for inputs, outputs in self.transformations)


def chain(length: int) -> Bomb:
    """Each batch is made from the one before."""
    made = [([f"C{number}"], [f"C{number + 1}"]) for number in range(length)]
    return Bomb(f"chain of {length:,}", "C0", f"C{length}", made, length + 1, length)


def layers(count: int, width: int) -> Bomb:
    """Each batch is made from all batches of the layer before, by a transformation of its own."""
    made = [(["D"], [f"D0-{one}" for one in range(width)])]
    for layer in range(count - 1):
        inputs = [f"D{layer}-{one}" for one in range(width)]
        made += [(inputs, [f"D{layer + 1}-{one}"]) for one in range(width)]
    return Bomb(f"{count} dense layers of {width}", "D", f"D{count - 1}-0", made, 1 + count * width, count)


def rework(count: int) -> Bomb:
    """Each batch is made from the one before and from what is left of the one after it."""
    made = [([f"R{number}"], [f"R{number + 1}"]) for number in range(count)]
    made += [([f"R{number + 1}"], [f"R{number}"]) for number in range(count)]
    return Bomb(f"{count:,} batches and their rework", "R0", f"R{count}", made, count + 1, count)


def blend(inputs: int, outputs: int) -> Bomb:
    """One transformation with very many inputs, all made from one batch, and outputs."""
    names = [f"B{number}" for number in range(inputs)]
    made = [(["B"], names), (names, [f"E{number}" for number in range(outputs)])]
    return Bomb(f"{inputs:,} inputs in {outputs:,} outputs", "B", "E0", made, 1 + inputs + outputs, 2)


def events_of(bomb: Bomb) -> Iterator[Event]:
    """Each transformation is an event at place 0, a second after the one before; a batch is as large as its uses."""
    uses = Counter(lot for inputs, _ in bomb.transformations for lot in inputs)
    makings = Counter(lot for _, outputs in bomb.transformations for lot in outputs)
    for number, (inputs, outputs) in enumerate(bomb.transformations):
        yield {
            "type": "TransformationEvent",
            "eventID": f"urn:example:bomb:{bomb.first}:{number}",
            "eventTime": (_START + timedelta(seconds=number)).isoformat(),
            "eventTimeZoneOffset": "+00:00",
            "bizStep": "commissioning",
            "readPoint": {"id": place(0)},
            "inputQuantityList": [{"epcClass": batch(lot), "quantity": 1} for lot in inputs],
            "outputQuantityList": [
                {"epcClass": batch(lot), "quantity": max(uses[lot], makings[lot]) // makings[lot]} for lot in outputs
            ],
        }


def fill(database: Database, bomb: Bomb) -> None:
    """Capture a genealogy."""
    for raw in documents(list(events_of(bomb))):
        with database.write() as session:
            captured = capture_events(session, json_format.parse_document(raw).events, OPERATOR, datetime.now(UTC))
        if not captured.success:
            raise SystemExit(f"Cannot go on: {captured.refusals[0]}")


def seconds(work: Callable[[], Any], runs: int = RUNS) -> float:
    """Return the median time of ``work``."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(database: Database, bomb: Bomb) -> list[object]:
    """Return one line of the table."""
    capturing = seconds(lambda: fill(database, bomb), 1)
    now = datetime.now(UTC)
    with database.write() as session:
        line = Line(gtin=GTIN, lots=(bomb.first,))
        case = open_case(session, OPERATOR, NewCase(bomb.name, "-", "-", [line]), now)
    with database.read() as session:
        uri = batch(bomb.first)
        seed = find_numbers(session, [uri])[uri]
        depth, links = read_closure(session, [seed], "forward")
        found = (len(depth), max(depth.values()), len(links))
        if found != (bomb.batches, bomb.depth, bomb.links):
            raise SystemExit(f"Cannot compare: expected {bomb.batches, bomb.depth, bomb.links}, got {found}.")
        times = [
            seconds(lambda: read_closure(session, [seed], "forward")),
            seconds(lambda: dumps(read_trace(session, OPERATOR, uri))) if len(depth) + len(links) <= MAX_ROWS else None,
            seconds(lambda: dumps(read_impact(session, case, now))),
        ]
    counts = (f"{len(depth):,}", f"{len(links):,}", f"{capturing:.1f}")
    return [bomb.name, database.dialect, *counts, *("refused" if one is None else f"{one:.2f}" for one in times)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill a database with each genealogy and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.bombs", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--database", choices=KINDS, help="this one alone")
    chosen = parser.parse_args(arguments)
    divisor = 10 if chosen.quick else 1
    bombs = [chain(200_000 // divisor), layers(49, 40), rework(20_000 // divisor), blend(1000, 1000)]
    rows: list[list[object]] = []
    with servers() as made:
        for kind in (chosen.database,) if chosen.database else KINDS:
            for bomb in bombs:
                with made.new(kind) as database:
                    rows.append(measure(database, bomb))
                    print(rows[-1], flush=True)
    head = ["genealogy", "database", "batches", "links", "capture, s", "closure, s", "trace, s", "impact, s"]
    tables.show(f"Genealogies made to break a walk ({tables.machine()})", head, rows)


if __name__ == "__main__":
    main()
