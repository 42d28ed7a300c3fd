"""Where the time of a recall goes: each stage of the service's own reading by itself, one after the other."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from bench.contenders import Where
from bench.network_rows import batch_number
from trace.genealogy import read_closure
from trace.kit.bulk import select_among
from trace.kit.config import date_tolerance_hours
from trace.kit.db import Database
from trace.mixing.reach import find_possible
from trace.models import PackedPostings
from trace.postings import Postings, unpack
from trace.record_findings import find_findings
from trace.supply_graph import Supply
from trace.tally import table_places, tally_batches

RUNS = 9
_ENOUGH = 4.0
_HOUR = 3_600_000_000


def measure(where: Where, recalls: Mapping[int, Sequence[int]]) -> dict[int, dict[str, float]]:
    """Return the median seconds of each stage for each recall."""
    with Database(where.url).read() as session:
        return {size: _stages(session, [batch_number(batch) for batch in some]) for size, some in recalls.items()}


def _stages(session: Session, seeds: Sequence[int]) -> dict[str, float]:
    found: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        times: list[float] = []
        while len(times) < RUNS and (sum(times) < _ENOUGH or not times):
            start = time.perf_counter()
            result = work()
            times.append(time.perf_counter() - start)
        found[name] = statistics.median(times)
        return result

    depth, links = timed("closure over the genealogy", lambda: read_closure(session, seeds, "forward"))
    batches = depth.keys()
    columns = ("batch_id", "uom", "rows")
    rows = timed("fetch", lambda: list(select_among(session, PackedPostings, columns, "batch_id", batches)))
    postings: Postings = timed("unpack", lambda: unpack(rows))
    tolerance = date_tolerance_hours() * _HOUR
    timed("possible places", lambda: find_possible(session, batches, postings, None, tolerance))
    timed("figures of places", lambda: table_places(_fresh(postings)))
    timed("figures of batches", lambda: tally_batches(postings))
    timed("tiers", lambda: Supply(frozenset(seeds), depth, links, _fresh(postings), None).levels)
    timed("findings", lambda: find_findings(session, batches, None, postings))
    return found


def _fresh(postings: Postings) -> Postings:
    """Return the same without what was worked out from it before."""
    return replace(postings)
