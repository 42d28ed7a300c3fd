"""Three PostgreSQL servers with one ledger on this machine: where statements go, and what a broken commit leaves.

`python -m deploy.three_servers [--documents N] [--postgresql FOLDER]`. The first server has the events and its share of
the ledger, the others have theirs (`deploy.spread`). The same documents are captured there and into one database alone;
then the servers' own logs tell which of them each hot operation was sent to; then servers die. docs/scale.md explains.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bench.documents import Event, Goods, batch, documents, making, movement
from bench.trade import trade
from deploy.local_servers import LocalServer, local_servers
from deploy.spread import spread
from recalls.cases import NewCase, find_case, open_case
from recalls.impact import read_impact
from recalls.scope import Line
from trace.capture import capture_document
from trace.check.code import check_code
from trace.derivation.rebuild import find_differences
from trace.epcis import json_format
from trace.identifiers import find_numbers
from trace.kit import migrate
from trace.kit.auth import Principal
from trace.kit.db import Database
from trace.models import AnnouncedWrite, Posting
from trace.models import Event as StoredEvent
from trace.readings import read_balance, read_trace
from trace.supply_graph import load

OPERATOR = Principal("admin", None, 1, "operator")
RUNS = 7

BREAK_COMMIT = (
    "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$",
    "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON {partition} DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION die()",
)
"""Deferred triggers run at COMMIT: the server's side of the connection dies there."""


@dataclass
class Report:
    """What was found: lines for people, and the facts that a test looks at."""

    lines: list[str] = field(default_factory=list)
    same_ledger: bool = False
    sent: dict[str, dict[str, tuple[int, list[int]]]] = field(default_factory=dict)
    """Operation → batch → (its server, statements that each of the three was sent)."""
    item_server: int = 0
    """Where goods of the item without a lot would be: a recall asks there too, by one statement for all batches."""
    others_went_on: bool = False
    refused_whole: bool = False
    differences_broken: int = 0
    differences_mended: int = 0

    def tell(self, line: str) -> None:
        """Print a line and keep it."""
        print(line, flush=True)
        self.lines.append(line)


class Trial:
    """The three servers, with the ledger spread over them."""

    def __init__(self, servers: Sequence[LocalServer]) -> None:
        self.servers = servers
        for server in servers:
            one = Database(server.url)
            migrate.upgrade(one)
            one.close()
        self.database = Database(servers[0].url)
        self.placed = spread(self.database, {"second": servers[1].url, "third": servers[2].url}, keep=True)
        servers[0].administer("CREATE DATABASE alone")
        self.alone = Database(servers[0].url_of("alone"))
        migrate.upgrade(self.alone)

    def owner(self, number: int) -> int:
        """Return which server has the batch: 0, 1 or 2."""
        which = text(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = 'postings'"
            "::regclass AND satisfies_hash_partition(inhparent, (SELECT CAST(count(*) AS integer) FROM pg_inherits "
            "WHERE inhparent = 'postings'::regclass), CAST(right(relname, 2) AS integer), CAST(:batch AS bigint))"
        )
        with self.database.read() as session:
            name = session.execute(which, {"batch": number}).scalar_one()
        return ["", "second", "third"].index(self.placed[name])

    def partition(self, number: int) -> str:
        """Return the partition of the postings of a batch."""
        with self.database.read() as session:
            own = select(text("tableoid::regclass::text")).select_from(Posting).where(Posting.batch_id == number)
            return str(session.scalars(own.limit(1)).one())

    def sent_during(self, work: Callable[[], Any]) -> list[int]:
        """Return how many statements about the ledger each of the other servers logged while ``work`` ran."""
        marks = [len(server.log()) for server in self.servers]
        work()
        counts = []
        for server, mark in zip(self.servers, marks, strict=True):
            new = server.log()[mark:].splitlines()
            counts.append(sum("postings_p" in line for line in new))
        return counts

    def close(self) -> None:
        """Close all connections."""
        self.database.close()
        self.alone.close()


