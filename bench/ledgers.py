"""A firm's ledgers among a million postings: how long a page, its sums and a search take.

`python -m bench.ledgers [--lines N] [--others N]`, on both databases. One firm has N lines of purchases and N of sales
in two years; others trade beside it. The best and the median of the operations, without HTTP.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import tables
from bench.databases import KINDS, servers
from oversight.ledgers.reading import Ledger, read_lines, read_totals
from oversight.ledgers.rows import write_lines, write_totals
from trace.events.rows import microseconds
from trace.fold.entries import Entry
from trace.gs1.check_digits import check_digit
from trace.kit.auth import Principal
from trace.kit.bulk import insert_tuples
from trace.kit.db import Database, insert_rows
from trace.models import Batch, Event, Identifier, Location, Party, Posting, Product

ROUNDS = 11
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
DAYS = 720
PLACES, OWN, PRODUCTS, BATCHES = 1_000, 8, 600, 60_000
FIRST_PRODUCT, FIRST_BATCH = PLACES + 1, PLACES + PRODUCTS + 1
OFFICIAL = Principal("admin", None, 1, "operator")
AT_ONCE = 50_000


def main(args: list[str] | None = None) -> None:
    """Fill both databases and show what each question takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--others", type=int, default=800_000)
    parser.add_argument("--databases", nargs="+", default=list(KINDS), choices=KINDS)
    wanted = parser.parse_args(args)
    with servers(tuple(wanted.databases)) as made:
        for kind in wanted.databases:
            with made.new(kind) as database:
                fill(database, wanted.lines, wanted.others)
                rows = [(name, *_measure(database, ask)) for name, ask in QUESTIONS.items()]
                title = f"{wanted.lines} lines a ledger, {2 * wanted.lines + wanted.others} postings, "
                tables.show(title + database.describe(), ("question", "rows", "best ms", "median ms"), rows)


def fill(database: Database, lines: int, others: int) -> None:
    """Enter places, goods, and the events that moved them, in the order of time."""
    draw = random.Random(9)
    with database.write() as session:
        _master_data(session)
        start = microseconds(NOW - timedelta(days=DAYS))
        step = DAYS * 24 * 3600 * 1_000_000 // (2 * lines + others)
        kinds = [0] * lines + [1] * lines + [2] * others
        draw.shuffle(kinds)
        for first in range(0, len(kinds), AT_ONCE):
            some = kinds[first : first + AT_ONCE]
            rows = list(_postings(draw, some, first, start, step))
            insert_tuples(session, Posting, _POSTING, rows)
            events = sorted({(row[1], row[2]) for row in rows})
            insert_rows(session, Event, [_event(number, at) for number, at in events])
    with database.write() as session:
        session.execute(text("ANALYZE"))


_POSTING = (
    *("id", "event_id", "at", "batch_id", "uom", "entry", "origin_id", "destination_id"),
    *("amount", "scale", "is_open"),
)


def _postings(
    draw: random.Random, kinds: list[int], first: int, start: int, step: int
) -> Iterator[tuple[int, int, int, int, str, int, int, int, int, int, bool]]:
    """Four lines an event; kind 0 comes to the firm, 1 leaves it, 2 is between others."""
    for number, kind in enumerate(kinds, first + 1):
        event = (number + 3) // 4 * 3 + kind  # three events a moment, one for each kind
        own, other, third = draw.randint(1, OWN), draw.randint(OWN + 1, PLACES), draw.randint(OWN + 1, PLACES)
        origin, destination = {0: (other, own), 1: (own, other), 2: (other, third)}[kind]
        entry = Entry.RECEIVED if kind == 0 else Entry.SHIPPED
        batch = FIRST_BATCH + draw.randrange(BATCHES)
        at = start + (number + 3) // 4 * 4 * step
        yield number, event, at, batch, "", int(entry), origin, destination, draw.randint(1, 500), 0, False


def _event(number: int, at: int) -> dict[str, object]:
    return {
        "id": number, "event_id": f"urn:example:event:{number}", "content_hash": "", "has_event_id": True,
        "type": "ObjectEvent", "at": at, "time_zone_offset": "+08:00", "record_time": NOW, "verb": 0, "rank": 0,
        "body": "", "context": "",
    }  # fmt: skip


