"""The consumer's check and the resolver under load, beside a bare WSGI answer on the same gunicorn.

`python -m bench.check [--quick] [--database KIND]`. Two gthread workers with 8 threads each; the client is another
process on the same machine (`bench.load`), 16 connections that stay open. 10,000 registered batches, some recalled or
under a stop-sale. Then the flash: from 5 to 500 requests a second while a recall is announced over HTTP.
"""

import argparse
import http.client
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from sqlalchemy import select

from bench import tables
from bench.databases import KINDS, servers
from bench.load import Reply, follow, hammer, quantile
from trace.gs1 import canonical_uri, read_identifier
from trace.gs1.check_digits import check_digit
from trace.holds import Condition, Kind, place_hold
from trace.identifiers import intern_identifiers
from trace.kit.auth import issue_key
from trace.kit.db import Database, insert_rows
from trace.kit.front import LATEST
from trace.models import Batch, Product

PRODUCTS, LOTS = 2_000, 5
LINES = 16
MAKER = "9520000000011"
_ROOT = Path(__file__).resolve().parents[1]


def gtin_of(number: int) -> str:
    """The GTIN-14 of a product of the benchmark."""
    body = f"0952{number:09d}"
    return body + check_digit(body)


# -- the service -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Server:
    """A gunicorn on a port of this machine."""

    port: int
    master: int

    def spent(self) -> float:
        """Processor seconds of its workers up to now."""
        children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()
        stats = [Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split() for child in children]
        return sum(int(one[11]) + int(one[12]) for one in stats) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serve(application: str, **environment: str) -> Iterator[Server]:
    """Run gunicorn with two workers on a free port of this machine."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "--no-control-socket", "--worker-class", "gthread"),
            *("--workers", "2", "--threads", "8", "--keep-alive", "60", "--bind", f"127.0.0.1:{port}", application),
        ],
        cwd=_ROOT,
        env={**os.environ, "SECRET_KEY": "benchmark", "PUBLIC_URL": f"http://127.0.0.1:{port}", **environment},
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(600):
            time.sleep(0.1)
            with closing(socket.socket()) as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        # the port is open before there is anybody to answer, and the second worker comes a little after the first
        hammer(port, itertools.repeat("/healthz"), 0.1, LINES)
        time.sleep(3.0)
        hammer(port, itertools.repeat("/healthz"), 0.5, 4 * LINES)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def post(port: int, key: str, path: str, body: object) -> None:
    """One call; raises RuntimeError where it is refused."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request("POST", f"/api/v1/{path}", json.dumps(body), headers)
    response = connection.getresponse()
    answer = response.read()
    connection.close()
    if response.status >= 400:
        raise RuntimeError(f"{path}: {response.status} {answer[:500]!r}")


def register_first(port: int, key: str) -> None:
    """A maker with a plant, and a batch of it, as firms register them."""
    post(port, key, "parties", {"gln": MAKER, "name": "晨露乳业", "name_en": "Morning Dew Dairy"})
    post(port, key, "locations", {"gln": MAKER, "name": "晨露一厂", "party": MAKER, "kind": "plant"})
    first = {"commodity_code": gtin_of(0), "name": "原味酸奶 200 g", "name_en": "Plain yogurt 200 g", "party": MAKER}
    post(port, key, "products", first)
    batch = {"commodity_code": gtin_of(0), "lot": "L0", "quantity": 100, "produced_on": "2026-11-01", "location": MAKER}
    post(port, key, "batches", batch)