def capture(database: Database, raw: bytes) -> None:
    """Capture as the service does, from bytes to commit."""
    events = json_format.parse_document(raw).events
    now = _now()
    with database.write() as session:
        job = capture_document(session, events, OPERATOR, now, now, "rollback")
    if not job.success:
        raise SystemExit(f"Cannot go on: {job.errors}")


def main(arguments: Sequence[str] | None = None) -> Report:
    """Set everything up, show it, and take it away again."""
    parser = argparse.ArgumentParser(prog="python -m deploy.three_servers", description=__doc__)
    parser.add_argument("--documents", type=int, default=10, help="documents of 1,000 events to load")
    parser.add_argument("--postgresql", help="the folder of initdb and pg_ctl")
    chosen = parser.parse_args(arguments)
    report = Report()
    with local_servers(3, chosen.postgresql) as servers:
        trial = Trial(servers)
        try:
            report.tell(trial.database.describe())
            _load(trial, report, chosen.documents)
            lots = _batches_by_server(trial)
            _show_where_statements_go(trial, report, lots)
            _lose_a_server(trial, report, lots)
            _break_a_commit(trial, report, lots)
        finally:
            trial.close()
    return report


def _load(trial: Trial, report: Report, count: int) -> None:
    seconds: dict[str, list[float]] = {"spread": [], "alone": []}
    for raw in documents(trade(1000 * count), 1000):
        for name, database in (("spread", trial.database), ("alone", trial.alone)):
            start = time.perf_counter()
            capture(database, raw)
            seconds[name].append(time.perf_counter() - start)
    rates = ", ".join(f"{name} {1000 / statistics.median(some):,.0f}" for name, some in seconds.items())
    report.tell(f"Captured {count:,} documents of 1,000 events, events/s: {rates}")
    report.same_ledger = _ledger(trial.database) == _ledger(trial.alone)
    report.tell(f"The ledger over three servers is that of one: {report.same_ledger}")
    for table in ("postings", "packed_postings"):
        with trial.database.writer.begin() as connection:
            connection.execute(text(f"ANALYZE {table}"))


def _ledger(database: Database) -> list[tuple[Any, ...]]:
    columns = (
        *(Posting.event_id, Posting.batch_id, Posting.uom, Posting.entry, Posting.origin_id, Posting.destination_id),
        *(Posting.amount, Posting.scale, Posting.at, Posting.is_open, Posting.instance_id),
    )
    with database.read() as session:
        return sorted((tuple(row) for row in session.execute(select(*columns))), key=repr)


def _batches_by_server(trial: Trial) -> dict[int, str]:
    """Make a few batches, and return a lot that each server has."""
    lots = [f"T{number}" for number in range(24)]
    made = [making(100_000 + number, 0, Goods(1000, lot=lot)) for number, lot in enumerate(lots)]
    for raw in documents(made):
        capture(trial.database, raw)
    return {trial.owner(_number(trial, lot)): lot for lot in lots}


def _number(trial: Trial, lot: str) -> int:
    return _number_of(trial, batch(lot))


def _number_of(trial: Trial, uri: str) -> int:
    with trial.database.read() as session:
        return find_numbers(session, [uri])[uri]


_numbers = iter(range(200_000, 300_000))


def _shipment(lot: str) -> Event:
    number = next(_numbers)
    return movement(number, number, "shipping", 7, Goods(2, lot=lot), number)


def _one(event: Event) -> bytes:
    (raw,) = documents([event])
    return raw


def _show_where_statements_go(trial: Trial, report: Report, lots: dict[int, str]) -> None:
    report.item_server = trial.owner(_number_of(trial, batch("").partition("/10/")[0]))
    report.tell(f"What moved of the item without a lot would be on server {report.item_server + 1}")
    for server, lot in sorted(lots.items()):
        for name, work in _operations(trial, lot).items():
            sent = trial.sent_during(work)
            report.sent.setdefault(name, {})[lot] = (server, sent)
            report.tell(
                f"{name}, batch on server {server + 1}: servers 2 and 3 are sent {sent[1]} and {sent[2]} statements"
            )


