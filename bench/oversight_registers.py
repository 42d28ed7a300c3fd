"""Registers with 200,000 entries: how long lists, searches and the questions of other parts take.

`python -m bench.oversight_registers [--entries N]`, on both databases. The slowest of five of each operation, without
HTTP.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.databases import KINDS, servers
from oversight.models import RegisterEntry, RegisterSpan, RegisterVersion
from oversight.registers.certificates import certificates_on
from oversight.registers.entries import WantedEntries, find_entry, list_entries, write_entries
from oversight.registers.findings import find_findings
from oversight.registers.licences import valid_licence
from oversight.registers.standing import standing_on
from trace.kit.db import Database, insert_rows
from trace.models import Party
from trace.permits import Category, set_category

FIRMS = 20_000
TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
AT_ONCE = 20_000


def main() -> None:
    """Fill each kind of database and time what is asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=200_000)
    entries = parser.parse_args().entries
    with servers() as made:
        for kind in KINDS:
            with made.new(kind) as database:
                with database.write() as session:
                    _fill(session, entries)
                if kind == "postgresql":
                    _analyze(database)
                with database.read() as session:
                    for name, ask in _questions(session):
                        print(f"{kind:11} {name:28} {_slowest(ask):8.1f} ms")


def _analyze(database: Database) -> None:
    """As PostgreSQL does by itself in the minutes after a load."""
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _fill(session: Session, entries: int) -> None:
    for _some in _parts(range(1, FIRMS + 1)):
        insert_rows(
            session, Party, [{"id": n, "gln": f"{n:013}", "name": f"企业{n}", "registered_at": NOW} for n in _some]
        )
    set_category(session, Category("dairy", "GPC", "5013", "乳制品", "Dairy", date(2010, 1, 1)))
    for some in _parts(range(1, entries + 1)):
        insert_rows(session, RegisterEntry, [_entry(n) for n in some])
        insert_rows(session, RegisterSpan, [_span(n) for n in some])
        insert_rows(session, RegisterVersion, [version for n in some for version in _versions(n)])


def _parts(numbers: range) -> Iterator[range]:
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]


def _entry(n: int) -> dict[str, Any]:
    word = ("licences", "certificates")[n % 2]
    party = n % FIRMS + 1
    return {"id": n, "register": word, "key": f"N{n:08}", "name": f"企业{party}", "party_id": party, "product_id": None}


def _span(n: int) -> dict[str, Any]:
    return {"id": n, "entry_id": n, "valid_from": date(2022, 1, 1), "valid_to": date(2026, 12, 31)}


def _versions(n: int) -> list[dict[str, Any]]:
    said = {"number": f"N{n:08}", "party": "9520000000011", "valid_from": "2022-01-01", "valid_to": "2026-12-31"}
    said |= {"scheme": "CCC"} if n % 2 else {}
    content = json.dumps(said if n % 2 else {**said, "categories": ["dairy"]})
    base = {
        "entry_id": n,
        "content": content,
        "recorded_at": NOW,
        "recorded_by": 1,
        "recorded_name": "x",
        "reason": None,
    }
    return [{**base, "id": 2 * n}, {**base, "id": 2 * n + 1}]


def _questions(session: Session) -> list[tuple[str, Callable[[], object]]]:
    def listed(wanted: WantedEntries, after: str | None = None) -> Callable[[], object]:
        return lambda: write_entries(session, list_entries(session, "licences", wanted, after, 51), TODAY)

    return [
        ("first page", listed(WantedEntries())),
        ("a page in the middle", listed(WantedEntries(), "N00100000")),
        ("a search that finds one", listed(WantedEntries(words="N00199998"))),
        ("a search that finds none", listed(WantedEntries(words="nothing"))),
        ("as of a day with nothing", listed(WantedEntries(as_of=date(2020, 1, 1)))),
        ("not valid on a day, none", listed(WantedEntries(not_valid_on=TODAY))),
        ("not valid on a day, all", listed(WantedEntries(not_valid_on=date(2028, 1, 1)))),
        ("of one firm", listed(WantedEntries(party_id=7))),
        ("an entry", lambda: find_entry(session, "licences", 100_000)),
        ("standing of a firm", lambda: standing_on(session, 7, TODAY)),
        ("a valid licence", lambda: valid_licence(session, 7, "dairy", TODAY)),
        ("certificates of a firm", lambda: certificates_on(session, 8, None, TODAY)),
        ("findings of a firm", lambda: find_findings(session, 7, TODAY)),
    ]


def _slowest(ask: Callable[[], object]) -> float:
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - start)
    return max(taken) * 1000


if __name__ == "__main__":
    main()
