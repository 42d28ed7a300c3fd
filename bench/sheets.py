"""Sheets of 100,000 rows: how long the check and the taking last, how long others wait, how much memory it takes.

python -m bench.sheets [--quick] [--database sqlite|postgresql]
"""

import argparse
import resource
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bench import tables
from bench.databases import KINDS, servers
from trace.bodies import LocationIn, PartyIn, ProductIn
from trace.kit.auth import Principal
from trace.kit.db import Database
from trace.master_data import register_location, register_party, register_product
from trace.models import Party, SheetImport
from trace.sheets_in import imports
from trace.sheets_in.running import run

ADMIN = Principal("admin", None, 0, "bench")
PLANT, SHOP, GTIN = "9520000000011", "9520000000028", "9520000000103"


def sheet(kind: str, rows: int) -> bytes:
    """A CSV file of a kind; each shipment has one line."""
    if kind == "batches":
        head, line = "条码,批号,数量,生产日期,地点", f"{GTIN},L%d,120,2026-03-01,{PLANT}"
    else:
        head = "单据号,发货时间,发货地 GLN,收货地 GLN,条码,批号,数量"
        line = f"D%d,2026-03-02 08:00,{PLANT},{SHOP},{GTIN},L1,1"
    return "\n".join([head, *(line % at for at in range(rows))]).encode()


def register(database: Database) -> Principal:
    """A maker with a plant and a product."""
    now = datetime.now(UTC)
    with database.write() as session:
        party, _ = register_party(session, ADMIN, PartyIn(gln=PLANT, name="x"), now)
        register_location(session, ADMIN, LocationIn(gln=PLANT, name="x", kind="plant", party=PLANT), now)
        product = {"commodity_code": GTIN, "name": "x", "party": PLANT}
        register_product(session, ADMIN, ProductIn.model_validate(product), now)
        return Principal("company", party.id, 0, "bench")


@contextmanager
def others(database: Database) -> Iterator[dict[str, float]]:
    """Read and write all the while; tells the longest wait of both."""
    over = threading.Event()
    worst = {"read": 0.0, "write": 0.0}

    def keep(name: str, ask: Any) -> None:
        while not over.is_set():
            start = time.perf_counter()
            # who waits longer than BUSY_TIMEOUT_SECONDS is told to come again
            with suppress(OperationalError), ask() as session:
                session.scalar(select(Party.id).limit(1))
            worst[name] = max(worst[name], time.perf_counter() - start)
            time.sleep(0.02)

    threads = [
        threading.Thread(target=keep, args=pair) for pair in (("read", database.read), ("write", database.write))
    ]
    for thread in threads:
        thread.start()
    yield worst
    over.set()
    for thread in threads:
        thread.join()


def timed(database: Database, number: int) -> tuple[str, str]:
    """Do what an import waits for; returns the time by the clock, and the processor time of this process."""
    start, used = time.perf_counter(), time.process_time()
    run(database, number)
    return f"{time.perf_counter() - start:.1f}", f"{time.process_time() - used:.1f}"


def measure(url: str, kind: str, rows: int, told: Any) -> None:
    """Bring, check and take one sheet in a process of its own; puts a line of the table into `told`."""
    database = Database(url)
    principal = register(database)
    data = sheet(kind, rows)
    with database.write() as session:
        number = imports.bring(session, principal, kind, "bench.csv", data, datetime.now(UTC))[0].id
    checked = timed(database, number)
    with database.write() as session:
        imports.order(session.get_one(SheetImport, number), "all", datetime.now(UTC))
    with others(database) as worst:
        taken = timed(database, number)
    with database.read() as session:
        row = session.get_one(SheetImport, number)
        if (row.state, row.taken) != ("taken", rows):
            raise SystemExit(f"Cannot go on: {row.state}, {row.taken} of {rows} rows.")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures = (*checked, *taken, f"{worst['write']:.1f}", f"{worst['read']:.2f}", str(memory))
    told.put([kind, database.dialect, f"{rows:,}", *figures])
    database.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill an empty database with each sheet and print a table."""
    parser = argparse.ArgumentParser(prog="python -m bench.sheets", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--database", choices=KINDS, help="this one alone")
    chosen = parser.parse_args(arguments)
    rows = 10_000 if chosen.quick else 100_000
    lines: list[list[object]] = []
    context = get_context("spawn")
    with servers() as made:
        for kind in (chosen.database,) if chosen.database else KINDS:
            for word in ("batches", "shipments"):
                with made.new(kind) as database:
                    url = database.engine.url.render_as_string(hide_password=False)
                    told: Any = context.Queue()
                    process = context.Process(target=measure, args=(url, word, rows, told))
                    process.start()
                    process.join()
                    lines.append(told.get(timeout=5))
                    print(lines[-1], flush=True)
    head = ["sheet", "database", "rows", "check, s", "processor, s", "take, s", "processor, s"]
    head += ["longest write, s", "longest read, s", "memory, MB"]
    tables.show(f"Sheets brought by firms ({tables.machine()})", head, lines)


if __name__ == "__main__":
    main()
