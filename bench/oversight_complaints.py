"""Complaints in number: the board, statistics, duties and what early warning asks, on both databases.

`python -m bench.oversight_complaints [--complaints N]`. Of N matters one in twenty goes on, half of
these unassigned and a fifth overdue. The best and the median of the operations, without HTTP.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench import tables
from bench.databases import KINDS, servers
from oversight.complaints.board import count_shelves, list_shelf
from oversight.complaints.observed import observe_complaints
from oversight.complaints.reminders import remind
from oversight.complaints.statistics import Span, count_by, count_duties
from oversight.jurisdictions import add_jurisdiction, assign_staff
from oversight.matters.reading import Wanted, list_matters, write_matters
from oversight.models import Citizen, Complaint, ComplaintCause, Matter, MatterClock, Signal, TimeLimit
from oversight.warnings.reading import count_raised, list_signals, read_signal, write_signals
from oversight.warnings.watch import watch
from trace.gs1 import read_identifier
from trace.gs1.check_digits import check_digit
from trace.identifiers import intern_identifiers
from trace.kit.auth import ApiKey, Principal
from trace.kit.db import Database, insert_rows
from trace.models import Party, Product

ROUNDS = 15
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
DAYS = 360
SIGNALS = 20_000
FIRMS, PRODUCTS, CITIES, COUNTIES = 2_000, 3_000, 6, 8
OFFICER = Principal("regulator", None, 1, "officer")
KINDS_OF = ("complaint", "complaint", "complaint", "report", "inquiry", "praise")
YEAR = Span(date(2025, 11, 1), date(2026, 11, 30))


def main(args: list[str] | None = None) -> None:
    """Fill both databases and show what each question takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--complaints", type=int, default=200_000)
    parser.add_argument("--databases", nargs="+", default=list(KINDS), choices=KINDS)
    wanted = parser.parse_args(args)
    with servers(tuple(wanted.databases)) as made:
        for kind in wanted.databases:
            with made.new(kind) as database:
                fill(database, wanted.complaints)
                rows = [(name, *measure(database, ask)) for name, ask in QUESTIONS.items()]
                rows += _measure_watch(database)
                title = f"{wanted.complaints} complaints, {database.describe()}"
                tables.show(title, ("question", "rows", "best ms", "median ms"), rows)


def fill(database: Database, number: int) -> None:
    """Enter offices, firms, products, and matters of a year with their clocks and citizens."""
    draw = random.Random(8)
    with database.write() as session:
        codes = add_offices(session)
        firms, products = add_goods(session)
        causes = list(session.scalars(select(ComplaintCause.word)))
        limit = session.scalars(
            select(TimeLimit.id).where(TimeLimit.kind == "complaint", TimeLimit.word == "accept")
        ).one()
        for first in range(1, number + 1, 20_000):
            ids = range(first, min(first + 20_000, number + 1))
            _matters(session, draw, ids, number, codes, firms, products, causes, limit)
        _signals(session, number, products)
    with database.write() as session:
        session.execute(text("ANALYZE"))
        if session.get_bind().dialect.name == "postgresql":  # rows came with their numbers
            session.execute(
                text("SELECT setval(pg_get_serial_sequence('matters', 'id'), (SELECT max(id) FROM matters))")
            )


def add_offices(session: Session) -> list[str]:
    """Enter six cities of eight counties, and an officer (key 1) in one of them; returns the codes."""
    codes = []
    for city in range(1, CITIES + 1):
        for county in range(COUNTIES + 1):
            code = f"32{city:02d}{county:02d}"
            add_jurisdiction(session, code, f"局 {code}", f"Office {code}", None, NOW)
            codes.append(code)
    for name in ("operator", "officer"):
        key = ApiKey(prefix=name, secret_hash="", role="regulator", party_id=None, name=name, created_at=NOW)
        session.add(key)
        session.flush()
    operator = Principal("admin", None, 1, "operator")
    assign_staff(session, operator, 1, "320101", "officer", NOW)
    return codes