def _master_data(session: Session) -> None:
    glns = {number: _checked(f"952{number:09d}") for number in range(1, PLACES + 1)}
    identifiers = [
        {"id": number, "uri": f"https://id.gs1.org/414/{gln}", "kind": "location", "gln": gln}
        for number, gln in glns.items()
    ]
    firms = [max(number - OWN, 0) + 1 for number in glns]
    parties = [
        {"id": firm, "gln": _checked(f"953{firm:09d}"), "name": f"企业 {firm}", "address": "x", "phone": "1",
         "registered_at": NOW}
        for firm in sorted(set(firms))
    ]  # fmt: skip
    places = [
        {
            "id": number,
            "gln": gln,
            "name": f"仓库 {number}",
            "party_id": firm,
            "kind": "warehouse",
            "registered_at": NOW,
        }
        for (number, gln), firm in zip(glns.items(), firms, strict=True)
    ]  # fmt: skip
    gtins = [_gtin(number) for number in range(PRODUCTS)]
    products, batches = [], []
    for number, gtin in enumerate(gtins):
        identifiers.append(
            {"id": FIRST_PRODUCT + number, "uri": f"https://id.gs1.org/01/{gtin}", "kind": "item", "gtin": gtin}
        )
        products.append(
            {"id": FIRST_PRODUCT + number, "gtin": gtin, "commodity_code": gtin, "name": f"商品 {number}",
             "specification": "200 g", "classifications": "[]", "registered_at": NOW}
        )  # fmt: skip
    for number in range(BATCHES):
        gtin, lot = gtins[number % PRODUCTS], f"L{number:06d}"
        identifiers.append(
            {"id": FIRST_BATCH + number, "uri": f"https://id.gs1.org/01/{gtin}/10/{lot}", "kind": "batch",
             "gtin": gtin, "lot": lot}
        )  # fmt: skip
        batches.append(
            {"id": FIRST_BATCH + number, "gtin": gtin, "lot": lot, "amount": 1, "scale": 0, "uom": "",
             "produced_on": NOW.date(), "expires_on": NOW.date(), "location_id": 1, "event_id": 1,
             "registered_at": NOW}
        )  # fmt: skip
    columns = ("id", "uri", "kind", "gtin", "lot", "gln")
    insert_tuples(session, Identifier, columns, [tuple(one.get(name) for name in columns) for one in identifiers])
    insert_rows(session, Party, parties)
    insert_rows(session, Location, places)
    insert_rows(session, Product, products)
    insert_rows(session, Event, [_event(1, 0)])
    insert_rows(session, Batch, batches)


def _checked(digits: str) -> str:
    return digits + str(check_digit(digits))


def _gtin(number: int) -> str:
    return _checked(f"0952{number:09d}")


def _page(**conditions: Any) -> Callable[[Session], int]:
    """The first page of a ledger, described."""

    def ask(session: Session) -> int:
        ledger = Ledger(**{"side": "purchase", "own": OWN_PLACES} | conditions)
        return len(write_lines(session, OFFICIAL, read_lines(session, ledger, NOW, 51)))

    return ask


def _deep(session: Session) -> int:
    """A page of a year ago."""
    after = (-microseconds(NOW - timedelta(days=365)), 0, 0, "", "", 0, 0)
    return len(write_lines(session, OFFICIAL, read_lines(session, Ledger("sale", OWN_PLACES), NOW, 51, after)))


def _totals(**conditions: Any) -> Callable[[Session], int]:
    def ask(session: Session) -> int:
        ledger = Ledger(**{"side": "purchase", "own": OWN_PLACES} | conditions)
        return len(write_totals(session, OFFICIAL, ledger.side, read_totals(session, ledger)))

    return ask


OWN_PLACES = frozenset(range(1, OWN + 1))
MONTH = {"since": date(2026, 10, 1), "until": date(2026, 10, 31)}
QUESTIONS: Mapping[str, Callable[[Session], int]] = {
    "purchases, the newest page": _page(),
    "sales, the newest page": _page(side="sale"),
    "sales, a page of a year ago": _deep,
    "purchases of a month": _page(**MONTH),
    "purchases of one product": _page(gtin=_gtin(7)),
    "purchases of a product never bought": _page(gtin=_gtin(PRODUCTS)),
    "purchases from one place": _page(others=frozenset({500})),
    "purchases from a place never dealt with": _page(others=frozenset({10**9})),
    "a firm with some 800 lines": _page(side="sale", own=frozenset({900})),
    "sums of a month": _totals(**MONTH),
    "sums of a year": _totals(since=date(2025, 11, 20)),
    "sums of all purchases": _totals(),
    "sums of all sales": _totals(side="sale"),
}


def _measure(database: Database, ask: Callable[[Session], int]) -> tuple[str, str, str]:
    taken, found = [], 0
    for _ in range(ROUNDS):
        with database.read() as session:
            begin = time.perf_counter()
            found = ask(session)
            taken.append((time.perf_counter() - begin) * 1000)
    return str(found), f"{min(taken):.1f}", f"{statistics.median(taken):.1f}"


if __name__ == "__main__":
    main()