def _operations(trial: Trial, lot: str) -> dict[str, Callable[[], Any]]:
    uri = batch(lot)
    number = _number(trial, lot)
    case = _open_case(trial.database, lot)
    readings: dict[str, Callable[[Session], Any]] = {
        "supply graph": lambda session: load(session, [number]),
        "impact of a recall": lambda session: read_impact(session, find_case(session, case), _now()),
        "balance": lambda session: read_balance(session, OPERATOR, uri),
        "trace": lambda session: read_trace(session, OPERATOR, uri),
        "consumer's check": lambda session: check_code(session, uri, _now()),
    }
    shipment = _one(_shipment(lot))
    capturing: dict[str, Callable[[], Any]] = {"capture of a shipment": lambda: capture(trial.database, shipment)}
    return capturing | {name: partial(_read, trial.database, work) for name, work in readings.items()}


def _read(database: Database, work: Callable[[Session], Any]) -> None:
    with database.read() as session:
        work(session)


def _open_case(database: Database, lot: str) -> str:
    scope = (Line(id=batch(lot)),)
    new = NewCase(title="召回", hazard="菌落总数超标", instructions="停止食用", scope=scope)
    with database.write() as session:
        return open_case(session, OPERATOR, new, _now()).number


def _now() -> datetime:
    return datetime.now(UTC)


def _stored(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(StoredEvent)) or 0


def _lose_a_server(trial: Trial, report: Report, lots: dict[int, str]) -> None:
    before = _stored(trial.database)
    trial.servers[2].kill()
    try:
        both = [_shipment(lots[1]), _shipment(lots[2])]
        capture(trial.database, next(iter(documents(both))))
    except DBAPIError as error:
        report.refused_whole = _stored(trial.database) == before
        report.tell(f"Server 3 is down; a capture for servers 2 and 3 fails: {str(error.orig).splitlines()[0]}")
        report.tell(f"… and nothing of it is stored: {report.refused_whole}")
    capture(trial.database, _one(_shipment(lots[0])))
    capture(trial.database, _one(_shipment(lots[1])))
    report.others_went_on = _stored(trial.database) == before + 2
    report.tell(f"Batches of servers 1 and 2 are captured meanwhile: {report.others_went_on}")
    trial.servers[2].start()
    capture(trial.database, _one(_shipment(lots[2])))


def _break_a_commit(trial: Trial, report: Report, lots: dict[int, str]) -> None:
    before = _stored(trial.database)
    partition = trial.partition(_number(trial, lots[2]))
    for statement in BREAK_COMMIT:
        trial.servers[2].administer(statement.format(partition=partition), "suyuan")
    try:
        both = [_shipment(lots[1]), _shipment(lots[2])]
        capture(trial.database, next(iter(documents(both))))
    except DBAPIError as error:
        report.tell(f"Server 3 dies at COMMIT, server 2 has committed: {str(error.orig).splitlines()[0]}")
    trial.servers[2].administer("DROP FUNCTION die() CASCADE", "suyuan")
    with trial.database.read() as session:
        announced = session.scalar(select(func.count()).select_from(AnnouncedWrite)) or 0
    report.tell(f"Events stored: {_stored(trial.database) - before}; announced writes left: {announced}")
    report.differences_broken = _differences(trial.database)
    report.tell(f"Derived rows that are wrong then: {report.differences_broken}")
    capture(trial.database, _one(_shipment(lots[0])))
    report.differences_mended = _differences(trial.database)
    report.tell(f"… and after the next capture: {report.differences_mended}")


def _differences(database: Database) -> int:
    with database.write() as session:
        found = find_differences(session)
        session.rollback()
    return found


if __name__ == "__main__":
    main()