def fill(database: Database) -> None:
    """Register the other products and batches, each as the first, and hold some of them."""
    pairs = [(gtin_of(one), f"L{lot}") for one in range(1, PRODUCTS + 1) for lot in range(LOTS)]
    items = dict.fromkeys(gtin for gtin, _ in pairs)
    uris = [*(canonical_uri(one) for one in items), *(canonical_uri(*pair) for pair in pairs)]
    with database.write() as session:
        numbers = intern_identifiers(session, [read_identifier(uri) for uri in uris])
        first = session.execute(select(Product.__table__)).mappings().one()
        named = [{"id": numbers[canonical_uri(one)], "gtin": one, "commodity_code": one} for one in items]
        insert_rows(session, Product, [{**first, **one} for one in named])
        made = session.execute(select(Batch.__table__)).mappings().one()
        lots = [{"id": numbers[canonical_uri(*pair)], "gtin": pair[0], "lot": pair[1]} for pair in pairs]
        insert_rows(session, Batch, [{**made, **one} for one in lots])
        for number in range(1, 41):
            kind: Kind = "stop_sale" if number % 4 == 0 else "recall"
            line = Condition(gtin_of(number * 40), lot="L1")
            place_hold(session, f"2026-9{number:03d}", kind, [line], datetime.now(UTC), "召回", "Recall", "停止食用")


# -- what is asked -----------------------------------------------------------------------------------------------------

CHECK, LINK = "/api/v1/check?code=https://id.gs1.org", ""


def one_code(before: str) -> Iterator[str]:
    """The same batch all the time."""
    return itertools.repeat(f"{before}/01/{gtin_of(7)}/10/L2")


def mixed(before: str) -> Iterator[str]:
    """Any of all batches; one in ten an unknown lot, one in ten no lot at all, one in fifty an unknown product."""
    rng = random.Random(1)
    while True:
        gtin, lot, chance = gtin_of(rng.randint(1, PRODUCTS)), f"/10/L{rng.randrange(LOTS)}", rng.random()
        if chance < 0.1:
            lot = f"/10/X{rng.randrange(LOTS)}"
        elif chance < 0.2:
            lot = ""
        elif chance < 0.22:
            gtin = gtin_of(900_000 + rng.randrange(PRODUCTS))
        yield f"{before}/01/{gtin}{lot}"


def all_different(before: str) -> Iterator[str]:
    """Another serial each time: nothing can be repeated."""
    for number, target in enumerate(mixed(before)):
        yield f"{target}/21/{number}"


# -- as fast as it can -------------------------------------------------------------------------------------------------


class Measured(NamedTuple):
    """What came of asking; ``processor`` is that of the workers, in µs a request, times in ms."""

    rate: float
    processor: float
    half: float
    most: float
    bad: int


def measure(server: Server, targets: Iterator[str], seconds: float) -> Measured:
    """Ask without a pause, after a second of warming."""
    hammer(server.port, targets, 1.0, LINES)
    begin, spent = time.perf_counter(), server.spent()
    replies = hammer(server.port, targets, seconds, LINES)
    taken, spent = time.perf_counter() - begin, server.spent() - spent
    bad = sum(1 for reply in replies if reply.status not in (200, 307, 404))
    half, most = (1000 * quantile(replies, share) for share in (0.5, 0.99))
    return Measured(len(replies) / taken, 1e6 * spent / len(replies), half, most, bad)


ASKED: Sequence[tuple[str, Callable[[str], Iterator[str]], str]] = (
    ("check, one code", one_code, CHECK),
    ("check, 10,000 codes at random", mixed, CHECK),
    ("check, every code another", all_different, CHECK),
    ("resolver, one code", one_code, LINK),
    ("resolver, 10,000 codes at random", mixed, LINK),
    ("resolver, every code another", all_different, LINK),
)


def measure_all(kind: str, url: str, seconds: float) -> list[list[object]]:
    """A line for each way of asking, beside the bare answer measured just before."""
    rows: list[list[object]] = []
    for name, targets, before in ASKED:
        with serve("bench.bare:app") as server:
            bare = measure(server, targets(before), seconds)
        for settings, note in (({}, ""), ({"REPEAT_SECONDS": "0"}, ", all through Flask")):
            if note and targets is not mixed:
                continue
            with serve("wsgi:app", DATABASE_URL=url, **settings) as server:
                ours = measure(server, targets(before), seconds)
            rows.append(
                [
                    *(name + note, kind, f"{ours.rate:,.0f}", f"{bare.rate:,.0f}", f"{ours.rate / bare.rate:.0%}"),
                    *(f"{ours.processor:,.0f}", f"{bare.processor:,.0f}", f"{bare.processor / ours.processor:.0%}"),
                    *(f"{ours.half:.1f}", f"{ours.most:.1f}", ours.bad),
                ]
            )
            print(" · ".join(map(str, rows[-1])), flush=True)
    return rows


