"""A recall's reading of the ledger beside a walk over the whole network in networkx, on the same data.

`python -m bench.impact [--quick]`. One plant ships three batches to outlets by way of two tiers: about 300, 10,000 and
40,000 movements. For each: milliseconds to load its supply graph, and to tally every batch and place; then the same
places found by a walk over the graph of all movements, its building left out. Medians of several runs in one process.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

import networkx as nx
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import tables
from bench.databases import KINDS, servers
from bench.documents import Event, Goods, batch, documents, making, movement
from trace.capture import capture_events
from trace.epcis import json_format
from trace.fold.entries import Entry
from trace.identifiers import find_numbers
from trace.kit.auth import Principal
from trace.kit.db import Database
from trace.models import Posting
from trace.supply_graph import load
from trace.tally import tally, tally_places

Network: TypeAlias = "nx.MultiDiGraph[int | None]"
OPERATOR = Principal("admin", None, 1, "benchmark")
SIZES = (300, 10_000, 40_000)
REGIONAL = 20
RUNS = 7


def shipments(sizes: Sequence[int]) -> Iterator[Event]:
    """Each batch made at place 0, shipped to 20 distributors and by them to as many outlets as it takes."""
    number = 0
    for size in sizes:
        lot = f"L{size}"
        yield making(number, number, Goods(3 * size, lot=lot))
        number += 1
        for index in range(size):
            origin = 0 if index < REGIONAL else 1 + index % REGIONAL
            to = 1 + index if index < REGIONAL else 1000 + index
            yield movement(number, number, "shipping", to, Goods(2, lot=lot), number, origin)
            number += 1


def fill(database: Database, sizes: Sequence[int]) -> None:
    """Capture all shipments."""
    for raw in documents(list(shipments(sizes))):
        with database.write() as session:
            captured = capture_events(session, json_format.parse_document(raw).events, OPERATOR, datetime.now(UTC))
        if not captured.success:
            raise SystemExit(f"Cannot go on: {captured.refusals[0]}")


def whole_graph(session: Session) -> Network:
    """Every movement of every batch as an edge, as a program would keep it that knows nothing of batches first."""
    graph: Network = nx.MultiDiGraph()
    rows = session.execute(
        select(Posting.origin_id, Posting.destination_id, Posting.batch_id, Posting.amount).where(
            Posting.entry == Entry.SHIPPED
        )
    )
    graph.add_edges_from((origin, to, {"batch": number, "amount": amount}) for origin, to, number, amount in rows)
    return graph


def walk(graph: Network, seed: int) -> dict[int | None, int]:
    """Return what each place received of the batch, by looking at every edge of every place reached."""
    received: dict[int | None, int] = {}
    starts = {origin for origin, _, members in graph.edges(data=True) if members["batch"] == seed}
    frontier, seen = list(starts), set(starts)
    while frontier:
        place = frontier.pop()
        for _, to, members in graph.out_edges(place, data=True):
            if members["batch"] == seed:
                received[to] = received.get(to, 0) + members["amount"]
                if to not in seen:
                    seen.add(to)
                    frontier.append(to)
    return received


def milliseconds(work: Callable[[], Any]) -> float:
    """Return the median time of ``work``."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def measure(database: Database, size: int) -> list[object]:
    """Return one line of the table."""
    with database.read() as session:
        uri = batch(f"L{size}")
        seed = find_numbers(session, [uri])[uri]
        supply = load(session, [seed])
        loading = milliseconds(lambda: load(session, [seed]))
        tallying = milliseconds(lambda: (tally(supply.postings), tally_places(supply.postings)))
        graph = whole_graph(session)
        places = set(walk(graph, seed))
        if not places <= supply.places:
            raise SystemExit("Cannot compare: the walk found places that the ledger does not have.")
        walking = milliseconds(lambda: walk(graph, seed))
    return [
        *(f"{size:,}", database.dialect, f"{loading:.1f}", f"{tallying:.1f}", f"{walking:.1f}"),
        f"{walking / (loading + tallying):.2f}",
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill each database once and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.impact", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the batch of 40,000 movements")
    chosen = parser.parse_args(arguments)
    sizes = SIZES[:-1] if chosen.quick else SIZES
    rows: list[list[object]] = []
    with servers() as made:
        for kind in KINDS:
            with made.new(kind) as database:
                fill(database, sizes)
                rows += [measure(database, size) for size in sizes]
    head = ["movements of the batch", "database", "load, ms", "tally, ms", "networkx walk, ms", "walk ÷ (load + tally)"]
    tables.show(f"Recall among {sum(sizes):,} movements ({tables.machine()})", head, rows)


if __name__ == "__main__":
    main()