def add_goods(session: Session) -> tuple[list[int], list[int]]:
    """Enter firms and products; returns their rows."""
    parties = [
        Party(gln=f"952{at:09d}" + check_digit(f"952{at:09d}"), name=f"企业 {at}", registered_at=NOW)
        for at in range(FIRMS)
    ]
    session.add_all(parties)
    session.flush()
    gtins = [f"0952{at:09d}" + check_digit(f"0952{at:09d}") for at in range(PRODUCTS)]
    uris = [f"https://id.gs1.org/01/{one}" for one in gtins]
    numbers = intern_identifiers(session, [read_identifier(one) for one in uris])
    rows = [
        {"id": numbers[uri], "gtin": gtin, "commodity_code": gtin[1:], "name": f"商品 {gtin}", "classifications": "[]",
         "registered_at": NOW}
        for uri, gtin in zip(uris, gtins, strict=True)
    ]  # fmt: skip
    insert_rows(session, Product, rows)
    return [one.id for one in parties], [numbers[uri] for uri in uris]


def _matters(
    session: Session,
    draw: random.Random,
    ids: range,
    number: int,
    codes: list[str],
    firms: list[int],
    products: list[int],
    causes: list[str],
    limit: int,
) -> None:
    matters, complaints, clocks, citizens = [], [], [], []
    for one in ids:
        opened = NOW - timedelta(days=DAYS) * (1 - one / number)
        running = one % 20 == 0
        kind, code = draw.choice(KINDS_OF), draw.choice(codes)
        product, firm = draw.choice(products), firms[int(len(firms) * draw.random() ** 3)]
        stage = {"complaint": "accepted", "report": "received", "inquiry": "asked", "praise": "received"}[kind]
        matters.append(
            {"id": one, "number": f"X{one:08d}", "kind": kind, "stage": stage if running else "closed",
             "title": f"质量问题 {one}", "code": code, "opened_in": code,
             "handler_id": None if one % 40 == 0 else 1, "party_id": firm, "product_id": product, "opened_at": opened,
             "ended_at": None if running else opened}
        )  # fmt: skip
        complaints.append(
            {"matter_id": one, "kind": kind, "channel": "web", "cause": draw.choice(causes), "region": code,
             "opened_on": opened.date(), "product_id": product, "party_id": firm, "query_hash": "0" * 64,
             "sent_mark": f"mark {one}", "source": f"{draw.randrange(number):020d}", "accepted_at": opened,
             "accepted_in_time": one % 9 != 0, "first_answer_minutes": draw.randrange(10_000),
             "settled_in_time": None if running else one % 7 != 0, "outcome": None if running else "settled",
             "satisfaction": None if running else 1 + one % 5}
        )  # fmt: skip
        due = NOW - timedelta(days=1) if running and one % 100 == 0 else opened + timedelta(days=400)
        clocks.append(
            {"matter_id": one, "limit_id": limit, "started_at": opened, "due_at": due, "calendar_complete": True,
             "met_at": None if running else opened, "met_by": None if running else "accept",
             "told_at": due + timedelta(seconds=1) if running and one % 100 == 0 else None}
        )  # fmt: skip
        citizens.append(
            {
                "matter_id": one,
                "name": "王某",
                "phone": f"139{one:08d}",
                "disclosed": "[]",
                "erase_on": date(2029, 1, 1),
            }
        )
    for model, rows in ((Matter, matters), (Complaint, complaints), (MatterClock, clocks), (Citizen, citizens)):
        insert_rows(session, model, rows)


def _board(shelf: str) -> Callable[[Session], int]:
    def ask(session: Session) -> int:
        rows = list_shelf(session, OFFICER, shelf, None, None, None, 51, NOW)  # type: ignore[arg-type]
        return len(write_matters(session, OFFICER, rows, NOW))

    return ask


def _national(shelf: str) -> Callable[[Session], int]:
    auditor = Principal("auditor", None, 9, "auditor")

    def ask(session: Session) -> int:
        rows = list_shelf(session, auditor, shelf, None, None, None, 51, NOW)  # type: ignore[arg-type]
        return len(write_matters(session, auditor, rows, NOW))

    return ask


def _count(by: str, span: Span) -> Callable[[Session], int]:
    operator = Principal("admin", None, 1, "operator")
    return lambda session: len(count_by(session, operator, span, by))  # type: ignore[arg-type]


