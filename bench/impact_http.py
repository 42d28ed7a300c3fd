"""An impact through gunicorn, from the request to the last byte, and what it does to the worker's memory.

`python -m bench.impact_http [--movements N] [--keep FOLDER]`. Recalls of about 300, 10,000 and 500,000 movements are
opened over HTTP in a filled database; each impact is asked for by pages and whole, by a client in another process than
the one worker. Medians of five answers after the first, which is told apart; memory is what the worker has resident
before it was ever asked, and the most that it has had.
"""

import argparse
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bench import national, tables
from bench.contenders import CONTENDERS
from bench.databases import KINDS, servers
from bench.network import Network, make_network, pick_recalls
from bench.network_rows import RECORDED, batch_number
from trace.kit import migrate
from trace.kit.auth import issue_key
from trace.kit.db import Database
from trace.models import Identifier

RUNS = 5
AS_OF = (RECORDED + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Server:
    """One gunicorn worker on a port of this machine, and the key of a regulator."""

    port: int
    process: int
    key: str

    def ask(self, method: str, path: str, body: object = None) -> tuple[float, float, bytes]:
        """Return seconds to the first byte and to the last, and the answer; raises RuntimeError for a refusal."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        start = time.perf_counter()
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        answer = response.read(1)
        first = time.perf_counter() - start
        answer += response.read()
        whole = time.perf_counter() - start
        connection.close()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status} {answer[:500]!r}")
        return first, whole, answer

    def memory(self, what: str = "VmRSS") -> float:
        """Return the worker's resident memory in megabytes; ``VmHWM``: the most there has been."""
        status = Path(f"/proc/{self.process}/status").read_text()
        return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(what))


@contextmanager
def serve(url: str, key: str) -> Iterator[Server]:
    """Run gunicorn with one worker over a database."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["--worker-class", "gthread", "--workers", "1", "--threads", "8", "--timeout", "600"]
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--no-control-socket",
            *arguments,
            "--bind",
            f"127.0.0.1:{port}",
            "wsgi:app",
        ],
        cwd=_ROOT,
        env={**os.environ, "DATABASE_URL": url, "SECRET_KEY": "benchmark"},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Server(port, _worker_of(process.pid, port), key)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _worker_of(master: int, port: int) -> int:
    """Return the process of the worker, once it answers."""
    for _ in range(600):
        time.sleep(0.1)
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        with closing(socket.socket()) as probe:
            if children and probe.connect_ex(("127.0.0.1", port)) == 0:
                return int(children[0])
    raise RuntimeError("gunicorn did not start")


def open_case(server: Server, database: Database, batches: Sequence[int]) -> str:
    """Open a recall of those batches of the network; return its number."""
    with database.read() as session:
        numbers = [batch_number(batch) for batch in batches]
        rows = session.execute(select(Identifier.gtin, Identifier.lot).where(Identifier.id.in_(numbers)))
        lots: dict[str, list[str]] = {}
        for gtin, lot in rows:
            lots.setdefault(gtin or "", []).append(lot or "")
    case: dict[str, object] = {
        "title": "Benchmark",
        "kind": "recall",
        "regime": "cn_food",
        "class": 1,
        "depth": "consumer",
    }
    case |= {"hazard": "none", "instructions": "none", "remedy": "refund"}
    lines = [{"gtin": gtin, "lots": some} for gtin, some in lots.items()]
    number: str = json.loads(server.ask("POST", "/api/v1/recalls", {**case, "scope": lines})[2])["number"]
    return number


def measure(url: str, movements: int, batches: Sequence[int], name: str) -> list[list[object]]:
    """Return a line for the whole answer and one for its first page, each by a worker of its own."""
    rows: list[list[object]] = []
    with closing(Database(url)) as database:
        with database.write() as session:
            key = issue_key(session, "regulator", None, "benchmark")
        with serve(url, key) as server:
            number = open_case(server, database, batches)
        for shown, query in SHOWN.items():
            with serve(url, key) as server:
                server.ask("GET", "/api/v1/recalls")
                before = server.memory()
                path = f"/api/v1/recalls/{number}/impact?as_of={AS_OF}{query}"
                first, answer = server.ask("GET", path)[1:]
                taken = [server.ask("GET", path)[:2] for _ in range(RUNS)]
                rows.append(
                    [
                        *(f"{movements:,}", name, shown, f"{len(answer) / 1e6:,.2f}", f"{1000 * first:,.0f}"),
                        f"{1000 * statistics.median(whole for _, whole in taken):,.0f}",
                        f"{1000 * statistics.median(begun for begun, _ in taken):,.0f}",
                        *(f"{before:,.0f}", f"{server.memory('VmHWM') - before:,.0f}"),
                    ]
                )
                print(" · ".join(map(str, rows[-1])), flush=True)
    return rows


SHOWN: Mapping[str, str] = {"100 places": "&limit=100", "whole": ""}
"""How an impact is asked for, and the query that asks so."""

_HEAD = [
    *("movements", "database", "answer", "MB", "first, ms", "later, ms", "to the first byte, ms"),
    *("worker before, MB", "more at most, MB"),
]


def main(arguments: Sequence[str] = ()) -> None:
    """Fill the databases, ask for impacts, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.impact_http", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{national.QUICK:,} movements")
    parser.add_argument("--movements", type=int, help=f"about so many instead of {national.MOVEMENTS:,}")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=KINDS)
    parser.add_argument("--keep", type=Path, help="the folder that bench.national kept")
    chosen = parser.parse_args(arguments)
    movements = chosen.movements or (national.QUICK if chosen.quick else national.MOVEMENTS)
    network: Network = make_network(movements, chosen.seed)
    recalls = pick_recalls(network, national.sizes(movements))
    reached: Mapping[int, tuple[int, int]] = national.reach(network, recalls)
    rows: list[Any] = []
    ours = {CONTENDERS[name].kind: CONTENDERS[name] for name in ("ours, SQLite", "ours, PostgreSQL")}
    kinds = (chosen.database,) if chosen.database else KINDS
    with servers(kinds, chosen.keep) as made:
        folder = national.save(made, network)
        for kind in kinds:
            with national.built(made, ours[kind], folder, chosen.keep is not None) as where:
                with closing(Database(where.url)) as database:
                    migrate.upgrade(database)
                for size, batches in recalls.items():
                    rows += measure(where.url, reached[size][1], batches, kind)
    tables.show(f"Impacts over HTTP among {len(network.batch):,} movements ({tables.machine()})", _HEAD, rows)


if __name__ == "__main__":
    main(sys.argv[1:])
