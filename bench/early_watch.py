"""What one look of early warning takes while goods are sold and brought back by the million, on both databases.

`python -m bench.early_watch [--sales N]`. N items are sold in the last week, one by one; of every hundred thousand
one is sold in two places. One in fifty of as many sales is brought back, in each of fifteen weeks. Without HTTP.
"""

import argparse
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench import tables
from bench.databases import KINDS, servers
from bench.oversight_complaints import NOW, add_goods
from oversight.warnings.copies import find_copied, note_copied
from oversight.warnings.unusual import WEEK
from oversight.warnings.watch import look, tell
from trace.fold.entries import Entry
from trace.fold.steps import Verb
from trace.kit.bulk import insert_tuples, stored_value
from trace.kit.db import Base, Database
from trace.models import Event, EventItem, Identifier, Posting, Product, Role

FIRST = 1_000_000
"""Numbers of identifiers of the items begin here; places' lie below."""
PLACES = 500
CHUNK = 50_000
COPIED = 100_000
"""Of so many sales one is of a serial that another place sold."""
STEPS = {Verb.SELL: "retail_selling", Verb.TAKE_BACK: "accepting"}
BACK = 50
"""Of so many sales one comes back."""
WEEKS = 15


def main(args: list[str] | None = None) -> None:
    """Fill both databases and show what a look takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sales", type=int, default=1_000_000)
    parser.add_argument("--databases", nargs="+", default=list(KINDS), choices=KINDS)
    wanted = parser.parse_args(args)
    with servers(tuple(wanted.databases)) as made:
        for kind in wanted.databases:
            with made.new(kind) as database:
                fill(database, wanted.sales)
                rows = list(measure(database))
                tables.show(f"{wanted.sales} sales in a week, {database.describe()}", ("question", "found", "s"), rows)


def measure(database: Database) -> Iterator[tuple[str, int, str]]:
    """Ask each question once."""
    began = time.perf_counter()

    def took() -> str:
        nonlocal began
        before, began = began, time.perf_counter()
        return f"{began - before:.2f}"

    for name, after in (("all sales for copied serials, once", 0), ("a tenth of them", 10)):
        with database.read() as session:
            newest = find_copied(session, 2**62)[1]
            copied, _newest = find_copied(session, after and newest - newest // after)
            yield name, len(copied), took()
        with database.write() as session:
            note_copied(session, copied)
    for name in ("a look, beside those who write", "the next look"):
        with database.read() as session:
            seen = look(session, NOW)
        yield name, sum(len(cases) for cases in seen.cases.values()), took()
        with database.write() as session:
            yield "what it found is written", len(tell(session, seen)), took()


def fill(database: Database, sales: int) -> None:
    """Write firms, products, places and the sales of a week."""
    with database.write() as session:
        _firms, products = add_goods(session)
        gtins = [session.get_one(Product, one).gtin for one in products]
        write(session, Identifier, [_identifier(FIRST - PLACES + n, f"place:{n}", "location") for n in range(PLACES)])
    for start in range(0, sales, CHUNK):
        numbers = range(start, min(start + CHUNK, sales))
        new = [n for n in numbers if n % COPIED]
        with database.write() as session:
            write(session, Identifier, [_item(gtins, n) for n in new])
            write(session, Event, [_sale(session, n, sales) for n in numbers])
            write(session, EventItem, [_line(n) for n in numbers])
    back = sales // BACK
    for start in range(0, WEEKS * back, CHUNK):
        numbers = range(start, min(start + CHUNK, WEEKS * back))
        with database.write() as session:
            write(session, Event, [_return(session, sales, n, NOW - WEEK * (WEEKS - n / back)) for n in numbers])
            write(session, Posting, [_posting(products, sales, n, NOW - WEEK * (WEEKS - n / back)) for n in numbers])
    with database.writer.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def write(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Write rows of equal columns."""
    insert_tuples(session, model, tuple(rows[0]), [tuple(row.values()) for row in rows])


def _identifier(number: int, uri: str, kind: str, gtin: str | None = None) -> dict[str, Any]:
    return {"id": number, "uri": uri, "kind": kind, "gtin": gtin}


def _item(gtins: list[str], number: int) -> dict[str, Any]:
    gtin = gtins[number % len(gtins)]
    return _identifier(FIRST + number, f"https://id.gs1.org/01/{gtin}/21/S{number}", "instance", gtin)


def _sale(session: Session, number: int, sales: int) -> dict[str, Any]:
    return _event(session, number, NOW - WEEK * (1 - number / sales), Verb.SELL)


def _return(session: Session, sales: int, number: int, at: datetime) -> dict[str, Any]:
    return _event(session, sales + number, at, Verb.TAKE_BACK)


def _posting(products: list[int], sales: int, number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number + 1,
        "event_id": sales + number + 1,
        "batch_id": products[number % len(products)],
        "uom": "",
        "entry": int(Entry.RETURNED),
        "destination_id": _place(number),
        "amount": 1,
        "scale": 0,
        "at": _microseconds(at),
        "is_open": False,
    }


def _place(number: int) -> int:
    return FIRST - PLACES + number % (PLACES - 1)


def _microseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000


def _event(session: Session, number: int, at: datetime, verb: Verb) -> dict[str, Any]:
    place = _place(number)
    return {
        "id": number + 1,
        "event_id": f"urn:uuid:{number:08x}-0000-4000-8000-000000000000",
        "content_hash": f"{number:064x}",
        "has_event_id": True,
        "type": "ObjectEvent",
        "at": _microseconds(at),
        "time_zone_offset": "+08:00",
        "record_time": stored_value(session, Event.record_time, at),
        "action": "OBSERVE",
        "biz_step": STEPS[verb],
        "verb": int(verb),
        "rank": 0,
        "origin_id": place,
        "place_id": place,
        "read_point_id": place,
        "biz_location_id": place,
        "captured_by": 1,
        "body": "{}",
        "context": "[]",
    }


def _line(number: int) -> dict[str, Any]:
    sold = FIRST + number + (number % COPIED == 0)
    common = {"event_id": number + 1, "position": 0, "role": int(Role.ITEM), "identifier_id": sold, "is_class": False}
    return {**common, "amount": None, "scale": 0, "uom": ""}


if __name__ == "__main__":
    main()