def _signals(session: Session, number: int, products: list[int]) -> None:
    """Signals of the same year, one in a hundred still to be decided on."""
    rows = [
        {"id": at, "number": f"YJ{at:08d}", "kind": "signal", "stage": "raised" if at % 100 == 0 else "dismissed",
         "title": f"商品 {at}", "code": "320101", "opened_in": "320101", "product_id": products[at % len(products)],
         "opened_at": NOW - timedelta(days=30), "ended_at": None if at % 100 == 0 else NOW}
        for at in range(number + 1, number + SIGNALS + 1)
    ]  # fmt: skip
    insert_rows(session, Matter, rows)
    figures = {"sort": "complaint", "cases": 5, "window": 5, "sources": 5}
    insert_rows(session, Signal, [{"matter_id": row["id"], **figures} for row in rows])


def _measure_watch(database: Database) -> list[tuple[str, str, str, str]]:
    """What the worker does after a step, and one of its signals with its cases: nothing of it stays."""
    watched, read, found, cases = [], [], 0, 0
    for _ in range(ROUNDS):
        with database.write() as session:
            begin = time.perf_counter()
            raised = watch(session, NOW)
            watched.append((time.perf_counter() - begin) * 1000)
            session.expire_all()
            begin = time.perf_counter()
            found, cases = len(raised), len(read_signal(session, OPERATOR, raised[0], NOW)["observed"])
            read.append((time.perf_counter() - begin) * 1000)
            session.rollback()
    named = (("the watch of early warning, a round", found, watched), ("a signal with its cases", cases, read))
    return [(name, str(rows), f"{min(ms):.1f}", f"{statistics.median(ms):.1f}") for name, rows, ms in named]


def _signals_of(waiting: str | None, sort: str | None) -> Callable[[Session], int]:
    wanted = Wanted(kinds=("signal",), waiting=waiting)  # type: ignore[arg-type]

    def ask(session: Session) -> int:
        return len(write_signals(session, OFFICER, list_signals(session, OFFICER, wanted, sort, None, 51, NOW), NOW))  # type: ignore[arg-type]

    return ask


OPERATOR = Principal("admin", None, 9, "operator")
CITY = Span(YEAR.since, YEAR.until, "320100")
QUESTIONS: Mapping[str, Callable[[Session], int]] = {
    **{f"a county's board, {shelf}": _board(shelf) for shelf in ("running", "unassigned", "mine", "overdue", "ended")},
    **{f"the country's board, {shelf}": _national(shelf) for shelf in ("running", "unassigned", "overdue", "ended")},
    "the shelves counted, a county": lambda session: count_shelves(session, OFFICER, NOW).running,
    "the shelves counted, the country": lambda session: count_shelves(session, OPERATOR, NOW).running,
    "all matters, a county": lambda session: len(list_matters(session, OFFICER, Wanted(), None, 51, NOW)),
    **{f"a year by {by}, the country": _count(by, YEAR) for by in ("cause", "product", "firm", "region", "month")},
    **{f"a year by {by}, a city": _count(by, CITY) for by in ("cause", "product", "firm", "region")},
    "duties of a year, the country": lambda session: len(count_duties(session, OPERATOR, YEAR, NOW)["duties"]),
    "duties of a year, a city": lambda session: len(count_duties(session, OPERATOR, CITY, NOW)["duties"]),
    "signals to be decided on, a county": _signals_of("open", None),
    "all signals, a county": _signals_of(None, None),
    "signals of complaints, a county": _signals_of(None, "complaint"),
    "signals to be decided on, counted": lambda session: count_raised(session, OFFICER),
    "observed in a week": lambda session: len(observe_complaints(session, NOW - timedelta(days=7), NOW)),
    "a round of the worker, nothing due": lambda session: remind(session, NOW),
}


def measure(database: Database, ask: Callable[[Session], int]) -> tuple[str, str, str]:
    """Return how many rows an answer has, and the best and the median time that it takes (ms)."""
    taken = []
    found = 0
    for _ in range(ROUNDS):
        with database.read() as session:
            begin = time.perf_counter()
            found = ask(session)
            taken.append((time.perf_counter() - begin) * 1000)
    return str(found), f"{min(taken):.1f}", f"{statistics.median(taken):.1f}"


if __name__ == "__main__":
    main()
