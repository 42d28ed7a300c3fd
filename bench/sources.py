"""The way back from cases, over the record of a country: what can explain them, forward again, and the ways between.

`python -m bench.sources [--quick]`. The network of `bench.network` with 100,000 movements, and with a million, so that
what a question costs can be seen to go by what it is about and not by what else is recorded. Cases are batches whose
sample failed, and outlets where somebody fell ill. Medians in milliseconds, in one process, nothing kept between runs.
"""

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from bench import tables
from bench.databases import KINDS, servers
from bench.network import FIRST_OUTLET, Network, make_network
from bench.network_rows import batch_number, fill, place_number
from trace.identifiers import find_values
from trace.kit.auth import Principal
from trace.kit.db import Database
from trace.sources.bodies import SourcesIn
from trace.sources.rows import Sources
from trace.sources.search import find_sources

OPERATOR = Principal("admin", None, 1, "benchmark")
RUNS = 3
OUTLETS = (3, 100, 1_000)

Question = tuple[str, dict[str, Any]]
"""What is asked, in words and as a body."""


def questions(session: Session, network: Network) -> Iterator[Question]:
    """Yield what is asked: from outlets back to what they got, and from the most used ingredient forward again."""
    for count in OUTLETS:
        first = np.unique(network.destination[network.destination >= FIRST_OUTLET])[:count]
        cases = [{"location": uri} for uri in _uris(session, [place_number(place) for place in first.tolist()])]
        yield f"{count:,} outlets", {"cases": cases}
        yield f"{count:,} outlets, with ways", {"cases": cases, "paths": True}
    used = np.bincount(network.link_input, minlength=network.batches)
    (uri,) = _uris(session, [batch_number(int(used.argmax()))])
    yield "most used ingredient, forward", {"cases": [{"batch": uri}], "forward": {"batch": uri}}


def _uris(session: Session, numbers: Sequence[int]) -> list[str]:
    rows = find_values(session, numbers)
    return [rows[number].uri for number in numbers]


def measure(database: Database, network: Network) -> Iterator[list[object]]:
    """Yield one line of the table for each question."""
    with database.read() as session:
        asked = list(questions(session, network))
    for words, body in asked:
        times, processor = [], []
        for _ in range(RUNS):
            with database.read() as session:
                start, busy = time.perf_counter(), time.process_time()
                found = find_sources(session, OPERATOR, SourcesIn.model_validate(body))
                times.append((time.perf_counter() - start) * 1000)
                processor.append((time.process_time() - busy) * 1000)
        deliveries = _deliveries(found)
        recorded = f"{len(network.batch):,}"
        measured = (f"{statistics.median(some):.1f}" for some in (times, processor))
        yield [recorded, database.dialect, words, f"{deliveries:,}", *measured]


def _deliveries(found: Sources) -> int:
    return len(found["forward"]["movements"]) if "forward" in found else len(found["movements"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill each database and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.sources", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 movements on SQLite alone")
    chosen = parser.parse_args(arguments)
    rows: list[list[object]] = []
    kinds = KINDS[:1] if chosen.quick else KINDS
    with servers(kinds) as made:
        for movements in (100_000,) if chosen.quick else (100_000, 1_000_000):
            network = make_network(movements)
            for kind in kinds:
                with made.new(kind) as database:
                    fill(database, network)
                    rows += measure(database, network)
    head = ["movements recorded", "database", "question", "deliveries found", "ms", "of the service's processor, ms"]
    tables.show(f"The way back from cases ({tables.machine()})", head, rows)


if __name__ == "__main__":
    main()