# -- the flash ---------------------------------------------------------------------------------------------------------


def flash(kind: str, url: str, key: str, seconds: float, most: int = 500) -> list[object]:
    """From 5 to ``most`` requests a second, every other one of the batch whose recall is announced at the height."""
    line = {"gtin": gtin_of(0), "lots": ["L0"]}
    case: dict[str, object] = {"title": "原味酸奶召回", "title_en": "Plain yogurt recall", "kind": "recall", "class": 1}
    case |= {"regime": "cn_food", "depth": "consumer", "hazard": "菌落总数超标", "instructions": "停止食用"}
    case |= {"remedy": "refund", "scope": [line]}
    hot = f"{CHECK}/01/{gtin_of(0)}/10/L0"
    others = mixed(CHECK)
    plan: list[tuple[float, str]] = []
    moment = 0.0
    while moment < seconds:
        rate = 5 + (most - 5) * min(1.0, 2 * moment / seconds)
        plan.append((moment, hot if len(plan) % 2 else next(others)))
        moment += 1 / rate
    announced: list[float] = []
    with serve("wsgi:app", DATABASE_URL=url) as server:
        port = server.port
        year = datetime.now(UTC).year
        post(port, key, "recalls", case)
        post(port, key, f"recalls/{year}-0001/file-plan", {"reason": "检验不合格"})

        def announce() -> None:
            time.sleep(0.6 * seconds)
            post(port, key, f"recalls/{year}-0001/announce", {"reason": "计划已备案"})
            announced.append(time.perf_counter())

        speaker = Thread(target=announce)
        speaker.start()
        replies = follow(port, plan, 64)
        speaker.join()
    after = [reply for reply in replies if reply.target == hot and reply.due > announced[0]]
    late = [reply for reply in after if b'"recalled"' not in reply.body]
    delay = max((reply.done - announced[0] for reply in late), default=0.0)
    return [
        *(kind, f"{len(replies):,}", f"{1000 * quantile(replies, 0.5):.1f}", f"{1000 * quantile(replies, 0.99):.1f}"),
        sum(1 for reply in replies if reply.status != 200),
        *(len(after), len(late), f"{delay:.2f}", count_false(after, announced[0])),
    ]


def count_false(replies: Sequence[Reply], announced: float) -> int:
    """How many said "no recall known" when no worker may repeat an answer from before the announcement any more."""
    return sum(1 for one in replies if b'"no_recall_known"' in one.body and one.due > announced + LATEST)


def main(arguments: Sequence[str] = ()) -> None:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.check", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two seconds each instead of eight")
    parser.add_argument("--database", choices=KINDS)
    chosen = parser.parse_args(arguments)
    seconds = 2.0 if chosen.quick else 8.0
    rows: list[list[object]] = []
    flashes: list[list[object]] = []
    kinds = (chosen.database,) if chosen.database else KINDS
    with servers(kinds) as made:
        for kind in kinds:
            with made.new(kind) as database:
                url = database.engine.url.render_as_string(hide_password=False)
                with database.write() as session:
                    key = issue_key(session, "admin", None, "benchmark")
                with serve("wsgi:app", DATABASE_URL=url) as server:
                    register_first(server.port, key)
                fill(database)
                rows += measure_all(kind, url, seconds)
                flashes.append(flash(kind, url, key, 4 * seconds))
                print(" · ".join(map(str, flashes[-1])), flush=True)
    head = ["asked", "database", "requests/s", "bare, requests/s", "ratio"]
    head += ["µs of processor", "bare, µs", "ratio", "p50, ms", "p99, ms", "errors"]
    tables.show(f"The check under load ({tables.machine()})", head, rows)
    head = ["database", "requests", "p50, ms", "p99, ms", "errors", "of the batch, after it was announced"]
    head += ['not yet "recalled"', "the last of them after, s", 'false "no recall"']
    tables.show("A flash of 500 requests a second", head, flashes)


if __name__ == "__main__":
    main(sys.argv[1:])
